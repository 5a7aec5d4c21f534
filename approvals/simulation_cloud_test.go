package approvals

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// organization is the one at Tencent Cloud, as its documentation describes it, and the way to it. It refuses what the real one
// refuses, and a call counts when it arrives, whether or not anybody still waits for the answer.
type organization struct {
	s           *simulation
	invitations []*invited
	forbidden   bool      // to list invitations
	down        time.Time // until then nobody gets through
	calls       int
}

// invited is an invitation that the organization accepted from a call.
type invited struct {
	invite.Invitation
	by     *call
	status string // open, accepted, cancelled or expired
	ended  time.Time
}

// call is one SendOrganizationInvitation on its way.
type call struct {
	invite.Invitation
	number   int
	signed   time.Time
	arrived  bool
	answered bool
	result   invite.Result // what the organization says, whether or not it is heard

	// What the oracle found in the ledger when the call was made.
	of      *delivered
	attempt int
	epoch   int
	by      []string // the keys of the clicks that permit it
	unseen  bool     // it is forgotten, and Slack has nothing of what is forgotten
}

const (
	signatureLife = 5 * time.Minute // a timestamp more than 5 minutes off is refused
	nobody        = invite.UIN(404) // an account that doesn't exist
)

// outcome of a call that got no answer.
func unanswered(code string) invite.Result {
	return invite.Result{Outcome: invite.Unknown, Code: "ClientError." + code}
}

// Send is what invite.Client does with one call: it signs, sends, and waits for the answer as long as its context lets it.
func (o *organization) Send(ctx context.Context, i invite.Invitation, as time.Time) invite.Result {
	o.s.pause()
	if ctx.Err() != nil {
		return unanswered("Timeout")
	}
	if o.s.fault(o.s.setup.cloud, 10) || time.Now().Before(o.down) && o.s.chance(60) {
		return invite.Result{Outcome: invite.NotSent, Code: "ClientError.NotConnected"}
	}
	o.calls++
	c := &call{Invitation: i, number: o.calls, signed: as}
	o.s.note("call %d to invite %s (%s)", c.number, i.UIN, i.Name)
	if o.s.owner != nil {
		o.s.owner.called(c)
	}
	o.s.oracle.called(c)
	heard := o.dispatch(c)
	until, _ := ctx.Deadline()
	o.s.await(func() bool { return c.answered || ctx.Err() != nil }, until)
	switch {
	case c.answered && heard:
		return c.result
	case c.answered:
		return unanswered("NetworkError")
	}
	return unanswered("Timeout")
}

// dispatch puts a call on its way, with what befalls it there. It returns whether its answer will be heard.
func (o *organization) dispatch(c *call) (heard bool) {
	delay, heard := o.s.between(0, 300*time.Millisecond), true
	switch n := o.s.IntN(100); {
	case !o.s.fault(o.s.setup.cloud, 100):
	case n < 10: // lost before: the connection breaks, and it never arrives
		o.s.arrive(toCloud, delay, func() { c.answered = true })
		return false
	case n < 25: // lost after: the answer is
		heard = false
	case n < 40: // slow: it arrives when nobody waits any more, or even when its signature is no longer valid
		delay = o.s.between(10*time.Second, signatureLife)
		if o.s.chance(50) {
			delay = signatureLife - o.s.between(-10*time.Second, time.Minute)
		}
	case n < 50:
		o.s.arrive(toCloud, delay, func() { o.limit(c) })
		return heard
	case n < 60:
		o.s.arrive(toCloud, delay, func() { o.stumble(c) })
		return heard
	}
	o.s.arrive(toCloud, delay, func() { o.receive(c) })
	return heard
}

func (o *organization) limit(c *call) {
	o.answer(c, invite.NotSent, "RequestLimitExceeded")
}

// stumble answers with an error of the provider's own, from which nobody can tell whether the call took effect.
func (o *organization) stumble(c *call) {
	if o.s.chance(50) {
		o.receive(c)
	}
	code := []string{"InternalError", "FailedOperation", "ServiceUnavailable"}[o.s.IntN(3)]
	if o.s.chance(30) {
		code = "ClientError.HttpStatusCodeError" // a gateway's page instead of an answer
	}
	o.answer(c, invite.Unknown, code)
}

