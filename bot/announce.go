package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

var _ approvals.Announcer = (*Bot)(nil)

// fresh is how long somebody who clicked may still want to know why nothing happened.
const fresh = 30 * time.Minute

// Slack's codes for what can't be said or edited where it should be: docs.slack.dev/reference/methods.
var (
	gone          = []string{"message_not_found", "thread_not_found", "cannot_reply_to_message"}
	frozen        = []string{"cant_update_message", "edit_window_closed"}
	shut          = []string{"channel_not_found", "not_in_channel", "is_archived", "is_inactive"} // the channel
	unreachable   = []string{"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "channel_not_found", "messages_tab_disabled"}
	unwhisperable = append([]string{"user_not_in_channel", "channel_type_not_supported"}, shut...)
)

// Say posts a message, or edits it where m.At is set, as [approvals.Announcer] wants it.
func (b *Bot) Say(ctx context.Context, m approvals.Message) (approvals.Place, error) {
	select {
	case <-b.identified:
	case <-ctx.Done():
		return approvals.Place{}, &approvals.NotSaidError{Reason: "Slack has not been reached yet"}
	}
	b.work.wait(ctx, yieldLimit) // people wait for acknowledgements, and hardly for this
	switch m.Slot {
	case approvals.Card:
		return b.sayCard(ctx, m, b.render().card(m.Request))
	case approvals.Thread:
		return b.sayReply(ctx, m, b.render().reply(m.Request, m.Event))
	case approvals.Direct:
		return b.sayDirect(ctx, m, b.render().direct(m.Request, m.Event))
	case approvals.Ephemeral:
		return b.sayEphemeral(ctx, m, b.render().refusal(m.Event.Detail, m.Request))
	}
	return approvals.Place{}, &approvals.UnsayableError{Reason: "there is no slot " + string(m.Slot)}
}

// sayCard keeps the card showing the request as it stands. A card that was deleted, or whose channel is no longer the
// approvals channel and can't be written to, is posted anew. One that can't be edited any more gets a reply with what
// it should show.
func (b *Bot) sayCard(ctx context.Context, m approvals.Message, c content) (approvals.Place, error) {
	at, err := b.put(ctx, m, approvals.Place{Channel: b.channel}, c)
	switch {
	case m.At.TS != "" && b.isNowhere(err, at):
		m.At, m.Doubtful = approvals.Place{}, true // an answer may have been lost on this way, too
		return b.sayCard(ctx, m, c)
	case at.TS != "" && slices.Contains(frozen, codeOf(err)):
		return at, unsaid(b.sayBelow(ctx, m, at, c))
	}
	return at, unsaid(err)
}

// isNowhere tells from an error that a message or a thread is gone, or its channel no longer ours.
func (b *Bot) isNowhere(err error, at approvals.Place) bool {
	code := codeOf(err)
	return slices.Contains(gone, code) || slices.Contains(shut, code) && at.Channel != b.channel
}

// sayBelow replies to a card with what it can't show any more, unless the thread has that already.
func (b *Bot) sayBelow(ctx context.Context, m approvals.Message, card approvals.Place, c content) error {
	same := earlier(m, c)
	said, err := b.find(ctx, m, card, func(old slack.Message) bool { return same(old) && old.Text == c.text })
	if err != nil || said.TS != "" {
		return err
	}
	_, err = b.post(ctx, m, card, c)
	return err
}

// sayReply says something in the card's thread, or in the channel where the thread is gone. An edit only takes buttons
// away that do nothing any more: where it isn't possible nothing is missing.
func (b *Bot) sayReply(ctx context.Context, m approvals.Message, c content) (approvals.Place, error) {
	at, err := b.put(ctx, m, m.Request.Card, c)
	if at.TS != "" {
		return at, unsaid(b.ifEditable(err, at))
	}
	if b.isNowhere(err, m.Request.Card) {
		at, err = b.put(ctx, m, approvals.Place{Channel: b.channel}, c)
	}
	return at, unsaid(err)
}

// ifEditable forgives that a message can't be edited, and never will be.
func (b *Bot) ifEditable(err error, at approvals.Place) error {
	if b.isNowhere(err, at) || slices.Contains(frozen, codeOf(err)) {
		return nil
	}
	return err
}

// sayDirect writes to one person. Slack opens the conversation by itself; only to look into it the bot has to.
func (b *Bot) sayDirect(ctx context.Context, m approvals.Message, c content) (approvals.Place, error) {
	to := approvals.Place{Channel: m.Recipient}
	if m.Doubtful && m.At.TS == "" {
		var err error
		if to.Channel, err = b.conversationWith(ctx, m.Recipient); err != nil {
			return approvals.Place{}, unsaid(err, unreachable...)
		}
	}
	at, err := b.put(ctx, m, to, c)
	if at.TS != "" {
		return at, unsaid(b.ifEditable(err, at))
	}
	return at, unsaid(err, unreachable...)
}

// sayEphemeral whispers to one person where they clicked, and writes to them directly where Slack doesn't allow that.
// One whose answer was lost is said again: nobody can look for it, and twice is better than not at all.
func (b *Bot) sayEphemeral(ctx context.Context, m approvals.Message, c content) (approvals.Place, error) {
	if b.now().Sub(m.DueSince) > fresh {
		return approvals.Place{}, &approvals.UnsayableError{Reason: "too late: it was an answer to a click"}
	}
	ts, err := b.whisper(ctx, m.Channel, m.Recipient, c)
	if !slices.Contains(unwhisperable, codeOf(err)) {
		return approvals.Place{Channel: m.Channel, TS: ts}, unsaid(err)
	}
	at, err := b.post(ctx, m, approvals.Place{Channel: m.Recipient}, c)
	return at, unsaid(err, unreachable...)
}

// put posts a message, in the thread of to or in its channel where to has no TS. One that stands already, or that is
// found when it may stand, is edited; an error then comes with its place.
func (b *Bot) put(ctx context.Context, m approvals.Message, to approvals.Place, c content) (at approvals.Place, err error) {
	at = m.At
	if at.TS == "" && m.Doubtful {
		if at, err = b.find(ctx, m, to, earlier(m, c)); err != nil {
			return at, err
		}
	}
	if at.TS == "" {
		return b.post(ctx, m, to, c)
	}
	return at, b.update(ctx, at, c)
}

func (b *Bot) post(ctx context.Context, m approvals.Message, to approvals.Place, c content) (at approvals.Place, err error) {
	options := append(c.options(), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: eventType, EventPayload: map[string]any{payloadID: m.ID}}))
	if to.TS != "" {
		options = append(options, slack.MsgOptionTS(to.TS))
	}
	err = b.gated("chat.postMessage", to.Channel, func() error {
		at.Channel, at.TS, err = b.api.PostMessageContext(ctx, to.Channel, options...)
		return err
	})
	if err == nil && at.TS == "" {
		err = errors.New("chat.postMessage: the answer doesn't say where the message stands")
	}
	return at, err
}

