package words

import (
	"fmt"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Card is the approval message: what is asked, in one glance, and the buttons to decide it; after the decision the same
// facts, who decided, and what became of it. It depends on nothing but the request as it stands.
func (b Book) Card(r approvals.Request) Content {
	c := Content{Text: textOf(cardText(r)), Begins: cardBegins(r), Blocks: []slack.Block{slack.NewHeaderBlock(plain(cardTitle(r)))}}
	if len(r.Invitations) == 1 {
		c.Blocks = append(c.Blocks, paragraph(append(facts(r.Invitations[0]), circumstances(r)...)...))
	} else {
		// A block each, as a block has room for one with everything as long as it may be.
		for n, i := range r.Invitations {
			c.Blocks = append(c.Blocks, paragraph(append([]line{{text(fmt.Sprintf("%d of %d", n+1, len(r.Invitations)))}}, entry(i)...)...))
		}
		c.Blocks = append(c.Blocks, paragraph(circumstances(r)...))
	}
	if ended := ending(r); len(ended) > 0 {
		c.Blocks = append(c.Blocks, paragraph(ended...))
	}
	if r.State == approvals.Pending {
		c.Blocks = append(c.Blocks, b.decisionButtons(r))
	}
	return c
}

func cardTitle(r approvals.Request) string {
	if len(r.Invitations) == 1 {
		return "Invite " + r.Invitations[0].UIN.String()
	}
	return fmt.Sprintf("Invite %d accounts", len(r.Invitations))
}

// cardBegins is what the text of a card begins with, whatever became of it.
func cardBegins(r approvals.Request) string { return fmt.Sprintf("Request %d: invite ", r.ID) }

// cardText begins with the request's number, by which a card whose post got no answer is found again. What matters most
// comes first, in case not all of it fits.
func cardText(r approvals.Request) []line {
	if len(r.Invitations) == 1 {
		i := r.Invitations[0]
		lines := append([]line{{text(cardBegins(r) + fmt.Sprintf("%s (%s).", i.UIN, i.Name))}}, circumstances(r)...)
		lines = append(lines, ending(r)...)
		return append(append(lines, warnings(i)...), line{text("Remark: " + i.Remark)})
	}
	lines := append([]line{{text(cardBegins(r) + fmt.Sprintf("%d accounts.", len(r.Invitations)))}}, circumstances(r)...)
	lines = append(lines, ending(r)...)
	for _, i := range r.Invitations {
		lines = append(lines, entry(i)...)
	}
	return lines
}

// facts are one invitation's, for the card that has no other.
func facts(i approvals.Invitation) []line {
	return append([]line{
		{bold("Name: "), text(i.Name)},
		{bold("UIN: "), code(i.UIN.String())},
		{bold("Remark: "), text(i.Remark)},
	}, warnings(i)...)
}

// entry is one invitation among several.
func entry(i approvals.Invitation) []line {
	i.Message = "" // of many errors Tencent Cloud's own words would be too many for one message; the thread has them
	lines := append([]line{{code(i.UIN.String()), text(" "), bold(i.Name)}, {text("Remark: " + i.Remark)}}, warnings(i)...)
	return append(lines, outcome(i)...)
}

func warnings(i approvals.Invitation) []line {
	var lines []line
	if i.SentBefore != 0 {
		lines = append(lines, line{text(fmt.Sprintf("⚠️ This account was sent an invitation before, by request %d.", i.SentBefore))})
	}
	for _, w := range i.Warnings() {
		lines = append(lines, line{text("⚠️ " + w)})
	}
	return lines
}

// circumstances are who asks, when, until when, and how many have approved.
func circumstances(r approvals.Request) []line {
	lines := []line{{bold("Asked by: "), person(r.Requester), text(", "), date(r.CreatedAt)}}
	number := line{bold("Request: "), text(fmt.Sprint(r.ID))}
	if r.State == approvals.Pending && !r.ExpiresAt.IsZero() {
		number = append(number, text(", open until "), date(r.ExpiresAt))
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
		l = append(append(l, text(": ")), approvers(r)...)
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
			l = append(l, text(", "))
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
		lines = append(lines, line{bold("Withdrawn by "), person(r.Requester), text(", "), date(r.DecidedAt)})
	case approvals.Expired:
		lines = append(lines, line{bold("Expired"), text(", "), date(r.DecidedAt), text(": it wasn't decided in time.")})
	}
	if len(r.Invitations) == 1 {
		lines = append(lines, outcome(r.Invitations[0])...)
	}
	return lines
}

func verdict(d approvals.Decision) []line {
	if d.Verdict == approvals.Approve {
		return []line{{bold("Approved by "), person(d.By), text(", "), date(d.At)}}
	}
	lines := []line{{bold("Denied by "), person(d.By), text(", "), date(d.At)}}
	if d.Reason != "" {
		lines = append(lines, line{bold("Reason: "), text(d.Reason)})
	}
	return lines
}

// outcome tells how far the delivery is.
func outcome(i approvals.Invitation) []line {
	switch i.State {
	case approvals.Ready, approvals.Sending:
		if i.Told == approvals.Delayed {
			return []line{{bold("Not sent yet"), text(": it takes longer than usual and is tried again by itself.")}}
		}
		return []line{{bold("Being sent.")}}
	case approvals.Sent:
		l := line{bold("Invitation sent.")}
		if i.RequestID != "" {
			l = append(l, text(" RequestId "), code(i.RequestID))
		}
		return []line{l}
	case approvals.Failed:
		what, _ := invite.ExplainFailed(i.Code, i.Message)
		return []line{{bold("Not sent: "), text(what + " "), code(i.Code)}}
	case approvals.Unknown:
		if i.Told == approvals.Stuck {
			return []line{{bold("Not known whether it was sent"), text(": an approver has to look, see the thread.")}}
		}
		return []line{{bold("Not known whether it was sent"), text(": it is being looked up.")}}
	}
	return nil // waiting and dropped say nothing that the request's own state doesn't
}
