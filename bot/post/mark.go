package post

import (
	"context"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/words"
)

// Mark replaces what a message says that no request of this database is about. Nothing depends on it, so it is tried once.
func (p *Poster) Mark(ctx context.Context, at approvals.Place, c words.Content) {
	if err := p.update(ctx, at, c, nil); err != nil {
		p.log.Warn("a message that isn't of this database could not be marked", "channel", at.Channel, "ts", at.TS, "error", err)
	}
}
