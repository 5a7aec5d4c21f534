package invite_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

// TestReadTable has what spreadsheets write and people type, of the same two accounts.
func TestReadTable(t *testing.T) {
	for text, from := range map[string]int{ // the line of the first; the second is on the next one
		// By hand, as the command reads it.
		"100012345678 Alice\n100012345699 Bob -- Data team":              1,
		"100012345678　Alice\n＃１０００１２３４５６９９　「Bob」——Data team":             1,
		"100012345678, Alice\n100012345699, Bob, Data team":              1,
		"100012345678, Alice\n100012345699 Bob -- Data team":             1,
		"100012345678，Alice\n100012345699；Bob；Data team":                 1,
		"100012345678 : Alice\n100012345699、Bob -- Data team":            1,
		"100012345678,Alice\n100012345699,Bob,Data team\nUIN,Name\n":     1,
		"\n\n  100012345678 Alice  \n\t100012345699\tBob\tData team\n\n": 3,
		"Alice, 100012345678\n100012345699 Bob -- Data team":             1,

		// Copied cells: Excel, Numbers, WPS and Google Sheets part them by tabs.
		"100012345678\tAlice\t\r\n100012345699\tBob\tData team\r\n":                            1,
		"100012345678\tAlice\r100012345699\tBob\tData team\r":                                  1,
		"\ufeff100012345678\tAlice\n100012345699\tBob\tData team":                              1,
		"\t\t100012345678\t\tAlice\t\t\t\n\t\t100012345699\t\tBob\t\tData team\t":              1,
		"100012345678\u00a0\t\u00a0Alice\n100012345699 \tBob\tData\u00a0team":                  1,
		"UIN\tName\tRemark\n100012345678\tAlice\t\n100012345699\tBob\tData team":               2,
		"\t\t\n\n账号 ID\t成员名称\t备注\n100012345678\tAlice\t\n100012345699\tBob\tData team":         4,
		"主账号\n100012345678\tAlice\n100012345699\tBob\tData team":                               2,
		"1\t100012345678\tAlice\t\n2\t100012345699\tBob\tData team":                            1,
		"7.\t100012345678\tAlice\n9.\t100012345699\tBob\tData team":                            1,
		"序号\t姓名\t部门\tUIN\t备注\n1\tAlice\tx\t100012345678\t\n2\tBob\ty\t100012345699\tData team": 2,
		"Name\tUIN\tNote\nAlice\t100012345678\t\nBob\t100012345699\tData team":                 2,
		"100012345678\tAlice\t\n100012345699\t\"Bob\"\t\"Data\nteam\"":                         1,
		"100 012 345 678\tAlice\n100,012,345,699\tBob\tData team":                              1,
		"100,012,345,678.00\tAlice\n100012345699.0\tBob\tData team":                            1,
		"'100012345678\tAlice\n=\"100012345699\"\tBob\tData team":                              1,

		// CSV files: with commas, and with semicolons where the comma is in numbers.
		"\"100012345678\",\"Alice\",\"\"\r\n\"100012345699\",\"Bob\",\"Data team\"\r\n":      1,
		"\"100,012,345,678\",Alice\n\"100,012,345,699\",Bob,Data team":                       1,
		"\ufeff\"UIN\",\"Name\",\"Remark\"\n100012345678,Alice,\n100012345699,Bob,Data team": 2,
		"UIN;Name;Remark\n100012345678;Alice;\n100012345699;Bob;Data team":                   2,
		"账号，姓名，备注\n100012345678，Alice\n100012345699,Bob,Data team":                           2,
		",,,\n,100012345678,Alice,,,\n,100012345699,Bob,Data team,,":                         2,
		"1, 100012345678, Alice\n2, 100012345699, Bob, Data team":                            1,
	} {
		want := []invite.Row{
			{Invitation: invite.Invitation{UIN: 100012345678, Name: "Alice"}, Line: from},
			{Invitation: invite.Invitation{UIN: 100012345699, Name: "Bob", Remark: "Data team"}, Line: from + 1},
		}
		if got, wrong := invite.ReadTable(text); len(wrong) > 0 || !slices.Equal(got, want) {
			t.Errorf("ReadTable(%q) = %+v, %v, want %+v", text, got, wrong, want)
		}
	}
}

