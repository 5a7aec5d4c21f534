package post

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/webapi"
)

const triggerLife = 3 * time.Second // docs.slack.dev/interactivity/handling-user-interaction: trigger IDs expire

// Open opens a form for whoever has just pressed something, which Slack allows for three seconds. Its error says that Slack didn't say that it did.
func (p *Poster) Open(ctx context.Context, trigger string, form slack.ModalViewRequest) error {
	ctx, cancel := context.WithTimeout(ctx, triggerLife)
	defer cancel()
	err := p.gated("views.open", "", func() error {
		_, err := p.api.Slack.OpenViewContext(ctx, trigger, form)
		return err
	})
	if webapi.CodeOf(err) == "exchanged_trigger_id" { // the envelope came twice, and its form is open
		return nil
	}
	if err != nil {
		p.log.Warn("a form could not be opened", "error", err)
	}
	return err
}

// Update puts something else in the place of what a form shows that is open, if it still shows what has this hash. Where that fails it shows
// what it showed, and whoever pressed something presses it again.
func (p *Poster) Update(ctx context.Context, id, hash string, form slack.ModalViewRequest) {
	ctx, cancel := context.WithTimeout(ctx, updateLimit)
	defer cancel()
	err := p.gated("views.update", "", func() error {
		_, err := p.api.Slack.UpdateViewContext(ctx, form, "", hash, id)
		return err
	})
	if err != nil && webapi.CodeOf(err) != "hash_conflict" {
		p.log.Warn("a form could not be updated", "error", err)
	}
}

// updateLimit is how long it is tried: after that nobody looks any more.
const updateLimit = 10 * time.Second
