package words

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// What the buttons are called in an envelope.
const (
	ActionApprove = "approve"
	ActionDeny    = "deny"
	ActionRetry   = "retry"
	ActionArrived = "arrived"
	ActionResend  = "resend"
)

// Target is what a button or a modal is about. A value that carries the installation can't decide a request of the same
// number in another database.
type Target struct {
	Installation string `json:"i"`
	Request      int64  `json:"r"`
	Invitation   int64  `json:"n,omitempty"`
	Attempt      int    `json:"a,omitempty"`
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

func (b Book) decisionButtons(r approvals.Request) *slack.ActionBlock {
	value := Target{Installation: b.Installation, Request: r.ID}.value()
	approve := button(ActionApprove, "Approve", value, slack.StylePrimary).
		WithConfirm(confirm(fmt.Sprintf("Approve request %d?", r.ID), confirmText(r), "Approve"))
	return slack.NewActionBlock("", approve, button(ActionDeny, "Deny", value, slack.StyleDanger))
}

func (b Book) withRetry(c Content, r approvals.Request, i approvals.Invitation, e approvals.Event) Content {
	if i.State != approvals.Failed || i.Attempt != e.Attempt {
		return c
	}
	c.Blocks = append(c.Blocks, slack.NewActionBlock("", button(ActionRetry, "Try again", b.attempt(r, e), slack.StyleDefault).
		WithConfirm(confirm("Try again?", fmt.Sprintf("This sends the invitation to %s (“%s”) once more.", i.UIN, i.Name), "Try again"))))
	return c
}

func (b Book) withSettling(c Content, r approvals.Request, i approvals.Invitation, e approvals.Event) Content {
	if i.State != approvals.Unknown || i.Attempt != e.Attempt {
		return c
	}
	value := b.attempt(r, e)
	again := confirm("Send again?", fmt.Sprintf("Only if the console shows no invitation to %s: otherwise “%s” may be invited twice.", i.UIN, i.Name), "Send again")
	c.Blocks = append(c.Blocks, slack.NewActionBlock("",
		button(ActionArrived, "It was sent", value, slack.StyleDefault),
		button(ActionResend, "Send again", value, slack.StyleDanger).WithConfirm(again)))
	return c
}

func (b Book) attempt(r approvals.Request, e approvals.Event) string {
	return Target{Installation: b.Installation, Request: r.ID, Invitation: e.Invitation, Attempt: e.Attempt}.value()
}

func button(action, label, value string, style slack.Style) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, plain(label)).WithStyle(style)
}

func confirm(title, text, yes string) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(plain(title), plain(text), plain(yes), plain("Cancel"))
}

// maxConfirm is how many characters the text of a confirm dialog has at most.
const maxConfirm = 300

// confirmText repeats who is invited. One fits in full, however long its name; of several as many as fit are listed,
// and it says how many aren't.
func confirmText(r approvals.Request) string {
	if len(r.Invitations) == 1 {
		i := r.Invitations[0]
		return fmt.Sprintf("This invites the Tencent Cloud account %s as “%s” into the organization.", i.UIN, i.Name)
	}
	text := fmt.Sprintf("This invites %d Tencent Cloud accounts into the organization:", len(r.Invitations))
	for n, i := range r.Invitations {
		next := fmt.Sprintf("\n%s %s", i.UIN, i.Name)
		rest := fmt.Sprintf("\n… and %d more, all listed on the card.", len(r.Invitations)-n)
		if utf8.RuneCountInString(text+next+rest) > maxConfirm {
			return text + rest
		}
		text += next
	}
	return text
}
