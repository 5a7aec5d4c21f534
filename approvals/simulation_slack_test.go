package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// workspace is a Slack workspace as far as messages go, and an announcer that treats it as package bot does: it looks
// for a doubtful message before it posts it, and edits what stands.
//
// What a call does, it does before its caller gives up, or, where a process was killed that has the database for itself,
// before the next one starts. Slack promises no bound on how late a post may appear, so that is where the promise ends.
type workspace struct {
	s        *simulation
	messages []*posted
	gone     map[string]bool // people whose account was deactivated
	down     time.Time
	limited  time.Time
}

// posted is a message that stands in Slack.
type posted struct {
	id       string // in its metadata
	slot     Slot
	to       string // a person, a channel, or the card of the thread
	place    Place
	versions []shown // newest last
	past     bool    // it tells of a time that the database has forgotten, or of a request that was posted anew since
}

// shown is what a reader sees of a message.
type shown struct {
	request   int64
	event     ledger.Event // zero on a card
	standing  Request
	buttons   []button
	testimony Testimony // in its metadata
	waiting   []int64   // of a reminder: what it lists
}

// button is one that can be pressed, also long after it was replaced.
type button struct {
	action     string
	request    int64
	invitation int64
	attempt    int
	Button               // as package bot writes it into the button's value
	shown      string    // the digest of the request on whose message it is
	seen       time.Time // when that message was as it is seen
}

// The buttons.
const (
	pressApprove = "Approve"
	pressDeny    = "Deny"
	pressRetry   = "Try again"
	pressArrived = "It was sent"
	pressResend  = "Send again"
	pressCancel  = "Cancel invitation"
	pressAgain   = "Invite again"

	pressRetryAll = "Try all again"
)

func (p *posted) now() shown { return p.versions[len(p.versions)-1] }

const (
	approvalsChannel = "CADMINS"
	stillWanted      = 30 * time.Minute // as package bot has it for ephemeral answers
	slackLimit       = 10 * time.Second // of one call, as package bot has it
)

var errUnheard = errors.New("EOF")

// Opens is when Slack takes messages again, as far as it has told the process that asks.
func (w *workspace) Opens(Way) time.Time { return w.s.running.on.asked.until }

// asked is that Slack has asked a process to wait.
type asked struct{ at, until time.Time }

// asks asks the process that calls to wait, with what is said in the channel.
func (w *workspace) asks(m Message, until time.Time) error {
	if m.Slot != Direct && m.Slot != Ephemeral {
		w.s.running.on.asked = asked{time.Now(), until}
	}
	return &NotSaidError{RetryAfter: time.Until(until), Reason: "ratelimited"}
}

// Say is what package bot's does.
func (w *workspace) Say(ctx context.Context, m Message) (Place, error) {
	w.s.oracle.saying(ctx, m, w.s.running.on.asked)
	w.s.pause()
	if m.Slot == Ephemeral && time.Since(m.DueSince) > stillWanted {
		return Place{}, &UnsayableError{Reason: "too late"}
	}
	if w.gone[m.Recipient] && m.Slot != Card && m.Slot != Thread {
		return Place{}, &UnsayableError{Reason: "user_disabled"}
	}
	at := m.At
	if at.TS == "" && m.Doubtful && m.Slot != Ephemeral {
		found, err := w.search(ctx, m)
		if err != nil {
			return at, err
		}
		at = found
	}
	return w.put(ctx, m, at)
}

// search looks for an earlier try. That it can't be made says nothing new about the message.
func (w *workspace) search(ctx context.Context, m Message) (at Place, err error) {
	if ctx.Err() != nil || w.s.fault(w.s.setup.slack, 15) || time.Now().Before(w.down) {
		return at, &NotSaidError{Reason: "look for an earlier try"}
	}
	answered := false
	w.s.arrive(toSlack, w.latency(), func() {
		if p := w.find(m.ID); p != nil {
			at = p.place
		}
		answered = true
	})
	until, _ := ctx.Deadline()
	w.s.await(func() bool { return answered || ctx.Err() != nil }, until)
	if !answered {
		return Place{}, &NotSaidError{Reason: "look for an earlier try"}
	}
	return at, nil
}

func (w *workspace) find(id string) *posted {
	for _, p := range w.messages {
		if p.id == id {
			return p
		}
	}
	return nil
}

