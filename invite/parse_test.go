package invite_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/invitebot/invitebot/invite"
)

func TestParse(t *testing.T) {
	const uin = invite.UIN(100012345678)
	tests := []struct {
		text   string
		name   string
		remark string
	}{
		{"100012345678 Alice", "Alice", ""},
		{"  100012345678   Alice   Smith  ", "Alice Smith", ""},
		{"\n\n100012345678 Alice\n", "Alice", ""},
		{"100012345678 Alice -- for the billing team", "Alice", "for the billing team"},
		{"100012345678 Alice — billing", "Alice", "billing"},
		{"100012345678 Alice – billing", "Alice", "billing"},
		{"100012345678 Alice -- a -- b — c", "Alice", "a -- b — c"},
		{"100012345678 Alice --", "Alice", ""},
		{"100012345678 Alice--Ann", "Alice--Ann", ""},
		{"100012345678 Anne—Marie", "Anne—Marie", ""},

		// UINs as people write and copy them.
		{"18446744073709551615 Alice", "Alice", ""},
		{"１０００１２３４５６７８ Alice", "Alice", ""},
		{"`100012345678` Alice", "Alice", ""},
		{"“100012345678” Alice", "Alice", ""},
		{"#100012345678 Alice", "Alice", ""},
		{"+100012345678 Alice", "Alice", ""},
		{"\u200b1000\u200d12345678\ufeff Alice", "Alice", ""},
		{"\ufeff 100012345678 Alice", "Alice", ""},
		{"100012345678\u00a0Alice\u3000Smith\u2009Jr\tII", "Alice Smith Jr II", ""},

		// Commas of a list, and rows of a spreadsheet.
		{"100012345678 Alice,", "Alice", ""},
		{"100012345678, Alice， ", "Alice", ""},
		{"100012345678 \"Alice\", -- x", "Alice", "x"},
		{"100012345678 “Alice,”", "Alice", ""},
		{"100012345678 Alice, Inc.", "Alice, Inc.", ""},
		{"100012345678 \"a --,\"", "a --,", ""},
		{"100012345678\tAlice Smith\tData team", "Alice Smith", "Data team"},
		{"100012345678\tAlice\t\tData\tteam\t", "Alice", "Data team"},
		{"100012345678\tAlice\t", "Alice", ""},
		{"100012345678\tAlice -- x\tData", "Alice -- x", "Data"},
		{"100012345678\tAlice -- x", "Alice", "x"},
		{"100012345678 Alice -- x\ty\tData", "Alice", "x y Data"},
		{"<tel:100012345678|100012345678>\tAlice\t-- x", "Alice", "-- x"},

		// What a Chinese keyboard writes.
		{"１０００１２３４５６７８　陈小明　－－　财务部", "陈小明", "财务部"},
		{"100012345678，陈小明", "陈小明", ""},
		{"100012345678；陈小明；", "陈小明", ""},
		{"100012345678、陈小明、", "陈小明", ""},
		{"100012345678：陈小明 -- x", "陈小明", "x"},
		{"100012345678 ： 陈小明", "陈小明", ""},
		{"100012345678　，陈小明", "陈小明", ""},
		{"100012345678，陈小明，财务", "陈小明，财务", ""},
		{"100012345678，3号", "3号", ""},
		{"100012345678: Alice", "Alice", ""},
		{"100012345678,Alice, Inc.", "Alice, Inc.", ""},
		{"100012345678;Alice", "Alice", ""},
		{"100012345678 :fox: Alice", ":fox: Alice", ""},
		{"＃100012345678 陈小明", "陈小明", ""},
		{"＋100012345678 陈小明", "陈小明", ""},
		{"「100012345678」 「陈 for 明」", "陈 for 明", ""},
		{"“100012345678”，『陈小明』，", "陈小明", ""},
		{"＂100012345678＂ ＂陈小明＂", "陈小明", ""},
		{"100012345678 陈小明——财务部", "陈小明", "财务部"},
		{"100012345678 陈小明——财务部——x", "陈小明", "财务部——x"},
		{"100012345678 陈小明 ——财务部", "陈小明", "财务部"},
		{"100012345678 陈小明 —— 财务部", "陈小明", "财务部"},
		{"100012345678 陈小明——", "陈小明", ""},
		{"100012345678 陈小明－－财务部", "陈小明", "财务部"},
		{"100012345678 “陈——明”", "陈——明", ""},
		{"100012345678 “陈”——财务", "陈", "财务"},
		{"100012345678 陈 -- 财务——部", "陈", "财务——部"},
		{"100012345678 陈－明", "陈－明", ""},

		// What a spreadsheet makes of a number.
		{"'100012345678\tAlice", "Alice", ""},
		{"100012345678.0 Alice", "Alice", ""},
		{"100012345678.00\tAlice", "Alice", ""},
		{"=\"100012345678\"\tAlice", "Alice", ""},

		// Quotes say that all of it is the name.
		{"100012345678 \"Alice for the data team\"", "Alice for the data team", ""},
		{"100012345678 “Alice - for data”,", "Alice - for data", ""},
		{"100012345678 \"Alice — data\" -- rem", "Alice — data", "rem"},
		{"100012345678 \"Alice -- data\"", "Alice -- data", ""},
		{"100012345678 'Alice – Bob's -- data', -- rem", "'Alice – Bob's -- data'", "rem"},
		{"100012345678 “陈——财务”", "陈——财务", ""},
		{"100012345678，“陈 —— 财务”——人事", "陈 —— 财务", "人事"},
		{"100012345678 「陈 明——财务」， －－ 人事", "陈 明——财务", "人事"},
		{"100012345678\t『陈 -- 财务』\t人事", "陈 -- 财务", "人事"},
		{"100012345678 Alice \"Al -- the cat\" Smith -- x", "Alice \"Al -- the cat\" Smith", "x"},
		{"100012345678 Alice \"Al for us\" Smith", "Alice \"Al for us\" Smith", ""},
		{"100012345678 \"Alice -- data", "\"Alice", "data"},
		{"100012345678 \"Alice\" -- the \"data\" team", "Alice", "the \"data\" team"},
		{"100012345678 Rock 'n roll -- the boys' band", "Rock 'n roll", "the boys' band"},
		{"'100012345678 Alice -- the boys'", "Alice", "the boys'"},
		{"100012345678 Alice for -- x", "Alice for", "x"},
		{"100012345678 for Alice", "for Alice", ""},
		{"100012345678 Alice - -- x", "Alice -", "x"},

		// What Slack makes of what was typed.
		{"<tel:100012345678|100012345678> Alice", "Alice", ""},
		{"<tel:100012345678> Alice", "Alice", ""},
		{"100012345678 <http://alice.example|alice.example>", "alice.example", ""},
		{"100012345678 <https://alice.example>", "https://alice.example", ""},
		{"100012345678 <mailto:a@b.example|a@b.example> -- <mailto:c@d.example>", "a@b.example", "c@d.example"},
		{"100012345678 <@U012AB3CD|alice> -- see <#C012AB3CD|general>", "alice", "see general"},
		{"100012345678 <@U012AB3CD> <!here>", "@U012AB3CD @here", ""},
		{"100012345678 <!subteam^S012|@ops>", "@ops", ""},
		{"100012345678 A &amp; B &lt;C&gt;", "A & B <C>", ""},
		{"100012345678 &amp;lt;b&amp;gt;", "&lt;b&gt;", ""},
		{"100012345678 &lt;tel:1|2&gt;", "<tel:1|2>", ""},
		{"100012345678 <http://x.example|a&lt;b&amp;lt;>", "a<b&lt;", ""},
		{"100012345678 a < b > c <tel:1|2> > d", "a b c 2 > d", ""},

		// Quotes.
		{"100012345678 “Alice Smith”", "Alice Smith", ""},
		{"100012345678 \"Alice\" -- x", "Alice", "x"},
		{"100012345678 ‘Alice’", "Alice", ""},
		{"100012345678 `Alice`", "Alice", ""},
		{"100012345678 «“ Alice ”»", "Alice", ""},
		{"100012345678 O’Brien", "O’Brien", ""},
		{"100012345678 Al “the cat” Smith", "Al “the cat” Smith", ""},
		{"100012345678 \"a\" \"b\"", "\"a\" \"b\"", ""},
		{"100012345678 \"-- b\"", "-- b", ""},
		{"100012345678 Alice -- “why”", "Alice", "“why”"},

		// Any script, up to 128 characters.
		{"100012345678 陈小明 -- 财务部", "陈小明", "财务部"},
		{"100012345678 Zoë 🦊", "Zoë 🦊", ""},
		{"100012345678 می\u200cخواهم -- خانه\u200cها", "می\u200cخواهم", "خانه\u200cها"},
		{"100012345678 क्\u200dष क्\u200cष", "क्\u200dष क्\u200cष", ""},
		{"100012345678 👩\u200d👩\u200d👧\u200d👦 -- ❤\ufe0f", "👩\u200d👩\u200d👧\u200d👦", "❤\ufe0f"},
		{"100012345678 ❤\ufe0f\u200d🔥 👩🏽\u200d🚀 1\ufe0f\u20e3", "❤\ufe0f\u200d🔥 👩🏽\u200d🚀 1\ufe0f\u20e3", ""},
		{"100012345678 " + strings.Repeat("é", 128) + " -- " + strings.Repeat("界", 128), strings.Repeat("é", 128), strings.Repeat("界", 128)},
	}
	for _, tt := range tests {
		got, err := invite.Parse(tt.text)
		want := invite.Invitation{UIN: uin, Name: tt.name, Remark: tt.remark}
		if strings.HasPrefix(tt.text, "18446744073709551615") {
			want.UIN = 1<<64 - 1
		}
		if err != nil || !slices.Equal(got, []invite.Invitation{want}) {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", tt.text, got, err, want)
		}
	}
}

