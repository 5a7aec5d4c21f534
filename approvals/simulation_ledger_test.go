package approvals

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// entry is a line of the ledger with the key of the envelope that caused it.
type entry struct {
	ledger.Event
	key string
}

// committed reads what a commit added to the ledger, and checks each line against what is known already.
func (o *oracle) committed() {
	if o.s.owner != nil {
		return
	}
	for _, e := range o.newEntries() {
		o.ledger = append(o.ledger, e)
		if e.Request != 0 && e.Kind != ledger.Requested && o.story(e.Request) == nil {
			o.s.breaks("event %d (%s) is of request %d, which nobody made", e.ID, e.Kind, e.Request)
			return
		}
		o.s.note("ledger %d: %s, request %d, invitation %d, attempt %d, %s%s", e.ID, e.Kind, e.Request, e.Invitation, e.Attempt, e.Actor.Name, e.Detail.Why)
		o.audit(e)
	}
	if len(o.toHold) > 0 {
		o.s.breaks("the database was set back, and requests %v aren't held", o.toHold)
	}
}

func (o *oracle) newEntries() (all []entry) {
	last := int64(0)
	if len(o.ledger) > 0 {
		last = o.ledger[len(o.ledger)-1].ID
	}
	o.query(func(scan func(...any) error) error {
		var e entry
		var at int64
		var request, invitation sql.NullInt64
		var key sql.NullString
		var detail []byte
		if err := scan(&e.ID, &at, &request, &invitation, &e.Attempt, &e.Actor.ID, &e.Actor.Name, &e.Kind, &key, &detail, &e.Hash, &e.Seal); err != nil {
			return err
		}
		e.At, e.Request, e.Invitation, e.key = time.UnixMilli(at).UTC(), request.Int64, invitation.Int64, key.String
		all = append(all, e)
		return json.Unmarshal(detail, &all[len(all)-1].Detail)
	}, `SELECT id, at, request_id, invitation_id, attempt, actor, actor_name, kind, key, detail, hash, seal FROM events WHERE id > ? ORDER BY id`, last)
	return all
}

// query asks the database itself, past the connections that break.
func (o *oracle) query(each func(scan func(...any) error) error, query string, args ...any) {
	err := o.s.db.Write(context.Background(), func(t *database.Tx) error { return t.Rows(context.Background(), each, query, args...) })
	if err != nil {
		o.s.breaks("the ledger can't be read: %v", err)
	}
}

// caused is what an envelope left in the ledger, nil where it left nothing.
func (o *oracle) caused(key string) *entry {
	for n, e := range o.ledger {
		if e.key == key {
			return &o.ledger[n]
		}
	}
	return nil
}

func (o *oracle) has(e ledger.Event) bool {
	return slices.ContainsFunc(o.ledger, func(x entry) bool { return reflect.DeepEqual(x.Event, e) })
}

// audit checks that an event could happen now, was caused by whom it names, and tells the truth.
func (o *oracle) audit(e entry) {
	if e.Detail.Times > 0 {
		o.auditTally(e)
		return
	}
	if e.Kind == ledger.Retried && e.key == "" {
		e.key = o.retriedTogether(e)
	}
	if e.Actor.ID != "" && e.Kind != ledger.Untold && e.Kind != ledger.Cancelled {
		o.auditActor(e)
	}
	if o.s.broken != "" {
		return // what follows takes the ledger at its word so far
	}
	switch e.Kind {
	case ledger.Requested:
		o.auditRequest(e)
	case ledger.Approved:
		o.auditApproval(e)
	case ledger.Denied:
		o.auditEnd(e, Denied)
	case ledger.Withdrawn:
		o.auditEnd(e, Withdrawn)
	case ledger.Expired:
		o.auditEnd(e, Expired)
	case ledger.Refused:
		o.auditRefusal(e)
	case ledger.Rules:
		o.auditRules(e)
	case ledger.SetBack:
		o.auditSetBack(e)
	case ledger.Held:
		o.auditHeld(e)
	case ledger.Unseen, ledger.Untold:
	case ledger.Delivered:
		o.auditDelivered(e)
	case ledger.Concluded:
		o.auditConcluded(e)
	case ledger.Nudged:
		o.auditNudge(e)
	case ledger.Reminded:
		o.auditReminder(e)
	case ledger.Joined, ledger.Lapsed, ledger.Cancelled, ledger.Declined, ledger.Left, ledger.CancelAsked, ledger.Cancelling, ledger.CancelLost, ledger.NotCancelled:
		o.auditFollowed(e)
	default:
		o.auditDelivery(e)
	}
}

