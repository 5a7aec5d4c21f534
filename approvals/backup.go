package approvals

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// A backup is one SQLite file, whatever the database is: of SQLite the file as it is at one moment, of PostgreSQL what [Copy] would bring over,
// read in one transaction. It is the same installation, of the time when it was made: a bot that is started on it notices by Slack's memory that
// the database was set back (setback.go).

// BackedUp tells what a backup has.
type BackedUp struct {
	Ledger   string
	Head     ledger.Head
	Requests int
	Sealed   bool // it has seals
	Proved   bool // the ledger is; not where its schema is older than this program's
}

// Backup writes the database at url into a new file, also while bots run on it, and verifies that before it gives it its name: where Backup returns an
// error there is no file, and one that was there is as it was.
func Backup(ctx context.Context, url, file string, o Options) (done BackedUp, err error) {
	if strings.Contains(file, "?") || strings.Contains(file, "://") {
		return done, database.SetUp(tongue.Say("a backup's name can't have ? or :// in it: name another file",
			"备份文件名中不能有 ? 或 ://：请指定其他文件"))
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return done, database.SetUp(tongue.Say("there is a file %s already: name a new one", "文件 %s 已存在：请指定新文件", file))
	}
	if about, err := os.Stat(filepath.Dir(file)); err != nil || !about.IsDir() {
		return done, database.SetUp(tongue.Say("there is no folder %s: create it, or name another path",
			"没有文件夹 %s：请创建它，或指定其他路径", filepath.Dir(file)))
	}
	source, err := OpenReadOnly(ctx, url, o)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	part := file + "." + newNonce() + ".part" // nobody else's
	defer func() { err = errors.Join(err, remove(part)) }()
	if err := source.writeTo(ctx, part, o); err != nil {
		return done, err
	}
	if done, err = verifyBackup(ctx, part, o); err != nil {
		return done, err
	}
	if err := name(part, file); err != nil {
		return done, err
	}
	return done, database.Sync(file)
}

// name gives a file its name, and replaces nothing.
func name(part, file string) error {
	err := os.Link(part, file)
	if errors.Is(err, fs.ErrExist) {
		return database.SetUp(tongue.Say("there is a file %s already: name a new one", "文件 %s 已存在：请指定新文件", file))
	}
	if err == nil {
		return nil
	}
	if _, there := os.Lstat(file); !errors.Is(there, fs.ErrNotExist) { // a file system that has no links
		return err
	}
	return os.Rename(part, file)
}

// writeTo writes the state that the database has now into a new file.
func (s *Store) writeTo(ctx context.Context, file string, o Options) (err error) {
	if s.db.Alone() {
		if err := database.Snapshot(ctx, s.db, file); err != nil || s.schema < movable {
			return err
		}
		return database.Change(ctx, file, `DELETE FROM processes`) // none runs on the copy
	}
	newest, err := database.Newest(schemas, s.db.Dialect())
	if err != nil {
		return err
	}
	if s.schema < newest {
		return database.SetUp(tongue.Say("the database's schema is version %d, of an older invitebot: make the backup with that, or when a bot of this version has been started on it",
			"数据库结构为版本 %d，属于较旧的 invitebot：请用旧版本备份，或在用本版本启动一次机器人之后再备份", s.schema))
	}
	o.Expect, o.Keys, o.keyLost = "", nil, true // what it is sealed with comes with it
	target, err := Open(ctx, "sqlite:"+file, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close(), database.Sync(file)) }()
	return target.db.Write(ctx, func(out *database.Tx) error {
		return s.db.Read(ctx, func(in *database.Tx) error {
			_, err := copyAll(ctx, in, out)
			return err
		})
	})
}

// verifyBackup reads a backup as an auditor would.
func verifyBackup(ctx context.Context, file string, o Options) (done BackedUp, err error) {
	s, err := OpenReadOnly(ctx, "sqlite:"+file, o)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	newest, err := database.Newest(schemas, s.db.Dialect())
	if err != nil {
		return done, err
	}
	if s.schema < newest {
		return s.readBackup(ctx)
	}
	v, err := s.Verify(ctx)
	if err != nil {
		return done, err
	}
	if len(v.Falsehoods) > 0 {
		return done, fmt.Errorf("no backup is kept, because the ledger isn't proved: %s. \"invitebot audit verify\" tells all of it", v.Falsehoods[0].What)
	}
	return BackedUp{Ledger: s.installation, Head: v.Chain.Head, Requests: v.Requests, Sealed: v.Chain.Sealed, Proved: true}, nil
}

// readBackup tells what a backup of an older schema has, of which only the file can be held against itself.
func (s *Store) readBackup(ctx context.Context) (done BackedUp, err error) {
	err = s.db.Read(ctx, func(t *database.Tx) error {
		done.Ledger = s.installation
		var sound string
		if err := t.Row(ctx, `PRAGMA quick_check`).Scan(&sound); err != nil || sound != "ok" {
			return errors.Join(err, fmt.Errorf("no backup is kept, because the database is damaged: %s", sound))
		}
		return t.Row(ctx, `SELECT (SELECT COUNT(*) FROM requests), (SELECT COALESCE(MAX(id), 0) FROM events)`).Scan(&done.Requests, &done.Head.Number)
	})
	return done, err
}

// remove removes a file, if there is one, and what SQLite keeps beside it.
func remove(file string) (err error) {
	for _, name := range []string{file, file + "-wal", file + "-shm", file + "-journal"} {
		if e := os.Remove(name); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
