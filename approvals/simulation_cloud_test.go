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
	zone        time.Duration // in which the lists write their times
	lifetime    time.Duration // of an invitation
	forbidden   bool          // to list invitations
	down        time.Time     // until then nobody gets through
	calls       int
}

// invited is an invitation that the organization accepted from a call.
type invited struct {
	invite.Invitation
	by     *call // nil: somebody sent it in the console
	at     time.Time
	status string // open, accepted, cancelled, expired or declined
	ended  time.Time
	odd    bool // the list calls it invalid, although it was accepted
	left   bool // the account is a member no more
	leftAt time.Time
}

// listed is what the list calls it.
func (i *invited) listed() invite.Status {
	if i.odd {
		return invite.StatusInvalid
	}
	return statuses[i.status]
}

// isMember says whether the account is one by this invitation.
func (i *invited) isMember() bool { return i.status == "accepted" && !i.left }

// call is one SendOrganizationInvitation on its way.
type call struct {
	invite.Invitation
	number   int
	cancels  int // the invitation's number that is to be cancelled; 0: one is to be sent
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
	return o.make(ctx, c)
}

// Cancel is what invite.Client does with a call of that kind.
func (o *organization) Cancel(ctx context.Context, listed int64, as time.Time) invite.Result {
	o.s.pause()
	if ctx.Err() != nil {
		return unanswered("Timeout")
	}
	if o.s.fault(o.s.setup.cloud, 10) || time.Now().Before(o.down) && o.s.chance(60) {
		return invite.Result{Outcome: invite.NotSent, Code: "ClientError.NotConnected"}
	}
	o.calls++
	c := &call{number: o.calls, cancels: int(listed), signed: as}
	o.s.note("call %d to cancel %d", c.number, listed)
	if listed < 1 || int(listed) > len(o.invitations) {
		return invite.Result{Outcome: invite.Rejected, Code: "ResourceNotFound.InvitationNotExist"}
	}
	if o.s.owner != nil {
		o.s.owner.cancels(o.invitations[listed-1].UIN)
	}
	o.s.oracle.calledToCancel(c)
	return o.make(ctx, c)
}

// make has a call arrive, or not, and waits for its answer.
func (o *organization) make(ctx context.Context, c *call) invite.Result {
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
	if c.cancels != 0 {
		o.ends(o.invitations[c.cancels-1], "cancelled")
		o.answer(c, invite.Sent, "")
		return
	}
	o.invitations = append(o.invitations, &invited{Invitation: c.Invitation, by: c, at: time.Now(), status: "open"})
	o.answer(c, invite.Sent, "")
	o.s.oracle.accepted(c)
}

func (o *organization) refusal(c *call) string {
	switch {
	case time.Since(c.signed) > signatureLife:
		return "AuthFailure.SignatureExpire"
	case c.cancels != 0:
		if i := o.invitations[c.cancels-1]; i.status != "open" {
			return "ResourceNotFound.InvitationNotExist"
		}
		return ""
	case c.UIN == nobody:
		return "ResourceNotFound.UserNotExist"
	case o.has(func(i *invited) bool { return i.UIN == c.UIN && i.isMember() }):
		return "FailedOperation.UserInOrganization"
	case o.has(func(i *invited) bool { return i.UIN == c.UIN && i.status == "open" }):
		return "FailedOperation.ReSentInvitation"
	case o.has(func(i *invited) bool { return i.Name == c.Name && (i.status == "open" || i.isMember()) }):
		return "FailedOperation.MemberNameUsed"
	case o.s.setup.room > 0 && o.taken() >= o.s.setup.room:
		return "LimitExceeded.Members"
	}
	return ""
}

// taken is how much of the organization's room is taken.
func (o *organization) taken() (n int) {
	for _, i := range o.invitations {
		if i.status == "open" || i.isMember() {
			n++
		}
	}
	return n
}

// ends gives an open invitation its last status.
func (o *organization) ends(i *invited, status string) {
	i.status, i.ended = status, time.Now()
	o.s.note("the invitation of %s (%s) is %s", i.UIN, i.Name, status)
}

// lapse ends what nobody accepted in time.
func (o *organization) lapse() {
	for _, i := range o.invitations {
		if i.status == "open" && time.Since(i.at) >= o.lifetime {
			o.ends(i, "expired")
		}
	}
}

