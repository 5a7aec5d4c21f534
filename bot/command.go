package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// command answers the slash command, whatever name it goes by.
func (b *Bot) command(ctx context.Context, c slack.SlashCommand) answer {
	by := visitor{Person: approvals.Person{ID: c.UserID, Name: c.UserName}, team: c.TeamID}
	verb, rest, _ := strings.Cut(strings.TrimSpace(c.Text), " ")
	switch strings.ToLower(verb) {
	case "", "help":
		return privately(usage(c.Command))
	case "withdraw":
		return privately(b.withdraw(ctx, c, by, rest))
	}
	return privately(b.ask(ctx, c, by))
}

func usage(name string) content {
	return prose(
		line{words("To have a Tencent Cloud account invited into the organization, type its UIN and a name for it:")},
		line{code(name + " 100012345678 Alice")},
		line{words("A remark for Tencent Cloud may follow behind two dashes:")},
		line{code(name + " 100012345678 Alice -- for the data team")},
		line{words(fmt.Sprintf("Several accounts, up to %d, go on a line each. An approver decides, and you are told what becomes of it.", invite.MaxInvitations))},
		line{words("To take back a request that isn't decided yet: "), code(name + " withdraw 12")},
	)
}

// ask makes a request of what was typed.
func (b *Bot) ask(ctx context.Context, c slack.SlashCommand, by visitor) content {
	invitations, err := invite.Parse(c.Text)
	if wrong, ok := errors.AsType[*invite.ParseError](err); ok {
		return misread(c.Command, wrong)
	}
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.turnAway(ctx, c, by, why)
	}
	for n := range invitations {
		if invitations[n].Remark == "" {
			invitations[n].Remark = invite.FitRemark("Asked in Slack by " + by.Name)
		}
	}
	r, err := b.desk.Submit(ctx, approvals.Submission{Key: c.TriggerID, Requester: by.Person, Channel: c.ChannelID, Invitations: invitations})
	if refused, ok := errors.AsType[*approvals.RefusedError](err); ok && refused.Why == ledger.Duplicate {
		return b.render().duplicate(invitations, refused.Request)
	}
	if err != nil {
		return b.unstored(err)
	}
	return b.accepted(c.Command, r)
}

// accepted tells where the request is and what was understood.
func (b *Bot) accepted(command string, r approvals.Request) content {
	lines := []line{{words(fmt.Sprintf("Request %d is with the approvers in ", r.ID)), channel(b.channel), words(".")}}
	warned := 0
	for _, i := range r.Invitations {
		lines = append(lines, line{code(i.UIN.String()), words(" " + i.Name)})
		warned += len(warnings(i))
	}
	switch {
	case len(r.Invitations) == 1:
		lines = append(lines, warnings(r.Invitations[0])...)
	case warned > 0:
		lines = append(lines, line{words(fmt.Sprintf("⚠️ Warnings: %d, shown to the approvers on the card.", warned))})
	}
	return prose(append(lines, line{words("You are told what becomes of it. To take it back: "), code(fmt.Sprintf("%s withdraw %d", command, r.ID))})...)
}

// misread quotes what is wrong and says how to write it.
func misread(command string, wrong *invite.ParseError) content {
	first := line{words("Nothing was asked. ")}
	if wrong.Lines > 1 {
		first = append(first, words(fmt.Sprintf("Line %d: ", wrong.Line)))
	}
	if wrong.Part != "" {
		first = append(first, code(wrong.Part), words(" – "))
	}
	return prose(append(first, words(wrong.Problem)), line{words(wrong.Remedy)}, line{words("All about it: "), code(command + " help")})
}

// turnAway refuses somebody who may not ask.
func (b *Bot) turnAway(ctx context.Context, c slack.SlashCommand, by visitor, why ledger.Why) content {
	if err := b.desk.Refuse(ctx, approvals.Click{Key: c.TriggerID, By: by.Person, Tried: "ask: " + c.Text}, 0, why); err != nil {
		return b.unstored(err)
	}
	return b.render().refusal(ledger.Detail{Why: why}, approvals.Request{})
}

func (b *Bot) unstored(err error) content {
	b.log.Error("a command could not be stored", "error", err)
	return prose(line{words("Your request could not be stored just now. Type it again in a minute: if it was stored after all, you are told so then.")})
}

// withdraw takes a request back.
func (b *Bot) withdraw(ctx context.Context, c slack.SlashCommand, by visitor, number string) content {
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(number), "#"), 10, 64)
	if err != nil || id < 1 {
		return prose(line{words("Write the request's number, for example: "), code(c.Command + " withdraw 12")})
	}
	r, err := b.desk.Withdraw(ctx, approvals.Click{Key: c.TriggerID, By: by.Person}, id)
	if err != nil {
		return b.failure(id, err)
	}
	return prose(line{words(fmt.Sprintf("Request %d is withdrawn.", r.ID))}, b.render().way(r))
}
