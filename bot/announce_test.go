package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
)

// said is a message of each slot, about request 12.
func said(slot approvals.Slot) approvals.Message {
	m := approvals.Message{ID: "inst1." + string(slot), Slot: slot, DueSince: time.Now(), Request: pending(approvedWith(ann), delivery(approvals.Sent))}
	m.Request.Card = approvals.Place{}
	m.Event = ledger.Event{Kind: ledger.Sent, Invitation: 7, Attempt: 1, Detail: ledger.Detail{RequestID: "req-1"}}
	switch slot {
	case approvals.Card:
		m.Event = ledger.Event{}
	case approvals.Direct:
		m.Recipient = eve.ID
	case approvals.Ephemeral:
		m.Recipient, m.Channel = eve.ID, approvalsID
		m.Event = ledger.Event{Kind: ledger.Refused, Detail: ledger.Detail{Why: ledger.DecidedBefore}}
	}
	return m
}

// withCard posts the card of a message's request.
func (w *world) withCard(m approvals.Message) approvals.Message {
	w.Helper()
	card := said(approvals.Card)
	card.ID, card.Request = "inst1.first", m.Request
	var err error
	m.Request.Card, err = w.bot.Say(w.ctx, card)
	w.must(err)
	return m
}

// shown is everything that everybody can see where a message may be posted.
func (w *world) shown(m approvals.Message) []bottest.Message {
	switch m.Slot {
	case approvals.Thread:
		return w.ws.Thread(m.Request.Card.Channel, m.Request.Card.TS)[1:]
	case approvals.Direct:
		return w.ws.DirectMessages(m.Recipient)
	case approvals.Ephemeral:
		return w.ws.Ephemerals(m.Recipient)
	}
	return w.ws.Messages(approvalsID)
}

func (w *world) message(slot approvals.Slot) approvals.Message {
	w.Helper()
	if slot == approvals.Thread {
		return w.withCard(said(slot))
	}
	return said(slot)
}

var lasting = []approvals.Slot{approvals.Card, approvals.Thread, approvals.Direct}

// place is where a message stands.
func place(m bottest.Message) approvals.Place { return approvals.Place{Channel: m.Channel, TS: m.TS} }

// isSure tells whether an error says that nothing was said.
func isSure(err error) bool {
	_, sure := errors.AsType[*approvals.NotSaidError](err)
	return sure
}

// TestALostAnswer: the post took effect and its answer was lost. It is found, and not made again.
func TestALostAnswer(t *testing.T) {
	for _, slot := range lasting {
		for _, withMetadata := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, metadata %v", slot, withMetadata), func(t *testing.T) {
				w := newWorld(t, options{idle: true})
				m := w.message(slot)
				w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
				if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) {
					t.Fatalf("a post without an answer is called %v", err)
				}
				if !withMetadata {
					w.stripMetadata(w.shown(m)[0])
				}
				m.Doubtful = true
				at, err := w.bot.Say(w.ctx, m)
				w.must(err)
				if shown := w.shown(m); len(shown) != 1 || place(shown[0]) != at {
					t.Errorf("found at %v among %d messages", at, len(shown))
				}
			})
		}
	}
}

// stripMetadata has Slack forget a message's metadata.
func (w *world) stripMetadata(m bottest.Message) {
	w.Helper()
	resp, err := http.PostForm(w.ws.APIURL()+"chat.update", url.Values{
		"token": {w.ws.BotToken}, "channel": {m.Channel}, "ts": {m.TS}, "text": {m.Text}, "metadata": {"{}"}})
	w.must(err)
	w.must(resp.Body.Close())
	if got := w.now(m).Metadata; got != nil {
		w.Fatalf("still there: %s", got)
	}
}

// TestALostRequest: the post never took effect, and is made after the search.
func TestALostRequest(t *testing.T) {
	for _, slot := range lasting {
		t.Run(string(slot), func(t *testing.T) {
			w := newWorld(t, options{idle: true})
			m := w.message(slot)
			w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostRequest})
			if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) {
				t.Fatalf("a post without an answer is called %v", err)
			}
			m.Doubtful = true
			_, err := w.bot.Say(w.ctx, m)
			w.must(err)
			if n := len(w.shown(m)); n != 1 {
				t.Errorf("%d messages", n)
			}
		})
	}
}

