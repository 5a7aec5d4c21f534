package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

func hasButton(m bottest.Message, action string) bool {
	return strings.Contains(string(m.Blocks), `"action_id":"`+action+`"`)
}

// TestFromAskingToTheRequestID is the main job, with the four calls to Slack that it takes.
func TestFromAskingToTheRequestID(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{TTL: time.Hour}})
	card := w.asks("1000 Alice -- for data")
	contains(t, card.Text, "Request 1: invite 1000 (Alice)", "@eve", "for data", "open until")
	w.clicks(ann.ID, card, words.ActionApprove)
	reply := w.replies(card, 1)[0]
	contains(t, reply.Text, "Request 1: 1000 (Alice): the invitation was sent", "RequestId req-1", "Approved by @ann")
	card = w.becomes(card, "Invitation sent. RequestId req-1")
	contains(t, card.Text, "Approved by @ann", "for data", "@eve")
	if hasButton(card, words.ActionApprove) || hasButton(card, words.ActionDeny) {
		t.Error("the decided card has buttons")
	}
	w.eventually("the direct message", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "the invitation was sent", "RequestId req-1", w.ws.Permalink(card.Ref()))
	if sent := w.cloud.calls(); len(sent) != 1 || sent[0].UIN != 1000 || sent[0].Remark != "for data" {
		t.Errorf("sent %+v", sent)
	}
	said := w.ws.Count("chat.postMessage") + w.ws.Count("chat.update") + w.ws.Count("chat.postEphemeral") + w.ws.Count("conversations.open")
	if said != 4 {
		t.Errorf("%d calls to Slack: %v", said, w.ws.Calls())
	}
}

func TestTwoApprovers(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{Required: 2}})
	card := w.asks("1000 Alice")
	contains(t, card.Text, "0 of 2 approved")
	w.clicks(ann.ID, card, words.ActionApprove)
	card = w.becomes(card, "1 of 2 approved: @ann")
	w.clicks(ann.ID, card, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 1), "Your approval of request 1 counts already", "1 of 2 approved: @ann")
	w.clicks(bob.ID, card, words.ActionApprove)
	contains(t, w.replies(card, 1)[0].Text, "Approved by @ann, @bob")
}

func TestDeny(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	view := w.opensDeny(ann.ID, card)
	contains(t, view.Title+string(view.Blocks), "Deny request 1", "1000", "Alice", eve.ID)
	w.denies(view, " not <our>\nteam ")
	if open := w.ws.Views(ann.ID); len(open) != 0 {
		t.Errorf("still open: %v", open)
	}
	card = w.becomes(card, "Denied by @ann")
	contains(t, card.Text, "Reason: not &lt;our&gt; team")
	w.eventually("the direct message", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "denied by @ann", "Reason: not &lt;our&gt; team")
	if len(w.cloud.calls()) != 0 {
		t.Error("something was sent")
	}
}

func TestDenyWithoutReason(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	w.denies(w.opensDeny(ann.ID, card), "")
	if text := w.becomes(card, "Denied by @ann").Text; strings.Contains(text, "Reason:") {
		t.Error(text)
	}
}

// TestDenyTooLate: the request was decided while the modal was open, and the modal says by whom.
func TestDenyTooLate(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	view := w.opensDeny(bob.ID, card)
	w.clicks(ann.ID, card, words.ActionApprove)
	w.replies(card, 1)
	w.denies(view, "")
	view = w.ws.Views(bob.ID)[0]
	contains(t, view.Title+string(view.Blocks), "Not done", "Request 1 was ", "approved by ", ann.ID)
}

// TestDenyWhatIsDecided opens no modal only to refuse what was typed into it.
func TestDenyWhatIsDecided(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	w.clicks(ann.ID, card, words.ActionApprove)
	w.replies(card, 1)
	w.clicks(bob.ID, card, words.ActionDeny)
	contains(t, w.whispered(bob.ID, 1), "Request 1 was approved by @ann", w.ws.Permalink(card.Ref()))
	if n := w.ws.Count("views.open"); n != 1 {
		t.Errorf("%d forms, beside the one that says so", n-1)
	}
}

// TestDenyOneOfOnesOwn is refused before somebody takes the trouble to give a reason.
func TestDenyOneOfOnesOwn(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{}, config: Config{Approvers: []string{ann.ID, eve.ID}}})
	card := w.asks("1000 Alice")
	n := len(w.hears(eve.ID))
	w.clicks(eve.ID, card, words.ActionDeny)
	contains(t, w.whispered(eve.ID, n+1), "Request 1 is your own")
	if n := w.ws.Count("views.open"); n != 1 {
		t.Errorf("%d forms, beside the one that says so", n-1)
	}
}

