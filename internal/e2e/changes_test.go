package e2e

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite/invitetest"
)

// What changes on the machine under the program, as people in Slack and its operator see it. The rules behind it are tested in
// package approvals.

func (w *world) file() string { return strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:") }

// isTold types a command that can't be stored, and wants an answer in words, before Slack says that there is none.
func (w *world) isTold(text string) {
	w.Helper()
	if answer := w.ask(alice, text); !answer.OK() || !strings.Contains(answer.Text, "could not be stored") {
		w.Errorf("%q is answered %q (%s)", text, answer.Text, answer.Failure)
	}
}

// askUntilStored types a command again where the answer says so.
func (w *world) askUntilStored(text string) {
	w.Helper()
	answer := w.ask(alice, text)
	for n := 0; n < 20 && strings.Contains(answer.Text, "could not be stored"); n++ {
		answer = w.ask(alice, text)
	}
	if !strings.Contains(answer.Text, "is with the approvers") {
		w.Errorf("%q is answered %q (%s)", text, answer.Text, answer.Failure)
	}
}

// TestTheFileIsRemovedUnderTheProgram: a supervisor and an operator see why it ended.
func TestTheFileIsRemovedUnderTheProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	if err := os.Remove(w.file()); err != nil {
		t.Fatal(err)
	}
	removed := time.Now()
	if status := w.reap(); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if took := time.Since(removed); took > 5*time.Second {
		t.Errorf("it went on for %s", took)
	}
	if !strings.Contains(w.output(), "removed or replaced") {
		t.Error("nobody is told why")
	}
}

// TestACommandWhileTheFileIsLocked, by a backup that takes long, say.
func TestACommandWhileTheFileIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	other, err := sql.Open("sqlite", "file:"+w.file()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec(`BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	w.isTold("100012345678 Alice")
	w.isTold("100012345678 Alice")
	if _, err := other.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if answer := w.ask(alice, "100012345678 Alice"); !strings.Contains(answer.Text, "Request 1 ") {
		t.Errorf("what was told to be unstored was stored: %q", answer.Text)
	}
	w.card(1)
}

// TestPostgresIsKilled and comes back, while the program runs on.
func TestPostgresIsKilled(t *testing.T) {
	t.Parallel()
	server := postgres(t)
	w := shared(t, server, invitetest.Options{})
	w.start()
	w.ask(alice, "100012345678 Alice")
	card := w.card(1)
	server.Halt()
	w.isTold("100012345679 Bob")
	w.click(ann, card, "approve")
	w.await("an answer to the click", func() bool { return len(w.Ephemerals(ann)) > 0 })
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	w.askUntilStored("100012345679 Bob")
	w.click(ann, card, "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	if n := len(w.org.Invitations()); n != 1 {
		t.Errorf("%d invitations", n)
	}
}

// TestFoldersAndFilesOfOthers are named, with the user who can't write them, and what to do.
func TestFoldersAndFilesOfOthers(t *testing.T) {
	t.Parallel()
	for name, arrange := range map[string]func(folder string) error{
		"the folder": func(folder string) error { return os.Chmod(folder, 0o555) },
		"the file": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "bot.db"), nil, 0o444)
		},
		"what a run as somebody else left": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "bot.db-wal"), nil, 0o444)
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			run := asNobody(t, folder)
			if err := arrange(folder); err != nil {
				t.Fatal(err)
			}
			e := run("DATABASE_URL", "sqlite:"+filepath.Join(folder, "bot.db"))
			for _, says := range []string{folder, "can't be written by the user ", "chown", "DATABASE_URL"} {
				if e.status != 2 || !strings.Contains(e.errors, says) {
					t.Errorf("exit status %d, no %q in %s", e.status, says, e.errors)
				}
			}
		})
	}
}

// asNobody has the program run by somebody whom permissions bind, as they don't bind root, in a folder that is theirs.
func asNobody(t *testing.T, folder string) func(changes ...string) ended {
	t.Helper()
	const nobody = 65534
	cmd := finite(t)
	if os.Getuid() == 0 {
		for _, way := range []string{filepath.Dir(program), filepath.Dir(folder)} {
			if err := os.Chmod(way, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(folder, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	cmd.Dir = folder
	return func(changes ...string) ended { return runToItsEnd(t, cmd, configured(changes...)) }
}

// TestAServerWithoutTLS on another machine isn't spoken to in the clear unless the operator says so. The address 0.0.0.0 leads to this
// machine, and counts as another.
func TestAServerWithoutTLS(t *testing.T) {
	t.Parallel()
	address, err := postgres(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSuffix(strings.Replace(address, "127.0.0.1", "0.0.0.0", 1), "?sslmode=disable")
	for _, mode := range []string{"", "?sslmode=prefer", "?sslmode=allow"} {
		e := invoke(t, configured("DATABASE_URL", address+mode))
		if e.status != 2 || !strings.Contains(e.errors, "takes no encrypted connections (TLS)") || !strings.Contains(e.errors, "?sslmode=disable") {
			t.Errorf("%s: exit status %d: %s", mode, e.status, e.errors)
		}
	}
	w := newWorld(t, "DATABASE_URL", address+"?sslmode=disable")
	w.start()
}
