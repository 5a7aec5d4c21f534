package words

import (
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

const earlier = "An earlier call's answer was lost. It may have arrived, and been accepted: look in the Tencent Cloud console."

// TestNotes: each kind of event that has a note says it, and an older row's sentence as it is.
func TestNotes(t *testing.T) {
	for _, x := range []struct {
		kind   approvals.Kind
		detail approvals.Detail
		says   string
	}{
		{approvals.FailedEvent, approvals.Detail{Note: approvals.EarlierCallMayHaveArrived}, "\n" + earlier + "\n"},
		{approvals.FailedEvent, approvals.Detail{Reason: earlier}, "\n" + earlier + "\n"},
		{approvals.Retried, approvals.Detail{Note: approvals.WaitsForLostCall}, " sent again. It is sent when the lost call can no longer arrive, a few minutes after that was made."},
		{approvals.Retried, approvals.Detail{Reason: "It waits."}, " sent again. It waits."},
		{approvals.Searching, approvals.Detail{Note: approvals.ProcessEnded}, "\nThe process ended during the call.\n"},
		{approvals.Searching, approvals.Detail{Finding: invite.Absent, UIN: "100012345678"}, "\nTencent Cloud lists no invitation to 100012345678 from the time of the attempt.\n"},
		{approvals.Searching, approvals.Detail{Finding: invite.Unavailable}, "\nThe organization's invitations can't be listed at the moment.\n"},
		{approvals.Searching, approvals.Detail{Finding: invite.Found, Listed: 5}, "\nTencent Cloud lists an open invitation to the account.\n"},
		{approvals.Searching, approvals.Detail{Finding: invite.Found, Listed: 5, Status: invite.StatusAccepted}, "\nThe account has accepted the invitation already.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Forbidden}, "\nThe bot isn't allowed to list the organization's invitations.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusExpired}, "lists invitation 5 to the account as expired; it may or may not be this one.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusAccepted}, "lists invitation 5 to the account as accepted; it may or may not be this one.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusInvalid}, "lists invitation 5 to the account as invalid; it may or may not be this one.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusCancelled}, "lists invitation 5 to the account as cancelled; it may or may not be this one.\n"},
		{approvals.Stuck, approvals.Detail{Finding: invite.Unclear, Listed: 5, Status: 9}, "lists invitation 5 to the account as something unknown (status 9); it may or may not be this one.\n"},
	} {
		contains(t, testBook.Reply(cards["unknown"], approvals.Event{Kind: x.kind, Invitation: 7, Attempt: 1, Actor: bob, Detail: x.detail}).Text, x.says)
	}
}
