package post

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
)

// TestADeletedCard is posted anew, once, and what follows goes with the new one.
func TestADeletedCard(t *testing.T) {
	w := newWorld(t)
	m := said(approvals.Card)
	at, err := w.say(m)
	w.must(err)
	w.deletes(eve.ID, at)
	m.At = at
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
	if _, err := w.say(m); err == nil || isSure(err) {
		t.Fatalf("a post without an answer is called %v", err)
	}
	again, err := w.say(m)
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
		w := newWorld(t)
		m := said(approvals.Card)
		at, err := w.say(m)
		w.must(err)
		m.At = at
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: code, Times: -1})
		w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
		if _, err := w.say(m); err == nil || isSure(err) {
			t.Fatalf("a post without an answer is called %v", err)
		}
		for range 2 {
			again, err := w.say(m)
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
		w := newWorld(t)
		m := w.message(slot)
		want, err := w.say(m)
		w.must(err)
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: "edit_window_closed", Times: -1})
		m.Doubtful = true
		at, err := w.say(m)
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
		w := newWorld(t)
		m := w.message(slot)
		var err error
		m.At, err = w.say(m)
		w.must(err)
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: "not_in_channel"})
		if _, err := w.say(m); !isSure(err) {
			t.Errorf("%s: %v", slot, err)
		}
	}
}

// TestAReplyWithoutAThread stands in the channel, with the request's number.
func TestAReplyWithoutAThread(t *testing.T) {
	w := newWorld(t)
	m := w.message(approvals.Thread)
	w.deletes(ann.ID, m.Request.Card)
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer, Skip: 1})
	if _, err := w.say(m); err == nil || isSure(err) {
		t.Fatalf("a post without an answer is called %v", err)
	}
	m.Doubtful = true
	_, err := w.say(m)
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
	w := newWorld(t)
	old := approvals.Place{Channel: askID, TS: "1700000000.000100"}
	for _, slot := range []approvals.Slot{approvals.Card, approvals.Thread} {
		m := said(slot)
		m.Request.Card = old
		if slot == approvals.Card {
			m.At = old
		}
		at, err := w.say(m)
		w.must(err)
		if at.Channel != approvalsID {
			t.Errorf("%s: said in %s", slot, at.Channel)
		}
	}
}

// TestButtonsThatCannotBeTakenAway do no harm, so the message counts as said.
func TestButtonsThatCannotBeTakenAway(t *testing.T) {
	for _, slot := range []approvals.Slot{approvals.Thread, approvals.Direct} {
		w := newWorld(t)
		m := w.message(slot)
		at, err := w.say(m)
		w.must(err)
		w.deletes(eve.ID, at)
		m.At = at
		again, err := w.say(m)
		w.must(err)
		if again != at || len(w.shown(m)) != 0 {
			t.Errorf("%s: at %v, then at %v, and %d messages", slot, at, again, len(w.shown(m)))
		}
	}
}

func TestWhoCannotBeWrittenTo(t *testing.T) {
	w := newWorld(t)
	w.ws.AddUser(bottest.User{ID: "U0LEFT", Deleted: true})
	w.ws.AddUser(bottest.User{ID: "U0AUTO", Bot: true})
	for _, id := range []string{"U0LEFT", "U0AUTO", "U0NOBODY"} {
		for _, doubtful := range []bool{false, true} {
			m := said(approvals.Direct)
			m.Recipient, m.Doubtful = id, doubtful
			_, err := w.say(m)
			if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
				t.Errorf("%s, doubtful %v: %v", id, doubtful, err)
			}
		}
	}
}

func TestEphemeral(t *testing.T) {
	w := newWorld(t)
	m := said(approvals.Ephemeral)
	_, err := w.say(m)
	w.must(err)
	contains(t, w.ws.Ephemerals(eve.ID)[0].Text, "Request 12 was approved by @ann")
	m.Channel = askID // the bot isn't there
	_, err = w.say(m)
	w.must(err)
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "Request 12 was approved by @ann")
	m.DueSince = time.Now().Add(-fresh - time.Second)
	_, err = w.say(m)
	if _, never := errors.AsType[*approvals.UnsayableError](err); !never {
		t.Errorf("half an hour later: %v", err)
	}
}

// TestAnAnswerThatMayNotBeWhispered is given directly, and else in the thread.
func TestAnAnswerThatMayNotBeWhispered(t *testing.T) {
	for _, code := range []string{"restricted_action", "messages_tab_disabled", "cannot_reply_to_message"} {
		w := newWorld(t)
		m := w.message(approvals.Thread)
		m.Slot, m.Recipient, m.Channel = approvals.Ephemeral, eve.ID, approvalsID
		w.ws.Fail("chat.postEphemeral", bottest.Fault{Kind: bottest.Error, Error: code, Times: -1})
		_, err := w.say(m)
		w.must(err)
		if n := len(w.ws.DirectMessages(eve.ID)); n != 1 {
			t.Errorf("%s: %d direct messages", code, n)
		}
		w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.Error, Error: code})
		at, err := w.say(m)
		w.must(err)
		if thread := w.ws.Thread(at.Channel, m.Request.Card.TS); at.Channel != approvalsID || len(thread) != 2 {
			t.Errorf("%s: said at %v; the thread has %d messages", code, at, len(thread))
		}
	}
}

// TestACardThatIsTooMuch for Slack says less, and has no button when nothing is left to decide; where that isn't taken either, the thread
// says what it should show.
func TestACardThatIsTooMuch(t *testing.T) {
	for _, code := range tooMuch {
		w := newWorld(t)
		m := said(approvals.Card)
		at, err := w.say(m)
		w.must(err)
		m.At = at
		m.Request.State = approvals.Approved
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: code})
		if _, err := w.say(m); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		shown, _ := w.ws.Message(bottest.Ref(at))
		if strings.Contains(string(shown.Blocks), `"actions"`) || !strings.Contains(string(shown.Blocks), "Request 12: invite") {
			t.Errorf("%s: the card shows %s", code, shown.Blocks)
		}
		w.ws.Fail("chat.update", bottest.Fault{Kind: bottest.Error, Error: code, Times: -1})
		if _, err := w.say(m); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		if thread := w.ws.Thread(at.Channel, at.TS); len(thread) != 2 {
			t.Errorf("%s: the thread has %d messages", code, len(thread))
		}
	}
}
