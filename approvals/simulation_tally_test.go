package approvals

import (
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// counted says whether somebody without rights who was refused was refused for the same within the minute before, and
// remembers that they were answered: the ledger has to count it.
func (o *oracle) counted(e *envelope, why ledger.Why) bool {
	first := o.firstRefusal(e.by, why, e.press, e.target.request)
	if first == nil && e.missing {
		first = o.firstRefusal(e.by, why, e.press, 0)
	}
	if first == nil || e.press == commandAsk || !slices.Contains([]ledger.Why{ledger.NotRequester, ledger.NotApprover}, why) ||
		time.Since(first.At) >= time.Minute {
		return false
	}
	if o.more[first.ID] == nil {
		o.more[first.ID] = map[string]bool{}
	}
	o.more[first.ID][e.key] = true
	return true
}

// firstRefusal is the newest refusal of its kind that has an event of its own.
func (o *oracle) firstRefusal(by Person, why ledger.Why, tried string, request int64) *entry {
	for n := len(o.ledger) - 1; n >= 0; n-- {
		if e := &o.ledger[n]; e.Kind == ledger.Refused && e.Detail.Times == 0 && e.Actor == by && e.Detail.Why == why && e.Detail.Tried == tried && e.Request == request {
			return e
		}
	}
	return nil
}

// auditTally checks that so many refusals followed the first one as were answered so, and not more than were handed over.
func (o *oracle) auditTally(e entry) {
	first := o.firstRefusal(e.Actor, e.Detail.Why, e.Detail.Tried, e.Request)
	if first == nil || e.Kind != ledger.Refused || !e.Detail.Until.Equal(first.At.Add(time.Minute)) || e.At.Before(e.Detail.Until) {
		o.s.breaks("event %d counts refusals of %s on request %d until %v, and nothing began a minute before", e.ID, e.Actor.Name, e.Request, e.Detail.Until)
		return
	}
	handed := int64(0)
	for key, times := range o.handed {
		if cause := o.envelopes[key]; cause.by == e.Actor && (cause.target.request == e.Request || cause.missing && e.Request == 0) && cause.press == e.Detail.Tried {
			handed += int64(times)
		}
	}
	if answered := int64(len(o.more[first.ID])); e.Detail.Times < answered || e.Detail.Times > handed {
		o.s.breaks("event %d counts %d refusals of %s on request %d; %d were answered, and %d things handed over", e.ID, e.Detail.Times, e.Actor.Name, e.Request, answered, handed)
	}
	delete(o.more, first.ID)
}

// talliesAtRest checks that what was counted was told.
func (o *oracle) talliesAtRest() {
	for first, answered := range o.more {
		o.s.breaks("%d refusals that followed event %d were answered, and the ledger never tells of them", len(answered), first)
	}
}