func TestParseLines(t *testing.T) {
	got, err := invite.Parse("1 Alice -- a\r\n\n \u200b\n  2 Bob\n")
	want := []invite.Invitation{{UIN: 1, Name: "Alice", Remark: "a"}, {UIN: 2, Name: "Bob"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Parse = %+v, %v, want %+v", got, err, want)
	}
	got, err = invite.Parse(lines(invite.MaxInvitations))
	if err != nil || len(got) != invite.MaxInvitations {
		t.Errorf("Parse of %d lines = %d invitations, %v", invite.MaxInvitations, len(got), err)
	}
}

// lines writes n invitations.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d Alice\n", i+1)
	}
	return b.String()
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		text string
		want invite.ParseError
	}{
		{"", invite.ParseError{Line: 1, Part: "", Problem: invite.NoAccount}},
		{" \n\t\u00a0\u200b\n", invite.ParseError{Line: 1, Part: "", Problem: invite.NoAccount}},
		{"< > ", invite.ParseError{Line: 1, Part: "< >", Problem: invite.NoAccount}},
		{"Alice", invite.ParseError{Line: 1, Part: "Alice", Problem: invite.NotUIN}},
		{"help", invite.ParseError{Line: 1, Part: "help", Problem: invite.NotUIN}},
		{"Alice 10001234567", invite.ParseError{Line: 1, Part: "Alice", Problem: invite.NotUIN}},
		{"1000-1234 Alice", invite.ParseError{Line: 1, Part: "1000-1234", Problem: invite.NotUIN}},
		{"-1 Alice", invite.ParseError{Line: 1, Part: "-1", Problem: invite.NotUIN}},
		{"1e3 Alice", invite.ParseError{Line: 1, Part: "1e3", Problem: invite.NotUIN}},
		{"18:30 Alice", invite.ParseError{Line: 1, Part: "18:30", Problem: invite.NotUIN}},
		{"1000，1234 Alice", invite.ParseError{Line: 1, Part: "1000，1234", Problem: invite.NotUIN}},
		{"1.00012E+11\tAlice", invite.ParseError{Line: 1, Part: "1.00012E+11", Problem: invite.RoundedUIN}},
		{"1,00012E+11 Alice", invite.ParseError{Line: 1, Part: "1,00012E+11", Problem: invite.RoundedUIN}},
		{"1E+11 Alice", invite.ParseError{Line: 1, Part: "1E+11", Problem: invite.RoundedUIN}},
		{"1e11 Alice", invite.ParseError{Line: 1, Part: "1e11", Problem: invite.RoundedUIN}},
		{"１Ｅ１１　陈", invite.ParseError{Line: 1, Part: "１Ｅ１１", Problem: invite.RoundedUIN}},
		{"0100012345678", invite.ParseError{Line: 1, Part: "0100012345678", Problem: invite.NoName}},
		{"######## Alice", invite.ParseError{Line: 1, Part: "########", Problem: invite.NotUIN}},
		{"100012345678 ，", invite.ParseError{Line: 1, Part: "100012345678", Problem: invite.NoName}},
		{"——财务部", invite.ParseError{Line: 1, Part: "——财务部", Problem: invite.NoAccount}},
		{"٣ Alice", invite.ParseError{Line: 1, Part: "٣", Problem: invite.NotUIN}},
		{"1\x002 Alice", invite.ParseError{Line: 1, Part: "1\ufffd2", Problem: invite.NotUIN}},
		{"`` Alice", invite.ParseError{Line: 1, Part: "``", Problem: invite.NoUIN}},
		{"# Alice", invite.ParseError{Line: 1, Part: "#", Problem: invite.NoUIN}},
		{"0 Alice", invite.ParseError{Line: 1, Part: "0", Problem: invite.UINZero}},
		{"18446744073709551616 Alice", invite.ParseError{Line: 1, Part: "18446744073709551616", Problem: invite.UINTooLarge}},
		{"100012345678", invite.ParseError{Line: 1, Part: "100012345678", Problem: invite.NoName}},
		{"100012345678 -- remark", invite.ParseError{Line: 1, Part: "100012345678", Problem: invite.NoName}},
		{"100012345678 “”", invite.ParseError{Line: 1, Part: "100012345678", Problem: invite.NoName}},
		{"1 Alice\n\n2\n", invite.ParseError{Line: 3, Part: "2", Problem: invite.NoName}},
		{"1 Alice\n2 Bob\n1 Carol", invite.ParseError{Line: 3, Part: "1", Problem: invite.TwiceTheUIN, Number: 1}},
		{lines(invite.MaxInvitations + 1), invite.ParseError{Line: 101, Part: "101 Alice", Problem: invite.TooMany, Number: 100}},
		{"1 Z" + strings.Repeat("\u0336", 4), invite.ParseError{Line: 1, Part: "Z" + strings.Repeat("\u0336", 4), Problem: invite.Piled, Field: invite.NameField}},
		{"1 " + strings.Repeat("é", 129), invite.ParseError{Line: 1, Part: strings.Repeat("é", 60) + "…", Problem: invite.TooLong, Field: invite.NameField, Number: 129}},
		{"1 Alice -- " + strings.Repeat("é", 129), invite.ParseError{Line: 1, Part: strings.Repeat("é", 60) + "…", Problem: invite.TooLong, Field: invite.RemarkField, Number: 129}},
		{"1 Al\xffice", invite.ParseError{Line: 1, Part: "1 Al\ufffdice", Problem: invite.NotText}},
		{"1 Al\u202eice", invite.ParseError{Line: 1, Part: "Al\ufffdice", Problem: invite.Hidden, Field: invite.NameField, Character: '\u202e'}},
		{"1 Alice -- a\u200bb", invite.ParseError{Line: 1, Part: "a\ufffdb", Problem: invite.Hidden, Field: invite.RemarkField, Character: '\u200b'}},
	}
	for _, tt := range tests {
		got, err := invite.Parse(tt.text)
		problem, ok := errors.AsType[*invite.ParseError](err)
		if !ok || got != nil {
			t.Errorf("Parse(%q) = %+v, %v, want a ParseError", tt.text, got, err)
			continue
		}
		tt.want.Lines, tt.want.Copy = problem.Lines, problem.Copy
		if *problem != tt.want {
			t.Errorf("Parse(%q) = %+v, want %+v", tt.text, *problem, tt.want)
		}
		if !strings.Contains(err.Error(), string(problem.Problem)) || !strings.Contains(err.Error(), string(problem.Field)) {
			t.Errorf("Parse(%q): the error %q doesn't tell the problem", tt.text, err)
		}
		if numbered := strings.HasPrefix(err.Error(), "line "); numbered != (problem.Lines > 1) {
			t.Errorf("Parse(%q): the error %q of %d lines", tt.text, err, problem.Lines)
		}
	}
}

