package approvals

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/invitebot/invitebot/approvals/database"
)

// TestBackup is made while the bot works, has what there was, is private, and a bot goes on from it.
func TestBackup(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.join(2)
		sent, waiting := h.ask(1), h.ask(2)
		h.work()
		h.approve(sent, ann)
		h.work()
		file := filepath.Join(t.TempDir(), "backup.db")
		done, err := Backup(t.Context(), h.url, file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if done.Requests != 2 || done.Ledger != h.store.installation {
			t.Errorf("it has %+v", done)
		}
		if about, err := os.Stat(file); err != nil || about.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v", about.Mode(), err)
		}
		if left, _ := filepath.Glob(file + "*"); len(left) != 1 {
			t.Errorf("there is more: %q", left)
		}
		h.ask(3) // the original goes on

		restored := newHouseOn(t, "sqlite:"+file, Rules{})
		restored.keys = h.keys
		restored.is(sent, Approved, Sent)
		restored.approve(waiting, ann)
		restored.work()
		restored.is(waiting, Approved, Sent)
	})
}

// TestABackupThatIsNotKept: what is there stays as it is, and of a ledger that isn't proved there is no backup.
func TestABackupThatIsNotKept(t *testing.T) {
	h := newHouse(t, Rules{})
	h.ask(1)
	folder := t.TempDir()
	taken := filepath.Join(folder, "taken.db")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{taken: "there is a file", filepath.Join(folder, "no", "backup.db"): "there is no folder"} {
		_, err := Backup(t.Context(), h.url, file, Options{})
		if _, forAPerson := errors.AsType[*database.SetupError](err); !forAPerson || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", file, err)
		}
	}
	err := h.store.write(t.Context(), func(t *tx) error {
		return t.Run(h.Context(), `UPDATE invitations SET name = 'Mallory'`)
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "backup.db")
	if _, err := Backup(t.Context(), h.url, file, Options{}); err == nil || !strings.Contains(err.Error(), "isn't proved") {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(file + "*"); len(left) != 0 {
		t.Errorf("it leaves %q", left)
	}
	if mine, _ := os.ReadFile(taken); string(mine) != "mine" {
		t.Errorf("the file that was there has %q", mine)
	}
}

// TestBackupOfSomethingElse: another ledger than is expected isn't backed up, and what lies beside the file isn't touched; of two backups by one name
// there is one.
func TestBackupOfSomethingElse(t *testing.T) {
	h := newHouse(t, Rules{})
	h.ask(1)
	folder := t.TempDir()
	beside := filepath.Join(folder, "backup.db.part")
	if err := os.WriteFile(beside, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "backup.db")
	if _, err := Backup(t.Context(), h.url, file, Options{Expect: "0123456789ab"}); !isLedgerError(err) {
		t.Errorf("of another ledger: %v", err)
	}
	var made atomic.Int32
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := Backup(t.Context(), h.url, file, Options{}); err == nil {
				made.Add(1)
			} else if !strings.Contains(err.Error(), "there is a file") {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if made.Load() != 1 {
		t.Errorf("%d backups by one name", made.Load())
	}
	if mine, _ := os.ReadFile(beside); string(mine) != "mine" {
		t.Error("what lay beside it is gone")
	}
}

func isLedgerError(err error) bool {
	_, ok := errors.AsType[*LedgerError](err)
	return ok
}
