package database

import (
	"context"
	"fmt"
	"time"
)

// The common pace on PostgreSQL: one row, the table pace, shared by all replicas.

// Slot shares one row among all replicas. It counts on the server's clock alone: theirs may differ. A moment counts from when the
// answer is here, so that it is never before the server's.
func (db *postgres) Slot(ctx context.Context, now time.Time, every time.Duration) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var wait float64
	began := time.Now()
	err := db.pool.QueryRowContext(ctx, `UPDATE pace SET next_at = GREATEST(next_at, clock_timestamp()) + make_interval(secs => $1)
		RETURNING EXTRACT(EPOCH FROM next_at - make_interval(secs => $1) - clock_timestamp())::float8`, every.Seconds()).Scan(&wait)
	if err != nil {
		return now, fmt.Errorf("reserve a call: %w", err)
	}
	return now.Add(time.Since(began) + max(time.Duration(wait*float64(time.Second)), 0)), nil
}

// SlotNow waits for a transaction that is just taking a slot, which isn't long: it is the last thing that one does.
func (db *postgres) SlotNow(ctx context.Context, t *Tx, _ time.Time, every time.Duration) (bool, error) {
	return t.Change(ctx, `UPDATE pace SET next_at = clock_timestamp() + make_interval(secs => ?) WHERE next_at <= clock_timestamp()`, every.Seconds())
}
