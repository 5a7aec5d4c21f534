package invite

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Which column of a table is what.

// table is rows with the same columns, parted alike or below one header.
type table struct {
	columns
	rows []record
}

// columns tells where the UIN, the name and the remark stand; -1 is nowhere.
type columns struct {
	uin, name, remark, index int
	headings                 []cell // of the header that names them, if one does
	named                    bool   // by a header, so that what it calls otherwise isn't read: [UnreadColumns]
	unclear                  bool   // nobody can tell
}

// knows tells whether a column is read, or was said to be something else.
func (c columns) knows(n int) bool {
	return n == c.uin || n == c.name || n == c.remark || n == c.index || n < len(c.headings)
}

// rowsOf reads the rows in the fields of a form, each with its table. What a header says goes for all rows below it; without
// one, those parted by the same separator are a table. A line typed by hand may stand anywhere, and has none.
func rowsOf(fields []string) []record {
	var rows []record
	var below *table // a header
	var tables []*table
	of := map[rune]*table{}
	for field, text := range fields {
		for n, r := range recordsIn(field, text) {
			if header, ok := headerOf(r, n == 0); ok {
				below = header
				clear(of)
				continue
			}
			if by := asASCII(r.separator); by != typedByHand {
				if r.table = cmp.Or(below, of[by]); r.table == nil {
					r.table = new(table)
					of[by], tables = r.table, append(tables, r.table)
				}
				r.table.rows = append(r.table.rows, r)
			}
			rows = append(rows, r)
		}
	}
	for _, t := range tables {
		t.columns = columnsOf(t.rows)
	}
	return rows
}

// UnreadColumns are the columns in which something stands that [ReadTable] doesn't read, by what their header calls them: neither a UIN, a name
// nor a remark. One without a heading has its letter, as spreadsheets call it. Columns that count the rows aren't among them.
func UnreadColumns(fields ...string) (unread []string) {
	var seen []*table
	for _, r := range rowsOf(fields) {
		if r.table == nil || !r.table.named || slices.Contains(seen, r.table) {
			continue
		}
		seen = append(seen, r.table)
		for n, heading := range r.table.headings {
			if read := n == r.table.uin || n == r.table.name || n == r.table.remark; read || !r.table.has(n) || counts(r.table.rows, n) {
				continue
			}
			if unread = append(unread, heading.text); heading.text == "" {
				unread[len(unread)-1] = letter(n)
			}
		}
	}
	slices.Sort(unread)
	return slices.Compact(unread)
}

// has says whether something stands in a column.
func (t *table) has(column int) bool {
	return slices.ContainsFunc(t.rows, func(r record) bool { return r.cell(column).text != "" })
}

// letter is what a spreadsheet calls a column.
func letter(column int) string {
	if column >= 26 {
		return letter(column/26-1) + letter(column%26)
	}
	return string(rune('A' + column))
}

// columnsOf tells from the rows alone what their columns are.
func columnsOf(records []record) columns {
	c := columns{uin: -1, name: -1, remark: -1, index: -1}
	var texts []int // columns that have any
	for _, r := range records {
		if at := slices.IndexFunc(r.cells, wasRealUIN); at >= 0 && (c.uin < 0 || at < c.uin) {
			c.uin = at
		}
		for n, cell := range r.cells {
			if cell.text != "" && !slices.Contains(texts, n) {
				texts = append(texts, n)
			}
		}
	}
	slices.Sort(texts)
	if c.uin < 0 {
		c.uin = texts[0]
	}
	if texts[0] < c.uin && counts(records, texts[0]) {
		c.index = texts[0]
	}
	texts = slices.DeleteFunc(texts, func(n int) bool { return n == c.uin || n == c.index })
	if len(texts) > 0 {
		c.name = texts[0]
		c.unclear = c.name < c.uin && len(texts) > 1
	}
	if len(texts) > 1 {
		c.remark = texts[1]
	}
	return c
}

// counts tells whether a column counts the rows: a number in each, larger than that before it, and a single one is 1.
func counts(records []record, column int) bool {
	before, rows := -1, 0
	for _, r := range records {
		number, err := strconv.Atoi(strings.TrimRight(r.cell(column).text, ".、)"))
		if err != nil || number <= before || number > 9999 {
			return false
		}
		before, rows = number, rows+1
	}
	return rows > 1 || before == 1
}

// headerOf reads a row that names columns. It has no number, and names the UIN and the name; at the top of a field, one of these is
// enough, but then the columns are told from the rows, and there is no table. Two columns of one name make it unclear.
func headerOf(r record, top bool) (t *table, ok bool) {
	if slices.ContainsFunc(r.cells, func(c cell) bool { return strings.ContainsFunc(c.text, unicode.IsDigit) }) {
		return nil, false
	}
	at := map[heading][]int{}
	for n, cell := range r.cells {
		at[headingOf(cell.text)] = append(at[headingOf(cell.text)], n)
	}
	both := len(at[uinHeading]) > 0 && len(at[nameHeading]) > 0
	if !both {
		return nil, top && len(at[uinHeading])+len(at[nameHeading]) > 0
	}
	c := columns{uin: at[uinHeading][0], name: at[nameHeading][0], remark: -1, index: -1, headings: r.cells, named: true}
	if remarks := at[remarkHeading]; len(remarks) > 0 {
		c.remark = remarks[0]
	}
	c.unclear = max(len(at[uinHeading]), len(at[nameHeading]), len(at[remarkHeading])) > 1
	return &table{columns: c}, true
}

// heading is what a header calls a column.
type heading int

const (
	noHeading heading = iota
	uinHeading
	nameHeading
	remarkHeading
)

// The words of which headings are made: of several languages, in lower case, without spaces.
const (
	uinWords = `uin|uid|ids?|accounts?|number|konto|kontonummer|compte|cuenta|conta|` +
		`账号|帐号|账户|帐户|賬號|帳號|賬戶|帳戶|アカウント|계정`
	nameWords = `names?|nickname|nom|nombre|nome|` +
		`名称|名稱|姓名|名字|昵称|暱稱|名|名前|이름`
	remarkWords = `remarks?|notes?|comments?|memo|description|bemerkung|kommentar|notiz|` +
		`备注|備註|备考|说明|說明|描述|备註|備考|메모|비고`
	otherWords = `the|of|to|and|no|nr|optional|required|member|user|owner|main|root|sub|full|display|company|customer|tencent|cloud|new|invited?|` +
		`腾讯云|騰訊雲|腾讯|成员|成員|会员|主|子|云|用户|用戶|客户|客戶|公司|` +
		`企业|企業|组织|组織|显示|被|受|邀请|邀請|号码|號碼|号|的|或|和|与|必填|选填|可选|填写|请`
)

var (
	headingWords = regexp.MustCompile(`^(` + uinWords + `|` + nameWords + `|` + remarkWords + `|` + otherWords + `)+$`)
	headings     = []struct {
		words *regexp.Regexp
		is    heading
	}{
		{regexp.MustCompile(remarkWords), remarkHeading},
		{regexp.MustCompile(nameWords), nameHeading},
		{regexp.MustCompile(uinWords), uinHeading},
	}
)

// headingOf tells what a cell of a header names. It has to be made of such words only, lest somebody's name is taken for one.
func headingOf(text string) heading {
	words := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(asASCII(r))
		}
		return -1
	}, text)
	if utf8.RuneCountInString(words) > MaxCharacters || !headingWords.MatchString(words) {
		return noHeading
	}
	for _, h := range headings {
		if h.words.MatchString(words) {
			return h.is
		}
	}
	return noHeading
}
