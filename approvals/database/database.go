// Package database keeps tables in SQLite or PostgreSQL, and knows nothing of what is in them.
//
// What happens here: addresses are read and opened ([Open], [OpenReadOnly]), numbered schema files are applied
// ([Migrate]), and functions run in transactions ([DB].Write and Read) that are on disk when they return. Everything
// that SQLite and PostgreSQL do differently is in sqlite.go and postgres.go; statements are written once, with ? for
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
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// DB is a database of either kind.
type DB interface {
	// Write runs fn in a transaction that is committed, on disk, when Write returns nil. fn may be run more than once, so
	// what it leaves outside the transaction must be assigned, not added.
	Write(ctx context.Context, fn func(*Tx) error) error
	// Read runs fn in a transaction that sees one state of the database and changes nothing.
	Read(ctx context.Context, fn func(*Tx) error) error
	// Slot reserves the next moment of a common pace, every apart from the one before, for all processes together.
	Slot(ctx context.Context, now time.Time, every time.Duration) (time.Time, error)
	// SlotNow takes the next moment of the common pace for this transaction, if that is now.
	SlotNow(ctx context.Context, t *Tx, now time.Time, every time.Duration) (bool, error)
	// Pipe commits one statement. Those that wait at the same time share a way to the server and a commit, so they must
	// not wait for each other; where one fails, all of them do, and nothing of any is kept unless the connection broke at the
	// commit. It is [errors.ErrUnsupported] where it would gain nothing: use Write.
	Pipe(ctx context.Context, s Statement) error
	// Alone says whether this process is the only one that can be working on the database.
	Alone() bool
	// Dialect is the folder of the schema files: sqlite or postgres.
	Dialect() string
	// Now is the time by a clock that all processes share, at now by this process's own.
	Now(ctx context.Context, t *Tx, now time.Time) (time.Time, error)
	Close() error

	// lockStart keeps other processes from starting until the end of the transaction.
	lockStart(ctx context.Context, t *Tx) error
	// freeze keeps other processes from writing to tables until the end of the transaction.
	freeze(ctx context.Context, t *Tx, tables []string) error
	// renumber makes new rows continue the numbers of rows that were inserted with theirs.
	renumber(ctx context.Context, t *Tx, tables []string) error
}

// Statement is a write that is one statement. It is in the database's own dialect.
type Statement struct {
	SQL  string
	Args []any
	Into []any // where the columns of the row go that it yields; none is [sql.ErrNoRows]
}

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

// IsURL says whether url is written as [Open] wants it.
func IsURL(url string) bool {
	_, err := sqlitePath(url)
	return err == nil || IsPostgres(url)
}

// IsPostgres says whether url is the address of a PostgreSQL database. One with two @ is refused: one in a password must
// be written as %40, or a part of the password is taken for the host, and printed.
func IsPostgres(url string) bool {
	_, rest, found := strings.Cut(url, "://")
	return found && (strings.HasPrefix(url, "postgres:") || strings.HasPrefix(url, "postgresql:")) && strings.Count(rest, "@") <= 1
}

// sqlitePath is the file that a database URL names.
func sqlitePath(url string) (string, error) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || strings.Trim(path, "/") == "" || strings.Contains(path, "?") {
		return "", fmt.Errorf("%w: write sqlite:PATH, for instance sqlite:invitebot.db, or postgres://USER:PASSWORD@HOST/DATABASE", ErrURL)
	}
	return path, nil
}

// ErrURL: the database's address is none that this program understands. The address itself may hold a password, so it
// isn't in the error.
var ErrURL = errors.New("not an address of a database")

// Address is how the address of a database may be shown and written down: without a password or anything else that isn't
// needed to tell which database it is.
func Address(address string) string {
	if path, err := sqlitePath(address); err == nil {
		if real, err := realPath(path); err == nil {
			path = real
		}
		return "sqlite:" + path
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return "an address that can't be read"
	}
	u := url.URL{Scheme: "postgres", Host: net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), Path: "/" + config.Database}
	if strings.HasPrefix(config.Host, "/") { // a socket's folder
		u.Host, u.RawQuery = "", url.Values{"host": {config.Host}}.Encode()
	}
	return u.String()
}

// MustExist refuses the address of a file that isn't there, which opening it would make.
func MustExist(url string) error {
	path, err := sqlitePath(url)
	if err != nil {
		return nil // of another kind, or refused elsewhere
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database at %s; correct the path", path)
	}
	return nil
}
