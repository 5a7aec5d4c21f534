package words

import (
	"fmt"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// about begins "Request 12: 100012345678 (Alice): ".
func (e english) about(s subject, what ...piece) line {
	l := line{e.number(s)}
	if i := s.invitation; i.ID != 0 {
		l = append(l, code(i.UIN.String()), text(" ("+i.Name+"): "))
	}
	return append(l, what...)
}

func (english) number(s subject) piece { return bold(fmt.Sprintf("Request %d: ", s.request)) }

// Replies in the thread.

func (e english) sent(s subject) line { return e.about(s, text("the invitation was sent.")) }

func (e english) failed(s subject) line { return e.about(s, text("the invitation was not sent.")) }

func (e english) takesLong(s subject) line {
	return e.about(s, text("sending takes longer than a minute."))
}

func (english) triedAgain() string { return "I'll keep trying; there is nothing to do." }

func (e english) searching(s subject) line {
	return e.about(s, text("it isn't known yet whether the invitation was sent."))
}

func (english) beingLookedUp() string {
	return "I'm looking it up, and nothing is sent again before that is settled."
}

func (e english) stuck(s subject) line {
	return e.about(s, text("it isn't known whether the invitation was sent, and looking it up doesn't settle it."))
}

func (english) lookAndPress() string {
	return "An approver has to settle it: look in the Tencent Cloud console for an invitation to this UIN, and press what you found."
}

func (e english) retried(s subject, by approvals.Person, note string) line {
	l := line{e.number(s), person(by), text(" pressed Try again: the invitation to "), code(s.invitation.UIN.String()), text(" (" + s.invitation.Name + ") is sent once more.")}
	if note != "" {
		l[2] = text(" asked to send the invitation to ")
		l[4] = text(" (" + s.invitation.Name + ") again. " + note)
	}
	return l
}

func (e english) happened(s subject, kind ledger.Kind) line {
	return e.about(s, text(string(kind)+"."))
}

func (english) requestID(id string) line { return line{text("RequestId "), code(id)} }

func (english) foundByLookup() line {
	return line{text("What became of the call was not known; Tencent Cloud lists the invitation.")}
}

func (english) toldByNextCall() line {
	return line{text("What became of an earlier call was not known; to the next call Tencent Cloud said that it had been sent before.")}
}

func (english) settledBy(who approvals.Person) line {
	return line{text("What became of the call was not known; "), person(who), text(" looked and says that it was sent.")}
}

func (english) nextStep(next string) line { return line{bold("Next: "), text(next)} }

func (english) withHyphens(name string) string {
	return "Tencent Cloud documents no blanks in names; " + name + " has none."
}

func (english) origin(errorCode, requestID string) line {
	l := line{text("Code "), code(errorCode)}
	if requestID != "" {
		l = append(l, text(", RequestId "), code(requestID))
	}
	return l
}

func (e english) approvedBy(approvers []approvals.Person) line {
	return append(line{text("Approved by ")}, e.people(approvers)...)
}

func (e english) stoppedBecause(s subject, why ledger.Stop) []line {
	if why == ledger.KeyLost {
		return []line{
			e.about(s, text("the invitation was stopped and is never sent, because the bot's key was lost.")),
			{text("With it nobody can prove any more that this was approved.")},
			{bold("Next: "), text("If the invitation is still needed, ask again with the command.")},
		}
	}
	what := "What stands in the database now isn't what its approvers saw, or not enough of them approved just this."
	if why == ledger.NotApproved {
		what = "The database says that it is to be sent, and its request isn't approved."
	}
	return []line{
		e.about(s, text("the invitation was stopped and is never sent, because its record was changed in the database.")),
		{text(what)},
		{bold("Next: "), text("Tell whoever runs the bot that somebody changed its database. If the invitation is still needed, ask again with the command.")},
	}
}