// TestParseAsksWhatWasMeant: what reads as something else is asked about, and what is offered for copying isn't asked about again.
func TestParseAsksWhatWasMeant(t *testing.T) {
	for _, tt := range []struct {
		text    string
		problem invite.Problem
		part    string
		meant   string
		copy    string
	}{
		{"100 012 345 671 Alice", invite.UINInGroups, "100 012 345 671", "100012345671", "100012345671 Alice"},
		{"100\u00a0012\u202f345 671 Alice -- x", invite.UINInGroups, "100 012 345 671", "100012345671", "100012345671 Alice -- x"},
		{"0100012345678 Alice", invite.UINZeros, "0100012345678", "100012345678", "100012345678 Alice"},
		{"1 Bob\n#０１０００１２３４５６７８，陈 -- x", invite.UINZeros, "#０１０００１２３４５６７８", "100012345678", "1 Bob\n100012345678 陈 -- x"},
		{"012345678901\tAlice\tx", invite.UINZeros, "012345678901", "12345678901", "12345678901 Alice -- x"},
		{"100 012 345 671 \"Alice -- b\" -- x", invite.UINInGroups, "100 012 345 671", "100012345671", "100012345671 \"Alice -- b\" -- x"},
		{"“陈 —— 财务” 100012345699", invite.UINLast, "100012345699", "100012345699", "100012345699 \"陈 —— 财务\""},
		{"1 “A —— \"b\"” for data", invite.RemarkInName, "“A —— \"b\"” for data", "for data", "1 “A —— \"b\"” -- for data"},
		{"1000-1234-5671 Alice", invite.UINInGroups, "1000-1234-5671", "100012345671", "100012345671 Alice"},
		{"100,012,345,671 Alice", invite.UINInGroups, "100,012,345,671", "100012345671", "100012345671 Alice"},
		{"100 012 345 671\tAlice\tData team", invite.UINInGroups, "100 012 345 671", "100012345671", "100012345671 Alice -- Data team"},
		{"1 Bob,\n1000 12345671 Alice", invite.UINInGroups, "1000 12345671", "100012345671", "1 Bob,\n100012345671 Alice"},
		{"100，012，345，671 陈", invite.UINInGroups, "100，012，345，671", "100012345671", "100012345671 陈"},
		{"100 012 345 671: Alice", invite.UINInGroups, "100 012 345 671:", "100012345671", "100012345671 Alice"},
		{"1 陈 － 财务", invite.RemarkInName, "陈 － 财务", "财务", "1 陈 -- 财务"},
		{"1OOO12345671 Alice", invite.UINInLetters, "1OOO12345671", "100012345671", "100012345671 Alice"},
		{"1OO Ol2 345 671 Alice", invite.UINInLetters, "1OO Ol2 345 671", "100012345671", "100012345671 Alice"},
		{"1ОΟ0 Alice", invite.UINInLetters, "1ОΟ0", "1000", "1000 Alice"},
		{"Alice 100012345699", invite.UINLast, "100012345699", "100012345699", "100012345699 Alice"},
		{"Alice Smith, 100 012 345 699 -- x", invite.UINLast, "100 012 345 699", "100012345699", "100012345699 Alice Smith -- x"},
		{"Alice\t100012345699\tData team", invite.UINLast, "100012345699", "100012345699", "100012345699 Alice -- Data team"},
		{"1 Alice for the data team", invite.RemarkInName, "Alice for the data team", "for the data team", "1 Alice -- for the data team"},
		{"1 Alice - for data", invite.RemarkInName, "Alice - for data", "for data", "1 Alice -- for data"},
		{"1 \"Alice\" for data", invite.RemarkInName, "\"Alice\" for data", "for data", "1 Alice -- for data"},
		{"1 A &amp; B - x", invite.RemarkInName, "A & B - x", "x", "1 A & B -- x"},
	} {
		_, err := invite.Parse(tt.text)
		got, ok := errors.AsType[*invite.ParseError](err)
		if !ok {
			t.Errorf("Parse(%q): %v", tt.text, err)
			continue
		}
		if got.Problem != tt.problem || got.Part != tt.part || got.Meant != tt.meant || got.Copy != tt.copy {
			t.Errorf("Parse(%q) = %+v, want %+v", tt.text, *got, tt)
		}
		if _, err := invite.Parse(got.Copy); err != nil {
			t.Errorf("%q is offered: %v", got.Copy, err)
		}
	}
}

