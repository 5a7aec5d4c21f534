package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// backup has the program keep a copy of its database, while it runs.
func (w *world) backup() (file string) {
	w.Helper()
	file = filepath.Join(w.TempDir(), "backup.db")
	if e := invoke(w.TB.(*testing.T), w.env, "backup", file); e.status != 0 || !strings.Contains(e.out, "Backed up and verified: ledger ") {
		w.Fatalf("backup: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	return file
}

func (w *world) databaseFile() string { return strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:") }

// restore puts a backup in the place of the database. The program must not be running.
func (w *world) restore(backup string) {
	w.Helper()
	content, err := os.ReadFile(backup)
	if err != nil {
		w.Fatal(err)
	}
	for _, rest := range []string{"-wal", "-shm"} {
		_ = os.Remove(w.databaseFile() + rest)
	}
	if err := os.WriteFile(w.databaseFile(), content, 0o600); err != nil {
		w.Fatal(err)
	}
}

// cardsAbout are the cards of an account, the oldest first.
func (w *world) cardsAbout(account string) (all []bottest.Message) {
	for _, m := range w.Messages(admins) {
		if strings.Contains(m.Text, ": invite "+account+" ") {
			all = append(all, m)
		}
	}
	return all
}

// TestARestoredDatabase: what was decided since the backup is forgotten, and what was asked since has numbers that come
// again. Slack remembers: what is open is held and posted anew, and no button of before does anything to another account.
func TestARestoredDatabase(t *testing.T) {
	t.Parallel()
	const a, b, c, d = "100012345671", "100012345672", "100012345673", "100012345674"
	w := newWorld(t)
	w.start()
	w.ask(alice, a+" Account A")
	w.ask(alice, d+" Account D")
	w.card(1)
	w.card(2)
	backup := w.backup()
	w.click(ann, w.card(2), "approve") // sent, and forgotten
	w.await("the invitation", func() bool { return w.finished(2) })
	w.ask(alice, b+" Account B")
	w.card(3)
	w.kill()
	w.restore(backup)
	w.start()
	w.await("what is open to be posted anew", func() bool { return len(w.cardsAbout(a)) == 2 && len(w.cardsAbout(d)) == 2 })
	w.await("the channel to be told", func() bool { return strings.Contains(w.transcript(), "The bot's database was set back") })
	if !strings.Contains(w.output(), "the database was set back") {
		t.Errorf("the log doesn't say it:\n%s", w.output())
	}

	w.ask(alice, c+" Account C") // request 3 again
	w.await("the card of C", func() bool { return len(w.cardsAbout(c)) == 1 })
	ofB := w.cardsAbout(b)[0]
	w.click(ann, ofB, "approve")
	w.await("the card of B to be marked", func() bool {
		m, _ := w.Message(ofB.Ref())
		return strings.Contains(m.Text, "this database doesn't know") && !hasButton(m, "approve")
	})
	w.await("an answer", func() bool {
		told := w.Views(ann)
		return len(told) > 0 && strings.Contains(string(told[len(told)-1].Blocks), "this database doesn't know")
	})
	w.click(ann, w.cardsAbout(a)[0], "approve") // the card of before
	w.await("the old card of A to be marked", func() bool { return len(w.cardsAbout(a)) == 1 })
	if n := len(w.org.Invitations()); n != 1 {
		t.Fatalf("the organization has %d invitations, want that of D alone\n%s", n, w.transcript())
	}

	w.click(ann, w.cardsAbout(a)[0], "approve") // the one that counts
	w.await("the invitation to A", func() bool { return w.org.AcceptedSends(100012345671) == 1 })
	w.stop()
	w.start() // noticed once
	if answer := w.ask(alice, "100012345675 Account E"); !answer.OK() {
		t.Errorf("afterwards: %+v", answer)
	}
	w.await("the card of E", func() bool { return len(w.cardsAbout("100012345675")) == 1 })
	if n := strings.Count(w.transcript(), "This channel has messages that it doesn't know"); n != 1 {
		t.Errorf("the channel was told %d times", n)
	}
	w.stop()
}

// TestABackupOfPostgresIsRestored into an empty database, by copy: the same happens as with a file that is put in its place.
func TestABackupOfPostgresIsRestored(t *testing.T) {
	t.Parallel()
	const a, b = "100012345671", "100012345672"
	server := postgres(t)
	w := shared(t, server, invitetest.Options{}, "LEDGER_KEY", aLedgerKey)
	w.start()
	w.ask(alice, a+" Account A")
	w.card(1)
	backup := w.backup()
	w.click(ann, w.card(1), "approve") // sent, and forgotten
	w.await("the invitation", func() bool { return w.finished(1) })
	w.ask(alice, b+" Account B") // forgotten, too
	w.card(2)
	w.leave()
	url, err := server.Database()
	if err != nil {
		t.Fatal(err)
	}
	if e := invoke(t, w.env, "copy", "sqlite:"+backup, url); e.status != 0 {
		t.Fatalf("copy: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
	w.set("DATABASE_URL", url)
	w.start()
	w.await("what is open to be posted anew", func() bool { return len(w.cardsAbout(a)) == 2 })
	w.await("the channel to be told", func() bool { return strings.Contains(w.transcript(), "The bot's database was set back") })
	if n := len(w.org.Sends()); n != 1 {
		t.Errorf("%d invitations were sent", n)
	}
	w.leave()
	if e := invoke(t, w.env, "audit", "verify"); e.status != 0 {
		t.Errorf("verify: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
}
