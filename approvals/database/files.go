package database

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"syscall"
)

// SetupError is what a person has to put right before a database can be used: time mends nothing of it.
type SetupError struct{ problem string }

func (e *SetupError) Error() string { return e.problem }

// SetUp is a [*SetupError].
func SetUp(format string, args ...any) error { return setUp(format, args...) }

func setUp(format string, args ...any) error { return &SetupError{fmt.Sprintf(format, args...)} }

// ErrGone: the database's file was removed, or another one was put in its place.
var ErrGone = errors.New("the database's file was removed or replaced while the bot was running: nothing more is written, and the bot ends. " +
	"Put the file back, and start the bot again")

// openPrivate opens a file, which it makes where there is none: strangers stay out of what the ledger says.
func openPrivate(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, notOpened(path, err)
	}
	return file, nil
}

// mustHold says what is wrong with a folder in which SQLite can't keep what it needs beside the database, or with what it
// kept there the last time: a bot that once ran as root, and was killed, leaves files that only root can write.
func mustHold(path string) error {
	folder := filepath.Dir(path)
	probe, err := os.CreateTemp(folder, ".invitebot-*")
	if err != nil {
		return notOpened(folder, err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return err
	}
	for _, kept := range []string{path + "-wal", path + "-shm"} {
		if err := mustBeWritable(kept); err != nil {
			return err
		}
	}
	return nil
}

// mustBeFile refuses what would be waited for, or isn't kept.
func mustBeFile(path string) error {
	if about, err := os.Stat(path); err == nil && !about.Mode().IsRegular() && !about.IsDir() {
		return setUp("%s isn't a file: name one in DATABASE_URL", path)
	}
	return nil
}

// mustBeWritable is content where there is no such file.
func mustBeWritable(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return notOpened(path, err)
	}
	return file.Close()
}

// notOpened says why a file or a folder can't be written to, for whom, and what to do.
func notOpened(path string, err error) error {
	const instead = "or name another path in DATABASE_URL"
	switch {
	case errors.Is(err, fs.ErrPermission):
		return setUp("%s can't be written by the user %s, as whom the bot runs: give it that file and its folder (chown), %s", path, whoami(), instead)
	case errors.Is(err, syscall.EROFS):
		return setUp("%s is on a file system that is mounted read-only: mount it writable, %s", path, instead)
	case errors.Is(err, syscall.EISDIR):
		return setUp("%s is a folder: name a file in it in DATABASE_URL", path)
	}
	return fmt.Errorf("open the database: %w", err)
}

// notLocked says why a lock could not be had, and what to do.
func notLocked(path string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("another process is using this database (%s is locked: %w): stop it first, or name another file", path, err)
	}
	return setUp("%s can't be locked (%v): its file system has no locks, as some network file systems have none. Name a file on a local disk in DATABASE_URL, or use PostgreSQL", path, err)
}

func whoami() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username + " (" + u.Uid + ")"
	}
	return fmt.Sprint(os.Getuid())
}
