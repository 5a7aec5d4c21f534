package ledger

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

// TestTheAuditReadsAsBefore: rows that have notes and findings, and older ones that have sentences, read the same.
func TestTheAuditReadsAsBefore(t *testing.T) {
	for _, x := range []struct {
		detail Detail
		old    string
	}{
		{Detail{Note: EarlierCallMayHaveArrived}, "An earlier call's answer was lost. It may have arrived, and been accepted: look in the Tencent Cloud console."},
		{Detail{Note: WaitsForLostCall}, "It is sent a while after the lost call was made, and not sooner."},
		{Detail{Note: ProcessEnded}, "the process ended during the call"},
		{Detail{Finding: invite.Found, Listed: 5}, "Tencent Cloud lists an open invitation to the account."},
		{Detail{Finding: invite.Found, Listed: 5, Status: invite.StatusAccepted}, "The account has accepted the invitation already."},
		{Detail{Finding: invite.Absent}, "Tencent Cloud lists no invitation to 1000 from the time of the attempt."},
		{Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusExpired}, "Tencent Cloud lists invitation 5 to the account as expired; it may or may not be this one."},
		{Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusAccepted}, "Tencent Cloud lists invitation 5 to the account as accepted; it may or may not be this one."},
		{Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusInvalid}, "Tencent Cloud lists invitation 5 to the account as invalid; it may or may not be this one."},
		{Detail{Finding: invite.Unclear, Listed: 5, Status: invite.StatusCancelled}, "Tencent Cloud lists invitation 5 to the account as cancelled; it may or may not be this one."},
		{Detail{Finding: invite.Unclear, Listed: 5, Status: 9}, "Tencent Cloud lists invitation 5 to the account as something unknown (status 9); it may or may not be this one."},
		{Detail{Finding: invite.Forbidden}, "The bot isn't allowed to list the organization's invitations."},
		{Detail{Finding: invite.Unavailable}, "The organization's invitations can't be listed at the moment."},
		{Detail{Reason: "not <our> team"}, "not <our> team"},
	} {
		x.detail.UIN = "1000"
		before := Detail{UIN: "1000", Reason: x.old}
		row, err := json.Marshal(x.detail)
		if err != nil {
			t.Fatal(err)
		}
		var read Detail
		if err := json.Unmarshal(row, &read); err != nil {
			t.Fatal(err)
		}
		got, want := sentence(Event{Kind: Stuck, Attempt: 1, Detail: read}), sentence(Event{Kind: Stuck, Attempt: 1, Detail: before})
		if got != want || !strings.Contains(want, x.old) {
			t.Errorf("%s reads %q, want %q", row, got, want)
		}
	}
}
