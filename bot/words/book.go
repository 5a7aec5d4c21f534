// Package words is what people read in Slack: every message, card, answer and form, as pure functions from requests and
// events to content. Nothing else in the bot has a sentence for people in it.
//
// What people typed stands in plain text objects and rich text elements only, where it can't mention, link or format.
//
// Who posts a message, when and how is not known here: see bot and bot/post. Log lines and what an operator reads of the
// configuration are no words for Slack, and stand where they are written.
package words

import (
	"strings"

	"github.com/invitebot/invitebot/approvals"
)

// Book makes messages of requests and events. It is what they need to know beyond those.
type Book struct {
	Installation string // goes into the buttons
	TeamURL      string // base of links to messages; ends in a slash
}

// permalink is the address of a message, which needs no call to Slack.
func (b Book) permalink(at approvals.Place) string {
	return b.TeamURL + "archives/" + at.Channel + "/p" + strings.Replace(at.TS, ".", "", 1)
}
