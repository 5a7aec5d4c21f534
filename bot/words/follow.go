package words

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What people read of an invitation after it was sent: how it stands, until when it is open, and how it ended.

// openUntil is until when a sent invitation can be accepted, and whether Tencent Cloud has said so; zero: that isn't known.
func openUntil(i approvals.Invitation) (until time.Time, known bool) {
	switch {
	case !i.Expires.IsZero():
		return i.Expires, true
	case !i.CalledAt.IsZero():
		return i.CalledAt.Add(invite.Lifetime), false
	}
	return time.Time{}, false
}

// standingOf is where a request stands, in one state: its own, or what became of its invitations. Where they differ it is that of
// the one that needs people most, and mixed.
func standingOf(r approvals.Request) (s approvals.State, mixed bool) {
	if r.State != approvals.Approved {
		return r.State, false
	}
	states := make([]approvals.State, len(r.Invitations))
	for n, i := range r.Invitations {
		if states[n] = i.State; i.State == approvals.Ready {
			states[n] = approvals.Sending
		}
	}
	if len(states) == 0 {
		return r.State, false
	}
	mixed = slices.ContainsFunc(states, func(s approvals.State) bool { return s != states[0] })
	for _, s := range needsPeopleMost {
		if slices.Contains(states, s) {
			return s, mixed
		}
	}
	return states[0], mixed
}

// needsPeopleMost are states of invitations, those first that need people most.
var needsPeopleMost = []approvals.State{approvals.Unknown, approvals.Sending, approvals.Failed, approvals.Stopped, approvals.Sent, approvals.Joined}

// ended tells what became of a sent invitation; nothing while it is open.
func (b Book) ended(i approvals.Invitation) line {
	switch i.State {
	case approvals.Joined:
		return b.say.joined()
	case approvals.Lapsed:
		return b.say.lapsed()
	case approvals.Declined:
		return b.say.declined()
	case approvals.Left:
		return b.say.left()
	case approvals.Cancelled:
		return b.say.cancelled(i.CancelledBy)
	}
	return nil
}

// sentOutcome are the lines of a card about an invitation that was sent.
func (b Book) sentOutcome(i approvals.Invitation) []line {
	sent := b.say.invitationSent(i.RequestID)
	if i.SettledBy.ID != "" {
		sent = b.say.invitationSettled(i.SettledBy)
	}
	lines := []line{sent}
	if i.State == approvals.Sent && i.CancelledBy.ID != "" {
		lines = append(lines, b.say.beingCancelled(i.CancelledBy))
	}
	return append(lines, b.ended(i))
}

// endReply is what the thread and the requester are told when an invitation has ended.
func (b Book) endReply(it subject, e ledger.Event) line {
	switch e.Kind {
	case ledger.Joined:
		return b.say.hasJoined(it)
	case ledger.Lapsed:
		return b.say.hasLapsed(it)
	case ledger.Declined:
		return b.say.wasDeclined(it)
	case ledger.Left:
		return b.say.hasLeft(it)
	}
	return b.say.wasCancelled(it, e.Actor)
}

// withCancel adds a button to a reply that tells of an open invitation; of several, one for each.
func (b Book) withCancel(c Content, r approvals.Request, all ...approvals.Invitation) Content {
	var buttons []slack.BlockElement
	for n, i := range all {
		if i.State != approvals.Sent || i.CancelledBy.ID != "" {
			continue
		}
		action, label := ActionCancel, b.say.cancelInvitation()
		if len(all) > 1 {
			action, label = ActionCancel+"."+strconv.Itoa(n+1), fitted(b.say.cancelInvitationOf(i.Name), maxLabel)
		}
		sure := b.confirm(b.say.confirmCancel(), b.say.confirmCancelOf(i.UIN, i.Name), b.say.cancelInvitation())
		sure.Deny = plain(b.say.keep())
		buttons = append(buttons, button(action, label, b.attemptOf(r, i), slack.StyleDefault).WithConfirm(sure))
	}
	if len(buttons) > 0 {
		c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("", buttons...))
	}
	return c
}

// Action is what a button does, by its ID: of several alike in a message each has another one.
func Action(id string) string {
	action, _, _ := strings.Cut(id, ".")
	return action
}

// maxLabel is how many characters a button's label has at most.
const maxLabel = 75

// withAgain adds a button that asks again for what came to nothing; where somebody has, it says so.
func (b Book) withAgain(c Content, r approvals.Request, i approvals.Invitation) Content {
	if i.Again != 0 {
		return c.And(b.saying(b.say.askedAgain(i.Again)))
	}
	return b.askingAgain(c, b.attemptOf(r, i), b.say.confirmAgainOf(i.UIN, i.Name))
}

// withAllAgain is the same for a request that nobody decided.
func (b Book) withAllAgain(c Content, r approvals.Request) Content {
	if r.State != approvals.Expired || len(r.Invitations) == 0 {
		return c
	}
	if again := r.Invitations[0].Again; again != 0 {
		return c.And(b.saying(b.say.askedAgain(again)))
	}
	value := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce}.value()
	return b.askingAgain(c, value, b.say.confirmAgainAll(len(r.Invitations)))
}

func (b Book) askingAgain(c Content, value, what string) Content {
	sure := b.confirm(b.say.confirmAgain(), what, b.say.askAgain())
	c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("", button(ActionAgain, b.say.askAgain(), value, slack.StyleDefault).WithConfirm(sure)))
	return c
}

// delivered tells what became of all invitations of a request: how many were sent, and why the others weren't.
func (b Book) delivered(r approvals.Request) []line {
	sent := 0
	var others []line
	for _, i := range r.Invitations {
		switch i.State {
		case approvals.Failed:
			what, _ := b.explainFailed(i.Code, "")
			others = append(others, append(named(i), text(b.say.says()+what)))
		case approvals.Stopped:
			others = append(others, append(append(named(i), text(b.say.says())), b.say.stopped()...))
		case approvals.Ready, approvals.Sending, approvals.Unknown: // somebody had it tried again meanwhile
			others = append(others, append(append(named(i), text(b.say.says())), b.outcome(i)[0]...))
		default:
			sent++
		}
	}
	return append([]line{b.say.deliveredOf(r.ID, sent, len(r.Invitations))}, others...)
}

// toForward is what a requester sends on to the owner of an account.
func (b Book) toForward(all []approvals.Invitation) []line {
	var lines []line
	for _, i := range all {
		if i.State != approvals.Sent {
			continue
		}
		until, known := openUntil(i)
		lines = append(lines, b.say.forwardable(i.UIN, i.Name, until, known))
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]line{{text(b.say.forwardThis())}}, lines...)
}

// nudge tells a requester whose time is running out.
func (b Book) nudge(e ledger.Event) Content {
	lines := []line{{text(b.say.runningOut(len(e.Detail.Ending)))}}
	shown := e.Detail.Ending[:min(mostRows, len(e.Detail.Ending))]
	for _, i := range shown {
		lines = append(lines, b.say.endsAt(i.Request, i.UIN, i.Name, i.Until))
	}
	if more := len(e.Detail.Ending) - len(shown); more > 0 {
		lines = append(lines, b.say.andMoreAccounts(more))
	}
	return b.prose(lines...)
}
