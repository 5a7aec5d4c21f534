package words

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

const (
	likeThis = "Write the UIN, a space and the name, for example: 100012345678 Alice"
	uinFirst = "Write the account's number first, in digits only, without spaces or dashes between them, for example: 100012345678 Alice"
	byHand   = "Type it again by hand instead of pasting it."
	shorter  = "Write at most 128 characters."
	fewer    = "Ask for the others in another request."
	asText   = "Format the column as text in the spreadsheet, enter the UIN again there, and copy it then."
	once     = "Write each UIN once."
	together = "Write the UIN as one word of digits. If the rest is the name all the same, put the name in quotes."
	zeros    = "Look the UIN up in the Tencent Cloud console, and write it without zeros in front."
	dashes   = "A remark stands behind two dashes. If all of it is the name, put the name in quotes."
)

// TestProblems has everything wrong that can be wrong with what somebody types, and each is said with its remedy.
func TestProblems(t *testing.T) {
	many := ""
	for n := range invite.MaxInvitations + 1 {
		many += fmt.Sprintf("%d Alice\n", n+1)
	}
	for _, tt := range []struct{ text, problem, remedy string }{
		{"", "There is no account to invite.", likeThis},
		{" \n\t\u00a0\u200b\n", "There is no account to invite.", likeThis},
		{"< > ", "There is no account to invite.", likeThis},
		{"Alice", "This isn't a UIN.", uinFirst},
		{"help", "This isn't a UIN.", uinFirst},
		{"Alice 10001234567", "This isn't a UIN.", uinFirst},
		{"Alice 100012345699", "Was the UIN 100012345699 meant?", uinFirst},
		{"100 012 345 671 Alice", "Was the UIN 100012345671 meant?", together},
		{"0100012345678 Alice", "No UIN begins with a zero. Was 100012345678 meant?", zeros},
		{"1e11 Alice", "The spreadsheet has rounded this number, so its last digits are lost.", asText},
		{"1OOO12345678 Alice", "Was the UIN 100012345678 meant?", together},
		{"100012345678 Alice for the data team", "Was “for the data team” meant as the remark?", dashes},
		{"100012345678 Alice - for data", "Was “for data” meant as the remark?", dashes},
		{"1000-1234 Alice", "This isn't a UIN.", uinFirst},
		{"-1 Alice", "This isn't a UIN.", uinFirst},
		{"1e3 Alice", "This isn't a UIN.", uinFirst},
		{"٣ Alice", "This isn't a UIN.", uinFirst},
		{"1\x002 Alice", "This isn't a UIN.", uinFirst},
		{"`` Alice", "The UIN is missing.", uinFirst},
		{"# Alice", "The UIN is missing.", uinFirst},
		{"0 Alice", "No account has the number 0.", uinFirst},
		{"18446744073709551616 Alice", "This number is too large for a UIN.", uinFirst},
		{"100012345678", "The name is missing behind this UIN.", likeThis},
		{"100012345678 -- remark", "The name is missing behind this UIN.", likeThis},
		{"100012345678 “”", "The name is missing behind this UIN.", likeThis},
		{"1 Alice\n\n2\n", "The name is missing behind this UIN.", likeThis},
		{"1 Alice\n2 Bob\n1 Carol", "This UIN is on line 1 already.", once},
		{many, "There are more than 100 invitations.", fewer},
		{"1.00012E+11 Alice", "The spreadsheet has rounded this number, so its last digits are lost.", asText},
		{"1 Z" + strings.Repeat("\u0336", 4), "The name has so many accents on one letter that they hide what stands around it.", byHand},
		{"1 " + strings.Repeat("é", 129), "The name has 129 characters.", shorter},
		{"1 Alice -- " + strings.Repeat("é", 129), "The remark has 129 characters.", shorter},
		{"1 Al\xffice", "This isn't valid text (UTF-8).", byHand},
		{"1 Al\u202eice", "The name holds a character that can't be seen (U+202E).", byHand},
		{"1 Alice -- a\u200bb", "The remark holds a character that can't be seen (U+200B).", byHand},
	} {
		_, err := invite.Parse(tt.text)
		wrong, ok := errors.AsType[*invite.ParseError](err)
		if !ok {
			t.Fatalf("Parse(%q): %v", tt.text, err)
		}
		if problem, remedy := testBook.problem(wrong); problem != tt.problem || remedy != tt.remedy {
			t.Errorf("%q: %q %q, want %q %q", tt.text, problem, remedy, tt.problem, tt.remedy)
		}
		contains(t, testBook.Misread("/invite-member", wrong).Text, escape(wrong.Part), tt.problem, tt.remedy)
	}
}

