package invite

import (
	"slices"
	"strings"
	"unicode"
)

// Joiners have no width, and some scripts and emoji can't be written without them. They may stand where they change what
// is drawn; anywhere else they would make two names that look the same. After IDNA's contextual rules (RFC 5892, appendix
// A.1 and A.2) and Unicode's emoji sequences (UTS #51).
const (
	nonJoiner = '\u200C' // keeps two letters apart, in Persian for instance
	joiner    = '\u200D' // makes one emoji of several, or a ligature in the scripts of India
	asEmoji   = '\uFE0F' // has a symbol drawn as an emoji: ❤️
	keycap    = '\u20E3' // makes a key of a digit: 1️⃣
)

// joins tells whether the character of a text is a joiner that its script or its emoji needs there.
func joins(text []rune, at int) bool {
	if at == 0 {
		return false
	}
	before, after := text[at-1], following(text, at)
	switch text[at] {
	case nonJoiner:
		return killsVowel(before) && unicode.IsLetter(after) || betweenJoined(text[:at], after)
	case joiner:
		return killsVowel(before) && unicode.IsLetter(after) || drawn(text[:at]) && pictograph(after)
	case asEmoji:
		return pictograph(before) || after == keycap && strings.ContainsRune("0123456789#*", before)
	}
	return false
}

// following is the character behind one, 0 at the end.
func following(text []rune, at int) rune {
	if at+1 == len(text) {
		return 0
	}
	return text[at+1]
}

// killsVowel tells whether r takes the vowel from the letter before it (a virama), so that a ligature with the next may follow.
func killsVowel(r rune) bool {
	return strings.ContainsRune("\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA", r)
}

// joined are the scripts that are written like Arabic. Of its letters, open ones don't join the next, so that keeping them
// apart from it changes nothing.
var joined = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian}

const open = "ءآأؤإاةدذرزوىٱٲٳٵٶٷڈډڊڋڌڍڎڏڐڑڒړڔڕږڗژڙۀۃۄۅۆۇۈۉۊۋۍۏےۓەۮۯ"

// betweenJoined tells whether the last letter of a text and the one after it would join.
func betweenJoined(before []rune, after rune) bool {
	last := len(before) - 1
	for last >= 0 && unicode.Is(unicode.Mn, before[last]) { // vowel marks
		last--
	}
	if last < 0 {
		return false
	}
	script := slices.IndexFunc(joined, func(t *unicode.RangeTable) bool { return unicode.Is(t, before[last]) })
	return script >= 0 && unicode.IsLetter(before[last]) && !strings.ContainsRune(open, before[last]) &&
		unicode.Is(joined[script], after) && unicode.IsLetter(after)
}

// drawn tells whether a text ends with an emoji, with its colour of skin where it has one.
func drawn(text []rune) bool {
	last := len(text) - 1
	if last > 0 && (text[last] == asEmoji || '\U0001F3FB' <= text[last] && text[last] <= '\U0001F3FF') {
		last--
	}
	return pictograph(text[last])
}

// pictograph tells whether r may be drawn as an emoji. Go has no table of these, so this takes the blocks that have them.
func pictograph(r rune) bool {
	return strings.ContainsRune("©®‼⁉™ℹ〰〽㊗㊙", r) || unicode.In(r, unicode.So, unicode.Sm) && ('\u2190' <= r && r <= '\u2BFF' || '\U0001F000' <= r && r <= '\U0001FAFF')
}
