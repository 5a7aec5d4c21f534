package post

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Slack is the ledger's witness: each message carries the number and the hash of the newest event in its metadata, beside
// its own ID. What the database's owner could rewrite, Slack still has.

// Where what stands in a message's metadata.
const (
	eventType   = "invitebot_message"
	payloadID   = "id"
	payloadHead = "ledger"
	payloadHash = "hash"
)

func metadata(m approvals.Message) *slack.SlackMetadata {
	payload := map[string]any{payloadID: m.ID}
	if m.Head.Hash != "" {
		payload[payloadHead], payload[payloadHash] = m.Head.Number, m.Head.Hash
	}
	return &slack.SlackMetadata{EventType: eventType, EventPayload: payload}
}

// headIn reads the witness of a message; the zero head where it has none.
func headIn(m slack.Message) (h ledger.Head) {
	if m.Metadata.EventType != eventType {
		return h
	}
	number, _ := m.Metadata.EventPayload[payloadHead].(float64) // as JSON has numbers
	h.Hash, _ = m.Metadata.EventPayload[payloadHash].(string)
	h.Number = int64(number)
	return h
}

// Witnesses are the events of which the newest messages of ours in the approvals channel know.
func (p *Poster) Witnesses(ctx context.Context) (heads []ledger.Head, err error) {
	messages, _, err := p.history(ctx, approvals.Place{Channel: p.channel}, "", "")
	for _, m := range messages {
		if h := headIn(m); p.isOurs(m) && h.Number > 0 {
			heads = append(heads, h)
		}
	}
	return heads, err
}
