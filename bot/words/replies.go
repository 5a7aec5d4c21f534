package words

import (
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Reply is what the thread under the card is told of an event. It begins with the request's number, as it stands in the
// channel where the thread is gone. Buttons are on it only as long as they do something.
func (b Book) Reply(r approvals.Request, e ledger.Event) Content {
	if c, told := b.replyOfMany(r, e); told {
		return c
	}
	i := invitationOf(r, e.Invitation)
	it := subject{r.ID, i}
	switch e.Kind {
	case ledger.Sent:
		return b.withCancel(b.prose(b.replyLines(b.say.sent(it), b.proof(e), r)...), r, i)
	case ledger.Delivered:
		return b.withCancel(b.prose(append(b.delivered(r), b.say.approvedBy(approvers(r)))...), r, r.Invitations...)
	case ledger.Joined, ledger.Left:
		return b.prose(b.endReply(it, e))
	case ledger.Lapsed, ledger.Cancelled, ledger.Declined:
		return b.withAgain(b.prose(b.endReply(it, e)), r, i)
	case ledger.NotCancelled:
		if e.Detail.Stop != "" {
			return b.prose(b.say.notCancelled(it), line{text(b.say.cancelUnproved())})
		}
		return b.prose(append([]line{b.say.notCancelled(it)}, b.known(e.Detail)...)...)
	case ledger.Failed:
		return b.withRetry(b.prose(b.replyLines(b.say.failed(it), b.explanation(e, i), r)...), r, i, e)
	case ledger.Stopped:
		return b.prose(b.say.stoppedBecause(it, e.Detail.Stop)...)
	case ledger.Delayed:
		return b.prose(append(append([]line{b.say.takesLong(it)}, b.answered(e.Detail)...), sentences(b.say.triedAgain())...)...)
	case ledger.Searching:
		return b.prose(append(append([]line{b.say.searching(it)}, b.known(e.Detail)...), sentences(b.say.beingLookedUp())...)...)
	case ledger.Stuck:
		lines := append(append([]line{b.say.stuck(it)}, b.known(e.Detail)...), sentences(b.say.lookAndPress())...)
		return b.withSettling(b.prose(lines...), r, i, e)
	case ledger.Retried:
		return b.prose(b.say.retried(it, e.Actor, b.note(e.Detail)))
	}
	return b.prose(b.say.happened(subject{request: r.ID}, e.Kind))
}

// replyOfMany is what is told of many accounts together; false where that is told as of one.
func (b Book) replyOfMany(r approvals.Request, e ledger.Event) (c Content, told bool) {
	switch {
	case e.Kind == ledger.Delivered && e.Detail.Part > 0:
		return b.tables(r, e), true
	case e.Kind == ledger.Concluded:
		return b.concluded(r, e), true
	case e.Kind == ledger.Retried && len(e.Detail.Invitations) > 0:
		return b.prose(b.say.manyRetried(r.ID, len(e.Detail.Invitations), e.Actor)), true
	case e.Kind == ledger.Stuck && r.Many():
		return b.stuckOfMany(r, e), true
	case (e.Kind == ledger.Delayed || e.Kind == ledger.Searching) && r.Many():
		return b.goingOnOfMany(r, e), true
	}
	return Content{}, false
}

// goingOnOfMany tells of several accounts what is told of one while it goes on, and when nothing does any more, that.
func (b Book) goingOnOfMany(r approvals.Request, e ledger.Event) Content {
	c := countsOf(r.Invitations)
	switch {
	case c.unknown == 0 && c.going == 0:
		return b.prose(b.say.manySettled(r.ID))
	case e.Kind == ledger.Searching:
		return b.prose(append(append([]line{b.say.manySearching(r.ID)}, b.known(e.Detail)...), sentences(b.say.beingLookedUp())...)...)
	}
	return b.prose(append(append([]line{b.say.manyTakeLong(r.ID)}, b.answered(e.Detail)...), sentences(b.say.triedAgain())...)...)
}

// replyLines are an outcome, how it is known or why it is so, and by whom it was approved.
func (b Book) replyLines(outcome line, why []line, r approvals.Request) []line {
	return append(append([]line{outcome}, why...), b.say.approvedBy(approvers(r)))
}

// invitationOf finds the invitation that an event is about; for an event of a request with only one, that one.
func invitationOf(r approvals.Request, id int64) approvals.Invitation {
	for _, i := range r.Invitations {
		if i.ID == id || id == 0 && len(r.Invitations) == 1 {
			return i
		}
	}
	return approvals.Invitation{}
}

// proof is how it is known that an invitation was sent.
func (b Book) proof(e ledger.Event) []line {
	switch e.Detail.How {
	case ledger.LookedUp:
		return []line{b.say.foundByLookup()}
	case ledger.Repeated:
		return []line{b.say.toldByNextCall(), b.say.requestID(e.Detail.RequestID)}
	case ledger.Settled:
		return []line{b.say.settledBy(e.Actor)}
	}
	return []line{b.say.requestID(e.Detail.RequestID)}
}

// known is what is known of a call from whose answer nobody can tell what it did, and what looking it up has found since.
func (b Book) known(d ledger.Detail) []line {
	var lines []line
	if d.Code != "" {
		lines = b.answered(d)
	}
	return append(lines, line{text(b.note(d))})
}

// answered is what an error says, with its code and RequestId where it is Tencent Cloud's own.
func (b Book) answered(d ledger.Detail) []line {
	what, _ := b.explain(d.Code, d.Message)
	lines := sentences(what)
	if (invite.Result{Code: d.Code}).Answered() {
		lines = append(lines, b.say.origin(d.Code, d.RequestID))
	}
	return lines
}

// explanation is the sentence, the next step, the code and the RequestId of an error.
func (b Book) explanation(e ledger.Event, i approvals.Invitation) []line {
	what, next := b.explainFailed(e.Detail.Code, e.Detail.Message)
	lines := sentences(what)
	if note := b.note(e.Detail); note != "" {
		lines = append(lines, line{text(note)})
	}
	if name := i.Hyphenated(); name != i.Name && refusesInput(e.Detail.Code) {
		next = b.say.together(next, b.say.withHyphens(name))
	}
	lines = append(lines, b.say.nextStep(next))
	if refusesName(e.Detail.Code) {
		lines = append(lines, line{code(Command + " " + i.UIN.String() + " " + anotherName(i.Name))})
	}
	return append(lines, b.say.origin(e.Detail.Code, e.Detail.RequestID))
}

// Command is what the command is called in manifest.yml, where nobody has just typed it.
const Command = "/invite-member"

// refusesName tells whether a code says that the name is taken.
func refusesName(errorCode string) bool {
	return errorCode == "FailedOperation.MemberNameUsed" || errorCode == "FailedOperation.OrganizationMemberNameUsed"
}

// anotherName is one to begin with, where a name is taken.
func anotherName(name string) string { return fitted(name, invite.MaxCharacters-2) + "-2" }

// refusesInput tells whether a code refuses what was entered, which may be the name.
func refusesInput(errorCode string) bool {
	head, _, _ := strings.Cut(errorCode, ".")
	return head == "InvalidParameter" || head == "InvalidParameterValue"
}
