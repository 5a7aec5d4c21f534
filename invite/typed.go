package invite

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What keyboards and spreadsheets put around a number and between the parts of a line.

// fullWidthMarks part a UIN from a name, or one item of a list from the next, on a Chinese keyboard.
const fullWidthMarks = "，；、："

// endOfUIN may stand right behind a UIN.
const endOfUIN = ",;:" + fullWidthMarks

// asASCII makes of a full-width character the usual one: a digit, a plus, a quote.
func asASCII(r rune) rune {
	if '！' <= r && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// rounded is a number of which a spreadsheet shows only the first digits: 1.00012E+11. A UIN's exponent is 11; another one, as in 1e3, is a word.
var rounded = regexp.MustCompile(`^[0-9](([.,][0-9]+[eE]\+?|[eE]\+)[0-9]+|[eE]11)$`)

// fraction is what a spreadsheet puts behind a number that it takes for one. Three digits could be a group of the number's own.
var fraction = regexp.MustCompile(`^([^.]*)[.]0{1,2}$`)

// unformatted takes off what a spreadsheet puts around a number, and what people put there to keep it from doing so: '1 and ="1".
func unformatted(number string) string {
	if inside, formula := strings.CutPrefix(number, "="); formula {
		number = bare(inside)
	}
	if digits := strings.TrimPrefix(number, "'"); digits != "" && unicode.IsDigit(rune(digits[0])) {
		number = digits
	}
	if digits := fraction.ReplaceAllString(number, "$1"); readsAsDigits(digits) {
		return digits
	}
	return number
}

func readsAsDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// apart puts a space between a UIN and a name that stands behind it with a comma or the like only. Groups of digits aren't that.
func apart(line string) string {
	line = strings.TrimLeftFunc(line, space)
	word := line
	if end := strings.IndexFunc(line, space); end >= 0 {
		word = line[:end]
	}
	at := strings.IndexAny(word, endOfUIN)
	if at <= 0 {
		return line
	}
	name := strings.TrimLeft(word[at:], endOfUIN)
	uin, problem := parseUIN(word[:at])
	if first, _ := utf8.DecodeRuneInString(name); problem != nil || name == "" || !uin.usual() && unicode.IsDigit(first) {
		return line
	}
	return word[:at] + " " + name + line[len(word):]
}

// isDash tells whether a word parts the remark from the name. Keyboards turn -- into a long dash.
func isDash(word string) bool {
	switch word {
	case "--", "—", "–", "――", "―":
		return true
	}
	return slices.Contains(wideDashes, word)
}

// wideDashes are how Chinese keyboards write a dash, and people put no spaces around these.
var wideDashes = []string{"——", "－－"}

// dashesApart parts the first word that has a wide dash in it, up to where a remark begins.
func dashesApart(words []string) []string {
	for n, word := range words {
		if isDash(word) {
			break
		}
		before, dash, after := cutWideDash(word)
		if dash != "" {
			parts := slices.DeleteFunc([]string{before, dash, after}, func(s string) bool { return s == "" })
			return slices.Concat(words[:n], parts, words[n+1:])
		}
	}
	return words
}

// cutWideDash parts a word at its first wide dash. What a quote at its beginning goes around isn't parted.
func cutWideDash(word string) (before, dash, after string) {
	at := -1
	from := quotedPart(word)
	for _, d := range wideDashes {
		if i := strings.Index(word[from:], d); i >= 0 && (at < 0 || from+i < at) {
			at, dash = from+i, d
		}
	}
	if at < 0 {
		return word, "", ""
	}
	return word[:at], dash, word[at+len(dash):]
}

// quotedPart is how much of a word its first quote goes around: all of it, if the quote isn't closed.
func quotedPart(word string) int {
	first, size := utf8.DecodeRuneInString(word)
	closing := quotes[first]
	if closing == 0 {
		return 0
	}
	if end := closedAt(word[size:], closing); end >= 0 {
		return size + end
	}
	return len(word)
}

// closedAt is where in a text, behind it, the first quote stands that closes: an apostrophe within a word doesn't. -1 is nowhere.
func closedAt(text string, closing rune) int {
	for at, r := range text {
		if r != closing {
			continue
		}
		end := at + utf8.RuneLen(r)
		if mayClose(text[end:]) {
			return end
		}
	}
	return -1
}

// mayClose tells whether a quote closes where this is next: the end of a word, with the comma of a list or not, or a dash.
func mayClose(next string) bool {
	next = strings.TrimLeft(next, endOfUIN)
	r, _ := utf8.DecodeRuneInString(next)
	return next == "" || space(r) || beginsWithWideDash(next)
}

func beginsWithWideDash(text string) bool {
	return slices.ContainsFunc(wideDashes, func(dash string) bool { return strings.HasPrefix(text, dash) })
}

// wordsOf parts a text at its spaces. What quotes go around is one word, so that nothing in it parts anything. The quote in front of a
// UIN may be a spreadsheet's, which nothing closes.
func wordsOf(text string) []string {
	words := strings.FieldsFunc(text, space)
	for n := 0; n < len(words); n++ {
		if last := closedIn(words, n); last > n && !readsAsUIN(words[n]) {
			words = slices.Replace(words, n, last+1, strings.Join(words[n:last+1], " "))
		}
	}
	return words
}

// closedIn is the word in which the quote is closed that another begins with; -1 is none. Within a name, an apostrophe is one: rock 'n' roll.
func closedIn(words []string, from int) int {
	first, size := utf8.DecodeRuneInString(words[from])
	closing := quotes[first]
	if closing == 0 || from > 1 && strings.ContainsRune("'’＇", closing) {
		return -1
	}
	if closedAt(words[from][size:], closing) >= 0 {
		return from
	}
	more := slices.IndexFunc(words[from+1:], func(word string) bool { return closedAt(word, closing) >= 0 })
	if more < 0 {
		return -1
	}
	return from + 1 + more
}
