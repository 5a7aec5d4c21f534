package ledger

import (
	"cmp"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// Note is what else is to be known of a call whose answer was lost. The words for it in Slack are in bot/words.
type Note string

// The notes.
const (
	EarlierCallMayHaveArrived Note = "an earlier call may have arrived"  // failed
	WaitsForLostCall          Note = "waits for the lost call"           // retried: it isn't sent at once
	ProcessEnded              Note = "the process ended during the call" // unknown
	NotTried                  Note = "not tried"                         // failed: another account of the request was refused, for a reason that all would be
)

// noted has the notes as the audit tells them, where they aren't sentences already.
var noted = map[Note]string{
	EarlierCallMayHaveArrived: "An earlier call's answer was lost. It may have arrived, and been accepted: look in the Tencent Cloud console.",
	NotTried:                  "It wasn't called for: Tencent Cloud had refused another account of the request for a reason that it would refuse all for.",
	WaitsForLostCall:          "It is sent a while after the lost call was made, and not sooner.",
}

// because is what people typed, what a note says or what a look-up found, as the audit tells it.
func (d Detail) because() string {
	if d.Finding == invite.Unavailable && d.Reason != "" {
		return "The organization's invitations can't be listed: " + d.Reason
	}
	return cmp.Or(d.Reason, noted[d.Note], string(d.Note), d.found())
}

func (d Detail) found() string {
	switch d.Finding {
	case invite.Found:
		if d.Status == invite.StatusAccepted {
			return "The account has accepted the invitation already."
		}
		return "Tencent Cloud lists an open invitation to the account."
	case invite.Absent:
		return fmt.Sprintf("Tencent Cloud lists no invitation to %s from the time of the attempt.", d.UIN)
	case invite.Unclear:
		return fmt.Sprintf("Tencent Cloud lists invitation %d to the account as %s; it may or may not be this one.", d.Listed, listedAs(d.Status))
	case invite.Elsewhere:
		return d.elsewhere()
	case invite.Forbidden:
		return "The bot isn't allowed to list the organization's invitations."
	case invite.Unavailable:
		return "The organization's invitations can't be listed at the moment."
	}
	return ""
}

// elsewhere tells an invitation of somebody else's.
func (d Detail) elsewhere() string {
	var made Account
	if d.ListedAs != nil {
		made = *d.ListedAs
	}
	text := fmt.Sprintf("Tencent Cloud lists invitation %d to the account, made elsewhere as “%s” (%s)", d.Listed, made.Name, made.Remark)
	if !d.ListedAt.IsZero() {
		text += " on " + d.ListedAt.Format(time.DateTime) + " by its own clock"
	}
	if d.Status == invite.StatusAccepted {
		return text + ", and accepted."
	}
	return text + ", and open."
}

func listedAs(status invite.Status) string {
	switch status {
	case invite.StatusExpired:
		return "expired"
	case invite.StatusAccepted:
		return "accepted"
	case invite.StatusInvalid:
		return "invalid"
	case invite.StatusCancelled:
		return "cancelled"
	}
	return fmt.Sprintf("something unknown (status %d)", status)
}
