package database

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file system without locks isn't another process, and the error says what to do about it.
func TestWhatStandsInTheWayOfALock(t *testing.T) {
	for err, wants := range map[syscall.Errno][]string{
		syscall.EWOULDBLOCK: {"another process is using this database", "/data/bot.db", "stop it first"},
		syscall.ENOLCK:      {"/data/bot.db can't be locked", "no locks available", "local disk", "PostgreSQL"},
		syscall.EOPNOTSUPP:  {"/data/bot.db can't be locked", "not supported", "local disk"},
	} {
		for _, want := range wants {
			if got := notLocked("/data/bot.db", err).Error(); !strings.Contains(got, want) {
				t.Errorf("%v: no %q in: %s", err, want, got)
			}
		}
	}
}

// A version of this program that locks a file beside the database is noticed; such a file that was left behind isn't.
func TestOlderVersionIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bot.db")
	older, err := openPrivate(path + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	if err := flock(older); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "sqlite:"+path); err == nil || !strings.Contains(err.Error(), "another process is using this database") {
		t.Errorf("beside an older version: %v", err)
	}
	if err := older.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".lock"); err != nil {
		t.Error(err)
	}
}
