package approvals

import (
	"iter"
	"slices"
	"testing/synctest"
	"time"
)

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
func (s *simulation) pause() {
	if s.running == nil || !s.fault(s.setup.stalls, 4) {
		s.await(nil, time.Time{})
		return
	}
	until := time.Now().Add(s.between(20*time.Second, 12*time.Minute))
	s.await(func() bool { return s.calm || !time.Now().Before(until) }, until)
}

// sleep pauses for so long.
func (s *simulation) sleep(d time.Duration) {
	until := time.Now().Add(d)
	s.await(func() bool { return !time.Now().Before(until) }, until)
}

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
	began := time.Now()
	_, more := t.next()
	s.running = nil
	if !more {
		s.forget(t)
	}
	s.steadyClock(began)
}

// steadyClock takes the chance out of a wait of the process's own, whose length no seed governs: it counts as the
// longest that it could have been, which is a quarter of a second or a power of two of that.
func (s *simulation) steadyClock(began time.Time) {
	waited := time.Since(began)
	if waited == 0 {
		return
	}
	longest := 250 * time.Millisecond
	for longest < waited {
		longest *= 2
	}
	s.turnTo(began.Add(longest))
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
	for _, r := range s.replicas {
		r.saysItIsThere()
	}
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

// earlier is the first of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
