package approvals

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/invite"
)

// What may change under a bot that runs: its file, its locks, its server, its clock.

// TestTheFileIsTakenAway: what is written to a file without a name, or beside another one, would be gone at the next start.
func TestTheFileIsTakenAway(t *testing.T) {
	for name, take := range map[string]func(path string) error{
		"removed": os.Remove,
		"replaced": func(path string) error {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.WriteFile(path+".copy", content, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".copy", path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, Rules{})
			present, err := h.store.Join(t.Context(), h.rules.with(1))
			if err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- present.Keep(t.Context()) }()
			r := h.ask(1)
			if err := take(strings.TrimPrefix(h.url, "sqlite:")); err != nil {
				t.Fatal(err)
			}
			if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, ""); !errors.Is(err, database.ErrGone) {
				t.Errorf("an approval is answered %v", err)
			}
			if err := <-ended; !errors.Is(err, database.ErrGone) {
				t.Errorf("the process goes on: %v", err)
			}
		})
	}
}

func (r Rules) with(required int) Rules {
	r.Required = required
	return r
}

// TestSomebodyElseHoldsTheFile: everybody is told within their time, and told the truth: what was refused isn't made later.
func TestSomebodyElseHoldsTheFile(t *testing.T) {
	h := newHouse(t, Rules{})
	other, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(h.url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec(`BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	var people sync.WaitGroup
	for n := range 20 {
		people.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond) // as package bot's
			defer cancel()
			_, err := h.Submit(ctx, Submission{Key: fmt.Sprint(n), Requester: alice, Invitations: []invite.Invitation{{UIN: invite.UIN(1 + n), Name: "A", Remark: "r"}}})
			if err == nil {
				t.Error("a request was made in a locked file")
			}
			if over := time.Since(begin); over > 4*time.Second { // Slack waits for three
				t.Errorf("somebody was answered after %s", over)
			}
		})
	}
	people.Wait() // while it is locked
	if _, err := other.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if r := h.ask(100); r.ID != 1 {
		t.Errorf("%d requests were made of which somebody was told that they weren't", r.ID-1)
	}
}

// TestAPoolerInBetween gives each transaction another session, in which nothing stays: PgBouncer's transaction mode.
func TestAPoolerInBetween(t *testing.T) {
	s := server(t)
	direct, err := s.Database()
	if err != nil {
		t.Fatal(err)
	}
	pooled, stop, err := s.Pooled(direct)
	pgtest.OrSkip(t, err)
	defer func() { _ = stop() }()
	h := newHouseOn(t, pooled, Rules{})
	var people sync.WaitGroup
	for n := range 50 {
		people.Go(func() {
			_, err := h.Submit(t.Context(), Submission{Key: fmt.Sprint(n), Requester: alice, Invitations: []invite.Invitation{{UIN: invite.UIN(1 + n), Name: "A", Remark: "r"}}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	people.Wait()
	for n := range 50 {
		people.Go(func() {
			if _, err := h.Decide(t.Context(), Click{Key: fmt.Sprint("click ", n), By: ann}, int64(1+n), Approve, ""); err != nil {
				t.Error(err)
			}
		})
	}
	people.Wait()
	h.work()
	if len(h.cloud.sends) != 50 {
		t.Errorf("%d invitations were sent", len(h.cloud.sends))
	}
	if v, err := h.store.Verify(t.Context()); err != nil || len(v.Falsehoods) > 0 {
		t.Errorf("%v %v", v.Falsehoods, err)
	}
}

// TestAServerThatTurnsReadOnly, as one does that another has taken over from: its sessions aren't used any more.
func TestAServerThatTurnsReadOnly(t *testing.T) {
	s := server(t)
	url, err := s.Database()
	if err != nil {
		t.Fatal(err)
	}
	h := newHouseOn(t, url, Rules{})
	h.ask(1)
	admin, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close() }()
	before := sessions(t, admin)
	turn := func(readOnly bool) {
		t.Helper()
		if err := s.ReadOnly(readOnly); err != nil {
			t.Fatal(err)
		}
	}
	defer turn(false)
	turn(true)
	if _, err := h.Submit(t.Context(), Submission{Key: "x", Requester: alice, Invitations: []invite.Invitation{{UIN: 2, Name: "A", Remark: "r"}}}); err == nil {
		t.Fatal("the server still writes")
	}
	turn(false)
	h.ask(3)
	for pid := range sessions(t, admin) {
		if before[pid] {
			t.Errorf("session %d is used on", pid)
		}
	}
}

// sessions are those of the others on the database.
func sessions(t *testing.T, admin *sql.DB) map[int]bool {
	t.Helper()
	rows, err := admin.Query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[int]bool{}
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			t.Fatal(err)
		}
		all[pid] = true
	}
	return all
}

// TestTheClockWasAMonthAhead: what was put off by it is done when it is right again, whether the process has ended since or not.
func TestTheClockWasAMonthAhead(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		t.Run(fmt.Sprintf("restarted %v", restarted), func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				right := h.clock
				h.clock = right.AddDate(0, 1, 0)
				var logged bytes.Buffer
				h.worker.log = slog.New(slog.NewTextHandler(&logged, nil))
				h.slack.errors = append(h.slack.errors, &NotSaidError{RetryAfter: time.Minute})
				h.cloud.results = append(h.cloud.results, lost, invite.Result{Outcome: invite.NotSent})
				unknown, postponed, waiting := h.ask(1), h.ask(2), h.ask(3)
				h.claim(h.worker.nextExpiry) // looks at the clock
				h.approve(unknown, ann)
				h.claim(h.worker.nextDelivery)
				h.is(unknown, Approved, Unknown)
				h.approve(postponed, ann)
				h.claim(h.worker.nextDelivery)
				h.is(postponed, Approved, Ready)
				h.claim(h.worker.nextWords) // fails, and is put off
				h.clock = right
				if restarted {
					h.restart()
				}
				h.pass(settle + time.Minute)
				h.is(unknown, Approved, Sent)
				h.is(postponed, Approved, Sent)
				if h.request(waiting).Card.TS == "" {
					t.Error("a card waits for the month to pass")
				}
				if !restarted && !strings.Contains(logged.String(), "clock was set") {
					t.Error("nobody is told that the clock was set")
				}
			})
		})
	}
}

// TestTheClockWasAMonthAheadInACall that a process died in: its outcome becomes unknown only when the clock is right again.
func TestTheClockWasAMonthAheadInACall(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		right := h.clock
		h.clock = right.AddDate(0, 1, 0)
		r := h.ask(1)
		h.approve(r, ann)
		if jobs, _, err := h.worker.nextDelivery(t.Context(), 1); err != nil || len(jobs) != 1 {
			t.Fatalf("%d calls are to be made: %v", len(jobs), err)
		}
		h.is(r, Approved, Sending)
		h.clock = right
		h.restart()
		h.pass(callLease + settle + 2*time.Minute)
		h.is(r, Approved, Sent)
	})
}

// TestAFolderThatCannotHoldIt is named, with what to do about it.
func TestAFolderThatCannotHoldIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for url, says := range map[string]string{
		"sqlite:" + filepath.Join(t.TempDir(), "none", "bot.db"): "create it",
		"sqlite:" + t.TempDir():                                  "is a folder: name a file in it",
	} {
		_, err := Open(t.Context(), url, Options{})
		if wrong, ok := errors.AsType[*database.SetupError](err); !ok || !strings.Contains(wrong.Error(), says) || !strings.Contains(wrong.Error(), "DATABASE_URL") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
