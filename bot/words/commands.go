package words

import (
	"cmp"
	"slices"
	"strings"

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
	return b.prose(b.say.usage(command, invite.MaxInvitations)...)
}

// Remark is the remark for Tencent Cloud where somebody gave none, as long as it documents that remarks may be.
func (b Book) Remark(request int64, by approvals.Person) string {
	return invite.FitRemark(b.say.defaultRemark(request, cmp.Or(invite.Visible(by.Name), by.ID)))
}

// RemarkMade is what Remark was for a request, in the language that was spoken when it was made.
func (b Book) RemarkMade(r approvals.Request) string {
	for _, l := range languages {
		made := b.In(l).Remark(r.ID, r.Requester)
		if slices.ContainsFunc(r.Invitations, func(i approvals.Invitation) bool { return i.Remark == made }) {
			return made
		}
	}
	return b.Remark(r.ID, r.Requester)
}

// Accepted tells where the request is and what was understood. Approvers is the ID of the approvers' channel.
func (b Book) Accepted(command, approvers string, r approvals.Request) Content {
	lines := []line{b.say.accepted(r.ID, approvers)}
	if r.Many() {
		lines = append(lines, line{text(b.say.accounts(len(r.Invitations)))})
		lines = append(lines, b.everyWarning(r)...)
		return b.prose(append(lines, b.spaced(r.Invitations), b.say.howToWithdraw(r.ID, command))...)
	}
	warned := 0
	for _, i := range r.Invitations {
		lines = append(lines, named(i))
		warned += len(b.warnings(r, i))
	}
	switch {
	case len(r.Invitations) == 1:
		lines = append(lines, b.warnings(r, r.Invitations[0])...)
	case warned > 0:
		lines = append(lines, warning(b.say.warned(warned)))
	}
	lines = append(lines, b.spaced(r.Invitations))
	return b.prose(append(lines, b.say.howToWithdraw(r.ID, command))...)
}

// Misread quotes what is wrong, says how to write it, and gives it back for copying: nobody should have to type it all again.
func (b Book) Misread(command string, wrong *invite.ParseError) Content {
	where := misreading{part: wrong.Part}
	if wrong.Lines > 1 {
		where.line = wrong.Line
	}
	problem, remedy := b.problem(wrong)
	c := b.prose(b.say.misread(where, problem), line{text(remedy)}, b.say.seeHelp(command))
	if wrong.Meant != "" {
		return b.copyable(c, b.say.meantForCopying(), command+" "+wrong.Copy)
	}
	return b.GiveBack(c, command, wrong.Copy)
}

// maxCopied is how many characters are given back at most. Ten invitations with everything as long as it may be have fewer. An
// answer has them twice, in up to 16 bytes together, and Slack drops one of 20 KB.
const maxCopied = 1500

// GiveBack adds to a refusal what was typed, for copying.
func (b Book) GiveBack(c Content, command, typed string) Content {
	if strings.TrimSpace(typed) == "" {
		return c
	}
	all := []rune(command + " " + typed)
	if len(all) > maxCopied {
		return b.copyable(c, b.say.beginningForCopying(), string(all[:maxCopied]))
	}
	return b.copyable(c, b.say.forCopying(), string(all))
}

// copyable adds a code block, in which Slack shows everything as it is. Where the text has no room for it, the block alone has it.
func (b Book) copyable(c Content, label, what string) Content {
	code := &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{text(what).block}}
	said := paragraph(line{text(label)})
	said.Elements = append(said.Elements, code)
	c.Blocks = append(slices.Clip(c.Blocks), said)
	c.Text = textOf([]line{{piece{text: c.Text}}, {text(label)}, {text(what)}}, b.say.moreInside())
	return c
}

// WhichRequest asks for the number of the request to withdraw.
func (b Book) WhichRequest(command string) Content { return b.prose(b.say.whichRequest(command)) }

// Withdrawn confirms that a request was taken back.
func (b Book) Withdrawn(r approvals.Request) Content {
	return b.prose(line{text(b.say.withdrawn(r.ID))}, b.way(r))
}

// NoRequest says that there is no request of this number.
func (b Book) NoRequest(number int64) Content { return b.saying(b.say.noRequest(number)) }

// NoButton says that a button means nothing to this bot.
func (b Book) NoButton() Content { return b.saying(b.say.noButton()) }

// AskUnstored says that a request could not be stored.
func (b Book) AskUnstored() Content { return b.saying(b.say.askUnstored()) }

// ClickUnstored says that a click could not be stored.
func (b Book) ClickUnstored() Content { return b.saying(b.say.clickUnstored()) }

// Restarting answers a command that came while the bot stops.
func (b Book) Restarting() Content { return b.saying(b.say.restarting()) }

// Trouble says that the bot itself failed, and that whether something was done is to be seen in the approvers' channel.
func (b Book) Trouble(approvers string) Content { return b.prose(b.say.trouble(approvers)) }
