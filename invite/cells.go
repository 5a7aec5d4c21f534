package invite

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rows and cells, as spreadsheets write them and people type them.

// record is one row of what was pasted that isn't blank: a line, or several where a quoted cell has line breaks.
type record struct {
	field, line, lines int // lines: that the field has
	text               string
	found              []rune // separators, but those within quotes
	separator          rune
	cells              []cell
	table              *table // nil where it was typed by hand
}

// cell has no spaces around its text, and single ones in it.
type cell struct {
	text   string
	quoted bool
}

// cell is the cell in a column, which is empty where the row is shorter, and where there is no such column.
func (r record) cell(column int) cell {
	if column < 0 || column >= len(r.cells) {
		return cell{}
	}
	return r.cells[column]
}

// The separators, and what stands for them where a row has none.
const (
	typedByHand rune = 0
	separators       = "\t,;，；"
)

func separates(r rune) bool { return strings.ContainsRune(separators, r) }

// recordsIn parts a field into its rows, and these into cells.
func recordsIn(field int, text string) []record {
	text = strings.TrimPrefix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\ufeff")
	lines := 1 + strings.Count(strings.TrimRight(text, "\n"), "\n")
	var all []record
	var likely rune
	for line := 1; text != ""; {
		length, found := firstRecord(text)
		r := record{field: field, line: line, lines: lines, text: strings.TrimLeftFunc(text[:length], spaceless), found: found}
		if likely == typedByHand {
			likely, _ = r.certain()
		}
		all = append(all, r)
		line += 1 + strings.Count(text[:length], "\n")
		text = text[min(length+1, len(text)):]
	}
	for n := range all {
		all[n].part(likely)
	}
	return slices.DeleteFunc(all, record.blank)
}

// spaceless tells whether r may stand in front of a row unseen. A tab there is an empty cell.
func spaceless(r rune) bool { return r != '\t' && (space(r) || invisible(r)) }

// blank tells whether there is nothing in a row but what parts its cells.
func (r record) blank() bool {
	return strings.TrimFunc(r.text, func(r rune) bool { return separates(r) || space(r) || invisible(r) || r == '"' || r == '\n' }) == ""
}

// firstRecord tells how much of a text its first row takes, to the end of a line that isn't within a quoted cell, and which separators
// are in it. A tab is more than the others are.
func firstRecord(text string) (length int, found []rune) {
	begins := true // a cell
	for at := 0; at < len(text); {
		if begins {
			at += shielded(text[at:], separators)
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == '\n' {
			return at, found
		}
		if begins = separates(r) || begins && space(r); separates(r) && !slices.Contains(found, r) {
			found = append(found, r)
		}
		at += size
	}
	return len(text), found
}

// quotedCell reads the quoted cell that a text begins with: up to a quote that isn't doubled, if a separator or the end of the
// line is next. Anything else is only a text with a quote in it, and so is one with a UIN on a later line of its own: there,
// somebody forgot to close the quote.
func quotedCell(text, separators string) (inside string, length int, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", 0, false
	}
	end := 1
	for {
		quote := strings.IndexByte(text[end:], '"')
		if quote < 0 {
			return "", 0, false
		}
		if end += quote + 1; !strings.HasPrefix(text[end:], `"`) {
			break
		}
		end++
	}
	next := strings.TrimLeftFunc(text[end:], func(r rune) bool { return r != '\t' && space(r) })
	if r, _ := utf8.DecodeRuneInString(next); next != "" && r != '\n' && !strings.ContainsRune(separators, r) {
		return "", 0, false
	}
	inside = strings.ReplaceAll(text[1:end-1], `""`, `"`)
	if _, more, several := strings.Cut(inside, "\n"); several {
		if _, another := uinIn(more); another {
			return "", 0, false
		}
	}
	return inside, end, true
}

// shielded is how much of a text its first quote keeps from being parted: a quoted cell, or one that a person put other quotes around, or
// a remark behind. These other quotes are none to a spreadsheet, whose tabs part what stands in them all the same.
func shielded(text, separators string) int {
	if _, length, ok := quotedCell(text, separators); ok {
		return length
	}
	first, size := utf8.DecodeRuneInString(text)
	closing := quotes[first]
	if closing == 0 || closing == '\'' {
		return 0
	}
	line, _, _ := strings.Cut(text[size:], "\n")
	line, _, _ = strings.Cut(line, "\t")
	for at, r := range line {
		end := at + utf8.RuneLen(r)
		if r == closing && endsCell(line[end:], separators) {
			return size + end
		}
	}
	return 0
}

