package words

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What the buttons are called in an envelope.
const (
	ActionApprove  = "approve"
	ActionDeny     = "deny"
	ActionRetry    = "retry"
	ActionArrived  = "arrived"
	ActionResend   = "resend"
	ActionReview   = "review" // approve, where a dialog has no room for all that is to be said
	ActionCancel   = "cancel"
	ActionAgain    = "again"
	ActionWithdraw = "withdraw"

	ActionAsk        = "ask"     // opens the form
	ActionShowAll    = "show"    // of a request with many accounts
	ActionPage       = "page"    // leads to another page of it
	ActionRetryAll   = "retries" // all that were refused
	ActionAskRefused = "reask"   // opens the form with them
)

// Target is what a button or a modal is about. A value that carries the installation can't decide a request of the same
// number in another database.
type Target struct {
	Installation string `json:"i"`
	Request      int64  `json:"r"`
	Invitation   int64  `json:"n,omitempty"`
	Attempt      int    `json:"a,omitempty"`
	Nonce        string `json:"k,omitempty"` // of the request
	Digest       string `json:"d,omitempty"` // of the request as the card shows it
	Foresight    string `json:"w,omitempty"` // [approvals.Foresight.Mark] of what the card, or the form, says with it
	AttemptNonce string `json:"o,omitempty"`
	Draft        string `json:"f,omitempty"`
	Page         int    `json:"p,omitempty"` // from 0
}

// TargetOf reads the value of a button, or the private metadata of a modal.
func TargetOf(value string) (t Target, err error) {
	err = json.Unmarshal([]byte(value), &t)
	return t, err
}

func (t Target) value() string {
	raw, err := json.Marshal(t)
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return string(raw)
}

// decisionButtons are on a card that waits for a decision.
func (b Book) decisionButtons(r approvals.Request) *slack.ActionBlock {
	value := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest, Foresight: r.Foreseen.Mark()}.value()
	return slack.NewActionBlock("", b.approveButton(r, value), button(ActionDeny, b.say.deny(), value, slack.StyleDanger))
}

// approveButton asks whether it is meant: in a dialog, or where that has no room for every warning, in a form.
func (b Book) approveButton(r approvals.Request, value string) *slack.ButtonBlockElement {
	what, fits := b.confirmText(r)
	if !fits {
		return button(ActionReview, b.say.approve(), value, slack.StylePrimary)
	}
	return button(ActionApprove, b.say.approve(), value, slack.StylePrimary).
		WithConfirm(b.confirm(b.say.confirmApproval(r.ID, ledger.Short(r.Digest)), what, b.say.approve()))
}

// withdrawButton takes a request back.
func (b Book) withdrawButton(r approvals.Request) *slack.ButtonBlockElement {
	sure := b.confirm(b.say.confirmWithdrawal(r.ID), b.say.confirmWithdrawalOf(b.accounts(r)), b.say.withdraw())
	return button(ActionWithdraw, b.say.withdraw(), b.whole(r), slack.StyleDefault).WithConfirm(sure)
}

// whole is the value of a button that is about all of a request as it stands.
func (b Book) whole(r approvals.Request) string {
	return Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest}.value()
}

// withRetry adds a button to a reply that tells of the newest attempt's failure.
func (b Book) withRetry(c Content, r approvals.Request, i approvals.Invitation, e ledger.Event) Content {
	if i.State != approvals.Failed || i.Attempt != e.Attempt {
		return c
	}
	again := b.confirm(b.say.confirmRetry(), b.say.confirmRetryOf(i.UIN, i.Name), b.say.tryAgain())
	c.Blocks = append(c.Blocks, slack.NewActionBlock("",
		button(ActionRetry, b.say.tryAgain(), b.attemptOf(r, i), slack.StyleDefault).WithConfirm(again)))
	return c
}

// withSettling adds two buttons to a reply that tells of an outcome which only a person can find out.
func (b Book) withSettling(c Content, r approvals.Request, i approvals.Invitation, e ledger.Event) Content {
	if i.State != approvals.Unknown || i.Attempt != e.Attempt {
		return c
	}
	c.Blocks = append(c.Blocks, b.settlingButtons(r, i))
	return c
}

func (b Book) settlingButtons(r approvals.Request, i approvals.Invitation) *slack.ActionBlock {
	value := b.attemptOf(r, i)
	again := b.confirm(b.say.confirmResend(), b.say.confirmResendOf(i.UIN, i.Name), b.say.sendAgain())
	return slack.NewActionBlock("",
		button(ActionArrived, b.say.itWasSent(), value, slack.StyleDefault),
		button(ActionResend, b.say.sendAgain(), value, slack.StyleDanger).WithConfirm(again))
}

// attemptOf is the value of a button about an invitation as it stands.
func (b Book) attemptOf(r approvals.Request, i approvals.Invitation) string {
	return Target{Installation: b.installation, Request: r.ID, Invitation: i.ID, Attempt: i.Attempt, Nonce: r.Nonce, AttemptNonce: i.Nonce}.value()
}

func button(action, label, value string, style slack.Style) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plain(label)).WithStyle(style)
}

func (b Book) confirm(title, text, yes string) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(plain(title), plain(text), plain(yes), plain(b.say.cancel()))
}

// maxConfirm is how many characters the text of a confirm dialog has at most.
const maxConfirm = 300

// confirmText repeats what is approved: each warning, who asks, and who is invited. One fits in full, or the dialog won't do; of several as
// many as fit are listed, and it says how many aren't. Warnings are never cut.
func (b Book) confirmText(r approvals.Request) (text string, fits bool) {
	if r.Many() {
		text = b.confirmMany(r)
		return text, utf8.RuneCountInString(text) <= maxConfirm
	}
	for _, w := range b.allWarnings(r) {
		text += w.plain() + "\n"
	}
	if len(r.Invitations) == 1 {
		i := r.Invitations[0]
		text += b.say.together(b.say.confirmOne(i.UIN, i.Name, i.Remark), b.say.confirmAskedBy(r.Requester))
		return text, utf8.RuneCountInString(text) <= maxConfirm
	}
	text += b.say.together(b.say.confirmSeveral(len(r.Invitations)), b.say.confirmAskedBy(r.Requester))
	for n, i := range r.Invitations {
		next := "\n" + i.UIN.String() + " " + i.Name
		rest := "\n" + b.say.confirmRest(len(r.Invitations)-n)
		if utf8.RuneCountInString(text+next+rest) > maxConfirm {
			return text + rest, utf8.RuneCountInString(text+rest) <= maxConfirm
		}
		text += next
	}
	return text, true
}

// allWarnings are those of a request and of all its invitations.
func (b Book) allWarnings(r approvals.Request) []line {
	lines := b.foreseen(r, 0)
	for _, i := range r.Invitations {
		for _, w := range b.warnings(r, i) {
			if len(r.Invitations) > 1 {
				w = append(w, text(b.say.inBrackets(i.UIN.String())))
			}
			lines = append(lines, w)
		}
	}
	return lines
}