// TestTheFormDoesNotOpen: whoever pressed the button is told so, also where Slack takes a while to take that.
func TestTheFormDoesNotOpen(t *testing.T) {
	for _, kind := range []bottest.Kind{bottest.ServerError, bottest.Hang} {
		w := newWorld(t, options{})
		card := w.asks("1000 Alice")
		w.ws.Fail("views.open", bottest.Fault{Kind: kind})
		w.ws.Fail("chat.postEphemeral", bottest.Fault{Kind: bottest.ServerError})
		w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.ServerError})
		w.clicks(ann.ID, card, words.ActionDeny)
		contains(t, w.whispered(ann.ID, 1), "didn't say that it opened", "request 1", "press Deny again")
		if e := w.ledger(ledger.Refused); e.Detail.Why != ledger.Unopened {
			t.Errorf("the ledger has %+v", e)
		}
	}
}

// TestWhoMayNotDecide: each is told why, and the attempt is in the ledger.
func TestWhoMayNotDecide(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{}, config: Config{Approvers: []string{ann.ID, eve.ID, strangerID}}})
	card := w.asks("1000 Alice")
	for user, want := range map[string]struct {
		says string
		why  ledger.Why
	}{
		bob.ID:     {"Request 1: only approvers can do that", ledger.NotApprover},
		strangerID: {"Only people of this organization", ledger.Outsider},
		eve.ID:     {"Request 1 is your own", ledger.OwnRequest},
	} {
		n := len(w.hears(user))
		w.clicks(user, card, words.ActionApprove)
		contains(t, w.whispered(user, n+1), want.says)
		if e := w.ledger(ledger.Refused); e.Actor.ID != user || e.Request != 1 || e.Detail.Why != want.why {
			t.Errorf("%s: the ledger has %+v", user, e)
		}
	}
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if r.State != approvals.Pending || r.Approvals() != 0 {
		t.Errorf("the request is %s with %d approvals", r.State, r.Approvals())
	}
}

func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t, options{config: Config{Connections: 2}})
	card := w.asks("1000 Alice")
	first, err := w.ws.ClickEnvelope(ann.ID, card, words.ActionApprove)
	w.must(err)
	second, err := w.ws.ClickEnvelope(bob.ID, card, words.ActionApprove)
	w.must(err)
	w.ws.DoubleEnvelopes(true)
	_, err = w.ws.Do(w.ctx, first, second)
	w.must(err)
	w.replies(card, 1)
	w.eventually("the answer to the later one", func() bool {
		return len(w.hears(ann.ID))+len(w.hears(bob.ID)) == 1
	})
	said := append(w.hears(ann.ID), w.hears(bob.ID)...)[0]
	winner := "@ann"
	if len(w.hears(ann.ID)) == 1 {
		winner = "@bob"
	}
	contains(t, said, "Request 1 was approved by "+winner)
	if n := len(w.cloud.calls()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

// TestExpired clicks on a card as it was before its time was over. The click finds out, as the worker looks only once a
// minute, or the worker has just looked.
func TestExpired(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{TTL: time.Nanosecond}})
	card := w.asks("1000 Alice")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	r.State, r.Decisions = approvals.Pending, nil
	seen := card
	seen.Blocks, err = json.Marshal(w.bot.book.Card(r).Blocks)
	w.must(err)
	w.clicks(ann.ID, seen, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 1), "Request 1 was closed", "nobody decided it in time")
	card = w.becomes(card, "Expired")
	if hasButton(card, words.ActionApprove) {
		t.Error("the expired card has buttons")
	}
	w.eventually("the direct message", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	told := w.ws.DirectMessages(eve.ID)[0]
	contains(t, told.Text, "expired")
	// One press asks again.
	w.clicks(eve.ID, told, words.ActionAgain)
	w.eventually("the new card", func() bool { return len(w.ws.Messages(approvalsID)) == 2 })
	contains(t, w.ws.Messages(approvalsID)[1].Text, "Request 2: invite ", "Remark: invitebot 2, asked by eve")
	w.eventually("the message without a button", func() bool { return !hasButton(w.ws.DirectMessages(eve.ID)[0], words.ActionAgain) })
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "It was asked for again: request 2.")
}

