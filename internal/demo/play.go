package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/internal/cli"
)

// What people do in the story and for the pictures, and what they wait for. Every wait ends with the context.

// await waits until something holds in the workspace.
func (w *world) await(ctx context.Context, what string, holds func() bool) error {
	if err := w.slack.Wait(ctx, holds); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// endedError tells that the bot ended before it was connected. Why, it has said itself.
type endedError struct{ botStatus }

func (e endedError) Error() string { return "the bot ended: " + e.Ended }

// ExitStatus is [cli.ExitMisconfigured] where it was the bot's.
func (e endedError) ExitStatus() int {
	if e.exit == cli.ExitMisconfigured {
		return cli.ExitMisconfigured
	}
	return cli.ExitFailed
}

// begin starts the bot, unless it runs, and waits until it is connected.
func (w *world) begin(ctx context.Context) error {
	if err := w.bot.start(); err != nil {
		return err
	}
	for {
		slack, own := w.slack.Changed(), w.changed()
		if now := w.bot.now(); !now.Running {
			return endedError{now}
		}
		if w.slack.Connections() > 0 {
			return nil
		}
		select {
		case <-slack:
		case <-own:
		case <-ctx.Done():
			return fmt.Errorf("the bot doesn't connect: %w", ctx.Err())
		}
	}
}

var requestNumber = regexp.MustCompile(`^Request (\d+) is with the approvers`)

// ask types a command and returns the answer to it and the request's number.
func (w *world) ask(ctx context.Context, user, channel, typed string) (answer bottest.Message, number string, err error) {
	a, err := w.slack.Command(ctx, user, channel, typed)
	if err != nil {
		return answer, "", err
	}
	found := requestNumber.FindStringSubmatch(a.Text)
	if !a.OK() || found == nil {
		return answer, "", fmt.Errorf("%s was answered %q", typed, a.Text)
	}
	answer, _ = w.slack.Message(a.Message)
	return answer, found[1], nil
}

// card waits until a request's card says something. Any card does if that is empty.
func (w *world) card(ctx context.Context, number, says string) (card bottest.Message, err error) {
	err = w.await(ctx, fmt.Sprintf("the card of request %s doesn't say %q", number, says), func() bool {
		cards := w.cards(number)
		if len(cards) > 0 {
			card = cards[0]
		}
		return strings.Contains(card.Text, says) && card.TS != ""
	})
	return card, err
}

// cards are the approval messages of a request: one, or something is wrong.
func (w *world) cards(number string) (cards []bottest.Message) {
	for _, m := range w.slack.Messages(admins) {
		if strings.HasPrefix(m.Text, "Request "+number+": ") {
			cards = append(cards, m)
		}
	}
	return cards
}

// replies waits until there is a reply below a message, and returns all of them.
func (w *world) replies(ctx context.Context, to bottest.Message) (replies []bottest.Message, err error) {
	err = w.await(ctx, "there is no reply in the thread", func() bool {
		if thread := w.slack.Thread(to.Channel, to.TS); len(thread) > 1 {
			replies = thread[1:]
		}
		return len(replies) > 0
	})
	return replies, err
}

// direct waits until a person is told of a request directly.
func (w *world) direct(ctx context.Context, user, number string) (m bottest.Message, err error) {
	err = w.await(ctx, "the direct message of request "+number+" doesn't come", func() bool {
		for _, m = range w.slack.DirectMessages(user) {
			if strings.HasPrefix(m.Text, "Request "+number+": ") {
				return true
			}
		}
		return false
	})
	return m, err
}

// press presses a button, and confirms where a dialog asks.
func (w *world) press(ctx context.Context, user string, m bottest.Message, button string) error {
	a, err := w.slack.Click(ctx, user, m.Ref(), button)
	if err == nil && !a.OK() {
		err = fmt.Errorf("the bot didn't answer: %s", a.Failure)
	}
	return err
}

// nameOf is what a person is called.
func nameOf(user string) string {
	for _, p := range cast {
		if p.ID == user {
			return p.RealName
		}
	}
	return "invitebot"
}

var reference = regexp.MustCompile(`<([^|>]*)(?:\|([^>]*))?>`)

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// readable is a message's text as a person reads it.
func readable(text string) string {
	return unescaper.Replace(reference.ReplaceAllStringFunc(text, func(found string) string {
		parts := reference.FindStringSubmatch(found)
		if parts[2] != "" {
			return parts[2]
		}
		return strings.NewReplacer("#"+admins, "#cloud-admins", "#"+general, "#general").Replace(parts[1])
	}))
}

// cardButton is a button of a message.
type cardButton struct{ ActionID, Label string }

// buttonsOf are a message's buttons.
func buttonsOf(m bottest.Message) (buttons []cardButton) {
	var blocks []struct {
		Type     string
		Elements []struct {
			Type     string
			ActionID string          `json:"action_id"`
			Text     json.RawMessage // an object on a button, a string elsewhere
		}
	}
	_ = json.Unmarshal(m.Blocks, &blocks) // the workspace checked them
	for _, b := range blocks {
		for _, e := range b.Elements {
			var label struct{ Text string }
			if e.Type == "button" && json.Unmarshal(e.Text, &label) == nil {
				buttons = append(buttons, cardButton{e.ActionID, label.Text})
			}
		}
	}
	return buttons
}
