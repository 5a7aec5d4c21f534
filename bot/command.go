package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// typed answers a command: one with nothing behind its name opens the form.
func (b *Bot) typed(ctx context.Context, e socket.Envelope, c typed) socket.Answer {
	if strings.TrimSpace(c.Text) == "" {
		return b.openByCommand(ctx, e, c)
	}
	return b.privately(e, b.command(ctx, c))
}

// command answers the slash command, whatever name it goes by.
func (b *Bot) command(ctx context.Context, c typed) words.Content {
	by := c.visitor()
	go b.bookOf(ctx, by.ID) // while the rest is found out
	verb, rest := cutVerb(c.Text)
	switch verb {
	case "help":
		return b.bookOf(ctx, by.ID).Usage(c.Command)
	case "withdraw":
		return b.withdraw(ctx, c, by, rest)
	case "list":
		return b.list(ctx, c, by, rest)
	case "status":
		return b.status(ctx, c, by, rest)
	}
	return b.ask(ctx, c, by)
}

// person is somebody as Slack names them, by what can be seen of the name: it stands in messages, in the ledger and in remarks.
func person(id, name string) approvals.Person {
	return approvals.Person{ID: id, Name: invite.Harmless(name)}
}

// ask makes a request of what was typed.
func (b *Bot) ask(ctx context.Context, c typed, by visitor) words.Content {
	invitations, err := invite.Parse(c.Text)
	if wrong, ok := errors.AsType[*invite.ParseError](err); ok {
		return b.bookOf(ctx, by.ID).Misread(c.Command, wrong)
	}
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.turnAway(ctx, c, by, "ask", why)
	}
	r, err := b.desk.Submit(ctx, approvals.Submission{Key: c.Trigger, Requester: by.Person, Channel: c.Channel, Invitations: invitations,
		Remark: func(request int64) string { return b.book.Remark(request, by.Person) }})
	if err != nil {
		book := b.bookOf(ctx, by.ID)
		return book.GiveBack(b.turnedDown(book, c, invitations, err), c.Command, invite.AsSeen(c.Text, len(c.Text)))
	}
	return b.bookOf(ctx, by.ID).Accepted(c.Command, b.channel, r)
}

// turnedDown says why no request was made.
func (b *Bot) turnedDown(book words.Book, c typed, asked []invite.Invitation, err error) words.Content {
	refused, ok := errors.AsType[*approvals.RefusedError](err)
	switch {
	case ok && refused.Why == ledger.Duplicate:
		return book.Duplicate(asked, refused.Request)
	case ok && refused.Why == ledger.TooMany:
		return book.TooMany(refused.Open, c.Command)
	}
	return b.unstored(book, err)
}

// turnAway refuses somebody who may not ask, before anything is looked at: they learn nothing of any request.
func (b *Bot) turnAway(ctx context.Context, c typed, by visitor, tried string, why ledger.Why) words.Content {
	if _, err := b.desk.Refuse(ctx, approvals.Click{Key: c.Trigger, By: by.Person, Tried: tried, Typed: c.Text}, 0, why); err != nil {
		return b.unstored(b.bookOf(ctx, by.ID), err)
	}
	return b.bookOf(ctx, by.ID).Refusal(ledger.Detail{Why: why, Tried: tried}, approvals.Request{})
}

func (b *Bot) unstored(book words.Book, err error) words.Content {
	b.log.Error("a command could not be stored", "error", err)
	return book.AskUnstored()
}

// withdraw takes a request back, or asks which. Whose it is, and whether there is one of this number, is for those who asked: to
// everybody else the answer is the same.
func (b *Bot) withdraw(ctx context.Context, c typed, by visitor, number string) words.Content {
	id, given := requestNumber(number)
	if given && id == 0 {
		return b.bookOf(ctx, by.ID).WhichRequest(c.Command)
	}
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.turnAway(ctx, c, by, words.ActionWithdraw, why)
	}
	if !given {
		return b.withdrawable(ctx, by)
	}
	r, err := b.desk.Withdraw(ctx, approvals.Click{Key: c.Trigger, By: by.Person, Tried: words.ActionWithdraw}, id)
	if errors.Is(err, approvals.ErrNotFound) {
		return b.bookOf(ctx, by.ID).NotTheirs(id)
	}
	if err != nil {
		return b.failure(b.bookOf(ctx, by.ID), id, err)
	}
	return b.bookOf(ctx, by.ID).Withdrawn(r)
}
