package words

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/invite"
)

var update = flag.Bool("update", false, "write the golden files in testdata anew")

var (
	ann = approvals.Person{ID: "U0ANN", Name: "ann"}
	bob = approvals.Person{ID: "U0BOB", Name: "bob"}
	eve = approvals.Person{ID: "U0EVE", Name: "eve"} // asks
)

var (
	testBook = NewBook(English, "inst1", "https://home.slack.com/")
	asked    = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
)

func invitation(uin invite.UIN, name, remark string) approvals.Invitation {
	return approvals.Invitation{ID: 7, Invitation: invite.Invitation{UIN: uin, Name: name, Remark: remark}, State: approvals.Waiting}
}

// pending is request 12, one invitation of which nothing is out of the ordinary; change it to what a test is about.
func pending(change ...func(*approvals.Request)) approvals.Request {
	r := approvals.Request{
		ID: 12, Nonce: "6e6f6e6365", Digest: "9f3c21ab4d5e6f70", Requester: eve, AskedIn: "C0ASK", State: approvals.Pending, Required: 1,
		CreatedAt: asked, ExpiresAt: asked.Add(72 * time.Hour),
		Invitations: []approvals.Invitation{invitation(100012345678, "Alice", "invitebot 12, asked by eve")},
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

// open is an invitation that Tencent Cloud lists.
func open(i *approvals.Invitation) {
	i.RequestID, i.CalledAt, i.Expires = "b46d2afe-6893", asked.Add(time.Hour), asked.Add(15*24*time.Hour)
}

// severally has several invitations stand as given.
func severally(states ...approvals.State) func(*approvals.Request) {
	return func(r *approvals.Request) {
		for n, s := range states {
			i := &r.Invitations[n]
			i.State, i.Attempt = s, 1
			if open(i); s == approvals.Failed {
				i.Code = "FailedOperation.MemberNameUsed"
			}
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
	"sent-settled": pending(approvedWith(ann), delivery(approvals.Sent, func(i *approvals.Invitation) {
		i.RequestID, i.SettledBy = "b46d2afe-6893", bob
	})),
	"sent-until":          pending(approvedWith(ann), delivery(approvals.Sent, open)),
	"sent-cancelling":     pending(approvedWith(ann), delivery(approvals.Sent, open, func(i *approvals.Invitation) { i.CancelledBy = bob })),
	"joined":              pending(approvedWith(ann), delivery(approvals.Joined, open)),
	"lapsed":              pending(approvedWith(ann), delivery(approvals.Lapsed, open)),
	"lapsed-again":        pending(approvedWith(ann), delivery(approvals.Lapsed, open, func(i *approvals.Invitation) { i.Again = 15 })),
	"declined":            pending(approvedWith(ann), delivery(approvals.Declined, open)),
	"cancelled":           pending(approvedWith(ann), delivery(approvals.Cancelled, open, func(i *approvals.Invitation) { i.CancelledBy = bob })),
	"cancelled-elsewhere": pending(approvedWith(ann), delivery(approvals.Cancelled, open)),
	"left":                pending(approvedWith(ann), delivery(approvals.Left, open)),
	"pending-foreseen": pending(func(r *approvals.Request) {
		r.Foreseen = approvals.Foresight{AsOf: asked, Warnings: []ledger.Foreseen{
			{Kind: ledger.OrgWouldBeFull, Members: 97, Open: 3, Room: 100},
			{Kind: ledger.IsMember, Invitation: 7, Name: "Ally", Since: asked.AddDate(0, -1, 0)},
			{Kind: ledger.IsInvited, Invitation: 7, Name: "Ally", Since: asked.AddDate(0, 0, -3)},
			{Kind: ledger.NameTaken, Invitation: 7, UIN: 100000000005},
			{Kind: ledger.DeniedBefore, Invitation: 7, Request: 9, By: bob, Reason: "not <our> team."},
		}}
	}),
	"pending-full": pending(func(r *approvals.Request) {
		r.Foreseen = approvals.Foresight{AsOf: asked, Warnings: []ledger.Foreseen{{Kind: ledger.OrgFull, Members: 100, Room: 100}, {Kind: ledger.NoOrganization}, {Kind: ledger.NameTwice, Invitation: 7}}}
	}),
	"several-sent":  pending(several, approvedWith(ann), severally(approvals.Sent, approvals.Sent, approvals.Sent)),
	"several-ended": pending(several, approvedWith(ann), severally(approvals.Joined, approvals.Lapsed, approvals.Sent)),
	"several-part":  pending(several, approvedWith(ann), severally(approvals.Sent, approvals.Failed, approvals.Stopped)),
	"failed": pending(approvedWith(ann), delivery(approvals.Failed, func(i *approvals.Invitation) {
		i.RequestID, i.Code, i.Message = "b46d2afe-6893", "FailedOperation.MemberNameUsed", "used"
	})),
	"failed-new-code": pending(approvedWith(ann), delivery(approvals.Failed, func(i *approvals.Invitation) {
		i.Code, i.Message = "FailedOperation.SomethingNew", "The <real-name> information differs."
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
	const accounts, share = 10, 100
	for n := range accounts {
		i := invitation(invite.UIN(math.MaxUint64)-invite.UIN(n), strings.Repeat("𝔸&", share/4), strings.Repeat("&", share/2))
		i.ID, i.SentBefore, i.State, i.Code, i.Message = int64(n+1), 11, approvals.Failed, "InvalidParameter", strings.Repeat("m", 300)
		r.Invitations = append(r.Invitations, i)
	}
	r.Required = 3
	return r
}

// newJudge returns a function that has a workspace check messages as Slack does: posted and edited.
func newJudge(t *testing.T) func(*testing.T, Content) {
	ws := bottest.Start(bottest.Options{Unlimited: true})
	t.Cleanup(ws.Close)
	ws.AddChannel(bottest.Channel{ID: "C0APPROVE", BotIsMember: true})
	api := webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken)
	return func(t *testing.T, c Content) {
		t.Helper()
		_, ts, err := api.Slack.PostMessageContext(context.Background(), "C0APPROVE", options(c)...)
		if err == nil {
			_, _, _, err = api.Slack.UpdateMessageContext(context.Background(), "C0APPROVE", ts, options(c)...)
		}
		if err != nil {
			var refused slack.SlackErrorResponse
			t.Errorf("Slack refuses it: %v %v", err, fmt.Sprint(refused.ResponseMetadata.Messages))
		}
	}
}

// options are those with which bot/post says messages.
func options(c Content) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(c.Text, false), slack.MsgOptionBlocks(c.Blocks...),
		slack.MsgOptionParse(false), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

func golden(t *testing.T, name string, c Content) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{"text": strings.Split(c.Text, "\n"), "blocks": c.Blocks}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
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
		t.Errorf("%s differs; run go test ./bot/words -update and look at the difference. Got:\n%s", path, got.Bytes())
	}
}

func blocksOf(t *testing.T, c Content) string {
	t.Helper()
	raw, err := json.Marshal(c.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}
