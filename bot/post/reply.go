package post

import (
	"context"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/words"
)

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

// Notice says something to everybody in the approvals channel.
func (p *Poster) Notice(ctx context.Context, m approvals.Message, c words.Content) (approvals.Place, error) {
	at, err := p.put(ctx, m, approvals.Place{Channel: p.channel}, c)
	return at, unsaid(err)
}
