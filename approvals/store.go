package approvals

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"
)

// Store is a database with requests, decisions, invitations, events and posts in it.
type Store struct {
	db           database
	now          func() time.Time
	log          *slog.Logger
	installation string

	// Rung after a commit that made work due, so that this process starts on it at once.
	deliveries, words bell
}

// Options are what a store needs beside its address. The zero value is fit for use.
type Options struct {
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: slog.Default
}

// database is what differs between SQLite and PostgreSQL. Everything else is one set of SQL.
type database interface {
	// write runs fn in a transaction that is committed, on disk, when write returns nil. fn may be run more
	// than once, so what it leaves outside the transaction must be assigned, not added.
	write(ctx context.Context, fn func(*tx) error) error
	// read runs fn in a transaction that sees one state of the database and changes nothing.
	read(ctx context.Context, fn func(*tx) error) error
	// slot reserves the next moment at which Tencent Cloud may be called, every apart from the one before.
	slot(ctx context.Context, now time.Time, every time.Duration) (time.Time, error)
	schema() (dir string)
	// lockSchema keeps other processes from bringing the schema up to date until the end of the transaction.
	lockSchema(ctx context.Context, t *tx) error
	// numbered makes new rows continue the numbers of rows that were inserted with theirs.
	numbered(ctx context.Context, t *tx) error
	// alone says whether this process is the only one that can be working on the database.
	alone() bool
	close() error
}

//go:embed schema
var schemas embed.FS

// Open opens the database at url, brings its schema up to date, and says in its errors what to mend.
//
//	sqlite:PATH       a file; its folder must exist. A second process on the same file is refused.
//	postgres://…      a database that any number of processes share.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	db, err := open(ctx, url)
	if err != nil {
		return nil, err
	}
	s := newStore(db, o)
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database: %w", err), db.close())
	}
	return s, nil
}

// OpenReadOnly opens the database at url for reading, also while a bot is running on it.
func OpenReadOnly(ctx context.Context, url string, o Options) (*Store, error) {
	db, err := openForReading(ctx, url)
	if err != nil {
		return nil, err
	}
	return newStore(db, o), nil
}

// IsDatabase says whether url is written as [Open] wants it.
func IsDatabase(url string) bool {
	_, err := sqlitePath(url)
	return err == nil || isPostgres(url)
}

func open(ctx context.Context, url string) (database, error) {
	if isPostgres(url) {
		return openPostgres(ctx, url)
	}
	path, err := sqlitePath(url)
	if err != nil {
		return nil, err
	}
	return openSQLite(ctx, path)
}

func openForReading(ctx context.Context, url string) (database, error) {
	if isPostgres(url) {
		return openPostgres(ctx, url)
	}
	path, err := sqlitePath(url)
	if err != nil {
		return nil, err
	}
	return openSQLiteReadOnly(ctx, path)
}

func newStore(db database, o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Store{db: db, now: o.Now, log: o.Log, deliveries: newBell(), words: newBell()}
}

// Close closes the database. Nothing may be under way on it.
func (s *Store) Close() error { return s.db.close() }

// prepare applies the schema files that the database has not seen, each in one transaction, and reads who it is.
func (s *Store) prepare(ctx context.Context) error {
	names, err := fs.Glob(schemas, path.Join(s.db.schema(), "*.sql"))
	if err != nil {
		return err
	}
	for version, name := range names {
		script, err := schemas.ReadFile(name)
		if err != nil {
			return err
		}
		if err := s.apply(ctx, version+1, string(script)); err != nil {
			return fmt.Errorf("apply %s: %w", path.Base(name), err)
		}
	}
	return s.db.write(ctx, func(t *tx) error { return s.identify(ctx, t, len(names)) })
}

func (s *Store) apply(ctx context.Context, version int, script string) error {
	return s.db.write(ctx, func(t *tx) error {
		if err := s.db.lockSchema(ctx, t); err != nil {
			return err
		}
		if err := t.run(ctx, `CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)`); err != nil {
			return err
		}
		isNew, err := t.change(ctx, `INSERT INTO schema_versions (version) VALUES (?) ON CONFLICT DO NOTHING`, version)
		if err != nil || !isNew {
			return err
		}
		return t.script(ctx, script)
	})
}

