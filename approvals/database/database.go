// Package database keeps tables in SQLite or PostgreSQL, and knows nothing of what is in them.
//
// What happens here: addresses are read (address.go) and opened ([Open], [OpenReadOnly]), numbered schema files are applied
// ([Migrate]), and functions run in transactions ([DB].Write and Read) that are on disk when they return. Everything
// that SQLite and PostgreSQL do differently is in sqlite.go and postgres.go; whether one could be worked on is found out in check.go. Statements are written once, with ? for
// both ([Tx]). What doesn't happen here: which tables there are is the schema files' matter (approvals/schema), and
// what is done with them that of the packages above (approvals, approvals/ledger).
//
// SQLite is one file of one process. All writes go through one connection, and those that wait at the same time
// share a commit, so that a burst costs few syncs of the disk. PostgreSQL is shared by any number of processes: each
// write is a transaction of its own there, and is run again where another was in its way.
package database

import (
	"context"
	"errors"
	"time"
)

// DB is a database of either kind.
type DB interface {
	// Write runs fn in a transaction that is committed, on disk, when Write returns nil, and not when it returns an error,
	// unless that is [ErrUnsure]. fn may be run more than once, so what it leaves outside the transaction must be assigned,
	// not added.
	Write(ctx context.Context, fn func(*Tx) error) error
	// Read runs fn in a transaction that sees one state of the database and changes nothing. fn is run again only where nothing was read yet.
	Read(ctx context.Context, fn func(*Tx) error) error
	// Slot reserves the next moment of a common pace, every apart from the one before, for all processes together.
	Slot(ctx context.Context, now time.Time, every time.Duration) (time.Time, error)
	// SlotNow takes the next moment of the common pace for this transaction, if that is now.
	SlotNow(ctx context.Context, t *Tx, now time.Time, every time.Duration) (bool, error)
	// Alone says whether this process is the only one that can be working on the database.
	Alone() bool
	// Intact returns an error where nothing that is written is kept: [ErrGone].
	Intact() error
	// Dialect is [SQLite] or [Postgres], which is also the folder of the schema files.
	Dialect() string
	// Now is the time by a clock that all processes share, at now by this process's own.
	Now(ctx context.Context, t *Tx, now time.Time) (time.Time, error)
	Close() error

	// rebuild runs fn in a transaction in which tables that others refer to may be replaced.
	rebuild(ctx context.Context, fn func(*Tx) error) error
	// lockStart keeps other processes from starting until the end of the transaction.
	lockStart(ctx context.Context, t *Tx) error
	// freeze keeps other processes from writing to tables until the end of the transaction.
	freeze(ctx context.Context, t *Tx, tables []string) error
	// renumber makes new rows continue the numbers of rows that were inserted with theirs.
	renumber(ctx context.Context, t *Tx, tables []string) error
}

// ErrUnsure: a transaction may be committed or not, because the answer of its commit is lost.
var ErrUnsure = errors.New("nobody knows whether it was committed")

// The dialects.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// patience is how long one transaction may take. A database that went silent must not hold up everything until TCP
// gives it up.
const patience = 3 * time.Second

// Patiently bounds what is to be done in a transaction.
func Patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, patience)
}

// Open opens the database at url and says in its errors what to mend.
//
//	sqlite:PATH       a file; its folder must exist. A second process on the same file is refused.
//	postgres://…      a database that any number of processes share.
func Open(ctx context.Context, url string) (DB, error) {
	return either(url,
		func() (DB, error) { return openPostgres(ctx, url) },
		func(path string) (DB, error) { return openSQLite(ctx, path) })
}

// OpenReadOnly opens the database at url for reading, also while others write to it.
func OpenReadOnly(ctx context.Context, url string) (DB, error) {
	return either(url,
		func() (DB, error) { return openPostgres(ctx, url) },
		func(path string) (DB, error) { return openSQLiteReadOnly(ctx, path) })
}

// Glance is OpenReadOnly for who reads for a moment only: of an SQLite file that nobody is using it leaves nothing beside it.
func Glance(ctx context.Context, url string) (DB, error) {
	return either(url,
		func() (DB, error) { return openPostgres(ctx, url) },
		func(path string) (DB, error) { return glanceSQLite(ctx, path) })
}

// either opens what the address names. A nil pointer in an interface isn't nil, so errors come alone.
func either(url string, postgres func() (DB, error), sqlite func(path string) (DB, error)) (db DB, err error) {
	if IsPostgres(url) {
		db, err = postgres()
	} else if path, wrong := sqlitePath(url); wrong == nil {
		db, err = sqlite(path)
	} else {
		err = wrong
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}
