package e2e

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// aLedger makes a database with two requests in it, and leaves it open as a running bot would.
func aLedger(t *testing.T) map[string]string {
	t.Helper()
	env, _ := aDesk(t)
	return env
}

// aDesk is a ledger together with the desk that goes on writing to it.
func aDesk(t *testing.T) (env map[string]string, desk *approvals.Desk) {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "invitebot.db")
	store, err := approvals.Open(t.Context(), url, approvals.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	desk = approvals.NewDesk(store, approvals.Rules{Required: 1})
	for n, who := range []approvals.Person{{ID: "U0ALICE", Name: "=HYPERLINK(1)"}, {ID: "U0BOB", Name: "Bob\x1b[31m\u202e\u009b"}} {
		_, err := desk.Submit(context.Background(), approvals.Submission{Key: fmt.Sprint(n), Requester: who, Channel: "C0",
			Invitations: []invite.Invitation{{UIN: invite.UIN(100000000001 + n), Name: "王小明", Remark: "by Slack"}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := desk.Decide(context.Background(), approvals.Click{Key: "deny", By: approvals.Person{ID: "U0CAROL", Name: "Carol"}, Channel: "C0"}, 2, approvals.Deny, "who\tis\nthis?"); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"DATABASE_URL": url}, desk
}

func TestAuditTable(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit")
	times := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)
	got := times.ReplaceAllString(e.out, "2026-01-31 12:00:00")
	want := `time (UTC)           request  actor                   actor ID  kind       what
2026-01-31 12:00:00  1        =HYPERLINK(1)           U0ALICE   requested  asked to invite 100000000001 as “王小明” (by Slack)
2026-01-31 12:00:00  2        Bob\u001b[31m\u202e\u009b  U0BOB     requested  asked to invite 100000000002 as “王小明” (by Slack)
2026-01-31 12:00:00  2        Carol                   U0CAROL   denied     denied: who\u0009is\u000athis?
`
	if squeeze(got) != squeeze(want) || e.status != 0 || e.errors != "" {
		t.Errorf("exit status %d, errors %q, got\n%s", e.status, e.errors, got)
	}
}

func squeeze(s string) string { return regexp.MustCompile(` {2,}`).ReplaceAllString(s, "  ") }

func TestAuditOfOneRequest(t *testing.T) {
	t.Parallel()
	env := aLedger(t)
	if e := invoke(t, env, "audit", "1", "--format", "csv"); strings.Count(e.out, "\n") != 2 || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "--since", "1h", "2", "--format=csv"); strings.Count(e.out, "\n") != 3 || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "--since", "2999-01-31"); !strings.HasSuffix(e.out, "\nnothing was found\n") || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "2", "--since", "2999-01-31"); !strings.Contains(e.out, "Request 2 is denied.") || !strings.Contains(e.out, "nothing that was looked for") || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "3"); e.status != 1 || e.out != "" || e.errors != "invitebot: there is no request 3 in this ledger\n" {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
}

func TestAuditForSpreadsheets(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(e.out)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v in\n%s", err, e.out)
	}
	if got := rows[1][2]; got != "'=HYPERLINK(1)" {
		t.Errorf("a formula came through as %q", got)
	}
}

func TestAuditForPrograms(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit", "--format", "jsonl")
	var events []ledger.Event
	for line := range strings.Lines(e.out) {
		var event ledger.Event
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		events = append(events, event)
	}
	if len(events) != 3 || events[1].Actor.Name != "Bob\x1b[31m\u202e\u009b" || events[2].Detail.Reason != "who\tis\nthis?" {
		t.Errorf("got %+v", events)
	}
	if strings.ContainsAny(e.out, "\x1b\u202e\u009b") {
		t.Errorf("control characters came through: %q", e.out)
	}
}

func TestAuditWithoutADatabase(t *testing.T) {
	t.Parallel()
	if e := invoke(t, nil, "audit"); e.status != 2 || e.out != "" || !strings.Contains(e.errors, "there is no database") {
		t.Errorf("exit status %d, output %q, errors\n%s", e.status, e.out, e.errors)
	}
	got := problemLines(t, invoke(t, map[string]string{"DATABASE_URL": "oracle://db/bot"}, "audit"))
	if len(got) != 1 || got["DATABASE_URL"] == "" {
		t.Errorf("got %v", got)
	}
}
