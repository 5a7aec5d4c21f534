package words

import (
	"fmt"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Private is a command's answer as its acknowledgement carries it, seen only by the person who typed it.
func (c Content) Private() any {
	return struct {
		ResponseType string        `json:"response_type"`
		Text         string        `json:"text"`
		Blocks       []slack.Block `json:"blocks"`
	}{slack.ResponseTypeEphemeral, c.Text, c.Blocks}
}

// Usage explains the command under the name that it has.
func (b Book) Usage(command string) Content {
	return prose(
		line{text("To have a Tencent Cloud account invited into the organization, type its UIN and a name for it:")},
		line{code(command + " 100012345678 Alice")},
		line{text("A remark for Tencent Cloud may follow behind two dashes:")},
		line{code(command + " 100012345678 Alice -- for the data team")},
		line{text(fmt.Sprintf("Several accounts, up to %d, go on a line each. An approver decides, and you are told what becomes of it.", invite.MaxInvitations))},
		line{text("To take back a request that isn't decided yet: "), code(command + " withdraw 12")},
	)
}

// Remark is the remark for Tencent Cloud where somebody gave none.
func (b Book) Remark(by approvals.Person) string { return "Asked in Slack by " + by.Name }

// Accepted tells where the request is and what was understood. Channel is that of the approvers.
func (b Book) Accepted(command, approvers string, r approvals.Request) Content {
	lines := []line{{text(fmt.Sprintf("Request %d is with the approvers in ", r.ID)), channel(approvers), text(".")}}
	warned := 0
	for _, i := range r.Invitations {
		lines = append(lines, line{code(i.UIN.String()), text(" " + i.Name)})
		warned += len(warnings(i))
	}
	switch {
	case len(r.Invitations) == 1:
		lines = append(lines, warnings(r.Invitations[0])...)
	case warned > 0:
		lines = append(lines, line{text(fmt.Sprintf("⚠️ Warnings: %d, shown to the approvers on the card.", warned))})
	}
	return prose(append(lines, line{text("You are told what becomes of it. To take it back: "), code(fmt.Sprintf("%s withdraw %d", command, r.ID))})...)
}

// Misread quotes what is wrong and says how to write it.
func (b Book) Misread(command string, wrong *invite.ParseError) Content {
	first := line{text("Nothing was asked. ")}
	if wrong.Lines > 1 {
		first = append(first, text(fmt.Sprintf("Line %d: ", wrong.Line)))
	}
	if wrong.Part != "" {
		first = append(first, code(wrong.Part), text(" – "))
	}
	return prose(append(first, text(wrong.Problem)), line{text(wrong.Remedy)}, line{text("All about it: "), code(command + " help")})
}

// WhichRequest asks for the number of the request to withdraw.
func (b Book) WhichRequest(command string) Content {
	return prose(line{text("Write the request's number, for example: "), code(command + " withdraw 12")})
}

// Withdrawn confirms that a request was taken back.
func (b Book) Withdrawn(r approvals.Request) Content {
	return prose(line{text(fmt.Sprintf("Request %d is withdrawn.", r.ID))}, b.way(r))
}

// NoRequest says that there is no request of this number.
func (b Book) NoRequest(number int64) Content {
	return prose(line{text(fmt.Sprintf("There is no request %d here. Nothing was changed.", number))})
}

// NoButton says that a button means nothing to this bot.
func (b Book) NoButton() Content {
	return prose(line{text("That button isn't one of this bot's current ones. Nothing was changed.")})
}

// AskUnstored says that a request could not be stored.
func (b Book) AskUnstored() Content {
	return prose(line{text("Your request could not be stored just now. Type it again in a minute: if it was stored after all, you are told so then.")})
}

// ClickUnstored says that a click could not be stored.
func (b Book) ClickUnstored() Content {
	return prose(line{text("That could not be stored just now. Try again in a minute; what was done already isn't done twice.")})
}

// Restarting answers a command that came while the bot stops.
func (b Book) Restarting() Content {
	return prose(line{text("The bot is being restarted. Nothing was done; type the command again in a minute.")})
}

// Trouble says that the bot itself failed, and where to look whether something was done.
func (b Book) Trouble(approvers string) Content {
	return prose(line{text("Something went wrong in the bot, and whoever runs it finds it in its log. Look in "), channel(approvers),
		text(" whether it was done before you try again.")})
}