// put posts a message, or edits the one that stands.
func (w *workspace) put(ctx context.Context, m Message, at Place) (Place, error) {
	switch {
	case ctx.Err() != nil:
		return Place{}, ctx.Err()
	case time.Now().Before(w.limited):
		return Place{}, w.asks(m, w.limited)
	case time.Now().Before(w.down) && w.s.chance(70):
		return Place{}, &NotSaidError{Reason: "dial"}
	case w.s.fault(w.s.setup.slack, 8):
		return Place{}, w.asks(m, time.Now().Add(time.Duration(5<<w.s.IntN(4))*time.Second))
	}
	lost := time.Now().Before(w.down) || w.s.fault(w.s.setup.slack, 8)
	unheard := w.s.fault(w.s.setup.slack, 12)
	answered, err := false, error(nil)
	patience := slackLimit
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline))
	}
	w.s.arrive(toSlack, min(w.latency(), patience), func() {
		answered = true
		if !lost {
			at, err = w.take(m, at)
		}
	})
	w.s.await(func() bool { return answered }, time.Time{})
	if lost || unheard {
		return Place{}, errUnheard
	}
	return at, err
}

func (w *workspace) latency() time.Duration {
	if w.s.fault(w.s.setup.slack, 10) {
		return w.s.between(time.Second, slackLimit)
	}
	return w.s.between(0, 200*time.Millisecond)
}

// take is what Slack does with a message.
func (w *workspace) take(m Message, at Place) (Place, error) {
	for _, p := range w.messages {
		if at.TS != "" && p.place == at {
			p.versions = append(p.versions, read(m, at, w.s.setup.many))
			w.s.note("Slack: %s is edited: %s", p, p.now())
			w.s.oracle.said(p)
			return at, nil
		}
	}
	if at.TS != "" {
		return Place{}, &NotSaidError{Reason: "message_not_found"}
	}
	p := &posted{id: m.ID, slot: m.Slot, to: m.Recipient}
	p.place = Place{Channel: m.Recipient, TS: fmt.Sprintf("%d.0001", len(w.messages)+1)}
	switch m.Slot {
	case Card, Notice:
		p.place.Channel = approvalsChannel
	case Thread:
		p.place.Channel, p.to = m.Request.Card.Channel, m.Request.Card.TS
	}
	p.versions = []shown{read(m, p.place, w.s.setup.many)}
	w.messages = append(w.messages, p)
	w.s.note("Slack: %s is posted: %s", p, p.now())
	w.s.oracle.said(p)
	return p.place, nil
}

// witnesses are the events of which the newest messages in the approvals channel know, and the newest replies.
func (w *workspace) witnesses() (heads []ledger.Head, ok bool) {
	if w.s.fault(w.s.setup.slack, 15) || time.Now().Before(w.down) {
		return nil, false
	}
	w.s.arrive(toSlack, w.latency(), func() { heads, ok = w.page(), true })
	w.s.await(func() bool { return ok }, time.Time{})
	return heads, ok
}

func (w *workspace) page() (heads []ledger.Head) {
	const size = 200 // as package bot asks for
	for n := len(w.messages) - 1; n >= 0 && len(heads) < size; n-- {
		if p := w.messages[n]; p.place.Channel == approvalsChannel && p.slot != Thread {
			heads = append(heads, p.now().testimony.Head)
		}
	}
	for _, p := range slices.Backward(w.messages) {
		if p.place.Channel == approvalsChannel && p.slot == Thread {
			return append(heads, p.now().testimony.Head)
		}
	}
	return heads
}

// witnessed says whether a message ever had an event in its metadata.
func (w *workspace) witnessed(hash string) bool {
	return slices.ContainsFunc(w.messages, func(p *posted) bool {
		return slices.ContainsFunc(p.versions, func(c shown) bool { return c.testimony.Head.Hash == hash })
	})
}

// mark is what package bot does with a card that it doesn't know.
func (w *workspace) mark(at Place, head ledger.Head) {
	for _, p := range w.messages {
		if p.place == at && p.slot == Card {
			marked := p.now()
			marked.buttons, marked.testimony = nil, Testimony{At: at, Head: head}
			p.versions = append(p.versions, marked)
			w.s.note("Slack: %s is marked", p)
		}
	}
}

