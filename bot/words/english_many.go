package words

import (
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Many accounts in one request.

func (english) andMoreAccounts(n int) line {
	return line{text(fmt.Sprintf("… and %d more.", n))}
}

func (english) moreOnCard(n int, button string) line {
	return line{text(fmt.Sprintf("… and %d more: ", n)), bold(button), text(" on the card has each.")}
}

func (english) listed(all []string) string { return strings.Join(all, ", ") }

func (english) countedWarning(kind warningKind, n int) string {
	what, known := map[warningKind]string{
		warningKind(ledger.IsMember):     "a member already",
		warningKind(ledger.IsInvited):    "invited already",
		warningKind(ledger.NameTaken):    "name taken by another account",
		warningKind(ledger.NameTwice):    "name twice in this request",
		warningKind(ledger.DeniedBefore): "denied before",
		wasSentBefore:                    "invited before by this bot",
		warningKind(invite.UnusualUIN):   "UIN of an unusual length",
		warningKind(invite.LongName):     "name longer than documented",
		warningKind(invite.OddName):      "name with characters that may be refused",
		warningKind(invite.LookAlike):    "name with letters that look like others",
		warningKind(invite.NumberFirst):  "name that begins with a number",
		warningKind(invite.OtherUIN):     "name that is another UIN",
		warningKind(invite.LongRemark):   "remark longer than documented",
	}[kind]
	if !known {
		what = string(kind)
	}
	return fmt.Sprintf("%d × %s", n, what)
}

func (english) howMany(c counts) line {
	parts := []string{fmt.Sprintf("%d of %d invited", c.invited, c.of)}
	if c.refused > 0 {
		parts = append(parts, fmt.Sprintf("%d not invited", c.refused))
	}
	if c.unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d not known yet", c.unknown))
	}
	if c.going > 0 {
		parts = append(parts, fmt.Sprintf("%d to go", c.going))
	}
	return line{bold(strings.Join(parts, ", ") + ".")}
}

func (english) sinceInvited(c counts) line {
	return line{bold(fmt.Sprintf("Of %d invited: %d joined, %d ended, %d open.", c.invited, c.joined, c.ended(), c.open))}
}

func (e english) manyDelivered(request int64, c counts) line {
	return append(line{bold(fmt.Sprintf("Request %d: ", request))}, e.howMany(c)...)
}

func (english) refusedFor(n int) string { return fmt.Sprintf("%d × not invited", n) }

func (english) otherReasons() string { return "for other reasons, whose codes the table has." }

func (english) othersNotTried() string {
	return "Tencent Cloud would refuse every other account for that too, so the rest wasn't tried."
}

func (english) askWithOtherNames() string {
	return "Ask again with other names. Trying again helps only once the names are free."
}

func (english) tableGoesOn(request int64) line {
	return line{bold(fmt.Sprintf("Request %d, continued", request))}
}

func (english) columns() [5]string { return [5]string{"#", "UIN", "Name", "Outcome", "RequestId"} }

func (english) tryAllAgain(n int) string {
	if n == 1 {
		return "Try the one again"
	}
	return fmt.Sprintf("Try the %d again", n)
}

func (english) askAgainFor(n int) string {
	if n == 1 {
		return "Ask again for the one"
	}
	return fmt.Sprintf("Ask again for the %d", n)
}

func (english) confirmRetryAll(n int, which string) string {
	if n == 1 {
		return fmt.Sprintf("This sends the invitation to %s once more.", which)
	}
	return fmt.Sprintf("This sends the invitations to %d accounts once more: %s.", n, which)
}

func (english) manyRetried(request int64, n int, by approvals.Person) line {
	what := fmt.Sprintf(" tries %d accounts again.", n)
	if n == 1 {
		what = " tries one account again."
	}
	return line{bold(fmt.Sprintf("Request %d: ", request)), person(by), text(what)}
}

func (english) manyConcluded(request int64, n int) line {
	if n == 1 {
		return line{bold(fmt.Sprintf("Request %d: ", request)), text("news of one account.")}
	}
	return line{bold(fmt.Sprintf("Request %d: ", request)), text(fmt.Sprintf("news of %d accounts.", n))}
}

func (english) manyStuck(request int64) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), text("it isn't known whether the invitations of some accounts were sent, and it can't be looked up.")}
}

