package words

import (
	"fmt"

	"github.com/invitebot/invitebot/invite"
)

// What is noted of a call whose answer was lost.

func (english) earlierCallMayHaveArrived() string {
	return "What became of an earlier call is not known. It may have arrived, and been accepted: look in the Tencent Cloud console."
}

func (english) waitsForLostCall() string {
	return "It is sent a while after the lost call was made, and not sooner."
}

func (english) processEnded() string { return "The process ended during the call." }

// What looking it up has found.

func (english) foundOpen() string { return "Tencent Cloud lists an open invitation to the account." }

func (english) foundAccepted() string { return "The account has accepted the invitation already." }

func (english) foundNothing(account string) string {
	return fmt.Sprintf("Tencent Cloud lists no invitation to %s from the time of the attempt.", account)
}

func (english) unclear(invitation int64, status string) string {
	return fmt.Sprintf("Tencent Cloud lists invitation %d to the account as %s; it may or may not be this one.", invitation, status)
}

func (english) asExpired() string { return "expired" }

func (english) asAccepted() string { return "accepted" }

func (english) asInvalid() string { return "invalid" }

func (english) asCancelled() string { return "cancelled" }

func (english) asUnknown(status invite.Status) string {
	return fmt.Sprintf("something unknown (status %d)", status)
}

func (english) listingForbidden() string {
	return "The bot isn't allowed to list the organization's invitations."
}

// madeElsewhere tells an invitation of somebody else's. Its time is as Tencent Cloud writes it, in a zone that isn't documented.
func madeElsewhere(name, remark, on string) string {
	text := fmt.Sprintf("made elsewhere as “%s” with the remark “%s”", name, remark)
	if on != "" {
		text += " on " + on
	}
	return text
}

func (english) openElsewhere(name, remark, on string) string {
	return "An invitation to this account is open already, " + madeElsewhere(name, remark, on) + ". Tencent Cloud refuses a second one."
}

func (english) acceptedElsewhere(name, remark, on string) string {
	return "This account has accepted another invitation, " + madeElsewhere(name, remark, on) + "."
}

func (english) listingRefused(reason string) string {
	return "The organization's invitations can't be listed: “" + reason + "”"
}

func (english) listingUnavailable() string {
	return "The organization's invitations can't be listed at the moment."
}
