package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// The App Home.

func (english) askHere() string { return "Ask for an invitation" }

func (english) homeWaiting() string { return "Waits for your decision" }

func (english) homeBoard() string { return "How all stands" }

func (english) homeOwn() string { return "Your requests" }

func (english) homeHelp() string { return "How to ask" }

func (english) decidedOnCards() string {
	return "The oldest first. Each is decided on its card, to which its number leads."
}

func (english) openRequests(requests, accounts int) string {
	return fmt.Sprintf("%s for approval, with %s.", counted(requests, "request waits", "requests wait"), counted(accounts, "account", "accounts"))
}

func (english) openInvitations(invitations int) string {
	return counted(invitations, "invitation is", "invitations are") + " sent and not yet accepted."
}

func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", several)
}

func (english) nothingLapses() string { return "No invitation lapses within a week." }

func (english) theseLapse() string { return "These lapse within a week, if nobody accepts them:" }

func (e english) rosterRead(members, open int, at time.Time) line {
	has := fmt.Sprintf(", the organization has %s and %s.", counted(members, "member", "members"), counted(open, "open invitation", "open invitations"))
	return line{text("By its lists, as read "), e.date(at), text(has)}
}

func (english) roomLeft(left, room int) string {
	return fmt.Sprintf("If all of those are accepted, there is room for %d more, of %d.", left, room)
}

func (english) roomUnknown() string {
	return "How many members it may have isn't known here."
}

func (english) rosterUnread() string {
	return "How many members the organization has isn't known yet: its lists haven't been read."
}

func (e english) askedOn(at time.Time) line { return line{text(", asked "), e.date(at)} }

func (e english) standsUntil(state string, until time.Time) line {
	if until.IsZero() {
		return line{text(state)}
	}
	return line{text(state + ", open until "), e.date(until)}
}

func (english) standsBecause(state, why string) line { return line{text(state + ": " + why)} }

func (english) soFar(have, required int) string {
	return fmt.Sprintf(", %d of %d approved", have, required)
}

func (english) comma() string { return ", " }

func (e english) openOf(accounts int, until time.Time, first bool) line {
	switch {
	case until.IsZero():
		return line{text(fmt.Sprintf("%d open", accounts))}
	case first:
		return line{text(fmt.Sprintf("%d open, the first until ", accounts)), e.date(until)}
	}
	return line{text(fmt.Sprintf("%d open until ", accounts)), e.date(until)}
}

// englishTally are the words for several accounts in a state.
var englishTally = map[approvals.State]string{
	approvals.Joined: "joined", approvals.Sending: "being sent", approvals.Unknown: "not known", approvals.Failed: "not sent", approvals.Lapsed: "lapsed",
	approvals.Declined: "declined", approvals.Cancelled: "cancelled", approvals.Left: "left again",
}

func (english) soManyAre(accounts int, s approvals.State) string {
	return fmt.Sprintf("%d %s", accounts, englishTally[s])
}

func (english) pageOf(page, of int) string { return fmt.Sprintf("Page %d of %d", page, of) }

func (english) older() string { return "Older" }

func (english) newer() string { return "Newer" }

func (english) mayNotAsk() string {
	return "You aren't among the people who may ask for invitations. Whoever runs this bot can add you."
}

func (english) askUnchecked() string {
	return "Slack couldn't be asked whether you may ask for invitations. The bot asks again by itself."
}
