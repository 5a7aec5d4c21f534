package approvals

import (
	"context"
	"time"
)

// Claim on commit: the transaction that makes a message or a delivery due also claims it for this process, where a place is
// free to do it at once, and the work begins when the commit is on disk. That saves the pump's look and its commit, and
// is no less safe: what is claimed has a lease and counts as doubtful, whoever claimed it. Where no place is free, or
// nobody works here, it stays due and the pumps find it.

// job is a piece of claimed work.
type job func(context.Context)

// places are how many pieces of one kind of work may be under way at once.
type places chan struct{}

func newPlaces(n int) places {
	p := make(places, n)
	p.give(n)
	return p
}

// take takes a place if one is free.
func (p places) take() bool {
	select {
	case <-p:
		return true
	default:
		return false
	}
}

// takeAll waits for one place and takes all that are free. It takes none where ctx ends it.
func (p places) takeAll(ctx context.Context) (n int) {
	select {
	case <-p:
	case <-ctx.Done():
		return 0
	}
	for n = 1; p.take(); n++ {
	}
	return n
}

func (p places) give(n int) {
	for range n {
		p <- struct{}{}
	}
}

// close waits until nothing is under way, and gives no more.
func (p places) close() {
	for range cap(p) {
		<-p
	}
}

// crew is who does at once what a transaction claims: a running worker.
type crew struct {
	worker      *Worker
	calls, says places
	cards       places // one, so that new cards come in their order
	begin       func(job)
	done        <-chan struct{} // closed when no more is taken
}

// claims says whether the crew takes one more piece of work. Each that it takes must be begun or given back.
func (c *crew) claims(from places) bool {
	select {
	case <-c.done:
		return false
	default:
		return from.take()
	}
}

// early is a place that a transaction has taken, and what is to be done in it after the commit; nil: nothing.
type early struct {
	place places
	do    job
}

// claims takes a place, if one is free, for work that this transaction claims and passes to [tx.then].
func (t *tx) claims(kind func(*crew) places) bool {
	if t.crew == nil || !t.crew.claims(kind(t.crew)) {
		return false
	}
	t.early = append(t.early, early{place: kind(t.crew)})
	return true
}

func calls(c *crew) places { return c.calls }
func says(c *crew) places  { return c.says }
func cards(c *crew) places { return c.cards }

// then has work begin after the commit, in the place that was taken last.
func (t *tx) then(do job) { t.early[len(t.early)-1].do = do }

// begin begins what a transaction claimed that is committed.
func (t *tx) begin() {
	for _, e := range t.early {
		if e.do == nil {
			e.place.give(1)
			continue
		}
		t.crew.begin(func(ctx context.Context) {
			defer e.place.give(1)
			defer t.crew.worker.contain()
			e.do(ctx)
		})
	}
	t.early = nil
}

// forgo gives back the places of a transaction that wasn't committed.
func (t *tx) forgo() {
	for _, e := range t.early {
		e.place.give(1)
	}
	t.early = nil
}

// sooner is the first of two times, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// latest is the later one of two times.
func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
