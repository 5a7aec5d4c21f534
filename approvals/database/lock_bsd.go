//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package database

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock that keeps other processes from the database at path. It ends with the process, however that
// ends. On these systems flock(2) and SQLite's own locks are of one kind, and on the database's own file they would keep SQLite
// out: so it is on a file beside it, which must stay there while the bot runs.
func lockFile(path string) (*os.File, error) {
	file, err := openPrivate(path + ".lock")
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(notLocked(file.Name(), err), file.Close())
	}
	return file, nil
}
