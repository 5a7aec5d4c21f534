package words

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/invite"
)

// mostOfAck is how many bytes an acknowledgement's payload may take: Slack drops one of 20 KB, and the envelope's ID goes around it.
const mostOfAck = 20_000

// longNames are as long as names can be, and of what takes most: in characters, in bytes, and where it is escaped.
var longNames = map[string]string{
	"Chinese": strings.Repeat("陈", invite.MaxCharacters), "emoji": strings.Repeat("👩‍🚀❤️", invite.MaxCharacters/5), "escaped": strings.Repeat("<&>\"", invite.MaxCharacters/4),
	"letters": strings.Repeat("W", invite.MaxCharacters),
}

// longestMany is a request with as many accounts as there can be, everything as long as it may be, and every warning about each.
func longestMany(name string) approvals.Request {
	r := pending(func(r *approvals.Request) {
		r.ID, r.Required, r.Invitations, r.AlsoTold = 999_999, 9, nil, slices.Repeat([]string{"U0123456789"}, MaxAlsoTold)
		r.Nonce, r.Digest, r.Requester.Name = strings.Repeat("n", 32), strings.Repeat("d", 64), fitted(name, 80)
		r.Foreseen.AsOf = asked
	})
	for n := range invite.MaxInvitations {
		i := invitation(math.MaxUint64-invite.UIN(n), name, name)
		i.ID, i.SentBefore = int64(n+1), 999_998
		r.Invitations = append(r.Invitations, i)
		for _, kind := range []ledger.ForeseenKind{ledger.IsMember, ledger.IsInvited, ledger.NameTaken, ledger.NameTwice, ledger.DeniedBefore} {
			r.Foreseen.Warnings = append(r.Foreseen.Warnings, ledger.Foreseen{Kind: kind, Invitation: i.ID, UIN: math.MaxUint64, Name: name, Since: asked,
				Request: 999_998, By: r.Requester, Reason: strings.Repeat("字", maxReason)})
		}
	}
	r.Foreseen.Warnings = append(r.Foreseen.Warnings, ledger.Foreseen{Kind: ledger.OrgWouldBeFull, Members: 99_999, Open: 99_999, Room: 99_999}, ledger.Foreseen{Kind: ledger.NoOrganization})
	return r
}

// longestRefused is the same when all were refused, each for a reason of its own.
func longestRefused(name string) approvals.Request {
	r := longestMany(name)
	for range 9 {
		approvedWith(r.Requester)(&r)
	}
	for n := range r.Invitations {
		i := &r.Invitations[n]
		i.State, i.Attempt, i.Again, i.RequestID = approvals.Failed, 99, 999_999, strings.Repeat("r", 36)
		i.Code, i.Message = fmt.Sprintf("FailedOperation.%sNumber%d", strings.Repeat("Something", 5), n), strings.Repeat("m", 500)
	}
	return r
}

// longestEnded has accounts that stand in every way.
func longestEnded(name string) approvals.Request {
	r := longestRefused(name)
	states := []approvals.State{approvals.Joined, approvals.Lapsed, approvals.Declined, approvals.Cancelled, approvals.Left, approvals.Stopped, approvals.Unknown, approvals.Sent, approvals.Ready, approvals.Failed}
	for n := range r.Invitations {
		r.Invitations[n].State = states[n%len(states)]
	}
	return r
}

// longestMessages is all that can be said of those.
func longestMessages(b Book, name string) map[string]Content {
	waits, refused, ended := longestMany(name), longestRefused(name), longestEnded(name)
	everyID := idsOf(1, invite.MaxInvitations)
	all := map[string]Content{
		"retried":        b.Reply(refused, ledger.Event{Kind: ledger.Retried, Actor: waits.Requester, Invitation: 1, Detail: ledger.Detail{Invitations: everyID}}),
		"concluded":      b.Reply(ended, ledger.Event{Kind: ledger.Concluded, Detail: ledger.Detail{Invitations: everyID}}),
		"searching":      b.Reply(ended, ledger.Event{Kind: ledger.Searching, Invitation: 7, Detail: ledger.Detail{Code: "InternalError", Message: strings.Repeat("m", 500), RequestID: "x"}}),
		"told of an end": b.Direct(ended, ledger.Event{Kind: ledger.Concluded, Detail: ledger.Detail{Invitations: everyID}}),
		"accepted":       b.Accepted(Command, "C0123456789", waits), "reminder": b.Reminder(slices.Repeat([]approvals.Request{waits}, 20), 999_999).Compact(), // as bot/post says it then
		"list":     b.Lists(approvals.Lists{Waiting: approvals.Listing{Requests: slices.Repeat([]approvals.Request{waits}, 20)}, Own: approvals.Listing{Requests: slices.Repeat([]approvals.Request{refused}, 20)}}, true),
		"too many": b.TooMany(slices.Repeat([]approvals.Request{waits}, 20), Command),
	}
	for name, r := range map[string]approvals.Request{"waiting": waits, "refused": refused, "ended": ended} {
		all["card "+name], all["status "+name] = b.Card(r), b.Status(r)
		for part := range 4 {
			e := ledger.Event{Kind: ledger.Delivered, Detail: ledger.Detail{Part: part + 1, Invitations: idsOf(25*part+1, 25*part+25)}}
			all[fmt.Sprint("table ", part+1, " ", name)] = b.Reply(r, e)
			all["told "+name] = b.Direct(r, ledger.Event{Kind: ledger.Delivered, Detail: ledger.Detail{Part: 1, Invitations: idsOf(1, 25)}})
		}
	}
	return all
}

