package words

import (
	"slices"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// An answer has room for so much: Slack takes some 12,000 characters of blocks, as JSON, and drops an acknowledgement of 20 KB. A row
// of text has up to 550 characters, and one with a button, its dialog and its value up to 850.
const (
	mostRows       = 20
	mostRowsOfEach = 10 // of two lists, where both are long
	mostButtons    = 12
	mostOfText     = 2500 // characters
	mostOfName     = 30   // characters, of an account and of a person
)

// Lists tells somebody what waits for their decision, if they are an approver, and what they have asked.
func (b Book) Lists(l approvals.Lists, isApprover bool) Content {
	l = shared(l)
	own := b.list(b.say.askedByYou(), b.say.nothingAsked(), l.Own, func(r approvals.Request) line {
		return b.say.standsAs(b.stands(r), r.CreatedAt)
	})
	if !isApprover {
		return Content{Text: b.listText(own), Blocks: []slack.Block{paragraph(own...)}}
	}
	waiting := b.list(b.say.waitingForYou(), b.say.nothingWaitsForYou(), l.Waiting, func(r approvals.Request) line {
		r.Requester.Name = fitted(r.Requester.Name, mostOfName)
		return b.say.waitsSince(r.Requester, r.ExpiresAt)
	})
	return Content{Text: b.listText(slices.Concat(waiting, own)), Blocks: []slack.Block{paragraph(waiting...), paragraph(own...)}}
}

// listText is what reads a list where blocks aren't shown.
func (b Book) listText(lines []line) string { return textWithin(mostOfText, lines, b.say.moreInside()) }

// shared gives each of two lists its share of the room.
func shared(l approvals.Lists) approvals.Lists {
	waiting := min(len(l.Waiting.Requests), max(mostRows-len(l.Own.Requests), mostRowsOfEach))
	return approvals.Lists{Waiting: first(waiting, l.Waiting), Own: first(mostRows-waiting, l.Own)}
}

// first is so much of a list.
func first(n int, l approvals.Listing) approvals.Listing {
	n = min(n, len(l.Requests))
	return approvals.Listing{Requests: l.Requests[:n], More: l.More + len(l.Requests) - n}
}

func (b Book) list(title, none string, l approvals.Listing, more func(approvals.Request) line) []line {
	if len(l.Requests) == 0 {
		return sentences(none)
	}
	lines := []line{{bold(title)}}
	for _, r := range l.Requests {
		lines = append(lines, append(b.row(r), more(r)...))
	}
	if l.More > 0 {
		lines = append(lines, line{text(b.say.moreRequests(l.More))})
	}
	return lines
}

// row is a request in a list: its number, which leads to its card once that is posted, and its accounts.
func (b Book) row(r approvals.Request) line {
	number := text(b.say.requestLabel(r.ID))
	if r.Card.TS != "" {
		number = link(b.permalink(r.Card), b.say.requestLabel(r.ID))
	}
	l := line{number, text(b.say.says()), code(r.Invitations[0].UIN.String()), text(" " + fitted(r.Invitations[0].Name, mostOfName))}
	if more := len(r.Invitations) - 1; more > 0 {
		l = append(l, text(b.say.andMore(more)))
	}
	return l
}

// accounts are those of a request where nothing but text can stand.
func (b Book) accounts(r approvals.Request) string {
	first := r.Invitations[0].UIN.String() + " " + fitted(r.Invitations[0].Name, mostOfName)
	if more := len(r.Invitations) - 1; more > 0 {
		return first + b.say.andMore(more)
	}
	return first
}

// ApproverUnchecked says that what waits for approvers is missing in a list.
func (b Book) ApproverUnchecked() Content { return b.saying(b.say.approverUnchecked()) }

// Status tells how one request stands: who asked, who decided, and what became of each account.
func (b Book) Status(r approvals.Request) Content {
	lines := []line{b.say.statusOf(r.ID, b.stands(r))}
	accounts := r.Invitations
	if r.Many() {
		accounts = nil // here are the first, and its card has all
		lines = append(lines, line{text(b.say.accounts(len(r.Invitations)))})
		lines = append(lines, b.firstOfMany(r)...)
		lines = append(lines, b.refusals(r.Invitations)...)
	}
	for _, i := range accounts {
		lines = append(lines, named(i))
		if len(r.Invitations) > 1 {
			i.Message = "" // as on the card: of many errors Tencent Cloud's own words would be too many
			lines = append(lines, b.outcome(i)...)
		}
	}
	lines = append(append(lines, b.asked(r)...), b.openUntil(r), b.progress(r))
	lines = append(lines, b.ending(r)...)
	return b.prose(append(lines, b.way(r))...)
}

// firstOfMany are the first accounts of many and how each stands, and where all are.
func (b Book) firstOfMany(r approvals.Request) (lines []line) {
	for n, i := range r.Invitations[:min(mostRowsOfEach, len(r.Invitations))] {
		lines = append(lines, append(b.counted(n, i), text(b.say.says()+b.outcomeInShort(i))))
	}
	if more := len(r.Invitations) - len(lines); more > 0 {
		lines = append(lines, b.say.moreOnCard(more, b.say.showAll(len(r.Invitations))))
	}
	return lines
}

// WhichStatus asks for the number of the request to tell of.
func (b Book) WhichStatus(command string) Content { return b.prose(b.say.whichStatus(command)...) }

// ListAlone says that nothing goes behind the word for lists, and what somebody may have wanted.
func (b Book) ListAlone(command string) Content { return b.prose(b.say.listAlone(command)...) }

// NoSuchRequest tells an approver that there is no request of a number.
func (b Book) NoSuchRequest(number int64) Content { return b.saying(b.say.noSuchRequest(number)) }

// NotTheirsToSee tells somebody that a request isn't theirs to see. It tells nothing else of it, nor whether there is one.
func (b Book) NotTheirsToSee(request int64) Content { return b.saying(b.say.notYoursToSee(request)) }

// Withdrawable lists what somebody may take back, each with a button for that.
func (b Book) Withdrawable(l approvals.Listing) Content {
	if len(l.Requests) == 0 {
		return b.saying(b.say.nothingToWithdraw())
	}
	l = first(mostButtons, l)
	c := b.saying(b.say.withdrawWhich())
	lines := sentences(b.say.withdrawWhich())
	for _, r := range l.Requests {
		what := b.say.requestLine(r.ID) + b.accounts(r)
		lines = append(lines, line{text(what)})
		c.Blocks = append(c.Blocks, slack.NewSectionBlock(plain(what), nil, slack.NewAccessory(b.withdrawButton(r))))
	}
	if l.More > 0 {
		more := b.say.moreToWithdraw(l.More)
		lines, c.Blocks = append(lines, more), append(c.Blocks, paragraph(more))
	}
	c.Text = b.listText(lines)
	return c
}

// Left is what somebody may still take back after they pressed a button of such a list; done says what that did, zero where it did
// nothing. The list itself is gone then, so that no button stays which does nothing any more.
func (b Book) Left(done Content, l approvals.Listing) Content {
	switch {
	case done.Text == "":
		return b.Withdrawable(l)
	case len(l.Requests) == 0:
		return done
	}
	return done.And(b.Withdrawable(l))
}

// Unread says that something could not be looked up.
func (b Book) Unread() Content { return b.saying(b.say.unread()) }
