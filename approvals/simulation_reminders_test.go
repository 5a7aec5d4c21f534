package approvals

import (
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// auditReminder checks that people are reminded of just what waits, when something has waited long enough, and not too often.
func (o *oracle) auditReminder(e entry) {
	after, every := o.s.setup.rules.RemindAfter, 24*time.Hour
	if ttl := o.s.setup.rules.TTL; ttl > 0 {
		after, every = min(after, ttl/2), min(every, ttl/2)
	}
	var waiting []int64
	due := false
	for _, s := range o.stories {
		if s.state == Pending {
			waiting = append(waiting, s.number)
			due = due || e.At.Sub(s.at) >= after
		}
	}
	slices.Sort(waiting)
	if listed := slices.Sorted(slices.Values(e.Detail.Requests)); !slices.Equal(listed, waiting) || !due {
		o.s.breaks("event %d reminds of %v; %v wait, long enough: %v", e.ID, listed, waiting, due)
	}
	for _, before := range o.ledger[:len(o.ledger)-1] {
		if before.Kind == ledger.Reminded && e.At.Sub(before.At) < every {
			o.s.breaks("event %d reminds people who were reminded by event %d", e.ID, before.ID)
		}
	}
}

// remindersAtRest checks that the newest reminder lists what still waits, and nothing that is decided.
func (o *oracle) remindersAtRest() {
	n := len(o.ledger) - 1
	for n >= 0 && o.ledger[n].Kind != ledger.Reminded {
		n--
	}
	if n < 0 {
		return
	}
	e := o.ledger[n]
	p := o.message(func(p *posted) bool { return p.slot == Notice && !p.past && p.now().event.Hash == e.Hash })
	if p == nil {
		return // which told says
	}
	var waiting []int64
	for _, id := range e.Detail.Requests {
		if s := o.story(id); s != nil && s.state == Pending {
			waiting = append(waiting, id)
		}
	}
	if !slices.Equal(p.now().waiting, waiting) {
		o.s.breaks("the reminder lists %v, and %v wait", p.now().waiting, waiting)
	}
}
