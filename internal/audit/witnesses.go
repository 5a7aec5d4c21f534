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
	if o.Invitations, err = whole(ctx, client.Invitations); err != nil {
		return fmt.Errorf("read the organization's invitations: %w", err)
	}
	if o.Members, err = whole(ctx, client.Members); err != nil {
		return fmt.Errorf("read the organization's members: %w", err)
	}
	compared, err := store.Compare(ctx, o)
	p.Tencent = &tencentProof{compared.Confirmed, compared.Elsewhere}
	p.Falsehoods = append(p.Falsehoods, compared.Falsehoods...)
	return err
}

const (
	pace     = 200 * time.Millisecond // leaves the bot, which may be running, its share of the calls that the API takes
	maxReads = 5                      // of a list that changes while it is read
)

// whole reads a list from its beginning to its end. Where that changed its length meanwhile, entries may have moved from one page
// to another, so it is read again.
func whole[T any](ctx context.Context, read func(context.Context, int) (invite.Page[T], error)) (all []T, err error) {
	for range maxReads {
		all = nil
		for total := -1; ; {
			page, err := read(ctx, len(all))
			if err != nil {
				return nil, err
			}
			if total >= 0 && page.Total != total {
				break
			}
			all, total = append(all, page.Entries...), page.Total
			if ended, err := page.Ends(len(all)); ended || err != nil {
				return all, err
			}
			if !webapi.Sleep(ctx, pace) {
				return nil, ctx.Err()
			}
		}
	}
	return nil, errors.New("it keeps changing while it is read; try again")
}
