package words

import (
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
)

var replies = map[string]struct {
	request approvals.Request
	event   approvals.Event
}{
	"sent":       {cards["sent"], approvals.Event{Kind: approvals.SentEvent, Attempt: 1, Detail: approvals.Detail{RequestID: "b46d2afe-6893"}}},
	"sent-found": {cards["sent"], approvals.Event{Kind: approvals.SentEvent, Attempt: 1, Detail: approvals.Detail{How: approvals.LookedUp}}},
	"sent-repeated": {cards["sent"], approvals.Event{Kind: approvals.SentEvent, Attempt: 2,
		Detail: approvals.Detail{How: approvals.Repeated, RequestID: "b46d2afe-6893", Code: "FailedOperation.ReSentInvitation"}}},
	"sent-settled": {cards["sent"], approvals.Event{Kind: approvals.SentEvent, Attempt: 1, Actor: bob, Detail: approvals.Detail{How: approvals.Settled}}},
	"failed": {cards["failed"], approvals.Event{Kind: approvals.FailedEvent, Attempt: 1,
		Detail: approvals.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"failed-long-ago": {cards["sent"], approvals.Event{Kind: approvals.FailedEvent, Attempt: 1,
		Detail: approvals.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"delayed":       {cards["delayed"], approvals.Event{Kind: approvals.Delayed, Attempt: 1, Detail: approvals.Detail{Code: "RequestLimitExceeded"}}},
	"searching":     {cards["unknown"], approvals.Event{Kind: approvals.Searching, Attempt: 1, Detail: approvals.Detail{Reason: "Tencent Cloud can't be asked just now."}}},
	"stuck":         {cards["stuck"], approvals.Event{Kind: approvals.Stuck, Attempt: 1, Detail: approvals.Detail{Reason: "The bot may not list invitations."}}},
	"stuck-settled": {cards["sent"], approvals.Event{Kind: approvals.Stuck, Attempt: 1, Detail: approvals.Detail{Reason: "The bot may not list invitations."}}},
	"retried":       {cards["ready"], approvals.Event{Kind: approvals.Retried, Attempt: 1, Actor: bob}},
}

func TestReplies(t *testing.T) {
	slackTakes := newJudge(t)
	for name, x := range replies {
		t.Run(name, func(t *testing.T) {
			x.event.Invitation = 7
			c := testBook.Reply(x.request, x.event)
			golden(t, "reply-"+name, c)
			slackTakes(t, c)
			if !strings.HasPrefix(c.Text, "Request 12: ") {
				t.Errorf("the text doesn't begin with the request's number: %s", c.Text)
			}
		})
	}
}

var directs = map[string]struct {
	request approvals.Request
	event   approvals.Event
}{
	"sent":    {cards["sent"], approvals.Event{Kind: approvals.SentEvent, Invitation: 7, Detail: approvals.Detail{RequestID: "b46d2afe-6893"}}},
	"failed":  {cards["failed"], approvals.Event{Kind: approvals.FailedEvent, Invitation: 7, Detail: approvals.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"denied":  {cards["denied-because"], approvals.Event{Kind: approvals.DeniedBy, Actor: bob, Detail: approvals.Detail{Reason: "not <our> team"}}},
	"expired": {cards["expired"], approvals.Event{Kind: approvals.ExpiredAt}},
	"unseen": {pending(func(r *approvals.Request) { r.Card = approvals.Place{} }),
		approvals.Event{Kind: approvals.Unseen, Detail: approvals.Detail{Reason: "not said: is_archived"}}},
	"several-denied": {pending(several, deniedBy(bob, "")), approvals.Event{Kind: approvals.DeniedBy, Actor: bob}},
}

func TestDirectMessages(t *testing.T) {
	slackTakes := newJudge(t)
	for name, x := range directs {
		t.Run(name, func(t *testing.T) {
			c := testBook.Direct(x.request, x.event)
			golden(t, "direct-"+name, c)
			slackTakes(t, c)
			linked := strings.Contains(c.Text, "https://home.slack.com/archives/C0APPROVE/p1772357400000100")
			if want := x.request.Card.TS != ""; linked != want {
				t.Errorf("links to the card: %v, want %v", linked, want)
			}
		})
	}
}
