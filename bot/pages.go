package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// Forms that show many accounts, some at a time: those of a request (Show all), and those that were understood of what somebody filled in.

// maySee says why somebody may not see all accounts of a request of which they see the card; empty: they may.
func (b *Bot) maySee(ctx context.Context, t words.Target, by visitor) ledger.Why {
	if t.Installation != b.desk.Installation() {
		return ledger.ForeignCard
	}
	return b.people.isOutside(ctx, by)
}

// showAll opens the form with all accounts of a request, as its digest has them.
func (b *Bot) showAll(ctx context.Context, i interaction, c approvals.Click, t words.Target) socket.Answer {
	r, err := b.desk.CanSee(ctx, c, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	return socket.Answer{Then: func(ctx context.Context) {
		book := b.bookOf(ctx, c.By.ID)
		b.openOrTell(ctx, i, book.ShowAll(b.foreseen(ctx, r), 0, b.mayAct(ctx, i)), book.FormUnopened(words.Command))
	}}
}

// mayAct says whether somebody is shown the buttons of approvers.
func (b *Bot) mayAct(ctx context.Context, i interaction) bool {
	_, why := b.people.mayDecide(ctx, i.visitor())
	return why == ""
}

// foreseen is a request with what Tencent Cloud would refuse of it, as far as that can be found out.
func (b *Bot) foreseen(ctx context.Context, r approvals.Request) approvals.Request {
	if err := b.desk.Foresee(ctx, &r); err != nil {
		b.log.Warn("a form is without what Tencent Cloud would refuse", "request", r.ID, "error", err)
	}
	return r
}

// turnPage shows another page in the form that is open.
func (b *Bot) turnPage(ctx context.Context, i interaction, c approvals.Click, t words.Target) socket.Answer {
	by := i.visitor()
	if t.Draft != "" {
		return socket.Answer{Then: func(ctx context.Context) {
			book := b.bookOf(ctx, by.ID)
			b.post.Update(ctx, i.View.ID, i.View.Hash, b.pageOfDraft(ctx, by, book, t))
		}}
	}
	if why := b.maySee(ctx, t, by); why != "" {
		return b.inView(i, c, t, b.refuse(ctx, c, t, why))
	}
	r, err := b.desk.CanSee(ctx, c, t.Request)
	if err != nil {
		return b.inView(i, c, t, err)
	}
	return b.showPage(i, c, r, t.Page)
}

// pageOfDraft is a page of what somebody filled in, or why there is none: they may not ask any more, or it was sent meanwhile.
func (b *Bot) pageOfDraft(ctx context.Context, by visitor, book words.Book, t words.Target) slack.ModalViewRequest {
	if why := b.people.mayAsk(ctx, by); why != "" {
		return book.Refused(book.Refusal(ledger.Detail{Why: why, Tried: words.ActionAsk}, approvals.Request{}))
	}
	p, err := b.desk.DraftOf(ctx, by.Person, t.Draft)
	if err != nil {
		return book.Refused(b.draftLost(book, err))
	}
	if p.Made == 0 {
		return book.Check(p, t.Page, words.Content{})
	}
	r, err := b.desk.Request(ctx, p.Made)
	if err != nil {
		return book.Refused(b.unread(book, err))
	}
	return book.AskedForm(book.Accepted(words.Command, b.channel, r))
}

// showPage puts a page of a request in place of what the form shows.
func (b *Bot) showPage(i interaction, c approvals.Click, r approvals.Request, page int) socket.Answer {
	return socket.Answer{Then: func(ctx context.Context) {
		b.post.Update(ctx, i.View.ID, i.View.Hash, b.bookOf(ctx, c.By.ID).ShowAll(b.foreseen(ctx, r), page, b.mayAct(ctx, i)))
	}}
}

// inView says in the form itself why what was pressed there wasn't done; nothing where it was.
func (b *Bot) inView(i interaction, c approvals.Click, t words.Target, err error) socket.Answer {
	return socket.Answer{Then: func(ctx context.Context) {
		book := b.bookOf(ctx, c.By.ID)
		b.post.Update(ctx, i.View.ID, i.View.Hash, book.Refused(b.failure(book, t.Request, err)))
	}}
}

// doneInView shows in Show all what a button of it has done to an account, or why it did nothing.
func (b *Bot) doneInView(i interaction, c approvals.Click, t words.Target, r approvals.Request, err error) socket.Answer {
	if err != nil {
		return b.inView(i, c, t, err)
	}
	shown, _ := words.TargetOf(i.View.Private)
	return b.showPage(i, c, r, shown.Page)
}
