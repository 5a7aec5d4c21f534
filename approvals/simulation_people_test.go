package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// people ask, approve, deny, change their minds, press old buttons, and try again when they get no answer. Slack puts
// each command and click in an envelope, which it may hand over twice, later, and to any process.
type people struct {
	s         *simulation
	envelopes []*envelope // not handed over yet, or to be handed over again
	sent      int
}

// Of these, alice and the approvers approve; zed only asks; eve may do neither.
var (
	cid       = Person{ID: "UCID", Name: "cid"}
	zed       = Person{ID: "UZED", Name: "zed"}
	eve       = Person{ID: "UEVE", Name: "eve"}
	approvers = []Person{ann, bob, cid, alice}
	askers    = []Person{alice, zed, ann}
)

// envelope is what one person did, once.
type envelope struct {
	key     string
	by      Person
	press   string // a button's label, or one of the commands
	ask     []invite.Invitation
	target  button
	channel string
	answers []answer
	missing bool // its request was unknown to the database when it was handed over
}

// The commands.
const (
	commandAsk      = "ask"
	commandWithdraw = "withdraw"
)

// answer is what the desk answered to one handing over of an envelope.
type answer struct {
	request Request
	err     error
}

func (e *envelope) String() string {
	what := fmt.Sprintf("request %d", e.target.request)
	if e.press == commandAsk {
		var accounts []string
		for _, i := range e.ask {
			accounts = append(accounts, fmt.Sprintf("%s (%s)", i.UIN, i.Name))
		}
		what = strings.Join(accounts, " and ")
	}
	if e.target.invitation != 0 {
		what += fmt.Sprintf(", invitation %d, attempt %d", e.target.invitation, e.target.attempt)
	}
	return fmt.Sprintf("%s by %s: %s, %s", e.key, e.by.Name, e.press, what)
}

func newPeople(s *simulation) *people { return &people{s: s} }

func (p *people) does(e envelope) {
	p.sent++
	e.key = fmt.Sprintf("envelope %d", p.sent)
	p.s.note("%s", &e)
	p.envelopes = append(p.envelopes, &e)
	p.s.oracle.sees(&e)
}

// act has somebody do something.
func (p *people) act() {
	n := p.s.IntN(100)
	switch seen := p.s.workspace.withButtons(p.s.chance(60)); {
	case n < p.eager() && p.sent < 40 || len(seen) == 0:
		p.ask()
	case n < 30:
		p.withdraw()
	case n < 60:
		p.clickOne(slices.DeleteFunc(seen, func(m *posted) bool { return m.slot != Thread }))
	default:
		p.clickOne(seen)
	}
}

// eager is in how many of a hundred cases somebody asks. What a backup forgets should have got far.
func (p *people) eager() int {
	if p.s.setup.restores {
		return 12
	}
	return 25
}

// ask asks for one account or two. There are few accounts and fewer names, so that requests get in each other's way.
func (p *people) ask() {
	var asked []invite.Invitation
	accounts := 1 + p.s.IntN(6)/5
	if p.s.setup.many {
		accounts = 1 + p.s.IntN(4)
	}
	for range accounts {
		uin := invite.UIN(1 + p.s.IntN(5))
		if p.s.chance(10) {
			uin = nobody
		}
		name := fmt.Sprintf("name-%d", uin)
		if p.s.chance(15) {
			name = "name-1"
		}
		if !slices.ContainsFunc(asked, func(i invite.Invitation) bool { return i.UIN == uin }) {
			remark := "for a reason"
			if uin%2 == 0 {
				remark = "" // the bot finds one
			}
			asked = append(asked, invite.Invitation{UIN: uin, Name: name, Remark: remark})
		}
	}
	p.does(envelope{by: askers[p.s.IntN(len(askers))], press: commandAsk, ask: asked})
}

// remarkOf is the bot's own remark.
func remarkOf(request int64) string { return fmt.Sprintf("request %d", request) }

func (p *people) withdraw() {
	stories := p.s.oracle.requests()
	if len(stories) == 0 {
		return
	}
	story := stories[p.s.IntN(len(stories))]
	by := story.requester
	if p.s.chance(20) {
		by = bob
	}
	p.does(envelope{by: by, press: commandWithdraw, target: button{request: story.number}})
}

// clickOne presses a button, usually one that is there, sometimes one of an earlier state that somebody still has before
// their eyes.
func (p *people) clickOne(of []*posted) {
	if len(of) == 0 {
		return
	}
	m := of[p.s.IntN(len(of))]
	seen := m.now()
	if len(seen.buttons) == 0 || p.s.chance(20) {
		seen = m.versions[p.s.IntN(len(m.versions))]
	}
	if len(seen.buttons) == 0 {
		return
	}
	b := seen.buttons[p.s.IntN(len(seen.buttons))]
	if b.action == pressDeny && p.s.chance(60) {
		b.action = pressApprove // most requests are good
	}
	if b.action == pressArrived || b.action == pressResend {
		b.action = p.lookedUp(b)
	}
	by := approvers[p.s.IntN(len(approvers))]
	if b.action == pressAgain {
		by = askers[p.s.IntN(len(askers))]
	}
	if p.s.chance(5) {
		by = eve
	}
	if b.action == pressCancel && p.s.chance(70) {
		return // most are meant
	}
	b.At = m.place
	p.press(b, by)
}

