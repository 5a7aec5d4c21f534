package approvals

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing/synctest"
	"time"
)

// setup is what a seed has in store. Not every seed has every fault: some bugs show only where others don't interfere.
type setup struct {
	replicas  int
	rules     Rules
	crashes   bool // processes die at any point, or are stopped and replaced
	stalls    bool // processes stand still for any time, at any point
	database  bool // connections to it break, before or after the commit
	cloud     bool // calls to Tencent Cloud are lost, slow, limited, or answered with an error of its own
	slack     bool // the same of calls to Slack
	console   bool // people accept, cancel and change permissions at Tencent Cloud
	doubling  bool // envelopes come twice and in another order
	forbidden bool // the credentials may not list invitations
}

// simulation is one seed's world.
type simulation struct {
	*rand.Rand
	seed   uint64
	setup  setup
	began  time.Time
	trace  strings.Builder
	broken string // the first promise that was broken

	db       database
	replicas []*replica
	tasks    []*task
	running  *task
	arrivals []arrival // on their way through the network

	people    *people
	cloud     *organization
	workspace *workspace
	oracle    *oracle
	calm      bool // the faults are over
}

func newSimulation(seed uint64, db database) *simulation {
	s := &simulation{Rand: rand.New(rand.NewPCG(seed, 0)), seed: seed, began: time.Now(), db: db}
	s.setup = s.draw()
	s.people = newPeople(s)
	s.cloud = &organization{s: s, forbidden: s.setup.forbidden}
	s.workspace = &workspace{s: s, gone: map[string]bool{}}
	s.oracle = newOracle(s)
	for n := range s.setup.replicas {
		s.replicas = append(s.replicas, &replica{s: s, number: n + 1})
	}
	return s
}

func (s *simulation) draw() setup {
	return setup{
		replicas: 1 + s.IntN(3),
		rules: Rules{
			Required: 1 + s.IntN(2), AllowSelf: s.chance(25),
			TTL: []time.Duration{0, 10 * time.Minute, time.Hour}[s.IntN(3)],
		},
		crashes: s.chance(60), stalls: s.chance(50), database: s.chance(40), cloud: s.chance(75), slack: s.chance(60),
		console: s.chance(60), doubling: s.chance(60), forbidden: s.chance(30),
	}
}

// chance is true in so many percent of the cases.
func (s *simulation) chance(percent int) bool { return s.IntN(100) < percent }

// fault is chance where the seed has that kind of fault and the faults aren't over.
func (s *simulation) fault(kind bool, percent int) bool {
	return kind && !s.calm && s.chance(percent)
}

func (s *simulation) between(least, most time.Duration) time.Duration {
	return least + time.Duration(s.Int64N(int64(most-least)/1e6+1))*time.Millisecond
}

func (s *simulation) elapsed() time.Duration { return time.Since(s.began) }

func (s *simulation) breaks(format string, args ...any) {
	if s.broken == "" {
		s.broken = fmt.Sprintf(format, args...)
		s.note("BROKEN: %s", s.broken)
	}
}

// run lets things go wrong for a while, then lets them rest, has people press what is left to press, and lets them
// rest again.
func (s *simulation) run() {
	for _, r := range s.replicas {
		r.start()
	}
	for range 60 + s.IntN(180) {
		if s.step(); s.broken != "" {
			return
		}
	}
	s.rest()
	for range 3 {
		if s.broken != "" || !s.people.tidyUp() {
			return
		}
		s.rest()
	}
}

// end takes down what is left, so that the bubble can end.
func (s *simulation) end() {
	for _, r := range s.replicas {
		r.die()
	}
	for _, t := range s.tasks {
		t.stop()
	}
	if err := s.db.close(); err != nil {
		s.breaks("close the database: %v", err)
	}
}

// step does one thing of all that could happen next.
func (s *simulation) step() {
	switch n := s.IntN(100); {
	case n < 38:
		s.resumeOne()
	case n < 58:
		s.pollOne()
	case n < 70:
		s.people.act()
	case n < 83:
		s.people.deliver()
	case n < 92:
		s.passSome()
	case n < 95:
		s.disaster()
	case n < 97:
		s.cloud.meddle()
	default:
		s.workspace.change()
		s.cloud.change()
	}
}

// task is something a process is in the middle of. It stands still at each pause until the scheduler resumes it, or
// its process dies there.
type task struct {
	name  string
	on    *replica
	ready func() bool // nil: at any time
	until time.Time   // when ready will be so at the latest; zero: no such time
	yield func(struct{}) bool
	next  func() (struct{}, bool)
	stop  func()
}

// killed unwinds a task whose process died.
var killed = new(int)

func (s *simulation) begin(name string, on *replica, do func()) *task {
	t := &task{name: name, on: on}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		defer func() {
			if p := recover(); p != nil && p != any(killed) {
				panic(p)
			}
		}()
		do()
	})
	s.tasks = append(s.tasks, t)
	return t
}

// pause is a point at which a process may stand still, or die.
func (s *simulation) pause() { s.await(nil, time.Time{}) }

// await pauses until something is so.
func (s *simulation) await(ready func() bool, until time.Time) {
	t := s.running
	if t == nil {
		return // a process that starts does so in one go
	}
	t.ready, t.until = ready, until
	if !t.yield(struct{}{}) {
		panic(killed)
	}
	t.ready, t.until = nil, time.Time{}
}

func (s *simulation) resume(t *task) {
	s.running = t
	_, more := t.next()
	s.running = nil
	if !more {
		s.forget(t)
	}
}

func (s *simulation) forget(t *task) {
	s.tasks = slices.DeleteFunc(s.tasks, func(other *task) bool { return other == t })
}

