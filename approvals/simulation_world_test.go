package approvals

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
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
	settle    time.Duration
	roster    time.Duration // how late people learn what the lists tell
	early     bool          // processes do at once what a commit claims
	reforms   bool          // processes are started with other rules
	still     bool          // processes stand still as a whole, and say nothing of themselves to the others
	restores  bool          // a backup of the database is put in its place
	many      bool          // two accounts are many, and people ask for more
	room      int           // of the organization; 0: as much as anybody needs
	rate      float64       // of calls to Tencent Cloud, in a second
}

// simulation is one seed's world.
type simulation struct {
	*rand.Rand
	seed   uint64
	setup  setup
	began  time.Time
	trace  strings.Builder
	broken string // the first promise that was broken

	db       database.DB
	replicas []*replica
	tasks    []*task
	running  *task
	arrivals []arrival // on their way through the network

	people    *people
	cloud     *organization
	workspace *workspace
	oracle    *oracle
	backups   *backups
	homes     *homes
	nextSlot  time.Time // of a call to Tencent Cloud
	calm      bool      // the faults are over
	owner     *owner    // changes the database behind the bot's back; nil: nobody does
}

func newSimulation(seed uint64, db database.DB) *simulation {
	s := &simulation{Rand: rand.New(rand.NewPCG(seed, 0)), seed: seed, began: time.Now(), db: db}
	s.setup = s.draw()
	s.setup.crowd(seed)
	s.people = newPeople(s)
	s.cloud = &organization{s: s, forbidden: s.setup.forbidden, zone: time.Duration(s.IntN(27)-12) * time.Hour,
		lifetime: []time.Duration{15 * 24 * time.Hour, nudgedBefore + 40*time.Minute, 50 * time.Minute}[s.IntN(3)]}
	s.workspace = &workspace{s: s, gone: map[string]bool{}}
	s.oracle = newOracle(s)
	s.backups = &backups{s: s}
	s.homes = newHomes(s)
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
			TTL:         []time.Duration{0, 10 * time.Minute, time.Hour}[s.IntN(3)],
			RemindAfter: []time.Duration{0, 3 * time.Minute, 40 * time.Minute}[s.IntN(3)],
		},
		crashes: s.chance(60), stalls: s.chance(50), database: s.chance(40), cloud: s.chance(75), slack: s.chance(60),
		console: s.chance(60), doubling: s.chance(60), forbidden: s.chance(30), early: s.chance(75),
		reforms: s.chance(30), still: s.chance(30), settle: []time.Duration{time.Minute, settle}[s.IntN(2)], restores: s.chance(5),
		roster: []time.Duration{0, 10 * time.Minute, 30 * time.Minute}[s.IntN(3)],
		many:   s.chance(35), room: []int{0, 0, 2, 3}[s.IntN(4)],
	}
}

// crowd makes some seeds those in which most of a request's invitations still wait when one is told that the organization is full: no more calls
// are made than two in a second, and there is hardly any room. It draws nothing, so that the other seeds stay what they were.
func (s *setup) crowd(seed uint64) {
	if s.rate = 1e12; seed%8 == 2 {
		s.rate, s.many, s.room = 2, true, 1+int(seed/8%2)
	}
}

// few is how many accounts are told one by one; 0: as many as usual.
func (s setup) few() int {
	if s.many {
		return 1
	}
	return 0
}

