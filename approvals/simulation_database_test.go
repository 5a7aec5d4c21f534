package approvals

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
)

// flaky is one process's connection to the database: it breaks, and its process may die or stand still on either side
// of a commit. What happens inside a transaction is the database's own to keep together, so nothing comes between.
type flaky struct {
	database
	s    *simulation
	sole bool
}

var errBroken = errors.New("the connection to the database broke")

func (f *flaky) write(ctx context.Context, fn func(*tx) error) error {
	f.s.pause()
	if err := ctx.Err(); err != nil {
		return errors.Join(errBroken, err)
	}
	if f.s.fault(f.s.setup.database, 3) {
		return errBroken
	}
	told := false
	err := f.database.write(context.WithoutCancel(ctx), func(t *tx) error {
		t.conn = steady{t.conn, &told}
		return fn(t)
	})
	if err == nil {
		if told {
			f.s.oracle.committed()
		}
		if f.s.fault(f.s.setup.database, 3) {
			return errBroken // committed, and nobody learns it
		}
	}
	f.s.pause()
	return err
}

// read goes the way of writes, whose statements are compiled already: that halves the time of a seed.
func (f *flaky) read(_ context.Context, fn func(*tx) error) error {
	if f.s.fault(f.s.setup.database, 2) {
		return errBroken
	}
	return f.database.write(context.Background(), fn)
}

// slot doesn't wait: the rate has tests of its own.
func (f *flaky) slot(_ context.Context, now time.Time, _ time.Duration) (time.Time, error) {
	return now, nil
}

func (f *flaky) alone() bool { return f.sole }

func (f *flaky) close() error { return nil }

// steady takes the chance out of what is written. Backoffs are jittered by the process's own dice, which no seed
// governs: a delay within a backoff's range is made always the same one.
type steady struct {
	conn
	told *bool // it also sees whether the ledger is written to
}

func (c steady) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	*c.told = *c.told || strings.Contains(query, "INTO events")
	return c.conn.QueryRowContext(ctx, query, args...)
}

func (c steady) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if strings.Contains(query, "due_at") {
		for n, arg := range args {
			if due, ok := arg.(int64); ok {
				args[n] = unjittered(due)
			}
		}
	}
	return c.conn.ExecContext(ctx, query, args...)
}

// jitters are the ranges of all backoffs, from three quarters to the whole of a power of two or of a limit, in
// milliseconds, and the delay that stands for each. A lease, which has no jitter, keeps its 30 seconds.
var jitters = []struct{ from, to, is int64 }{
	{750, 1000, 1000}, {1500, 2000, 1800}, {3000, 4000, 3700}, {6000, 8000, 7000}, {12000, 16000, 13000},
	{24000, 32000, 30000}, {45000, 64000, 50000}, {90000, 120000, 100000},
}

func unjittered(due int64) int64 {
	now := time.Now().UnixMilli()
	for _, j := range jitters {
		if delay := due - now; delay >= j.from && delay <= j.to {
			return now + j.is
		}
	}
	return due
}