// identify refuses a database that a newer program made, and gives a new one its name.
func (s *Store) identify(ctx context.Context, t *tx, known int) error {
	var version int
	if err := t.row(ctx, `SELECT MAX(version) FROM schema_versions`).Scan(&version); err != nil {
		return err
	}
	if version > known {
		return fmt.Errorf("its schema is version %d, and this program knows %d: run the newer program that made it", version, known)
	}
	fresh := make([]byte, 6)
	if _, err := rand.Read(fresh); err != nil {
		return err
	}
	if err := t.run(ctx, `INSERT INTO installation (single, id) VALUES (1, ?) ON CONFLICT DO NOTHING`, hex.EncodeToString(fresh)); err != nil {
		return err
	}
	if err := t.row(ctx, `SELECT id FROM installation`).Scan(&s.installation); err != nil {
		return err
	}
	if !s.db.alone() {
		return nil
	}
	return releaseLeases(ctx, t, s.now())
}

// releaseLeases makes due at once what an earlier process held when it ended. Only for a database on which no
// other process can be working.
func releaseLeases(ctx context.Context, t *tx, now time.Time) error {
	if err := t.run(ctx, `UPDATE invitations SET due_at = ? WHERE state IN ('ready', 'sending', 'unknown') AND state <> 'ready' AND due_at > ?`, stamp(now), stamp(now)); err != nil {
		return err
	}
	return t.run(ctx, `UPDATE posts SET leased_until = 0 WHERE wanted > shown AND gave_up = '' AND leased_until > 0`)
}

// patience is how long one transaction may take. A database that went silent must not hold up everything until TCP
// gives it up.
const patience = 3 * time.Second

// write commits fn's changes, then wakes who has work by them.
func (s *Store) write(ctx context.Context, fn func(*tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var done *tx
	err := s.db.write(ctx, func(t *tx) error {
		t.now, done = s.now(), t
		t.deliver, t.say = false, false
		return fn(t)
	})
	if err != nil {
		return err
	}
	if done.deliver {
		s.deliveries.ring()
	}
	if done.say {
		s.words.ring()
	}
	return nil
}

func (s *Store) read(ctx context.Context, fn func(*tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.db.read(ctx, fn)
}

// tx is one transaction. Its statements are written with ? for SQLite and PostgreSQL alike.
type tx struct {
	conn   conn
	rebind func(string) string
	lock   string // what locks the rows of a SELECT until the end, where writers run side by side; else empty
	skip   string // the same, passing over rows that another has locked

	now time.Time
	// Work of this kind became due, or is planned.
	deliver, say bool
}

type conn interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func (t *tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	return t.conn.QueryRowContext(ctx, t.rebind(query), args...)
}

func (t *tx) run(ctx context.Context, query string, args ...any) error {
	_, err := t.conn.ExecContext(ctx, t.rebind(query), args...)
	return err
}

// script runs several statements, which can't be compiled as one. They take no arguments.
func (t *tx) script(ctx context.Context, statements string) error {
	conn := t.conn
	if p, ok := conn.(*prepared); ok {
		conn = p.conn
	}
	_, err := conn.ExecContext(ctx, statements)
	return err
}

// change runs a compare-and-swap and says whether it found what it expected.
func (t *tx) change(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := t.conn.ExecContext(ctx, t.rebind(query), args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// rows calls each for every row.
func (t *tx) rows(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) (err error) {
	rows, err := t.conn.QueryContext(ctx, t.rebind(query), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stamp is how a time is stored: Unix milliseconds, 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func unstamp(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// bell wakes one sleeper; rung while nobody sleeps, it wakes the next at once.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// sqlitePath is the file that a database URL names.
func sqlitePath(url string) (string, error) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || strings.Trim(path, "/") == "" || strings.Contains(path, "?") {
		return "", fmt.Errorf("%w: write sqlite:PATH, for instance sqlite:invitebot.db, or postgres://USER:PASSWORD@HOST/DATABASE", ErrDatabaseURL)
	}
	return path, nil
}

// ErrDatabaseURL: the database's address is none that this program understands. The address itself may hold a
// password, so it isn't in the error.
var ErrDatabaseURL = errors.New("not an address of a database")
