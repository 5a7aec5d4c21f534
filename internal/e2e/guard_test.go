package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// with is an environment with one variable changed.
func with(env map[string]string, name, value string) map[string]string {
	env = maps.Clone(env)
	env[name] = value
	return env
}

// leave ends the program, and waits until the workspace has noticed.
func (w *world) leave() {
	w.Helper()
	w.stop()
	w.await("the connections to end", func() bool { return w.Connections() == 0 })
}

// TestASecondNameOfTheFile: another name for the database's file, and a lock file removed beside it, let no second bot in.
func TestASecondNameOfTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	path := strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:")
	_ = os.Remove(path + ".lock")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Link(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		e := invoke(t, with(w.env, "DATABASE_URL", "sqlite:"+name))
		if e.status != 1 || !strings.Contains(e.errors, "another process is using this database") {
			t.Errorf("%s: exit status %d, errors\n%s", name, e.status, e.errors)
		}
	}
	if e := invoke(t, w.env, "audit"); e.status != 0 {
		t.Errorf("audit beside the bot: exit status %d, errors\n%s", e.status, e.errors)
	}
	w.ask(alice, "1000 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the end", func() bool { return w.finished(1) })
}

// TestAMoveBesideARunningBot: of two databases with the same requests only one has a bot.
func TestAMoveBesideARunningBot(t *testing.T) {
	t.Parallel()
	server := postgres(t)
	w := shared(t, server, invitetest.Options{})
	from := w.env["DATABASE_URL"]
	to, err := server.Database()
	if err != nil {
		t.Fatal(err)
	}
	w.env["LEDGER_KEY"] = "a key that is in no database at all"
	w.start()
	w.ask(alice, "1000 Alice")
	w.card(1)
	for _, way := range [][]string{{from, to}, {to, from}} {
		if e := invoke(t, w.env, "copy", way[0], way[1]); e.status != 2 || !strings.Contains(e.errors, "a bot is running on it") {
			t.Errorf("beside a bot: exit status %d, errors\n%s", e.status, e.errors)
		}
	}
	w.leave()
	for _, key := range []string{"", "another key that is long enough too"} {
		if e := invoke(t, with(w.env, "LEDGER_KEY", key), "copy", from, to); e.status != 2 || !strings.Contains(e.errors, "this ledger is sealed with") {
			t.Errorf("copy with the key %q: exit status %d, output %s, errors\n%s", key, e.status, e.out, e.errors)
		}
		if e := invoke(t, with(w.env, "LEDGER_KEY", key)); e.status != 2 || !strings.Contains(e.errors, "this ledger is sealed with") {
			t.Errorf("a bot with the key %q: exit status %d, errors\n%s", key, e.status, e.errors)
		}
	}
	if e := invoke(t, w.env, "copy", from, to); e.status != 0 || !strings.Contains(e.out, "The original is closed.") {
		t.Fatalf("copy: exit status %d, output %s, errors\n%s", e.status, e.out, e.errors)
	}
	e := invoke(t, w.env)
	for _, want := range []string{"this database was moved on 20", database.Address(to), `invitebot reopen DATABASE`} {
		if e.status != 2 || !strings.Contains(e.errors, want) {
			t.Errorf("a bot on what was moved: no %q, exit status %d, errors\n%s", want, e.status, e.errors)
		}
	}
	if e := invoke(t, w.env, "audit"); e.status != 0 || !strings.Contains(e.out, "the database was moved from "+database.Address(from)) {
		t.Errorf("audit: exit status %d, output\n%s%s", e.status, e.out, e.errors)
	}
	w.env["DATABASE_URL"] = to
	w.start()
	w.click(ann, w.card(1), "approve")
	w.await("the end", func() bool { return w.finished(1) })
	w.leave()
	if e := invoke(t, w.env, "reopen", from); e.status != 0 || !strings.Contains(e.out, "no bot runs there") {
		t.Errorf("reopen: exit status %d, output %s, errors\n%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, with(w.env, "DATABASE_URL", from), "audit"); !strings.Contains(e.out, "the database was opened again, after it had been moved to "+database.Address(to)) {
		t.Errorf("audit of the reopened one\n%s%s", e.out, e.errors)
	}
	for _, address := range []string{from, to} {
		if e := invoke(t, with(w.env, "DATABASE_URL", address), "audit", "verify"); e.status != 0 {
			t.Errorf("verify %s: exit status %d\n%s%s", address, e.status, e.out, e.errors)
		}
	}
	w.env["DATABASE_URL"] = from
	w.env["LEDGER_KEY"] = "a key that is there in its place now," + w.env["LEDGER_KEY"]
	w.start()
}

// TestReplicasWithOtherRules: all replicas work by the same rules, and the ledger has each change.
func TestReplicasWithOtherRules(t *testing.T) {
	t.Parallel()
	w := shared(t, postgres(t), invitetest.Options{})
	w.start()
	other := with(with(w.env, "APPROVALS_REQUIRED", "2"), "REQUESTERS", alice)
	e := invoke(t, other)
	for _, want := range []string{"a bot is running on this database by other rules", "APPROVALS_REQUIRED is 1 there and 2 here", "REQUESTERS is not set there and U0ALICE here", "stop all of them"} {
		if e.status != 2 || !strings.Contains(e.errors, want) {
			t.Errorf("beside a bot with other rules: no %q, exit status %d, errors\n%s", want, e.status, e.errors)
		}
	}
	if strings.Contains(e.errors, "APPROVERS is") || strings.Contains(e.errors, "xoxb") {
		t.Errorf("it says more than what differs:\n%s", e.errors)
	}
	w.leave()
	w.env = other
	w.start()
	w.ask(alice, "1000 Alice")
	w.click(ann, w.card(1), "approve")
	w.click(bob, w.card(1), "approve")
	w.await("the end", func() bool { return w.finished(1) })
	e = invoke(t, w.env, "audit")
	for _, want := range []string{"rules in force, by configuration: ALLOW_SELF_APPROVAL is false; ", "rules in force, by configuration: APPROVALS_REQUIRED was 1 and is 2; REQUESTERS was not set and is U0ALICE"} {
		if !strings.Contains(e.out, want) {
			t.Errorf("no %q in\n%s", want, e.out)
		}
	}
}

// TestRulesOfOneProcessChange: where there is only one process, it starts with other rules, and the ledger has that.
func TestRulesOfOneProcessChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, self := range []string{"false", "true", "true"} {
		w.env["ALLOW_SELF_APPROVAL"] = self
		w.start()
		w.leave()
	}
	e := invoke(t, w.env, "audit")
	if strings.Count(e.out, "rules in force") != 2 || !strings.Contains(e.out, "by configuration: ALLOW_SELF_APPROVAL was false and is true\n") {
		t.Errorf("the ledger has\n%s", e.out)
	}
}
