package approvals

import (
	"context"
	"sync"
	"time"
)

// bell wakes a pump at the time for which a transaction of this process has planned work. What other processes plan,
// and what was planned before this one began, the pump finds when it looks.
type bell struct {
	now  func() time.Time
	mu   sync.Mutex
	next time.Time     // zero: nothing is planned
	rung chan struct{} // has something in it when next has changed
}

func newBell(now func() time.Time) *bell { return &bell{now: now, rung: make(chan struct{}, 1)} }

// plan wakes the pump at a time; zero: never.
func (b *bell) plan(at time.Time) {
	b.mu.Lock()
	changed := !at.IsZero() && (b.next.IsZero() || at.Before(b.next))
	if changed {
		b.next = at
	}
	b.mu.Unlock()
	if !changed {
		return
	}
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

// answer forgets what was planned for now or before: the pump looks.
func (b *bell) answer() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.next.After(b.now()) {
		b.next = time.Time{}
	}
}

// wait returns after at most so long, when something planned is due, or when ctx is done.
func (b *bell) wait(ctx context.Context, most time.Duration) {
	for end := time.Now().Add(most); ; {
		d := time.Until(end)
		if planned, any := b.until(); any {
			d = min(d, planned)
		}
		if d <= 0 || !b.changes(ctx, d) {
			return
		}
	}
}

// changes waits, and returns true as soon as the plan has changed.
func (b *bell) changes(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-b.rung:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (b *bell) until() (d time.Duration, planned bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next.Sub(b.now()), !b.next.IsZero()
}
