package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
	_ "modernc.org/sqlite" // the driver "sqlite", without cgo

	"github.com/invitebot/invitebot/internal/tongue"
)

// sqlite is a database in one file, of one process. All writes go through one connection; those that wait at
// the same time share one commit, so that a burst of commands costs few syncs of the disk.
type sqlite struct {
	writer  *sql.Conn
	writers *sql.DB
	readers *sql.DB
	lock    *os.File // opened before the connections and closed after them: see lockFile
	path    string
	file    os.FileInfo // which file that was when it was opened
	pacing  sync.Once
	pace    *rate.Limiter
	// Compiled once, for the one writer.
	statements *prepared

	queue chan *write   // unbuffered: a write is with the committer or still with its caller
	quit  chan struct{} // closed by close
	ended chan struct{} // closed when the committer has ended
	once  sync.Once
}

type write struct {
	ctx   context.Context
	fn    func(*Tx) error
	taken atomic.Bool // by the committer, who runs fn, or by the caller, who gave up before
	began bool        // fn was run, so the transaction may have some of it
	done  chan error
}

func openSQLite(ctx context.Context, path string) (*sqlite, error) {
	path, err := realPath(path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	db := &sqlite{lock: lock, path: path, queue: make(chan *write), quit: make(chan struct{}), ended: make(chan struct{})}
	if err := db.connect(ctx, path); err != nil {
		return nil, errors.Join(err, db.closeFiles())
	}
	db.statements = &prepared{conn: db.writer, known: map[string]*sql.Stmt{}}
	go db.commitAll()
	return db, nil
}

// OpenUnsafe opens a file as [Open] does, and gives up what only the machine's own failure could tell: commits aren't
// synced. It is for tests that open very many.
func OpenUnsafe(ctx context.Context, path string) (DB, error) {
	db, err := openSQLite(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := db.writer.ExecContext(ctx, `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF`); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Statements are all that were run to write, for tests that look at their plans. Nothing may be under way.
func (db *sqlite) Statements() []string { return slices.Collect(maps.Keys(db.statements.known)) }

func (db *sqlite) connect(ctx context.Context, path string) (err error) {
	if err := mustHold(path); err != nil {
		return err
	}
	if file, err := openPrivate(path); err != nil {
		return err
	} else if err := file.Close(); err != nil {
		return err
	}
	if db.writers, err = sql.Open("sqlite", dsn(path, "rwc", "synchronous(FULL)")); err != nil {
		return err
	}
	db.writers.SetMaxOpenConns(1)
	if db.writer, err = db.writers.Conn(ctx); err != nil && strings.Contains(err.Error(), "file is not a database") {
		return setUp(tongue.Say("%s is no database: name another file in DATABASE_URL, or restore a backup",
			"%s 不是数据库：请在 DATABASE_URL 中指定其他文件，或恢复备份", path))
	}
	if err != nil {
		return opening(err)
	}
	if db.readers, err = sql.Open("sqlite", dsn(path, "ro")); err != nil {
		return err
	}
	db.readers.SetMaxOpenConns(2)
	db.file, err = os.Stat(path)
	return err
}

// Intact says with [ErrGone] where the file that is open is no longer the one that has its name: what is written goes to a
// file that nobody will ever open again.
func (db *sqlite) Intact() error {
	now, err := os.Stat(db.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, db.file) {
		return fmt.Errorf("%s: %w", db.path, ErrGone)
	}
	return nil
}

// openSQLiteReadOnly opens the file beside a running bot; it takes no lock.
func openSQLiteReadOnly(ctx context.Context, path string) (*sqlite, error) {
	return readSQLite(ctx, path, dsn(path, "ro"))
}

// glanceSQLite opens the file as one that doesn't change, where nothing beside it says that somebody is writing: SQLite would make files there, which
// stay, and belong to whoever looked.
func glanceSQLite(ctx context.Context, path string) (*sqlite, error) {
	address := dsn(path, "ro")
	if about, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) || err == nil && about.Size() == 0 {
		address += "&immutable=1"
	}
	return readSQLite(ctx, path, address)
}

func readSQLite(ctx context.Context, path, address string) (*sqlite, error) {
	if err := MustExist("sqlite:" + path); err != nil {
		return nil, err
	}
	readers, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	if err := readers.PingContext(ctx); err != nil && strings.Contains(err.Error(), "unable to open database file") {
		return nil, errors.Join(setUp(tongue.Say("%s, or a file beside it, can't be read by the user %s: run this as one who may",
			"%[1]s 或其旁边的文件无法由用户 %[2]s 读取：请以有权限的用户运行", path, whoami())), readers.Close())
	} else if err != nil {
		return nil, errors.Join(opening(err), readers.Close())
	}
	return &sqlite{readers: readers}, nil
}

// dsn has every PRAGMA in it: set once on a pool they would hold for one connection only.
func dsn(path, mode string, pragmas ...string) string {
	query := url.Values{"mode": {mode}, "_txlock": {"immediate"}}
	for _, p := range append(pragmas, "journal_mode(WAL)", "busy_timeout(1500)" /* people wait for an answer, for 2.5 seconds */, "foreign_keys(1)", "cache_size(-1000)") {
		if mode == "ro" && p == "journal_mode(WAL)" {
			continue
		}
		query.Add("_pragma", p)
	}
	if mode == "ro" {
		query.Set("_txlock", "deferred")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String()
}

func (db *sqlite) Dialect() string { return SQLite }

// lockStart needs no lock: the file has one process.
func (db *sqlite) lockStart(context.Context, *Tx) error { return nil }

// rebuild lets a table be dropped that others refer to, and another take its place: SQLite would count its rows as deleted, and refuse to. That
// can't be switched within a transaction, so nobody else may write meanwhile. In the end everything must refer to what is there.
func (db *sqlite) rebuild(ctx context.Context, fn func(*Tx) error) (err error) {
	if _, err := db.writer.ExecContext(ctx, `PRAGMA foreign_keys = OFF`); err != nil {
		return err
	}
	defer func() {
		_, on := db.writer.ExecContext(context.WithoutCancel(ctx), `PRAGMA foreign_keys = ON`)
		err = errors.Join(err, on)
	}()
	return db.Write(ctx, func(t *Tx) error {
		if err := fn(t); err != nil {
			return err
		}
		return t.Rows(ctx, func(scan func(...any) error) error {
			var table, parent string
			var row, key any
			if err := scan(&table, &row, &parent, &key); err != nil {
				return err
			}
			return fmt.Errorf("row %v of %s refers to a row of %s that isn't there", row, table, parent)
		}, `PRAGMA foreign_key_check`)
	})
}

// freeze has nobody to keep out.
func (db *sqlite) freeze(context.Context, *Tx, []string) error { return nil }

// Now is the one process's own.
func (db *sqlite) Now(_ context.Context, _ *Tx, now time.Time) (time.Time, error) { return now, nil }

// renumber has nothing to do: AUTOINCREMENT goes on from the highest number inserted.
func (db *sqlite) renumber(context.Context, *Tx, []string) error { return nil }

func (db *sqlite) Alone() bool { return true }

// Write queues fn for the next commit.
func (db *sqlite) Write(ctx context.Context, fn func(*Tx) error) error {
	w := &write{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case db.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.quit:
		return errClosed
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
	}
	if w.taken.CompareAndSwap(false, true) {
		return ctx.Err() // it waited behind others, and is never run
	}
	return <-w.done
}

// commitAll takes what waits, runs it in one transaction, commits, and lets everybody know.
func (db *sqlite) commitAll() {
	defer close(db.ended)
	defer db.statements.close()
	for {
		select {
		case <-db.quit:
			return
		case first := <-db.queue:
			batch := gather(db.queue, first)
			results, err := db.commit(batch)
			for i, w := range batch {
				w.done <- errors.Join(results[i], err)
			}
		}
	}
}

func (db *sqlite) commit(batch []*write) (results []error, failed error) {
	if err := db.Intact(); err != nil {
		return make([]error, len(batch)), err
	}
	return commit(db.statements, batch)
}

// commit runs a batch in one transaction. Its second result is what went wrong for all of them. The first try is made
// without savepoints, which cost as much as what stands between them; where a write fails, all is rolled back and
// run again, each write in a savepoint, so that it takes none of its neighbours with it.
func commit(conn *prepared, batch []*write) (results []error, failed error) {
	results = make([]error, len(batch))
	failed = transact(conn, func() error {
		for i, w := range batch {
			if results[i] = w.run(conn); results[i] != nil && w.began {
				return errSpoilt
			}
		}
		return nil
	})
	if !errors.Is(failed, errSpoilt) {
		return results, failed
	}
	if len(batch) == 1 {
		return results, nil
	}
	return results, transact(conn, func() error {
		for i, w := range batch {
			if results[i], failed = savepoint(conn, w); failed != nil {
				return failed
			}
		}
		return nil
	})
}

// errSpoilt: one of several writes failed, so nothing of the transaction may stay.
var errSpoilt = errors.New("a write failed")

// transact commits what fn does, and leaves nothing of it where fn fails.
func transact(conn *prepared, fn func() error) error {
	ctx := context.Background()
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	failed := fn()
	if failed == nil {
		_, failed = conn.ExecContext(ctx, `COMMIT`)
	}
	if failed == nil {
		return nil
	}
	_, err := conn.ExecContext(ctx, `ROLLBACK`)
	return errors.Join(fmt.Errorf("commit: %w", failed), err)
}

func savepoint(conn *prepared, w *write) (result, failed error) {
	ctx := context.Background()
	if _, err := conn.ExecContext(ctx, `SAVEPOINT one`); err != nil {
		return nil, err
	}
	if result = w.run(conn); result != nil {
		if _, err := conn.ExecContext(ctx, `ROLLBACK TO one`); err != nil {
			return result, err
		}
	}
	_, err := conn.ExecContext(ctx, `RELEASE one`)
	return result, err
}

// run does nothing for a caller who gave up. It contains a panic, which must end neither the committer nor the neighbours.
func (w *write) run(conn *prepared) (err error) {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if !w.began && !w.taken.CompareAndSwap(false, true) {
		return errGivenUp
	}
	w.began = true
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.fn(&Tx{conn: oneByOne{conn}, rebind: asIs, dialect: SQLite})
}

// errGivenUp is for nobody: the caller has gone.
var errGivenUp = errors.New("the caller gave up")

func asIs(query string) string { return query }

func (db *sqlite) Read(ctx context.Context, fn func(*Tx) error) error {
	t, err := db.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(fn(&Tx{conn: oneByOne{t}, rebind: asIs, dialect: SQLite}), t.Rollback())
}

func (db *sqlite) Close() error {
	if db.writer == nil {
		return db.readers.Close()
	}
	db.once.Do(func() { close(db.quit) })
	<-db.ended
	return db.closeFiles()
}

func (db *sqlite) closeFiles() (err error) {
	if db.readers != nil {
		err = errors.Join(err, db.readers.Close())
	}
	if db.writer != nil {
		err = errors.Join(err, db.writer.Close())
	}
	if db.writers != nil {
		err = errors.Join(err, db.writers.Close())
	}
	return errors.Join(err, db.lock.Close())
}

// oneByOne runs each statement when it is told to: there is no way to the database that two could share.
type oneByOne struct {
	conn interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
		QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	}
}

func (c oneByOne) Run(ctx context.Context, query string, args ...any) error {
	_, err := c.conn.ExecContext(ctx, query, args...)
	return err
}

func (c oneByOne) Change(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := c.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c oneByOne) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	return c.conn.QueryContext(ctx, query, args...)
}

func (c oneByOne) Script(ctx context.Context, statements string) error {
	if p, ok := c.conn.(*prepared); ok {
		c.conn = p.conn
	}
	return c.Run(ctx, statements)
}

// prepared runs statements that it compiled once. It belongs to the committer: no two goroutines use it. It runs them to
// their end whatever becomes of the caller: one who gives up must not end the transaction of its neighbours.
type prepared struct {
	conn  *sql.Conn
	known map[string]*sql.Stmt
}

func (p *prepared) statement(query string) (*sql.Stmt, error) {
	if s := p.known[query]; s != nil {
		return s, nil
	}
	s, err := p.conn.PrepareContext(context.Background(), query)
	if err == nil {
		p.known[query] = s
	}
	return s, err
}

func (p *prepared) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.Background(), args...)
}

func (p *prepared) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.Background(), args...)
}

func (p *prepared) close() {
	for _, s := range p.known {
		_ = s.Close()
	}
}

// realPath is one name for a file to which symbolic links may lead, so that what SQLite keeps beside it is the same for all
// of them.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, mustBeFile(real)
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if errors.Is(err, fs.ErrPermission) {
		return "", notOpened(filepath.Dir(path), err)
	}
	if err != nil {
		return "", setUp(tongue.Say("the database's folder %s does not exist: create it, or name another path in DATABASE_URL",
			"数据库所在的文件夹 %s 不存在：请创建它，或在 DATABASE_URL 中指定其他路径", filepath.Dir(path)))
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}
