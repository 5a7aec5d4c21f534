package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// askReason opens the modal after the acknowledgement. A request that was decided
// meanwhile is refused before somebody takes the trouble to give a reason.
func (b *Bot) askReason(ctx context.Context, i interaction, c approvals.Click, t words.Target) socket.Answer {
	r, err := b.desk.CanDecide(ctx, c, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	return socket.Answer{Then: func(ctx context.Context) {
		if err := b.openForm(ctx, i.Trigger, b.book.AskReason(r, t)); err == nil {
			return
		}
		// Told from the ledger, however long Slack takes.
		if err := b.desk.Refuse(ctx, c, r.ID, ledger.Unopened); err != nil {
			b.post.Tell(ctx, c.Channel, c.By.ID, b.failure(r.ID, err))
		}
	}}
}

const triggerLife = 3 * time.Second // docs.slack.dev/interactivity/handling-user-interaction: trigger IDs expire

func (b *Bot) openForm(ctx context.Context, trigger string, form slack.ModalViewRequest) error {
	ctx, cancel := context.WithTimeout(ctx, triggerLife)
	defer cancel()
	_, err := b.api.Slack.OpenViewContext(ctx, trigger, form)
	if err != nil {
		b.log.Warn("the form could not be opened", "error", err)
	}
	return err
}

// submitDenial denies a request, and says in the modal why it can't.
func (b *Bot) submitDenial(ctx context.Context, i interaction, by visitor) socket.Answer {
	c := approvals.Click{Key: i.Trigger, By: by.Person, Tried: words.ActionDeny} // no channel: the modal tells
	t, err := words.TargetOf(i.View.Private)
	if err != nil {
		return socket.Answer{Payload: b.book.NotDenied(b.failure(0, approvals.ErrNotFound))}
	}
	reason := words.Reason(i.filledIn)
	if tooLong := b.book.ReasonTooLong(reason); tooLong != nil {
		return socket.Answer{Payload: tooLong}
	}
	if err := b.deny(ctx, c, t, by, reason); err != nil {
		return socket.Answer{Payload: b.book.NotDenied(b.failure(t.Request, err))}
	}
	return socket.Answer{}
}

func (b *Bot) deny(ctx context.Context, c approvals.Click, t words.Target, by visitor, reason string) error {
	c.Button = &approvals.Button{Nonce: t.Nonce, Digest: t.Digest}
	var why ledger.Why
	if c.Basis, why = b.mayTouch(ctx, t, by); why != "" {
		return b.refuse(ctx, c, t, why)
	}
	_, err := b.desk.Decide(ctx, c, t.Request, approvals.Deny, reason)
	return err
}
