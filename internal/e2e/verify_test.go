package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// edit changes the program's database as its owner can.
func (w *world) edit(statements ...string) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+w.databaseFile()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			w.Fatalf("%s: %v", s, err)
		}
	}
}

// TestAuditVerify: what nobody changed is proved, beside the running bot; what somebody changed is named.
func TestAuditVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "LEDGER_KEY", "a key that nobody sees of 32 characters and more")
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.ask(alice, "100012345679 Bob")
	w.card(2)
	env := map[string]string{"DATABASE_URL": w.env["DATABASE_URL"], "LEDGER_KEY": w.env["LEDGER_KEY"]}
	e := invoke(t, env, "audit", "verify")
	if e.status != 0 || !strings.Contains(e.out, "All of it is proved.") {
		t.Fatalf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "1"); !strings.Contains(e.out, "as listed by ID") || !strings.Contains(e.out, "digest ") {
		t.Errorf("the story lacks on what basis, or the digest:\n%s", e.out)
	}
	w.stop()

	const unguard = `DROP TRIGGER events_no_update`
	for name, c := range map[string]struct {
		statements []string
		says       string
	}{
		"another account": {[]string{`UPDATE invitations SET uin = '666' WHERE id = 2`}, "request 2 isn't what was asked"},
		"a made-up approval": {[]string{`INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at, digest) VALUES (2, 'UX', 'x', 'approve', '', 1, 'x')`},
			"approve by UX on request 2 isn't in the ledger"},
		"a changed event":        {[]string{unguard, `UPDATE events SET actor_name = 'mallory' WHERE id = 2`}, "event 2, or one before it, isn't what it was"},
		"a removed event":        {[]string{`DROP TRIGGER events_no_delete`, `PRAGMA foreign_keys = 0`, `DELETE FROM events WHERE id = 2`}, "event 2 is missing"},
		"triggers that are gone": {[]string{unguard}, "triggers that keep events from being changed are gone: events_no_update"},
		"a shorter ledger":       {[]string{`UPDATE ledger_head SET number = 99`}, "its head says 99"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := &world{TB: t, env: map[string]string{"DATABASE_URL": "sqlite:" + w.backup()}}
			changed.edit(c.statements...)
			e := invoke(t, map[string]string{"DATABASE_URL": changed.env["DATABASE_URL"], "LEDGER_KEY": w.env["LEDGER_KEY"]}, "audit", "verify", "--format", "json")
			var p struct {
				Proved     bool
				Falsehoods []struct{ What string }
			}
			if err := json.Unmarshal([]byte(e.out), &p); err != nil {
				t.Fatalf("%v: %s%s", err, e.out, e.errors)
			}
			if e.status != 1 || p.Proved || !strings.Contains(p.Falsehoods[0].What, c.says) {
				t.Errorf("exit status %d\n%s%s", e.status, e.out, e.errors)
			}
		})
	}
	if e := invoke(t, map[string]string{"DATABASE_URL": "sqlite:missing.db"}, "audit", "verify"); e.status != 2 {
		t.Errorf("where nothing can be looked at: exit status %d\n%s", e.status, e.errors)
	}
}

// TestWitnesses: the owner of a database without a key changes who approved, everywhere, and makes the chain anew. The database
// is whole in itself then; Slack isn't of its opinion. Tencent Cloud tells what was sent, and what was invited otherwise.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.ask(alice, "100012345679 Bob")
	w.card(2)
	w.org.AddInvitations(invitetest.Invitation{UIN: 100012345679, Name: "Bob", Remark: "by hand"})
	w.org.AddMember(invitetest.Member{UIN: 100012345670, Name: "Founder"})
	e := invoke(t, w.env, "audit", "verify", "--slack", "--tencent")
	for _, says := range []string{"All of it is proved.", "tencent cloud: it has 1 of the invitations", "100012345679 was invited as “Bob” (by hand)",
		"request 2 is pending", "100012345670 is a member as “Founder”"} {
		if !strings.Contains(e.out, says) || e.status != 0 {
			t.Errorf("exit status %d, and it doesn't say %q\n%s%s", e.status, says, e.out, e.errors)
		}
	}
	if e := invoke(t, w.env, "audit", "verify", "--slack", "--since", "2100-01-01"); e.status != 0 || !strings.Contains(e.out, "slack: 0 messages") {
		t.Errorf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	w.stop()

	w.edit(`DROP TRIGGER events_no_update`, `UPDATE events SET actor = 'U0EVE', actor_name = 'eve' WHERE kind = 'approved'`,
		`UPDATE decisions SET approver = 'U0EVE', approver_name = 'eve'`)
	w.chainAnew()
	w.edit(`CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`)
	if e := invoke(t, w.env, "audit", "verify"); e.status != 0 {
		t.Errorf("the database isn't whole in itself: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	e = invoke(t, w.env, "audit", "verify", "--slack")
	if e.status != 1 || !strings.Contains(e.errors, "event 3 isn't what it was") {
		t.Errorf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	w.org.Clear()
	w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: "ListOrganizationMembers", Code: "UnauthorizedOperation", Message: "no"})
	if e := invoke(t, w.env, "audit", "verify", "--tencent"); e.status != 2 || !strings.Contains(e.errors, "read the organization's members") {
		t.Errorf("where Tencent Cloud doesn't tell: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
}

// chainAnew gives all events the hashes that they should have.
func (w *world) chainAnew() {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+w.databaseFile())
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(context.Background(), `SELECT id, at, COALESCE(request_id, 0), COALESCE(invitation_id, 0), attempt, actor, actor_name, kind, COALESCE(key, ''), detail FROM events ORDER BY id`)
	if err != nil {
		w.Fatal(err)
	}
	var head ledger.Head
	var hashes []string
	for rows.Next() {
		var e ledger.Event
		var at int64
		var key, detail string
		if err := rows.Scan(&e.ID, &at, &e.Request, &e.Invitation, &e.Attempt, &e.Actor.ID, &e.Actor.Name, &e.Kind, &key, &detail); err != nil {
			w.Fatal(err)
		}
		e.At = time.UnixMilli(at)
		head = head.Next(e, key, detail)
		hashes = append(hashes, head.Hash)
	}
	if err := rows.Close(); err != nil {
		w.Fatal(err)
	}
	for n, hash := range hashes {
		if _, err := db.Exec(`UPDATE events SET hash = ? WHERE id = ?`, hash, n+1); err != nil {
			w.Fatal(err)
		}
	}
	if _, err := db.Exec(`UPDATE ledger_head SET hash = ?`, head.Hash); err != nil {
		w.Fatal(err)
	}
}
