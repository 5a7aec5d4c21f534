package words

import (
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Direct is what the requester is told of an event, with the way to the card.
func (b Book) Direct(r approvals.Request, e ledger.Event) Content {
	if e.Kind == ledger.Nudged {
		return b.nudge(e)
	}
	var lines []line
	if e.Kind == ledger.Concluded {
		c := b.concluded(r, e)
		return c.And(b.prose(line{link(b.permalink(r.Card), b.say.seeTheRequest())}))
	}
	lines = b.directLines(r, e)
	if r.Card.TS != "" {
		lines = append(lines, line{link(b.permalink(r.Card), b.say.seeTheRequest())})
	}
	switch e.Kind {
	case ledger.Delivered:
		return b.withAskingForRefused(b.prose(lines...), r, e)
	case ledger.Lapsed, ledger.Cancelled, ledger.Declined:
		return b.withAgain(b.prose(lines...), r, invitationOf(r, e.Invitation))
	case ledger.Expired:
		return b.withAllAgain(b.prose(lines...), r)
	}
	return b.prose(lines...)
}

// DirectToOthers is what those are told who are told as well: who asked, and nothing to press, as it is for the requester to go on.
func (b Book) DirectToOthers(r approvals.Request, e ledger.Event) Content {
	return b.Direct(r, e).WithoutButtons().And(b.prose(b.say.askedBy(r.Requester, r.CreatedAt)))
}

func (b Book) directLines(r approvals.Request, e ledger.Event) []line {
	it := subject{r.ID, invitationOf(r, e.Invitation)}
	if e.Kind == ledger.Stuck && r.Many() {
		it = subject{request: r.ID}
	}
	switch e.Kind {
	case ledger.Sent:
		return append(append([]line{b.say.directSent(it)}, b.proof(e)...), b.toForward([]approvals.Invitation{it.invitation})...)
	case ledger.Delivered:
		if e.Detail.Part > 0 {
			return b.directOfMany(r)
		}
		return append(b.delivered(r), b.toForward(r.Invitations)...)
	case ledger.Joined, ledger.Left, ledger.Lapsed, ledger.Cancelled, ledger.Declined:
		return []line{b.endReply(it, e)}
	case ledger.Failed:
		return append([]line{b.say.directFailed(it)}, b.explanation(e, it.invitation)...)
	case ledger.Stuck:
		return append([]line{b.say.directStuck(it)}, sentences(b.note(e.Detail), b.say.approverLooks())...)
	case ledger.Stopped:
		return []line{b.say.directStopped(it, e.Detail.Stop)}
	case ledger.Denied:
		lines := []line{b.say.directDenied(it, e.Actor)}
		if e.Detail.Reason != "" {
			lines = append(lines, b.say.reason(invite.Harmless(e.Detail.Reason)))
		}
		return lines
	case ledger.Expired:
		return []line{b.say.directExpired(it)}
	case ledger.Held:
		return []line{b.say.directHeld(it)}
	case ledger.Unseen:
		return []line{b.say.directUnseen(it), b.slackSays(e.Detail.Reason), {text(b.say.keepsTrying())}}
	}
	return []line{b.say.happened(it, e.Kind)}
}

// slackSays shows an error code of Slack's. Anything else is for the operator's log.
func (b Book) slackSays(reason string) line {
	reason = strings.TrimPrefix(reason, (&approvals.NotSaidError{}).Error())
	if strings.Trim(reason, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return nil
	}
	return b.say.slackSays(reason)
}
