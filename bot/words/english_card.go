package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// The card.

func (english) title(account invite.UIN) string { return "Invite " + account.String() }

func (english) titleOfSeveral(accounts int) string {
	return fmt.Sprintf("Invite %d accounts", accounts)
}

func (english) cardBegins(request int64) string { return fmt.Sprintf("Request %d: invite ", request) }

func (e english) cardOf(request int64, account invite.UIN, name string) string {
	return fmt.Sprintf("%s%s (%s).", e.cardBegins(request), account, name)
}

func (e english) cardOfSeveral(request int64, accounts int) string {
	return fmt.Sprintf("%s%d accounts.", e.cardBegins(request), accounts)
}

func (english) moreInside() string { return "… More is in the message itself." }

func (english) name(name string) line { return line{bold("Name: "), text(name)} }

func (english) account(uin invite.UIN) line { return line{bold("UIN: "), code(uin.String())} }

func (english) remark(remark string) line { return line{bold("Remark: "), text(remark)} }

func (english) remarkOfOne(remark string) string { return "Remark: " + remark }

func (english) numbered(n, of int) string { return fmt.Sprintf("%d of %d", n, of) }

func (e english) askedBy(who approvals.Person, at time.Time) line {
	return line{bold("Asked by: "), person(who), text(", "), e.date(at)}
}

func (english) requestNumber(request int64) line {
	return line{bold("Request: "), text(fmt.Sprint(request))}
}

func (e english) requestOpenUntil(request int64, until time.Time) line {
	return append(e.requestNumber(request), text(", open until "), e.date(until))
}

// progress reads "1 of 2 approved: @ann".
func (e english) progress(have, required int, approvers []approvals.Person) line {
	l := line{bold(fmt.Sprintf("%d of %d approved", have, required))}
	if len(approvers) == 0 {
		return l
	}
	return append(append(l, text(": ")), e.people(approvers)...)
}

func (e english) approvedAt(by approvals.Person, at time.Time) line {
	return line{bold("Approved by "), person(by), text(", "), e.date(at)}
}

func (e english) deniedAt(by approvals.Person, at time.Time) line {
	return line{bold("Denied by "), person(by), text(", "), e.date(at)}
}

func (e english) withdrawnAt(by approvals.Person, at time.Time) line {
	return line{bold("Withdrawn by "), person(by), text(", "), e.date(at)}
}

func (e english) expiredAt(at time.Time) line {
	return line{bold("Expired"), text(", "), e.date(at), text(": it wasn't decided in time.")}
}

func (english) reason(reason string) line { return line{bold("Reason: "), text(reason)} }

func (english) beingSent() line { return line{bold("Being sent.")} }

func (english) notSentYet() line {
	return line{bold("Not sent yet"), text(": it takes longer than usual and is tried again by itself.")}
}

func (english) invitationSent(requestID string) line {
	l := line{bold("Invitation sent.")}
	if requestID != "" {
		l = append(l, text(" RequestId "), code(requestID))
	}
	return l
}

func (english) invitationSettled(by approvals.Person) line {
	return line{bold("Invitation sent"), text(", by "), person(by), text("'s word.")}
}

func (english) notSent(what, errorCode string) line {
	return line{bold("Not sent: "), text(what + " "), code(errorCode)}
}

func (english) unknownYet() line {
	return line{bold("Not known whether it was sent"), text(": it is being looked up.")}
}

func (english) unknownStuck() line {
	return line{bold("Not known whether it was sent"), text(": an approver has to settle it, see the thread.")}
}

func (english) stopped() line {
	return line{bold("Not sent: "), text("its record in the database doesn't prove that this was approved, see the thread.")}
}

func (english) heldSince() string {
	return "⚠️ The bot's database was set back, or its key was lost: look above in the channel. This request may have been decided before, which doesn't count. Only approvals given here, from now on, do."
}
