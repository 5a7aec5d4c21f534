package words

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Content is a message. The blocks are what people see; the text is what notifications, search and screen readers get,
// so it carries the same facts.
type Content struct {
	Text   string
	Blocks []slack.Block
	// Begins is what the text of every version of this message begins with, where the text changes as things go on; empty
	// where it never does.
	Begins string

	otherwise []Content // the same in other languages
}

// Was tells whether a text is of an earlier version of this message, in whatever language.
func (c Content) Was(said string) bool {
	if c.Begins != "" && strings.HasPrefix(said, c.Begins) || c.Begins == "" && said == c.Text {
		return true
	}
	return slices.ContainsFunc(c.otherwise, func(o Content) bool { return o.Was(said) })
}

// Says tells whether a text says just this, in whatever language.
func (c Content) Says(said string) bool {
	return said == c.Text || slices.ContainsFunc(c.otherwise, func(o Content) bool { return o.Says(said) })
}

// And is a content with another one behind it.
func (c Content) And(more Content) Content {
	if more.Text == "" {
		return c
	}
	c.Text += "\n" + more.Text
	c.Blocks = slices.Concat(c.Blocks, more.Blocks)
	return c
}

// WithoutButtons is the same with nothing to press.
func (c Content) WithoutButtons() Content {
	c.Blocks = slices.DeleteFunc(slices.Clone(c.Blocks), func(b slack.Block) bool { return b.BlockType() == slack.MBTAction })
	return c
}

// Compact is the same with less to it, where Slack finds all of the blocks too long: the text in one block, which says all that
// fits, and the buttons where it says everything.
func (c Content) Compact() Content {
	const most = 2900 // characters of a section's text
	said := fitted(c.Text, most)
	blocks := []slack.Block{slack.NewSectionBlock(plain(said), nil, nil)}
	if said == c.Text {
		blocks = append(blocks, slices.DeleteFunc(slices.Clone(c.Blocks), func(b slack.Block) bool { return b.BlockType() != slack.MBTAction })...)
	}
	c.Blocks = blocks
	return c
}

// fitted is a text, or as much of it as fits.
func fitted(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// maxText is how many characters a message's text has at most. chat.update refuses more than 4,000.
const maxText = 3900

// piece is a part of a line, as a block shows it and as a text reads. What people typed only ever stands in the text
// of a rich text element, which Slack shows as it is: it can't mention, link or format.
type piece struct {
	block slack.RichTextSectionElement
	text  string
}

// line is one line of a message.
type line []piece

// text shows words as they are.
func text(s string) piece { return styled(s, nil) }

func bold(s string) piece { return styled(s, &slack.RichTextSectionTextStyle{Bold: true}) }

// code shows what is to be copied.
func code(s string) piece { return styled(s, &slack.RichTextSectionTextStyle{Code: true}) }

func styled(s string, style *slack.RichTextSectionTextStyle) piece {
	return piece{slack.NewRichTextSectionTextElement(s, style), escape(s)}
}

// person mentions somebody in a block. The text has the name only, so that it reads well where nothing resolves an ID.
func person(p approvals.Person) piece {
	name := cmp.Or(invite.Harmless(p.Name), p.ID)
	return piece{slack.NewRichTextSectionUserElement(p.ID, nil), "@" + escape(name)}
}

func channel(id string) piece {
	return piece{slack.NewRichTextSectionChannelElement(id, nil), "<#" + id + ">"}
}

// date shows a time in the reader's own time zone and in Slack's words for a format, and in UTC where the zone isn't known.
func date(t time.Time, format string) piece {
	utc := t.UTC().Format("2006-01-02 15:04 UTC")
	return piece{slack.NewRichTextSectionDateElement(t.Unix(), format, nil, &utc), utc}
}

// link leads to an address of ours, never to a typed one.
func link(url, label string) piece {
	return piece{slack.NewRichTextSectionLinkElement(url, label, nil), "<" + url + "|" + escape(label) + ">"}
}

func (l line) text() string {
	var b strings.Builder
	for _, p := range l {
		b.WriteString(p.text)
	}
	return b.String()
}

// plain is the line for a plain text object, in which nothing is escaped.
func (l line) plain() string {
	var b strings.Builder
	for _, p := range l {
		if t, ok := p.block.(*slack.RichTextSectionTextElement); ok {
			b.WriteString(t.Text)
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// paragraph makes one block of lines. Slack refuses elements without text, so those are left out; and it counts what elements take
// beside their text, so words that look the same are one element.
func paragraph(lines ...line) *slack.RichTextBlock {
	var elements []slack.RichTextSectionElement
	add := func(e slack.RichTextSectionElement) {
		if n := len(elements) - 1; n >= 0 && unstyled(elements[n]) != nil && unstyled(e) != nil {
			elements[n] = slack.NewRichTextSectionTextElement(unstyled(elements[n]).Text+unstyled(e).Text, nil)
			return
		}
		elements = append(elements, e)
	}
	for _, l := range lines {
		if l.text() == "" {
			continue
		}
		if len(elements) > 0 {
			add(slack.NewRichTextSectionTextElement("\n", nil))
		}
		for _, p := range l {
			if p.text != "" {
				add(p.block)
			}
		}
	}
	return slack.NewRichTextBlock("", slack.NewRichTextSection(elements...))
}

// unstyled is an element that is text and nothing else; nil: it isn't.
func unstyled(e slack.RichTextSectionElement) *slack.RichTextSectionTextElement {
	if t, ok := e.(*slack.RichTextSectionTextElement); ok && t.Style == nil {
		return t
	}
	return nil
}

// sentences are lines of one sentence each.
func sentences(all ...string) []line {
	var lines []line
	for _, s := range all {
		lines = append(lines, line{text(s)})
	}
	return lines
}

// textOf joins lines, as many as a message's text may have. Where some are left out, more says so.
func textOf(lines []line, more string) string { return textWithin(maxText, lines, more) }

func textWithin(most int, lines []line, more string) string {
	var b strings.Builder
	room := most - utf8.RuneCountInString(more)
	for _, l := range lines {
		text := l.text()
		if text == "" {
			continue
		}
		room -= utf8.RuneCountInString(text) + 1
		if room < 0 {
			b.WriteString("\n" + more)
			break
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return b.String()
}

// plain is a text object in which nothing is formatted, not even :emoji:.
func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// escaper escapes exactly what Slack's markup is made of: docs.slack.dev/messaging/formatting-message-text. With these
// gone a text has no mentions and no links; "parse: none" in the call leaves bare addresses and names alone.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escape(s string) string { return escaper.Replace(s) }