// retriedTogether is the key of the click that had several accounts tried again, of which an event tells one.
func (o *oracle) retriedTogether(e entry) string {
	for _, x := range slices.Backward(o.ledger) {
		if x.ID < e.ID && x.Kind == ledger.Retried && x.Request == e.Request && x.key != "" {
			if slices.Contains(x.Detail.Invitations, e.Invitation) && x.Actor == e.Actor {
				return x.key
			}
			return ""
		}
	}
	return ""
}

// auditActor checks that whom the event names did that, with the envelope that it names.
func (o *oracle) auditActor(e entry) {
	cause := o.envelopes[e.key]
	if cause == nil || o.handed[e.key] == 0 || cause.by != e.Actor {
		o.s.breaks("event %d says that %s %s request %d, who did nothing of the kind", e.ID, e.Actor.Name, e.Kind, e.Request)
		return
	}
	if e.Kind == ledger.Refused && cause.press == commandAsk {
		return // the request that stands in its way is another one
	}
	presses := map[ledger.Kind][]string{
		ledger.Requested: {commandAsk, pressAgain}, ledger.CancelAsked: {pressCancel}, ledger.Approved: {pressApprove}, ledger.Denied: {pressDeny}, ledger.Withdrawn: {commandWithdraw},
		ledger.Retried: {pressRetry, pressResend, pressRetryAll}, ledger.Sent: {pressArrived},
	}
	t := cause.target
	if e.Kind == ledger.Requested && cause.press == pressAgain {
		return // it makes another request than that on which the button stands
	}
	if e.Kind == ledger.Refused && e.Request == 0 && (o.strays(t) || cause.missing) {
		return
	}
	if e.Kind != ledger.Refused && o.strays(t) {
		o.s.breaks("event %d (%s) of %s is by a button of another request: %s", e.ID, e.Kind, e.Actor.Name, cause)
	}
	if right := presses[e.Kind]; e.Kind != ledger.Refused && !slices.Contains(right, cause.press) ||
		cause.press != commandAsk && (t.request != e.Request || cause.press != pressRetryAll && e.Invitation != 0 && (t.invitation != e.Invitation || t.attempt != e.Attempt)) {
		o.s.breaks("event %d (%s) isn't what %s pressed: %s", e.ID, e.Kind, e.Actor.Name, cause)
	}
}

// auditRules checks that nobody works by other rules when some come into force, but who may be taken for dead and does
// nothing before it has noticed.
func (o *oracle) auditRules(e entry) {
	rules := o.s.setup.rules
	rules.Required, _ = strconv.Atoi(e.Detail.Rules["APPROVALS_REQUIRED"])
	rules.AllowSelf = e.Detail.Rules["ALLOW_SELF_APPROVAL"] == "true"
	if o.rules != nil && e.Detail.Before["APPROVALS_REQUIRED"] != strconv.Itoa(o.rules.Required) {
		o.s.breaks("event %d says that other rules were in force before", e.ID)
	}
	for _, r := range o.s.replicas {
		if r.store != nil && r.rules.Required != rules.Required && time.Since(*r.present.seen.Load()) < seenFor {
			o.s.breaks("event %d puts rules into force by which %s doesn't work", e.ID, r)
		}
	}
	o.rules = &rules
}

func (o *oracle) auditRequest(e entry) {
	story := &story{number: e.Request, requester: e.Actor, required: o.rules.Required, allowSelf: o.rules.AllowSelf, at: e.At, state: Pending, digest: e.Detail.Digest}
	o.query(func(scan func(...any) error) error {
		d := &delivered{of: story, epoch: o.newEpoch()}
		d.origin = d
		var uin string
		err := scan(&d.number, &uin, &d.name, &d.remark)
		d.uin, _ = parseUIN(uin)
		d.is(Waiting)
		story.deliveries = append(story.deliveries, d)
		return err
	}, `SELECT id, uin, name, remark FROM invitations WHERE request_id = ? ORDER BY id`, e.Request)
	if e.Detail.Required != story.required {
		o.s.breaks("request %d needs %d approvals, and the rules in force ask for %d", e.Request, e.Detail.Required, story.required)
	}
	asked := o.envelopes[e.key].ask
	if cause := o.envelopes[e.key]; cause.press == pressAgain {
		asked = o.repeated(cause.target)
		for _, d := range o.asksAgain(cause.target) {
			d.again = e.Request
		}
	}
	if len(asked) != len(story.deliveries) {
		o.s.breaks("request %d isn't what %s asked for", e.Request, e.Actor.Name)
	}
	for n, d := range story.deliveries {
		want := asked[n]
		want.Remark = cmp.Or(want.Remark, remarkOf(e.Request))
		if d.uin != want.UIN || d.name != want.Name || d.remark != want.Remark {
			o.s.breaks("request %d is for %s (%s, %s), and %s asked for %s (%s, %s)", e.Request, d.uin, d.name, d.remark, e.Actor.Name, want.UIN, want.Name, want.Remark)
		}
		if other := o.underWay(d.uin); other != nil {
			o.s.breaks("requests %d and %d have the same account under way", other.of.number, e.Request)
		}
	}
	o.stories = append(o.stories, story)
	for _, d := range story.deliveries {
		o.deliveries[d.number] = d
	}
}

