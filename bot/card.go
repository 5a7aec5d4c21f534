package bot

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// renderer makes messages of requests and events. It is what they need to know beyond those.
type renderer struct {
	installation string // goes into the buttons
	teamURL      string // base of links to messages; ends in a slash
}

// permalink is the address of a message, which needs no call to Slack.
func (p renderer) permalink(at approvals.Place) string {
	return p.teamURL + "archives/" + at.Channel + "/p" + strings.Replace(at.TS, ".", "", 1)
}

// card is the approval message: what is asked, in one glance, and the buttons to decide it; after the decision the same
// facts, who decided, and what became of it. It depends on nothing but the request as it stands.
func (p renderer) card(r approvals.Request) content {
	c := content{text: textOf(cardText(r)), blocks: []slack.Block{slack.NewHeaderBlock(plain(cardTitle(r)))}}
	if len(r.Invitations) == 1 {
		c.blocks = append(c.blocks, paragraph(append(facts(r.Invitations[0]), circumstances(r)...)...))
	} else {
		// A block each, as a block has room for one with everything as long as it may be.
		for n, i := range r.Invitations {
			c.blocks = append(c.blocks, paragraph(append([]line{{words(fmt.Sprintf("%d of %d", n+1, len(r.Invitations)))}}, entry(i)...)...))
		}
		c.blocks = append(c.blocks, paragraph(circumstances(r)...))
	}
	if ended := ending(r); len(ended) > 0 {
		c.blocks = append(c.blocks, paragraph(ended...))
	}
	if r.State == approvals.Pending {
		c.blocks = append(c.blocks, p.decisionButtons(r))
	}
	return c
}

func cardTitle(r approvals.Request) string {
	if len(r.Invitations) == 1 {
		return "Invite " + r.Invitations[0].UIN.String()
	}
	return fmt.Sprintf("Invite %d accounts", len(r.Invitations))
}

// cardText begins with the request's number, by which a card whose post got no answer is found again. What matters most
// comes first, in case not all of it fits.
func cardText(r approvals.Request) []line {
	if len(r.Invitations) == 1 {
		i := r.Invitations[0]
		lines := append([]line{{words(fmt.Sprintf("Request %d: invite %s (%s).", r.ID, i.UIN, i.Name))}}, circumstances(r)...)
		lines = append(lines, ending(r)...)
		return append(append(lines, warnings(i)...), line{words("Remark: " + i.Remark)})
	}
	lines := append([]line{{words(fmt.Sprintf("Request %d: invite %d accounts.", r.ID, len(r.Invitations)))}}, circumstances(r)...)
	lines = append(lines, ending(r)...)
	for _, i := range r.Invitations {
		lines = append(lines, entry(i)...)
	}
	return lines
}

// facts are one invitation's, for the card that has no other.
func facts(i approvals.Invitation) []line {
	return append([]line{
		{bold("Name: "), words(i.Name)},
		{bold("UIN: "), code(i.UIN.String())},
		{bold("Remark: "), words(i.Remark)},
	}, warnings(i)...)
}

// entry is one invitation among several.
func entry(i approvals.Invitation) []line {
	i.Message = "" // of many errors Tencent Cloud's own words would be too many for one message; the thread has them
	lines := append([]line{{code(i.UIN.String()), words(" "), bold(i.Name)}, {words("Remark: " + i.Remark)}}, warnings(i)...)
	return append(lines, outcome(i)...)
}

func warnings(i approvals.Invitation) []line {
	var lines []line
	if i.SentBefore != 0 {
		lines = append(lines, line{words(fmt.Sprintf("⚠️ This account was sent an invitation before, by request %d.", i.SentBefore))})
	}
	for _, w := range i.Warnings() {
		lines = append(lines, line{words("⚠️ " + w)})
	}
	return lines
}

