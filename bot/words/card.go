package words

import (
	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Card is the approval message: what is asked, in one glance, and the buttons to decide it; after the decision the same
// facts, who decided, and what became of it. It depends on nothing but the request as it stands.
func (b Book) Card(r approvals.Request) Content {
	c := Content{
		Text:   textOf(b.cardText(r), b.say.moreInside()),
		Begins: b.say.cardBegins(r.ID),
		Blocks: []slack.Block{slack.NewHeaderBlock(plain(b.cardTitle(r)))},
	}
	switch {
	case r.Many():
		c.Blocks = append(c.Blocks, b.manyCard(r)...)
	case len(r.Invitations) == 1:
		c.Blocks = append(c.Blocks, paragraph(append(b.facts(r, r.Invitations[0]), b.circumstances(r)...)...))
	default:
		// A block each, as a block has room for one with everything as long as it may be.
		for n, i := range r.Invitations {
			number := line{text(b.say.numbered(n+1, len(r.Invitations)))}
			c.Blocks = append(c.Blocks, paragraph(append([]line{number}, b.entry(r, i)...)...))
		}
		c.Blocks = append(c.Blocks, paragraph(b.circumstances(r)...))
	}
	if ended := b.ending(r); len(ended) > 0 {
		c.Blocks = append(c.Blocks, paragraph(ended...))
	}
	if r.Many() {
		c.Blocks = append(c.Blocks, b.manyButtons(r))
	} else if r.State == approvals.Pending {
		c.Blocks = append(c.Blocks, b.decisionButtons(r))
	}
	if r.State == approvals.Pending {
		if cc := b.notify.on(NotifyCard); len(cc) > 0 {
			c.Blocks = append(c.Blocks, paragraph(cc))
		}
	}
	return c
}

// cardTitle says what it is about, and how that stands.
func (b Book) cardTitle(r approvals.Request) string {
	one := len(r.Invitations) == 1
	switch _, mixed := standingOf(r); {
	case r.State == approvals.Pending && one:
		return b.say.title(r.Invitations[0].UIN)
	case r.State == approvals.Pending:
		return b.say.titleOfSeveral(len(r.Invitations))
	case one:
		return b.stands(r) + " · " + r.Invitations[0].UIN.String()
	case mixed:
		return b.stands(r)
	}
	return b.stands(r) + " · " + b.say.accounts(len(r.Invitations))
}

// stands says in a sign and a word how a request stands.
func (b Book) stands(r approvals.Request) string {
	standing, mixed := standingOf(r)
	if mixed {
		return b.say.mixed(standing, countsOf(r.Invitations))
	}
	return b.say.standing(standing)
}

// cardText is what matters of a card. What matters most comes first, in case not all of it fits.
func (b Book) cardText(r approvals.Request) []line {
	if r.Many() {
		return b.manyText(r)
	}
	if len(r.Invitations) == 1 {
		i := r.Invitations[0]
		lines := append(sentences(b.say.together(b.say.cardOf(r.ID, i.UIN, i.Name), b.stands(r))), b.circumstances(r)...)
		lines = append(lines, b.ending(r)...)
		return append(append(lines, b.warnings(r, i)...), sentences(b.say.remarkOfOne(i.Remark))...)
	}
	lines := append(sentences(b.say.together(b.say.cardOfSeveral(r.ID, len(r.Invitations)), b.stands(r))), b.circumstances(r)...)
	lines = append(lines, b.ending(r)...)
	for _, i := range r.Invitations {
		lines = append(lines, b.entry(r, i)...)
	}
	return lines
}

// facts are one invitation's, for the card that has no other.
func (b Book) facts(r approvals.Request, i approvals.Invitation) []line {
	return append([]line{b.say.name(i.Name), b.say.account(i.UIN), b.say.remark(i.Remark)}, b.warnings(r, i)...)
}

// entry is one invitation among several.
func (b Book) entry(r approvals.Request, i approvals.Invitation) []line {
	i.Message = "" // of many errors Tencent Cloud's own words would be too many for one message; the thread has them
	lines := []line{{code(i.UIN.String()), text(" "), bold(i.Name)}, {text(b.say.remarkOfOne(i.Remark))}}
	return append(append(lines, b.warnings(r, i)...), b.outcome(i)...)
}

// circumstances are who asks, when, until when, and how many have approved.
func (b Book) circumstances(r approvals.Request) []line {
	number := b.openUntil(r)
	if number == nil {
		number = b.say.requestNumber(r.ID)
	}
	lines := append(b.asked(r), number, b.progress(r))
	if len(r.AlsoTold) > 0 {
		lines = append(lines, b.say.alsoTold(r.AlsoTold))
	}
	return lines
}

// asked says who asks, and when.
func (b Book) asked(r approvals.Request) []line {
	var lines []line
	if r.Held && r.State == approvals.Pending {
		lines = sentences(b.say.heldSince())
	}
	lines = append(append(lines, b.foreseen(r, 0)...), b.readAt(r))
	return append(lines, b.say.askedBy(r.Requester, r.CreatedAt))
}

// openUntil is when an open request expires, if it does.
func (b Book) openUntil(r approvals.Request) line {
	if r.State != approvals.Pending || r.ExpiresAt.IsZero() {
		return nil
	}
	return b.say.requestOpenUntil(r.ID, r.ExpiresAt)
}

// progress is how many have approved, where it takes several.
func (b Book) progress(r approvals.Request) line {
	if r.State != approvals.Pending || r.Required <= 1 {
		return nil
	}
	return b.say.progress(r.Approvals(), r.Required, approvers(r))
}

func approvers(r approvals.Request) []approvals.Person {
	var list []approvals.Person
	for _, d := range r.Decisions {
		if d.Verdict == approvals.Approve {
			list = append(list, d.By)
		}
	}
	return list
}

// ending tells who decided and when, and for a single invitation what became of it. It is empty while the request is
// pending.
func (b Book) ending(r approvals.Request) []line {
	if r.State == approvals.Pending {
		return nil
	}
	var lines []line
	for _, d := range r.Decisions {
		lines = append(lines, b.verdict(d)...)
	}
	switch r.State {
	case approvals.Withdrawn:
		lines = append(lines, b.say.withdrawnAt(r.Requester, r.DecidedAt))
	case approvals.Expired:
		lines = append(lines, b.say.expiredAt(r.DecidedAt))
	}
	if len(r.Invitations) == 1 {
		lines = append(lines, b.outcome(r.Invitations[0])...)
	}
	if r.Many() {
		lines = append(lines, b.standingOfMany(r)...)
	}
	return lines
}

func (b Book) verdict(d approvals.Decision) []line {
	if d.Verdict == approvals.Approve {
		return []line{b.say.approvedAt(d.By, d.At)}
	}
	lines := []line{b.say.deniedAt(d.By, d.At)}
	if d.Reason != "" {
		lines = append(lines, b.say.reason(invite.Harmless(d.Reason)))
	}
	return lines
}

// outcome tells how far the delivery is. Waiting and dropped say nothing that the request's own state doesn't.
func (b Book) outcome(i approvals.Invitation) []line {
	switch i.State {
	case approvals.Ready, approvals.Sending:
		if i.Told == ledger.Delayed {
			return []line{b.say.notSentYet()}
		}
		return []line{b.say.beingSent()}
	case approvals.Sent, approvals.Joined, approvals.Lapsed, approvals.Cancelled, approvals.Declined, approvals.Left:
		return b.sentOutcome(i)
	case approvals.Failed:
		what, _ := b.explainFailed(i.Code, i.Message)
		return []line{b.say.notSent(what, i.Code)}
	case approvals.Stopped:
		return []line{b.say.stopped()}
	case approvals.Unknown:
		if i.Told == ledger.Stuck {
			return []line{b.say.unknownStuck()}
		}
		return []line{b.say.unknownYet()}
	}
	return nil
}