// TestWhatIsRefusedCanBeCopied: all of it, as it was seen.
func TestWhatIsRefusedCanBeCopied(t *testing.T) {
	for text, want := range map[string]string{
		"1 Al\u202eice\u200b -- A &amp; &lt;B&gt;":                   "1 Alice -- A & <B>",
		"<tel:1|1>\tAlice\tData\n2 می\u200cخواهم 👩\u200d👧\n\nx\x00y": "1\tAlice\tData\n2 می\u200cخواهم 👩\u200d👧\n\nxy",
		"1 Al\xffice": "1 Al\ufffdice",
	} {
		_, err := invite.Parse(text)
		if wrong, ok := errors.AsType[*invite.ParseError](err); !ok || wrong.Copy != want {
			t.Errorf("Parse(%q): %+v, want %q for copying", text, err, want)
		}
	}
}

func TestParseRefusesWhatCannotBeSeen(t *testing.T) {
	hidden := "\x00\x07\x0b\x1b\x7f\u0085\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f" +
		"\u2028\u2029\u202a\u202d\u202e\u2060\u2066\u2069\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffc" +
		"\ue000\U0001d159\U000e0041\U000e0100\U000f0000"
	for _, r := range hidden {
		for _, text := range []string{"1 Al" + string(r) + "ice", "1 " + string(r) + "x", "1 x" + string(r) + "x", "1 Alice -- a" + string(r) + "b"} {
			if got, err := invite.Parse(text); err == nil {
				t.Errorf("Parse(%q) = %+q, want an error for U+%04X", text, got, r)
			}
		}
	}
}

