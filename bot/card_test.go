package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite"
)

var update = flag.Bool("update", false, "write the golden files in testdata anew")

var (
	ann = approvals.Person{ID: "U0ANN", Name: "ann"}
	bob = approvals.Person{ID: "U0BOB", Name: "bob"}
	eve = approvals.Person{ID: "U0EVE", Name: "eve"} // asks
)

var (
	testRenderer = renderer{installation: "inst1", teamURL: "https://home.slack.com/"}
	asked        = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
)

func invitation(uin invite.UIN, name, remark string) approvals.Invitation {
	return approvals.Invitation{ID: 7, Invitation: invite.Invitation{UIN: uin, Name: name, Remark: remark}, State: approvals.Waiting}
}

// pending is request 12, one invitation of which nothing is out of the ordinary; change it to what a test is about.
func pending(change ...func(*approvals.Request)) approvals.Request {
	r := approvals.Request{
		ID: 12, Requester: eve, AskedIn: "C0ASK", State: approvals.Pending, Required: 1,
		CreatedAt: asked, ExpiresAt: asked.Add(72 * time.Hour),
		Invitations: []approvals.Invitation{invitation(100012345678, "Alice", "Asked in Slack by eve")},
		Card:        approvals.Place{Channel: "C0APPROVE", TS: "1772357400.000100"},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func approvedWith(by ...approvals.Person) func(*approvals.Request) {
	return func(r *approvals.Request) {
		for n, p := range by {
			r.Decisions = append(r.Decisions, approvals.Decision{By: p, Verdict: approvals.Approve, At: asked.Add(time.Duration(n+1) * time.Minute)})
		}
		r.State, r.DecidedAt = approvals.Approved, asked.Add(time.Duration(len(by))*time.Minute)
	}
}

func deniedBy(p approvals.Person, reason string) func(*approvals.Request) {
	return func(r *approvals.Request) {
		r.Decisions = append(r.Decisions, approvals.Decision{By: p, Verdict: approvals.Deny, Reason: reason, At: asked.Add(time.Hour)})
		r.State, r.DecidedAt = approvals.Denied, asked.Add(time.Hour)
		r.Invitations[0].State = approvals.Dropped
	}
}

func ended(s approvals.State) func(*approvals.Request) {
	return func(r *approvals.Request) {
		r.State, r.DecidedAt, r.Invitations[0].State = s, asked.Add(time.Hour), approvals.Dropped
	}
}

func delivery(s approvals.State, change ...func(*approvals.Invitation)) func(*approvals.Request) {
	return func(r *approvals.Request) {
		i := &r.Invitations[0]
		i.State, i.Attempt = s, 1
		for _, c := range change {
			c(i)
		}
	}
}

func several(r *approvals.Request) {
	bob := invitation(100000000002, "Bob the builder", "for the data team")
	bob.ID, bob.SentBefore = 8, 3
	carol := invitation(3, "Carol", "x")
	carol.ID = 9
	r.Invitations = append(r.Invitations, bob, carol)
}

var hostile = "<!channel> *b* `c` <https://evil.example|x> & @here :tada:"

var cards = map[string]approvals.Request{
	"pending":         pending(),
	"pending-forever": pending(func(r *approvals.Request) { r.ExpiresAt = time.Time{} }),
	"pending-warned": pending(func(r *approvals.Request) {
		r.Invitations[0].Name, r.Invitations[0].SentBefore = "Alice, who has a very long name!", 3
	}),
	"pending-none-of-2": pending(func(r *approvals.Request) { r.Required = 2 }),
	"pending-1-of-2": pending(func(r *approvals.Request) {
		approvedWith(ann)(r)
		r.Required, r.State, r.DecidedAt = 2, approvals.Pending, time.Time{}
	}),
	"pending-hostile": pending(func(r *approvals.Request) { r.Invitations[0].Name, r.Invitations[0].Remark = hostile, hostile }),
	"pending-several": pending(several),
	"ready":           pending(approvedWith(ann), delivery(approvals.Ready)),
	"sending":         pending(approvedWith(ann, bob), delivery(approvals.Sending)),
	"delayed":         pending(approvedWith(ann), delivery(approvals.Ready, func(i *approvals.Invitation) { i.Told = ledger.Delayed })),
	"sent":            pending(approvedWith(ann), delivery(approvals.Sent, func(i *approvals.Invitation) { i.RequestID = "b46d2afe-6893" })),
	"sent-found":      pending(approvedWith(ann), delivery(approvals.Sent)),
	"failed": pending(approvedWith(ann), delivery(approvals.Failed, func(i *approvals.Invitation) {
		i.RequestID, i.Code, i.Message = "b46d2afe-6893", "FailedOperation.MemberNameUsed", "used"
	})),
	"failed-new-code": pending(approvedWith(ann), delivery(approvals.Failed, func(i *approvals.Invitation) {
		i.Code, i.Message = "FailedOperation.AuthInfoNotSame", "The <real-name> information differs."
	})),
	"unknown":               pending(approvedWith(ann), delivery(approvals.Unknown)),
	"stuck":                 pending(approvedWith(ann), delivery(approvals.Unknown, func(i *approvals.Invitation) { i.Told = ledger.Stuck })),
	"denied":                pending(deniedBy(bob, "")),
	"denied-because":        pending(deniedBy(bob, "not <our> team & *why*")),
	"denied-after-approval": pending(func(r *approvals.Request) { r.Required = 2 }, approvedWith(ann), deniedBy(bob, "no")),
	"withdrawn":             pending(ended(approvals.Withdrawn)),
	"expired":               pending(ended(approvals.Expired)),
	"several-mixed": pending(several, approvedWith(ann), func(r *approvals.Request) {
		r.Invitations[0].State, r.Invitations[0].RequestID = approvals.Sent, "b46d2afe-6893"
		r.Invitations[1].State, r.Invitations[1].Code = approvals.Failed, "FailedOperation.UserInOrganization"
		r.Invitations[2].State = approvals.Unknown
	}),
	"longest": longest(),
}

// longest is as long as a request can be, with a character that takes four bytes and one that is escaped.
func longest() approvals.Request {
	r := pending()
	r.Invitations = nil
	const share = invite.MaxTogether / invite.MaxInvitations
	for n := range invite.MaxInvitations {
		i := invitation(invite.UIN(math.MaxUint64)-invite.UIN(n), strings.Repeat("𝔸&", share/4), strings.Repeat("&", share/2))
		i.ID, i.SentBefore, i.State, i.Code, i.Message = int64(n+1), 11, approvals.Failed, "InvalidParameter", strings.Repeat("m", 300)
		r.Invitations = append(r.Invitations, i)
	}
	r.Required = 3
	return r
}

func TestCards(t *testing.T) {
	slackTakes := newJudge(t)
	for _, name := range slices.Sorted(maps.Keys(cards)) {
		t.Run(name, func(t *testing.T) {
			c := testRenderer.card(cards[name])
			golden(t, "card-"+name, c)
			slackTakes(t, c)
			if !strings.HasPrefix(c.text, "Request 12: invite ") {
				t.Errorf("the text doesn't begin with the request's number: %s", c.text)
			}
			pending := cards[name].State == approvals.Pending
			if has := strings.Contains(blocksOf(t, c), `"actions"`); has != pending {
				t.Errorf("has buttons: %v, is pending: %v", has, pending)
			}
		})
	}
}

var replies = map[string]struct {
	request approvals.Request
	event   ledger.Event
}{
	"sent":       {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"sent-found": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Detail: ledger.Detail{How: ledger.LookedUp}}},
	"sent-repeated": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 2,
		Detail: ledger.Detail{How: ledger.Repeated, RequestID: "b46d2afe-6893", Code: "FailedOperation.ReSentInvitation"}}},
	"sent-settled": {cards["sent"], ledger.Event{Kind: ledger.Sent, Attempt: 1, Actor: bob, Detail: ledger.Detail{How: ledger.Settled}}},
	"failed": {cards["failed"], ledger.Event{Kind: ledger.Failed, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"failed-long-ago": {cards["sent"], ledger.Event{Kind: ledger.Failed, Attempt: 1,
		Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"delayed":       {cards["delayed"], ledger.Event{Kind: ledger.Delayed, Attempt: 1, Detail: ledger.Detail{Code: "RequestLimitExceeded"}}},
	"searching":     {cards["unknown"], ledger.Event{Kind: ledger.Searching, Attempt: 1, Detail: ledger.Detail{Reason: "Tencent Cloud can't be asked just now."}}},
	"stuck":         {cards["stuck"], ledger.Event{Kind: ledger.Stuck, Attempt: 1, Detail: ledger.Detail{Reason: "The bot may not list invitations."}}},
	"stuck-settled": {cards["sent"], ledger.Event{Kind: ledger.Stuck, Attempt: 1, Detail: ledger.Detail{Reason: "The bot may not list invitations."}}},
	"retried":       {cards["ready"], ledger.Event{Kind: ledger.Retried, Attempt: 1, Actor: bob}},
}

func TestReplies(t *testing.T) {
	slackTakes := newJudge(t)
	for name, x := range replies {
		t.Run(name, func(t *testing.T) {
			x.event.Invitation = 7
			c := testRenderer.reply(x.request, x.event)
			golden(t, "reply-"+name, c)
			slackTakes(t, c)
			if !strings.HasPrefix(c.text, "Request 12: ") {
				t.Errorf("the text doesn't begin with the request's number: %s", c.text)
			}
		})
	}
}

var directs = map[string]struct {
	request approvals.Request
	event   ledger.Event
}{
	"sent":    {cards["sent"], ledger.Event{Kind: ledger.Sent, Invitation: 7, Detail: ledger.Detail{RequestID: "b46d2afe-6893"}}},
	"failed":  {cards["failed"], ledger.Event{Kind: ledger.Failed, Invitation: 7, Detail: ledger.Detail{RequestID: "b46d2afe-6893", Code: "FailedOperation.MemberNameUsed"}}},
	"denied":  {cards["denied-because"], ledger.Event{Kind: ledger.Denied, Actor: bob, Detail: ledger.Detail{Reason: "not <our> team"}}},
	"expired": {cards["expired"], ledger.Event{Kind: ledger.Expired}},
	"unseen": {pending(func(r *approvals.Request) { r.Card = approvals.Place{} }),
		ledger.Event{Kind: ledger.Unseen, Detail: ledger.Detail{Reason: "not said: is_archived"}}},
	"several-denied": {pending(several, deniedBy(bob, "")), ledger.Event{Kind: ledger.Denied, Actor: bob}},
}

func TestDirectMessages(t *testing.T) {
	slackTakes := newJudge(t)
	for name, x := range directs {
		t.Run(name, func(t *testing.T) {
			c := testRenderer.direct(x.request, x.event)
			golden(t, "direct-"+name, c)
			slackTakes(t, c)
			linked := strings.Contains(c.text, "https://home.slack.com/archives/C0APPROVE/p1772357400000100")
			if want := x.request.Card.TS != ""; linked != want {
				t.Errorf("links to the card: %v, want %v", linked, want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	slackTakes := newJudge(t)
	for _, x := range []struct {
		why     ledger.Why
		request approvals.Request
		says    []string
	}{
		{ledger.NotRequester, approvals.Request{}, []string{"aren't among the people who may ask"}},
		{ledger.NotRequester, pending(), []string{"Only @eve", "request 12"}},
		{ledger.NotApprover, pending(), []string{"Request 12", "only approvers"}},
		{ledger.Outsider, pending(), []string{"this organization"}},
		{ledger.Unchecked, pending(), []string{"couldn't be asked", "Try again"}},
		{ledger.OwnRequest, pending(), []string{"Request 12 is your own", "withdraw 12"}},
		{ledger.CountedBefore, cards["pending-1-of-2"], []string{"request 12", "1 of 2 approved: @ann"}},
		{ledger.DecidedBefore, cards["sent"], []string{"approved by @ann", "2026-03-01 09:31 UTC", "Nothing was changed"}},
		{ledger.DecidedBefore, cards["denied-after-approval"], []string{"denied by @bob"}},
		{ledger.DecidedBefore, cards["withdrawn"], []string{"withdrawn by @eve"}},
		{ledger.DecidedBefore, cards["expired"], []string{"nobody decided it in time"}},
		{ledger.NotCurrent, cards["sent"], []string{"earlier state of request 12", "Approved by @ann", "Invitation sent"}},
		{ledger.Duplicate, pending(), []string{"Request 12", "request 15"}},
		{ledger.ForeignCard, approvals.Request{}, []string{"another installation"}},
	} {
		c := testRenderer.refusal(ledger.Detail{Why: x.why, Other: 15}, x.request)
		for _, want := range x.says {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s, %s: %q is missing in: %s", x.why, x.request.State, want, c.text)
			}
		}
		slackTakes(t, c)
	}
}

// TestApproveRepeatsWhoIsInvited looks at the dialog that stands between an approver's habit and an invitation.
func TestApproveRepeatsWhoIsInvited(t *testing.T) {
	for name, r := range cards {
		text := confirmText(r)
		if n := len([]rune(text)); n > maxConfirm {
			t.Errorf("%s: %d characters", name, n)
		}
		if len(r.Invitations) == 1 && (!strings.Contains(text, r.Invitations[0].UIN.String()) || !strings.Contains(text, r.Invitations[0].Name)) {
			t.Errorf("%s: not in full: %s", name, text)
		}
	}
	full := confirmText(pending(several))
	for _, want := range []string{"3 Tencent Cloud accounts", "100012345678 Alice", "100000000002 Bob the builder", "3 Carol"} {
		if !strings.Contains(full, want) {
			t.Errorf("%q is missing in: %s", want, full)
		}
	}
	if cut := confirmText(longest()); !strings.Contains(cut, "… and 8 more") {
		t.Errorf("it isn't said that some aren't listed: %s", cut)
	}
}

// FuzzTypedText has what people type do nothing but stand there.
func FuzzTypedText(f *testing.F) {
	for _, seed := range []string{hostile, "<@U0ANN>", "<#C0APPROVE>", "&lt;!here&gt;", "<!subteam^S1>", "a\nb", "&amp;amp;", "", ">", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		r := pending(deniedBy(bob, typed))
		r.Invitations[0].Name, r.Invitations[0].Remark, r.Invitations[0].Message = typed, typed, typed
		r.Requester.Name = typed
		for _, c := range []content{
			testRenderer.card(r), testRenderer.reply(r, ledger.Event{Kind: ledger.Failed, Detail: ledger.Detail{Code: "X", Message: typed}}),
			testRenderer.refusal(ledger.Detail{Why: ledger.DecidedBefore}, r),
			misread("/invite-member", &invite.ParseError{Part: typed, Problem: "p", Remedy: "r"}),
		} {
			own := strings.ReplaceAll(c.text, "<"+testRenderer.permalink(r.Card)+"|See request 12>", "")
			if strings.ContainsAny(own, "<>") {
				t.Errorf("the text has markup: %q", c.text)
			}
			if n := len([]rune(c.text)); n > maxText {
				t.Errorf("the text has %d characters", n)
			}
		}
	})
}

func TestEscape(t *testing.T) {
	if got := escape(`<a&b>"'` + "`"); got != `&lt;a&amp;b&gt;"'`+"`" {
		t.Errorf("escape: %s", got)
	}
}

func TestTidy(t *testing.T) {
	if got := tidy(" one\n\ttwo\u202e\u0000three\u200b "); got != "one two three" {
		t.Errorf("tidy: %q", got)
	}
}

// newJudge returns a function that has a workspace check messages as Slack does: posted and edited.
func newJudge(t *testing.T) func(*testing.T, content) {
	ws := bottest.Start(bottest.Options{})
	t.Cleanup(ws.Close)
	ws.AddChannel(bottest.Channel{ID: "C0APPROVE", BotIsMember: true})
	api := NewClient(ws.APIURL(), ws.BotToken, ws.AppToken)
	return func(t *testing.T, c content) {
		t.Helper()
		_, ts, err := api.PostMessageContext(context.Background(), "C0APPROVE", c.options()...)
		if err == nil {
			_, _, _, err = api.UpdateMessageContext(context.Background(), "C0APPROVE", ts, c.options()...)
		}
		if err != nil {
			var refused slack.SlackErrorResponse
			t.Errorf("Slack refuses it: %v %v", err, fmt.Sprint(refused.ResponseMetadata.Messages))
		}
	}
}

func golden(t *testing.T, name string, c content) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{"text": strings.Split(c.text, "\n"), "blocks": c.blocks}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs; run go test ./bot -update and look at the difference. Got:\n%s", path, got.Bytes())
	}
}

func blocksOf(t *testing.T, c content) string {
	t.Helper()
	raw, err := json.Marshal(c.blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
