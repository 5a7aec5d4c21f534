package words

import (
	"fmt"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Buttons.

func (english) approve() string { return "Approve" }

func (english) deny() string { return "Deny" }

func (english) tryAgain() string { return "Try again" }

func (english) itWasSent() string { return "It was sent" }

func (english) sendAgain() string { return "Send again" }

func (english) withdraw() string { return "Withdraw" }

func (english) cancel() string { return "Cancel" }

func (english) close() string { return "Close" }

// Dialogs.

func (english) confirmApproval(request int64, digest string) string {
	return fmt.Sprintf("Approve request %d (%s)?", request, digest)
}

func (english) confirmOne(account invite.UIN, name, remark string) string {
	return fmt.Sprintf("This invites the Tencent Cloud account %s as “%s” into the organization. Remark: %s.", account, name, remark)
}

func (english) confirmAskedBy(requester approvals.Person) string {
	return "Asked by @" + invite.Harmless(requester.Name) + "."
}

func (english) confirmSeveral(accounts int) string {
	return fmt.Sprintf("This invites %d Tencent Cloud accounts into the organization:", accounts)
}

func (english) confirmRest(accounts int) string {
	return fmt.Sprintf("… and %d more, all listed on the card.", accounts)
}

func (english) confirmRetry() string { return "Try again?" }

func (english) confirmRetryOf(account invite.UIN, name string) string {
	return fmt.Sprintf("This sends the invitation to %s (“%s”) once more.", account, name)
}

func (english) confirmResend() string { return "Send again?" }

func (english) confirmResendOf(account invite.UIN, name string) string {
	return fmt.Sprintf("Only if the console shows no invitation to %s: otherwise “%s” may be invited twice.", account, name)
}

func (english) confirmWithdrawal(request int64) string {
	return fmt.Sprintf("Withdraw request %d?", request)
}

func (english) confirmWithdrawalOf(accounts string) string {
	return accounts + ": nobody can approve it any more."
}

// Modals.

func (english) approveTitle(request int64) string { return fmt.Sprintf("Approve request %d?", request) }

func (english) approveShortTitle() string { return "Approve?" }

func (english) approveDigest(digest string) line { return line{text("Digest "), code(digest)} }

func (english) denyTitle(request int64) string { return fmt.Sprintf("Deny request %d", request) }

func (english) denyShortTitle() string { return "Deny" }

func (english) denyWhose(requester approvals.Person) line {
	return line{text("Asked by "), person(requester), text(":")}
}

func (english) reasonLabel() string { return "Reason" }

func (english) reasonHint() string { return "The requester and the channel see it." }

func (english) reasonTooLong(characters, most int) string {
	return fmt.Sprintf("The reason has %d characters; write at most %d.", characters, most)
}

func (english) notDone() string { return "Not done" }

func (english) modalNotOpened(request int64) string {
	return fmt.Sprintf("Slack didn't say that it opened the window for denying request %d. If you don't see it, press Deny again; nothing is changed yet.", request)
}