func (p *people) press(b button, by Person) {
	p.does(envelope{by: by, press: b.action, target: b, channel: approvalsChannel})
}

// lookedUp is the button that is right by what the organization shows now. Some don't look.
func (p *people) lookedUp(b button) string {
	if p.s.chance(25) {
		return b.action
	}
	d := p.s.oracle.delivery(b.invitation)
	if d != nil && p.s.cloud.finding(d) == invite.Found {
		return pressArrived
	}
	return pressResend
}

// deliver hands one envelope to a process. It returns false where there is none to hand over.
func (p *people) deliver() bool {
	r := p.s.alive()
	if len(p.envelopes) == 0 || r == nil {
		return false
	}
	n := 0
	if p.s.fault(p.s.setup.doubling, 50) {
		n = p.s.IntN(len(p.envelopes))
	}
	e := p.envelopes[n]
	if !p.s.fault(p.s.setup.doubling, 25) {
		p.envelopes = slices.Delete(p.envelopes, n, n+1)
	}
	p.hand(e, r)
	return true
}

// hand has a process answer an envelope. Somebody who is told to try again does, and so do most who hear nothing.
func (p *people) hand(e *envelope, r *replica) {
	p.s.note("%s is handed to %s", e.key, r)
	p.s.oracle.pressed(e)
	desk, answered := r.desk, false
	t := p.s.begin("desk", r, func() {
		defer func() {
			if !answered && !p.s.calm && p.s.chance(60) {
				p.s.note("%s gets no answer", e.key)
				p.does(envelope{by: e.by, press: e.press, ask: e.ask, target: e.target, channel: e.channel})
			}
		}()
		a := e.answer(desk)
		answered = true
		e.answers = append(e.answers, a)
		p.s.note("%s is answered: %v", e.key, a)
		p.s.oracle.answered(e, a)
		if refused, ok := errors.AsType[*RefusedError](a.err); ok && refused.Stray {
			p.s.await(func() bool { return r.heard || r.ctx.Err() != nil }, time.Time{})
			if r.heard {
				p.s.workspace.mark(e.target.At, refused.Head)
			}
		}
		if errors.Is(a.err, errBroken) || errors.Is(a.err, errLapsed) {
			p.does(envelope{by: e.by, press: e.press, ask: e.ask, target: e.target, channel: e.channel})
		}
	})
	p.s.resume(t)
}

func (a answer) String() string {
	if a.err != nil {
		return a.err.Error()
	}
	return fmt.Sprintf("request %d is %s", a.request.ID, a.request.State)
}

// answer does what package bot does with an envelope.
func (e *envelope) answer(d *Desk) (a answer) {
	ctx := context.Background()
	c := Click{Key: e.key, By: e.by, Channel: e.channel, Tried: e.press}
	if e.press != commandWithdraw {
		c.Button = &e.target.Button
	}
	if e.by == eve && e.press != commandAsk {
		_, err := d.Refuse(ctx, c, e.target.request, ledger.NotApprover)
		if errors.Is(err, ErrNotFound) {
			c.Channel = ""
			_, err = d.Refuse(ctx, c, 0, ledger.NotApprover)
		}
		if err == nil {
			err = &RefusedError{Why: ledger.NotApprover}
		}
		return answer{err: err}
	}
	switch e.press {
	case commandAsk:
		a.request, a.err = d.Submit(ctx, Submission{Key: e.key, Requester: e.by, Channel: "CGENERAL", Invitations: e.ask,
			Remark: remarkOf})
	case commandWithdraw:
		a.request, a.err = d.Withdraw(ctx, c, e.target.request)
	case pressApprove:
		a.request, a.err = d.Decide(ctx, c, e.target.request, Approve, "")
	case pressDeny:
		a.request, a.err = d.Decide(ctx, c, e.target.request, Deny, "no")
	case pressRetry:
		a.request, a.err = d.Retry(ctx, c, e.target.invitation, e.target.attempt)
	case pressRetryAll:
		a.request, a.err = d.RetryAll(ctx, c, e.target.request, e.target.Attempt)
	case pressArrived:
		a.request, a.err = d.Settle(ctx, c, e.target.invitation, e.target.attempt, true)
	case pressResend:
		a.request, a.err = d.Settle(ctx, c, e.target.invitation, e.target.attempt, false)
	case pressCancel:
		a.request, a.err = d.Cancel(ctx, c, e.target.invitation, e.target.attempt)
	case pressAgain:
		a.request, a.err = d.Again(ctx, c, e.target.request, e.target.invitation, remarkOf(e.target.request), remarkOf)
	}
	return a
}

// tidyUp has approvers press a button of each message that still shows some. It returns false where none does.
func (p *people) tidyUp() bool {
	before := p.sent
	for _, m := range p.s.workspace.messages {
		c := m.now()
		if len(c.buttons) == 0 || c.buttons[0].action == pressCancel || c.buttons[0].action == pressAgain {
			continue
		}
		b := c.buttons[0]
		if b.action == pressArrived {
			b.action = p.lookedUp(b)
		}
		b.At = m.place
		first := p.s.IntN(3) // ann, bob and cid; where two are needed, two press
		p.press(b, approvers[first])
		if b.action == pressApprove {
			p.press(b, approvers[(first+1)%3])
		}
	}
	return p.sent > before
}
