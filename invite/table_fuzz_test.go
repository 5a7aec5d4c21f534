package invite_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/invitebot/invitebot/invite"
)

// printed writes rows as a spreadsheet does that quotes what has quotes, and names that Parse would ask about.
func printed(rows []invite.Row) string {
	var b strings.Builder
	for _, r := range rows {
		name, remark := r.Name, r.Remark
		if strings.Contains(name, `"`) || asked(r) {
			name = csv(name)
		}
		if strings.Contains(remark, `"`) {
			remark = csv(remark)
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\n", r.UIN, name, remark)
	}
	return b.String()
}

func csv(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

func asked(r invite.Row) bool {
	wrong, ok := errors.AsType[*invite.ParseError](parse(escape(r.UIN.String() + "\t" + r.Name)))
	return ok && wrong.Meant != ""
}

// FuzzReadTable: what is returned is as good as what Parse returns and reads the same when it is printed, and no line is lost:
// each begins a row or an error, is a header and has no number, or is within a quoted cell.
func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{
		"UIN\tName\tRemark\n100012345678\tAlice\t\"a\nb\"\r\n5\tBob\n",
		"\ufeff\"1\",\"a, \"\"b\"\"\"\n,,\n2,c -- d,e",
		"1,100012345678,Alice\n2,100012345699,Bob，x",
		"Alice；100012345678\rBob；1.00012E+11",
		"账号 ID,成员名称\n100,012,345,678,A\n\"100,012,345,699\",B",
		"100012345678 “A——B”\n'5\t\"-- b\"\t\"\n6 'a for b' -- 100012345678",
		"10001\t\"2345678\"\tx\n1 \"a\nb",
		"Team\tName\tUIN\nx\ty\t5\tz",
		"5，：a\n＃6、「b」\n7;\"x\" y;\"z",
		"100012345678\t\"Alice -- data\"\tr\n1,\"a, b\" -- c",
		"１０００１２３４５６７８，“陈，小明”，财务部\n2，「a，b」——c\n3,“d,e",
		"0100012345678\tA -- b\n1e11,c",
		"1 a\xff\n2 b\u200b\t\u202e",
	} {
		f.Add(seed, "100012345678\tAgain\t")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		rows, wrong := invite.ReadTable(one, two)
		if len(rows)+len(wrong) == 0 || len(rows) > invite.MaxInvitations {
			t.Fatalf("%d rows, %d errors", len(rows), len(wrong))
		}
		checkRows(t, rows)
		tooMany := slices.ContainsFunc(wrong, func(w invite.RowError) bool { return w.Problem == invite.TooMany })
		for field, text := range []string{one, two} {
			if !tooMany {
				checkLines(t, field, text, rows, wrong)
			}
		}
	})
}

// checkRows checks what is promised of rows.
func checkRows(t *testing.T, rows []invite.Row) {
	seen := map[invite.UIN]bool{}
	var want []invite.Invitation
	for _, r := range rows {
		checkReadable(t, r.Invitation)
		if seen[r.UIN] {
			t.Fatalf("%s twice", r.UIN)
		}
		seen[r.UIN], want = true, append(want, r.Invitation)
	}
	if len(rows) == 0 {
		return
	}
	again, wrong := invite.ReadTable(printed(rows))
	var got []invite.Invitation
	for _, r := range again {
		got = append(got, r.Invitation)
	}
	if len(wrong) > 0 || !slices.Equal(got, want) {
		t.Fatalf("%+q were printed as %q, which is %+q, %v", want, printed(rows), got, wrong)
	}
}

// checkLines checks that no line is lost.
func checkLines(t *testing.T, field int, text string, rows []invite.Row, wrong []invite.RowError) {
	told := map[int]bool{}
	for _, r := range rows {
		told[r.Line] = told[r.Line] || r.Field == field
	}
	for _, w := range wrong {
		told[w.Line] = told[w.Line] || w.Field == field
		if w.Problem == "" || w.Line < 1 || w.Line > w.Lines {
			t.Fatalf("an error %+v", w)
		}
	}
	quoted := false // since the last row
	for n, line := range strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n") {
		quoted = strings.Contains(line, `"`) || quoted && !told[n+1]
		if !told[n+1] && !quoted && strings.ContainsFunc(line, unicode.IsDigit) {
			t.Fatalf("line %d of %q is lost: %+v %v", n+1, text, rows, wrong)
		}
	}
}

// pieces are what tables are made of, and what may be wrong in them.
var pieces = []string{
	"100012345678", "100012345699", "100012345671", "100,012,345,678", "100 012 345 678", "1.00012E+11", "'1000", ".0",
	"５", "2", "7", "10001", "2345678",
	"Alice", "Bob", "x", "O", "l", "UIN", "Name", "Remark", "账号", "名称", " for ", " -- ", "--", "——", "－－", "—", " - ", "-",
	" ", "　", "\u00a0", "\t", "\t", ",", ", ", "，", ";", "；", "、", "：", ":", "\n", "\n", "\n", "\r\n", "\r",
	"\"", "\"\"", "“", "”", "「", "」", "'", "`",
	"=", "#", "＃", "＋", "_", "(1)", "&lt;", "\u200b", "\ufeff", "\u202e", "\xff", "é\u0336\u0336\u0336\u0336",
}

// TestReadTableOfPieces holds what FuzzReadTable does for tables of such pieces, which bytes alone seldom come upon.
func TestReadTableOfPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	piled := func() string {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	accepted := 0
	for range 3000 {
		one, two := piled(), piled()
		rows, wrong := invite.ReadTable(one, two)
		checkRows(t, rows)
		checkLines(t, 0, one, rows, wrong)
		checkLines(t, 1, two, rows, wrong)
		accepted += len(rows)
	}
	if accepted < 100 {
		t.Errorf("only %d rows were accepted", accepted)
	}
}
