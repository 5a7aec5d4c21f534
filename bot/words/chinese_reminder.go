package words

import (
	"cmp"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Reminders.

func (chinese) reminder(requests int) string {
	return fmt.Sprintf("⏰ 有 %d 个申请待审批。", requests)
}

// Who asked isn't mentioned: they needn't be called for this.
func (c chinese) reminderRow(asked approvals.Person, at, until time.Time) line {
	l := line{text("，申请人：@" + cmp.Or(invite.Harmless(asked.Name), asked.ID) + "，"), c.date(at)}
	if !until.IsZero() {
		l = append(l, text("，有效期至 "), c.date(until))
	}
	return l
}

func (chinese) allDecided() string { return "✅ 此处列出的申请均已处理完毕。" }
