package bot

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/words"
)

var _ approvals.Announcer = (*Bot)(nil)

// yieldLimit is by how much envelopes in hand hold up messages.
const yieldLimit = 100 * time.Millisecond

// Opens says when the approvals channel takes messages of a kind again, as [approvals.Announcer] wants it.
func (b *Bot) Opens(w approvals.Way) time.Time {
	select {
	case <-b.identified:
		return b.post.Opens(w)
	default:
		return time.Time{}
	}
}

// Say posts a message, or edits it where m.At is set, as [approvals.Announcer] wants it: it finds the words, and bot/post
// says them once.
func (b *Bot) Say(ctx context.Context, m approvals.Message) (approvals.Place, error) {
	select {
	case <-b.identified:
	case <-ctx.Done():
		return approvals.Place{}, &approvals.NotSaidError{Reason: "Slack has not been reached yet"}
	}
	b.listener.WaitCalm(ctx, yieldLimit) // people wait for acknowledgements, and hardly for this
	switch m.Slot {
	case approvals.Card:
		return b.post.Card(ctx, m, b.book.Lasting(func(in words.Book) words.Content { return in.Card(m.Request) }))
	case approvals.Thread:
		reply := b.book.Lasting(func(in words.Book) words.Content { return current(m, in.Reply(m.Request, m.Event)) })
		return b.post.Reply(ctx, m, reply.Witnessing(m.Head))
	case approvals.Notice:
		notice := b.book.Lasting(func(in words.Book) words.Content { return noticeOf(in, m) })
		return b.post.Notice(ctx, m, notice.Witnessing(m.Head))
	case approvals.Direct:
		direct := b.bookOf(ctx, m.Recipient).Lasting(func(in words.Book) words.Content { return current(m, directOf(in, m)) })
		return b.post.Direct(ctx, m, direct.Witnessing(m.Head))
	case approvals.Ephemeral:
		book := b.bookOf(ctx, m.Recipient)
		return b.post.Whisper(ctx, m, book.Refusal(m.Event.Detail, m.Request).And(book.Others(m.Others)))
	}
	return approvals.Place{}, &approvals.UnsayableError{Reason: "there is no slot " + string(m.Slot)}
}

// directOf is what one person is told: the requester, or somebody who is told as well.
func directOf(book words.Book, m approvals.Message) words.Content {
	if m.Request.ID != 0 && m.Recipient != m.Request.Requester.ID {
		return book.DirectToOthers(m.Request, m.Event)
	}
	return book.Direct(m.Request, m.Event)
}

// current leaves out buttons that a newer message has.
func current(m approvals.Message, c words.Content) words.Content {
	if m.Outdated {
		return c.WithoutButtons()
	}
	return c
}

// noticeOf is what everybody in the approvals channel is told.
func noticeOf(book words.Book, m approvals.Message) words.Content {
	if m.Event.Kind == ledger.Reminded {
		return book.Reminder(m.Waiting, m.More)
	}
	return book.Notice(m.Event)
}
