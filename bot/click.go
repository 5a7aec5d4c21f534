package bot

import (
	"cmp"
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// interaction answers buttons and the modal.
func (b *Bot) interaction(ctx context.Context, i interaction) socket.Answer {
	go b.bookOf(ctx, i.User.ID) // while the rest is found out
	switch {
	case i.Type == submitted && (i.View.Callback == words.DenyModal || i.View.Callback == words.ApproveModal):
		return b.submitForm(ctx, i, i.visitor())
	case i.Type == submitted && i.View.Callback == words.AskModal:
		return b.checkForm(ctx, i)
	case i.Type == submitted && i.View.Callback == words.SendModal:
		return b.sendForm(ctx, i)
	case i.Type == chosen && i.Callback == words.ShortcutAsk:
		return b.openByPress(ctx, i)
	case i.Type == pressed && len(i.Actions) > 0 && i.Actions[0].ID == words.ActionAsk:
		return b.openByPress(ctx, i)
	case i.Type == pressed && len(i.Actions) > 0 && i.isAtHome():
		return b.pressAtHome(ctx, i)
	case i.Type == pressed && len(i.Actions) > 0:
		return b.click(ctx, i, i.visitor())
	}
	b.log.Debug("an interaction that means nothing here", "type", i.Type)
	return socket.Answer{}
}

// click answers a button. What it was for is refused in the ledger, and told from there; only what the ledger can't
// know of is told from here.
func (b *Bot) click(ctx context.Context, i interaction, by visitor) socket.Answer {
	action := i.Actions[0]
	does := words.Action(action.ID)
	c := approvals.Click{Key: i.Trigger, By: by.Person, Channel: channelOf(i), Tried: does, Form: true}
	t, err := words.TargetOf(action.Value)
	if err != nil {
		return b.telling(c, words.Book.NoButton)
	}
	c.Button = &approvals.Button{Nonce: t.Nonce, Digest: t.Digest, Attempt: t.AttemptNonce, Foresight: t.Foresight, At: messageOf(i)}
	switch does {
	case words.ActionWithdraw:
		return b.takeBack(ctx, i, c, t, by)
	case words.ActionPage:
		return b.turnPage(ctx, i, c, t)
	}
	var why ledger.Why
	if c.Basis, why = b.mayPress(ctx, does, t, by); why != "" {
		return b.clicked(c, t, b.refuse(ctx, c, t, why))
	}
	var r approvals.Request
	switch does {
	case words.ActionApprove:
		_, err = b.desk.Decide(ctx, c, t.Request, approvals.Approve, "")
	case words.ActionDeny, words.ActionReview:
		return b.openDecision(ctx, i, c, t)
	case words.ActionRetry:
		_, err = b.desk.Retry(ctx, c, t.Invitation, t.Attempt)
	case words.ActionRetryAll:
		_, err = b.desk.RetryAll(ctx, c, t.Request, t.AttemptNonce)
	case words.ActionShowAll:
		return b.showAll(ctx, i, c, t)
	case words.ActionAskRefused:
		return b.askRefused(ctx, i, c, t)
	case words.ActionArrived:
		r, err = b.desk.Settle(ctx, c, t.Invitation, t.Attempt, true)
	case words.ActionResend:
		r, err = b.desk.Settle(ctx, c, t.Invitation, t.Attempt, false)
	case words.ActionCancel:
		r, err = b.desk.Cancel(ctx, c, t.Invitation, t.Attempt)
	case words.ActionAgain:
		err = b.askAgain(ctx, c, t)
	default:
		return b.telling(c, words.Book.NoButton)
	}
	if i.View.ID != "" {
		return b.doneInView(i, c, t, r, err)
	}
	return b.clicked(c, t, err)
}

// askAgain makes a request of what came to nothing.
func (b *Bot) askAgain(ctx context.Context, c approvals.Click, t words.Target) error {
	before, err := b.desk.Request(ctx, t.Request)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) {
		return err
	}
	_, err = b.desk.Again(ctx, c, t.Request, t.Invitation, b.book.RemarkMade(before),
		func(request int64) string { return b.book.Remark(request, c.By) })
	return err
}

// mayPress says why somebody may not use a button; empty: they may, on the basis that is returned beside. Who may ask may ask
// again, and who sees a card may see all of it; everything else is for approvers.
func (b *Bot) mayPress(ctx context.Context, action string, t words.Target, by visitor) (basis string, _ ledger.Why) {
	switch {
	case action == words.ActionShowAll:
		return "", b.maySee(ctx, t, by)
	case (action == words.ActionAgain || action == words.ActionAskRefused) && t.Installation == b.desk.Installation():
		return "", b.people.mayAsk(ctx, by)
	}
	return b.mayTouch(ctx, t, by)
}

