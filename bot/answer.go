package bot

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

var _ socket.Handler = (*Bot)(nil)

// Handle finds the answer to an envelope.
func (b *Bot) Handle(ctx context.Context, e socket.Envelope) socket.Answer {
	switch e.Type {
	case socket.Command:
		var c typed
		if err := read(e.Payload, &c); err == nil {
			return b.typed(ctx, e, c)
		}
	case socket.Interactive:
		var i interaction
		if err := read(e.Payload, &i); err == nil {
			return b.interaction(ctx, i)
		}
	case socket.Event:
		var told event
		if err := read(e.Payload, &told); err == nil {
			return b.hear(ctx, told)
		}
	}
	b.log.Warn("an envelope can't be read", "type", e.Type)
	return b.Trouble(e)
}

// Trouble answers what the bot itself failed at, as far as it can be told whom.
func (b *Bot) Trouble(e socket.Envelope) socket.Answer {
	if e.Type == socket.Command {
		return b.privately(e, b.bookOfTyped(e).Trouble(b.channel))
	}
	var p interaction
	if e.Type != socket.Interactive || read(e.Payload, &p) != nil || p.User.ID == "" {
		return socket.Answer{}
	}
	if p.View.ID != "" && !p.isAtHome() {
		book := b.bookOf(context.Background(), p.User.ID)
		return socket.Answer{Payload: book.NotDone(book.Trouble(b.channel))}
	}
	return socket.Answer{Then: func(ctx context.Context) {
		b.post.Tell(ctx, p.Channel.ID, p.User.ID, b.bookOf(ctx, p.User.ID).Trouble(b.channel))
	}}
}

// Decline tells somebody who types a command while the bot stops. A click that isn't acknowledged is marked as failed
// by Slack.
func (b *Bot) Decline(e socket.Envelope) any {
	if e.Type != socket.Command {
		return nil
	}
	return b.bookOfTyped(e).Restarting().Private()
}

// bookOfTyped is the book of whoever typed a command.
func (b *Bot) bookOfTyped(e socket.Envelope) words.Book {
	var from typed
	_ = read(e.Payload, &from) // nobody reads the language of the channel
	return b.bookOf(context.Background(), from.User)
}

// privately answers a command so that only the person who typed it sees it: in the acknowledgement, or late.
func (b *Bot) privately(e socket.Envelope, c words.Content) socket.Answer {
	return socket.Answer{Payload: c.Private(), Late: func(ctx context.Context) { b.answerLate(ctx, e, c) }}
}

// answerLate gives a command's answer by its response_url, where the acknowledgement couldn't carry it.
func (b *Bot) answerLate(ctx context.Context, e socket.Envelope, c words.Content) {
	var from typed
	if read(e.Payload, &from) != nil || from.ResponseURL == "" {
		return
	}
	if err := b.respond(ctx, from.Channel, from.ResponseURL, c); err != nil {
		b.log.Warn("a command stays unanswered", "error", err)
	}
}

// respond answers by a response_url, seen by nobody else.
func (b *Bot) respond(ctx context.Context, channel, url string, c words.Content, how ...slack.MsgOption) error {
	how = append(how, slack.MsgOptionText(c.Text, false), slack.MsgOptionBlocks(c.Blocks...), slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral))
	_, _, _, err := b.api.Slack.SendMessageContext(ctx, channel, how...)
	return webapi.WithoutAddress(err)
}
