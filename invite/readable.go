package invite

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Which characters a name and a remark may hold: those that an approver can see and take in.

// readable refuses what an approver couldn't see or take in.
func readable(field Field, text string) *ParseError {
	if r, hidden := firstHidden(text); hidden {
		return &ParseError{Part: text, Problem: Hidden, Field: field, Character: r}
	}
	if piled(text) {
		return &ParseError{Part: text, Problem: Piled, Field: field}
	}
	if n := utf8.RuneCountInString(text); n > MaxCharacters {
		return &ParseError{Part: text, Problem: TooLong, Field: field, Number: n}
	}
	return nil
}

// Visible is what people can see of a text: what they can't, and runs of spaces, become one space.
func Visible(s string) string {
	text := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	for at, r := range text {
		if unicode.IsSpace(r) || !visibleAt(text, at) {
			text[at] = ' '
		}
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// visible tells whether a person can see r. Only characters that Unicode calls printable are, without those that
// printers leave out by default (fillers, joiners, variation selectors) and a few symbols that are drawn as nothing.
// A character newer than Go's tables counts as invisible too, as many screens can't show it.
func visible(r rune) bool {
	switch r {
	case '\u2800', '\uFFFC', '\U0001D159': // braille blank, object replacement, musical null notehead
		return false
	}
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// visibleAt tells whether a person can see a character of a text, or what it does to those beside it.
func visibleAt(text []rune, at int) bool { return visible(text[at]) || joins(text, at) }

// invisible tells whether r has no width and no meaning of its own: what a copied UIN may carry along unseen. Control
// characters aren't among these.
func invisible(r rune) bool { return !visible(r) && !space(r) && !unicode.IsControl(r) }

// space tells whether r is a space of any width, or a tab. Other controls, such as a vertical tab, aren't spaces.
func space(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) }

// firstHidden returns the first character of s that a person can't see.
func firstHidden(s string) (rune, bool) {
	text := []rune(s)
	for at, r := range text {
		if !visibleAt(text, at) {
			return r, true
		}
	}
	return 0, false
}

const maxMarks = 3 // on one character

// piled tells whether more than three combining marks stand on one character. No language needs so many, and a pile of
// them is drawn over the lines above and below.
func piled(s string) bool { return unpiled(s) != s }

// unpiled drops the marks that make a pile.
func unpiled(s string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return -1
		}
		return r
	}, s)
}

// CheckRemark says what is wrong with a remark that stands alone; nil: nothing.
func CheckRemark(remark string) *ParseError { return readable(RemarkField, remark) }
