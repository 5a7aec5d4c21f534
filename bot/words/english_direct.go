package words

import (
	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Direct messages.

func (e english) directSent(s subject) line {
	return e.about(s, text("the invitation was sent."))
}

func (e english) directFailed(s subject) line {
	return e.about(s, text("it was approved, but the invitation was not sent."))
}

func (e english) directStuck(s subject) line {
	return e.about(s, text("it was approved, and it isn't known whether the invitation was sent."))
}

func (english) approverLooks() string {
	return "An approver has to settle it, and was asked to. I'll message you what comes of it."
}

func (e english) directDenied(s subject, by approvals.Person) line {
	return e.about(s, text("it was denied by "), person(by), text("."))
}

func (e english) directExpired(s subject) line {
	return e.about(s, text("it expired, because nobody decided it in time."))
}

func (e english) directHeld(s subject) line {
	return e.about(s, text("the bot's database was set back, or its key was lost, and what was decided before doesn't count. The request is posted to the approvers again, and only approvals given there count."))
}

func (e english) directUnseen(s subject) line {
	return e.about(s, text("it is stored, but the approvers can't see it yet, because Slack doesn't take the message to their channel."))
}

func (english) slackSays(errorCode string) line { return line{text("Slack says: "), code(errorCode)} }

func (english) keepsTrying() string {
	return "I'll keep trying. If it stays so, tell whoever runs the bot."
}

func (english) seeTheRequest() string { return "See the request" }

func (e english) directStopped(s subject, why ledger.Stop) line {
	if why == ledger.KeyLost {
		return e.about(s, text("it was not sent, because the bot's key was lost, and with it the proof that it was approved. If it is still needed, ask again."))
	}
	return e.about(s, text("it was not sent, because its record was changed in the database. Whoever runs the bot has to look into it. If it is still needed, ask again."))
}
