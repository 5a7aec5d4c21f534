package database

import (
	"context"
	"time"

	"golang.org/x/time/rate"
	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

// The common pace on SQLite, where this process is the only one that calls.

// Slot needs no row: this process is the only one that calls.
func (db *sqlite) Slot(_ context.Context, now time.Time, every time.Duration) (time.Time, error) {
	return now.Add(db.limiter(every).ReserveN(now, 1).DelayFrom(now)), nil
}

// SlotNow leaves the slot used where the transaction fails: a call less is no harm.
func (db *sqlite) SlotNow(_ context.Context, _ *Tx, now time.Time, every time.Duration) (bool, error) {
	return db.limiter(every).AllowN(now, 1), nil
}

func (db *sqlite) limiter(every time.Duration) *rate.Limiter {
	db.pacing.Do(func() { db.pace = rate.NewLimiter(rate.Every(every), 1) })
	return db.pace
}