// TestProblemsOfTables has what only a table can have wrong.
func TestProblemsOfTables(t *testing.T) {
	for _, tt := range []struct{ one, two, problem, remedy string }{
		{"1,Alice", "2,Bob\n1,Carol", "This UIN is in row 1 of field 1 already.", once},
		{"1,Alice\n1,Bob", "", "This UIN is in row 1 already.", once},
		{"", "1.00012E+11\tAlice", "The spreadsheet has rounded this number, so its last digits are lost.", asText},
		{"100012345678 Alice, 100012345699", "", "There is another UIN in this row, and nobody can tell which of them is meant.",
			"Write one account in each row, and a word before any other number of 12 digits, for example: payer 100012345699"},
		{"1,Alice,x,y", "", "This stands in a column that is neither the UIN nor the name nor the remark.",
			"Take the column out, or write a header above that names the others: UIN, Name, Remark. A comma within a name needs quotes around the name."},
		{"Team,100012345678,Alice", "", "Which column is the name can't be told.",
			"Write a header above that names each column once, for example: UIN, Name, Remark"},
	} {
		_, wrong := invite.ReadTable(tt.one, tt.two)
		if len(wrong) != 1 {
			t.Fatalf("ReadTable(%q, %q): %v", tt.one, tt.two, wrong)
		}
		if problem, remedy := testBook.problemOfRow(wrong[0]); problem != tt.problem || remedy != tt.remedy {
			t.Errorf("%q %q: %q %q, want %q %q", tt.one, tt.two, problem, remedy, tt.problem, tt.remedy)
		}
	}
}

func TestWarnings(t *testing.T) {
	const uin = 100012345678
	for _, tt := range []struct {
		invitation invite.Invitation
		want       []string // a piece of each
	}{
		{invite.Invitation{UIN: uin, Name: "Alice B. 陈+@&.[]-:,9", Remark: strings.Repeat("界", 40)}, nil},
		{invite.Invitation{UIN: 12, Name: "Bob"}, []string{"Real UINs have 12 digits; this one has 2."}},
		{invite.Invitation{UIN: uin, Name: strings.Repeat("陈", 26)}, []string{"26 characters"}},
		{invite.Invitation{UIN: uin, Name: "Zoë Ann ë"}, []string{"has ë in it"}},
		{invite.Invitation{UIN: uin, Name: "!?$%^()"}, []string{"has ! and ? and $ and % and ^ in it"}},
		{invite.Invitation{UIN: uin, Name: "Bob Аlice"}, []string{"The А in the name is a Cyrillic letter"}},
		{invite.Invitation{UIN: uin, Name: "Αlice"}, []string{"The Α in the name is a Greek letter"}},
		{invite.Invitation{UIN: 1000, Name: "1234"}, []string{"this one has 4", "1000 is the whole UIN"}},
		{invite.Invitation{UIN: uin, Name: "Bob 1OO012345699"}, []string{"reads as another UIN, 100012345699"}},
		{invite.Invitation{UIN: uin, Name: "a", Remark: strings.Repeat("界", 41)}, []string{"remark has 41"}},
	} {
		var got []string
		for _, l := range testBook.warnings(approvals.Request{}, approvals.Invitation{Invitation: tt.invitation}) {
			got = append(got, l.text())
		}
		if !slices.EqualFunc(got, tt.want, strings.Contains) {
			t.Errorf("%+v: warnings %q, want %q", tt.invitation, got, tt.want)
		}
	}
}

// TestEveryProblemAndWarningHasASentence reads from invite's source which there are.
func TestEveryProblemAndWarningHasASentence(t *testing.T) {
	problems, kinds := constants(t, "../../invite/parse.go", "Problem"), constants(t, "../../invite/invite.go", "WarningKind")
	if len(problems) < 10 || len(kinds) < 4 {
		t.Fatalf("found only %q and %q", problems, kinds)
	}
	for _, p := range problems {
		problem, remedy := testBook.problem(&invite.ParseError{Problem: invite.Problem(p)})
		if problem == p || remedy == "" {
			t.Errorf("the problem %q has none", p)
		}
	}
	for _, k := range kinds {
		if testBook.warningOf(approvals.Invitation{}, invite.Warning{Kind: invite.WarningKind(k)}) == k {
			t.Errorf("the warning %q has none", k)
		}
	}
}

// constants are the values of a type's constants in a file.
func constants(t *testing.T, file, kind string) []string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +`+kind+` += "(.+?)"`).FindAllSubmatch(source, -1) {
		values = append(values, string(m[1]))
	}
	return values
}
