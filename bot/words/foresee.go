package words

import (
	"time"

	"github.com/invitebot/invitebot/approvals"
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

func (b Book) warningForeseen(f approvals.Foreseen) string {
	since := ""
	if !f.Since.IsZero() {
		since = f.Since.Format(time.DateOnly) // in Tencent Cloud's zone, which isn't known
	}
	switch f.Kind {
	case approvals.IsMember:
		return b.say.isMember(f.Name, since)
	case approvals.IsInvited:
		return b.say.isInvited(f.Name, since)
	case approvals.NameTaken:
		return b.say.nameTaken(f.UIN)
	case approvals.NameTwice:
		return b.say.nameTwice()
	case approvals.OrgFull:
		return b.say.isFull(f.Members, f.Room)
	case approvals.OrgWouldBeFull:
		return b.say.wouldBeFull(f.Members, f.Open, f.Room)
	case approvals.NoOrganization:
		return b.say.noOrganization()
	case approvals.DeniedBefore:
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
