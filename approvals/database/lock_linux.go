package database

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the lock that keeps other processes from the database at path. It ends with the process, however that
// ends.
//
// It is flock(2) on the database's own file, so that neither another name of the file (a hard link) nor a file removed
// beside it lets a second process in. On Linux that is a lock of another kind than SQLite's own, which are fcntl(2)'s, so the
// two don't meet. But all of SQLite's on a file are gone when the process closes any descriptor of that file: this one
// must be opened before SQLite opens the file, and closed after SQLite has. On NFS flock is made of fcntl's locks and
// would keep SQLite itself out, whose WAL doesn't work there in any case.
func lockFile(path string) (*os.File, error) {
	file, err := openPrivate(path)
	if err != nil {
		return nil, err
	}
	err = flock(file)
	if err == nil {
		err = refuseOlder(path + ".lock")
	}
	if err != nil {
		return nil, errors.Join(notLocked(path, err), file.Close())
	}
	return file, nil
}

// refuseOlder notices an older version of this program, which locks a file beside the database instead. One that was left
// behind does nothing.
func refuseOlder(beside string) error {
	file, err := os.OpenFile(beside, os.O_RDWR, 0)
	if err != nil {
		return nil // there is none
	}
	return errors.Join(flock(file), file.Close())
}

func flock(file *os.File) (err error) {
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
