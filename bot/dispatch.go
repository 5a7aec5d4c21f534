package bot

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"
)

const (
	answerLimit = 2500 * time.Millisecond // until the acknowledgement, for which Slack waits 3 seconds
	afterLimit  = 5 * time.Second         // for what follows the acknowledgement
)

// take has an envelope answered. It waits while too many are in hand, and so does what Slack sends next.
func (b *Bot) take(s *socket, e envelope) {
	if !b.work.begin() {
		decline(s, e)
		return
	}
	go func() {
		defer b.work.end()
		b.serve(s, e)
	}()
}

// decline tells somebody who types a command while the bot stops. A click that isn't acknowledged is marked as failed
// by Slack.
func decline(s *socket, e envelope) {
	if e.Type == typeCommand {
		a := privately(prose(line{words("The bot is being restarted. Nothing was done; type the command again in a minute.")}))
		_ = s.acknowledge(e.ID, a.payload)
	}
}

// answer is how an envelope is answered.
type answer struct {
	payload any                   // in the acknowledgement; nil: none
	words   content               // what the payload says, for a command
	then    func(context.Context) // after it; nil: nothing
}

// privately answers a command so that only the person who typed it sees it.
func privately(c content) answer {
	return answer{words: c, payload: struct {
		ResponseType string        `json:"response_type"`
		Text         string        `json:"text"`
		Blocks       []slack.Block `json:"blocks"`
	}{slack.ResponseTypeEphemeral, c.text, c.blocks}}
}

// serve answers one envelope. Its time doesn't end with the bot's: what was begun is finished.
func (b *Bot) serve(s *socket, e envelope) {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	a := b.handle(ctx, e)
	err := s.acknowledge(e.ID, a.payload)
	if errors.Is(err, errAnswerTooLong) {
		err = errors.Join(err, s.acknowledge(e.ID, nil)) // the words follow by the response_url
	}
	if err != nil {
		b.log.Warn("an acknowledgement could not be given", "type", e.Type, "error", err)
	}
	after, cancel := context.WithTimeout(context.Background(), afterLimit)
	defer cancel()
	defer func() { b.logPanic(e, recover()) }()
	if err != nil && e.Type == typeCommand {
		b.answerLate(after, e, a.words)
	}
	if a.then != nil {
		a.then(after)
	}
}

// handle finds the answer to an envelope: check and commit. A handler that fails is answered for, and takes nothing
// else down.
func (b *Bot) handle(ctx context.Context, e envelope) (a answer) {
	defer func() {
		if b.logPanic(e, recover()) {
			a = b.trouble(e)
		}
	}()
	switch e.Type {
	case typeCommand:
		var c slack.SlashCommand
		if err := json.Unmarshal(e.Payload, &c); err == nil {
			return b.command(ctx, c)
		}
	case typeInteractive:
		var i slack.InteractionCallback
		if err := json.Unmarshal(e.Payload, &i); err == nil {
			return b.interaction(ctx, i)
		}
	}
	b.log.Warn("an envelope can't be read", "type", e.Type)
	return b.trouble(e)
}

func (b *Bot) logPanic(e envelope, p any) bool {
	if p != nil {
		b.log.Error("a handler failed", "type", e.Type, "panic", p, "stack", string(debug.Stack()))
	}
	return p != nil
}

// trouble answers what the bot itself failed at, as far as it can be told whom.
func (b *Bot) trouble(e envelope) answer {
	sorry := prose(line{words("Something went wrong in the bot, and whoever runs it finds it in its log. Look in "), channel(b.channel),
		words(" whether it was done before you try again.")})
	if e.Type == typeCommand {
		return privately(sorry)
	}
	var p struct{ User, Channel, View struct{ ID string } }
	if e.Type != typeInteractive || json.Unmarshal(e.Payload, &p) != nil || p.User.ID == "" {
		return answer{}
	}
	if p.View.ID != "" {
		return answer{payload: slack.NewUpdateViewSubmissionResponse(notice(sorry))}
	}
	return answer{then: func(ctx context.Context) { b.tell(ctx, p.Channel.ID, p.User.ID, sorry) }}
}

// answerLate gives a command's answer by its response_url, where the acknowledgement couldn't carry it.
func (b *Bot) answerLate(ctx context.Context, e envelope, c content) {
	var from slack.SlashCommand
	if json.Unmarshal(e.Payload, &from) != nil || from.ResponseURL == "" {
		return
	}
	_, _, _, err := b.api.SendMessageContext(ctx, from.ChannelID, slack.MsgOptionText(c.text, false), slack.MsgOptionBlocks(c.blocks...),
		slack.MsgOptionResponseURL(from.ResponseURL, slack.ResponseTypeEphemeral))
	if err != nil {
		b.log.Warn("a command stays unanswered", "error", err)
	}
}