// TestTheSearchIsThorough: the earlier try stands pages back, and around it others look alike.
func TestTheSearchIsThorough(t *testing.T) {
	for _, slot := range lasting {
		t.Run(string(slot), func(t *testing.T) {
			w := newWorld(t, options{idle: true})
			other, m := said(slot), w.message(slot)
			other.ID, other.Request = "inst2.card", m.Request
			_, err := w.bot.Say(w.ctx, other)
			w.must(err)
			want, err := w.bot.Say(w.ctx, m)
			w.must(err)
			for range pageSize + 1 {
				_, err := w.bot.Say(w.ctx, other)
				w.must(err)
			}
			m.Doubtful = true
			at, err := w.bot.Say(w.ctx, m)
			w.must(err)
			if at != want {
				t.Errorf("found at %v, want %v", at, want)
			}
		})
	}
}

// TestASearchThatFails leaves the message unsaid: nobody knows whether it stands.
func TestASearchThatFails(t *testing.T) {
	for slot, method := range map[approvals.Slot]string{
		approvals.Card: "conversations.history", approvals.Thread: "conversations.replies", approvals.Direct: "conversations.open"} {
		for _, kind := range []bottest.Kind{bottest.ServerError, bottest.Error, bottest.RateLimited, bottest.LostAnswer} {
			w := newWorld(t, options{idle: true})
			m := w.message(slot)
			m.Doubtful = true
			w.ws.Fail(method, bottest.Fault{Kind: kind})
			if _, err := w.bot.Say(w.ctx, m); !isSure(err) {
				t.Errorf("%s, %d: %v", slot, kind, err)
			}
			if n := len(w.shown(m)); n != 0 {
				t.Errorf("%s, %d: %d messages", slot, kind, n)
			}
		}
	}
}

// TestWhatAnErrorLeaves: whether a message may stand after all is what everything else depends on.
func TestWhatAnErrorLeaves(t *testing.T) {
	for name, x := range map[string]struct {
		fault bottest.Fault
		sure  bool
	}{
		"server error":            {bottest.Fault{Kind: bottest.ServerError}, false},
		"cut":                     {bottest.Fault{Kind: bottest.LostRequest}, false},
		"internal_error":          {bottest.Fault{Kind: bottest.Error, Error: "internal_error"}, false},
		"fatal_error":             {bottest.Fault{Kind: bottest.Error, Error: "fatal_error"}, false},
		"not_in_channel":          {bottest.Fault{Kind: bottest.Error, Error: "not_in_channel"}, true},
		"a code that isn't known": {bottest.Fault{Kind: bottest.Error, Error: "something_new"}, true},
		"rate limit":              {bottest.Fault{Kind: bottest.RateLimited}, true},
	} {
		for _, slot := range lasting {
			w := newWorld(t, options{idle: true})
			m := w.message(slot)
			w.ws.Fail("chat.postMessage", x.fault)
			if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) != x.sure {
				t.Errorf("%s, %s: %v", name, slot, err)
			}
		}
	}
}

func TestSlackUnreachable(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.must(w.stop())
	w.ws.Close()
	w.bot.api = NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken) // which has no connection yet
	if _, err := w.bot.Say(w.ctx, said(approvals.Card)); !isSure(err) {
		t.Errorf("a dial that fails leaves %v", err)
	}
}

func TestBeforeSlackIsReached(t *testing.T) {
	w := newWorld(t, options{idle: true, asleep: true})
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	if _, err := w.bot.Say(ctx, said(approvals.Card)); !isSure(err) {
		t.Errorf("got %v", err)
	}
}

// TestRetryAfter: until Slack's time is over no call is made, and other channels aren't held up.
func TestRetryAfter(t *testing.T) {
	w := newWorld(t, options{idle: true})
	now := time.Now()
	w.bot.gates.now = func() time.Time { return now }
	m := said(approvals.Card)
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.RateLimited, RetryAfter: 30 * time.Second})
	waits := func(want time.Duration) {
		t.Helper()
		_, err := w.bot.Say(w.ctx, m)
		if not, ok := errors.AsType[*approvals.NotSaidError](err); !ok || not.RetryAfter != want {
			t.Errorf("got %v, want to wait %s", err, want)
		}
	}
	waits(30 * time.Second)
	now = now.Add(10 * time.Second)
	waits(20 * time.Second)
	if n := w.ws.Count("chat.postMessage"); n != 1 {
		t.Errorf("%d calls", n)
	}
	_, err := w.bot.Say(w.ctx, said(approvals.Direct))
	w.must(err)
	now = now.Add(20 * time.Second)
	_, err = w.bot.Say(w.ctx, m)
	w.must(err)
}

