package words

import (
	"cmp"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Reminders.

func (english) reminder(requests int) string {
	if requests == 1 {
		return "⏰ 1 request waits for a decision."
	}
	return fmt.Sprintf("⏰ %d requests wait for a decision.", requests)
}

// Who asked isn't mentioned: they needn't be called for this.
func (e english) reminderRow(asked approvals.Person, at, until time.Time) line {
	l := line{text(", asked by @" + cmp.Or(invite.Harmless(asked.Name), asked.ID) + " "), e.date(at)}
	if !until.IsZero() {
		l = append(l, text(", expires "), e.date(until))
	}
	return l
}

func (english) allDecided() string {
	return "✅ All that was listed here is decided."
}
