package ledger

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// Foreseen is one thing that a card says before the decision of what Tencent Cloud would refuse, or of what was decided before.
// The event of a decision keeps what the card said, as nobody can find that out later: the organization goes on.
type Foreseen struct {
	Kind       ForeseenKind `json:"kind"`
	Invitation int64        `json:"invitation,omitempty"` // 0: it concerns the request as a whole
	UIN        invite.UIN   `json:"uin,omitempty"`        // whose the name is
	Name       string       `json:"name,omitempty"`       // of the member, or in the invitation that is open
	Since      time.Time    `json:"since,omitzero"`       // as Tencent Cloud writes it
	Members    int          `json:"members,omitempty"`
	Open       int          `json:"open,omitempty"` // invitations
	Room       int          `json:"room,omitempty"`
	Request    int64        `json:"request,omitempty"` // that was denied
	By         Person       `json:"by,omitzero"`
	Reason     string       `json:"reason,omitempty"`
}

// ForeseenKind says what is known.
type ForeseenKind string

// The kinds.
const (
	IsMember       ForeseenKind = "member"          // the account is one already
	IsInvited      ForeseenKind = "invited"         // an invitation is open
	NameTaken      ForeseenKind = "name taken"      // by a member, or an open invitation
	NameTwice      ForeseenKind = "name twice"      // in this very request
	OrgFull        ForeseenKind = "full"            // the organization has no room
	OrgWouldBeFull ForeseenKind = "would be full"   // if all that is open is accepted
	NoOrganization ForeseenKind = "no organization" // the key's account has none
	DeniedBefore   ForeseenKind = "denied before"   // another request for the account
)

// Tell tells it in a sentence, but for whose account it is about.
func (f Foreseen) Tell(zone *time.Location) string {
	since := ""
	if !f.Since.IsZero() {
		since = " since " + Time(f.Since.In(zone))
	}
	switch f.Kind {
	case IsMember:
		return fmt.Sprintf("a member already, as “%s”%s", f.Name, since)
	case IsInvited:
		return fmt.Sprintf("invited already, as “%s”%s", f.Name, since)
	case NameTaken:
		return fmt.Sprintf("the name “%s” is taken by %s%s", f.Name, f.UIN, since)
	case NameTwice:
		return "the name stands twice in this request"
	case OrgFull:
		return fmt.Sprintf("the organization is full: %d members, room for %d", f.Members, f.Room)
	case OrgWouldBeFull:
		return fmt.Sprintf("the organization would be too full: %d members, %d invitations open, room for %d", f.Members, f.Open, f.Room)
	case NoOrganization:
		return "the account of the key has no organization"
	case DeniedBefore:
		text := fmt.Sprintf("request %d for it was denied by %s", f.Request, Called(f.By))
		if f.Reason != "" {
			text += ": " + f.Reason
		}
		return text
	}
	return string(f.Kind)
}
