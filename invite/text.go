package invite

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// decode turns what Slack sends into what the person saw. Slack sends what looks like a number, an address, a person
// or a channel as <target|label>, and a typed &, < or > as an entity. Links are read first and entities once, after
// them, so that a typed "<tel:1|2>", which arrives as &lt;tel:1|2&gt;, stays text.
func decode(s string) string { return entities.Replace(unlink(s)) }

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// unlink replaces every <target|label> by what Slack shows for it. A < or > without its other half stays.
func unlink(s string) string {
	var b strings.Builder
	for {
		end := strings.IndexByte(s, '>')
		start := -1
		if end >= 0 {
			start = strings.LastIndexByte(s[:end], '<')
		}
		switch {
		case end < 0:
			b.WriteString(s)
			return b.String()
		case start < 0:
			b.WriteString(s[:end+1])
		default:
			b.WriteString(s[:start] + shown(s[start+1:end]))
		}
		s = s[end+1:]
	}
}

// shown returns what Slack shows for the inside of a link: its label, and without one its target.
func shown(link string) string {
	target, label, _ := strings.Cut(link, "|")
	if label != "" {
		return label
	}
	target = strings.TrimPrefix(target, "tel:")
	target = strings.TrimPrefix(target, "mailto:")
	if group, ok := strings.CutPrefix(target, "!"); ok { // <!here> is shown as @here
		return "@" + group
	}
	return target
}

// quotes are the pairs that people, and keyboards for them, put around a name or a number.
var quotes = map[rune]rune{'"': '"', '\'': '\'', '`': '`', '“': '”', '„': '“', '‘': '’', '‚': '‘', '«': '»',
	'「': '」', '『': '』', '＂': '＂', '＇': '＇', '〝': '〞'}

// unquote takes off quotes that go around all of s, however many pairs, and the spaces inside them. Quotes within s
// stay as they were typed, and so do two quoted parts: "a" "b".
func unquote(s string) string {
	for {
		inside, ok := quoted([]rune(s))
		if !ok {
			return s
		}
		s = strings.TrimFunc(inside, space)
	}
}

// quoted returns what one pair of quotes goes around.
func quoted(r []rune) (inside string, ok bool) {
	if len(r) < 2 || quotes[r[0]] != r[len(r)-1] {
		return "", false
	}
	inside = string(r[1 : len(r)-1])
	if strings.ContainsRune(inside, r[0]) || strings.ContainsRune(inside, r[len(r)-1]) {
		return "", false
	}
	return inside, true
}

// inQuotes puts quotes around a name, of a kind that it hasn't in it: with all of them in it, it stays as it is.
func inQuotes(name string) string {
	for _, pair := range []string{`""`, "“”", "「」", "『』", "«»", "``", "＂＂"} {
		if !strings.ContainsAny(name, pair) {
			open, size := utf8.DecodeRuneInString(pair)
			return string(open) + name + pair[size:]
		}
	}
	return name
}

// bare takes off what people put around a name or a number, before and behind it: quotes, and the comma of a list.
func bare(s string) string {
	for {
		inside := unlisted(unquote(s))
		if inside == s {
			return s
		}
		s = inside
	}
}

// unlisted takes off the commas of a list, and what parts a name from the UIN before it. Where s would have a remark without
// them, they stay.
func unlisted(s string) string {
	item := strings.TrimRightFunc(s, func(r rune) bool { return strings.ContainsRune(","+fullWidthMarks, r) || space(r) })
	item = strings.TrimLeftFunc(item, func(r rune) bool { return strings.ContainsRune(fullWidthMarks, r) || space(r) })
	if mark, rest, more := strings.Cut(item, " "); more && strings.Trim(mark, endOfUIN) == "" {
		item = rest
	}
	if hasDash(item) {
		return s
	}
	return item
}

// hasDash tells whether a word of s would begin a remark.
func hasDash(s string) bool {
	return slices.ContainsFunc(dashesApart(wordsOf(s)), isDash)
}

// quotable makes a wrong part of a text fit for being quoted back: what can't be seen shows as �, and no more than 60
// characters are kept.
func quotable(s string) string {
	seen := replaceButSpaces(s, "\uFFFD")
	if start := cut(seen, 60); start != seen {
		return start + "…"
	}
	return seen
}

// withoutHidden drops what can't be seen.
func withoutHidden(s string) string { return replaceButSpaces(s, "") }

// replaceButSpaces puts something else in place of each character that can't be seen and is no space.
func replaceButSpaces(s, instead string) string {
	return ReplaceHidden(s, func(r rune) string {
		if space(r) {
			return string(r)
		}
		return instead
	})
}

// ReplaceHidden puts something else in place of each character that can't be seen. Spaces but the usual one are among them.
func ReplaceHidden(s string, instead func(rune) string) string {
	var b strings.Builder
	text := []rune(s)
	for at, r := range text {
		if visibleAt(text, at) {
			b.WriteRune(r)
		} else {
			b.WriteString(instead(r))
		}
	}
	return b.String()
}

// Harmless makes one line of a text that isn't refused, such as somebody's name in Slack: what can't be seen is gone, and so are
// accents that would pile up.
func Harmless(s string) string { return unpiled(Visible(s)) }

// AsSeen is what a person saw of a text that Slack delivers with links and entities, at most so many characters of it; an
// ellipsis, the last of them, says that there was more.
func AsSeen(text string, most int) string {
	seen := decode(text)
	if cut(seen, most) == seen {
		return seen
	}
	return cut(seen, most-1) + "…"
}
