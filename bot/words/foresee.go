package words

import (
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// foreseen are the warnings of what Tencent Cloud would refuse, of one invitation, or of the request as a whole (0).
func (b Book) foreseen(r approvals.Request, invitation int64) (lines []line) {
	if r.State != approvals.Pending {
		return nil
	}
	for _, f := range r.Foreseen.Warnings {
		if f.Invitation == invitation {
			lines = append(lines, warning(b.warningForeseen(f)))
		}
	}
	return lines
}

func (b Book) warningForeseen(f ledger.Foreseen) string {
	since := ""
	if !f.Since.IsZero() {
		since = f.Since.Format(time.DateOnly) // in Tencent Cloud's zone, which isn't known
	}
	switch f.Kind {
	case ledger.IsMember:
		return b.say.isMember(f.Name, since)
	case ledger.IsInvited:
		return b.say.isInvited(f.Name, since)
	case ledger.NameTaken:
		return b.say.nameTaken(f.UIN)
	case ledger.NameTwice:
		return b.say.nameTwice()
	case ledger.OrgFull:
		return b.say.isFull(f.Members, f.Room)
	case ledger.OrgWouldBeFull:
		return b.say.wouldBeFull(f.Members, f.Open, f.Room)
	case ledger.NoOrganization:
		return b.say.noOrganization()
	case ledger.DeniedBefore:
		return b.say.deniedBefore(f.Request, f.By, f.Reason)
	}
	return string(f.Kind)
}

// readAt says how old what is foreseen is; nothing where there is nothing.
func (b Book) readAt(r approvals.Request) line {
	if r.State != approvals.Pending || len(r.Foreseen.Warnings) == 0 || r.Foreseen.AsOf.IsZero() {
		return nil
	}
	return b.say.listsReadAt(r.Foreseen.AsOf)
}
