package e2e

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
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
