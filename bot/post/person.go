package post

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/words"
)

// fresh is how long somebody who clicked may still want to know why nothing happened.
const fresh = 30 * time.Minute

// Direct writes to one person. Slack opens the conversation by itself; only to look into it the bot has to.
func (p *Poster) Direct(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	to := approvals.Place{Channel: m.Recipient}
	if m.Doubtful && m.At.TS == "" {
		var err error
		if to.Channel, err = p.conversationWith(ctx, m.Recipient); err != nil {
			return approvals.Place{}, unsaid(err, unreachable...)
		}
	}
	at, err := p.put(ctx, m, to, c)
	if at.TS != "" {
		return at, unsaid(p.ifEditable(err, at))
	}
	return at, unsaid(err, unreachable...)
}

// Whisper whispers to one person where they clicked; where Slack refuses that it writes to them directly, and where it refuses
// that too, in the thread under the card. One whose answer was lost is said again: nobody can look for it, and twice is better
// than not at all.
func (p *Poster) Whisper(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	if p.now().Sub(m.DueSince) > fresh {
		return approvals.Place{}, &approvals.UnsayableError{Reason: "too late: it was an answer to a click"}
	}
	ts, err := p.whisper(ctx, m.Channel, m.Recipient, c)
	at := approvals.Place{Channel: m.Channel, TS: ts}
	for _, other := range []approvals.Place{{Channel: m.Recipient}, m.Request.Card} {
		if !isRefused(err) || other.Channel == "" {
			break
		}
		at, err = p.post(ctx, m, other, c)
	}
	return at, unsaid(err, unreachable...)
}

// Tell answers somebody at once and as well as it can: in the channel, or directly. Answers that must not get lost are
// events of the ledger instead.
func (p *Poster) Tell(ctx context.Context, channel, user string, c words.Content) {
	err := errors.New("no channel")
	if channel != "" {
		_, err = p.whisper(ctx, channel, user, c)
	}
	if err != nil {
		err = p.gated("chat.postMessage", user, func() error {
			_, _, err := p.api.Say(ctx, "chat.postMessage", saying(user, c))
			return err
		})
	}
	if err != nil {
		p.log.Warn("somebody could not be answered", "error", err)
	}
}

// conversationWith is the ID of the channel in which somebody gets direct messages.
func (p *Poster) conversationWith(ctx context.Context, user string) (id string, err error) {
	err = p.gated("conversations.open", "", func() error {
		c, _, _, err := p.api.Slack.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		if err != nil {
			return &searchError{err}
		}
		id = c.ID
		return nil
	})
	return id, err
}