// TestParseRefusesJoinersThatJoinNothing: where neither the script nor an emoji needs them, they make two names that look the same.
func TestParseRefusesJoinersThatJoinNothing(t *testing.T) {
	for _, name := range []string{
		"Al\u200cice", "Al\u200dice", "Alice\ufe0f", "1\ufe0f", "陈\ufe0f", "А\u200cл",
		"ا\u200cب", "ب\u200c", "\u200cب", "ب\u200c\u200cب", "ب\u200dب", "ب\u200ca",
		"👩\u200d", "\u200d👩", "👩\u200da", "a\u200d👩", "👩\u200d\u200d👩", "👩\u200c👩", "❤\ufe0f\ufe0f", "❤\ufe0e",
		"क\u200dष", "क्\u200d",
	} {
		for _, text := range []string{"1 " + name, "1 Alice -- " + name} {
			if got, err := invite.Parse(text); err == nil {
				t.Errorf("Parse(%+q) = %+q, want an error", text, got)
			}
		}
	}
}

func TestWarnings(t *testing.T) {
	const uin = 100012345678
	short := func(digits int) invite.Warning {
		return invite.Warning{Kind: invite.UnusualUIN, Characters: digits, Most: 12}
	}
	other := invite.Warning{Kind: invite.OtherUIN, UIN: 100012345699}
	tests := []struct {
		invitation invite.Invitation
		want       []invite.Warning
	}{
		{invite.Invitation{UIN: uin, Name: "Alice_陈+@&.[]-:,9", Remark: strings.Repeat("界", 40)}, nil},
		{invite.Invitation{UIN: uin, Name: "Alice B. Smith"}, nil},
		{invite.Invitation{UIN: 12, Name: "Bob"}, []invite.Warning{short(2)}},
		{invite.Invitation{UIN: 1000123456789, Name: "Bob"}, []invite.Warning{short(13)}},
		{invite.Invitation{UIN: uin, Name: strings.Repeat("a", 25)}, nil},
		{invite.Invitation{UIN: uin, Name: strings.Repeat("陈", 26)}, []invite.Warning{{Kind: invite.LongName, Characters: 26, Most: 25}}},
		{invite.Invitation{UIN: uin, Name: "Zoë Ann ë"}, []invite.Warning{{Kind: invite.OddName, Odd: []rune("ë")}}},
		{invite.Invitation{UIN: uin, Name: "!?$%^()"}, []invite.Warning{{Kind: invite.OddName, Odd: []rune("!?$%^")}}},
		{invite.Invitation{UIN: 1000, Name: "1234"}, []invite.Warning{short(4), {Kind: invite.NumberFirst}}},
		{invite.Invitation{UIN: uin, Name: "a", Remark: strings.Repeat("界", 41)}, []invite.Warning{{Kind: invite.LongRemark, Characters: 41, Most: 40}}},

		{invite.Invitation{UIN: uin, Name: "Bob Аlice!"}, []invite.Warning{{Kind: invite.LookAlike, Letter: 'А'}, {Kind: invite.OddName, Odd: []rune("!")}}},
		{invite.Invitation{UIN: uin, Name: "Αlice"}, []invite.Warning{{Kind: invite.LookAlike, Letter: 'Α'}}},
		{invite.Invitation{UIN: uin, Name: "Bob Сосо"}, []invite.Warning{{Kind: invite.LookAlike, Letter: 'С'}}},
		{invite.Invitation{UIN: uin, Name: "Bob Жук"}, []invite.Warning{{Kind: invite.OddName, Odd: []rune("Жук")}}},
		{invite.Invitation{UIN: uin, Name: "Сосо"}, []invite.Warning{{Kind: invite.OddName, Odd: []rune("Сос")}}},

		{invite.Invitation{UIN: uin, Name: "Alice 100012345699"}, []invite.Warning{other}},
		{invite.Invitation{UIN: uin, Name: "Carlo100012345699"}, []invite.Warning{other}},
		{invite.Invitation{UIN: uin, Name: "Al 100 012-345 699 b"}, []invite.Warning{other}},
		{invite.Invitation{UIN: uin, Name: "x1OO0I2345699"}, []invite.Warning{other}},
		{invite.Invitation{UIN: uin, Name: "Alice 100012345678"}, nil},
		{invite.Invitation{UIN: uin, Name: "Alice 1000123456999"}, nil},
		{invite.Invitation{UIN: uin, Name: "lollollollol"}, nil},
	}
	for _, tt := range tests {
		if got := tt.invitation.Warnings(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%+v: warnings %+v, want %+v", tt.invitation, got, tt.want)
		}
	}
}

