package post

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

// TestALostAnswer: the post took effect and its answer was lost. It is found, and not made again.
func TestALostAnswer(t *testing.T) {
	for _, slot := range lasting {
		for _, withMetadata := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, metadata %v", slot, withMetadata), func(t *testing.T) {
				w := newWorld(t)
				m := w.message(slot)
				w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
				if _, err := w.say(m); err == nil || isSure(err) {
					t.Fatalf("a post without an answer is called %v", err)
				}
				if !withMetadata {
					w.stripMetadata(w.shown(m)[0])
				}
				m.Doubtful = true
				at, err := w.say(m)
				w.must(err)
				if shown := w.shown(m); len(shown) != 1 || place(shown[0]) != at {
					t.Errorf("found at %v among %d messages", at, len(shown))
				}
			})
		}
	}
}

// TestAnotherLanguage: the post took effect, its answer was lost, and LANGUAGE was changed before it is looked for. It is found whether
// Slack kept its metadata or not, and then reads as it should now.
func TestAnotherLanguage(t *testing.T) {
	for _, slot := range lasting {
		for _, withMetadata := range []bool{true, false} {
			for before, after := range map[words.Language]words.Language{words.English: words.Chinese, words.Chinese: words.English} {
				w := newWorld(t)
				w.speaks = before
				m := w.message(slot)
				w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostAnswer})
				if _, err := w.say(m); err == nil || isSure(err) {
					t.Fatalf("a post without an answer is called %v", err)
				}
				first := w.shown(m)[0]
				if !withMetadata {
					w.stripMetadata(first)
				}
				w.speaks, m.Doubtful = after, true
				at, err := w.say(m)
				w.must(err)
				shown := w.shown(m)
				if len(shown) != 1 || place(shown[0]) != at || shown[0].Text == first.Text {
					t.Errorf("%s, metadata %v: found at %v among %d messages, the first of which reads %s", slot, withMetadata, at, len(shown), shown[0].Text)
				}
			}
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
			w := newWorld(t)
			m := w.message(slot)
			w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostRequest})
			if _, err := w.say(m); err == nil || isSure(err) {
				t.Fatalf("a post without an answer is called %v", err)
			}
			m.Doubtful = true
			_, err := w.say(m)
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
			w := newWorld(t)
			other, m := said(slot), w.message(slot)
			other.ID, other.Request = "inst2.card", m.Request
			_, err := w.say(other)
			w.must(err)
			want, err := w.say(m)
			w.must(err)
			for range pageSize + 1 {
				_, err := w.say(other)
				w.must(err)
			}
			m.Doubtful = true
			at, err := w.say(m)
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
			w := newWorld(t)
			m := w.message(slot)
			m.Doubtful = true
			w.ws.Fail(method, bottest.Fault{Kind: kind})
			if _, err := w.say(m); !isSure(err) {
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
			w := newWorld(t)
			m := w.message(slot)
			w.ws.Fail("chat.postMessage", x.fault)
			if _, err := w.say(m); err == nil || isSure(err) != x.sure {
				t.Errorf("%s, %s: %v", name, slot, err)
			}
		}
	}
}

func TestSlackUnreachable(t *testing.T) {
	w := newWorld(t)
	w.ws.Close()
	w.poster.api = webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken) // which has no connection yet
	if _, err := w.say(said(approvals.Card)); !isSure(err) {
		t.Errorf("a dial that fails leaves %v", err)
	}
}

// TestRetryAfter: until Slack's time is over no call is made, and other channels aren't held up.
func TestRetryAfter(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	w.poster.gates.now = func() time.Time { return now }
	m := said(approvals.Card)
	w.ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.RateLimited, RetryAfter: 30 * time.Second})
	waits := func(want time.Duration) {
		t.Helper()
		_, err := w.say(m)
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
	_, err := w.say(said(approvals.Direct))
	w.must(err)
	now = now.Add(20 * time.Second)
	_, err = w.say(m)
	w.must(err)
}

func TestMetadata(t *testing.T) {
	w := newWorld(t)
	_, err := w.say(said(approvals.Card))
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