// read is what a message says to its reader; bot/words has the words.
func read(m Message, at Place, many bool) shown {
	c := shown{request: m.Request.ID, event: m.Event, standing: m.Request, testimony: m.Testimony()}
	c.testimony.At = at
	for _, r := range m.Waiting {
		c.waiting = append(c.waiting, r.ID)
	}
	press := func(action string) {
		b := Button{Nonce: m.Request.Nonce, Digest: m.Request.Digest, Foresight: m.Request.Foreseen.Mark()}
		if m.Slot != Card {
			b = Button{Nonce: m.Request.Nonce, Attempt: m.Request.invitation(m.Event.Invitation).Nonce}
		}
		c.buttons = append(c.buttons, button{action, m.Request.ID, m.Event.Invitation, m.Event.Attempt, b, m.Request.Digest, time.Now()})
	}
	pressOne := func(action string, i Invitation) {
		b := Button{Nonce: m.Request.Nonce, Attempt: i.Nonce}
		c.buttons = append(c.buttons, button{action, m.Request.ID, i.ID, i.Attempt, b, m.Request.Digest, time.Now()})
	}
	if m.Slot == Card && m.Request.State == Pending {
		press(pressApprove)
		press(pressDeny)
	}
	if m.Slot == Direct && m.Event.Kind == ledger.Expired && slices.ContainsFunc(m.Request.Invitations, func(i Invitation) bool { return i.canBeAskedAgain(m.Request) }) {
		press(pressAgain)
	}
	if m.Slot != Thread {
		return c
	}
	if m.Event.Kind == ledger.Stuck && many && len(m.Request.Invitations) > 1 { // bot has these buttons in Show all
		for _, i := range m.Request.Invitations {
			if i.State == Unknown && i.Told == ledger.Stuck {
				pressOne(pressArrived, i)
				pressOne(pressResend, i)
			}
		}
		return c
	}
	if m.Event.Kind == ledger.Delivered && m.Event.Detail.Part > 0 {
		if len(m.Request.Refused()) > 0 && m.Event.Detail.Part == 1 && !m.Outdated {
			b := Button{Nonce: m.Request.Nonce, Attempt: m.Request.RefusedMark()}
			c.buttons = append(c.buttons, button{pressRetryAll, m.Request.ID, 0, 0, b, m.Request.Digest, time.Now()})
		}
		return c
	}
	for _, i := range m.Request.Invitations {
		switch {
		case m.Event.Kind == ledger.Delivered:
			if i.State == Sent && i.CancelledBy.ID == "" {
				pressOne(pressCancel, i)
			}
		case i.ID != m.Event.Invitation || i.Attempt != m.Event.Attempt:
		case i.State == Failed && m.Event.Kind == ledger.Failed:
			press(pressRetry)
		case i.State == Sent && m.Event.Kind == ledger.Sent && i.CancelledBy.ID == "":
			press(pressCancel)
		case m.Event.Kind == ends[i.State] && i.canBeAskedAgain(m.Request):
			press(pressAgain)
		case i.State == Unknown && m.Event.Kind == ledger.Stuck:
			press(pressArrived)
			press(pressResend)
		}
	}
	return c
}

func (p *posted) String() string {
	return fmt.Sprintf("%s %s of request %d", p.slot, p.place.TS, p.now().request)
}

func (c shown) String() string {
	var actions []string
	for _, b := range c.buttons {
		actions = append(actions, b.action)
	}
	if c.event.ID != 0 {
		return fmt.Sprintf("%s (invitation %d, attempt %d) %v", c.event.Kind, c.event.Invitation, c.event.Attempt, actions)
	}
	var states []State
	for _, i := range c.standing.Invitations {
		states = append(states, i.State)
	}
	return fmt.Sprintf("%s %v %v", c.standing.State, states, actions)
}

// change is the weather on the way there, and in the company.
func (w *workspace) change() {
	switch {
	case w.s.fault(w.s.setup.slack, 40):
		w.down = time.Now().Add(w.s.between(time.Second, 10*time.Minute))
		w.s.note("Slack can't be reached for %v", time.Until(w.down))
	case w.s.fault(w.s.setup.slack, 40):
		w.limited = time.Now().Add(time.Duration(5<<w.s.IntN(4)) * time.Second)
		w.s.note("Slack takes no messages for %v", time.Until(w.limited))
	case w.s.fault(w.s.setup.slack, 10):
		w.gone[zed.ID] = true
		w.s.note("the account of %s is deactivated", zed.Name)
	}
}

func (w *workspace) recover() { w.down, w.limited = time.Time{}, time.Time{} }

// withButtons are the messages that have buttons now, or that ever had some.
func (w *workspace) withButtons(now bool) []*posted {
	return slices.DeleteFunc(slices.Clone(w.messages), func(p *posted) bool {
		versions := p.versions
		if now {
			versions = versions[len(versions)-1:]
		}
		return !slices.ContainsFunc(versions, func(c shown) bool { return len(c.buttons) > 0 })
	})
}

// testimonies are what the messages in the approvals channel bear witness of.
func (w *workspace) testimonies() (all []Testimony) {
	for _, p := range w.messages {
		if p.slot == Card || p.slot == Thread || p.slot == Notice {
			all = append(all, p.now().testimony)
		}
	}
	return all
}