// channelOf is where somebody clicked.
func channelOf(i interaction) string { return cmp.Or(i.Channel.ID, i.Container.Channel) }

// messageOf is the message on which somebody clicked.
func messageOf(i interaction) approvals.Place {
	return approvals.Place{Channel: channelOf(i), TS: string(cmp.Or(i.Container.TS, i.Message.TS))}
}

// mayTouch says why somebody may not use a button or a modal; empty: they may, on the basis that is returned beside.
func (b *Bot) mayTouch(ctx context.Context, t words.Target, by visitor) (basis string, _ ledger.Why) {
	if t.Installation != b.desk.Installation() {
		return "", ledger.ForeignCard
	}
	return b.people.mayDecide(ctx, by)
}

// refuse has the ledger refuse a click, and tell why where c has a channel. A request of another installation isn't one
// of this ledger.
func (b *Bot) refuse(ctx context.Context, c approvals.Click, t words.Target, why ledger.Why) error {
	if why == ledger.ForeignCard {
		t.Request = 0
	}
	refused, err := b.desk.Refuse(ctx, c, t.Request, why)
	if errors.Is(err, approvals.ErrNotFound) { // which is nothing to tell somebody without rights: the answer is the same
		c.Channel = ""
		_, again := b.desk.Refuse(ctx, c, 0, why)
		return errors.Join(&approvals.RefusedError{Why: why, Request: approvals.Request{ID: t.Request}}, err, again)
	}
	if err != nil {
		return err
	}
	return refused
}

// clicked is what follows a click. Success shows on the card, and a refusal is in the ledger and told from there, unless its
// request isn't. A card of a request that isn't in this database is marked, so that nobody presses it again.
func (b *Bot) clicked(c approvals.Click, t words.Target, err error) socket.Answer {
	refused, ok := errors.AsType[*approvals.RefusedError](err)
	if ok && refused.Stray {
		return socket.Answer{Then: func(ctx context.Context) {
			b.showRefusal(ctx, c, refused)
			b.mark(ctx, c.Button.At, refused.Head)
		}}
	}
	switch {
	case err == nil:
		return socket.Answer{}
	case ok && c.Channel != "" && !errors.Is(err, approvals.ErrNotFound):
		return socket.Answer{Then: func(ctx context.Context) { b.showRefusal(ctx, c, refused) }}
	}
	return b.telling(c, func(book words.Book) words.Content { return b.failure(book, t.Request, err) })
}

// showRefusal tells somebody where they look, in a form over what they pressed, why nothing was done. Where Slack doesn't open it, the ledger tells it,
// and also where this process ends before it has done either.
func (b *Bot) showRefusal(ctx context.Context, c approvals.Click, refused *approvals.RefusedError) {
	if refused.Event == 0 {
		return // it was told before
	}
	told := b.desk.Told
	book := b.bookOf(ctx, c.By.ID)
	why := book.Refusal(ledger.Detail{Why: refused.Why, Tried: c.Tried, Other: refused.Request.ID}, refused.Request)
	if err := b.post.Open(ctx, c.Key, book.Refused(why)); err != nil {
		told = b.desk.NotTold
	}
	if err := told(ctx, refused.Event, c.By); err != nil {
		b.log.Warn("whether somebody was told why nothing was done couldn't be recorded; they are told once more", "error", err)
	}
}

// mark marks a card that isn't of this database, once Slack was heard as a witness: the card may be one.
func (b *Bot) mark(ctx context.Context, at approvals.Place, head ledger.Head) {
	select {
	case <-b.witnessed:
		b.post.Mark(ctx, at, b.book.UnknownCard(), head)
	case <-ctx.Done():
	}
}

// failure finds the words for an error of the desk.
func (b *Bot) failure(book words.Book, request int64, err error) words.Content {
	if refused, ok := errors.AsType[*approvals.RefusedError](err); ok {
		return book.Refusal(ledger.Detail{Why: refused.Why, Other: refused.Request.ID}, refused.Request)
	}
	if errors.Is(err, approvals.ErrNotFound) {
		return book.NoRequest(request)
	}
	b.log.Error("a click could not be stored", "request", request, "error", err)
	return book.ClickUnstored()
}

// telling says something to whoever clicked, in their language.
func (b *Bot) telling(c approvals.Click, what func(words.Book) words.Content) socket.Answer {
	return socket.Answer{Then: func(ctx context.Context) { b.post.Tell(ctx, c.Channel, c.By.ID, what(b.bookOf(ctx, c.By.ID))) }}
}
