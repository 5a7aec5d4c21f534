package approvals

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// replica is one process after another in the same place: a desk and a worker over the common database.
type replica struct {
	s       *simulation
	number  int
	store   *Store // nil: the process has ended
	desk    *Desk
	worker  *Worker
	ctx     context.Context
	stop    context.CancelFunc
	leaving bool // it was told to stop, and finishes what it is in the middle of
	rules   Rules
	present *Presence
	still   bool  // it says nothing of itself to the others
	asked   asked // to wait, by Slack
	cards   places
	heard   bool // Slack, as a witness of the ledger: its worker may begin

	claimed int       // pieces of work, since ever
	next    time.Time // when the source that was polled last has work again
}

func (r *replica) String() string { return fmt.Sprintf("process %d", r.number) }

// start starts a process as main does. While the database fails it ends again at once, and so it does where others run by
// other rules.
func (r *replica) start() {
	ctx := context.Background()
	store := newStore(&flaky{DB: r.s.db, s: r.s, sole: len(r.s.replicas) == 1}, Options{Log: quiet, Keys: ownersKey, few: r.s.setup.few()})
	if err := store.prepare(ctx, "", false); err != nil {
		r.s.note("%s doesn't start: %v", r, err)
		return
	}
	r.rules = r.s.configured()
	present, err := store.Join(ctx, r.rules)
	if err != nil {
		r.s.note("%s doesn't start: %v", r, err)
		return
	}
	r.store, r.present, r.leaving, r.still, r.heard, r.asked, r.cards = store, present, false, false, false, asked{}, newPlaces(1)
	r.ctx, r.stop = context.WithCancel(ctx)
	r.desk = NewDesk(store, r.rules)
	r.desk.submitting.oneByOne = true
	r.worker = NewWorker(r.desk, r.s.cloud, r.s.workspace, WorkerOptions{Rate: r.s.setup.rate, Settle: r.s.setup.settle, Every: r.s.setup.roster, Homes: wall{r.s.homes, r}, Log: quiet})
	r.s.note("%s starts", r)
	r.s.begin("witness", r, r.hear)
}

// hear is what package bot does before it lets the worker begin. Its desk is open meanwhile.
func (r *replica) hear() {
	for r.ctx.Err() == nil {
		if heads, ok := r.s.workspace.witnesses(); ok {
			if _, err := r.desk.Witnessed(r.ctx, heads); err == nil {
				r.heard = true
				r.s.note("%s has heard Slack", r)
				break
			}
		}
		r.s.sleep(time.Second)
	}
	if r.heard && r.s.setup.early {
		r.store.crew.Store(r.crew())
	}
}

// configured are the rules with which somebody starts a process: sometimes they have changed their mind, and when all comes
// to rest the rules are those in force.
func (s *simulation) configured() Rules {
	rules := s.setup.rules
	if s.calm && s.oracle.rules != nil {
		rules = *s.oracle.rules
	} else if s.setup.reforms && s.chance(25) {
		rules.Required, rules.AllowSelf = 3-rules.Required, !rules.AllowSelf
	}
	return rules
}

// saysItIsThere has a process tell the others that it is there, unless it stands still. One that may not go on ends.
func (r *replica) saysItIsThere() {
	if r.store == nil || r.still && !r.s.calm || time.Since(*r.present.seen.Load()) < seenEvery || r.store.db.Alone() {
		return
	}
	err := r.present.say(context.Background(), r.present.stay)
	if mustEnd(err) {
		r.s.note("%s must end: %v", r, err)
		r.die()
	}
}

// standsStill has one process say nothing of itself for a while.
func (s *simulation) standsStill() {
	if s.setup.still {
		r := s.replicas[s.IntN(len(s.replicas))]
		r.still = !r.still
	}
}

// crew does at once what a commit claims. It has few places, so that some of it stays for the polls.
func (r *replica) crew() *crew {
	ctx := r.ctx
	return &crew{worker: r.worker, calls: newPlaces(1), says: newPlaces(2), cards: r.cards, done: ctx.Done(), begin: func(do job) {
		r.claimed++
		r.s.begin("early work", r, func() { do(ctx) })
	}}
}

// die ends the process wherever it is.
func (r *replica) die() {
	if r.store == nil {
		return
	}
	r.s.note("%s dies", r)
	for _, t := range r.tasks() {
		t.stop()
		r.s.forget(t)
	}
	r.stop()
	r.store = nil
	if len(r.s.replicas) == 1 {
		r.s.land(r)
	}
}

// leave tells the process to stop: it takes no more, and its calls are cut short.
func (r *replica) leave() {
	if !r.leaving {
		r.s.note("%s is told to stop", r)
		r.leaving = true
		r.stop()
	}
	if len(r.tasks()) == 0 {
		if r.store != nil {
			r.present.Leave()
		}
		r.die()
	}
}

// recover brings a process back that died or stops.
func (r *replica) recover() {
	if r.leaving {
		r.s.resumeAll()
		r.leave()
	}
	if r.store == nil {
		r.start()
	}
}

func (r *replica) tasks() (mine []*task) {
	for _, t := range r.s.tasks {
		if t.on == r {
			mine = append(mine, t)
		}
	}
	return mine
}

// Of so many kinds is what is polled; new cards are one of them.
const (
	kinds        = 8
	newCardsKind = 4
	homesKind    = kinds // which are polled by the homes' own luck
)

// poll does what one turn of the worker's pumps does: claim, then each job by itself.
func (r *replica) poll(kind, n int) {
	done := func() {}
	if cards := r.cards; kind == newCardsKind { // one at a time, as their pump has one place
		if !cards.take() {
			return
		}
		done = func() { cards.give(1) }
	}
	from := []source{r.worker.nextDelivery, r.worker.nextWords, r.worker.nextExpiry, r.worker.nextPage, r.worker.nextCard,
		r.worker.nextEnds, r.worker.nextCancel, r.worker.nextForesight, r.worker.nextHome}[kind]
	ctx := r.ctx
	t := r.s.begin("claim", r, func() {
		jobs, next, err := from(ctx, n)
		if errors.Is(err, errPaced) {
			next, err = r.s.nextSlot, nil
		}
		if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errBroken) && !errors.Is(err, errLapsed) {
			r.s.breaks("%s can't claim: %v", r, err)
		}
		r.next = next
		if len(jobs) == 0 {
			done()
		}
		for _, do := range jobs {
			r.claimed++
			r.s.begin("work", r, func() { defer done(); do(ctx) })
		}
	})
	r.s.resume(t)
}
