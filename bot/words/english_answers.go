package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Refusals.

func (english) notRequester() string {
	return "No request was made: you aren't among the people who may ask for invitations. Whoever runs this bot can add you."
}

func (english) mayNotWithdraw() string {
	return "Nothing was changed: you aren't among the people who may ask for invitations, and so can't withdraw a request. Whoever runs this bot can add you."
}

func (english) mayNotLook() string {
	return "Nothing is shown: you aren't among the people who may ask for invitations, and aren't an approver. Whoever runs this bot can add you."
}

func (english) notYourRequest(request int64) string {
	return fmt.Sprintf("Request %d isn't yours to withdraw: only who asked can do that. Nothing was changed.", request)
}

func (english) notYoursToSee(request int64) string {
	return fmt.Sprintf("Request %d isn't yours to see: only who asked and the approvers can do that.", request)
}

func (english) notApprover(request int64) string {
	return fmt.Sprintf("Request %d: only approvers can do that, and you aren't one of them. Nothing was changed.", request)
}

func (english) outsider() string {
	return "Only people of this organization can do that, and your account isn't one of its own. Nothing was changed."
}

func (english) unchecked() string {
	return "Slack couldn't be asked whether you may do that, so nothing was done. Try again in a minute."
}

func (english) ownRequest(request int64) line {
	return line{text(fmt.Sprintf("Request %d is your own, so somebody else has to decide it. To take it back, type the command with ", request)),
		code(fmt.Sprintf("withdraw %d", request))}
}

func (english) ownInvitation(request int64) string {
	return fmt.Sprintf("Request %d is your own, so another approver has to press that button. Nothing was changed.", request)
}

func (e english) countedBefore(request int64, have, required int, approvers []approvals.Person) line {
	return append(line{text(fmt.Sprintf("Your approval of request %d counts already: ", request))}, e.progress(have, required, approvers)...)
}

func (english) decidedBefore(request int64, standing line) line {
	return append(append(line{text(fmt.Sprintf("Request %d was ", request))}, standing...), text(" Nothing was changed."))
}

func (english) notCurrent(request int64) string {
	return fmt.Sprintf("That button belongs to an earlier state of request %d, so nothing was changed.", request)
}

func (english) duplicateOf(request, other int64) string {
	return fmt.Sprintf("Request %d: nothing was changed, because request %d has an invitation to the same account under way.", request, other)
}

func (english) foreignCard() string {
	return "That message belongs to another installation of this bot, so nothing was changed. If its request is still needed, ask again with the command."
}

func (english) othersRefused(n int) string {
	if n == 1 {
		return "One more button that you pressed meanwhile changed nothing either."
	}
	return fmt.Sprintf("%d more buttons that you pressed meanwhile changed nothing either.", n)
}

func (english) tooManyOpen(open int) string {
	return fmt.Sprintf("No request was made: %s for a decision, and nobody may have more. Wait for some of them, or take back what isn't needed any more.", counted(open, "request of yours waits", "requests of yours wait"))
}

func (english) requestLine(request int64) string { return fmt.Sprintf("Request %d: ", request) }

func (english) andMore(accounts int) string { return fmt.Sprintf(" and %d more", accounts) }

func (english) withdrawSome(command string) line {
	return line{text("To take one back: "), code(command + " withdraw 12")}
}

func (english) refused(why ledger.Why) string {
	return fmt.Sprintf("Nothing was changed: %s.", why)
}

func (english) askedBefore(accounts []invite.UIN, request int64, by approvals.Person, standing line) line {
	l := line{text("No request was made: ")}
	for n, uin := range accounts {
		if n > 0 {
			l = append(l, text(", "))
		}
		l = append(l, code(uin.String()))
	}
	l = append(l, text(fmt.Sprintf(" is in request %d by ", request)), person(by), text(", which was "))
	return append(l, standing...)
}

// Standings fit behind "was".

func (e english) standsApproved(approvers []approvals.Person, at time.Time) line {
	return append(append(line{text("approved by ")}, e.people(approvers)...), text(", "), e.date(at), text("."))
}

func (e english) standsDenied(by approvals.Person, at time.Time) line {
	return line{text("denied by "), person(by), text(", "), e.date(at), text(".")}
}

func (e english) standsWithdrawn(by approvals.Person, at time.Time) line {
	return line{text("withdrawn by "), person(by), text(", "), e.date(at), text(".")}
}

func (e english) standsExpired(at time.Time) line {
	return line{text("closed, "), e.date(at), text(", because nobody decided it in time.")}
}

func (e english) standsPending(askedAt time.Time) line {
	return line{text("asked "), e.date(askedAt), text(" and waits for approval.")}
}

func (english) seeRequest(request int64) string { return fmt.Sprintf("See request %d", request) }

func (english) cardNotPosted() string { return "Its card isn't posted yet." }

// Answers to commands.

func (english) usage(command string, most int) []line {
	return []line{
		{text("To fill in a form for one account or many, type "), code(command), text(" alone, or choose “Invite to Tencent Cloud” among the shortcuts.")},
		{text("To invite a Tencent Cloud account into the organization at once, type its UIN and a name for it:")},
		{code(command + " 100012345678 Alice")},
		{text("A remark for Tencent Cloud may follow behind two dashes:")},
		{code(command + " 100012345678 Alice -- for the data team")},
		{text("Rows pasted from a spreadsheet do as well: UIN, name, remark. Where part of a name is taken for something else, put the name in quotes.")},
		{text(fmt.Sprintf("Several accounts, up to %d, go on a line each. An approver decides, and I'll message you what becomes of it.", most))},
		{text("What you have asked, and what waits for you if you are an approver: "), code(command + " list")},
		{text("How one request stands: "), code(command + " status 12")},
		{text("To take back a request that isn't decided yet: "), code(command + " withdraw 12"), text(", or "), code(command + " withdraw"), text(" to choose from a list.")},
	}
}

