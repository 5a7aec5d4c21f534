package approvals

import (
	"context"
	"slices"
	"sync"
)

// together is who waits to have the same kind of thing done. The first one does it for all who wait at that moment, then
// the next one leads: so what comes while one transaction is under way shares the next.
type together[W any] struct {
	oneByOne bool // nobody waits: for the simulation, in which nothing runs at the same time as anything else

	mu      sync.Mutex
	led     bool
	waiting []*waiter[W]
}

type waiter[W any] struct {
	what  W
	ready chan struct{} // has something in it when what is done, or else when it is this one's turn to lead
	done  bool
}

// atMost bounds how many go together, so that the first of them isn't kept waiting by the last.
const atMost = 64

// do has something done together with what waits beside it. It returns when that is so, or false where ctx is over before:
// then it may be done or not.
func (g *together[W]) do(ctx context.Context, what W, all func([]W)) bool {
	if g.oneByOne {
		all([]W{what})
		return true
	}
	w := &waiter[W]{what: what, ready: make(chan struct{}, 1)}
	if !g.enter(w) {
		select {
		case <-w.ready:
		case <-ctx.Done():
			g.leave(w)
			return false
		}
	}
	if !w.done {
		g.lead(all)
	}
	return true
}

// lead does it for all who wait, the leader first among them, and passes the lead on.
func (g *together[W]) lead(all func([]W)) {
	batch := g.take()
	what := make([]W, len(batch))
	for n, w := range batch {
		what[n] = w.what
	}
	defer g.pass() // also where it fails by a panic
	all(what)
	for _, w := range batch {
		w.done = true
	}
	for _, w := range batch[1:] {
		w.ready <- struct{}{}
	}
}

// enter says whether the one who came leads.
func (g *together[W]) enter(w *waiter[W]) (leads bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, w)
	leads = !g.led
	g.led = true
	return leads
}

// leave is for who gives up. Who was told to lead has the next one lead; who was taken along is done without.
func (g *together[W]) leave(w *waiter[W]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := slices.Index(g.waiting, w)
	if n < 0 {
		return
	}
	g.waiting = slices.Delete(g.waiting, n, n+1)
	if len(w.ready) > 0 {
		g.leadOn()
	}
}

func (g *together[W]) take() []*waiter[W] {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), atMost)
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return batch
}

func (g *together[W]) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leadOn()
}

// leadOn tells the next one to lead. The lock is held.
func (g *together[W]) leadOn() {
	g.led = len(g.waiting) > 0
	if g.led {
		g.waiting[0].ready <- struct{}{}
	}
}
