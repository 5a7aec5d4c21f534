package words

import (
	"testing"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

const earlier = "What became of an earlier call is not known. It may have arrived, and been accepted: look in the Tencent Cloud console."

// TestNotes: each kind of event that has a note says it, and an older row's sentence as it is.
func TestNotes(t *testing.T) {
	for _, x := range []struct {
		kind   ledger.Kind
		detail ledger.Detail
		says   string
	}{
		{ledger.Failed, ledger.Detail{Note: ledger.EarlierCallMayHaveArrived}, "\n" + earlier + "\n"},
		{ledger.Failed, ledger.Detail{Reason: earlier}, "\n" + earlier + "\n"},
		{ledger.Retried, ledger.Detail{Note: ledger.WaitsForLostCall}, " again. It is sent a while after the lost call was made, and not sooner."},
		{ledger.Retried, ledger.Detail{Reason: "It waits."}, " again. It waits."},
		{ledger.Searching, ledger.Detail{Note: ledger.ProcessEnded}, "\nThe process ended during the call.\n"},
		{ledger.Searching, ledger.Detail{Finding: invite.Absent, UIN: "100012345678"}, "\nTencent Cloud lists no invitation to 100012345678 from the time of the attempt.\n"},
		{ledger.Searching, ledger.Detail{Finding: invite.Unavailable}, "\nThe organization's invitations can't be listed at the moment.\n"},
		{ledger.Searching, ledger.Detail{Finding: invite.Found, Listed: 5}, "\nTencent Cloud lists an open invitation to the account.\n"},
		{ledger.Searching, ledger.Detail{Finding: invite.Found, Listed: 5, Status: invite.StatusAccepted}, "\nThe account has accepted the invitation already.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Forbidden}, "\nThe bot isn't allowed to list the organization's invitations.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusExpired}, "lists invitation 5 to the account as expired; it may or may not be this one.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusAccepted}, "lists invitation 5 to the account as accepted; it may or may not be this one.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusInvalid}, "lists invitation 5 to the account as invalid; it may or may not be this one.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusCancelled}, "lists invitation 5 to the account as cancelled; it may or may not be this one.\n"},
		{ledger.Stuck, ledger.Detail{Finding: invite.Unclear, Listed: 5, Status: 9}, "lists invitation 5 to the account as something unknown (status 9); it may or may not be this one.\n"},
	} {
		contains(t, testBook.Reply(cards["unknown"], ledger.Event{Kind: x.kind, Invitation: 7, Attempt: 1, Actor: bob, Detail: x.detail}).Text, x.says)
	}
}
