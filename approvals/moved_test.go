package approvals

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// fresh is the address of an empty database of the same kind as the house's.
func (h *house) fresh() string {
	h.Helper()
	if !database.IsPostgres(h.url) {
		return "sqlite:" + filepath.Join(h.TempDir(), "fresh.db")
	}
	url, err := server(h.T).Database()
	if err != nil {
		h.Fatal(err)
	}
	return url
}

// lastEvent is the newest event of a database, read as the audit reads it.
func lastEvent(t *testing.T, url string) (last ledger.Event) {
	t.Helper()
	store, err := OpenReadOnly(t.Context(), url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for e, err := range store.Events(t.Context(), ledger.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	return last
}

func TestMovedDatabaseIsClosed(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.ask(1)
		h.work()
		original, to := h.url, h.fresh()
		h.stop()
		if _, err := Copy(t.Context(), original, to, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, url := range []string{original, to} {
			e := lastEvent(t, url)
			if e.Kind != ledger.Moved || e.Detail.From != database.Address(original) || e.Detail.To != database.Address(to) {
				t.Errorf("%s ends with %+v", url, e)
			}
		}
		_, err := Open(t.Context(), original, Options{})
		moved, ok := errors.AsType[*MovedError](err)
		if !ok || moved.To != database.Address(to) || time.Since(moved.At) > time.Minute || !strings.Contains(err.Error(), "invitebot reopen DATABASE") {
			t.Errorf("opened again: %v", err)
		}
		if _, err := Copy(t.Context(), original, h.fresh(), Options{}); !errors.As(err, &moved) {
			t.Errorf("copied again: %v", err)
		}
		if _, err := Reopen(t.Context(), original, Options{}); err != nil {
			t.Fatal(err)
		}
		if e := lastEvent(t, original); e.Kind != ledger.Reopened || e.Detail.To != database.Address(to) {
			t.Errorf("the reopened one ends with %+v", e)
		}
		if _, err := Reopen(t.Context(), original, Options{}); err == nil || !strings.Contains(err.Error(), "never moved") {
			t.Errorf("reopened twice: %v", err)
		}
		if _, err := Copy(t.Context(), original, to, Options{}); !errors.Is(err, errSame) {
			t.Errorf("copied over its copy: %v", err)
		}
		h.start()
		h.ask(2)
	})
}

func TestNothingIsCopiedBesideARunningBot(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.ask(1)
		running, err := h.store.Join(t.Context(), h.rules)
		if err != nil {
			t.Fatal(err)
		}
		wants := map[bool]string{true: "a bot is running on it", false: "another process is using this database"}
		other := h.fresh()
		for name, way := range map[string][2]string{"from": {h.url, other}, "to": {other, h.url}} {
			if name == "to" {
				makeEmpty(t, other)
			}
			_, err := Copy(t.Context(), way[0], way[1], Options{})
			if err == nil || !strings.Contains(err.Error(), wants[database.IsPostgres(h.url)]) || !strings.Contains(err.Error(), "the database to copy "+name) {
				t.Errorf("%s it: %v", name, err)
			}
		}
		running.Leave()
		h.restart() // which shows that it isn't closed
		h.ask(2)
		h.stop()
		if copied, err := Copy(t.Context(), h.url, other, Options{}); err != nil || copied["requests"] != 2 {
			t.Errorf("copied %v, %v", copied, err)
		}
		h.url = other
		h.start()
	})
}

func makeEmpty(t *testing.T, url string) {
	t.Helper()
	s, err := Open(t.Context(), url, Options{})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A bot that stood still for so long that it doesn't count as running finds its database closed when it goes on.
func TestBotThatStoodStillIsShutOut(t *testing.T) {
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	h := newHouseOn(t, url, Rules{})
	r := h.ask(1)
	present, err := h.store.Join(t.Context(), h.rules)
	if err != nil {
		t.Fatal(err)
	}
	if err := present.say(t.Context(), present.stay); err != nil {
		t.Fatal(err)
	}
	h.notSeenFor(seenFor)
	if _, err := Copy(t.Context(), url, h.fresh(), Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, ""); err == nil || !strings.Contains(err.Error(), "this database was moved") {
		t.Errorf("it decides a request of the closed database: %v", err)
	}
	if err := present.say(t.Context(), present.stay); !mustEnd(err) {
		t.Errorf("it isn't told to end: %v", err)
	}
}

// One that nobody could have taken for dead goes on, also where its row is gone.
func TestBotThatStoodStillGoesOn(t *testing.T) {
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	h := newHouseOn(t, url, Rules{})
	first, err := h.store.Join(t.Context(), h.rules)
	if err != nil {
		t.Fatal(err)
	}
	h.notSeenFor(seenFor)
	long := time.Now().Add(-lapse - time.Second)
	first.seen.Store(&long)
	if _, err := h.Decide(t.Context(), h.by(ann), 1, Approve, ""); !errors.Is(err, errLapsed) {
		t.Errorf("it writes although it may count as dead: %v", err)
	}
	second, err := Open(t.Context(), url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }()
	if _, err := second.Join(t.Context(), h.rules); err != nil { // which clears the first away
		t.Fatal(err)
	}
	if err := first.say(t.Context(), first.stay); err != nil {
		t.Fatal(err)
	}
	h.approve(h.ask(1), ann)
}

// notSeenFor is as if the running processes had stood still.
func (h *house) notSeenFor(d time.Duration) {
	h.Helper()
	err := h.store.write(h.Context(), func(t *tx) error {
		return t.Run(h.Context(), fmt.Sprintf(`UPDATE processes SET seen_at = seen_at - %d`, d.Milliseconds()))
	})
	if err != nil {
		h.Fatal(err)
	}
}

// What is written down of an address has no password in it, wherever somebody put it.
func TestAddressesShowNoPassword(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bot.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"postgres://bot:SECRET@db.example:5433/invites?sslmode=disable": "postgres://db.example:5433/invites",
		"postgres://db.example/invites?password=SECRET&user=bot":        "postgres://db.example:5432/invites",
		"postgres:///invites?host=/run/pg&password=SECRET":              "postgres:///invites?host=%2Frun%2Fpg",
		"sqlite:" + folder + "/../" + filepath.Base(folder) + "/bot.db": "sqlite:" + filepath.Join(folder, "bot.db"),
	} {
		if got := database.Address(url); got != want {
			t.Errorf("%s is shown as %s, want %s", url, got, want)
		}
	}
}
