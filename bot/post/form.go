package post

import (
	"context"
	"time"

	"github.com/slack-go/slack"
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
	if err != nil {
		p.log.Warn("a form could not be opened", "error", err)
	}
	return err
}