// TestReadTableRows has single rows whose reading says something about names and remarks.
func TestReadTableRows(t *testing.T) {
	for text, want := range map[string]invite.Invitation{
		"100012345678,\"Alice, Inc.\",":                           {Name: "Alice, Inc."},
		"100012345678\tAlice, Inc.; Sons\tx":                      {Name: "Alice, Inc.; Sons", Remark: "x"},
		"100012345678;Alice, Inc.;x":                              {Name: "Alice, Inc.", Remark: "x"},
		"100012345678 Alice, Inc. -- x":                           {Name: "Alice, Inc.", Remark: "x"},
		"100012345678 \"Alice, Inc.\"":                            {Name: "Alice, Inc."},
		"\"100012345678 Alice, Inc.\"":                            {Name: "Alice, Inc."},
		"100012345678, \"Alice \"\"Al\"\" Smith\" ,\"x\"\"\"":     {Name: "Alice \"Al\" Smith", Remark: "x\""},
		"100012345678\t\"Alice\n\n Smith\"\t\"a\nb\"":             {Name: "Alice Smith", Remark: "a b"},
		"100012345678,\"Al\tice; x\",y":                           {Name: "Al ice; x", Remark: "y"},
		"100012345678\tAl \"the cat\" Smith\t":                    {Name: "Al \"the cat\" Smith"},
		"100012345678\t\"Al\" Smith\tx":                           {Name: "\"Al\" Smith", Remark: "x"},
		"100012345678\t“Alice”\tx":                                {Name: "Alice", Remark: "x"},
		"100012345678\tAlice -- a\tb":                             {Name: "Alice -- a", Remark: "b"},
		"100012345678\t\"Alice -- data\"\tr":                      {Name: "Alice -- data", Remark: "r"},
		"100012345678\t\"Alice -- data\"":                         {Name: "Alice -- data"},
		"100012345678,\"A — B\"":                                  {Name: "A — B"},
		"100012345678\t陈——明\t":                                    {Name: "陈——明"},
		"UIN,Name\n100012345678,Alice -- data":                    {Name: "Alice -- data"},
		"100012345678,Alice “x -- y”":                             {Name: "Alice “x -- y”"},
		"１０００１２３４５６７８，“陈，小明”，财务部":                                 {Name: "陈，小明", Remark: "财务部"},
		"１０００１２３４５６７８，「陈，小明」，财务部":                                 {Name: "陈，小明", Remark: "财务部"},
		"100012345678；『陈；小明』 ；财务部":                                {Name: "陈；小明", Remark: "财务部"},
		"１０００１２３４５６７８，\"陈，小明\"，财务部":                               {Name: "陈，小明", Remark: "财务部"},
		"１０００１２３４５６７８，＂陈，小明＂，财务部":                                 {Name: "陈，小明", Remark: "财务部"},
		"100012345678，“陈，小明”":                                     {Name: "陈，小明"},
		"100012345678，“陈，小明”——财务部":                                {Name: "陈，小明", Remark: "财务部"},
		"100012345678,\"Lee, Bob\" -- x":                          {Name: "Lee, Bob", Remark: "x"},
		"100012345678,Alice,“why, oh why”":                        {Name: "Alice", Remark: "“why, oh why”"},
		"UIN，姓名，备注\n100012345678，“陈，小明”，“财务，部”":                   {Name: "陈，小明", Remark: "“财务，部”"},
		"100012345678\t“Al\tthe cat”":                             {Name: "“Al", Remark: "the cat”"},
		"100012345678,Alice -- a":                                 {Name: "Alice", Remark: "a"},
		"100012345678\tAlice\t-- x":                               {Name: "Alice", Remark: "-- x"},
		"100012345678\tCentre for Data\t":                         {Name: "Centre for Data"},
		"100012345678,\"Centre for Data\"":                        {Name: "Centre for Data"},
		"UIN,Name\n100012345678,Centre for Data":                  {Name: "Centre for Data"},
		"100012345678 Alice\tSmith\tx":                            {Name: "Alice Smith", Remark: "x"},
		"Alice, 100012345678":                                     {Name: "Alice"},
		"Name,UIN,Department\nAlice,100012345678,Legal":           {Name: "Alice"},
		"Account ID (required)\tAlias\n100012345678\tAlice":       {Name: "Alice"},
		"100012345678\tA &lt;B&gt; &amp; <C>\t<tel:1|2>":          {Name: "A &lt;B&gt; &amp; <C>", Remark: "<tel:1|2>"},
		"100012345678 <mailto:a@b.example|a@b.example>":           {Name: "<mailto:a@b.example|a@b.example>"},
		"100012345678\t100012345678\tx":                           {Name: "100012345678", Remark: "x"},
		"Name,UIN,Owner\nAlice,100012345678,100012345699":         {Name: "Alice"},
		"UIN,Name,Phone\n100012345678,Alice,13800138000":          {Name: "Alice"},
		"Team\tUIN\tAccount name\nx\t100012345678\tAlice":         {Name: "Alice"},
		"Name (English)\tTencent Cloud UIN*\nAlice\t100012345678": {Name: "Alice"},
	} {
		want.UIN = 100012345678
		got, wrong := invite.ReadTable(text)
		if len(wrong) > 0 || len(got) != 1 || got[0].Invitation != want {
			t.Errorf("ReadTable(%q) = %+v, %v, want %+v", text, got, wrong, want)
		}
	}
}

