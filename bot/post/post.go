// Package post says each message once. Slack has no idempotent post, so a message carries an ID in its metadata, and one
// whose answer was lost is looked for before it is made again. What stands already is edited in its place.
//
// A message's slot has a way of its own to be said, and something else to do where that can't be: slots.go. What an error
// of Slack's means for a message is in errors.go: Slack did not take it ([approvals.NotSaidError]), it never will
// ([approvals.UnsayableError]), or nobody knows. Where Slack asked to wait, no call is made until then: gates.go.
//
// What a message says is not known here: it comes as [words.Content]. When it is due is approvals' to know.
package post

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/words"
)

// Config is what a [Poster] needs to know.
type Config struct {
	API     *slack.Client
	Channel string // ID of the approvals channel
	User    string // ID of the bot as a user, by which its own messages are known
	Bot     string // its ID as a bot, likewise; may be empty
	Log     *slog.Logger
	Now     func() time.Time
}

// Poster posts as the bot.
type Poster struct {
	api       *slack.Client
	channel   string
	user, bot string
	gates     gates
	log       *slog.Logger
	now       func() time.Time
}

// New returns a poster.
func New(c Config) *Poster {
	return &Poster{api: c.API, channel: c.Channel, user: c.User, bot: c.Bot, gates: gates{now: c.Now}, log: c.Log, now: c.Now}
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
			_, _, err := p.api.PostMessageContext(ctx, user, options(c)...)
			return err
		})
	}
	if err != nil {
		p.log.Warn("somebody could not be answered", "error", err)
	}
}

// put posts a message, in the thread of to or in its channel where to has no TS. One that stands already, or that is
// found when it may stand, is edited; an error then comes with its place.
func (p *Poster) put(ctx context.Context, m approvals.Message, to approvals.Place, c words.Content) (at approvals.Place, err error) {
	at = m.At
	if at.TS == "" && m.Doubtful {
		if at, err = p.find(ctx, m, to, earlier(m, c)); err != nil {
			return at, err
		}
	}
	if at.TS == "" {
		return p.post(ctx, m, to, c)
	}
	return at, p.update(ctx, at, c)
}

func (p *Poster) post(ctx context.Context, m approvals.Message, to approvals.Place, c words.Content) (at approvals.Place, err error) {
	all := append(options(c), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{payloadID: m.ID}}))
	if to.TS != "" {
		all = append(all, slack.MsgOptionTS(to.TS))
	}
	err = p.gated("chat.postMessage", to.Channel, func() error {
		at.Channel, at.TS, err = p.api.PostMessageContext(ctx, to.Channel, all...)
		return err
	})
	if err == nil && at.TS == "" {
		err = errors.New("chat.postMessage: the answer doesn't say where the message stands")
	}
	return at, err
}

func (p *Poster) update(ctx context.Context, at approvals.Place, c words.Content) error {
	return p.gated("chat.update", at.Channel, func() error {
		_, _, _, err := p.api.UpdateMessageContext(ctx, at.Channel, at.TS, options(c)...)
		return err
	})
}

func (p *Poster) whisper(ctx context.Context, channel, user string, c words.Content) (ts string, err error) {
	err = p.gated("chat.postEphemeral", channel, func() error {
		ts, err = p.api.PostEphemeralContext(ctx, channel, user, options(c)...)
		return err
	})
	return ts, err
}

// options keep Slack from making links, mentions or previews of what stands in the text.
func options(c words.Content) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(c.Text, false), slack.MsgOptionBlocks(c.Blocks...),
		slack.MsgOptionParse(false), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}