func (english) manySearching(request int64) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), text("of some accounts it isn't known yet whether the invitation was sent.")}
}

func (english) manyTakeLong(request int64) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), text("some invitations aren't sent after a minute.")}
}

func (english) manySettled(request int64) line {
	return line{bold(fmt.Sprintf("Request %d: ", request)), text("it is known of every account what became of it.")}
}

func (english) settleInShowAll() string {
	return "An approver has to look in the Tencent Cloud console. Show all has buttons for each of these accounts."
}

func (english) manyForward() string {
	return "Each account's owner signs in to the Tencent Cloud console, opens Tencent Cloud Organization, and accepts the invitation within 15 days."
}

func (english) tablesInThread() string {
	return "A table in the thread under the request has all accounts."
}

func (english) showAll(n int) string { return fmt.Sprintf("Show all %d", n) }

func (english) showAllTitle(request int64) string { return fmt.Sprintf("Request %d", request) }

func (english) showAllShortTitle() string { return "All accounts" }

func (english) accountsShown(first, last, of int) line {
	return line{text(fmt.Sprintf("Accounts %d to %d of %d:", first, last, of))}
}

func (english) pageBefore() string { return "← Before" }

func (english) pageNext() string { return "Next →" }

func (english) confirmSeveralOf(accounts int) string {
	return fmt.Sprintf("This invites %d Tencent Cloud accounts into the organization. Show all has each.", accounts)
}

// The form.

func (english) askTitle() string { return "Invite to Tencent Cloud" }

func (english) askGoOn() string { return "Next" }

func (english) accountsLabel() string { return "Accounts" }

func (english) accountsHint(most int) string {
	return fmt.Sprintf("One a line, UIN and name: 100012345678 Alice. Or paste the rows of a spreadsheet. At most %d.", most)
}

func (english) moreLabel() string { return "More accounts, if the first field is full" }

func (english) noRoomFor(left, of int) string {
	return fmt.Sprintf("The form has no room for %d of the %d accounts. The same button offers them again once these are sent.", left, of)
}

func (english) commonRemarkLabel() string { return "Remark" }

func (english) commonRemarkHint() string { return "For all accounts that have none of their own." }

func (english) alsoToldLabel() string { return "Who is told as well" }

func (english) alsoToldHint() string {
	return "They get a direct message when it is decided and done, as you do."
}

func (english) alsoTold(people []string) line {
	l := line{bold("Told as well: ")}
	for n, id := range people {
		if n > 0 {
			l = append(l, text(", "))
		}
		l = append(l, person(approvals.Person{ID: id}))
	}
	return l
}

func (english) cantBeTold(people int) string {
	return counted(people, "of these people is", "of these people are") + " not a full member of this organization, or Slack couldn't be asked. Choose others, or nobody."
}

func (english) rowProblem(row int, problem string) string {
	return fmt.Sprintf("Row %d: %s", row, problem)
}

func (english) moreRows(n int) string {
	if n == 1 {
		return "One more row has a problem."
	}
	return fmt.Sprintf("%d more rows have problems.", n)
}

func (english) fieldFull() string {
	return "This field is full, so what was pasted may be cut off at its end. Check the last row, and move it and what is missing to the field below."
}

func (english) lastFieldFull() string {
	return "This field is full, so what was pasted may be cut off at its end. Check the last row, and ask for it and what is missing in another request."
}

func (english) busyIn(request int64) string {
	return fmt.Sprintf("Request %d asks for this account already. Take the row out.", request)
}

func (english) understood(n int) line {
	if n == 1 {
		return line{bold("One account was understood. Nothing is sent yet.")}
	}
	return line{bold(fmt.Sprintf("%d accounts were understood. Nothing is sent yet.", n))}
}

func (english) unreadColumns(which string) string {
	return "Not used, as the heading says neither UIN, name nor remark: " + which
}

func (english) checkTitle() string { return "Is this right?" }

func (english) send() string { return "Send" }

func (english) back() string { return "Back" }

func (english) draftGone() string {
	return "Nothing was sent: what you filled in isn't there any more. Fill in the form once more."
}

func (english) formUnopened() string {
	return "Slack didn't open the form. Try once more, or ask like this:"
}
