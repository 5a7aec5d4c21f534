package words

import (
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
)

func TestRefusals(t *testing.T) {
	slackTakes := newJudge(t)
	for _, x := range []struct {
		why     approvals.Why
		request approvals.Request
		says    []string
	}{
		{approvals.NotRequester, approvals.Request{}, []string{"aren't among the people who may ask"}},
		{approvals.NotRequester, pending(), []string{"Only @eve", "request 12"}},
		{approvals.NotApprover, pending(), []string{"Request 12", "only approvers"}},
		{approvals.Outsider, pending(), []string{"this organization"}},
		{approvals.Unchecked, pending(), []string{"couldn't be asked", "Try again"}},
		{approvals.OwnRequest, pending(), []string{"Request 12 is your own", "withdraw 12"}},
		{approvals.CountedBefore, cards["pending-1-of-2"], []string{"request 12", "1 of 2 approved: @ann"}},
		{approvals.DecidedBefore, cards["sent"], []string{"approved by @ann", "2026-03-01 09:31 UTC", "Nothing was changed"}},
		{approvals.DecidedBefore, cards["denied-after-approval"], []string{"denied by @bob"}},
		{approvals.DecidedBefore, cards["withdrawn"], []string{"withdrawn by @eve"}},
		{approvals.DecidedBefore, cards["expired"], []string{"nobody decided it in time"}},
		{approvals.NotCurrent, cards["sent"], []string{"earlier state of request 12", "Approved by @ann", "Invitation sent"}},
		{approvals.Duplicate, pending(), []string{"Request 12", "request 15"}},
		{approvals.ForeignCard, approvals.Request{}, []string{"another installation"}},
	} {
		c := testBook.Refusal(approvals.Detail{Why: x.why, Other: 15}, x.request)
		for _, want := range x.says {
			if !strings.Contains(c.Text, want) {
				t.Errorf("%s, %s: %q is missing in: %s", x.why, x.request.State, want, c.Text)
			}
		}
		slackTakes(t, c)
	}
}
