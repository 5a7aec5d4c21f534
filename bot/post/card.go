package post

import (
	"context"
	"slices"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
)

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
	said, err := p.find(ctx, m, card, func(old slack.Message) bool { return same(old) && c.Says(old.Text) })
	if err != nil || said.TS != "" {
		return err
	}
	_, err = p.post(ctx, m, card, c)
	return err
}
