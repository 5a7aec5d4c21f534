package database

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"syscall"

	"github.com/invitebot/invitebot/internal/tongue"
)

// SetupError is what a person has to put right before a database can be used: time mends nothing of it.
type SetupError struct{ problem tongue.Text }

func (e *SetupError) Error() string { return e.problem.String() }

// In is the error in a language.
func (e *SetupError) In(l tongue.Language) string { return e.problem.In(l) }

// SetUp is a [*SetupError].
func SetUp(problem tongue.Text) error { return setUp(problem) }

func setUp(problem tongue.Text) error { return &SetupError{problem} }

// ErrGone: the database's file was removed, or another one was put in its place.
var ErrGone error = tongue.Error{Text: tongue.Say("the database's file was removed or replaced while the bot was running: nothing more is written, and the bot ends. "+
	"Put the file back, and start the bot again", "机器人运行期间，数据库文件被移除或替换：不再写入任何内容，机器人退出。请将文件放回，然后重新启动机器人")}

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
		return setUp(tongue.Say("%s isn't a file: name one in DATABASE_URL",
			"%s 不是文件：请在 DATABASE_URL 中指定一个文件", path))
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
	instead := tongue.Say("or name another path in DATABASE_URL", "或在 DATABASE_URL 中指定其他路径")
	switch {
	case errors.Is(err, fs.ErrPermission):
		return setUp(tongue.Say("%s can't be written by the user %s, as whom the bot runs: give it that file and its folder (chown), %s",
			"运行机器人的用户 %[2]s 无法写入 %[1]s：请将该文件及其文件夹交给该用户（chown），%[3]s", path, whoami(), instead))
	case errors.Is(err, syscall.EROFS):
		return setUp(tongue.Say("%s is on a file system that is mounted read-only: mount it writable, %s",
			"%s 所在的文件系统以只读方式挂载：请以可写方式挂载，%s", path, instead))
	case errors.Is(err, syscall.EISDIR):
		return setUp(tongue.Say("%s is a folder: name a file in it in DATABASE_URL",
			"%s 是文件夹：请在 DATABASE_URL 中指定其中的文件", path))
	}
	return opening(err)
}

// opening wraps an error of opening the database.
func opening(err error) error {
	return tongue.Error{Text: tongue.Say("open the database: %v", "打开数据库：%v", err), Cause: err}
}

// notLocked says why a lock could not be had, and what to do.
func notLocked(path string, err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return tongue.Error{Text: tongue.Say("another process is using this database (%s is locked: %v): stop it first, or name another file",
			"另一个进程正在使用该数据库（%s 已被锁定：%v）：请先停止它，或指定其他文件", path, err), Cause: err}
	}
	return setUp(tongue.Say("%s can't be locked (%v): its file system has no locks, as some network file systems have none. Name a file on a local disk in DATABASE_URL, or use PostgreSQL",
		"无法锁定 %s（%v）：其文件系统不支持锁，部分网络文件系统即如此。请在 DATABASE_URL 中指定本地磁盘上的文件，或使用 PostgreSQL", path, err))
}

func whoami() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username + " (" + u.Uid + ")"
	}
	return fmt.Sprint(os.Getuid())
}
