package approvals

import (
	"fmt"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What becomes of invitations after they were sent, as the oracle sees it: it knows what the organization has.

// isLike says whether an invitation at Tencent Cloud is what the ledger has, as far as anybody can tell there.
func (i *invited) isLike(d *delivered) bool {
	return i.by != nil && i.UIN == d.uin && i.Name == d.name && i.Remark == d.remark
}

// calledToCancel checks, before such a call leaves, that an approver wanted it of an invitation that was sent, and that the ledger has it.
func (o *oracle) calledToCancel(c *call) {
	if o.s.owner != nil {
		return
	}
	i := o.s.cloud.invitations[c.cancels-1]
	if o.unnoticed {
		o.s.breaks("call %d to cancel %s is made, and it isn't known yet that the database was set back", c.number, i.UIN)
	}
	for _, d := range o.deliveries {
		if i.isLike(d) && d.state == Sent && d.cancelledBy != "" && d.cancelling {
			return
		}
	}
	o.s.breaks("call %d cancels an invitation of %s (%s), which nobody wanted", c.number, i.UIN, i.Name)
}

// follows are what may come after what, once an invitation was sent.
var afterSent = map[ledger.Kind][]State{
	ledger.Joined: {Sent}, ledger.Lapsed: {Sent}, ledger.Cancelled: {Sent}, ledger.Declined: {Sent}, ledger.Left: {Joined},
	ledger.CancelAsked: {Sent}, ledger.Cancelling: {Sent}, ledger.CancelLost: {Sent}, ledger.NotCancelled: {Sent},
}

func (o *oracle) auditFollowed(e entry) {
	d := o.deliveries[e.Invitation]
	if d == nil || !slices.Contains(afterSent[e.Kind], d.state) || d.attempt != e.Attempt {
		o.s.breaks("event %d says %s of attempt %d of invitation %d, which isn't so far", e.ID, e.Kind, e.Attempt, e.Invitation)
		return
	}
	if lie := o.lieOfEnd(d, e); lie != "" {
		o.s.breaks("event %d says that invitation %d %s: %s", e.ID, d.number, e.Kind, lie)
	}
	switch e.Kind {
	case ledger.CancelAsked:
		d.cancelledBy, d.cancelling = e.Actor.ID, false
	case ledger.Cancelling:
		d.cancelling = true
	case ledger.CancelLost:
	case ledger.NotCancelled:
		d.cancelledBy, d.cancelling = "", false
	default:
		d.cancelledBy, d.cancelling = "", false
		d.is(State(e.Kind))
	}
}

// lieOfEnd is what is untrue about how an invitation ended.
func (o *oracle) lieOfEnd(d *delivered, e entry) string {
	ended := map[ledger.Kind]string{ledger.Lapsed: "expired", ledger.Declined: "declined", ledger.Cancelled: "cancelled"}
	switch e.Kind {
	case ledger.CancelAsked:
		if d.cancelledBy != "" {
			return "somebody wants that already"
		}
	case ledger.Cancelling, ledger.CancelLost, ledger.NotCancelled:
		if d.cancelledBy == "" {
			return "nobody wants that"
		}
	case ledger.Joined:
		if !o.s.cloud.has(func(i *invited) bool { return i.UIN == d.uin && i.status == "accepted" }) {
			return "it has accepted nothing"
		}
	case ledger.Left:
		if !o.s.cloud.has(func(i *invited) bool { return i.UIN == d.uin && i.left }) {
			return "it never left"
		}
	default:
		if e.Actor.ID != "" && e.Actor.ID != d.cancelledBy {
			return fmt.Sprintf("%s did nothing of the kind", e.Actor.Name)
		}
		if !o.s.cloud.has(func(i *invited) bool { // one that joined and left before anybody looked is called invalid
			return i.isLike(d) && (i.status == ended[e.Kind] || e.Kind == ledger.Declined && i.odd && i.left)
		}) {
			return "none like it ended so"
		}
		if o.memberBy(d) {
			return "it is a member by it"
		}
	}
	return ""
}

// memberBy says whether an account joined by an invitation of just this call.
func (o *oracle) memberBy(d *delivered) bool {
	return o.s.cloud.has(func(i *invited) bool { return i.by.isOf(d) && i.isMember() })
}

// endAtRest checks that what became of an invitation was told, where the lists are read and tell it.
func (o *oracle) endAtRest(d *delivered) {
	if o.s.setup.roster == 0 || o.s.cloud.forbidden || o.settledByWord(d) {
		return
	}
	if d.cancelledBy != "" {
		o.s.breaks("invitation %d is still being cancelled", d.number)
	}
	ours := func(i *invited) bool { return i.by.isOf(d) }
	open := o.s.cloud.has(func(i *invited) bool { return ours(i) && i.status == "open" })
	over := o.s.cloud.has(func(i *invited) bool { return ours(i) && time.Since(i.ended) > o.s.setup.roster+5*time.Minute }) // and the lists were read since
	switch {
	case d.state == Sent && !open && over:
		o.s.breaks("nobody was told what became of invitation %d", d.number)
	case d.state == Joined && !o.isMember(d.uin) && o.wasMember(d.uin):
		o.s.breaks("nobody was told that %s has left", d.uin)
	}
}

func (o *oracle) isMember(uin invite.UIN) bool {
	return o.s.cloud.has(func(i *invited) bool { return i.UIN == uin && i.isMember() })
}

// wasMember says whether an account was a member long enough for the list to show it.
func (o *oracle) wasMember(uin invite.UIN) bool {
	return o.s.cloud.has(func(i *invited) bool { return i.UIN == uin && i.left && i.leftAt.Sub(i.ended) > time.Hour })
}

// settledByWord says whether one like it was called sent by somebody who may not have looked.
func (o *oracle) settledByWord(d *delivered) bool {
	for _, other := range o.deliveries {
		if other.uin == d.uin && (other.settled != "" || other.lost) {
			return true
		}
	}
	return false
}

// auditNudge checks that somebody is told in time, once of each invitation and once a day.
func (o *oracle) auditNudge(e entry) {
	of := o.story(e.Detail.Ending[0].Request)
	for _, before := range o.ledger[:len(o.ledger)-1] {
		if before.Kind != ledger.Nudged {
			continue
		}
		if o.story(before.Detail.Ending[0].Request).requester == of.requester && e.At.Sub(before.At) < 24*time.Hour {
			o.s.breaks("event %d tells %s whose time runs out, and event %d did so today", e.ID, of.requester.Name, before.ID)
		}
		for _, i := range e.Detail.Ending {
			if slices.ContainsFunc(before.Detail.Ending, func(x ledger.Ending) bool { return x.Request == i.Request && x.UIN == i.UIN }) {
				o.s.breaks("event %d tells of %s again, whose time runs out", e.ID, i.UIN)
			}
		}
	}
	for _, i := range e.Detail.Ending {
		if left := i.Until.Sub(e.At); left > 3*24*time.Hour || left <= 0 {
			o.s.breaks("event %d says that the time of %s runs out, and there are %v left", e.ID, i.UIN, left)
		}
		if !o.setBackOnce() && !o.s.cloud.has(func(x *invited) bool {
			return x.by != nil && x.UIN.String() == i.UIN && x.at.Add(o.s.cloud.lifetime).Sub(i.Until).Abs() < time.Minute
		}) {
			o.s.breaks("event %d says that %s is open until %v, and no invitation is", e.ID, i.UIN, i.Until)
		}
	}
}

// setBackOnce says whether the database was set back: then nobody knows when a call was made that is forgotten.
func (o *oracle) setBackOnce() bool {
	return slices.ContainsFunc(o.ledger, func(e entry) bool { return e.Kind == ledger.SetBack })
}

// auditDelivered checks that all of a request's invitations have an outcome.
func (o *oracle) auditDelivered(e entry) {
	for _, d := range o.story(e.Request).deliveries {
		if o.isMany(o.story(e.Request)) && !slices.Contains(e.Detail.Invitations, d.number) {
			continue // what needs a person or much time is told when it has its outcome
		}
		if d.state == Waiting || d.state == Ready || d.state == Sending || d.state == Unknown {
			o.s.breaks("event %d says that all of request %d is delivered, and invitation %d is %s", e.ID, e.Request, d.number, d.state)
		}
	}
}

// auditConcluded checks that the accounts of which many are told together have ended as is said.
func (o *oracle) auditConcluded(e entry) {
	s := o.story(e.Request)
	if !o.isMany(s) || len(e.Detail.Invitations) == 0 {
		o.s.breaks("event %d tells of many accounts of request %d, which hasn't as many", e.ID, e.Request)
	}
	for _, id := range e.Detail.Invitations {
		if d := o.deliveries[id]; d == nil || d.of != s || d.state == Sent {
			o.s.breaks("event %d says that invitation %d has ended", e.ID, id)
		}
	}
}

// isMany says whether the accounts of a request are told together.
func (o *oracle) isMany(s *story) bool { return o.s.setup.many && len(s.deliveries) > 1 }

// asksAgain are the invitations for which a button asks again.
func (o *oracle) asksAgain(b button) (all []*delivered) {
	s := o.story(b.request)
	if s == nil {
		return nil
	}
	for _, d := range s.deliveries {
		if b.invitation != 0 && b.invitation != d.number || d.again != 0 {
			continue
		}
		if d.state == Lapsed || d.state == Cancelled || d.state == Declined || s.state == Expired {
			all = append(all, d)
		}
	}
	return all
}

// repeated is what somebody asks for who presses such a button.
func (o *oracle) repeated(b button) (asked []invite.Invitation) {
	for _, d := range o.asksAgain(b) {
		i := invite.Invitation{UIN: d.uin, Name: d.name, Remark: d.remark}
		if i.Remark == remarkOf(b.request) {
			i.Remark = ""
		}
		asked = append(asked, i)
	}
	return asked
}

// offersCancel says whether the thread should offer to cancel an invitation.
func (o *oracle) offersCancel(d *delivered) bool { return d.state == Sent && d.cancelledBy == "" }

// isDelivered says whether all that was asked for together has an outcome: before, one message doesn't tell of all.
func (s *story) isDelivered() bool {
	return !slices.ContainsFunc(s.deliveries, func(d *delivered) bool { return d.state == Ready || d.state == Sending || d.state == Unknown })
}