func TestMetadata(t *testing.T) {
	w := newWorld(t, options{idle: true})
	_, err := w.bot.Say(w.ctx, said(approvals.Card))
	w.must(err)
	if got := string(w.ws.Messages(approvalsID)[0].Metadata); got != `{"event_type":"invitebot_message","event_payload":{"id":"inst1.card"}}` {
		t.Error(got)
	}
	calls := w.ws.Calls()
	args := calls[slices.IndexFunc(calls, func(c bottest.Call) bool { return c.Method == "chat.postMessage" })].Args
	for name, want := range map[string]string{"parse": "none", "mrkdwn": "false", "unfurl_links": "false", "unfurl_media": "false", "link_names": ""} {
		if args[name] != want {
			t.Errorf("%s is %q, want %q", name, args[name], want)
		}
	}
}

// TestADeletedCard is posted anew, once, and what follows goes with the new one.
func TestADeletedCard(t *testing.T) {
	w := newWorld(t, options{idle: true})
	m := said(approvals.Card)
	at, err := w.bot.Say(w.ctx, m)
	w.must(err)
	w.deletes(eve.ID, at)
	m.At = at
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
	if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) {
		t.Fatalf("a post without an answer is called %v", err)
	}
	again, err := w.bot.Say(w.ctx, m)
	w.must(err)
	if shown := w.shown(m); len(shown) != 1 || place(shown[0]) != again || again == at {
		t.Errorf("said at %v, then at %v; %d messages", at, again, len(shown))
	}
}

// deletes has a message deleted, by way of a button's response_url.
func (w *world) deletes(user string, at approvals.Place) {
	w.Helper()
	seen := bottest.Message{Channel: at.Channel, TS: at.TS, Blocks: json.RawMessage(`[{"type":"actions","elements":[{"type":"button","action_id":"x"}]}]`)}
	e, err := w.ws.ClickEnvelope(user, seen, "x")
	w.must(err)
	var payload struct {
		ResponseURL string `json:"response_url"`
	}
	w.must(json.Unmarshal(e.Payload, &payload))
	resp, err := http.Post(payload.ResponseURL, "application/json", strings.NewReader(`{"delete_original":true}`))
	w.must(err)
	w.must(resp.Body.Close())
	if _, there := w.ws.Message(bottest.Ref{Channel: at.Channel, TS: at.TS}); there {
		w.Fatal("the message is still there")
	}
}

// TestACardThatCannotBeEdited keeps its place; the thread has what it should show, once.
func TestACardThatCannotBeEdited(t *testing.T) {
	for _, code := range []string{"cant_update_message", "edit_window_closed"} {
		w := newWorld(t, options{idle: true})
		m := said(approvals.Card)
		at, err := w.bot.Say(w.ctx, m)
		w.must(err)
		m.At = at
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: code, Times: -1})
		w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
		if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) {
			t.Fatalf("a post without an answer is called %v", err)
		}
		for range 2 {
			again, err := w.bot.Say(w.ctx, m)
			w.must(err)
			if again != at {
				t.Errorf("moved from %v to %v", at, again)
			}
		}
		thread := w.ws.Thread(at.Channel, at.TS)
		if len(thread) != 2 || thread[1].Text != thread[0].Text {
			t.Errorf("the thread has %d messages", len(thread))
		}
	}
}

// TestAFoundMessageThatCannotBeEdited counts as said; what a card can't show stands below it.
func TestAFoundMessageThatCannotBeEdited(t *testing.T) {
	for _, slot := range lasting {
		w := newWorld(t, options{idle: true})
		m := w.message(slot)
		want, err := w.bot.Say(w.ctx, m)
		w.must(err)
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: "edit_window_closed", Times: -1})
		m.Doubtful = true
		at, err := w.bot.Say(w.ctx, m)
		w.must(err)
		if at != want {
			t.Errorf("%s: found at %v, want %v", slot, at, want)
		}
		if below := len(w.ws.Thread(at.Channel, at.TS)) - 1; (below == 1) != (slot == approvals.Card) {
			t.Errorf("%s: %d replies", slot, below)
		}
	}
}