func (o *organization) has(such func(*invited) bool) bool {
	return slices.ContainsFunc(o.invitations, such)
}

// Invitations is a page of the list, the newest first. Pages are short here, so that things happen between them.
func (o *organization) Invitations(ctx context.Context, offset int) (page invite.Page[invite.Listed], err error) {
	if err := o.reads(ctx); err != nil {
		return page, err
	}
	o.lapse()
	page.Total = len(o.invitations)
	for n := page.Total - 1 - offset; n >= 0 && len(page.Entries) < shortPage; n-- {
		i := o.invitations[n]
		page.Entries = append(page.Entries, invite.Listed{ID: int64(n + 1), UIN: i.UIN, Name: i.Name, Remark: i.Remark, Status: i.listed(),
			Invited: i.at.Add(o.zone).Truncate(time.Second), Expires: i.at.Add(o.zone + o.lifetime).Truncate(time.Second)})
	}
	o.s.note("invitations from %d on are read: %d of %d", offset, len(page.Entries), page.Total)
	o.s.pause()
	return page, nil
}

// Members are those who accepted.
func (o *organization) Members(ctx context.Context, offset int) (page invite.Page[invite.Member], err error) {
	if err := o.reads(ctx); err != nil {
		return page, err
	}
	for _, i := range o.invitations {
		if !i.isMember() {
			continue
		}
		if page.Total++; page.Total > offset && len(page.Entries) < shortPage {
			page.Entries = append(page.Entries, invite.Member{UIN: i.UIN, Name: i.Name, Remark: i.Remark, Joined: i.ended.Add(o.zone)})
		}
	}
	return page, nil
}

const shortPage = 2

var statuses = map[string]invite.Status{
	"open": invite.StatusOpen, "accepted": invite.StatusAccepted, "cancelled": invite.StatusCancelled, "expired": invite.StatusExpired,
	"declined": invite.StatusInvalid,
}

// reads says why a list can't be read.
func (o *organization) reads(ctx context.Context) error {
	o.s.pause()
	result := invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError", Err: errUnheard}
	switch {
	case ctx.Err() != nil || o.s.fault(o.s.setup.cloud, 15) || time.Now().Before(o.down):
		return &invite.CallError{Result: result}
	case o.forbidden:
		return forbidden
	}
	return nil
}

// finding is what the list says of an invitation. Nobody else writes the same remark.
func (o *organization) finding(d *delivered) invite.Finding {
	finding := invite.Absent
	for _, i := range o.invitations {
		own := i.Name == d.name && i.Remark == d.remark && i.by != nil
		live := i.status == "open" || i.status == "accepted" && !i.odd
		switch {
		case i.UIN != d.uin:
		case own && live:
			return invite.Found
		case live:
			finding = invite.Elsewhere
		case own && finding == invite.Absent:
			finding = invite.Unclear
		}
	}
	return finding
}

// meddle is what people do at Tencent Cloud, in the console or with the invitations that they got.
func (o *organization) meddle() {
	if o.s.setup.console && o.s.chance(20) {
		o.inviteByHand(invite.UIN(1 + o.s.IntN(5)))
	}
	if len(o.invitations) == 0 || !o.s.setup.console {
		return
	}
	i := o.invitations[o.s.IntN(len(o.invitations))]
	switch {
	case i.status == "open":
		o.ends(i, []string{"accepted", "cancelled", "expired", "declined"}[o.s.IntN(4)])
		i.odd = i.status == "accepted" && o.s.chance(30)
	case i.isMember() && o.s.chance(30):
		i.left, i.leftAt = true, time.Now()
		o.s.note("%s (%s) leaves the organization", i.UIN, i.Name)
	}
}

// inviteByHand is somebody who doesn't wait for the bot.
func (o *organization) inviteByHand(uin invite.UIN) {
	i := invite.Invitation{UIN: uin, Name: fmt.Sprintf("by hand %d", len(o.invitations)), Remark: "by hand"}
	if o.refusal(&call{Invitation: i, signed: time.Now()}) == "" {
		o.invitations = append(o.invitations, &invited{Invitation: i, at: time.Now(), status: "open"})
		o.s.note("%s is invited in the console", uin)
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
