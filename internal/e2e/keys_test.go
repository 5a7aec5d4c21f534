package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite/invitetest"
)

const (
	oldKey = "an old key that nobody sees of 32 characters and more"
	newKey = "the new key that nobody sees of 32 characters and more"
)

// with is one more process, with another key.
func (w *world) with(key string) *world {
	twin := w.another()
	twin.env = map[string]string{}
	for name, value := range w.env {
		twin.env[name] = value
	}
	twin.env["LEDGER_KEY"] = key
	return twin
}

// ends starts the program and returns how it ended, which it must do by itself.
func (w *world) ends() (status int, log string) {
	w.Helper()
	w.launch()
	return w.reap(), w.output()
}

// verified is what the audit proves with a key.
func (w *world) verified(t *testing.T, key string) ended {
	t.Helper()
	return invoke(t, map[string]string{"DATABASE_URL": w.env["DATABASE_URL"], "LEDGER_KEY": key}, "audit", "verify")
}

// TestAKeyIsReplacedWhileReplicasRun: first all can check the new one, then all seal with it. Each step is proved, and one who
// goes another way ends with a sentence before anything is written.
func TestAKeyIsReplacedWhileReplicasRun(t *testing.T) {
	t.Parallel()
	const both, turned = oldKey + "," + newKey, newKey + "," + oldKey
	w := shared(t, postgres(t), invitetest.Options{}, "LEDGER_KEY", oldKey)
	n := 0
	goesOn := func(step, key string) {
		t.Helper()
		n++
		w.ask(alice, "10001234567"+string(rune('0'+n))+" Alice "+string(rune('A'+n)))
		w.click(ann, w.card(n), "approve")
		w.await("the outcome", func() bool { return w.finished(n) })
		if e := w.verified(t, key); e.status != 0 || !strings.Contains(e.out, "All of it is proved.") {
			t.Fatalf("%s: exit status %d\n%s%s", step, e.status, e.out, e.errors)
		}
	}
	refused := func(step, key string) {
		t.Helper()
		status, log := w.with(key).ends()
		if status != 2 || !strings.Contains(log, "LEDGER_KEY") || !strings.Contains(log, "NEW,OLD") && !strings.Contains(log, "write the new one, a comma, and the old one") {
			t.Errorf("%s: exit status %d\n%s", step, status, log)
		}
	}
	w.start()
	goesOn("the old key", oldKey)
	refused("the new key beside the old one", newKey)
	refused("the new key first beside the old one", turned)
	refused("no key beside the old one", "")

	replicas := []*world{w}
	restart := func(key string) { // one after the other, while one is running
		next := w.with(key)
		next.launch()
		w.await("the next to connect", func() bool { return w.Connections() == 2*len(replicas)+2 })
		for _, r := range replicas {
			r.stop()
		}
		w.await("the others to leave", func() bool { return w.Connections() == 2 })
		replicas = []*world{next}
	}
	restart(both)
	goesOn("both keys, the old one first", both)
	refused("the new key beside both", newKey)
	restart(turned)
	goesOn("both keys, the new one first", turned)
	refused("the old key beside them", oldKey)
	refused("the new key alone, which can't check what was approved before", newKey)

	replicas[0].stop()
	e := invoke(t, map[string]string{"LEDGER_KEY": newKey}, "rekey", w.env["DATABASE_URL"])
	if e.status != 0 || !strings.Contains(e.out, "Open requests, to be approved anew: 0.") {
		t.Fatalf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	last := w.with(newKey)
	last.launch()
	w.await("the last to connect", func() bool { return w.Connections() == 2 })
	goesOn("the new key alone", newKey)
	if e := w.verified(t, newKey); !strings.Contains(e.out, "bear the seal of a key that was lost: the chain proves them, and no seal does") {
		t.Errorf("it isn't said what no seal proves:\n%s", e.out)
	}
	last.stop()
}

// TestALostKey: the program says how to go on, and what was open is decided anew.
func TestALostKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "LEDGER_KEY", oldKey)
	w.start()
	w.ask(alice, "100012345678 Alice")
	old := w.card(1)
	file := w.env["DATABASE_URL"]
	if e := invoke(t, map[string]string{"LEDGER_KEY": newKey}, "rekey", file); e.status != 2 || !strings.Contains(e.errors, "another process is using this database") {
		t.Errorf("beside the bot: exit status %d, %s", e.status, e.errors)
	}
	w.stop()
	w.env["LEDGER_KEY"] = newKey
	if status, log := w.ends(); status != 2 || !strings.Contains(log, "invitebot rekey --help") {
		t.Fatalf("exit status %d\n%s", status, log)
	}
	for _, x := range []struct {
		key, database, says string
		status              int
	}{
		{"", file, "LEDGER_KEY is not set", 2},
		{"short", file, "LEDGER_KEY", 2},
		{oldKey, file, "nothing is lost", 2},
		{newKey, "sqlite:" + filepath.Join(t.TempDir(), "missing.db"), "", 2},
	} {
		if e := invoke(t, map[string]string{"LEDGER_KEY": x.key}, "rekey", x.database); e.status != x.status || !strings.Contains(e.errors, x.says) {
			t.Errorf("%q: exit status %d, %s", x.says, e.status, e.errors)
		}
	}
	if e := invoke(t, map[string]string{"LEDGER_KEY": newKey}, "rekey", file); e.status != 0 || !strings.Contains(e.out, "to be approved anew: 1.") {
		t.Fatalf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	w.start()
	w.await("what is open to be posted anew", func() bool { return len(w.cardsAbout("100012345678")) == 2 })
	w.await("the channel to be told", func() bool { return strings.Contains(w.transcript(), "The bot's key was lost, and replaced.") })
	w.click(ann, old, "approve")
	w.await("the old card to be marked", func() bool { return len(w.cardsAbout("100012345678")) == 1 })
	w.click(ann, w.cardsAbout("100012345678")[0], "approve")
	w.await("the invitation", func() bool { return w.org.AcceptedSends(100012345678) == 1 })
	if e := w.verified(t, newKey); e.status != 0 {
		t.Errorf("exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	w.stop()
}
