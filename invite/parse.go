package invite

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is what is wrong with a text that should be an invitation.
type Problem string

// The problems. A name, here, is a name or a remark: see [ParseError.Field].
const (
	NoAccount   Problem = "no account to invite"
	NotText     Problem = "not valid UTF-8"
	NoUIN       Problem = "no UIN"
	NotUIN      Problem = "not a UIN"
	UINTooLarge Problem = "too large for a UIN"
	UINZero     Problem = "the UIN is 0"
	NoName      Problem = "no name"
	Hidden      Problem = "a character that can't be seen" // Character, in Field
	Piled       Problem = "accents that hide other text"   // in Field
	TooLong     Problem = "too long"                       // Field has Number characters, and may have MaxCharacters
	TwiceTheUIN Problem = "UIN of an earlier line"         // Number is that line's, and FormField that of its field
	TooMany     Problem = "too many invitations"           // more than Number

	// What only a table has, or what a spreadsheet made of it.
	RoundedUIN     Problem = "a number that a spreadsheet has rounded"
	SeveralUINs    Problem = "more than one UIN"
	ExtraColumn    Problem = "a column that is neither UIN nor name nor remark"
	UnclearColumns Problem = "columns in an unknown order"

	// What reads as something else than was meant, most likely. Meant says as what, and Copy has it so.
	UINInGroups  Problem = "a UIN in groups of digits"
	UINInLetters Problem = "a UIN with letters in place of digits"
	UINZeros     Problem = "zeros in front of a UIN"
	UINLast      Problem = "the UIN behind the name"
	RemarkInName Problem = "a remark without its dashes"
)

// Field is a part of an invitation that a person types freely.
type Field string

// The fields.
const (
	NameField   Field = "name"
	RemarkField Field = "remark"
)

// ParseError tells what in a text isn't an invitation. The words for it are found by bot/words.
type ParseError struct {
	Line      int    // of the text, from 1
	Lines     int    // that the text has
	Part      string // what is wrong, as the person saw it; cut when long, and with � for what can't be seen
	Problem   Problem
	Field     Field
	Number    int
	FormField int // TwiceTheUIN: the field of a form that has it already, from 1; 0 where it is the same text
	Character rune
	Meant     string // the UIN or the remark that was meant, most likely
	Copy      string // all of the text as the person saw it, or the row of a table: without what can't be seen, and with what was meant
}

