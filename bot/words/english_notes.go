package words

import (
	"fmt"

	"github.com/invitebot/invitebot/invite"
)

// What is noted of a call whose answer was lost.

func (english) earlierCallMayHaveArrived() string {
	return "No clear answer came to an earlier call. It may have arrived, and been accepted: look in the Tencent Cloud console."
}

func (english) waitsForLostCall() string {
	return "It is sent when the lost call can no longer arrive, a few minutes after that was made."
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

func (english) listingUnavailable() string {
	return "The organization's invitations can't be listed at the moment."
}