func (english) defaultRemark(request int64, name string) string {
	return fmt.Sprintf("invitebot %d, asked by %s", request, name)
}

func (english) accepted(request int64, approvers string) line {
	return line{text(fmt.Sprintf("Request %d is with the approvers in ", request)), channel(approvers), text(".")}
}

func (english) warned(warnings int) string {
	return fmt.Sprintf("Warnings: %d, shown to the approvers on the card.", warnings)
}

func (english) spacesInNames(names int, first invite.UIN, hyphenated string) line {
	if names == 1 {
		return line{text(fmt.Sprintf("Tencent Cloud documents no spaces in names. If it refuses that of %s, ask again with ", first)), code(hyphenated)}
	}
	return line{text(fmt.Sprintf("Tencent Cloud documents no spaces in names, and %d of these have some. If it refuses them, ask again with hyphens; for %s: ", names, first)), code(hyphenated)}
}

func (english) howToWithdraw(request int64, command string) line {
	return line{text("I'll message you when it's decided. To take it back: "), code(fmt.Sprintf("%s withdraw %d", command, request))}
}

func (english) misread(where misreading, problem string) line {
	l := line{text("No request was made. ")}
	if where.line != 0 {
		l = append(l, text(fmt.Sprintf("Line %d: ", where.line)))
	}
	if where.part != "" {
		l = append(l, code(where.part), text(" – "))
	}
	return append(l, text(problem))
}

func (english) seeHelp(command string) line {
	return line{text("All about it: "), code(command + " help")}
}

func (english) forCopying() string { return "What you typed, for copying:" }

func (english) beginningForCopying() string { return "The beginning of what you typed, for copying:" }

func (english) meantForCopying() string { return "If so, copy this:" }

func (english) whichRequest(command string) line {
	return line{text("Write the request's number, for example: "), code(command + " withdraw 12")}
}

func (english) whichStatus(command string) []line {
	return []line{
		{text("Write the request's number, for example: "), code(command + " status 12")},
		{text("To see the numbers of yours: "), code(command + " list")},
	}
}

func (english) listAlone(command string) []line {
	return []line{
		{text("Nothing goes behind "), code("list"), text(". Write it alone: "), code(command + " list")},
		{text("For one request: "), code(command + " status 12")},
		{text("To ask for an account, begin with its UIN: "), code(command + " 100012345678 Alice")},
	}
}

func (english) withdrawn(request int64) string {
	return fmt.Sprintf("Request %d is withdrawn.", request)
}

func (english) noRequest(request int64) string {
	return fmt.Sprintf("There is no request %d here. Nothing was changed.", request)
}

func (english) noButton() string {
	return "That button isn't one of this bot's current ones. Nothing was changed."
}

func (english) askUnstored() string {
	return "Your request could not be stored just now. Type it again in a minute: if it was stored after all, I'll say so then."
}

func (english) clickUnstored() string {
	return "That could not be stored just now. Try again in a minute; what was done already isn't done twice."
}

func (english) unread() string {
	return "That could not be looked up just now. Type it again in a minute."
}

func (english) restarting() string {
	return "The bot is being restarted. Nothing was done; type the command again in a minute."
}

func (english) trouble(approvers string) line {
	return line{text("Something went wrong in the bot, and whoever runs it finds it in its log. Look in "), channel(approvers),
		text(" whether it was done before you try again.")}
}

func (english) unknownCard() string {
	return "This card is of a request that this database doesn't know, so nothing was changed. If it is still needed, ask again with the command."
}

func (english) unknownList() string {
	return "That list has a request that this database doesn't know, so nothing was changed. Type the command again to see what there is."
}

func (english) offRecord(request int64) string {
	return fmt.Sprintf("That button isn't on the card of request %d that counts, so nothing was changed. Press it there.", request)
}

func (english) changedSince(request int64) string {
	return fmt.Sprintf("Request %d was changed in the database after it was asked for, so it can't be approved. Its card shows now what stands there. Deny it, have it asked for again, and tell whoever runs the bot.", request)
}

func (english) setBack(head string) []line {
	return []line{
		{bold("The bot's database was set back. "), text("This channel has messages that it doesn't know, up to ledger " + head + ".")},
		{text("What waits for a decision is posted anew below, and only approvals given there count. What was approved and not sent yet is looked up at Tencent Cloud before anything is sent. Older cards do nothing any more.")},
		{text("If nobody restored a backup, tell whoever runs the bot.")},
	}
}

func (english) rekeyed() []line {
	return []line{
		{bold("The bot's key was lost, and replaced. "), text("With it approvals from before can't be proved any more, so they don't count.")},
		{text("What waits for a decision is posted anew below, and only approvals given there count. What was approved and not sent yet is not sent; ask again where it is still needed. Older cards do nothing any more.")},
		{text("If nobody told you of this, tell whoever runs the bot.")},
	}
}
