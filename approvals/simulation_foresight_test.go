package approvals

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// What a card says before it is decided, held against what the organization had.

// announced counts, over all seeds, failures whose cause existed when the lists were last read before the approval, or came of what the bot itself had sent;
// and of those the ones that the card had told of.
var foreseeable, announced atomic.Int64

// decisions counts them, over all seeds, and misremembered those of which the ledger has another warning than stood with the button.
var decisions, misremembered atomic.Int64

// warns checks that no warning on a card was false when the lists were read that tell it.
func (o *oracle) warns(r Request) {
	for _, f := range r.Foreseen.Warnings {
		var d *delivered
		if f.Invitation != 0 {
			d = o.deliveries[f.Invitation]
		}
		if f.Invitation != 0 && d == nil || !o.wasSo(f, d, r.Foreseen.AsOf) {
			o.s.breaks("the card of request %d warns: %s (invitation %d), and that isn't so", r.ID, f.Kind, f.Invitation)
		}
	}
}

// wasSo says whether a warning was true, at some time since the lists were read. Reading them takes a while where processes stand still.
func (o *oracle) wasSo(f ledger.Foreseen, d *delivered, asOf time.Time) bool {
	lately := asOf.Add(-2 * time.Hour)
	since := func(ended time.Time) bool { return ended.IsZero() || ended.After(lately) }
	switch f.Kind {
	case ledger.IsMember:
		return o.s.cloud.has(func(i *invited) bool { return i.UIN == d.uin && i.status == "accepted" && since(i.leftAt) })
	case ledger.IsInvited:
		return o.s.cloud.has(func(i *invited) bool { return i.UIN == d.uin && since(i.ended) }) || o.settledByWord(d)
	case ledger.NameTaken:
		return o.s.cloud.has(func(i *invited) bool {
			return i.Name == d.name && i.UIN != d.uin && (since(i.ended) || i.isMember() || since(i.leftAt))
		}) || o.anyWord()
	case ledger.NameTwice:
		return slices.ContainsFunc(d.of.deliveries, func(other *delivered) bool { return other != d && other.name == d.name })
	case ledger.DeniedBefore:
		s := o.story(f.Request)
		return s != nil && s.state == Denied && slices.ContainsFunc(s.deliveries, func(other *delivered) bool { return other.uin == d.uin })
	}
	return false // the organization is never full, and always there
}

// anyWord says whether somebody called an invitation sent who may not have looked.
func (o *oracle) anyWord() bool {
	return slices.ContainsFunc(o.ledger, func(e entry) bool { return e.Detail.How == ledger.Settled })
}

// warnedOf checks that the ledger says of who decided what the card said that they saw, which it may miss where the answer to an edit was lost.
func (o *oracle) warnedOf(e entry) {
	decisions.Add(1)
	if cause := o.envelopes[e.key]; cause != nil && cause.target.Foresight == (Foresight{Warnings: e.Detail.Foreseen}).Mark() {
		return
	}
	misremembered.Add(1)
	said := func(p *posted) bool {
		return p.slot == Card && slices.ContainsFunc(p.versions, func(v shown) bool {
			return v.request == e.Request && v.standing.Foreseen.text() == Foresight{Warnings: e.Detail.Foreseen}.text()
		})
	}
	if len(e.Detail.Foreseen) > 0 && o.message(said) == nil {
		o.s.breaks("event %d has %s decided after warnings that no card has shown: %v", e.ID, e.Actor.Name, e.Detail.Foreseen)
	}
}

// approvedBlind notes, when a request is approved, what its card should have told of its accounts.
func (o *oracle) approvedBlind(s *story) {
	if o.s.setup.roster == 0 || o.s.cloud.forbidden || s.held {
		return
	}
	var read int64
	o.query(func(scan func(...any) error) error { return scan(&read) }, `SELECT MIN(completed_from) FROM sweeps`)
	card := o.message(func(p *posted) bool { return p.slot == Card && !p.past && p.now().request == s.number })
	if card == nil {
		return
	}
	for _, d := range s.deliveries {
		d.foretold = slices.ContainsFunc(card.now().standing.Foreseen.Warnings, func(f ledger.Foreseen) bool { return f.Invitation == d.number && f.Kind != ledger.DeniedBefore })
		known := func(i *invited) bool {
			return i.at.UnixMilli() < read && (i.ended.IsZero() || i.status == "accepted" && !i.left && i.ended.UnixMilli() < read)
		}
		d.foreseeable = o.s.cloud.has(func(i *invited) bool { return known(i) && (i.UIN == d.uin || i.Name == d.name) })
	}
}

// failedForetold counts a failure that could be foreseen.
func (o *oracle) failedForetold(d *delivered, e entry) {
	switch e.Detail.Code {
	case "FailedOperation.ReSentInvitation", "FailedOperation.UserInOrganization", "FailedOperation.MemberNameUsed":
	default:
		return
	}
	if !d.foreseeable || e.Attempt > 1 {
		return
	}
	foreseeable.Add(1)
	if d.foretold {
		announced.Add(1)
	}
}
