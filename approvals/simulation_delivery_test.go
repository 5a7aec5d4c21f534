package approvals

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// auditDelivery checks an event of an invitation's delivery: that it follows on the one before, and that it is true.
func (o *oracle) auditDelivery(e entry) {
	d := o.deliveries[e.Invitation]
	if d == nil {
		o.s.breaks("event %d (%s) is of an invitation that nobody asked for", e.ID, e.Kind)
		return
	}
	from := map[ledger.Kind][]State{
		ledger.Attempted: {Ready}, ledger.Postponed: {Sending, Unknown}, ledger.Delayed: {Ready}, ledger.Lost: {Sending, Unknown}, ledger.Searching: {Unknown}, ledger.Stuck: {Unknown},
		ledger.NotArrived: {Unknown}, ledger.Sent: {Sending, Unknown}, ledger.Failed: {Sending, Unknown}, ledger.Retried: {Failed, Unknown},
	}
	attempt := d.attempt
	if e.Kind == ledger.Attempted {
		attempt++
	}
	if e.Detail.Note == ledger.NotTried {
		attempt++
		from[ledger.Failed] = []State{Ready}
		notTried.Add(1)
	}
	if !slices.Contains(from[e.Kind], d.state) || e.Attempt != attempt {
		o.s.breaks("event %d says %s of attempt %d of invitation %d, which is %s after %d attempts", e.ID, e.Kind, e.Attempt, d.number, d.state, d.attempt)
	}
	if e.Actor == d.of.requester && !d.of.allowSelf {
		o.s.breaks("event %d says %s of invitation %d, by %s, whose own request it is", e.ID, e.Kind, d.number, e.Actor.Name)
	}
	if e.Actor.ID != "" && d.state == Unknown && o.envelopes[e.key].target.seen.Before(d.doubted) {
		o.s.breaks("event %d says %s of invitation %d, by a button of before the database was set back", e.ID, e.Kind, d.number)
	}
	if lie := o.lie(d, e); lie != "" {
		o.s.breaks("event %d says %s of attempt %d of invitation %d: %s", e.ID, e.Kind, e.Attempt, d.number, lie)
	}
	o.moves(d, e)
}

func (o *oracle) moves(d *delivered, e entry) {
	switch e.Kind {
	case ledger.Attempted:
		d.attempt, d.began = e.Attempt, e.At
		d.is(Sending)
	case ledger.Postponed, ledger.NotArrived:
		d.is(Ready)
	case ledger.Lost:
		d.lost = true
		d.is(Unknown)
	case ledger.Sent:
		d.settled = e.Actor.ID
		d.is(Sent)
	case ledger.Failed:
		d.attempt = e.Attempt
		d.is(Failed)
		if e.Detail.Note != ledger.NotTried {
			o.failedForetold(d, e)
		}
	case ledger.Retried:
		d.epoch, d.by = o.newEpoch(), []string{e.key}
		to := Ready
		if d.state == Failed && d.failedBefore {
			to, d.lost, d.doubted = Unknown, true, e.At
		}
		d.failedBefore = false
		d.is(to)
	}
}

// lie is what is untrue about an event, by what the organization knows.
func (o *oracle) lie(d *delivered, e entry) string {
	c := d.call(e.Attempt)
	switch e.Kind {
	case ledger.Postponed:
		if c != nil && c.result.Outcome != invite.NotSent {
			return fmt.Sprintf("call %d may be sent", c.number)
		}
	case ledger.NotArrived:
		if c != nil && o.s.cloud.took(c) {
			return fmt.Sprintf("call %d was accepted", c.number)
		}
		if lie := o.mayHaveArrived(d); lie != "" {
			return lie
		}
		if c != nil && time.Since(c.signed) < min(signatureLife, o.s.setup.settle) {
			return fmt.Sprintf("call %d may still arrive", c.number)
		}
	case ledger.Sent:
		return o.lieOfSent(d, e, c)
	case ledger.Failed:
		return o.lieOfFailed(d, e, c)
	}
	return ""
}

func (o *oracle) lieOfSent(d *delivered, e entry, c *call) string {
	switch e.Detail.How {
	case ledger.LookedUp:
		if !o.s.cloud.has(func(i *invited) bool {
			return i.UIN == d.uin && i.Name == d.name && i.by != nil && (i.status == "accepted" || i.ended.IsZero() || i.ended.After(d.began))
		}) {
			return "there was no invitation to find"
		}
	case ledger.Settled: // whoever pressed the button answers for it
	default:
		if c == nil || !o.s.cloud.took(c) || c.result.Outcome != invite.Sent || c.result.RequestID != e.Detail.RequestID {
			return "the organization didn't accept it, or gave it another RequestId"
		}
	}
	return ""
}

// mayHaveArrived tells of a call for an invitation that was accepted, or may still be; nothing where there is none.
func (o *oracle) mayHaveArrived(d *delivered) string {
	for _, c := range o.calls {
		switch {
		case !c.isOf(d):
		case c.epoch == d.epoch && o.s.cloud.took(c):
			return fmt.Sprintf("call %d was accepted", c.number)
		case !c.answered && time.Since(c.signed) < min(signatureLife, o.s.setup.settle):
			return fmt.Sprintf("call %d may still arrive", c.number)
		}
	}
	return ""
}

// lieOfNotTried is what is untrue about an invitation that was ended without a call: another one of its request was refused just before, for
// what isn't about its account.
func (o *oracle) lieOfNotTried(d *delivered, e entry) string {
	if lie := o.mayHaveArrived(d); lie != "" {
		return lie
	}
	for _, other := range d.of.deliveries {
		for _, c := range other.calls {
			if c.answered && c.result.Code == e.Detail.Code && c.result.RefusesAll() && other != d && o.isMany(d.of) {
				return ""
			}
		}
	}
	return "no other account of the request was refused so"
}

func (o *oracle) lieOfFailed(d *delivered, e entry, c *call) string {
	if e.Detail.Note == ledger.NotTried {
		return o.lieOfNotTried(d, e)
	}
	if c == nil || !c.answered || c.result.Code != e.Detail.Code || c.result.RequestID != e.Detail.RequestID {
		return "that isn't what the organization answered"
	}
	for _, other := range d.calls {
		if other.epoch == d.epoch && o.s.cloud.took(other) {
			return fmt.Sprintf("call %d was accepted", other.number)
		}
	}
	ours := func(i *invited) bool { return i.by.isOf(d) && i.status == "open" }
	if c.result.AlreadyInvited() && o.s.cloud.has(ours) {
		return "the invitation that is open already is its own"
	}
	return ""
}

var notTried atomic.Int64
