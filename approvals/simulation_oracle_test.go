package approvals

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// oracle judges. It knows what each person did and was answered, what the organization accepted, what stands in Slack,
// and the ledger as an auditor reads it; of the rest of the database it knows only which accounts a request's
// invitations are for. It shares no code with what it judges.
type oracle struct {
	s         *simulation
	envelopes map[string]*envelope // by key
	handed    map[string]int       // how often each reached a process
	calls     []*call
	tried     map[int64]bool // requests whose card somebody tried to post
	epochs    int
	memory

	unnoticed bool    // the database was set back, Slack knows, and the ledger doesn't yet
	toHold    []int64 // requests that a set-back must hold
}

// story is a request as the ledger tells it.
type story struct {
	number     int64
	requester  Person
	required   int
	allowSelf  bool
	at         time.Time
	state      State
	approvedBy []string
	approvals  []string // the clicks' keys
	deliveries []*delivered
	digest     string // of what is decided on
	held       bool
}

// delivered is an invitation as the ledger tells it.
type delivered struct {
	number       int64
	of           *story
	uin          invite.UIN
	name, remark string
	state        State
	was          []standing // all that it ever was
	attempt      int
	settled      string     // ID of who said that it was sent
	began        time.Time  // the newest attempt
	lost         bool       // an attempt's outcome wasn't known at some time
	epoch        int        // of the permission to send it: the approval, or that an approver had it sent again
	by           []string   // the keys of the clicks that gave it
	doubted      time.Time  // when the database was found to be set back
	origin       *delivered // itself, in each memory that has it
	cancelledBy  string     // ID of who wants it cancelled
	cancelling   bool       // a call to cancel it was made, or is about to be
	foreseeable  bool       // that Tencent Cloud would refuse it, when it was approved
	foretold     bool       // on the card
	again        int64      // the request that asks for it once more
	failedBefore bool       // the database was set back: it may have been sent again in the time that is forgotten
	calls        []*call
}

// standing is where an invitation stands.
type standing struct {
	state   State
	attempt int
}

func (d *delivered) is(state State) {
	d.state = state
	d.was = append(d.was, standing{state, d.attempt})
}

// call is the one of an attempt, nil where the process died before it.
func (d *delivered) call(attempt int) *call {
	for _, c := range d.calls {
		if c.attempt == attempt {
			return c
		}
	}
	return nil
}

func newOracle(s *simulation) *oracle {
	return &oracle{s: s, envelopes: map[string]*envelope{}, handed: map[string]int{}, tried: map[int64]bool{}, memory: memory{}.copy()}
}

func (o *oracle) requests() []*story { return o.stories }

func (o *oracle) delivery(invitation int64) *delivered { return o.deliveries[invitation] }

func (o *oracle) story(number int64) *story {
	for _, s := range o.stories {
		if s.number == number {
			return s
		}
	}
	return nil
}

// sees and pressed tell the oracle what people did.
func (o *oracle) sees(e *envelope) { o.envelopes[e.key] = e }
func (o *oracle) pressed(e *envelope) {
	o.handed[e.key]++
	e.missing = e.missing || o.story(e.target.request) == nil
}

// called checks, before a call leaves, that the ledger has its attempt, approved and under way.
func (o *oracle) called(c *call) {
	if o.s.owner != nil {
		return
	}
	d := o.underWay(c.UIN)
	if d == nil || d.state != Sending {
		o.s.breaks("call %d to %s is made, and no attempt is under way in the ledger", c.number, c.UIN)
		return
	}
	c.of, c.attempt, c.epoch, c.by = d, d.attempt, d.epoch, d.by
	o.calls = append(o.calls, c)
	o.made = len(o.calls)
	switch {
	case o.unnoticed:
		o.s.breaks("call %d to %s is made, and it isn't known yet that the database was set back", c.number, c.UIN)
	case d.of.state != Approved:
		o.s.breaks("call %d to %s is made, and request %d is %s", c.number, c.UIN, d.of.number, d.of.state)
	case d.name != c.Name || d.remark != c.Remark:
		o.s.breaks("call %d invites %s as %q (%s), and %q (%s) was approved", c.number, c.UIN, c.Name, c.Remark, d.name, d.remark)
	case d.call(d.attempt) != nil:
		o.s.breaks("call %d is the second one of attempt %d of invitation %d", c.number, d.attempt, d.number)
	case len(d.of.approvedBy) < d.of.required:
		o.s.breaks("call %d to %s is made with %d approvals of %d", c.number, c.UIN, len(d.of.approvedBy), d.of.required)
	}
	d.calls = append(d.calls, c)
}

