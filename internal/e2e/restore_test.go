package e2e

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
)

// backup copies the program's database while it runs, as "sqlite3 bot.db .backup" does.
func (w *world) backup() (file string) {
	w.Helper()
	file = filepath.Join(w.TempDir(), "backup.db")
	db, err := sql.Open("sqlite", "file:"+w.databaseFile()+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`VACUUM INTO ?`, file); err != nil {
		w.Fatal(err)
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
