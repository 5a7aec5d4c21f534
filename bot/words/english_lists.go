package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// Lists.

func (english) waitingForYou() string { return "These wait for your decision:" }

func (english) askedByYou() string { return "You have asked for these:" }

func (english) nothingWaitsForYou() string { return "Nothing waits for your decision." }

func (english) nothingAsked() string { return "You have asked for nothing so far." }

func (english) approverUnchecked() string {
	return "Slack couldn't be asked whether you are an approver, so what waits for approvers isn't shown. Try again in a minute."
}

func (english) requestLabel(request int64) string { return fmt.Sprintf("Request %d", request) }

func (e english) waitsSince(by approvals.Person, until time.Time) line {
	l := line{text(", asked by "), person(by)}
	if until.IsZero() {
		return l
	}
	return append(l, text(", open until "), e.date(until))
}

func (e english) standsAs(state string, askedAt time.Time) line {
	return line{text(" – " + state + ", asked "), e.date(askedAt)}
}

func (english) moreRequests(n int) string { return fmt.Sprintf("and %d more", n) }

func (english) statusOf(request int64, state string) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), text(state)}
}

func (english) withdrawWhich() string { return "Which of these do you want to withdraw?" }

func (english) moreToWithdraw(n int) line {
	return line{text(fmt.Sprintf("and %d more, which you withdraw by typing the command with ", n)), code("withdraw 12")}
}

func (english) nothingToWithdraw() string {
	return "None of your requests waits for approval, so there is nothing to withdraw."
}

func (english) noSuchRequest(request int64) string {
	return fmt.Sprintf("There is no request %d here.", request)
}
