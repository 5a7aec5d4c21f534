package post

import (
	"context"
	"time"

	"github.com/slack-go/slack"
)

// homeless are the codes after which somebody can't be shown a home until something has changed: docs.slack.dev/reference/methods/views.publish.
// What is wrong with the view is wrong until it says something else.
var homeless = []string{"not_enabled", "user_not_found", "user_disabled", "user_not_visible", "invalid_arguments", "invalid_user_id", "view_too_large"}

// HomesOpen says when Slack takes homes again.
func (p *Poster) HomesOpen() time.Time { return p.gates.opens(publishing + " ") }

const publishing = "views.publish"

// Publish shows somebody the Home tab. It has a limit of its own, so it takes nothing from messages.
func (p *Poster) Publish(ctx context.Context, user string, view slack.HomeTabViewRequest) error {
	err := p.gated(publishing, "", func() error {
		_, err := p.api.Slack.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: view})
		return err
	})
	return unsaid(err, homeless...)
}