func TestFitRemark(t *testing.T) {
	for remark, want := range map[string]string{
		"":                             "",
		strings.Repeat("界", 40):        strings.Repeat("界", 40),
		strings.Repeat("界", 41):        strings.Repeat("界", 40),
		strings.Repeat("a", 39) + " b": strings.Repeat("a", 39),
		"asked by \u202eeve\u200b\n":   "asked by eve",
		strings.Repeat("a", 38) + "👩\u200d👩": strings.Repeat("a", 38) + "👩",
	} {
		if got := invite.FitRemark(remark); got != want {
			t.Errorf("FitRemark(%q) = %q, want %q", remark, got, want)
		}
	}
}

// typed writes an invitation as Slack delivers it when it is typed.
func typed(i invite.Invitation) string {
	text := fmt.Sprintf("%s %s", i.UIN, i.Name)
	if i.Remark != "" {
		text += " -- " + i.Remark
	}
	return escape(text)
}

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// typedSafely writes an invitation with quotes around the name, where something else would be asked about otherwise.
func typedSafely(i invite.Invitation) string {
	if read, err := invite.Parse(typed(i)); err != nil || !slices.Equal(read, []invite.Invitation{i}) {
		for _, quote := range "\"'`“„‘‚«「『＂〝" {
			closing := map[rune]rune{'“': '”', '„': '“', '‘': '’', '‚': '‘', '«': '»', '「': '」', '『': '』', '〝': '〞'}[quote]
			if closing == 0 {
				closing = quote
			}
			if !strings.ContainsRune(i.Name, quote) && !strings.ContainsRune(i.Name, closing) {
				i.Name = string(quote) + i.Name + string(closing)
				break
			}
		}
	}
	return typed(i)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"100012345678 Alice -- billing", "<tel:1|1> <@U1|a>\n2 “B”", "１ Ａ — ‘’", "1 '\"-- x\"' -- -- —", "1 \"\"a\"\" &amp;lt;b&gt;",
		"1 a\u202eb", "1 می\u200cخ 👩\u200d👧 ❤\ufe0f a\u200cb", "<<|>>", "\xff", "1 <!> >", "1 ''a' b'", "+#1 «„x“»", "1 `-- `",
		"1\tAlice\tb\tc", "100 012 345 671 Alice", "A 100012345699,", "1 a for b", "1 a - b\n2 'a for b',", "1OO A", "0100012345678 Alice", "1e11 a", "01 “a —— b” -- c", "1 \"a — b\" -- c", "1，“陈，明”——x", "1\ta -- b\tc", "1 ‘a -- b’， -- c", "100 \"012345671 a\"", "1 \"a --,\"", "I0 \x01\x01\x0100005000I0",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := invite.Parse(text)
		if err != nil {
			problem, ok := errors.AsType[*invite.ParseError](err)
			if !ok || problem.Problem == "" || problem.Line < 1 || problem.Line > problem.Lines {
				t.Fatalf("Parse(%q): error %#v", text, err)
			}
			if again, ok := errors.AsType[*invite.ParseError](parse(escape(problem.Copy))); ok && problem.Meant != "" && again.Problem == problem.Problem && again.Line == problem.Line {
				t.Fatalf("Parse(%q): asked again about what is offered: %+v", text, *again)
			}
			return
		}
		if len(got) == 0 || len(got) > invite.MaxInvitations {
			t.Fatalf("Parse(%q): %d invitations", text, len(got))
		}
		var again []string
		for _, i := range got {
			checkReadable(t, i)
			again = append(again, typedSafely(i))
		}
		if back, err := invite.Parse(strings.Join(again, "\n")); err != nil || !slices.Equal(back, got) {
			t.Fatalf("Parse(%q) = %+q, and typed again %+q, %v", text, got, back, err)
		}
	})
}

// parse returns only the error.
func parse(text string) error {
	_, err := invite.Parse(text)
	return err
}

// checkReadable checks what is promised of every invitation that Parse returns.
func checkReadable(t *testing.T, i invite.Invitation) {
	if i.UIN == 0 || i.Name == "" {
		t.Fatalf("%+q has no UIN or no name", i)
	}
	for _, s := range []string{i.Name, i.Remark} {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > invite.MaxCharacters || strings.TrimSpace(s) != s {
			t.Fatalf("%+q is invalid, too long or not trimmed", s)
		}
		before := rune(0)
		for _, r := range s {
			joins := strings.ContainsRune("\u200c\u200d\ufe0f", r) && before > unicode.MaxLatin1 ||
				r == '\ufe0f' && strings.ContainsRune("0123456789#*©®", before)
			before = r
			if joins {
				continue
			}
			if !unicode.IsGraphic(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector) || r != ' ' && unicode.IsSpace(r) {
				t.Fatalf("%+q holds U+%04X", s, r)
			}
		}
	}
}