// endsCell tells whether a cell, or a name, ends where this is next.
func endsCell(next, separators string) bool {
	next = strings.TrimLeftFunc(next, space)
	r, _ := utf8.DecodeRuneInString(next)
	word, _, _ := strings.Cut(next, " ")
	return next == "" || strings.ContainsRune(separators, r) || isDash(word) || beginsWithWideDash(word)
}

// split parts a row at one separator.
func split(row string, separator rune) []cell {
	var cells []cell
	for {
		row = strings.TrimLeftFunc(row, func(r rune) bool { return r != separator && space(r) })
		inside, length, quoted := quotedCell(row, string(separator))
		if !quoted {
			length = shielded(row, string(separator))
		}
		end := strings.IndexRune(row[length:], separator)
		if !quoted && end >= 0 {
			inside = row[:length+end]
		} else if !quoted {
			inside = row
		}
		cells = append(cells, cell{oneLine(inside), quoted})
		if end < 0 {
			return cells
		}
		row = row[length+end+utf8.RuneLen(separator):]
	}
}

// certain finds what parts a row for certain: tabs if there are any, else what leaves a UIN alone in a cell.
func (r record) certain() (separator rune, cells []cell) {
	for _, separator := range r.candidates() {
		if cells := split(r.text, separator); len(cells) > 1 && slices.ContainsFunc(cells, wasRealUIN) {
			return separator, cells
		}
	}
	return typedByHand, nil
}

// candidates are what may part a row: nothing but tabs, if there are any.
func (r record) candidates() []rune {
	if slices.Contains(r.found, '\t') {
		return []rune{'\t'}
	}
	return r.found
}

// part parts a row into cells. One that only begins with a UIN was typed by hand; another without one is parted as most likely others are.
func (r *record) part(likely rune) {
	if r.separator, r.cells = r.certain(); r.separator != typedByHand {
		return
	}
	candidates := r.candidates()
	if slices.Contains(candidates, likely) {
		candidates = []rune{likely}
	}
	uin, problem := r.firstWord()
	if len(candidates) == 0 || problem == nil && uin.usual() {
		r.cells = r.byHand()
		return
	}
	for _, r.separator = range candidates {
		if r.cells = split(r.text, r.separator); beginsWithUIN(r.cells) {
			return
		}
	}
	r.separator, r.cells = candidates[0], split(r.text, candidates[0])
	if problem == nil || len(r.cells) == 1 {
		r.separator, r.cells = typedByHand, r.byHand()
	}
}

// firstWord reads the UIN that a row begins with, if it does.
func (r record) firstWord() (UIN, *ParseError) {
	words := strings.FieldsFunc(apart(r.text), space)
	if len(words) == 0 {
		return 0, &ParseError{Problem: NoUIN}
	}
	return parseUIN(words[0])
}

// byHand is a row that isn't parted, as one cell. Its tabs stay, as they mean something to [Parse].
func (r record) byHand() []cell {
	if inside, length, ok := quotedCell(r.text, separators); ok && strings.TrimFunc(r.text[length:], space) == "" {
		return []cell{{oneLine(inside), true}}
	}
	return []cell{{strings.ReplaceAll(r.text, "\n", " "), false}}
}

// wasRealUIN tells whether a cell is a UIN, or was before a spreadsheet rounded it.
func wasRealUIN(c cell) bool {
	uin, problem := cellUIN(c.text)
	return problem == nil && uin.usual() || problem != nil && problem.Problem == RoundedUIN
}

func beginsWithUIN(cells []cell) bool {
	first := slices.IndexFunc(cells, func(c cell) bool { return c.text != "" })
	return first >= 0 && readsAsUIN(cells[first].text)
}

// realUIN reads a cell that is a UIN of 12 digits and nothing else.
func realUIN(cell string) (UIN, bool) {
	uin, problem := cellUIN(cell)
	return uin, problem == nil && uin.usual()
}

// thousands is a UIN as spreadsheets part it.
var thousands = regexp.MustCompile(`^[1-9][0-9]{2}(([,，][0-9]{3}){3}|( [0-9]{3}){3})([.]0{1,2})?$`)

// cellUIN reads a UIN that is alone in a cell.
func cellUIN(cell string) (UIN, *ParseError) {
	number := strings.TrimFunc(cell, func(r rune) bool { return space(r) || invisible(r) })
	if thousands.MatchString(number) {
		number = strings.NewReplacer(",", "", "，", "", " ", "").Replace(number)
	}
	uin, problem := parseUIN(number)
	if problem != nil {
		problem.Part = cell
	}
	return uin, problem
}

// oneLine makes single spaces of spaces and line breaks of any kind.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || space(r) }), " ")
}
