package words

import (
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

func TestRefusals(t *testing.T) {
	slackTakes := newJudge(t)
	for _, x := range []struct {
		why     ledger.Why
		request approvals.Request
		says    []string
	}{
		{ledger.NotRequester, approvals.Request{}, []string{"aren't among the people who may ask"}},
		{ledger.NotRequester, pending(), []string{"Request 12 isn't yours to withdraw", "Nothing was changed"}},
		{ledger.NotApprover, pending(), []string{"Request 12", "only approvers"}},
		{ledger.Outsider, pending(), []string{"this organization"}},
		{ledger.Unchecked, pending(), []string{"couldn't be asked", "Try again"}},
		{ledger.OwnRequest, pending(), []string{"Request 12 is your own", "withdraw 12"}},
		{ledger.OwnRequest, cards["stuck"], []string{"Request 12 is your own", "another approver", "Nothing was changed"}},
		{ledger.OwnRequest, cards["failed"], []string{"Request 12 is your own", "another approver"}},
		{ledger.CountedBefore, cards["pending-1-of-2"], []string{"request 12", "1 of 2 approved: @ann"}},
		{ledger.DecidedBefore, cards["sent"], []string{"approved by @ann", "2026-03-01 09:31 UTC", "Nothing was changed"}},
		{ledger.DecidedBefore, cards["denied-after-approval"], []string{"denied by @bob"}},
		{ledger.DecidedBefore, cards["withdrawn"], []string{"withdrawn by @eve"}},
		{ledger.DecidedBefore, cards["expired"], []string{"nobody decided it in time"}},
		{ledger.NotCurrent, cards["sent"], []string{"earlier state of request 12", "Approved by @ann", "Invitation sent"}},
		{ledger.Duplicate, pending(), []string{"Request 12", "request 15"}},
		{ledger.ForeignCard, approvals.Request{}, []string{"another installation"}},
	} {
		c := testBook.Refusal(ledger.Detail{Why: x.why, Other: 15}, x.request)
		for _, want := range x.says {
			if !strings.Contains(c.Text, want) {
				t.Errorf("%s, %s: %q is missing in: %s", x.why, x.request.State, want, c.Text)
			}
		}
		slackTakes(t, c)
	}
}