func TestReadTableErrors(t *testing.T) {
	long := strings.Repeat("é", 129)
	for _, tt := range []struct {
		text    string
		line    int
		problem invite.Problem
		part    string
	}{
		{"", 1, invite.NoAccount, ""},
		{" \n\t\t\n,,;\n\u00a0\u200b\ufeff\r\n\"\",\"\"", 1, invite.NoAccount, ""},
		{"UIN,Name\n,\n", 1, invite.NoAccount, ""},
		{"100012345678", 1, invite.NoName, "100012345678"},
		{"\nUIN,Name\n100012345678,", 3, invite.NoName, "100012345678"},
		{"1,100012345678", 1, invite.NoName, "100012345678"},
		{"100012345678,,x\n100012345699,Bob,y", 1, invite.NoName, "100012345678"},
		{",Alice,x\n100012345699,Bob,y", 1, invite.NoUIN, ",Alice,x"},
		{"TBD,Alice\n100012345699,Bob", 1, invite.NotUIN, "TBD"},
		{"测试账号,Alice\n100012345699,Bob", 1, invite.NotUIN, "测试账号"},
		{"100012345699,Bob\nTotal: 1", 2, invite.NotUIN, "Total:"},
		{"UIN,Name,2024\n100012345699,Bob", 1, invite.NotUIN, "UIN"},
		{"0,Alice", 1, invite.UINZero, "0"},
		{"99999999999999999999\tAlice", 1, invite.UINTooLarge, "99999999999999999999"},
		{"########\tAlice", 1, invite.NotUIN, "########"},
		{"1.00012E+11\tAlice", 1, invite.RoundedUIN, "1.00012E+11"},
		{"100012345699\tBob\n1.00012E+11\tAlice", 2, invite.RoundedUIN, "1.00012E+11"},
		{"1,00012E+11;Alice", 1, invite.RoundedUIN, "1,00012E+11"},
		{"Alice,1.00012345678E+11", 1, invite.RoundedUIN, "1.00012345678E+11"},
		{"1E+11,Alice", 1, invite.RoundedUIN, "1E+11"},
		{"100,012,345,678,Alice", 1, invite.UINInGroups, "100 012 345 678"},
		{"1000-1234-5678\tAlice", 1, invite.UINInGroups, "1000-1234-5678"},
		{"1OOO12345678\tAlice\tx", 1, invite.UINInLetters, "1OOO12345678"},
		{"100012345699,Bob\nAlice,100012345678", 2, invite.UINLast, "100012345678"},
		{"100012345678 Alice for data", 1, invite.RemarkInName, "Alice for data"},
		{"100012345678, Alice for data", 1, invite.RemarkInName, "Alice for data"},
		{"100012345678\t100012345699", 1, invite.SeveralUINs, "100012345699"},
		{"100012345678 Alice -- 100 012 345 699", 1, invite.SeveralUINs, "100 012 345 699"},
		{"100012345678\tAlice\t1.00012E+11", 1, invite.RoundedUIN, "1.00012E+11"},
		{"100012345678：--", 1, invite.NoName, "100012345678"},
		{"100012345678 Alice, 100012345699", 1, invite.SeveralUINs, "100012345678 Alice"},
		{"100012345678\tAlice\tx\ty", 1, invite.ExtraColumn, "y"},
		{"100012345678,Alice, Inc., x", 1, invite.ExtraColumn, "x"},
		{"UIN,Name\n100012345678,Alice,x", 2, invite.ExtraColumn, "x"},
		{"Data team\t100012345678\tAlice", 1, invite.UnclearColumns, "Data team 100012345678 Alice"},
		{"UIN\tName\tName\n100012345678\tAlice\tBob", 2, invite.UnclearColumns, "100012345678 Alice Bob"},
		{"3\t100012345678\tAlice", 1, invite.UnclearColumns, "3 100012345678 Alice"},
		{"100012345678,Alice\n\n100012345678 Bob", 3, invite.TwiceTheUIN, "100012345678"},
		{"100012345699,Bob\n0100012345678,Alice", 2, invite.UINZeros, "0100012345678"},
		{"UIN\tName\n000000000012\tAlice", 2, invite.UINZeros, "000000000012"},
		{"0100012345678 Alice", 1, invite.UINZeros, "0100012345678"},
		{"1e11\tAlice", 1, invite.RoundedUIN, "1e11"},
		{"Alice,1E11", 1, invite.RoundedUIN, "1E11"},
		{"100012345678\tAl\u200bice", 1, invite.Hidden, "Al�ice"},
		{"100012345678\tAlice\tx\u202ey", 1, invite.Hidden, "x�y"},
		{"100012345678\t\u200bAlice", 1, invite.Hidden, "�Alice"},
		{"100012345678\tZ" + strings.Repeat("\u0336", 4), 1, invite.Piled, "Z" + strings.Repeat("\u0336", 4)},
		{"100012345678,Alice," + long, 1, invite.TooLong, long[:120] + "…"},
		{"100012345678,Al\xffice", 1, invite.NotText, "100012345678,Al�ice"},
		{"100012345699\t\"Bob\nCarol\"\tx\n5", 3, invite.NoName, "5"},
		{"100012345678\t\"Alice\n5\tBob \"the cat\"\t\n6\t", 3, invite.NoName, "6"}, // no quote is closed
		{lines(invite.MaxInvitations + 1), 101, invite.TooMany, "101 Alice"},
	} {
		_, wrong := invite.ReadTable(tt.text)
		if len(wrong) != 1 || wrong[0].Line != tt.line || wrong[0].Problem != tt.problem || wrong[0].Part != tt.part {
			t.Errorf("ReadTable(%q): %+v, want %+v", tt.text, wrong, tt)
			continue
		}
		if text := wrong[0].Error(); !strings.Contains(text, string(tt.problem)) || !strings.Contains(text, "field 1") {
			t.Errorf("ReadTable(%q): the error %q doesn't tell the problem", tt.text, text)
		}
	}
}

