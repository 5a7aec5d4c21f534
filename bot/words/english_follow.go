package words

import (
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// What becomes of invitations.

// englishStandings are a sign and a word for each standing.
var englishStandings = map[approvals.State]string{
	approvals.Pending: "Waits for approval", approvals.Denied: "⛔ Denied", approvals.Withdrawn: "↩️ Withdrawn", approvals.Expired: "⌛ Expired",
	approvals.Sending: "⏳ Being sent", approvals.Sent: "✅ Invited", approvals.Failed: "⚠️ Not sent", approvals.Stopped: "⚠️ Not sent", approvals.Unknown: "❓ Unknown",
	approvals.Joined: "🎉 Joined", approvals.Lapsed: "⌛ Lapsed", approvals.Cancelled: "🚫 Cancelled", approvals.Declined: "🙅 Declined", approvals.Left: "👋 Left",
}

func (english) standing(s approvals.State) string { return englishStandings[s] }

func (english) accounts(n int) string { return fmt.Sprintf("%d accounts", n) }

func (english) mixed(s approvals.State, c counts) string {
	sign, _, _ := strings.Cut(englishStandings[s], " ")
	text := fmt.Sprintf("%s %d of %d accounts invited", sign, c.invited, c.of)
	if c.joined > 0 {
		text += fmt.Sprintf(", %d joined", c.joined)
	}
	if c.ended() > 0 {
		text += fmt.Sprintf(", %d ended", c.ended())
	}
	return text
}

func (english) beingCancelled(by approvals.Person) line {
	return line{bold("Being cancelled"), text(", as "), person(by), text(" asked.")}
}

func (english) joined() line { return line{bold("Joined"), text(" the organization.")} }

func (english) lapsed() line {
	return line{bold("Lapsed"), text(": nobody accepted the invitation in time.")}
}

func (english) declined() line {
	return line{bold("Declined"), text(": Tencent Cloud calls the invitation invalid.")}
}

func (english) left() line { return line{bold("Left"), text(" the organization again.")} }

func (english) cancelled(by approvals.Person) line {
	if by.ID == "" {
		return line{bold("Cancelled"), text(" at Tencent Cloud, not by this bot.")}
	}
	return line{bold("Cancelled by "), person(by), text(".")}
}

func (e english) hasJoined(s subject) line {
	return e.about(s, text("🎉 the account has joined the organization."))
}

func (e english) hasLapsed(s subject) line {
	return e.about(s, text("⌛ the invitation lapsed, because nobody accepted it in time."))
}

func (e english) wasDeclined(s subject) line {
	return e.about(s, text("🙅 the invitation was declined: Tencent Cloud calls it invalid."))
}

func (e english) hasLeft(s subject) line {
	return e.about(s, text("👋 the account is no longer in the organization."))
}

func (e english) wasCancelled(s subject, by approvals.Person) line {
	if by.ID == "" {
		return e.about(s, text("🚫 the invitation was cancelled at Tencent Cloud, not by this bot."))
	}
	return e.about(s, text("🚫 "), person(by), text(" cancelled the invitation."))
}

func (e english) notCancelled(s subject) line {
	return e.about(s, text("the invitation could not be cancelled."))
}

func (english) cancelUnproved() string {
	return "The record in the database doesn't prove that an approver asked for it. Tell whoever runs the bot that somebody changed its database."
}

func (english) deliveredOf(request int64, sent, of int) line {
	l := line{bold(fmt.Sprintf("Request %d: ", request))}
	switch sent {
	case of:
		return append(l, text(fmt.Sprintf("all %d accounts are invited.", of)))
	case 0:
		return append(l, text(fmt.Sprintf("none of %d accounts is invited.", of)))
	}
	return append(l, text(fmt.Sprintf("%d of %d accounts are invited.", sent, of)))
}

func (english) forwardThis() string { return "To forward to the account's owner:" }

func (e english) forwardable(account invite.UIN, name string, until time.Time, known bool) line {
	l := line{text("You are invited to a Tencent Cloud organization as “" + name + "”. Sign in to the Tencent Cloud console with the account "), code(account.String()),
		text(", open Tencent Cloud Organization, and accept the invitation")}
	switch {
	case until.IsZero():
		return append(l, text("."))
	case !known:
		return append(l, text(" within 15 days, by about "), e.date(until), text("."))
	}
	return append(l, text(" by "), e.date(until), text("."))
}

func (english) runningOut(n int) string {
	if n == 1 {
		return "⌛ Nobody has accepted this invitation yet, and its time is running out. Remind the account's owner."
	}
	return fmt.Sprintf("⌛ Nobody has accepted these %d invitations yet, and their time is running out. Remind the accounts' owners.", n)
}

func (e english) endsAt(request int64, account, name string, until time.Time) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), code(account), text(" (" + name + "), open until "), e.date(until)}
}

func (english) askedAgain(request int64) string {
	return fmt.Sprintf("It was asked for again: request %d.", request)
}

// Buttons and their dialogs.

func (english) cancelInvitation() string { return "Cancel invitation" }

func (english) cancelInvitationOf(name string) string { return "Cancel: " + name }

func (english) keep() string { return "Keep it" }

func (english) confirmCancel() string { return "Cancel this invitation?" }

func (english) confirmCancelOf(account invite.UIN, name string) string {
	return fmt.Sprintf("%s (“%s”) can then no longer accept it.", account, name)
}

func (english) askAgain() string { return "Invite again" }

func (english) confirmAgain() string { return "Ask again?" }

func (english) confirmAgainOf(account invite.UIN, name string) string {
	return fmt.Sprintf("This makes a new request of yours for %s (“%s”). An approver decides it.", account, name)
}

func (english) confirmAgainAll(accounts int) string {
	if accounts == 1 {
		return "This makes a new request of yours for the same account. An approver decides it."
	}
	return fmt.Sprintf("This makes a new request of yours for the same %d accounts. An approver decides it.", accounts)
}

// What Tencent Cloud would refuse.

func since(on string) string {
	if on == "" {
		return ""
	}
	return " since " + on
}

func (english) isMember(name, on string) string {
	return fmt.Sprintf("The account is a member already, as “%s”%s: Tencent Cloud will refuse this.", name, since(on))
}

func (english) isInvited(name, on string) string {
	return fmt.Sprintf("An invitation to the account is open already, as “%s”%s: Tencent Cloud will refuse another.", name, since(on))
}

func (english) nameTaken(by invite.UIN) string {
	return fmt.Sprintf("The name is taken by %s: Tencent Cloud will refuse it.", by)
}

func (english) nameTwice() string { return "Another account of this request has the same name." }

func (english) isFull(members, room int) string {
	return fmt.Sprintf("The organization is full: %d of %d members.", members, room)
}

func (english) wouldBeFull(members, open, room int) string {
	return fmt.Sprintf("With this the organization would be over its limit of %d members: it has %d, and %d open invitations.", room, members, open)
}

func (english) noOrganization() string {
	return "The bot's Tencent Cloud account has no organization: nobody can be invited."
}

func (english) deniedBefore(request int64, by approvals.Person, reason string) string {
	text := fmt.Sprintf("Denied before: request %d, by @%s", request, invite.Harmless(by.Name))
	if reason = invite.Harmless(reason); reason != "" {
		return text + ": “" + strings.TrimSuffix(reason, ".") + "”."
	}
	return text + "."
}

func (e english) listsReadAt(at time.Time) line {
	return line{text("As Tencent Cloud listed it "), e.date(at), text(".")}
}
