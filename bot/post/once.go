package post

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/words"
)

const (
	pageSize    = 200             // messages
	maxPages    = 25              // of them: what isn't among the newest 5,000 messages isn't looked for any further
	clockMargin = 5 * time.Minute // by how much Slack's clock may be behind ours
)

// put posts a message, in the thread of to or in its channel where to has no TS. One that stands already, or that is
// found when it may stand, is edited; an error then comes with its place.
func (p *Poster) put(ctx context.Context, m approvals.Message, to approvals.Place, c words.Content) (at approvals.Place, err error) {
	at = m.At
	if at.TS == "" && m.Doubtful {
		if at, err = p.find(ctx, m, to, earlier(m, c)); err != nil {
			return at, err
		}
	}
	if at.TS == "" {
		return p.post(ctx, m, to, c)
	}
	return at, p.update(ctx, at, c, metadata(m))
}

// searchError is a call that only looked for something: whatever became of it, it said nothing.
type searchError struct{ error }

func (e *searchError) Unwrap() error { return e.error }

func (e *searchError) Error() string { return "look for an earlier try: " + e.error.Error() }

// find looks for a message of ours that may have been posted since it was due: in the thread of where, or in its
// channel. A zero place: there is none.
func (p *Poster) find(ctx context.Context, m approvals.Message, where approvals.Place, same func(slack.Message) bool) (approvals.Place, error) {
	oldest := timestamp(m.DueSince.Add(-clockMargin))
	cursor := ""
	for range maxPages {
		messages, next, err := p.history(ctx, where, oldest, cursor)
		if err != nil {
			return approvals.Place{}, &searchError{err}
		}
		for _, old := range messages {
			if old.Timestamp != where.TS && p.isOurs(old) && same(old) {
				return approvals.Place{Channel: where.Channel, TS: old.Timestamp}, nil
			}
		}
		if next == "" {
			return approvals.Place{}, nil
		}
		cursor = next
	}
	p.log.Warn("an earlier try of a message was not found among so many", "message", m.ID, "channel", where.Channel)
	return approvals.Place{}, nil
}

func (p *Poster) isOurs(m slack.Message) bool {
	return m.User == p.user || m.BotID != "" && m.BotID == p.bot
}

// earlier tells whether a message is an earlier try of m. It goes by the ID in the metadata. Slack doesn't promise to
// keep that, so a message without goes by its text, or by the beginning where the rest may have changed since, in every
// language that it may have been said in.
func earlier(m approvals.Message, c words.Content) func(slack.Message) bool {
	return func(old slack.Message) bool {
		if old.Metadata.EventType == eventType {
			return old.Metadata.EventPayload[payloadID] == m.ID
		}
		return c.Was(old.Text)
	}
}

// history is one page of a thread or a channel.
func (p *Poster) history(ctx context.Context, where approvals.Place, oldest, cursor string) (messages []slack.Message, next string, err error) {
	if where.TS != "" {
		err = p.gated("conversations.replies", "", func() error {
			messages, _, next, err = p.api.Slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
				ChannelID: where.Channel, Timestamp: where.TS, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true})
			return err
		})
		return messages, next, err
	}
	err = p.gated("conversations.history", "", func() error {
		page, err := p.api.Slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: where.Channel, Oldest: oldest, Cursor: cursor, Limit: pageSize, IncludeAllMetadata: true})
		if err == nil {
			messages, next = page.Messages, page.ResponseMetaData.NextCursor
		}
		return err
	})
	return messages, next, err
}