// accepted checks that each permission that people gave is used once at most: the approval, and each time that an
// approver had the invitation sent again.
func (o *oracle) accepted(c *call) {
	if o.s.owner != nil {
		return
	}
	if c.of == nil {
		return
	}
	for _, other := range o.calls {
		if other != c && o.samePermission(c, other) && o.s.cloud.took(other) && !o.late(other) {
			o.s.breaks("the organization accepts call %d to %s, and with the same permission it accepted call %d", c.number, c.UIN, other.number)
		}
	}
}

// late says whether a call's invitation was ended by somebody before a lost one arrived that nobody waits for so long.
func (o *oracle) late(c *call) bool {
	ended := o.s.cloud.has(func(i *invited) bool { return i.by == c && (i.status == "cancelled" || i.status == "expired") })
	return ended && o.s.setup.settle < signatureLife
}

// samePermission says whether two calls were permitted by the same click. Of one that nothing tells of nobody can know.
func (o *oracle) samePermission(a, b *call) bool {
	return !a.unseen && !b.unseen && a.of != nil && b.of != nil && a.of.origin == b.of.origin &&
		slices.ContainsFunc(a.by, func(key string) bool { return slices.Contains(b.by, key) })
}

// isOf says whether a call was made for an invitation, in whatever time, and it could be known.
func (c *call) isOf(d *delivered) bool {
	return c != nil && !c.unseen && c.of != nil && c.of.origin == d.origin
}

// took says whether the organization accepted a call.
func (o *organization) took(c *call) bool {
	return o.has(func(i *invited) bool { return i.by == c })
}

// answered checks what somebody was told: that what was done is in the ledger, and what was refused, for a true reason.
func (o *oracle) answered(e *envelope, a answer) {
	if o.s.owner != nil {
		return
	}
	entry := o.caused(e.key)
	var refused *RefusedError
	switch {
	case errors.Is(a.err, errBroken), errors.Is(a.err, errLapsed): // they are told to try again
	case errors.As(a.err, &refused):
		if recorded := entry != nil && entry.Kind == ledger.Refused && entry.Detail.Why == refused.Why; !recorded && !o.counted(e, refused.Why) {
			o.s.breaks("%s was refused (%s), and the ledger doesn't have it", e.key, refused.Why)
		}
	case errors.Is(a.err, ErrNotFound) && e.press == commandWithdraw && e.missing:
	case a.err != nil:
		o.s.breaks("%s was answered: %v", e.key, a.err)
	case entry == nil:
		o.s.breaks("%s was answered as done, and the ledger doesn't have it", e.key)
	case e.press == commandAsk && (entry.Kind != ledger.Requested || entry.Request != a.request.ID):
		o.s.breaks("%s was answered with request %d, and the ledger says: %s, request %d", e.key, a.request.ID, entry.Kind, entry.Request)
	}
}

// saying checks that a message wasn't claimed when Slack had asked to wait, and that a new card's turn has come.
func (o *oracle) saying(ctx context.Context, m Message, wait asked) {
	if o.s.owner != nil || m.Slot == Direct || m.Slot == Ephemeral {
		return
	}
	deadline, _ := ctx.Deadline()
	claimed := deadline.Add(-sayTimeout)
	if claimed.After(wait.at) && claimed.Before(wait.until) {
		o.s.breaks("a message (%s) of request %d was claimed, and Slack had asked to wait", m.Slot, m.Request.ID)
	}
	if m.Slot != Card || m.At.TS != "" {
		return
	}
	o.tried[m.Request.ID] = true
	for _, earlier := range o.stories {
		if earlier.number < m.Request.ID && earlier.requester == m.Request.Requester && earlier.state == Pending && !o.tried[earlier.number] && o.s.setup.orderly() {
			o.s.breaks("the card of request %d is posted before that of request %d, of the same person", m.Request.ID, earlier.number)
		}
	}
}

