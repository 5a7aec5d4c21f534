package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// inOrder wants parts of a text one after the other.
func inOrder(t *testing.T, text string, wants ...string) {
	t.Helper()
	rest := text
	for _, want := range wants {
		_, behind, ok := strings.Cut(rest, want)
		if !ok {
			t.Errorf("%q is missing, or not where it should be, in:\n%s", want, text)
			return
		}
		rest = behind
	}
}

func TestListOfOnesOwn(t *testing.T) {
	w := newWorld(t, options{})
	contains(t, w.types(eve.ID, "list"), "You have asked for nothing so far")
	first := w.asks("1000 Alice\n2000 Bob\n3000 Carol")
	second := w.asks("4000 Dan")
	w.asks("5000 Erin")
	contains(t, w.types(bob.ID, "6000 Frank"), "Request 4 is")
	w.clicks(ann.ID, second, words.ActionApprove)
	w.becomes(second, "Invitation sent")
	contains(t, w.types(eve.ID, "withdraw 3"), "Request 3 is withdrawn")
	answer := w.types(eve.ID, " LIST\t")
	inOrder(t, answer, "You have asked for these:",
		"|Request 1>: 1000 Alice and 2 more – Waits for approval, asked 20", "|Request 3>: 5000 Erin – ↩️ Withdrawn, asked", "|Request 2>: 4000 Dan – ✅ Invited, asked")
	contains(t, answer, "<"+w.ws.Permalink(first.Ref())+"|Request 1>")
	if strings.Contains(answer, "Frank") || strings.Contains(answer, "your decision") {
		t.Errorf("eve is told: %s", answer)
	}
}

func TestListForAnApprover(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{Required: 2, TTL: time.Hour}})
	inOrder(t, w.types(ann.ID, "list"), "Nothing waits for your decision.", "You have asked for nothing so far.")
	first := w.asks("1000 Alice")
	w.asks("2000 Bob")
	contains(t, w.types(ann.ID, "3000 Carol"), "Request 3 is")
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 3 })
	w.recorded(3)
	inOrder(t, w.types(ann.ID, "list"), "These wait for your decision:", "|Request 1>: 1000 Alice, asked by @eve, open until 20", "|Request 2>: 2000 Bob",
		"You have asked for these:", "|Request 3>: 3000 Carol – Waits for approval")
	w.clicks(ann.ID, first, words.ActionApprove)
	w.becomes(first, "1 of 2 approved")
	waiting, _, _ := strings.Cut(w.types(ann.ID, "list"), "You have asked")
	if strings.Contains(waiting, "Request 1") || strings.Contains(waiting, "Request 3") {
		t.Errorf("ann has approved 1, and 3 is her own: %s", waiting)
	}
	inOrder(t, w.types(bob.ID, "list"), "Request 1>", "Request 2>", "Request 3>", "You have asked for nothing so far.")
}

// TestAnApproverWhoMayNotAskLooks, and somebody who may do neither is refused as by withdraw.
func TestAnApproverWhoMayNotAskLooks(t *testing.T) {
	w := newWorld(t, options{config: Config{Requesters: []string{eve.ID}}})
	w.asks("1000 Alice")
	contains(t, w.types(ann.ID, "list"), "Request 1>: 1000 Alice")
	contains(t, w.types(ann.ID, "status 1"), "Request 1: Waits for approval")
	contains(t, w.types(ann.ID, "withdraw"), "can't withdraw a request")
	for _, typed := range []string{"list", "status 1", "status 99"} {
		answer := w.types(guestID, typed)
		contains(t, answer, "Nothing is shown", "aren't among the people who may ask")
		if strings.ContainsAny(answer, "0123456789") {
			t.Errorf("%s is answered: %s", typed, answer)
		}
	}
	contains(t, w.types(guestID, "withdraw"), "Nothing was changed", "aren't among the people who may ask")
	if e := w.ledger(ledger.Refused); e.Actor.ID != guestID || e.Request != 0 || e.Detail.Typed != "withdraw" || e.Detail.Tried != "withdraw" {
		t.Errorf("the ledger has %+v", e)
	}
}

// TestListWhileSlackDoesNotSay who is in the group: what is one's own is shown, and that something may be missing.
func TestListWhileSlackDoesNotSay(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	contains(t, w.types(bob.ID, "2000 Bob"), "Request 2 is")
	w.bot.people.groups.known = map[string]known[[]string]{} // as a minute later
	w.ws.Fail("usergroups.users.list", bottest.Fault{Kind: bottest.ServerError, Times: -1})
	answer := w.types(bob.ID, "list")
	contains(t, answer, "2000 Bob", "couldn't be asked whether you are an approver")
	if strings.Contains(answer, "Alice") {
		t.Errorf("bob is shown: %s", answer)
	}
	mine, none := w.types(bob.ID, "status 1"), w.types(bob.ID, "status 99")
	contains(t, mine, "couldn't be asked whether you may")
	if mine != none {
		t.Errorf("it reads %q, and %q where there is none", mine, none)
	}
	contains(t, w.types(bob.ID, "status 2"), "Request 2: Waits for approval")
}

