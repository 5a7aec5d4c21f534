// Package invite knows Tencent Cloud: how a person writes whom to invite, the organization API that invites, and how much
// each of that API's answers says of an invitation's fate. Of Slack it knows only how it delivers what was typed, with its
// marks for links and people (text.go); it knows nothing of Slack's API nor of the database, and has no sentences for
// people: those for its problems, warnings and codes are in bot/words.
//
// An account gets into an organization by an invitation that it accepts. [Parse] reads invitations from what a person
// typed, [Client.Send] delivers one, and [Client.Invitations] and [Client.Members] read the organization's lists, by which
// [Judge] finds out what became of one whose delivery nobody saw.
//
// The API has no idempotency key, so a call that got no clear answer may or may not have taken effect. Send therefore
// never tries twice, and its [Outcome] says exactly how much is known: [Sent] and [Rejected] are Tencent Cloud's own
// word, [NotSent] means that not a byte of the request left, and everything else is [Unknown], to be looked up before
// anything else is done.
package invite

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what [Parse] and [ReadTable] let through, chosen so that an approver can take in all that is approved.
const (
	MaxInvitations = 100 // invitations in one text, or in all fields of a form
	MaxCharacters  = 128 // characters in a name, and in a remark
)

// Limits that Tencent Cloud documents for version 2021-03-31 of its organization API. The version in use here
// documents none.
const (
	documentedName   = 25 // characters
	documentedRemark = 40 // characters
)

// UIN is the number of a Tencent Cloud account. Real ones have 12 digits; any positive number of 64 bits is accepted.
type UIN uint64

// String returns the UIN in decimal digits.
func (u UIN) String() string { return strconv.FormatUint(uint64(u), 10) }

// usual tells whether u has as many digits as real ones have.
func (u UIN) usual() bool { return len(u.String()) == uinDigits }

// Invitation asks one account to join the organization.
type Invitation struct {
	UIN    UIN
	Name   string // the member's name in the organization
	Remark string // notes; Tencent Cloud requires some, so an empty one is filled in before it is sent
}

// WarningKind is a rule that Tencent Cloud documents and an invitation breaks, or what else looks wrong about it.
type WarningKind string

// The kinds of warnings.
const (
	UnusualUIN  WarningKind = "UIN of another length"
	LongName    WarningKind = "long name"
	OddName     WarningKind = "odd characters in the name"
	LookAlike   WarningKind = "look-alike letters in the name"
	NumberFirst WarningKind = "name begins with a number"
	OtherUIN    WarningKind = "another UIN in the name"
	LongRemark  WarningKind = "long remark"
)

// Warning is something about an invitation that an approver should look at.
type Warning struct {
	Kind       WarningKind
	Characters int    // LongName and LongRemark: so many are there; UnusualUIN: digits
	Most       int    // and so many are documented; UnusualUIN: so many real ones have
	Odd        []rune // OddName: what isn't documented, each once and at most five
	Letter     rune   // LookAlike: the first of them
	UIN        UIN    // OtherUIN
}

// Warnings tells which of the documented rules the name and the remark break: 25 characters out of English letters,
// digits, Chinese characters and +@&._[]-:, for the name, 40 characters for the remark (version 2021-03-31 of the API).
// Spaces, which nearly every name has, are not among the warnings: see [Invitation.Hyphenated]. It also warns of what could
// pass for something else: a UIN that hasn't 12 digits, a name that begins with a number or has another UIN in it,
// and letters that look like those of another script. Tencent Cloud has the last word, so warnings are shown to approvers
// and refuse nothing.
func (i Invitation) Warnings() []Warning {
	var warnings []Warning
	if !i.UIN.usual() {
		warnings = append(warnings, Warning{Kind: UnusualUIN, Characters: len(i.UIN.String()), Most: uinDigits})
	}
	if n := utf8.RuneCountInString(i.Name); n > documentedName {
		warnings = append(warnings, Warning{Kind: LongName, Characters: n, Most: documentedName})
	}
	letter, disguised := lookAlike(i.Name)
	if disguised {
		warnings = append(warnings, Warning{Kind: LookAlike, Letter: letter})
	}
	odd := undocumented(i.Name)
	if disguised { // one warning of a letter is enough
		odd = slices.DeleteFunc(odd, isCyrillicOrGreek)
	}
	if len(odd) > 0 {
		warnings = append(warnings, Warning{Kind: OddName, Odd: odd})
	}
	if first, _, _ := strings.Cut(i.Name, " "); strings.Trim(first, "0123456789") == "" && first != "" {
		warnings = append(warnings, Warning{Kind: NumberFirst})
	}
	if other, ok := otherUIN(i); ok {
		warnings = append(warnings, Warning{Kind: OtherUIN, UIN: other})
	}
	if n := utf8.RuneCountInString(i.Remark); n > documentedRemark {
		warnings = append(warnings, Warning{Kind: LongRemark, Characters: n, Most: documentedRemark})
	}
	return warnings
}

// Hyphenated is the name with hyphens in place of its spaces, which Tencent Cloud doesn't document for names.
func (i Invitation) Hyphenated() string { return strings.ReplaceAll(i.Name, " ", "-") }

// undocumented lists the characters of a name that the documentation doesn't allow, each once and at most five. Spaces
// are left out.
func undocumented(name string) []rune {
	var odd []rune
	for _, r := range name {
		if documented(r) || r == ' ' || slices.Contains(odd, r) {
			continue
		}
		odd = append(odd, r)
		if len(odd) == 5 {
			break
		}
	}
	return odd
}

// documented tells whether the documentation allows r in a name.
func documented(r rune) bool {
	switch {
	case '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', unicode.Is(unicode.Han, r):
		return true
	}
	return strings.ContainsRune("+@&._[]-:,", r)
}

// FitRemark is what can be seen of a remark, cut to the 40 characters that Tencent Cloud documents, never in the middle of a
// character.
func FitRemark(remark string) string { return Visible(cut(Visible(remark), documentedRemark)) }

// cut returns the first n characters of s.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
