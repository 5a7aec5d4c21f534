package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/post"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/invite"
)

// hearSlack holds the ledger against what the messages in the approvals channel bear witness of.
func (p *proof) hearSlack(ctx context.Context, store *approvals.Store, since time.Time) error {
	var c settings.Channel
	if err := c.Read(); err != nil {
		return err
	}
	api := webapi.NewClient(c.SlackAPIURL, c.SlackBotToken.Reveal(), "")
	who, err := api.Slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("ask Slack who the bot is: %w", err)
	}
	poster := post.New(post.Config{API: api, Channel: c.ApprovalChannel, User: who.UserID, Bot: who.BotID, Log: slog.Default(), Now: time.Now})
	heard, err := store.Hear(ctx, c.ApprovalChannel, poster.Testimonies(ctx, since))
	if err != nil {
		return fmt.Errorf("read the approvals channel: %w", err)
	}
	p.Slack = &slackProof{heard.Messages, heard.Newest, heard.Forgotten, heard.Foreign}
	p.Falsehoods = append(p.Falsehoods, heard.Falsehoods...)
	return nil
}

// askTencentCloud holds what was sent against the organization's lists.
func (p *proof) askTencentCloud(ctx context.Context, store *approvals.Store) error {
	var c settings.Cloud
	if err := c.Read(); err != nil {
		return err
	}
	client, err := invite.NewClient(invite.Config{Endpoint: c.Endpoint, Region: c.Region, Credential: c.Credential()})
	if err != nil {
		return err
	}
	var o approvals.Organization
	for i, failed := range invite.All(ctx, slowly(client.Invitations)) {
		err = errors.Join(err, failed)
		o.Invitations = append(o.Invitations, i)
	}
	for m, failed := range invite.All(ctx, slowly(client.Members)) {
		err = errors.Join(err, failed)
		o.Members = append(o.Members, m)
	}
	if err != nil {
		return fmt.Errorf("read the organization's lists: %w", err)
	}
	compared, err := store.Compare(ctx, o)
	p.Tencent = &tencentProof{compared.Confirmed, compared.Elsewhere}
	p.Falsehoods = append(p.Falsehoods, compared.Falsehoods...)
	return err
}

// pace leaves the bot, which may be running, its share of the calls that the API takes in a second.
const pace = 200 * time.Millisecond

func slowly[T any](read func(context.Context, int) (invite.Page[T], error)) func(context.Context, int) (invite.Page[T], error) {
	return func(ctx context.Context, offset int) (invite.Page[T], error) {
		if offset > 0 && !webapi.Sleep(ctx, pace) {
			return invite.Page[T]{}, ctx.Err()
		}
		return read(ctx, offset)
	}
}
