package ledger

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"
)

// formulas are texts that a spreadsheet takes for a formula, or for one behind a separator, if nothing is done.
var formulas = []string{
	"=1+1", "+1", "-1+1", "@SUM(1)", "＝1+1", " =1+1", `"=1+1`, "'=1+1", "\t=1+1", "\r\n=1+1",
	"a;=1+1", "a,=1+1", "a\t=1+1", "a|=1+1", "a:=1+1", "a; =1+1", `a;"=1+1`, `a;""=1+1`, `a,"=1+1"`, "a;;=1+1", "a;b;=1+1;-1",
	`"a";"=1+1"`, "a\n=1+1", "a;\n=1+1", "a;＋1", "a;=1+1,=2+2", `=HYPERLINK("http://x";"y")`,
}

// TestNoCellIsAFormula opens the export as spreadsheets do that part rows by another separator than the file's, some of
// which mind quotes and some of which don't.
func TestNoCellIsAFormula(t *testing.T) {
	for _, text := range formulas {
		out := exported(t, text)
		for _, separator := range ",;\t|:" {
			for _, cell := range append(parted(out, separator), minding(out, separator)...) {
				if cell = strings.TrimLeft(cell, " \"\ufeff"); cell != "-" && strings.IndexAny(cell, "=+-@＝＋－＠") == 0 {
					t.Errorf("%q, opened with %q, has the cell %q in\n%s", text, separator, cell, out)
				}
			}
		}
	}
}

// exported is an export in which a text is everywhere that people and Tencent Cloud can put one.
func exported(t *testing.T, text string) string {
	t.Helper()
	account := Account{UIN: "1000", Name: text, Remark: text}
	events := []Event{
		{ID: 1, Request: 1, Actor: Person{ID: "U1", Name: text}, Kind: Requested, Detail: Detail{Accounts: []Account{account}}},
		{ID: 2, Request: 1, Actor: Person{ID: text}, Kind: Denied, Detail: Detail{Reason: text}},
		{ID: 3, Actor: Person{ID: "U1", Name: text}, Kind: Refused, Detail: Detail{Why: NotRequester, Tried: "ask", Typed: text}},
		{ID: 4, Actor: Person{ID: "U1", Name: text}, Kind: Refused, Detail: Detail{Why: NotRequester, Tried: "ask: 1000 " + text}},
		{ID: 5, Request: 1, Kind: Failed, Attempt: 1, Detail: Detail{UIN: "1000", Code: text, Message: text, RequestID: text}},
	}
	var out bytes.Buffer
	err := exportCSV(&out, Report{Zone: time.UTC, Accounts: func(int64) ([]Account, error) { return []Account{account}, nil },
		Events: func(yield func(Event, error) bool) {
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// parted are the cells for a program that minds no quotes.
func parted(out string, separator rune) (cells []string) {
	for line := range strings.Lines(out) {
		cells = slices.Concat(cells, strings.Split(strings.TrimSpace(line), string(separator)))
	}
	return cells
}

// minding are the cells for a program that minds quotes at the beginning of a cell.
func minding(out string, separator rune) (cells []string) {
	r := csv.NewReader(strings.NewReader(out))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil // such a program can't open it
	}
	return slices.Concat(rows...)
}

// TestARowForEachAccount: an event of a request with two accounts has two, one of a single invitation has one, and what is
// of no account has one all the same.
func TestARowForEachAccount(t *testing.T) {
	both := []Account{{UIN: "1000", Name: "Alice"}, {UIN: "2000", Name: "Bob"}}
	r := Report{Accounts: func(int64) ([]Account, error) { return both, nil }}
	for what, x := range map[string]struct {
		event Event
		want  []string
	}{
		"the request as a whole":     {Event{Request: 1, Kind: Approved}, []string{"1000 Alice", "2000 Bob"}},
		"one invitation":             {Event{Request: 1, Kind: Sent, Detail: Detail{UIN: "2000"}}, []string{"2000 Bob"}},
		"a refusal on it":            {Event{Request: 1, Kind: Refused, Detail: Detail{Tried: "approve"}}, []string{"1000 Alice", "2000 Bob"}},
		"asked in vain":              {Event{Kind: Refused, Detail: Detail{Tried: "ask", Typed: "3000 Carol -- x\n4000 Dan"}}, []string{"3000 Carol", "4000 Dan"}},
		"the same in an older row":   {Event{Kind: Refused, Detail: Detail{Tried: "ask: <tel:3000|3000> Carol"}}, []string{"3000 Carol"}},
		"asked for too much to keep": {Event{Kind: Refused, Detail: Detail{Tried: "ask", Typed: "3000 Carol\n400…"}}, []string{"3000 Carol"}},
		"a duplicate":                {Event{Request: 1, Kind: Refused, Detail: Detail{Tried: "ask", Why: Duplicate, Accounts: both[1:]}}, []string{"2000 Bob"}},
		"no account":                 {Event{Kind: Refused, Detail: Detail{Tried: "approve", Why: ForeignCard}}, []string{" "}},
	} {
		accounts, err := r.about(x.event)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range accounts {
			got = append(got, a.UIN+" "+a.Name)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", what, got, x.want)
		}
	}
}
