package words

import (
	"slices"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// ActionWithdraw is what the button is called in an envelope that takes a request back.
const ActionWithdraw = "withdraw"

// List tells somebody what waits for them, if they decide, and how what they asked for stands.
func (b Book) List(waiting, mine approvals.Listed, decides bool, command string) Content {
	var lines []line
	if decides {
		lines = append(lines, b.rows(b.say.waitsForYou(waiting.All), waiting)...)
	}
	if !decides || mine.All > 0 {
		lines = append(lines, b.rows(b.say.yourRequests(mine.All), mine)...)
	}
	if len(mine.Requests) > 0 && mine.Requests[0].State == approvals.Pending {
		lines = append(lines, b.say.toTakeBack(command))
	}
	return b.prose(lines...)
}

// rows are a list with a title, and how many it has that aren't shown.
func (b Book) rows(title string, l approvals.Listed) []line {
	lines := []line{{bold(title)}}
	for _, r := range l.Requests {
		lines = append(lines, b.row(r))
	}
	if more := l.All - len(l.Requests); more > 0 {
		lines = append(lines, line{text(b.say.andMoreRequests(more))})
	}
	return lines
}

// An answer to a command may have 20 KB, text and blocks together.
const (
	maxShort   = 40 // characters of a name in a list
	maxOffered = 10 // requests that are offered to be taken back
)

// row is a request in one line: its number, which leads to its card, its accounts, and how it stands.
func (b Book) row(r approvals.Request) line {
	l := append(b.rowOf(r), text(" – "+b.stands(r)))
	if r.State == approvals.Pending {
		return append(l, b.say.waitingSince(r.CreatedAt, r.ExpiresAt)...)
	}
	return append(l, b.say.since(r.DecidedAt)...)
}

// rowOf is what a row says of which request it is about.
func (b Book) rowOf(r approvals.Request) line {
	number := b.say.requestShort(r.ID)
	l := line{text(number)}
	if r.Card.TS != "" {
		l = line{link(b.permalink(r.Card), number)}
	}
	first := r.Invitations[0]
	first.Name = fitted(first.Name, maxShort)
	l = append(append(l, text(" ")), named(first)...)
	if more := len(r.Invitations) - 1; more > 0 {
		l = append(l, text(b.say.andMore(more)))
	}
	return l
}

// Status tells how a request stands, as its card does.
func (b Book) Status(r approvals.Request) Content {
	return b.prose(append(b.cardText(r), b.way(r))...)
}

// NotYours says that somebody can't see a request: the same where there is none of that number.
func (b Book) NotYours(request int64) Content { return b.saying(b.say.notYours(request)) }

// WhichStatus asks for the number of a request.
func (b Book) WhichStatus(command string) Content { return b.prose(b.say.whichStatus(command)) }

// JustList says that nothing stands behind list.
func (b Book) JustList(command string) Content { return b.prose(b.say.justList(command)) }

// Unread says that the requests couldn't be read.
func (b Book) Unread() Content { return b.saying(b.say.unread()) }

// Withdrawable lists what somebody can take back, each with a button.
func (b Book) Withdrawable(open approvals.Listed, command string) Content {
	if open.All == 0 {
		return b.saying(b.say.nothingToWithdraw())
	}
	c := b.prose(line{text(b.say.whatToWithdraw(open.All))})
	said := []line{{text(b.say.whatToWithdraw(open.All))}}
	shown := open.Requests[:min(len(open.Requests), maxOffered)]
	for _, r := range shown {
		row := b.row(r)
		said = append(said, row)
		value := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest}.value()
		sure := b.confirm(b.say.confirmWithdraw(r.ID), b.say.confirmWithdrawOf(r.Invitations[0].UIN, fitted(r.Invitations[0].Name, maxShort), len(r.Invitations)), b.say.withdrawIt())
		sure.Deny = plain(b.say.keep())
		c.Blocks = append(c.Blocks, paragraph(row), slack.NewActionBlock("", button(ActionWithdraw+"."+b.say.requestShort(r.ID)[1:], b.say.withdrawIt(), value, slack.StyleDefault).WithConfirm(sure)))
	}
	if more := open.All - len(shown); more > 0 {
		rest := line{text(b.say.andMoreRequests(more))}
		said, c.Blocks = append(said, rest), append(c.Blocks, paragraph(rest))
	}
	said = append(said, b.say.withdrawSome(command))
	c.Text = textOf(said, b.say.moreInside())
	c.Blocks = slices.Clip(c.Blocks)
	return c
}
