package approvals

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

var (
	lostKey = []byte("a key that somebody loses, and nobody has")
	newKey  = []byte("the key that somebody has in its place now")
)

// Without the key nobody can tell who approved what: nothing goes out on it, and all of it can be had again.
func TestKeyThatIsLost(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		h.seals = ledger.Keys{lostKey}
		h.restart()
		sent, ready, half, failed, doubtful := h.ask(1), h.ask(2), h.ask(3), h.ask(4), h.ask(5)
		h.cloud.results = []invite.Result{{Outcome: invite.Sent}, {Outcome: invite.Rejected, Code: reSent}, lost}
		for _, r := range []Request{sent, failed, doubtful} {
			h.approve(r, ann)
			h.approve(r, bob)
			h.work()
		}
		h.approve(ready, ann)
		h.approve(ready, bob)
		h.approve(half, ann)
		h.is(ready, Approved, Ready)
		h.is(doubtful, Approved, Unknown)
		card := h.request(half).Digest
		h.stop()

		_, err := Open(t.Context(), h.url, Options{Keys: ledger.Keys{newKey}})
		if _, refused := errors.AsType[*ledger.KeysError](err); !refused {
			t.Fatalf("it opens: %v", err)
		}
		done, err := Rekey(t.Context(), h.url, h.options(newKey))
		if err != nil || done.Held != 1 || done.Stopped != 1 || len(done.Falsehoods) != 0 || done.Before.Number == 0 {
			t.Fatalf("rekeyed %+v, %v", done, err)
		}
		h.seals = ledger.Keys{newKey}
		h.start()
		before := len(h.cloud.sends)
		h.pass(settle + time.Minute) // after which the call whose answer was lost would be made again
		h.is(sent, Approved, Sent)
		h.is(ready, Approved, Stopped)
		h.is(doubtful, Approved, Stopped)
		h.is(half, Pending, Waiting)
		if _, err := h.Retry(t.Context(), h.by(ann), h.request(failed).Invitations[0].ID, 1); err != nil {
			t.Fatal(err)
		}
		h.work()
		h.is(failed, Approved, Stopped)
		if n := len(h.cloud.sends) - before; n != 0 {
			t.Fatalf("%d calls were made on approvals that nobody can check", n)
		}
		for _, p := range h.slack.order {
			if p.Event.Kind == ledger.Stopped && p.Event.Detail.Stop != ledger.KeyLost {
				t.Errorf("%s is told of %d, because %s", p.Slot, p.Message.Request.ID, p.Event.Detail.Stop)
			}
		}
		if h.slack.find(Notice, ledger.Rekeyed) == nil {
			t.Error("the channel isn't told")
		}

		if h.request(half).Digest == card || !h.request(half).Held {
			t.Error("the old card counts")
		}
		h.approve(half, bob)
		h.is(half, Pending, Waiting) // ann's approval doesn't count any more
		h.approve(half, ann)
		h.work()
		h.is(half, Approved, Sent)
		h.proved(done.Before.Number + 1)
	})
}

// options are those of somebody with these keys.
func (h *house) options(keys ...[]byte) Options {
	return Options{Now: func() time.Time { return h.clock }, Log: quiet, Keys: keys}
}

// proved sees to it that verify proves all, and demands no seal before an event.
func (h *house) proved(rekeyed int64) {
	h.Helper()
	v, err := h.store.Verify(h.Context())
	if err != nil || len(v.Falsehoods) > 0 || v.Chain.Rekeyed != rekeyed {
		h.Errorf("verified %+v, %v; rekeyed at %d, want %d", v.Falsehoods, err, v.Chain.Rekeyed, rekeyed)
	}
}

// Whoever can write to the database, and has no key, can't have a key pass for lost.
func TestWhoHasNoKeyCannotCallItLost(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.seals = ledger.Keys{lostKey}
		h.restart()
		h.ask(1)
		h.stop()
		forger, err := Open(t.Context(), h.url, func() Options { o := h.options(newKey); o.keyLost = true; return o }())
		if err != nil {
			t.Fatal(err)
		}
		err = forger.write(t.Context(), func(t *tx) error { return t.rekey(h.Context(), &Rekeyed{}) })
		if err := errors.Join(err, forger.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), h.url, h.options(lostKey)); err == nil {
			t.Error("a bot with the key that isn't lost goes on")
		}
		reader, err := OpenReadOnly(t.Context(), h.url, h.options(lostKey))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = reader.Close() }()
		if v, err := reader.Verify(t.Context()); err != nil || len(v.Falsehoods) == 0 || v.Chain.Rekeyed != 0 {
			t.Errorf("it is proved: %+v, %v", v, err)
		}
		h.seals = ledger.Keys{newKey}
		h.start()
	})
}

func TestRekeyIsRefused(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.seals = ledger.Keys{lostKey}
		h.restart()
		h.ask(1)
		running, err := h.store.Join(t.Context(), h.rules)
		if err != nil {
			t.Fatal(err)
		}
		wants := map[bool]string{true: "a bot is running on it", false: "another process is using this database"}
		if _, err := Rekey(t.Context(), h.url, h.options(newKey)); err == nil || !strings.Contains(err.Error(), wants[database.IsPostgres(h.url)]) {
			t.Errorf("beside a bot: %v", err)
		}
		running.Leave()
		h.stop()
		for name, keys := range map[string][][]byte{"LEDGER_KEY is not set": nil, "nothing is lost": {newKey, lostKey}} {
			if _, err := Rekey(t.Context(), h.url, h.options(keys...)); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("want %s: %v", name, err)
			}
		}
		h.start()
		h.proved(0)
	})
}

// Replicas whose keys can't check each other's seals don't run together; in the right order a key is replaced while they run.
func TestKeysOfReplicas(t *testing.T) {
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	h := newHouseOn(t, url, Rules{})
	for _, x := range []struct {
		running, starting ledger.Keys
		together          bool
	}{
		{nil, nil, true},
		{ledger.Keys{lostKey}, ledger.Keys{lostKey}, true},
		{ledger.Keys{lostKey}, ledger.Keys{lostKey, newKey}, true},
		{ledger.Keys{lostKey}, ledger.Keys{newKey, lostKey}, false},
		{ledger.Keys{lostKey}, ledger.Keys{newKey}, false},
		{ledger.Keys{lostKey}, nil, false},
		{nil, ledger.Keys{lostKey}, false},
		{ledger.Keys{lostKey, newKey}, ledger.Keys{newKey, lostKey}, true},
		{ledger.Keys{lostKey, newKey}, ledger.Keys{newKey}, false},
		{ledger.Keys{newKey, lostKey}, ledger.Keys{newKey}, true},
		{ledger.Keys{newKey, lostKey}, ledger.Keys{lostKey}, false},
	} {
		h.store.keys = x.running
		running, err := h.store.Join(t.Context(), h.rules)
		if err != nil {
			t.Fatal(err)
		}
		h.store.keys = x.starting
		starting, err := h.store.Join(t.Context(), h.rules)
		if _, refused := errors.AsType[*ledger.KeysError](err); refused == x.together || err == nil != x.together {
			t.Errorf("%s beside %s: %v", x.starting.Names(), x.running.Names(), err)
		}
		if err == nil {
			starting.Leave()
		}
		running.Leave()
	}
	if names := (ledger.Keys{lostKey, newKey}).Names(); slices.ContainsFunc([]string{string(lostKey), string(newKey)}, func(key string) bool { return strings.Contains(names, key) }) {
		t.Error("the names tell the keys")
	}
}
