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

// ParseError tells what in a text isn't an invitation, and what to write instead.
type ParseError struct {
	Line    int    // of the text, from 1
	Lines   int    // that the text has
	Part    string // what is wrong, as the person saw it; cut when long, and with � for what can't be seen
	Problem string // a sentence
	Remedy  string // a sentence
}

// Error returns the problem and the remedy as sentences, with the line's number where the text has several.
func (e *ParseError) Error() string {
	text := fmt.Sprintf("%s %s", e.Problem, e.Remedy)
	if e.Part != "" {
		text = fmt.Sprintf("%q: %s", e.Part, text)
	}
	if e.Lines > 1 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// What to write instead.
const (
	remedyForm    = "Write the UIN, a space and the name, for example: 100012345678 Alice"
	remedyUIN     = "Write the account's number first, in digits only, without spaces or dashes between them, for example: 100012345678 Alice"
	remedyVisible = "Type it again by hand instead of pasting it."
	remedyShorter = "Write at most 128 characters."
	remedyFewer   = "Send the others in another command."
	remedyOnce    = "Write each UIN once."
)

// Parse reads what was typed behind the command's name, as Slack delivers it: one invitation a line, blank lines
// skipped, at most [MaxInvitations].
//
//	<uin> <name…> [-- remark]
//
// What the person saw is what is meant. Links that Slack made of numbers, addresses, people and channels count as
// their label; &amp;, &lt; and &gt; are decoded once; spaces of any kind and tabs are spaces, and runs of them become
// one. A dash standing alone (--, — or –) begins the remark, the first one only; a dash within a word is part of it.
//
// Around a UIN, quotes, backticks, a leading + or # and invisible characters are dropped, and full-width digits are
// digits. Spaces or dashes inside it aren't accepted: "1000 1234" is the UIN 1000 and the name 1234, of which
// [Invitation.Warnings] warns. Quotes or backticks, straight or smart, around the whole name are dropped; other quotes
// stay as typed. A name or remark that holds a character that can't be seen (control, bidirectional, zero-width,
// variation selectors, fillers) or more than [MaxCharacters] is refused, as an approver must see all that is approved.
//
// Errors are of type *[ParseError] and tell of the first problem. A text without an invitation is an error.
func Parse(text string) ([]Invitation, error) {
	lines := strings.Split(strings.TrimRightFunc(strings.ReplaceAll(text, "\r\n", "\n"), unicode.IsSpace), "\n")
	var invitations []Invitation
	lineOf, characters := make(map[UIN]int), 0
	for n, line := range lines {
		line = strings.TrimLeftFunc(line, func(r rune) bool { return space(r) || invisible(r) })
		if line == "" {
			continue
		}
		i, problem := parseLine(line)
		characters += utf8.RuneCountInString(i.Name + i.Remark)
		switch first, twice := lineOf[i.UIN]; {
		case problem != nil:
		case twice:
			problem = wrong(i.UIN.String(), fmt.Sprintf("This UIN is on line %d already.", first), remedyOnce)
		case len(invitations) > 0 && characters > MaxTogether:
			problem = wrong(line, fmt.Sprintf("All names and remarks together have more than %d characters.", MaxTogether), remedyFewer)
		case len(invitations) == MaxInvitations:
			problem = wrong(line, fmt.Sprintf("There are more than %d invitations.", MaxInvitations), remedyFewer)
		}
		if problem != nil {
			problem.Line, problem.Lines = n+1, len(lines)
			return nil, problem
		}
		lineOf[i.UIN] = n + 1
		invitations = append(invitations, i)
	}
	if len(invitations) == 0 {
		return nil, &ParseError{Line: 1, Lines: 1, Problem: "There is no account to invite.", Remedy: remedyForm}
	}
	return invitations, nil
}

// wrong makes a ParseError that doesn't know its line yet.
func wrong(part, problem, remedy string) *ParseError {
	return &ParseError{Part: quotable(part), Problem: problem, Remedy: remedy}
}

// parseLine reads one line that isn't blank.
func parseLine(line string) (Invitation, *ParseError) {
	if !utf8.ValidString(line) {
		return Invitation{}, wrong(line, "This isn't valid text (UTF-8).", remedyVisible)
	}
	words := strings.FieldsFunc(decode(line), space)
	if len(words) == 0 { // a link to nothing but spaces
		return Invitation{}, wrong(line, "There is no account to invite.", remedyForm)
	}
	uin, problem := parseUIN(words[0])
	if problem != nil {
		return Invitation{}, problem
	}
	name, remark := words[1:], []string(nil)
	if dash := slices.IndexFunc(name, isDash); dash >= 0 {
		name, remark = name[:dash], name[dash+1:]
	}
	i := Invitation{UIN: uin, Name: unquote(strings.Join(name, " ")), Remark: strings.Join(remark, " ")}
	if i.Name == "" {
		return Invitation{}, wrong(words[0], "The name is missing behind this UIN.", remedyForm)
	}
	if problem := readable("name", i.Name); problem != nil {
		return Invitation{}, problem
	}
	if problem := readable("remark", i.Remark); problem != nil {
		return Invitation{}, problem
	}
	return i, nil
}

// isDash tells whether a word parts the remark from the name. Keyboards turn -- into a long dash.
func isDash(word string) bool { return word == "--" || word == "—" || word == "–" }

// parseUIN reads the first word of a line.
func parseUIN(word string) (UIN, *ParseError) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case '０' <= r && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, word)
	digits = strings.TrimPrefix(unquote(digits), "+")
	digits = strings.TrimPrefix(digits, "#")
	if digits == "" {
		return 0, wrong(word, "The UIN is missing.", remedyUIN)
	}
	if strings.Trim(digits, "0123456789") != "" {
		return 0, wrong(word, "This isn't a UIN.", remedyUIN)
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, wrong(word, "This number is too large for a UIN.", remedyUIN)
	case err != nil:
		return 0, wrong(word, "This isn't a UIN.", remedyUIN)
	case n == 0:
		return 0, wrong(word, "No account has the number 0.", remedyUIN)
	}
	return UIN(n), nil
}

// readable refuses what an approver couldn't see or take in.
func readable(what, text string) *ParseError {
	if r, hidden := firstHidden(text); hidden {
		return wrong(text, fmt.Sprintf("The %s holds a character that can't be seen (U+%04X).", what, r), remedyVisible)
	}
	if piled(text) {
		return wrong(text, fmt.Sprintf("The %s has so many accents on one letter that they hide what stands around it.", what), remedyVisible)
	}
	if n := utf8.RuneCountInString(text); n > MaxCharacters {
		return wrong(text, fmt.Sprintf("The %s has %d characters.", what, n), remedyShorter)
	}
	return nil
}
