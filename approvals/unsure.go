package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// The answer of a commit may be lost: then what it claimed is claimed or not, and nobody would do it until the lease is over,
// when a call that was never made is called unknown. So the process reads it back: each claim has a random number in its row,
// which nobody else can have written. Where it stands there, what was claimed is done, by the deadline that counts from the
// claim in any case. Where it doesn't, it is let be; should the commit come after all, the lease ends it.

// claim is a row that a transaction has claimed, and the random number that it wrote there.
type claim struct {
	table string
	id    int64
	nonce string
}

// isCommitted returns nil where a transaction is committed that claimed or recorded something. An event that nobody else can have
// recorded has its hash.
func (s *Store) isCommitted(ctx context.Context, t *tx) error {
	if t.claim.nonce != "" || t.recorded.Hash == "" {
		return s.isThere(ctx, t.claim)
	}
	return s.read(ctx, func(r *tx) error {
		hashes, err := ledger.Hashes(ctx, r.Tx, t.recorded.Number-1, t.recorded.Number)
		if err == nil && !slices.Contains(hashes, ledger.Short(t.recorded.Hash)) {
			err = errNotThere
		}
		return err
	})
}

var errNotThere = errors.New("the claim isn't in the database")

// isThere returns nil where a claim is committed, and [errNotThere] where it isn't, or not yet.
func (s *Store) isThere(ctx context.Context, c claim) error {
	if c.nonce == "" {
		return errNotThere
	}
	return s.read(ctx, func(t *tx) error {
		var n int
		err := t.Row(ctx, `SELECT COUNT(*) FROM `+c.table+` WHERE id = ? AND nonce = ?`, c.id, c.nonce).Scan(&n)
		if err == nil && n == 0 {
			err = errNotThere
		}
		return err
	})
}

// comes waits for a claim that a commit may have left. A database that can't be reached is asked for eight seconds; one that
// can has finished the commit within one, or given it up.
func (s *Store) comes(ctx context.Context, c claim) bool {
	for wait := 250 * time.Millisecond; wait <= 4*time.Second; wait *= 2 {
		if sleep(ctx, wait); ctx.Err() != nil {
			return false
		}
		err := s.isThere(ctx, c)
		if err == nil {
			return true
		}
		if errors.Is(err, errNotThere) && wait > 250*time.Millisecond {
			return false
		}
	}
	return false
}

// unsureError: a transaction may be committed, and the claim would tell.
type unsureError struct {
	error
	claim claim
}

func (e *unsureError) Unwrap() error { return e.error }

// findOut has what a transaction claimed for this process done if it turns out to be committed. Its caller, whom
// somebody may be waiting for, gets the error at once.
func (s *Store) findOut(t *tx, err error) error {
	if c := *t; len(t.early) > 0 {
		t.early = nil
		t.crew.begin(func(ctx context.Context) {
			defer func() { c.forgo() }() // of what wasn't begun
			if s.comes(ctx, c.claim) {
				s.committed(&c)
			}
		})
	}
	return &unsureError{fmt.Errorf("it may have been done: %w", err), t.claim}
}

// claiming commits what a pump claims. It has the time to find out whether that was committed.
func (w *Worker) claiming(ctx context.Context, what func(*tx) error) error {
	err := w.store.write(ctx, what)
	if unsure, ok := errors.AsType[*unsureError](err); ok && unsure.claim.nonce != "" && w.store.comes(ctx, unsure.claim) {
		return nil
	}
	return err
}
