// Package words is what people read in Slack: every message, card, answer and form, as pure functions from requests and
// events to content. Nothing else in the bot has a sentence for people in it.
//
// Which lines, blocks and buttons there are is said by structure, a file for each kind of message: card.go, replies.go,
// direct.go, refusals.go, commands.go, lists.go, reminder.go, modal.go, home.go, buttons.go, and for what several have: accounts.go, codes.go,
// notes.go, follow.go, foresee.go.
// How they read is said by a [Language]: catalogue.go lists all its sentences, and english*.go and chinese*.go
// are those there are. Another language is another implementation, listed in languages.go.
//
// What people typed stands in plain text objects and rich text elements only, where it can't mention, link or format.
//
// Who posts a message, when and how is not known here: see bot and bot/post. Log lines and what an operator reads of the
// configuration are no words for Slack, and stand where they are written.
package words

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// Book makes messages of requests and events, in one language. It is what they need to know beyond those.
type Book struct {
	say          Language
	installation string // goes into the buttons
	teamURL      string // base of links to messages; ends in a slash
	notify       Notify
}

// NewBook returns the book of a language, for a database (its installation's ID) and a workspace (its URL, which ends in
// a slash).
func NewBook(l Language, installation, teamURL string) Book {
	return Book{say: l, installation: installation, teamURL: teamURL}
}

// In is the book in another language.
func (b Book) In(l Language) Book {
	b.say = l
	return b
}

// Lasting makes a message that may be looked for later, and is found whatever language it was said in: the channel's and its
// reader's may have changed since.
func (b Book) Lasting(say func(Book) Content) Content {
	c := say(b)
	for _, l := range languages {
		if l != b.say {
			c.otherwise = append(c.otherwise, say(b.In(l)))
		}
	}
	return c
}

// prose makes a message of lines that read the same as block and as text.
func (b Book) prose(lines ...line) Content {
	return Content{Text: textOf(lines, b.say.moreInside()), Blocks: []slack.Block{paragraph(lines...)}}
}

// saying makes a message of sentences, a line each.
func (b Book) saying(all ...string) Content { return b.prose(sentences(all...)...) }

// permalink is the address of a message, which needs no call to Slack.
func (b Book) permalink(at approvals.Place) string {
	return b.teamURL + "archives/" + at.Channel + "/p" + strings.Replace(at.TS, ".", "", 1)
}

// way leads to the card, once it is posted.
func (b Book) way(r approvals.Request) line {
	if r.Card.TS == "" {
		return line{text(b.say.cardNotPosted())}
	}
	return line{link(b.permalink(r.Card), b.say.seeRequest(r.ID))}
}
