package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// openDecision opens the form for a decision after the acknowledgement: it asks for a reason to deny, or shows all that a dialog has no
// room for. A request that was decided meanwhile is refused before somebody takes the trouble.
func (b *Bot) openDecision(ctx context.Context, i interaction, c approvals.Click, t words.Target) socket.Answer {
	r, err := b.desk.CanDecide(ctx, c, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	return socket.Answer{Then: func(ctx context.Context) {
		if err := b.post.Open(ctx, i.Trigger, b.decisionForm(ctx, c, r, t)); err == nil {
			return
		}
		// Told from the ledger, however long Slack takes.
		c.Form = false
		if _, err := b.desk.Refuse(ctx, c, r.ID, ledger.Unopened); err != nil {
			b.post.Tell(ctx, c.Channel, c.By.ID, b.failure(b.bookOf(ctx, c.By.ID), r.ID, err))
		}
	}}
}

func (b *Bot) decisionForm(ctx context.Context, c approvals.Click, r approvals.Request, t words.Target) slack.ModalViewRequest {
	book := b.bookOf(ctx, c.By.ID)
	if c.Tried == words.ActionDeny {
		return book.AskReason(r, t)
	}
	if err := b.desk.Foresee(ctx, &r); err != nil {
		b.log.Warn("the form is without what Tencent Cloud would refuse", "request", r.ID, "error", err)
	}
	return book.Review(r, t)
}

// submitForm decides a request as its form says, and says in the form why it can't.
func (b *Bot) submitForm(ctx context.Context, i interaction, by visitor) socket.Answer {
	c := approvals.Click{Key: i.Trigger, By: by.Person, Tried: words.ActionDeny} // no channel: the form tells
	verdict, reason := approvals.Deny, words.Reason(i.filledIn)
	if i.View.Callback == words.ApproveModal {
		c.Tried, verdict, reason = words.ActionApprove, approvals.Approve, ""
	}
	t, err := words.TargetOf(i.View.Private)
	if err != nil {
		book := b.bookOf(ctx, by.ID)
		return socket.Answer{Payload: book.NotDone(b.failure(book, 0, approvals.ErrNotFound))}
	}
	if tooLong := b.bookOf(ctx, by.ID).ReasonTooLong(reason); tooLong != nil {
		return socket.Answer{Payload: tooLong}
	}
	if err := b.decide(ctx, c, t, by, verdict, reason); err != nil {
		book := b.bookOf(ctx, by.ID)
		return socket.Answer{Payload: book.NotDone(b.failure(book, t.Request, err))}
	}
	return socket.Answer{}
}

func (b *Bot) decide(ctx context.Context, c approvals.Click, t words.Target, by visitor, verdict approvals.Verdict, reason string) error {
	c.Button = &approvals.Button{Nonce: t.Nonce, Digest: t.Digest, Foresight: t.Foresight}
	var why ledger.Why
	if c.Basis, why = b.mayTouch(ctx, t, by); why != "" {
		return b.refuse(ctx, c, t, why)
	}
	_, err := b.desk.Decide(ctx, c, t.Request, verdict, reason)
	return err
}