func (s *simulation) ready() []*task {
	var ready []*task
	for _, t := range s.tasks {
		if t.ready == nil || t.ready() {
			ready = append(ready, t)
		}
	}
	return ready
}

func (s *simulation) resumeOne() {
	if ready := s.ready(); len(ready) > 0 {
		s.resume(ready[s.IntN(len(ready))])
	}
}

// resumeAll goes on with everything until it is done or waits.
func (s *simulation) resumeAll() {
	for ready := s.ready(); len(ready) > 0 && s.broken == ""; ready = s.ready() {
		s.resume(ready[s.IntN(len(ready))])
	}
}

func (s *simulation) pollOne() {
	switch r := s.alive(); {
	case r == nil:
		s.replicas[s.IntN(len(s.replicas))].recover()
	case len(s.tasks) < 12:
		r.poll(s.IntN(3), 1+s.IntN(3))
	}
}

// alive is one of the processes that take work, nil where there is none.
func (s *simulation) alive() *replica {
	var alive []*replica
	for _, r := range s.replicas {
		if r.store != nil && !r.leaving {
			alive = append(alive, r)
		}
	}
	if len(alive) == 0 {
		return nil
	}
	return alive[s.IntN(len(alive))]
}

// passSome lets time go by.
func (s *simulation) passSome() {
	d := s.between(time.Millisecond, time.Second)
	switch n := s.IntN(100); {
	case n < 6:
		d = s.between(time.Minute, 7*time.Minute)
	case n < 25:
		d = s.between(20*time.Second, 50*time.Second)
	case n < 55:
		d = s.between(time.Second, 16*time.Second)
	}
	s.passTo(time.Now().Add(d))
}

// arrival is something on its way through the network, which no process can hold up.
type arrival struct {
	at time.Time
	by *replica
	to provider
	do func()
}

type provider string

const (
	toCloud provider = "Tencent Cloud"
	toSlack provider = "Slack"
)

func (s *simulation) arrive(to provider, in time.Duration, do func()) {
	s.arrivals = append(s.arrivals, arrival{time.Now().Add(in), s.running.on, to, do})
}

// land has everything arrive now that a process sent to Slack.
func (s *simulation) land(by *replica) {
	for n := range s.arrivals {
		if a := &s.arrivals[n]; a.by == by && a.to == toSlack {
			a.at = time.Now()
		}
	}
	s.receive()
}

// passTo turns the clock. What arrives on the way does so in time; processes that don't stall do what they can in time.
func (s *simulation) passTo(end time.Time) {
	for s.broken == "" {
		if s.calm || !s.setup.stalls {
			s.resumeAll()
		}
		next := s.nextMoment()
		if next.IsZero() || next.After(end) {
			break
		}
		s.turnTo(next)
		s.receive()
	}
	s.turnTo(end)
}

// turnTo turns the clock, and lets run out what runs out.
func (s *simulation) turnTo(moment time.Time) {
	time.Sleep(time.Until(moment))
	synctest.Wait()
}

// receive lets arrive what is due.
func (s *simulation) receive() {
	for n := 0; n < len(s.arrivals); n++ {
		if a := s.arrivals[n]; !a.at.After(time.Now()) {
			s.arrivals = slices.Delete(s.arrivals, n, n+1)
			n--
			a.do()
		}
	}
}

// nextMoment is when something arrives, or somebody gives up waiting; zero: never.
func (s *simulation) nextMoment() (next time.Time) {
	for _, a := range s.arrivals {
		next = earlier(next, a.at)
	}
	for _, t := range s.tasks {
		if t.until.After(time.Now()) {
			next = earlier(next, t.until)
		}
	}
	return next
}

// disaster ends a process, politely or not, or starts one in the place of one that ended.
func (s *simulation) disaster() {
	if !s.setup.crashes {
		return
	}
	r := s.replicas[s.IntN(len(s.replicas))]
	switch {
	case r.store == nil || r.leaving && s.chance(50):
		r.recover()
	case s.chance(25):
		r.leave()
	default:
		r.die()
	}
}

// rest ends the faults and lets time pass until nothing is due but what waits for people.
func (s *simulation) rest() {
	s.note("the faults are over")
	s.calm = true
	s.workspace.recover()
	s.cloud.recover()
	longest := 45 * time.Minute
	if s.setup.rules.TTL > 0 {
		longest += s.setup.rules.TTL
	}
	for end := time.Now().Add(longest); s.broken == ""; {
		next := s.catchUp()
		if next.IsZero() || next.After(end) {
			break
		}
		s.passTo(next)
	}
	if s.broken == "" {
		s.oracle.atRest()
	}
}

// catchUp has everything done that can be done now, and says when there will be more; zero: never.
func (s *simulation) catchUp() (next time.Time) {
	busy := true
	for turn := 0; busy && s.broken == ""; turn++ {
		for _, r := range s.replicas {
			r.recover()
		}
		for s.people.deliver() {
			s.resumeAll()
		}
		s.resumeAll()
		if next, busy = s.pollAll(); turn == 1000 {
			s.breaks("there is always something due")
		}
	}
	return earlier(next, s.nextMoment())
}

func (s *simulation) pollAll() (next time.Time, busy bool) {
	r := s.replicas[s.IntN(len(s.replicas))]
	for source := range 3 {
		claimed, known := r.claimed, len(s.oracle.ledger)
		r.next = time.Time{}
		r.poll(source, 3)
		s.resumeAll()
		busy = busy || r.claimed > claimed || len(s.oracle.ledger) > known || !r.next.IsZero() && !r.next.After(time.Now())
		next = earlier(next, r.next)
	}
	return next, busy || len(s.ready()) > 0
}

// earlier is the first of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