func TestTryAgain(t *testing.T) {
	w := newWorld(t, options{})
	w.cloud.queue(invite.Result{Outcome: invite.Rejected, RequestID: "req-no", Code: "LimitExceeded.Members"})
	card := w.asks("1000 Alice")
	w.clicks(ann.ID, card, words.ActionApprove)
	failed := w.replies(card, 1)[0]
	contains(t, failed.Text, "not sent", "as many members as it may have", "Next: ", "Code LimitExceeded.Members, RequestId req-no", "Approved by @ann")
	w.becomes(card, "Not sent: ")
	w.clicks(eve.ID, failed, words.ActionRetry)
	contains(t, w.whispered(eve.ID, 2), "only approvers can do that")
	w.clicks(bob.ID, failed, words.ActionRetry)
	replies := w.replies(card, 3)
	contains(t, replies[1].Text, "@bob pressed Try again: the invitation to 1000 (Alice) is sent once more")
	contains(t, replies[2].Text, "the invitation was sent")
	w.eventually("the button to go", func() bool { return !hasButton(w.now(failed), words.ActionRetry) })
	w.clicks(ann.ID, failed, words.ActionRetry)
	contains(t, w.whispered(ann.ID, 1), "earlier state of request 1", "Invitation sent")
	if n := len(w.cloud.calls()); n != 2 {
		t.Errorf("sent %d times", n)
	}
}

func TestSettleByHand(t *testing.T) {
	for action, want := range map[string]string{words.ActionArrived: "@bob looked and says that it was sent", words.ActionResend: "(Alice) again"} {
		t.Run(action, func(t *testing.T) {
			w := newWorld(t, options{})
			w.cloud.queue(invite.Result{Outcome: invite.Unknown, Code: "ClientError.Timeout"})
			w.cloud.unread = &invite.CallError{Result: invite.Result{Code: "UnauthorizedOperation", Err: errors.New("no")}}
			card := w.asks("1000 Alice")
			w.clicks(ann.ID, card, words.ActionApprove)
			stuck := w.replies(card, 1)[0]
			contains(t, stuck.Text, "isn't known", "isn't allowed to list the organization's invitations", "Tencent Cloud console")
			w.becomes(card, "Not known whether it was sent")
			w.clicks(bob.ID, stuck, action)
			contains(t, w.replies(card, 2)[1].Text, want)
			w.eventually("the buttons to go", func() bool { return !hasButton(w.now(stuck), action) })
			if action == words.ActionArrived {
				w.becomes(card, "Invitation sent, by @bob's word.")
			}
			w.becomes(card, "Invitation sent")
		})
	}
}

// TestNobodySettlesTheirOwnRequest: an approver who asked is told that another one must, and that nothing was done.
func TestNobodySettlesTheirOwnRequest(t *testing.T) {
	for action, result := range map[string]invite.Result{
		words.ActionRetry:   {Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed", RequestID: "req-1"},
		words.ActionArrived: {Outcome: invite.Unknown, Code: "ClientError.Timeout"},
		words.ActionResend:  {Outcome: invite.Unknown, Code: "ClientError.Timeout"},
	} {
		t.Run(action, func(t *testing.T) {
			w := newWorld(t, options{config: Config{Approvers: []string{ann.ID, eve.ID}}})
			w.cloud.queue(result)
			w.cloud.unread = &invite.CallError{Result: invite.Result{Code: "UnauthorizedOperation", Err: errors.New("no")}}
			card := w.asks("1000 Alice")
			w.clicks(ann.ID, card, words.ActionApprove)
			reply := w.replies(card, 1)[0]
			w.clicks(eve.ID, reply, action)
			contains(t, w.whispered(eve.ID, 2), "Request 1 is your own", "another approver has to press that button", "Nothing was changed")
			if e := w.ledger(ledger.Refused); e.Detail.Why != ledger.OwnRequest || e.Detail.Tried != action {
				t.Errorf("the ledger has %+v", e)
			}
			w.clicks(ann.ID, reply, action)
			w.becomes(card, "Invitation sent")
		})
	}
}

// TestForeignButtons: a card made by another database decides nothing here.
func TestForeignButtons(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	foreign := card
	foreign.Blocks = json.RawMessage(strings.ReplaceAll(string(card.Blocks), w.desk.Installation(), "another"))
	w.clicks(ann.ID, foreign, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 1), "another installation")
	if e := w.ledger(ledger.Refused); e.Request != 0 || e.Detail.Why != ledger.ForeignCard {
		t.Errorf("the ledger has %+v", e)
	}
	w.clicks(ann.ID, foreign, words.ActionDeny)
	contains(t, w.whispered(ann.ID, 2), "another installation")
	unreadable := card
	unreadable.Blocks = json.RawMessage(strings.ReplaceAll(string(card.Blocks), `"value":"{`, `"value":"[`))
	w.clicks(ann.ID, unreadable, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 3), "isn't one of this bot's current ones")
	unknown := card
	unknown.Blocks = json.RawMessage(strings.ReplaceAll(string(card.Blocks), `\"r\":1,`, `\"r\":99,`))
	w.clicks(ann.ID, unknown, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 4), "this database doesn't know")
	w.clicks(eve.ID, unknown, words.ActionApprove) // who may not decide isn't told that there is none
	contains(t, w.whispered(eve.ID, 2), "Request 99: only approvers can do that")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if r.State != approvals.Pending {
		t.Errorf("the request is %s", r.State)
	}
}