// underWay is the invitation to an account that isn't settled, nil where there is none.
func (o *oracle) underWay(uin invite.UIN) *delivered {
	for _, s := range o.stories {
		for _, d := range s.deliveries {
			if d.uin == uin && (d.state == Waiting || d.state == Ready || d.state == Sending || d.state == Unknown) {
				return d
			}
		}
	}
	return nil
}

// over says whether a request's time is over.
func (o *oracle) over(s *story, now time.Time) bool {
	return o.s.setup.rules.TTL > 0 && !now.Before(s.at.Add(o.s.setup.rules.TTL))
}

func (o *oracle) auditApproval(e entry) {
	s := o.story(e.Request)
	switch {
	case s.state != Pending || o.over(s, e.At):
		o.s.breaks("%s approves request %d, which is %s or out of time", e.Actor.Name, s.number, s.state)
	case slices.Contains(s.approvedBy, e.Actor.ID):
		o.s.breaks("%s approves request %d twice", e.Actor.Name, s.number)
	case s.requester == e.Actor && !s.allowSelf:
		o.s.breaks("%s approves their own request %d", e.Actor.Name, s.number)
	}
	o.warnedOf(e)
	s.approvedBy, s.approvals = append(s.approvedBy, e.Actor.ID), append(s.approvals, e.key)
	if e.Detail.Approvals != len(s.approvedBy) || e.Detail.Required != s.required {
		o.s.breaks("event %d counts %d approvals of %d; there are %d of %d", e.ID, e.Detail.Approvals, e.Detail.Required, len(s.approvedBy), s.required)
	}
	if len(s.approvedBy) == s.required {
		o.approvedBlind(s)
		o.ends(s, Approved, Ready)
		for _, d := range s.deliveries {
			d.by = s.approvals
		}
	}
}

func (o *oracle) ends(s *story, to, deliveries State) {
	s.state = to
	for _, d := range s.deliveries {
		d.is(deliveries)
	}
}

func (o *oracle) auditEnd(e entry, to State) {
	s := o.story(e.Request)
	switch {
	case s.state != Pending:
		o.s.breaks("request %d is %s, and was %s before", s.number, e.Kind, s.state)
	case to == Expired && !o.over(s, e.At), to != Expired && o.over(s, e.At):
		o.s.breaks("request %d is %s at the wrong time", s.number, e.Kind)
	case to == Withdrawn && e.Actor != s.requester, to == Denied && e.Actor == s.requester && !s.allowSelf:
		o.s.breaks("request %d is %s by %s", s.number, e.Kind, e.Actor.Name)
	}
	if to == Denied {
		o.warnedOf(e)
	}
	o.ends(s, to, Dropped)
}

// auditRefusal checks that the reason that somebody is given is true.
func (o *oracle) auditRefusal(e entry) {
	s := o.story(e.Request)
	cause := o.envelopes[e.key]
	so := false
	switch e.Detail.Why {
	case ledger.NotApprover:
		so = e.Actor == eve
	case ledger.OwnRequest: // whatever was to be done to it
		so = e.Actor == s.requester && !s.allowSelf
	case ledger.CountedBefore:
		so = slices.Contains(s.approvedBy, e.Actor.ID)
	case ledger.DecidedBefore:
		so = s.state != Pending
	case ledger.NotRequester:
		so = e.Actor != s.requester
	case ledger.NotCurrent:
		if cause.press == pressRetryAll {
			so = true // what was seen of several isn't known any more
			break
		}
		d := o.deliveries[cause.target.invitation]
		if cause.press == pressAgain {
			so = len(o.asksAgain(cause.target)) == 0
			break
		}
		wanted := Unknown
		if cause.press == pressRetry {
			wanted = Failed
		}
		if cause.press == pressCancel && d.cancelledBy == "" {
			wanted = Sent
		}
		so = d.attempt != cause.target.attempt || d.state != wanted || cause.target.seen.Before(d.doubted)
	case ledger.UnknownCard:
		so = o.strays(cause.target)
	case ledger.OffRecord:
		p := o.messageAt(cause.target.At)
		so = p != nil && p.past
	case ledger.Duplicate:
		other := o.story(e.Detail.Other)
		so = other != nil && slices.ContainsFunc(other.deliveries, func(d *delivered) bool { return o.underWay(d.uin) == d })
	}
	if !so {
		o.s.breaks("%s is refused: %q, and that isn't so", e.Actor.Name, e.Detail.Why)
	}
}