func (b *Bot) update(ctx context.Context, at approvals.Place, c content) error {
	return b.gated("chat.update", at.Channel, func() error {
		_, _, _, err := b.api.UpdateMessageContext(ctx, at.Channel, at.TS, c.options()...)
		return err
	})
}

func (b *Bot) whisper(ctx context.Context, channel, user string, c content) (ts string, err error) {
	err = b.gated("chat.postEphemeral", channel, func() error {
		ts, err = b.api.PostEphemeralContext(ctx, channel, user, c.options()...)
		return err
	})
	return ts, err
}

// tell answers somebody at once and as well as it can: in the channel, or directly. Answers that must not get lost are
// events of the ledger instead.
func (b *Bot) tell(ctx context.Context, channel, user string, c content) {
	err := errors.New("no channel")
	if channel != "" {
		_, err = b.whisper(ctx, channel, user, c)
	}
	if err != nil {
		err = b.gated("chat.postMessage", user, func() error {
			_, _, err := b.api.PostMessageContext(ctx, user, c.options()...)
			return err
		})
	}
	if err != nil {
		b.log.Warn("somebody could not be answered", "error", err)
	}
}

// options keep Slack from making links, mentions or previews of what stands in the text.
func (c content) options() []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(c.text, false), slack.MsgOptionBlocks(c.blocks...),
		slack.MsgOptionParse(false), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}