// said checks a message when it is posted or edited.
func (o *oracle) said(p *posted) {
	if o.s.owner != nil {
		return
	}
	c := p.now()
	if len(p.versions) == 1 {
		o.saidOnce(p)
	}
	if p.past {
		o.s.breaks("%s is edited, which is of the past", p)
	}
	if c.event.ID != 0 && !o.has(c.event) {
		o.s.breaks("%s tells what the ledger doesn't: %s", p, c.event.Kind)
	}
	if p.slot == Direct && c.event.Kind != ledger.Refused {
		request := c.request
		if c.event.Kind == ledger.Nudged {
			request = c.event.Detail.Ending[0].Request
		}
		if story := o.story(request); story == nil || p.to != story.requester.ID {
			o.s.breaks("%s goes to %s, who didn't ask", p, p.to)
		}
	}
	if p.slot == Card || p.slot == Thread {
		o.standsSo(p, c.standing)
	}
	if p.slot == Card {
		o.warns(c.standing)
	}
}

func (o *oracle) saidOnce(p *posted) {
	c := p.now()
	for _, other := range o.s.workspace.messages {
		before := other.now()
		if other == p || other.past || other.slot != p.slot || before.request != c.request {
			continue
		}
		switch same := o.sameAttempt(before.event, c.event); {
		case p.slot == Ephemeral: // can't be looked for, so twice is better than never
		case before.event.ID == c.event.ID:
			o.s.breaks("%s says again what %s says", p, other)
		case p.slot == Thread && other.to != p.to:
			o.s.breaks("%s and %s are in two threads", p, other)
		case p.slot == Thread && before.event.ID > c.event.ID:
			o.s.breaks("%s comes after %s, which happened later", p, other)
		case p.slot == Thread && same && isOutcome(before.event.Kind) && isOutcome(c.event.Kind):
			o.s.breaks("%s and %s both tell the outcome of attempt %d", p, other, c.event.Attempt)
		}
	}
}

// sameAttempt says whether two events are of the same attempt, of which nobody came to doubt the outcome in between.
func (o *oracle) sameAttempt(a, b ledger.Event) bool {
	d := o.deliveries[b.Invitation]
	doubted := d != nil && !d.doubted.Before(a.At) && !b.At.Before(d.doubted)
	return a.Invitation == b.Invitation && a.Attempt == b.Attempt && !doubted
}

func isOutcome(k ledger.Kind) bool { return k == ledger.Sent || k == ledger.Failed }

// standsSo checks that what a message shows of a request was true at some time, by the ledger.
func (o *oracle) standsSo(p *posted, r Request) {
	story := o.story(r.ID)
	if story == nil {
		o.s.breaks("%s is about a request that the ledger doesn't have", p)
		return
	}
	if r.State != Pending && r.State != story.state {
		o.s.breaks("%s says %s, and request %d is %s", p, r.State, r.ID, story.state)
	}
	for _, d := range r.Decisions {
		if d.Verdict == Approve && !slices.Contains(story.approvedBy, d.By.ID) {
			o.s.breaks("%s says that %s approved", p, d.By.Name)
		}
	}
	for _, i := range r.Invitations {
		d := o.deliveries[i.ID]
		if d == nil || !slices.Contains(d.was, standing{i.State, i.Attempt}) {
			o.s.breaks("%s says that invitation %d is %s after %d attempts, and it never was", p, i.ID, i.State, i.Attempt)
		} else if i.SettledBy.ID != d.settled && i.State == Sent {
			o.s.breaks("%s says that invitation %d was sent by the word of %q; it was by that of %q", p, i.ID, i.SettledBy.ID, d.settled)
		}
	}
}