// longestForms is each page of the forms about those, and what answers a page that was filled in.
func longestForms(b Book, name string) map[string]slack.ModalViewRequest {
	waits := longestMany(name)
	p, target := approvals.Preview{Draft: approvals.Draft{ID: strings.Repeat("d", 32)}, Request: waits}, Target{Installation: "inst1", Request: waits.ID}
	all := map[string]slack.ModalViewRequest{"review": b.Review(waits, target), "deny": b.AskReason(waits, target)}
	var accounts []invite.Invitation
	for _, i := range waits.Invitations {
		accounts = append(accounts, i.Invitation)
	}
	all["ask"] = b.Ask(accounts, waits.ID)
	for _, page := range []int{0, 1, invite.MaxInvitations} { // the first, one between, the last
		for what, r := range map[string]approvals.Request{"waiting": waits, "refused": longestRefused(name), "ended": longestEnded(name)} {
			all[fmt.Sprint("all ", what, " ", page)] = b.ShowAll(r, page, true)
		}
		all[fmt.Sprint("check ", page)] = b.Check(p, page, b.TooMany(slices.Repeat([]approvals.Request{waits}, 20), Command))
	}
	return all
}

// sizeOf is how many bytes something takes as bot/socket writes it.
func sizeOf(t *testing.T, v any) int {
	t.Helper()
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return raw.Len()
}

// TestTheLongestOfManyFits: whatever is said of a hundred accounts of the longest kind, in both languages, is as Slack takes it, and what an
// acknowledgement carries has less than 20 KB.
func TestTheLongestOfManyFits(t *testing.T) {
	slackTakes, opens := newJudge(t), newFormJudge(t)
	for language, b := range map[string]Book{"en": testBook, "zh-CN": chineseBook} {
		for kind, name := range longNames {
			t.Run(language+"/"+kind, func(t *testing.T) {
				messages := longestMessages(b, name)
				for _, what := range slices.Sorted(maps.Keys(messages)) {
					t.Run(what, func(t *testing.T) { slackTakes(t, messages[what]) })
				}
				for _, what := range []string{"accepted", "list", "status refused", "too many"} { // which answer commands
					if n := sizeOf(t, messages[what].Private()); n > mostOfAck {
						t.Errorf("%s takes %d bytes", what, n)
					}
				}
				for what, form := range longestForms(b, name) {
					t.Run(what, func(t *testing.T) { opens(t, form) })
					if n := sizeOf(t, slack.NewPushViewSubmissionResponse(&form)); n > mostOfAck && form.CallbackID == SendModal { // others go by a call
						t.Errorf("%s takes %d bytes", what, n)
					}
				}
			})
		}
	}
}

// newFormJudge returns a function that has a workspace check forms as Slack does.
func newFormJudge(t *testing.T) func(*testing.T, slack.ModalViewRequest) {
	ws := bottest.Start(bottest.Options{Unlimited: true})
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: eve.ID, Name: eve.Name})
	api := webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken)
	return func(t *testing.T, form slack.ModalViewRequest) {
		t.Helper()
		opened, err := api.Slack.OpenViewContext(context.Background(), ws.Trigger(eve.ID), form)
		if err != nil {
			refused, _ := errors.AsType[slack.SlackErrorResponse](err)
			t.Errorf("Slack refuses it: %v %v", err, refused.ResponseMetadata.Messages)
			return
		}
		if _, err := ws.DismissView(context.Background(), eve.ID, opened.ID); err != nil {
			t.Error(err)
		}
	}
}

// TestPagesHaveEveryAccountOnce, however long they are.
func TestPagesHaveEveryAccountOnce(t *testing.T) {
	for kind, name := range longNames {
		r, next := longestMany(name), 0
		for number := 0; next < len(r.Invitations); number++ {
			p := testBook.pageOf(r, number)
			if p.first != next || p.last <= p.first || p.number != number || number >= p.of || len(p.rows) != p.last-p.first {
				t.Fatalf("%s: page %d of %d shows %d to %d", kind, number, p.of, p.first, p.last)
			}
			next = p.last
		}
	}
}

// TestTheFormSaysWhereNotAllFit: what it begins with is as many accounts as its fields take, the first ones.
func TestTheFormSaysWhereNotAllFit(t *testing.T) {
	var accounts []invite.Invitation
	for _, i := range longestMany(longNames["letters"]).Invitations {
		accounts = append(accounts, i.Invitation)
	}
	filled, left := splitRows(accounts)
	fit := len(accounts) - left
	rows, wrong := invite.ReadTable(filled[0], filled[1])
	if len(rows) != fit || len(wrong) > 0 || fit == 0 || rows[0].Invitation != accounts[0] {
		t.Errorf("%d rows are filled in, %d counted, %d can't be read", len(rows), fit, len(wrong))
	}
	said := func(b Book, accounts []invite.Invitation) string {
		return blocksOf(t, Content{Blocks: b.Ask(accounts, 12).Blocks.BlockSet})
	}
	contains(t, said(testBook, accounts), "The form has no room for ", " of the 100 accounts.")
	contains(t, said(chineseBook, accounts), "共 100 个账号，其中 ")
	if strings.Contains(said(testBook, accounts[:fit]), "no room for") {
		t.Error("all have room, and the form says that not all do")
	}
}
