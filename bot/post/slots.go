package post

import (
	"context"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

// fresh is how long somebody who clicked may still want to know why nothing happened.
const fresh = 30 * time.Minute

// Card keeps the card showing the request as it stands. A card that was deleted, or whose channel is no longer the
// approvals channel and can't be written to, is posted anew. One that can't be edited any more gets a reply with what
// it should show.
func (p *Poster) Card(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	at, err := p.put(ctx, m, approvals.Place{Channel: p.channel}, c)
	switch {
	case m.At.TS != "" && p.isNowhere(err, at):
		m.At, m.Doubtful = approvals.Place{}, true // an answer may have been lost on this way, too
		return p.Card(ctx, m, c)
	case at.TS != "" && slices.Contains(frozen, webapi.CodeOf(err)):
		return at, unsaid(p.sayBelow(ctx, m, at, c))
	}
	return at, unsaid(err)
}

// sayBelow replies to a card with what it can't show any more, unless the thread has that already.
func (p *Poster) sayBelow(ctx context.Context, m approvals.Message, card approvals.Place, c words.Content) error {
	same := earlier(m, c)
	said, err := p.find(ctx, m, card, func(old slack.Message) bool { return same(old) && old.Text == c.Text })
	if err != nil || said.TS != "" {
		return err
	}
	_, err = p.post(ctx, m, card, c)
	return err
}

// Reply says something in the card's thread, or in the channel where the thread is gone. An edit only takes buttons
// away that do nothing any more: where it isn't possible nothing is missing.
func (p *Poster) Reply(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	at, err := p.put(ctx, m, m.Request.Card, c)
	if at.TS != "" {
		return at, unsaid(p.ifEditable(err, at))
	}
	if p.isNowhere(err, m.Request.Card) {
		at, err = p.put(ctx, m, approvals.Place{Channel: p.channel}, c)
	}
	return at, unsaid(err)
}

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

// Whisper whispers to one person where they clicked, and writes to them directly where Slack doesn't allow that.
// One whose answer was lost is said again: nobody can look for it, and twice is better than not at all.
func (p *Poster) Whisper(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	if p.now().Sub(m.DueSince) > fresh {
		return approvals.Place{}, &approvals.UnsayableError{Reason: "too late: it was an answer to a click"}
	}
	ts, err := p.whisper(ctx, m.Channel, m.Recipient, c)
	if !slices.Contains(unwhisperable, webapi.CodeOf(err)) {
		return approvals.Place{Channel: m.Channel, TS: ts}, unsaid(err)
	}
	at, err := p.post(ctx, m, approvals.Place{Channel: m.Recipient}, c)
	return at, unsaid(err, unreachable...)
}