// Error tells the problem in a few words, with the line's number where the text has several.
func (e *ParseError) Error() string {
	text := string(e.Problem)
	if e.Field != "" {
		text = fmt.Sprintf("%s: %s", e.Field, text)
	}
	if e.Part != "" {
		text = fmt.Sprintf("%q: %s", e.Part, text)
	}
	if e.Lines > 1 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// Parse reads what was typed behind the command's name, as Slack delivers it: one invitation a line, blank lines
// skipped, at most [MaxInvitations].
//
//	<uin> <name…> [-- remark]
//	<uin>⇥<name…>[⇥remark]
//
// What the person saw is what is meant. Links that Slack made of numbers, addresses, people and channels count as
// their label; &amp;, &lt; and &gt; are decoded once; spaces of any kind and tabs are spaces, and runs of them become
// one. A dash standing alone (--, —, – or what Chinese keyboards write for them) begins the remark, the first one only; a
// dash within a word is part of it, but for —— and －－. So does the second tab of a line, as rows are pasted from spreadsheets, and then
// a dash in the name's cell is part of it.
//
// Around a UIN, quotes, backticks, a leading + or #, a comma, semicolon or colon behind it, what spreadsheets add (' and .0)
// and invisible characters are dropped, and full-width digits are digits. Such a comma parts the UIN from the name without a
// space, too. Quotes or backticks, straight, smart or Chinese, around the whole name are dropped, and so is a
// comma behind it; other quotes stay as typed. A name or remark that holds a character that can't be seen (control,
// bidirectional, zero-width, fillers; joiners where nothing needs them) or more than [MaxCharacters] is refused, as an
// approver must see all that is approved.
//
// Where something else was meant, most likely, that is asked: a UIN with zeros in front, or one of 12 digits in groups, with letters O or l in
// place of digits, or behind the name; and a remark behind "for" or a single dash. Nobody should have to guess what was approved. Quotes
// around a name say that all of it is the name: a dash in it begins no remark, and none of it is asked about. What is only unusual is a warning: see
// [Invitation.Warnings].
//
// Errors are of type *[ParseError] and tell of the first problem. A text without an invitation is an error.
func Parse(text string) ([]Invitation, error) {
	lines := strings.Split(strings.TrimRightFunc(strings.ReplaceAll(text, "\r\n", "\n"), unicode.IsSpace), "\n")
	var invitations []Invitation
	lineOf := make(map[UIN]int)
	for n, line := range lines {
		line = strings.TrimLeftFunc(line, func(r rune) bool { return space(r) || invisible(r) })
		if line == "" {
			continue
		}
		i, problem := parseLine(line)
		switch first, twice := lineOf[i.UIN]; {
		case problem != nil:
		case twice:
			problem = &ParseError{Part: i.UIN.String(), Problem: TwiceTheUIN, Number: first}
		case len(invitations) == MaxInvitations:
			problem = &ParseError{Part: line, Problem: TooMany, Number: MaxInvitations}
		}
		if problem != nil {
			problem.Part, problem.Line, problem.Lines = quotable(problem.Part), n+1, len(lines)
			problem.Copy = copyable(lines, n, problem.Copy)
			return nil, problem
		}
		lineOf[i.UIN] = n + 1
		invitations = append(invitations, i)
	}
	if len(invitations) == 0 {
		return nil, &ParseError{Line: 1, Lines: 1, Problem: NoAccount}
	}
	return invitations, nil
}

// copyable is all of a text for copying, with what was meant in place of one line where that is known.
func copyable(lines []string, n int, meant string) string {
	seen := make([]string, len(lines))
	for n, line := range lines {
		seen[n] = withoutHidden(decode(line))
	}
	if meant != "" {
		seen[n] = withoutHidden(meant)
	}
	return strings.Join(seen, "\n")
}

// parseLine reads one line that isn't blank, as Slack delivers it.
func parseLine(line string) (Invitation, *ParseError) {
	if !utf8.ValidString(line) {
		return Invitation{}, &ParseError{Part: line, Problem: NotText}
	}
	i, problem := readLine(decode(line))
	if problem != nil && problem.Problem == NoAccount {
		problem.Part = line
	}
	return i, problem
}

// readLine reads one line as the person saw it.
func readLine(line string) (Invitation, *ParseError) {
	words, remark := partsOf(apart(line))
	if len(words) == 0 { // a link to nothing but spaces, or nothing but a remark
		return Invitation{}, &ParseError{Part: line, Problem: NoAccount}
	}
	if problem := meantOtherUIN(words, remark); problem != nil {
		return Invitation{}, problem
	}
	uin, problem := parseUIN(words[0])
	if problem != nil {
		return Invitation{}, problem
	}
	i, problem := named(uin, words[0], words[1:], remark)
	if problem == nil {
		problem = meantNoZeros(uin, words[0], words[1:], remark)
	}
	if problem == nil {
		problem = meantRemark(uin, words[1:], remark)
	}
	if problem != nil {
		return Invitation{}, problem
	}
	return i, nil
}

// named makes an invitation of its words, if an approver can see and take in all of them. The UIN stood there as typed.
func named(uin UIN, typed string, name, remark []string) (Invitation, *ParseError) {
	i := Invitation{UIN: uin, Name: bare(strings.Join(name, " ")), Remark: strings.Join(remark, " ")}
	if i.Name == "" {
		return i, &ParseError{Part: typed, Problem: NoName}
	}
	if problem := readable(NameField, i.Name); problem != nil {
		return i, problem
	}
	return i, readable(RemarkField, i.Remark)
}

// partsOf parts the words of a remark from those before it: behind the first dash, or the second tab. Where that has a cell for the
// remark, a dash in the cell before is the name's own.
func partsOf(line string) (words, remark []string) {
	cells := strings.SplitN(line, "\t", 3)
	if len(cells) < 3 {
		words, remark, _ = cutRemark(wordsOf(strings.Join(cells, " ")))
		return words, remark
	}
	words, remark, dashed := cutRemark(wordsOf(cells[0]))
	name, more := wordsOf(cells[1]), strings.FieldsFunc(cells[2], space)
	if dashed {
		return words, slices.Concat(remark, name, more)
	}
	return slices.Concat(words, name), more
}

// cutRemark parts words at the first dash.
func cutRemark(words []string) (before, remark []string, dashed bool) {
	words = dashesApart(words)
	if dash := slices.IndexFunc(words, isDash); dash >= 0 {
		return words[:dash], words[dash+1:], true
	}
	return words, nil, false
}

// withoutMarks takes off a word what may stand around a UIN.
func withoutMarks(word string) string {
	digits := strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return asASCII(r)
	}, word)
	digits = unformatted(bare(strings.TrimRight(digits, endOfUIN)))
	return strings.TrimPrefix(strings.TrimPrefix(digits, "+"), "#")
}

// parseUIN reads the first word of a line. It reads over zeros in front, which [meantNoZeros] asks about.
func parseUIN(word string) (UIN, *ParseError) {
	digits := withoutMarks(word)
	if rounded.MatchString(digits) {
		return 0, &ParseError{Part: word, Problem: RoundedUIN}
	}
	if digits == "" {
		return 0, &ParseError{Part: word, Problem: NoUIN}
	}
	if strings.Trim(digits, "0123456789") != "" {
		return 0, &ParseError{Part: word, Problem: NotUIN}
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, &ParseError{Part: word, Problem: UINTooLarge}
	case err != nil:
		return 0, &ParseError{Part: word, Problem: NotUIN}
	case n == 0:
		return 0, &ParseError{Part: word, Problem: UINZero}
	}
	return UIN(n), nil
}
