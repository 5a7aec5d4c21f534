package approvals

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"golang.org/x/sync/errgroup"
)

// Limits of the worker's own.
const (
	callTimeout  = 15 * time.Second       // of one call to Tencent Cloud
	callLease    = 30 * time.Second       // longer than any call; when it is over, the caller is taken for dead
	sayTimeout   = 30 * time.Second       // of one message: a search, then the post
	sayLease     = 45 * time.Second       // longer than that; when it is over, the speaker is taken for dead
	ahead        = 100 * time.Millisecond // how long before its call an invitation is claimed
	late         = 15 * time.Millisecond  // how long after its moment a call may leave, at most
	callsAtOnce  = 64                     // so that calls that hang hold up nobody
	saysAtOnce   = 8
	grace        = 7 * time.Second // for calls under way when the worker is told to stop; their record may take patience more
	longWait     = time.Minute     // after which people are told that it takes long
	longestReady = time.Hour       // after which what can't be sent counts as failed
	idleAlone    = time.Minute     // how soon work is found that nobody announced: by a changed clock, say
	idleShared   = 5 * time.Second // the same, where another process may have made the work and died
)

// WorkerOptions are what a worker needs beside its collaborators.
type WorkerOptions struct {
	// Rate is how many calls a second Tencent Cloud gets from all workers of a database, at most.
	Rate float64
	// Settle is how long after a call whose answer was lost "not found" is believed, and the call made again. Should it arrive
	// even later (it is signed as of its attempt and valid for five minutes, by a clock that may differ by five more), one
	// of the two is refused while the other's invitation is open, and the list tells whose that is.
	Settle time.Duration
	// Every is how late people learn, at most, what the organization's lists tell: that an account has joined, say. 0: the
	// lists are read only where an outcome is unknown.
	Every time.Duration
	Homes Homes        // nil: nobody's home is drawn
	Log   *slog.Logger // nil: slog.Default
}

// Worker does what the ledger says is still to be done: it delivers invitations, says things, lets requests
// expire, draws homes. Several workers may share a database.
type Worker struct {
	store       *Store
	sender      Sender
	announcer   Announcer
	homes       Homes
	every       time.Duration // between two calls to Tencent Cloud
	settle      time.Duration
	rosterEvery time.Duration
	rules       Rules
	log         *slog.Logger
	clock       clock // of the loop that lets requests expire
	turned      [loopCount]turning
}

// NewWorker returns a worker for the requests of a desk.
func NewWorker(desk *Desk, sender Sender, announcer Announcer, o WorkerOptions) *Worker {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	// A little slower than allowed: a call may leave somewhat late, and the one after the next twenty in time; and what leaves
	// evenly may arrive less so.
	every := time.Duration(1.03 / o.Rate * float64(time.Second))
	return &Worker{store: desk.store, sender: sender, announcer: announcer, homes: o.Homes, every: every, settle: o.Settle, rosterEvery: o.Every, rules: desk.rules, log: o.Log}
}

// Run works until ctx is done, finishes what is then under way, for ten seconds at most, and returns nil. What
// it could not finish is picked up by the next worker as after a crash.
func (w *Worker) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	c := &crew{worker: w, calls: newPlaces(callsAtOnce), says: newPlaces(saysAtOnce), cards: newPlaces(1), done: ctx.Done(), begin: func(do job) { go do(work) }}
	w.store.crew.Store(c)
	var loops errgroup.Group
	for n, l := range []loop{
		{w.store.deliveries, c.calls, w.nextDelivery},
		{w.store.words, c.says, w.nextWords},
		{w.store.cards, c.cards, w.nextCard},
		{w.store.sweeps, newPlaces(1), w.nextPage},
		{w.store.ends, newPlaces(1), w.nextEnds},
		{w.store.cancels, newPlaces(1), w.nextCancel},
		{w.store.foresights, newPlaces(1), w.nextForesight},
		{w.store.times, newPlaces(1), w.nextExpiry},
		{w.store.homes, newPlaces(homesAtOnce), w.nextHome},
	} {
		loops.Go(func() error { w.pump(ctx, work, l, &w.turned[n]); return nil })
	}
	return loops.Wait()
}

// loop is a pump's: what wakes it, how much it may have under way, and where its work comes from.
type loop struct {
	woken *bell
	at    places
	from  source
}

// loopCount is how many loops there are.
const loopCount = 9

// turning is when a loop has turned last; nil: it isn't running.
type turning struct{ atomic.Pointer[time.Time] }

func (t *turning) turn() {
	now := time.Now()
	t.Store(&now)
}

// stalledAfter is when a loop that doesn't turn is stuck: it sleeps for a minute at most, and what it does has limits below that.
const stalledAfter = 3 * time.Minute

// Stalled says how many of the loops that do the work haven't turned for so long that something must hold them up: then the process is to
// be started anew.
func (w *Worker) Stalled() (n int) {
	for i := range w.turned {
		if at := w.turned[i].Load(); at != nil && time.Since(*at) > stalledAfter {
			n++
		}
	}
	return n
}

// source claims at most n pieces of work. Where it finds none it says when to ask again; zero: nothing is planned.
type source func(ctx context.Context, n int) (jobs []job, next time.Time, err error)

// pump takes work from a source as it becomes due and runs as many pieces at once as there are places. It stops taking
// when ctx is done, and returns when everything in those places is finished.
func (w *Worker) pump(ctx, work context.Context, l loop, turning *turning) {
	woken, at, from := l.woken, l.at, l.from
	defer turning.Store(nil)
	defer at.close()
	for failures := 0; ctx.Err() == nil; {
		turning.turn()
		n := at.takeAll(ctx)
		if n == 0 {
			return
		}
		woken.answer()
		jobs, next, err := from(ctx, n)
		at.give(n - len(jobs))
		for _, do := range jobs {
			go func() {
				defer at.give(1)
				defer w.contain()
				do(work)
			}()
		}
		switch {
		case err != nil && ctx.Err() == nil:
			failures++
			wait := backoff(failures, time.Second, 30*time.Second)
			w.log.Error("the database could not be asked for work; trying again", "again_in", wait.String(), "error", err)
			sleep(ctx, wait)
		case len(jobs) == 0:
			failures = 0
			woken.wait(ctx, w.until(next))
		default:
			failures = 0
		}
	}
}

// contain keeps a piece of work that panics from ending the process. Its lease runs out, and it is tried again.
func (w *Worker) contain() {
	if p := recover(); p != nil {
		w.log.Error("a piece of work failed", "panic", p, "stack", string(debug.Stack()))
	}
}

func (w *Worker) until(next time.Time) time.Duration {
	idle := idleShared
	if w.store.db.Alone() {
		idle = idleAlone
	}
	if next.IsZero() {
		return idle
	}
	return min(max(next.Sub(w.store.now()), 0), idle)
}

// sleep returns after d, or when ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// backoff doubles from first up to most, less up to a quarter at random so that those who failed together don't
// come back together.
func backoff(failures int, first, most time.Duration) time.Duration {
	d := first << min(max(failures-1, 0), 16)
	if d > most {
		d = most
	}
	return d - rand.N(d/4+1)
}

// earliest is the first time that a query names, zero if it names none.
func (t *tx) earliest(ctx context.Context, query string, args ...any) (time.Time, error) {
	var at int64
	if err := t.Row(ctx, query, args...).Scan(&at); err != nil {
		return time.Time{}, fmt.Errorf("look for the next due time: %w", err)
	}
	return database.Unstamp(at), nil
}
