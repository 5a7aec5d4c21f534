package words

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// occasion is an event of which people are told.
type occasion struct {
	request approvals.Request
	event   ledger.Event
}

var replies = map[string]occasion{
	"sent":       {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"sent-found": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Detail: ledger.Detail{How: ledger.LookedUp}}},
	"sent-repeated": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 2,
		Detail: ledger.Detail{How: ledger.Repeated, RequestID: "b46d2afe-6893", Code: "FailedOperation.ReSentInvitation"}}},
	"sent-settled": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Actor: bob, Detail: ledger.Detail{How: ledger.Settled}}},
	"failed": {cards["failed"], ledger.Event{Kind: ledger.Failed, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"failed-long-ago": {cards["sent"], ledger.Event{Kind: ledger.Failed, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"delayed":   {cards["delayed"], ledger.Event{Kind: ledger.Delayed, Attempt: 1, Detail: ledger.Detail{Code: "RequestLimitExceeded", RequestID: "b46d2afe-6893"}}},
	"searching": {cards["unknown"], ledger.Event{Kind: ledger.Searching, Attempt: 1, Detail: ledger.Detail{Reason: "Tencent Cloud can't be asked just now."}}},
	"searching-answered": {cards["unknown"], ledger.Event{Kind: ledger.Searching, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "InternalError.Db", Message: "Try <later>."}}},
	"searching-unheard-of": {cards["unknown"], ledger.Event{Kind: ledger.Searching, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.Whatever", Message: "No."}}},
	"searching-timeout": {cards["unknown"], ledger.Event{Kind: ledger.Searching, Attempt: 1,
		Detail: ledger.Detail{Code: "ClientError.Timeout", Finding: invite.Absent, UIN: "100012345678"}}},
	"stuck-answered": {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "InternalError", Message: "Oops.", Finding: invite.Forbidden}}},
	"failed-name": {pending(several, approvedWith(ann)), ledger.Event{Kind: ledger.Failed, Invitation: 8, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "InvalidParameter.MemberNameIllegal", Message: "The name is illegal."}}},
	"stuck":         {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Attempt: 1, Detail: ledger.Detail{Reason: "The bot may not list invitations."}}},
	"stuck-settled": {cards["sent"], ledger.Event{Kind: ledger.Stuck, Attempt: 1, Detail: ledger.Detail{Reason: "The bot may not list invitations."}}},
	"stuck-elsewhere": {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Attempt: 1, Detail: ledger.Detail{Finding: invite.Elsewhere, Listed: 5,
		ListedAs: &ledger.Account{UIN: "100012345678", Name: "Ally", Remark: "by <hand>"}, ListedAt: time.Date(2026, 2, 28, 22, 0, 0, 0, time.UTC)}}},
	"stuck-unreadable": {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Attempt: 1,
		Detail: ledger.Detail{Finding: invite.Unavailable, Reason: "InvalidAction: The action isn't found."}}},
	"sent-cancelling":     {cards["sent-cancelling"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"joined":              {cards["joined"], ledger.Event{Kind: ledger.Joined, Attempt: 1}},
	"lapsed":              {cards["lapsed"], ledger.Event{Kind: ledger.Lapsed, Attempt: 1}},
	"lapsed-again":        {cards["lapsed-again"], ledger.Event{Kind: ledger.Lapsed, Attempt: 1}},
	"declined":            {cards["declined"], ledger.Event{Kind: ledger.Declined, Attempt: 1}},
	"cancelled":           {cards["cancelled"], ledger.Event{Kind: ledger.Cancelled, Attempt: 1, Actor: bob}},
	"cancelled-elsewhere": {cards["cancelled-elsewhere"], ledger.Event{Kind: ledger.Cancelled, Attempt: 1}},
	"left":                {cards["left"], ledger.Event{Kind: ledger.Left, Attempt: 1}},
	"not-cancelled": {cards["sent-until"], ledger.Event{Kind: ledger.NotCancelled, Attempt: 1,
		Detail: ledger.Detail{Code: "ResourceNotFound.InvitationNotExist", Message: "No such invitation.", RequestID: "b46d2afe-6893"}}},
	"not-cancelled-unproved": {cards["sent"], ledger.Event{Kind: ledger.NotCancelled, Attempt: 1, Detail: ledger.Detail{Stop: ledger.NotApproved}}},
	"not-cancelled-unlisted": {cards["sent"], ledger.Event{Kind: ledger.NotCancelled, Attempt: 1, Detail: ledger.Detail{Finding: invite.Absent, UIN: "100012345678"}}},
	"delivered-all":          {cards["several-sent"], ledger.Event{Kind: ledger.Delivered}},
	"delivered-part":         {cards["several-part"], ledger.Event{Kind: ledger.Delivered}},
	"retried":                {cards["ready"], ledger.Event{Kind: ledger.Retried, Attempt: 1, Actor: bob}},
}

func TestReplies(t *testing.T) {
	slackTakes := newJudge(t)
	for name, x := range replies {
		t.Run(name, func(t *testing.T) {
			x.event.Invitation = cmp.Or(x.event.Invitation, 7)
			c := testBook.Reply(x.request, x.event)
			golden(t, "reply-"+name, c)
			slackTakes(t, c)
			if !strings.HasPrefix(c.Text, "Request 12: ") {
				t.Errorf("the text doesn't begin with the request's number: %s", c.Text)
			}
		})
	}
}

var directs = map[string]occasion{
	"sent":           {cards["sent"], ledger.Event{Kind: ledger.Sent, Invitation: 7, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"failed":         {cards["failed"], ledger.Event{Kind: ledger.Failed, Invitation: 7, Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"stuck":          {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Invitation: 7, Detail: ledger.Detail{Finding: invite.Forbidden}}},
	"joined":         {cards["joined"], ledger.Event{Kind: ledger.Joined, Invitation: 7}},
	"lapsed":         {cards["lapsed"], ledger.Event{Kind: ledger.Lapsed, Invitation: 7}},
	"cancelled":      {cards["cancelled"], ledger.Event{Kind: ledger.Cancelled, Invitation: 7, Actor: bob}},
	"sent-until":     {cards["sent-until"], ledger.Event{Kind: ledger.Sent, Invitation: 7, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"delivered-part": {cards["several-part"], ledger.Event{Kind: ledger.Delivered}},
	"expired-again":  {pending(ended(approvals.Expired), func(r *approvals.Request) { r.Invitations[0].Again = 15 }), ledger.Event{Kind: ledger.Expired}},
	"denied":         {cards["denied-because"], ledger.Event{Kind: ledger.Denied, Actor: bob, Detail: ledger.Detail{Reason: "not <our> team"}}},
	"held":           {cards["pending"], ledger.Event{Kind: ledger.Held}},
	"expired":        {cards["expired"], ledger.Event{Kind: ledger.Expired}},
	"unseen": {pending(func(r *approvals.Request) { r.Card = approvals.Place{} }),
		ledger.Event{Kind: ledger.Unseen, Detail: ledger.Detail{Reason: "not said: is_archived"}}},
	"several-denied": {pending(several, deniedBy(bob, "")), ledger.Event{Kind: ledger.Denied, Actor: bob}},
}

// nudges tell whose time is running out.
func nudges(b Book) map[string]Content {
	ending := []ledger.Ending{{Request: 12, UIN: "100012345678", Name: hostile, Until: asked.Add(72 * time.Hour)}, {Request: 13, UIN: "100012345679", Name: "Bob", Until: asked.Add(73 * time.Hour)}}
	all := make(map[string]Content)
	for name, e := range map[string][]ledger.Ending{"direct-nudge": ending[:1], "direct-nudge-several": ending} {
		all[name] = b.Direct(approvals.Request{}, ledger.Event{Kind: ledger.Nudged, Detail: ledger.Detail{Ending: e}})
	}
	return all
}

func TestNudge(t *testing.T) {
	slackTakes := newJudge(t)
	for name, c := range nudges(testBook) {
		golden(t, name, c)
		slackTakes(t, c)
	}
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
