package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// Lists of requests.

func (english) waitsForYou(requests int) string {
	switch requests {
	case 0:
		return "Nothing waits for your decision."
	case 1:
		return "1 request waits for your decision:"
	}
	return fmt.Sprintf("%d requests wait for your decision:", requests)
}

func (english) yourRequests(requests int) string {
	switch requests {
	case 0:
		return "You haven't asked for anything yet."
	case 1:
		return "Your request:"
	}
	return fmt.Sprintf("Your %d requests:", requests)
}

func (english) andMoreRequests(requests int) string { return fmt.Sprintf("… and %d more.", requests) }

func (english) requestShort(request int64) string { return fmt.Sprintf("#%d", request) }

func (e english) waitingSince(asked, until time.Time) line {
	l := line{text(" since "), e.date(asked)}
	if !until.IsZero() {
		l = append(l, text(", expires "), e.date(until))
	}
	return l
}

func (e english) since(decided time.Time) line { return line{text(", decided "), e.date(decided)} }

func (english) toTakeBack(command string) line {
	return line{text("To take one back: "), code(command + " withdraw")}
}

func (english) notYours(request int64) string {
	return fmt.Sprintf("Request %d isn't one of yours: only who asked and the approvers can see it.", request)
}

func (english) whichStatus(command string) line {
	return line{text("Write the request's number, for example: "), code(command + " status 12"), text(". All of yours: "), code(command + " list")}
}

func (english) justList(command string) line {
	return line{text("Write just "), code(command + " list"), text("; for one request: "), code(command + " status 12")}
}

func (english) unread() string {
	return "The requests couldn't be read just now. Try again in a minute."
}

func (english) nothingToWithdraw() string {
	return "None of your requests waits for a decision, so there is nothing to withdraw."
}

func (english) whatToWithdraw(requests int) string {
	if requests == 1 {
		return "This request of yours waits for a decision:"
	}
	return fmt.Sprintf("These %d requests of yours wait for a decision:", requests)
}

func (english) withdrawIt() string { return "Withdraw" }

func (english) confirmWithdraw(request int64) string {
	return fmt.Sprintf("Withdraw request %d?", request)
}

func (english) confirmWithdrawOf(account invite.UIN, name string, accounts int) string {
	if accounts > 1 {
		return fmt.Sprintf("%s (“%s”) and %d more aren't invited then.", account, name, accounts-1)
	}
	return fmt.Sprintf("%s (“%s”) isn't invited then.", account, name)
}
