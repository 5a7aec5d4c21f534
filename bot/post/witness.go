package post

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/webapi"
)

// Slack is the ledger's witness: each message carries what it bears witness of in its metadata, beside its own ID. What the
// database's owner could rewrite, Slack still has.

// Where what stands in a message's metadata.
const (
	eventType      = "invitebot_message"
	payloadID      = "id"
	payloadHead    = "ledger"
	payloadHash    = "hash"
	payloadTrail   = "trail"
	payloadTells   = "event"
	payloadTold    = "event_hash"
	payloadRequest = "digest"
)

func metadata(m approvals.Message) *slack.SlackMetadata {
	t := m.Testimony()
	payload := map[string]any{payloadID: t.Message}
	put := func(number, hash string, h ledger.Head) {
		if h.Hash != "" {
			payload[number], payload[hash] = h.Number, h.Hash
		}
	}
	put(payloadHead, payloadHash, t.Head)
	put(payloadTells, payloadTold, t.Tells)
	if len(t.Trail) > 0 {
		payload[payloadTrail] = strings.Join(t.Trail, " ")
	}
	if t.Digest != "" {
		payload[payloadRequest] = t.Digest
	}
	return &slack.SlackMetadata{EventType: eventType, EventPayload: payload}
}

// testimony reads what a message bears witness of; false where it has no metadata of ours.
func testimony(channel string, m slack.Message) (t approvals.Testimony, ok bool) {
	if m.Metadata.EventType != eventType {
		return t, false
	}
	payload := m.Metadata.EventPayload
	text := func(key string) string {
		s, _ := payload[key].(string)
		return s
	}
	head := func(number, hash string) ledger.Head {
		n, _ := payload[number].(float64) // as JSON has numbers
		return ledger.Head{Number: int64(n), Hash: text(hash)}
	}
	return approvals.Testimony{Message: text(payloadID), At: approvals.Place{Channel: channel, TS: m.Timestamp},
		Head: head(payloadHead, payloadHash), Trail: strings.Fields(text(payloadTrail)), Tells: head(payloadTells, payloadTold), Digest: text(payloadRequest)}, true
}

// Witnesses are the events of which the newest messages of ours in the approvals channel know, and the newest replies: a thread may be told before its
// card is edited.
func (p *Poster) Witnesses(ctx context.Context) (heads []ledger.Head, err error) {
	hear := func(m slack.Message) {
		if t, ok := testimony(p.channel, m); ok && p.isOurs(m) && t.Head.Number > 0 {
			heads = append(heads, t.Head)
		}
	}
	messages, _, err := p.history(ctx, approvals.Place{Channel: p.channel}, "", "")
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		hear(m)
	}
	for _, m := range liveliest(messages) {
		for reply, err := range p.messages(ctx, approvals.Place{Channel: p.channel, TS: m.Timestamp}, before(m.LatestReply)) {
			if err != nil {
				return nil, err
			}
			hear(reply)
		}
	}
	return heads, nil
}

const (
	threadsHeard = 3                // at a start, of those in which somebody replied last
	heardBack    = 10 * time.Minute // before the newest reply of each
)

// liveliest are the messages with the newest replies.
func liveliest(messages []slack.Message) []slack.Message {
	threads := slices.DeleteFunc(slices.Clone(messages), func(m slack.Message) bool { return m.LatestReply == "" })
	slices.SortStableFunc(threads, func(a, b slack.Message) int { return strings.Compare(b.LatestReply, a.LatestReply) })
	return threads[:min(threadsHeard, len(threads))]
}

// before is a while before a message's time.
func before(ts string) string {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return ""
	}
	return timestamp(time.Unix(n, 0).Add(-heardBack))
}

// Testimonies yields what all messages of ours bear witness of, in the approvals channel and the threads there, as far as
// Slack keeps them; those in a thread only where its card isn't older than since. Where Slack asks to wait it waits. After an error it ends.
func (p *Poster) Testimonies(ctx context.Context, since time.Time) iter.Seq2[approvals.Testimony, error] {
	return func(yield func(approvals.Testimony, error) bool) {
		channel := approvals.Place{Channel: p.channel}
		for top, err := range p.messages(ctx, channel, timestamp(since)) {
			if err != nil {
				yield(approvals.Testimony{}, err)
				return
			}
			if !p.isOurs(top) {
				continue
			}
			if t, ok := testimony(p.channel, top); ok && !yield(t, nil) {
				return
			}
			if top.ReplyCount > 0 && !p.replies(ctx, top.Timestamp, yield) {
				return
			}
		}
	}
}

// replies yields the testimonies of a thread, and says whether to go on.
func (p *Poster) replies(ctx context.Context, thread string, yield func(approvals.Testimony, error) bool) bool {
	for reply, err := range p.messages(ctx, approvals.Place{Channel: p.channel, TS: thread}, "") {
		if err != nil {
			yield(approvals.Testimony{}, err)
			return false
		}
		t, ok := testimony(p.channel, reply)
		if ok && p.isOurs(reply) && reply.Timestamp != thread && !yield(t, nil) {
			return false
		}
	}
	return true
}

// messages yields all messages of a thread or a channel since oldest.
func (p *Poster) messages(ctx context.Context, where approvals.Place, oldest string) iter.Seq2[slack.Message, error] {
	return func(yield func(slack.Message, error) bool) {
		for cursor := ""; ; {
			page, next, err := p.patiently(ctx, where, oldest, cursor)
			if err != nil {
				yield(slack.Message{}, err)
				return
			}
			for _, m := range page {
				if !yield(m, nil) {
					return
				}
			}
			if cursor = next; cursor == "" {
				return
			}
		}
	}
}

// patiently reads a page, and waits where Slack asks for it.
func (p *Poster) patiently(ctx context.Context, where approvals.Place, oldest, cursor string) (page []slack.Message, next string, err error) {
	for failures := 1; ; failures++ {
		page, next, err = p.history(ctx, where, oldest, cursor)
		_, limited := errors.AsType[*slack.RateLimitedError](err)
		if !limited || !webapi.Sleep(ctx, webapi.RetryWait(failures, err)) {
			return page, next, err
		}
	}
}

// timestamp is a time as Slack writes it; empty for none.
func timestamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}