func (o *organization) answer(c *call, outcome invite.Outcome, code string) {
	c.answered = true
	c.result = invite.Result{Outcome: outcome, Code: code, RequestID: fmt.Sprintf("request-id-%d", c.number)}
	if code == "" {
		o.s.note("call %d arrives and is accepted", c.number)
		return
	}
	o.s.note("call %d is answered: %s", c.number, code)
}

// receive is what the organization makes of a call.
func (o *organization) receive(c *call) {
	c.arrived = true
	if code := o.refusal(c); code != "" {
		o.answer(c, invite.Rejected, code)
		return
	}
	o.invitations = append(o.invitations, &invited{Invitation: c.Invitation, by: c, status: "open"})
	o.answer(c, invite.Sent, "")
	o.s.oracle.accepted(c)
}

func (o *organization) refusal(c *call) string {
	switch {
	case time.Since(c.signed) > signatureLife:
		return "AuthFailure.SignatureExpire"
	case c.UIN == nobody:
		return "ResourceNotFound.UserNotExist"
	case o.has(func(i *invited) bool { return i.UIN == c.UIN && i.status == "accepted" }):
		return "FailedOperation.UserInOrganization"
	case o.has(func(i *invited) bool { return i.UIN == c.UIN && i.status == "open" }):
		return "FailedOperation.ReSentInvitation"
	case o.has(func(i *invited) bool { return i.Name == c.Name && (i.status == "open" || i.status == "accepted") }):
		return "FailedOperation.MemberNameUsed"
	}
	return ""
}

func (o *organization) has(such func(*invited) bool) bool {
	return slices.ContainsFunc(o.invitations, such)
}

// Lookup reads the list and judges it as invite.Client does; no invitation here is hours old.
func (o *organization) Lookup(ctx context.Context, i invite.Invitation, _ time.Time) invite.Traces {
	o.s.pause()
	if ctx.Err() != nil || o.s.fault(o.s.setup.cloud, 15) || time.Now().Before(o.down) {
		return invite.Traces{Finding: invite.Unavailable}
	}
	if o.forbidden {
		return invite.Traces{Finding: invite.Forbidden}
	}
	t := o.traces(i.UIN)
	o.s.note("%s is looked up: %s", i.UIN, t.Finding)
	o.s.pause()
	return t
}

func (o *organization) traces(uin invite.UIN) invite.Traces {
	t := invite.Traces{Finding: invite.Absent}
	for _, i := range o.invitations {
		switch {
		case i.UIN != uin:
		case i.status == "open" || i.status == "accepted":
			return invite.Traces{Finding: invite.Found}
		default:
			t = invite.Traces{Finding: invite.Unclear}
		}
	}
	return t
}

// meddle is what people do at Tencent Cloud, in the console or with the invitations that they got.
func (o *organization) meddle() {
	if len(o.invitations) == 0 || !o.s.setup.console {
		return
	}
	i := o.invitations[o.s.IntN(len(o.invitations))]
	if i.status == "open" {
		i.status = []string{"accepted", "cancelled", "expired"}[o.s.IntN(3)]
		i.ended = time.Now()
		o.s.note("the invitation of %s is %s", i.UIN, i.status)
	}
}

// change is the weather on the way there.
func (o *organization) change() {
	if o.s.fault(o.s.setup.cloud, 40) {
		o.down = time.Now().Add(o.s.between(time.Second, 10*time.Minute))
		o.s.note("Tencent Cloud can't be reached for %v", time.Until(o.down))
	}
	if o.s.fault(o.s.setup.console, 20) {
		o.forbidden = !o.forbidden
		o.s.note("listing is forbidden: %v", o.forbidden)
	}
}

func (o *organization) recover() {
	o.down = time.Time{}
	o.forbidden = o.s.setup.forbidden
}