// TestReadTableReportsEveryRow: one look at the form is enough to mend all of it.
func TestReadTableReportsEveryRow(t *testing.T) {
	rows, wrong := invite.ReadTable("UIN,Name,Remark\n100012345678,Alice,\n1.0E+11,Bob\n\n1000,Al\u200bice,\"a\nb\"\n5,Carol,",
		"6 Dave\n1OOO12345678 Eve\n100012345678,Al")
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%d %d %s %s", r.Field, r.Line, r.UIN, r.Name))
	}
	for _, w := range wrong {
		got = append(got, fmt.Sprintf("%d %d/%d %s %s %d %d %q", w.Field, w.Line, w.Lines, w.Problem, w.Meant, w.Number, w.FormField, w.Copy))
	}
	want := []string{
		"0 2 100012345678 Alice", "0 7 5 Carol", "1 1 6 Dave",
		`0 3/7 a number that a spreadsheet has rounded  0 0 "1.0E+11,Bob"`,
		`0 5/7 a character that can't be seen  0 0 "1000,Alice,\"a b\""`,
		`1 2/3 a UIN with letters in place of digits 100012345678 0 0 "100012345678 Eve"`,
		`1 3/3 UIN of an earlier line  2 1 "100012345678,Al"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRowIsReadAsItWasWritten: the form begins with such rows, and nobody should have to mend what the bot wrote.
func TestRowIsReadAsItWasWritten(t *testing.T) {
	for want, i := range map[string]invite.Invitation{
		"100012345678\tAlice Smith":                {Name: "Alice Smith"},
		"100012345678\tAlice -- data\tfor us":      {Name: "Alice -- data", Remark: "for us"},
		"100012345678\t\"Alice -- data\"":          {Name: "Alice -- data"},
		"100012345678\t\"Centre for Data\"":        {Name: "Centre for Data"},
		"100012345678\t\"陈——明\"":                   {Name: "陈——明"},
		"100012345678\t\"\"\"a\"\" -- \"\"b\"\"\"": {Name: `"a" -- "b"`},
		"100012345678\t\"Alice\"\t\"\"\"why\"\"\"": {Name: "Alice", Remark: `"why"`},
		"100012345678\t陈，小明\t“why”":                {Name: "陈，小明", Remark: "“why”"},
	} {
		i.UIN = 100012345678
		if i.Row() != want {
			t.Errorf("%+v is written as %q, want %q", i, i.Row(), want)
		}
		if rows, wrong := invite.ReadTable("100012345699\tBob\tx\n" + i.Row()); len(wrong) > 0 || rows[1].Invitation != i {
			t.Errorf("%q is read as %+v, %v", i.Row(), rows, wrong)
		}
	}
}

// TestReadTableKeepsToItsHeader: it says what the columns are, in the next field too, however the rows are parted and whatever
// stands in between.
func TestReadTableKeepsToItsHeader(t *testing.T) {
	for _, between := range []string{"\n", "\n100012345671 Carol\n", "\n100012345671, x, Carol\n"} {
		rows, wrong := invite.ReadTable("UIN, Team, Name\n100012345678\tx\tAlice"+between, "", "100012345699\ty\tBob")
		if last := len(rows) - 1; len(wrong) > 0 || rows[0].Name != "Alice" || rows[last].Name != "Bob" || rows[last].Field != 2 {
			t.Errorf("%q between: %+v, %v", between, rows, wrong)
		}
	}
}

// TestReadTableTakesAsManyAsAllowed: in all fields together, and of those too many only the first is told.
func TestReadTableTakesAsManyAsAllowed(t *testing.T) {
	many := strings.Split(lines(invite.MaxInvitations+5), "\n")
	rows, wrong := invite.ReadTable(strings.Join(many[:60], "\n"), strings.Join(many[60:], "\n"))
	if len(rows) != invite.MaxInvitations || len(wrong) != 1 || wrong[0].Problem != invite.TooMany || wrong[0].Field != 1 || wrong[0].Line != 41 {
		t.Errorf("%d rows, %v", len(rows), wrong)
	}
}

func BenchmarkReadTable(b *testing.B) {
	var table strings.Builder
	table.WriteString("UIN\tName\tRemark\n")
	for n := range invite.MaxInvitations {
		fmt.Fprintf(&table, "%d\tAlice Smith\t\"Data, \"\"x\"\"\"\n", 100012345600+n)
	}
	for b.Loop() {
		if rows, wrong := invite.ReadTable(table.String()); len(rows) != invite.MaxInvitations || len(wrong) > 0 {
			b.Fatal(len(rows), wrong)
		}
	}
}

// TestUnreadColumns are named, so that nobody believes them read.
func TestUnreadColumns(t *testing.T) {
	for _, tt := range []struct {
		fields []string
		want   []string
	}{
		{[]string{"UIN\tName\tDepartment\n100012345678\tAlice\tFinance"}, []string{"Department"}},
		{[]string{"No.,UIN,Name,Department,,Notes\n1,100012345678,Alice,Finance,x,y\n2,100012345699,Bob,,,"}, []string{"Department", "E"}},
		{[]string{"UIN\tName\tDepartment\n100012345678\tAlice\t"}, nil},
		{[]string{"UIN\tName\tDepartment\n100012345678\tAlice", "100012345699\tBob\tFinance"}, []string{"Department"}},
		{[]string{"账号,姓名,部门\n100012345678,Alice,财务"}, []string{"部门"}},
		{[]string{"100012345678\tAlice\tFinance"}, nil}, // a remark
	} {
		if got := invite.UnreadColumns(tt.fields...); !slices.Equal(got, tt.want) {
			t.Errorf("UnreadColumns(%q) = %q, want %q", tt.fields, got, tt.want)
		}
	}
}
