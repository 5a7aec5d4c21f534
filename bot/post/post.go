// Package post says each message once. Slack has no idempotent post, so a message carries an ID in its metadata, and one
// whose answer was lost is looked for before it is made again: once.go. What stands already is edited in its place.
//
// A card, a reply and a word to one person each have their own way to be said, and something else to do where that can't
// be (deleted, frozen, gone): card.go, reply.go, person.go. What an error
// of Slack's means for a message is in errors.go: Slack did not take it ([approvals.NotSaidError]), it never will
// ([approvals.UnsayableError]), or nobody knows. Where Slack asked to wait, no call is made until then: gates.go.
//
// What a message says is not known here: it comes as [words.Content]. When it is due is approvals' to know.
package post

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

// Config is what a [Poster] needs to know.
type Config struct {
	API     *webapi.Client
	Channel string // ID of the approvals channel
	User    string // ID of the bot as a user, by which its own messages are known
	Bot     string // its ID as a bot, likewise; may be empty
	Log     *slog.Logger
	Now     func() time.Time
}

// Poster posts as the bot.
type Poster struct {
	api       *webapi.Client
	channel   string
	user, bot string
	gates     gates
	log       *slog.Logger
	now       func() time.Time
}

// New returns a poster.
func New(c Config) *Poster {
	return &Poster{api: c.API, channel: c.Channel, user: c.User, bot: c.Bot, gates: gates{now: c.Now, log: c.Log}, log: c.Log, now: c.Now}
}

func (p *Poster) post(ctx context.Context, m approvals.Message, to approvals.Place, c words.Content) (at approvals.Place, err error) {
	err = fitting(c, func(c words.Content) error {
		message := saying(to.Channel, c)
		message.Thread = to.TS
		message.Metadata = metadata(m)
		return p.gated("chat.postMessage", to.Channel, func() error {
			at.Channel, at.TS, err = p.api.Say(ctx, "chat.postMessage", message)
			return err
		})
	})
	if err == nil && at.TS == "" {
		err = errors.New("chat.postMessage: the answer doesn't say where the message stands")
	}
	return at, err
}

func (p *Poster) update(ctx context.Context, at approvals.Place, c words.Content, metadata *slack.SlackMetadata) error {
	return fitting(c, func(c words.Content) error {
		message := saying(at.Channel, c)
		message.TS, message.Metadata = at.TS, metadata
		return p.gated("chat.update", at.Channel, func() error {
			_, _, err := p.api.Say(ctx, "chat.update", message)
			return err
		})
	})
}

// fitting says something, and where it is too much for Slack, says less.
func fitting(c words.Content, say func(words.Content) error) error {
	err := say(c)
	if slices.Contains(tooMuch, webapi.CodeOf(err)) {
		return say(c.Compact())
	}
	return err
}

func (p *Poster) whisper(ctx context.Context, channel, user string, c words.Content) (ts string, err error) {
	err = p.gated("chat.postEphemeral", channel, func() error {
		message := saying(channel, c)
		message.User = user
		_, ts, err = p.api.Say(ctx, "chat.postEphemeral", message)
		return err
	})
	return ts, err
}

// arguments are those of the methods that say something.
type arguments struct {
	Channel  string               `json:"channel"`
	TS       string               `json:"ts,omitempty"`        // chat.update
	Thread   string               `json:"thread_ts,omitempty"` // chat.postMessage
	User     string               `json:"user,omitempty"`      // chat.postEphemeral
	Text     string               `json:"text"`
	Blocks   []slack.Block        `json:"blocks"`
	Metadata *slack.SlackMetadata `json:"metadata,omitempty"`

	// What keeps Slack from making links, mentions or previews of what stands in the text.
	Parse       string `json:"parse"`
	Markdown    bool   `json:"mrkdwn"`
	UnfurlLinks bool   `json:"unfurl_links"`
	UnfurlMedia bool   `json:"unfurl_media"`
}

func saying(channel string, c words.Content) arguments {
	return arguments{Channel: channel, Text: c.Text, Blocks: c.Blocks, Parse: "none"}
}