func TestStatus(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice\n2000 Bob")
	contains(t, w.types(eve.ID, "status 1"), "Request 1: Waits for approval", "1000 Alice", "2000 Bob", "Asked by: @eve", w.ws.Permalink(card.Ref()))
	w.cloud.queue(invite.Result{Outcome: invite.Sent, RequestID: "req-a"}, invite.Result{Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed", RequestID: "req-b"})
	w.clicks(ann.ID, card, words.ActionApprove)
	w.replies(card, 2)
	for _, user := range []string{eve.ID, ann.ID, bob.ID} {
		inOrder(t, w.types(user, " Status\t #1 "), "Request 1: ⚠️ 1 of 2 accounts invited", "1000 Alice", "2000 Bob", "Asked by: @eve", "Approved by @ann", "See request 1")
	}
	contains(t, w.types(eve.ID, "status 1"), "Invitation sent. RequestId req-a", "Not sent: ", "FailedOperation.MemberNameUsed")
	contains(t, w.types(ann.ID, "status 99"), "There is no request 99 here.")
}

// TestStatusTellsNothing: to everybody but the requester and the approvers a request reads the same as one that doesn't exist.
func TestStatusTellsNothing(t *testing.T) {
	w := newWorld(t, options{idle: true, config: Config{Approvers: []string{ann.ID}}})
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 1 is")
	other, none := w.types(bob.ID, "status 1"), w.types(bob.ID, "status 99")
	if strings.ReplaceAll(none, "99", "1") != other || strings.Contains(other, "eve") || strings.Contains(other, "Alice") {
		t.Errorf("it reads %q, and %q where there is none", other, none)
	}
	if e := w.ledger(ledger.Refused); e.Actor != bob || e.Request != 1 || e.Detail.Tried != "status" || e.Detail.Why != ledger.NotRequester {
		t.Errorf("the ledger has %+v", e)
	}
	contains(t, w.types(eve.ID, "status 1"), "Request 1: Waits for approval", "Its card isn't posted yet")
}

// rows are the buttons of an answer, each by its text's beginning and with its block.
func (w *world) rows(ref bottest.Ref) map[string]string {
	w.Helper()
	m, ok := w.ws.Message(ref)
	if !ok {
		w.Fatal("the answer is gone")
	}
	var blocks []struct {
		ID        string `json:"block_id"`
		Text      struct{ Text string }
		Accessory struct {
			Action string `json:"action_id"`
		}
	}
	w.must(json.Unmarshal(m.Blocks, &blocks))
	found := map[string]string{}
	for _, b := range blocks {
		if b.Accessory.Action != "" {
			request, _, _ := strings.Cut(b.Text.Text, ":")
			found[request] = b.ID + "/" + b.Accessory.Action
		}
	}
	return found
}

// lists has somebody ask what they can withdraw.
func (w *world) lists(user string) bottest.Message {
	w.Helper()
	a, err := w.ws.Command(w.ctx, user, askID, "/invite-member withdraw")
	w.must(err)
	m, ok := w.ws.Message(a.Message)
	if !a.OK() || !ok {
		w.Fatalf("answered %+v", a)
	}
	return m
}

// isTold waits until somebody is told something: in a form over what they pressed, or directly, as the bot isn't where they type commands.
func (w *world) isTold(user, want string) {
	w.Helper()
	w.eventually("an answer with "+want, func() bool {
		return slices.ContainsFunc(w.hears(user), func(text string) bool { return strings.Contains(text, want) }) ||
			slices.ContainsFunc(w.ws.DirectMessages(user), func(m bottest.Message) bool { return strings.Contains(m.Text, want) })
	})
}

func TestWithdrawByAButton(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice\n2000 Bob")
	card := w.asks("3000 Carol")
	contains(t, w.types(ann.ID, "4000 Dan"), "Request 3 is")
	list := w.lists(eve.ID)
	inOrder(t, list.Text, "Which of these", "Request 2: 3000 Carol", "Request 1: 1000 Alice and 1 more")
	if strings.Contains(list.Text, "Dan") {
		t.Errorf("somebody else's request is listed: %s", list.Text)
	}
	rows := w.rows(list.Ref())
	w.clicks(eve.ID, list, rows["Request 2"])
	now := w.becomes(list, "Request 2 is withdrawn.")
	inOrder(t, now.Text, w.ws.Permalink(card.Ref()), "Which of these", "Request 1: 1000 Alice")
	w.becomes(card, "Withdrawn by @eve")
	if e := w.ledger(ledger.Withdrawn); e.Request != 2 || e.Actor != eve {
		t.Errorf("the ledger has %+v", e)
	}
	w.clicks(eve.ID, now, w.rows(now.Ref())["Request 1"])
	now = w.becomes(list, "Request 1 is withdrawn.")
	if len(w.rows(now.Ref())) > 0 || strings.Contains(now.Text, "Which of these") {
		t.Errorf("nothing is left, and the list says: %s", now.Text)
	}
	contains(t, w.types(eve.ID, "withdraw"), "None of your requests waits for approval")
	if n := len(w.ws.Ephemerals(eve.ID)); n != 4 { // two cards asked for, the list, and the last answer
		t.Errorf("%d answers", n)
	}
}

// TestWithdrawByAButtonTooLate: the list on the screen is older than the decision. Why nothing was done is told from the ledger, and
// the list shows what is left.
func TestWithdrawByAButtonTooLate(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	list := w.lists(eve.ID)
	w.clicks(ann.ID, card, words.ActionApprove)
	w.replies(card, 1)
	w.clicks(eve.ID, list, words.ActionWithdraw)
	w.isTold(eve.ID, "Request 1 was approved by @ann")
	w.becomes(list, "None of your requests waits for approval")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if r.State != approvals.Approved {
		t.Errorf("the request is %s", r.State)
	}
}

// TestWithdrawByAButtonThatIsNotTheirs: a button's value can be made up by nobody, and is believed all the same in nothing: not of
// whom it is, nor of which database.
func TestWithdrawByAButtonThatIsNotTheirs(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	list := w.lists(eve.ID)
	another := w.asks("2000 Bob")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	for _, x := range []struct {
		by, instead, says string
		why               ledger.Why
	}{
		{ann.ID, "", "Request 1 isn't yours to withdraw", ledger.NotRequester},
		{eve.ID, w.desk.Installation(), "another installation", ledger.ForeignCard},
		{eve.ID, r.Nonce, "That list has a request that this database doesn't know", ledger.UnknownCard},
		{eve.ID, r.Digest, "Request 1 was changed in the database", ledger.Changed},
	} {
		pressed := list
		pressed.EphemeralTo = ""
		if x.instead != "" {
			pressed.Blocks = bytes.ReplaceAll(list.Blocks, []byte(x.instead), []byte("another"))
		}
		w.clicks(x.by, pressed, words.ActionWithdraw)
		w.isTold(x.by, x.says)
		if e := w.ledger(ledger.Refused); e.Actor.ID != x.by || e.Detail.Why != x.why {
			t.Errorf("%s: the ledger has %+v", x.says, e)
		}
	}
	if r, err = w.desk.Request(w.ctx, 1); err != nil || r.State != approvals.Pending {
		t.Errorf("the request is %s, %v", r.State, err)
	}
	if now := w.now(another); now.EditedTS != "" {
		t.Errorf("a card was marked: %s", now.Text)
	}
}

// TestWithdrawByAButtonWhoMayNotAskAnyMore are refused, as they are where they type it.
func TestWithdrawByAButtonWhoMayNotAskAnyMore(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	list := w.lists(eve.ID)
	w.ws.AddUser(bottest.User{ID: eve.ID, Name: eve.Name, Guest: true})
	w.bot.people.members.known = map[string]known[member]{} // as a minute later
	w.clicks(eve.ID, list, words.ActionWithdraw)
	w.isTold(eve.ID, "and so can't withdraw a request")
	if r, err := w.desk.Request(w.ctx, 1); err != nil || r.State != approvals.Pending {
		t.Errorf("the request is %s, %v", r.State, err)
	}
}

// TestWithdrawByAButtonIsTold also where the list can't be replaced any more, and once where the click comes twice.
func TestWithdrawByAButtonIsTold(t *testing.T) {
	w := newWorld(t, options{config: Config{Connections: 2}})
	for n := range 2 {
		w.asks(fmt.Sprintf("%d Alice", 1000+n))
	}
	list := w.lists(eve.ID)
	w.ws.Fail(bottest.ResponseURL, bottest.Fault{Kind: bottest.ServerError, Times: 1})
	rows := w.rows(list.Ref())
	w.clicks(eve.ID, list, rows["Request 1"])
	w.isTold(eve.ID, "Request 1 is withdrawn.")
	w.ws.DoubleEnvelopes(true)
	w.clicks(eve.ID, list, rows["Request 2"])
	w.becomes(list, "Request 2 is withdrawn.")
	withdrawn := 0
	for e, err := range w.store.Events(w.ctx, ledger.Filter{}) {
		w.must(err)
		if e.Kind == ledger.Withdrawn {
			withdrawn++
		}
		if e.Kind == ledger.Refused {
			t.Errorf("the ledger has %+v", e)
		}
	}
	if withdrawn != 2 {
		t.Errorf("%d withdrawals", withdrawn)
	}
}