// TestABotThatWasRemoved from the channel says later what it can't say now.
func TestABotThatWasRemoved(t *testing.T) {
	for _, slot := range []approvals.Slot{approvals.Card, approvals.Thread} {
		w := newWorld(t, options{idle: true})
		m := w.message(slot)
		var err error
		m.At, err = w.bot.Say(w.ctx, m)
		w.must(err)
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: "not_in_channel"})
		if _, err := w.bot.Say(w.ctx, m); !isSure(err) {
			t.Errorf("%s: %v", slot, err)
		}
	}
}

// TestAReplyWithoutAThread stands in the channel, with the request's number.
func TestAReplyWithoutAThread(t *testing.T) {
	w := newWorld(t, options{idle: true})
	m := w.message(approvals.Thread)
	w.deletes(ann.ID, m.Request.Card)
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer, Skip: 1})
	if _, err := w.bot.Say(w.ctx, m); err == nil || isSure(err) {
		t.Fatalf("a post without an answer is called %v", err)
	}
	m.Doubtful = true
	_, err := w.bot.Say(w.ctx, m)
	w.must(err)
	shown := w.ws.Messages(approvalsID)
	if len(shown) != 1 {
		t.Fatalf("%d messages", len(shown))
	}
	contains(t, shown[0].Text, "Request 12: ", "the invitation was sent")
}

// TestTheChannelChanged: APPROVAL_CHANNEL was set to another one while requests were open in the old one, which the bot
// has left since.
func TestTheChannelChanged(t *testing.T) {
	w := newWorld(t, options{idle: true})
	old := approvals.Place{Channel: askID, TS: "1700000000.000100"}
	for _, slot := range []approvals.Slot{approvals.Card, approvals.Thread} {
		m := said(slot)
		m.Request.Card = old
		if slot == approvals.Card {
			m.At = old
		}
		at, err := w.bot.Say(w.ctx, m)
		w.must(err)
		if at.Channel != approvalsID {
			t.Errorf("%s: said in %s", slot, at.Channel)
		}
	}
}

// TestButtonsThatCannotBeTakenAway do no harm, so the message counts as said.
func TestButtonsThatCannotBeTakenAway(t *testing.T) {
	for _, slot := range []approvals.Slot{approvals.Thread, approvals.Direct} {
		w := newWorld(t, options{idle: true})
		m := w.message(slot)
		at, err := w.bot.Say(w.ctx, m)
		w.must(err)
		w.deletes(eve.ID, at)
		m.At = at
		again, err := w.bot.Say(w.ctx, m)
		w.must(err)
		if again != at || len(w.shown(m)) != 0 {
			t.Errorf("%s: at %v, then at %v, and %d messages", slot, at, again, len(w.shown(m)))
		}
	}
}

func TestWhoCannotBeWrittenTo(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.ws.AddUser(bottest.User{ID: "U0LEFT", Deleted: true})
	w.ws.AddUser(bottest.User{ID: "U0AUTO", Bot: true})
	for _, id := range []string{"U0LEFT", "U0AUTO", "U0NOBODY"} {
		for _, doubtful := range []bool{false, true} {
			m := said(approvals.Direct)
			m.Recipient, m.Doubtful = id, doubtful
			_, err := w.bot.Say(w.ctx, m)
			if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
				t.Errorf("%s, doubtful %v: %v", id, doubtful, err)
			}
		}
	}
}

func TestEphemeral(t *testing.T) {
	w := newWorld(t, options{idle: true})
	m := said(approvals.Ephemeral)
	_, err := w.bot.Say(w.ctx, m)
	w.must(err)
	contains(t, w.ws.Ephemerals(eve.ID)[0].Text, "Request 12 was approved by @ann")
	m.Channel = askID // the bot isn't there
	_, err = w.bot.Say(w.ctx, m)
	w.must(err)
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "Request 12 was approved by @ann")
	m.DueSince = time.Now().Add(-fresh - time.Second)
	_, err = w.bot.Say(w.ctx, m)
	if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
		t.Errorf("half an hour later: %v", err)
	}
}

func TestNoSuchSlot(t *testing.T) {
	w := newWorld(t, options{idle: true})
	_, err := w.bot.Say(w.ctx, said("elsewhere"))
	if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
		t.Errorf("got %v", err)
	}
}
