package approvals

import (
	"context"
	"reflect"
	"slices"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// atRest checks what must be so when the faults are over and time has passed: nothing is due, everything is told, and
// what waits for a person shows them its buttons.
func (o *oracle) atRest() {
	if o.s.owner != nil {
		return
	}
	if len(o.s.tasks) > 0 {
		o.s.breaks("%d things never end, one of them %q", len(o.s.tasks), o.s.tasks[0].name)
	}
	for _, s := range o.stories {
		o.requestAtRest(s)
		for _, d := range s.deliveries {
			o.deliveryAtRest(d)
		}
	}
	for _, e := range o.ledger {
		o.told(e)
	}
	for _, p := range o.s.workspace.messages {
		if p.slot == Thread && !p.past {
			o.replyAtRest(p)
		}
	}
	o.remindersAtRest()
	o.talliesAtRest()
	o.homesAtRest()
	o.unchanged()
	o.proves()
}

func (o *oracle) requestAtRest(s *story) {
	card := o.message(func(p *posted) bool { return p.slot == Card && !p.past && p.now().request == s.number })
	if card == nil {
		o.s.breaks("request %d has no card", s.number)
		return
	}
	if s.state == Pending && o.s.setup.rules.TTL > 0 {
		o.s.breaks("request %d never expired", s.number)
	}
	shows := card.now()
	if s.held && s.state == Pending && !shows.standing.Held {
		o.s.breaks("the card of request %d doesn't say that it is held", s.number)
	}
	if shows.standing.State != s.state || shows.standing.Approvals() != len(s.approvedBy) || (len(shows.buttons) > 0) != (s.state == Pending) {
		o.s.breaks("the card of request %d shows %s; it is %s, approved by %v", s.number, shows, s.state, s.approvedBy)
	}
	for n, d := range s.deliveries {
		if shows.standing.Invitations[n].State != d.state && !d.failedBefore {
			o.s.breaks("the card of request %d shows that invitation %d is %s; it is %s", s.number, d.number, shows.standing.Invitations[n].State, d.state)
		}
	}
}

// deliveryAtRest checks that an invitation is settled, or waits for a person who is asked.
func (o *oracle) deliveryAtRest(d *delivered) {
	switch d.state {
	case Ready, Sending:
		o.s.breaks("invitation %d is still %s", d.number, d.state)
	case Sent, Joined:
		o.endAtRest(d)
		if o.offersCancel(d) && d.of.isDelivered() && !o.isMany(d.of) {
			o.offers(d)
		}
	case Unknown:
		if f := o.s.cloud.finding(d); !o.s.cloud.forbidden && f != invite.Unclear && f != invite.Elsewhere {
			o.s.breaks("invitation %d is still unknown, though it can be looked up", d.number)
		}
		if o.isMany(d.of) {
			o.asksOneOfMany(d, pressArrived)
		} else {
			o.asks(d, ledger.Stuck, pressArrived)
		}
	case Failed:
		if d.failedBefore {
			return // what Slack shows is newer
		}
		if o.isMany(d.of) {
			o.asksAll(d)
		} else {
			o.asks(d, ledger.Failed, pressRetry)
		}
		ours := func(i *invited) bool {
			return i.by.isOf(d) && (i.by.epoch == d.epoch || i.status == "open")
		}
		if o.s.cloud.has(ours) {
			o.s.breaks("invitation %d is called failed, and the organization accepted it", d.number)
		}
	}
}

// asksOneOfMany checks that somebody is offered to settle one of many, by a button to which a message of the request leads: which accounts these
// are about is shown as of the moment when somebody follows it.
func (o *oracle) asksOneOfMany(d *delivered, action string) {
	reply := o.message(func(p *posted) bool {
		return p.slot == Thread && !p.past && p.now().request == d.of.number && slices.ContainsFunc(p.now().buttons, func(b button) bool { return b.action == action })
	})
	if reply == nil {
		o.s.breaks("invitation %d of many is %s, and nobody is offered %q", d.number, d.state, action)
	}
}

// asksAll checks that somebody is offered to try all again of a request that were refused.
func (o *oracle) asksAll(d *delivered) {
	if !d.of.isDelivered() {
		return
	}
	reply := o.message(func(p *posted) bool {
		return p.slot == Thread && !p.past && p.now().request == d.of.number &&
			slices.ContainsFunc(p.now().buttons, func(b button) bool { return b.action == pressRetryAll && !b.seen.Before(d.doubted) })
	})
	if reply == nil {
		o.s.breaks("invitation %d of many is %s, and nobody is offered to try them again", d.number, d.state)
	}
}

func (o *oracle) asks(d *delivered, kind ledger.Kind, action string) {
	reply := o.message(func(p *posted) bool {
		e := p.now().event
		return p.slot == Thread && !p.past && e.Kind == kind && e.Invitation == d.number && e.Attempt == d.attempt
	})
	if reply == nil || !slices.ContainsFunc(reply.now().buttons, func(b button) bool { return b.action == action && !b.seen.Before(d.doubted) }) {
		o.s.breaks("invitation %d is %s, and nobody is offered %q", d.number, d.state, action)
	}
}

// offers checks that a sent invitation can be cancelled from the thread.
func (o *oracle) offers(d *delivered) {
	reply := o.message(func(p *posted) bool {
		return p.slot == Thread && !p.past && p.now().request == d.of.number &&
			slices.ContainsFunc(p.now().buttons, func(b button) bool { return b.action == pressCancel && b.invitation == d.number })
	})
	if reply == nil {
		o.s.breaks("invitation %d is sent, and nobody is offered to cancel it", d.number)
	}
}

// replyAtRest checks that buttons that do nothing any more are gone.
func (o *oracle) replyAtRest(p *posted) {
	for _, b := range p.now().buttons {
		if b.action == pressRetryAll {
			if !slices.ContainsFunc(o.story(b.request).deliveries, func(d *delivered) bool { return d.state == Failed }) {
				o.s.breaks("%s still offers %q, and nothing is refused", p, b.action)
			}
			o.offersAlone(p, b)
			continue
		}
		d := o.deliveries[b.invitation]
		if b.action == pressCancel || b.action == pressAgain {
			if b.action == pressCancel && !o.offersCancel(d) || b.action == pressAgain && len(o.asksAgain(b)) == 0 {
				o.s.breaks("%s still offers %q for invitation %d, which is %s", p, b.action, d.number, d.state)
			}
			continue
		}
		if current := d.attempt == b.attempt && (d.state == Failed || d.state == Unknown); !current {
			o.s.breaks("%s still offers %q for attempt %d of invitation %d, which is %s after %d", p, b.action, b.attempt, d.number, d.state, d.attempt)
		}
	}
}

// offersAlone checks that no other message offers to try the same again, with the numbers of another time.
func (o *oracle) offersAlone(p *posted, b button) {
	other := o.message(func(q *posted) bool {
		return q != p && q.slot == Thread && !q.past && slices.ContainsFunc(q.now().buttons, func(x button) bool { return x.action == b.action && x.request == b.request })
	})
	if other != nil {
		o.s.breaks("%s and %s both offer %q for request %d", p, other, b.action, b.request)
	}
}

// told checks that an event was told to those whom it concerns.
func (o *oracle) told(e entry) {
	var requester Person
	if s := o.story(e.Request); s != nil {
		requester = s.requester
	}
	switch e.Kind {
	case ledger.Sent, ledger.Failed:
		if o.isMany(o.story(e.Request)) {
			return // in the tables
		}
		if several := len(o.story(e.Request).deliveries) > 1; several && e.Kind == ledger.Failed {
			o.toldIn(e, Thread, "")
		} else if !several {
			o.toldIn(e, Thread, "")
			o.toldIn(e, Direct, requester.ID)
		}
	case ledger.Delivered, ledger.Concluded:
		o.toldIn(e, Thread, "")
		if e.Detail.Part <= 1 {
			o.toldIn(e, Direct, requester.ID)
		}
	case ledger.Joined, ledger.Lapsed, ledger.Cancelled, ledger.Declined, ledger.Left:
		if o.isMany(o.story(e.Request)) {
			o.toldConcluded(e)
			return
		}
		o.toldIn(e, Thread, "")
		o.toldIn(e, Direct, requester.ID)
	case ledger.NotCancelled:
		o.toldIn(e, Thread, "")
	case ledger.Nudged:
		o.toldIn(e, Direct, o.story(e.Detail.Ending[0].Request).requester.ID)
	case ledger.SetBack, ledger.Reminded:
		o.toldIn(e, Notice, "")
	case ledger.Denied, ledger.Expired, ledger.Unseen, ledger.Held:
		o.toldIn(e, Direct, requester.ID)
	case ledger.Delayed, ledger.Searching:
		if !o.isMany(o.story(e.Request)) { // of many, one may speak for all
			o.toldIn(e, Thread, "")
		}
	case ledger.Retried, ledger.Stuck:
		if e.Kind == ledger.Stuck && !o.isMany(o.story(e.Request)) || e.key != "" { // of several, the first one tells
			o.toldIn(e, Thread, "")
		}
	case ledger.Refused:
		unknown := e.Request == 0 && e.Detail.Why == ledger.NotApprover // which package bot tells by itself
		if cause := o.envelopes[e.key]; cause != nil && cause.channel != "" && !unknown && !o.presses(e) {
			o.toldIn(e, Ephemeral, e.Actor.ID)
		}
	}
}

// toldConcluded checks that the end of one of many is among those of which an event tells behind it.
func (o *oracle) toldConcluded(e entry) {
	if !slices.ContainsFunc(o.ledger, func(x entry) bool {
		return x.Kind == ledger.Concluded && x.ID > e.ID && slices.Contains(x.Detail.Invitations, e.Invitation)
	}) {
		o.s.breaks("nobody was told of event %d (%s) of invitation %d", e.ID, e.Kind, e.Invitation)
	}
}

// presses says whether somebody was refused so often before that they needn't be told each time.
func (o *oracle) presses(e entry) bool {
	const often = 5
	before := 0
	for _, x := range o.ledger {
		if cause := o.envelopes[x.key]; x.ID < e.ID && x.Kind == ledger.Refused && x.Actor == e.Actor && cause != nil && cause.channel != "" {
			before++
		}
	}
	return before >= often || o.toldWithOthers(e.Actor)
}

// toldWithOthers says whether an answer to somebody told of more refusals than its own: counted ones wait in the same queue.
func (o *oracle) toldWithOthers(who Person) bool {
	n := 0
	o.query(func(scan func(...any) error) error { return scan(&n) }, `SELECT COUNT(*) FROM posts WHERE slot = 'ephemeral' AND recipient = ? AND others > 0`, who.ID)
	return n > 0
}

func (o *oracle) toldIn(e entry, slot Slot, to string) {
	found := o.message(func(p *posted) bool {
		return p.slot == slot && p.now().event.Hash == e.Hash && (to == "" || p.to == to)
	})
	givenUp := func(x entry) bool { return x.Kind == ledger.Untold && x.Actor.ID == to && x.Request == e.Request }
	if found == nil && !slices.ContainsFunc(o.ledger, givenUp) {
		o.s.breaks("nobody was told of event %d (%s) of request %d: %s", e.ID, e.Kind, e.Request, slot)
	}
}

func (o *oracle) message(such func(*posted) bool) *posted {
	for _, p := range o.s.workspace.messages {
		if such(p) {
			return p
		}
	}
	return nil
}

// unchanged reads the whole ledger again as "invitebot audit" does.
func (o *oracle) unchanged() {
	store := newStore(&flaky{DB: o.s.db, s: o.s}, Options{Log: quiet, Keys: ownersKey})
	var again []ledger.Event
	for e, err := range store.Events(context.Background(), ledger.Filter{}) {
		if err != nil {
			o.s.breaks("the ledger can't be read: %v", err)
		}
		again = append(again, e)
	}
	for n, e := range o.ledger {
		if n >= len(again) || !reflect.DeepEqual(again[n], e.Event) {
			o.s.breaks("event %d is no longer what it was", e.ID)
			return
		}
	}
	if len(again) != len(o.ledger) {
		o.s.breaks("the ledger has %d events, and %d were seen", len(again), len(o.ledger))
	}
}

// reads opens the database as another program beside the bot does.
func (o *oracle) reads() *Store {
	store := newStore(&flaky{DB: o.s.db, s: o.s}, Options{Log: quiet, Keys: ownersKey, few: o.s.setup.few()})
	if err := store.write(context.Background(), func(t *tx) error {
		return t.Row(context.Background(), `SELECT id FROM installation`).Scan(&store.installation)
	}); err != nil {
		o.s.breaks("the database can't be read: %v", err)
	}
	return store
}

// proves has the database verified, as "invitebot audit verify --slack" does: no false alarm, whatever went wrong on the way.
func (o *oracle) proves() {
	store := o.reads()
	v, err := store.Verify(context.Background())
	if err != nil || len(v.Falsehoods) > 0 {
		o.s.breaks("the database isn't proved: %v %v", v.Falsehoods, err)
	}
	h, err := store.Hear(context.Background(), approvalsChannel, all(o.s.workspace.testimonies()))
	if err != nil || len(h.Falsehoods) > 0 {
		o.s.breaks("Slack contradicts the database: %v %v", h.Falsehoods, err)
	}
}