// circumstances are who asks, when, until when, and how many have approved.
func circumstances(r approvals.Request) []line {
	lines := []line{{bold("Asked by: "), person(r.Requester), words(", "), date(r.CreatedAt)}}
	number := line{bold("Request: "), words(fmt.Sprint(r.ID))}
	if r.State == approvals.Pending && !r.ExpiresAt.IsZero() {
		number = append(number, words(", open until "), date(r.ExpiresAt))
	}
	lines = append(lines, number)
	if r.State == approvals.Pending && r.Required > 1 {
		lines = append(lines, progress(r))
	}
	return lines
}

// progress reads "1 of 2 approved: @ann".
func progress(r approvals.Request) line {
	l := line{bold(fmt.Sprintf("%d of %d approved", r.Approvals(), r.Required))}
	if r.Approvals() > 0 {
		l = append(append(l, words(": ")), approvers(r)...)
	}
	return l
}

// approvers reads "@ann, @bob".
func approvers(r approvals.Request) line {
	var l line
	for _, d := range r.Decisions {
		if d.Verdict != approvals.Approve {
			continue
		}
		if len(l) > 0 {
			l = append(l, words(", "))
		}
		l = append(l, person(d.By))
	}
	return l
}

// ending tells who decided and when, and for a single invitation what became of it. It is empty while the request is
// pending.
func ending(r approvals.Request) []line {
	if r.State == approvals.Pending {
		return nil
	}
	var lines []line
	for _, d := range r.Decisions {
		lines = append(lines, verdict(d)...)
	}
	switch r.State {
	case approvals.Withdrawn:
		lines = append(lines, line{bold("Withdrawn by "), person(r.Requester), words(", "), date(r.DecidedAt)})
	case approvals.Expired:
		lines = append(lines, line{bold("Expired"), words(", "), date(r.DecidedAt), words(": it wasn't decided in time.")})
	}
	if len(r.Invitations) == 1 {
		lines = append(lines, outcome(r.Invitations[0])...)
	}
	return lines
}

func verdict(d approvals.Decision) []line {
	if d.Verdict == approvals.Approve {
		return []line{{bold("Approved by "), person(d.By), words(", "), date(d.At)}}
	}
	lines := []line{{bold("Denied by "), person(d.By), words(", "), date(d.At)}}
	if d.Reason != "" {
		lines = append(lines, line{bold("Reason: "), words(d.Reason)})
	}
	return lines
}

// outcome tells how far the delivery is.
func outcome(i approvals.Invitation) []line {
	switch i.State {
	case approvals.Ready, approvals.Sending:
		if i.Told == ledger.Delayed {
			return []line{{bold("Not sent yet"), words(": it takes longer than usual and is tried again by itself.")}}
		}
		return []line{{bold("Being sent.")}}
	case approvals.Sent:
		l := line{bold("Invitation sent.")}
		if i.RequestID != "" {
			l = append(l, words(" RequestId "), code(i.RequestID))
		}
		return []line{l}
	case approvals.Failed:
		what, _ := invite.ExplainFailed(i.Code, i.Message)
		return []line{{bold("Not sent: "), words(what + " "), code(i.Code)}}
	case approvals.Unknown:
		if i.Told == ledger.Stuck {
			return []line{{bold("Not known whether it was sent"), words(": an approver has to look, see the thread.")}}
		}
		return []line{{bold("Not known whether it was sent"), words(": it is being looked up.")}}
	}
	return nil // waiting and dropped say nothing that the request's own state doesn't
}

func (p renderer) decisionButtons(r approvals.Request) *slack.ActionBlock {
	value := target{Installation: p.installation, Request: r.ID}.value()
	approve := button(actionApprove, "Approve", value, slack.StylePrimary).
		WithConfirm(confirm(fmt.Sprintf("Approve request %d?", r.ID), confirmText(r), "Approve"))
	return slack.NewActionBlock("", approve, button(actionDeny, "Deny", value, slack.StyleDanger))
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
