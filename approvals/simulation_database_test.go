package approvals

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
)

// flaky is one process's connection to the database: it breaks, and its process may die or stand still on either side
// of a commit. What happens inside a transaction is the database's own to keep together, so nothing comes between.
type flaky struct {
	database.DB
	s    *simulation
	sole bool
}

var (
	errBroken = errors.New("the connection to the database broke")
	errLost   = fmt.Errorf("%w: %w", errBroken, database.ErrUnsure)
)

func (f *flaky) Write(ctx context.Context, fn func(*database.Tx) error) error {
	f.s.pause()
	if err := ctx.Err(); err != nil {
		return errors.Join(errBroken, err)
	}
	if f.s.fault(f.s.setup.database, 3) {
		return errBroken
	}
	told, lost := false, f.s.fault(f.s.setup.database, 2)
	err := f.DB.Write(context.WithoutCancel(ctx), func(t *database.Tx) error {
		err := fn(t.Through(func(c database.Conn) database.Conn { return steady{c, &told} }))
		if err == nil && lost {
			err = errLost // not committed, and nobody learns it
		}
		return err
	})
	if err == nil {
		if told {
			f.s.oracle.committed()
		}
		if f.s.fault(f.s.setup.database, 3) {
			err = errLost // committed, and nobody learns it
		}
	}
	f.s.pause()
	return err
}

// Read goes the way of writes, whose statements are compiled already: that halves the time of a seed.
func (f *flaky) Read(_ context.Context, fn func(*database.Tx) error) error {
	if f.s.fault(f.s.setup.database, 2) {
		return errBroken
	}
	return f.DB.Write(context.Background(), fn)
}

// errPaced is for who wants to call before the pace allows it.
var errPaced = errors.New("not yet, says the pace")

// Slot has nobody wait, as nothing else would happen meanwhile: who comes too early comes again. How well the pace is kept has tests of its own.
func (f *flaky) Slot(_ context.Context, now time.Time, every time.Duration) (time.Time, error) {
	if f.s.nextSlot.After(now) {
		return now, errPaced
	}
	f.s.nextSlot = now.Add(every)
	return now, nil
}

func (f *flaky) SlotNow(ctx context.Context, _ *database.Tx, now time.Time, every time.Duration) (bool, error) {
	if f.s.nextSlot.After(now) {
		return false, nil
	}
	_, err := f.Slot(ctx, now, every)
	return true, err
}

func (f *flaky) Alone() bool { return f.sole }

func (f *flaky) Close() error { return nil }

// steady takes the chance out of what is written. Backoffs are jittered by the process's own dice, which no seed
// governs: a delay within a backoff's range is made always the same one.
type steady struct {
	database.Conn
	told *bool // it also sees whether the ledger is written to
}

func (c steady) Run(ctx context.Context, query string, args ...any) error {
	c.see(query, args)
	return c.Conn.Run(ctx, query, args...)
}

func (c steady) Change(ctx context.Context, query string, args ...any) (int64, error) {
	c.see(query, args)
	return c.Conn.Change(ctx, query, args...)
}

func (c steady) see(query string, args []any) {
	*c.told = *c.told || strings.Contains(query, "INTO events")
	if !strings.Contains(query, "due_at") {
		return
	}
	for n, arg := range args {
		if due, ok := arg.(int64); ok {
			args[n] = unjittered(due)
		}
	}
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
