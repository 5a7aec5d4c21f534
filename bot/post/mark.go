package post

import (
	"context"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/words"
)

// Mark replaces what a message says that no request of this database is about. It is a witness of that: another backup may
// have the request. Nothing else depends on it, so it is tried once.
func (p *Poster) Mark(ctx context.Context, at approvals.Place, c words.Content, head ledger.Head) {
	if err := p.update(ctx, at, c, metadata(approvals.Message{Head: head})); err != nil {
		p.log.Warn("a message that isn't of this database could not be marked", "channel", at.Channel, "ts", at.TS, "error", err)
	}
}