func TestAReasonTooLong(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	e, err := w.ws.SubmitEnvelope(ann.ID, w.opensDeny(ann.ID, card).ID, map[string]string{reasonBox: "REASON"})
	w.must(err)
	e.Payload = json.RawMessage(strings.Replace(string(e.Payload), "REASON", strings.Repeat("x", 301), 1))
	answers, err := w.ws.Do(w.ctx, e)
	w.must(err)
	contains(t, answers[0].Errors["reason"], "301 characters", "at most 300")
}

func TestAnOutsiderSubmits(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	e, err := w.ws.SubmitEnvelope(ann.ID, w.opensDeny(ann.ID, card).ID, nil)
	w.must(err)
	e.Payload = json.RawMessage(strings.ReplaceAll(string(e.Payload), `"team_id":"`+w.ws.TeamID+`"`, `"team_id":"T0OTHER"`))
	_, err = w.ws.Do(w.ctx, e)
	w.must(err)
	contains(t, string(w.ws.Views(ann.ID)[0].Blocks), "Only people of this organization")
	if e := w.ledger(ledger.Refused); e.Request != 1 || e.Detail.Why != ledger.Outsider {
		t.Errorf("the ledger has %+v", e)
	}
}

// TestPayloadsOfAnotherForm: what isn't used may be anything, and who somebody is may be told in another way.
func TestPayloadsOfAnotherForm(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	e, err := w.ws.ClickEnvelope(ann.ID, card, words.ActionApprove)
	w.must(err)
	var payload map[string]any
	w.must(json.Unmarshal(e.Payload, &payload))
	payload["is_enterprise_install"] = "false"
	payload["enterprise"] = false
	delete(payload["user"].(map[string]any), "name")
	message := payload["message"].(map[string]any)
	message["edited"], message["blocks"], message["metadata"] = false, "none", 7
	container := payload["container"].(map[string]any)
	container["message_ts"] = json.RawMessage(container["message_ts"].(string)) // a number
	container["thread_ts"] = map[string]any{}
	e.Payload, err = json.Marshal(payload)
	w.must(err)
	answers, err := w.ws.Do(w.ctx, e)
	w.must(err)
	if !answers[0].OK() {
		t.Fatal(answers[0].Failure)
	}
	w.becomes(card, "@ann")
}

// TestTwelveRefusedClicks while nothing can be whispered: each is told, and one answer may tell of several.
func TestTwelveRefusedClicks(t *testing.T) {
	w := newWorld(t, options{})
	w.ws.Fail("views.open", bottest.Fault{Kind: bottest.ServerError, Times: -1})
	w.ws.Fail("chat.postEphemeral", bottest.Fault{Kind: bottest.ServerError, Times: 5}) // the first try of each that waits
	const many = 12
	var cards []bottest.Message
	for n := range many {
		cards = append(cards, w.asks(fmt.Sprint(1000+n, " Alice")))
	}
	for _, card := range cards {
		w.clicks(eve.ID, card, words.ActionApprove) // eve is no approver
	}
	told := func() (n int) {
		for _, m := range w.ws.Ephemerals(eve.ID) {
			more := 0
			if at := strings.Index(m.Text, "\n"); strings.Contains(m.Text, "aren't one of them") && at > 0 {
				_, _ = fmt.Sscanf(m.Text[at+1:], "%d more", &more)
				more = max(more, 1)
			}
			if strings.Contains(m.Text, "aren't one of them") {
				n += 1 + more
			}
		}
		return n
	}
	w.eventually("an answer for each", func() bool { return told() >= many })
}
