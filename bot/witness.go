package bot

import (
	"context"

	"github.com/invitebot/invitebot/bot/webapi"
)

// witness holds what Slack remembers against the ledger, until Slack answers, and then lets the rest begin: nothing may be
// sent before it is known whether the database was set back. Where Slack says definitely no, the start checks tell.
func (b *Bot) witness(ctx context.Context) error {
	for failures := 1; ; failures++ {
		heads, err := b.post.Witnesses(ctx)
		if err == nil {
			_, err = b.desk.Witnessed(ctx, heads)
		}
		if err == nil || webapi.CodeOf(err) != "" {
			close(b.witnessed)
			return nil
		}
		wait := webapi.RetryWait(failures, err)
		b.log.Warn("Slack's memory of the ledger can't be read; trying again before anything is sent", "again_in", wait.String(), "error", err)
		if !webapi.Sleep(ctx, wait) {
			return nil
		}
	}
}

// Ready is closed when the worker may begin: Slack was heard as a witness of the ledger.
func (b *Bot) Ready() <-chan struct{} { return b.witnessed }
