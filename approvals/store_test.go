package approvals

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

func TestLedgerIsAppendOnly(t *testing.T) {
	h := newHouse(t, Rules{})
	r := h.ask(1)
	for _, statement := range []string{`UPDATE events SET actor = 'nobody' WHERE id > ?`, `DELETE FROM events WHERE id > ?`} {
		err := h.store.write(t.Context(), func(t *tx) error { return t.run(h.Context(), statement, 0) })
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if got := h.events(r); len(got) != 1 {
		t.Errorf("ledger %q", got)
	}
}

func TestSecondProcessOnTheSameFileIsRefused(t *testing.T) {
	h := newHouse(t, Rules{})
	_, err := Open(t.Context(), h.url, Options{})
	if err == nil || !strings.Contains(err.Error(), "another process is using this database") {
		t.Errorf("got %v", err)
	}
	reader, err := OpenReadOnly(t.Context(), h.url, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	r := h.ask(1)
	if got, err := reader.Request(t.Context(), r.ID); err != nil || got.Requester != alice {
		t.Errorf("a reader beside the writer got %+v, %v", got, err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	h := newHouse(t, Rules{})
	err := h.store.write(t.Context(), func(t *tx) error {
		return t.run(h.Context(), `INSERT INTO schema_versions (version) VALUES (?)`, 999)
	})
	if err != nil {
		t.Fatal(err)
	}
	h.stop()
	_, err = Open(t.Context(), h.url, Options{})
	if err == nil || !strings.Contains(err.Error(), "run the newer program") {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(strings.TrimPrefix(h.url, "sqlite:")); err != nil {
		t.Fatal(err)
	}
	h.start()
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "invitebot.db", "mysql://x", "sqlite:a.db?mode=memory"} {
		if _, err := Open(t.Context(), url, Options{}); !errors.Is(err, ErrDatabaseURL) {
			t.Errorf("%q: %v", url, err)
		}
	}
	missing := "sqlite:" + filepath.Join(t.TempDir(), "no", "such", "folder.db")
	if _, err := Open(t.Context(), missing, Options{}); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("a missing folder: %v", err)
	}
	if _, err := OpenReadOnly(t.Context(), missing, Options{}); err == nil {
		t.Error("a missing file was opened for reading")
	}
}

// Writes that share a commit must not share a fate.
func TestWriteThatFailsTakesNoneOfItsNeighboursWithIt(t *testing.T) {
	h := newHouse(t, Rules{})
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // keeps the committer busy until the others wait together
		_ = h.store.write(t.Context(), func(*tx) error { close(held); <-hold; return nil })
	})
	<-held
	bad := errors.New("no")
	results := make([]error, 20)
	for i := range results {
		wg.Go(func() {
			results[i] = h.store.write(t.Context(), func(t *tx) error {
				err := t.run(h.Context(), `INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at)
					VALUES ('U', '', '', 'pending', 1, ?, 0)`, i+1)
				if i%2 == 1 {
					return bad
				}
				return err
			})
		})
	}
	close(hold)
	wg.Wait()
	var kept int
	err := h.store.db.read(t.Context(), func(t *tx) error {
		return t.row(h.Context(), `SELECT COUNT(*) FROM requests WHERE created_at % 2 = 1`).Scan(&kept)
	})
	if err != nil || kept != 10 {
		t.Errorf("%d of 10 good writes were kept, %v", kept, err)
	}
	for i, err := range results {
		if (i%2 == 1) != errors.Is(err, bad) {
			t.Errorf("write %d: %v", i, err)
		}
	}
}

func TestWriteByACallerThatGaveUpIsNotMade(t *testing.T) {
	h := newHouse(t, Rules{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := h.Submit(ctx, Submission{Requester: alice, Invitations: []invite.Invitation{{UIN: 1, Name: "A", Remark: "r"}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := h.Request(t.Context(), 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