// orderly says whether cards come in the order in which they were claimed: there is one process, which neither stands still
// nor dies in between nor loses what it has claimed.
func (s setup) orderly() bool {
	return s.replicas == 1 && !s.crashes && !s.stalls && !s.database && !s.restores
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
	if s.owner == nil && s.broken == "" { // with an owner like that, most promises are void
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
	s.live(60 + s.IntN(180))
	if s.backups.restoreOnce() {
		s.live(20 + s.IntN(80))
	}
	if s.broken == "" {
		s.rest()
	}
	for range 3 {
		if s.broken != "" || !s.people.tidyUp() {
			return
		}
		s.rest()
	}
}

// live does so many things, unless a promise is broken on the way.
func (s *simulation) live(steps int) {
	for n := 0; n < steps && s.broken == ""; n++ {
		s.step()
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
	if err := s.db.Close(); err != nil {
		s.breaks("close the database: %v", err)
	}
}

// step does one thing of all that could happen next.
func (s *simulation) step() {
	if s.owner != nil && s.chance(60) {
		s.owner.edit()
	}
	s.backups.happen()
	s.homes.happen()
	switch n := s.IntN(100); {
	case n < 38:
		s.resumeOne()
	case n < 56:
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
		s.standsStill()
	default:
		s.workspace.change()
		s.cloud.change()
	}
}

func (s *simulation) pollOne() {
	switch r := s.alive(); {
	case r == nil:
		s.replicas[s.IntN(len(s.replicas))].recover()
	case r.heard && len(s.tasks) < 12:
		r.poll(s.IntN(kinds), 1+s.IntN(3))
	}
}

// alive is one of the processes that take work, nil where there is none.
func (s *simulation) alive() *replica {
	alive := s.takeWork()
	if len(alive) == 0 {
		return nil
	}
	return alive[s.IntN(len(alive))]
}

func (s *simulation) takeWork() (alive []*replica) {
	for _, r := range s.replicas {
		if r.store != nil && !r.leaving {
			alive = append(alive, r)
		}
	}
	return alive
}

// disaster ends a process, politely or not, or starts one in the place of one that ended.
func (s *simulation) disaster() {
	if !s.setup.crashes {
		return
	}
	r := s.replicas[s.IntN(len(s.replicas))]
	if busy := s.tasks; len(busy) > 0 && s.chance(70) {
		r = busy[s.IntN(len(busy))].on // more is to be learnt from one that is in the middle of something
	}
	switch {
	case r.store == nil || r.leaving && s.chance(50):
		r.recover()
	case s.chance(25):
		r.leave()
	default:
		r.die()
		if s.chance(20) {
			s.passTo(time.Now().Add(s.between(30*time.Second, 7*time.Minute)))
		}
	}
}

// rest ends the faults and lets time pass until nothing is due but what waits for people.
func (s *simulation) rest() {
	s.note("the faults are over")
	s.calm = true
	s.workspace.recover()
	s.cloud.recover()
	s.homes.manyLook()
	longest := 45 * time.Minute
	if s.setup.rules.TTL > 0 {
		longest += s.setup.rules.TTL
	}
	for end := time.Now().Add(longest); s.broken == ""; {
		next := s.catchUp()
		inHand := len(s.tasks) > 0 || time.Until(next) <= progressEvery
		if next.IsZero() || next.After(end) && !inHand { // the lists are read again and again
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
			r.saysItIsThere()
		}
		for s.people.deliver() {
			s.resumeAll()
		}
		s.resumeAll()
		next, busy = s.pollAll()
		busy = busy || len(s.people.envelopes) > 0 && len(s.takeWork()) > 0
		if turn == 1000 {
			s.breaks("there is always something due")
		}
	}
	return earlier(next, s.nextMoment())
}

func (s *simulation) pollAll() (next time.Time, busy bool) {
	r := s.alive()
	if r == nil || !r.heard {
		return next, false // it is being stopped, or has just started, and waits for an answer
	}
	sources := kinds
	if s.homes.exist {
		sources++
	}
	for source := range sources {
		claimed, known := r.claimed, len(s.oracle.ledger)
		r.next = time.Time{}
		r.poll(source, 3)
		s.resumeAll()
		busy = busy || r.claimed > claimed || len(s.oracle.ledger) > known || !r.next.IsZero() && !r.next.After(time.Now())
		next = earlier(next, r.next)
	}
	return next, busy || len(s.ready()) > 0
}
