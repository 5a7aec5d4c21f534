package database

import (
	"cmp"
	"context"
	"database/sql"
	"time"
)

// Tx is one transaction. Its statements are written with ? for SQLite and PostgreSQL alike. Times go in as Unix
// milliseconds, 0 for none, and bools as 0 and 1; [Unstamp] brings times back.
type Tx struct {
	conn    Conn
	rebind  func(string) string
	dialect string
	locks   bool // writers run side by side
}

// Lock is what locks the rows of a table that a SELECT yields until the end of the transaction; empty where nobody else can be writing.
func (t *Tx) Lock(table string) string {
	if !t.locks {
		return ""
	}
	return " FOR NO KEY UPDATE OF " + table
}

// Skip is [Tx.Lock], passing over rows that another transaction has locked.
func (t *Tx) Skip(table string) string {
	if !t.locks {
		return ""
	}
	return t.Lock(table) + " SKIP LOCKED"
}

// Conn is what runs a transaction's statements.
type Conn interface {
	// Run runs a statement, at the latest before the next one. Where it fails, that one or the commit may be what says so.
	Run(ctx context.Context, query string, args ...any) error
	// Change runs a statement and says how many rows it changed.
	Change(ctx context.Context, query string, args ...any) (int64, error)
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	// Script runs several statements, which can't be compiled as one.
	Script(ctx context.Context, statements string) error
}

// Rows are what a query yields. They must be closed before the next statement.
type Rows interface {
	Next() bool
	Scan(into ...any) error
	Err() error
	Close() error
}

// Row is a query that yields one row.
type Row struct {
	rows Rows
	err  error
}

// Scan reads the row. Where there is none the error is [sql.ErrNoRows].
func (r Row) Scan(into ...any) (err error) {
	if r.err != nil {
		return r.err
	}
	defer func() { err = cmp.Or(err, r.rows.Close()) }()
	if !r.rows.Next() {
		return cmp.Or(r.rows.Err(), sql.ErrNoRows)
	}
	return r.rows.Scan(into...)
}

// Through is the transaction with something between it and its connection.
func (t *Tx) Through(wrap func(Conn) Conn) *Tx {
	wrapped := *t
	wrapped.conn = wrap(t.conn)
	return &wrapped
}

// Row runs a query that yields one row.
func (t *Tx) Row(ctx context.Context, query string, args ...any) Row {
	rows, err := t.conn.Query(ctx, t.rebind(query), stored(args)...)
	return Row{rows, err}
}

// Run runs a statement. What it does is there for the next one, and it may be that one, or the commit, which says that this one
// failed: on PostgreSQL nobody waits for it by itself.
func (t *Tx) Run(ctx context.Context, query string, args ...any) error {
	return t.conn.Run(ctx, t.rebind(query), stored(args)...)
}

// Change runs a compare-and-swap and says whether it found what it expected.
func (t *Tx) Change(ctx context.Context, query string, args ...any) (bool, error) {
	n, err := t.conn.Change(ctx, t.rebind(query), stored(args)...)
	return n > 0, err
}

// Rows calls each for every row.
func (t *Tx) Rows(ctx context.Context, each func(scan func(...any) error) error, query string, args ...any) (err error) {
	rows, err := t.conn.Query(ctx, t.rebind(query), stored(args)...)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, rows.Close()) }()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// stored are arguments as tables keep them.
func stored(args []any) []any {
	for n, arg := range args {
		switch v := arg.(type) {
		case time.Time:
			args[n] = Stamp(v)
		case bool:
			args[n] = 0
			if v {
				args[n] = 1
			}
		}
	}
	return args
}

// Stamp is how a time is stored: Unix milliseconds, 0 for none.
func Stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Unstamp is the time that [Stamp] stored.
func Unstamp(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// OrNull is a value, or NULL for the zero one.
func OrNull[V comparable](value V) any {
	var zero V
	if value == zero {
		return nil
	}
	return value
}

// Unguarded are those of triggers that a table doesn't have, or that are switched off.
func (t *Tx) Unguarded(ctx context.Context, table string, triggers ...string) (gone []string, err error) {
	query := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND name = ?`
	if t.dialect == Postgres {
		query = `SELECT COUNT(*) FROM pg_trigger WHERE tgrelid = ?::regclass AND tgname = ? AND tgenabled IN ('O', 'A')`
	}
	for _, trigger := range triggers {
		var n int
		if err := t.Row(ctx, query, table, trigger).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 {
			gone = append(gone, trigger)
		}
	}
	return gone, nil
}
