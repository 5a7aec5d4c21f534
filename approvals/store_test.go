package approvals

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

func TestLedgerIsAppendOnly(t *testing.T) {
	h := newHouse(t, Rules{})
	r := h.ask(1)
	for _, statement := range []string{`UPDATE events SET actor = 'nobody' WHERE id > ?`, `DELETE FROM events WHERE id > ?`,
		`REPLACE INTO events (id, at, actor, actor_name, kind, detail) VALUES (1 + ?, 0, '', '', 'nothing', '{}')`} {
		err := h.store.write(t.Context(), func(t *tx) error { return t.Run(h.Context(), statement, 0) })
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

// The lock is on the file, by whatever name somebody calls it, and needs nothing beside it.
func TestSecondNameOfTheSameFileIsRefused(t *testing.T) {
	h := newHouse(t, Rules{})
	path := strings.TrimPrefix(h.url, "sqlite:")
	if _, err := os.Stat(path + ".lock"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a file for the lock: %v", err)
	}
	for name, link := range map[string]func(old, new string) error{"hard": os.Link, "soft": os.Symlink} {
		second := filepath.Join(t.TempDir(), name+".db")
		if err := link(path, second); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), "sqlite:"+second, Options{})
		if err == nil || !strings.Contains(err.Error(), "another process is using this database") {
			t.Errorf("%s link: %v", name, err)
		}
	}
	h.restart()
	h.ask(1)
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	h := newHouse(t, Rules{})
	err := h.store.write(t.Context(), func(t *tx) error {
		return t.Run(h.Context(), `INSERT INTO schema_versions (version, program) VALUES (?, 'v9.8.7')`, 999)
	})
	if err != nil {
		t.Fatal(err)
	}
	h.stop()
	const says = "schema is version 999, and this program knows 14: run invitebot v9.8.7, which made it, or a newer one"
	for how, open := range map[string]func(context.Context, string, Options) (*Store, error){"to run": Open, "to read": OpenReadOnly} {
		_, err := open(t.Context(), h.url, Options{})
		if _, forAPerson := errors.AsType[*database.SetupError](err); !forAPerson || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v", how, err)
		}
	}
	if err := os.Remove(strings.TrimPrefix(h.url, "sqlite:")); err != nil {
		t.Fatal(err)
	}
	h.start()
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "invitebot.db", "mysql://x", "sqlite:a.db?mode=memory"} {
		if _, err := Open(t.Context(), url, Options{}); !errors.Is(err, database.ErrURL) {
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
				err := t.Run(h.Context(), `INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at)
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
	err := h.store.read(t.Context(), func(t *tx) error {
		return t.Row(h.Context(), `SELECT COUNT(*) FROM requests WHERE created_at % 2 = 1`).Scan(&kept)
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

// Acknowledging must not slow down as the ledger grows: no statement that people or the worker wait for reads a
// whole table.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	h := newHouse(t, Rules{TTL: time.Hour, Required: 2})
	h.cloud.results = []invite.Result{lost, {Outcome: invite.Rejected, Code: "LimitExceeded.Members"}, {Outcome: invite.NotSent}}
	h.cloud.unread = []error{forbidden}
	for uin := range invite.UIN(3) {
		r := h.ask(uin + 1)
		h.approve(r, ann)
		h.approve(r, bob)
		h.pass(time.Minute)
		inv := h.request(r).Invitations[0]
		_, _ = h.Settle(t.Context(), h.by(bob), inv.ID, inv.Attempt, false)
		_, _ = h.Retry(t.Context(), h.by(bob), inv.ID, inv.Attempt)
	}
	h.ask(9)
	h.pass(2 * time.Hour)
	statements := h.store.db.(interface{ Statements() []string }).Statements()
	if len(statements) < 25 {
		t.Fatalf("only %d statements were seen", len(statements))
	}
	// An INSERT's plan names the scan that a violated foreign key would need, which then isn't run.
	except := []string{"schema_versions", "installation", "ledger_head", "sweeps", "DELETE FROM listed_", "INSERT INTO"}
	err := h.store.read(t.Context(), func(tx *tx) error {
		for _, query := range statements {
			plan := explain(t, tx, query)
			if strings.Contains(plan, "SCAN ") && !strings.Contains(plan, "USING") && !slices.ContainsFunc(except, func(s string) bool { return strings.Contains(query, s) }) {
				t.Errorf("%s\nreads a whole table:\n%s", query, plan)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func explain(t *testing.T, tx *tx, query string) string {
	t.Helper()
	var plan strings.Builder
	args := slices.Repeat([]any{1}, strings.Count(query, "?"))
	err := tx.Rows(t.Context(), func(scan func(...any) error) error {
		var id, parent, unused int
		var detail string
		err := scan(&id, &parent, &unused, &detail)
		plan.WriteString(detail + "\n")
		return err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return plan.String()
}
