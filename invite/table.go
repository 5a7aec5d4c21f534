package invite

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Row is an invitation and where it stood in a form: the field from 0, and in what was pasted there the line from 1 on which the
// row begins, a header and empty rows included.
type Row struct {
	Invitation
	Field, Line int
}

// RowError tells what in a field of a form isn't an invitation. Its Line is where the row begins, and its Copy is the row only.
type RowError struct {
	Field int // from 0
	*ParseError
}

// Error tells the problem in a few words, with the numbers of the field and the line.
func (e RowError) Error() string { return fmt.Sprintf("field %d: %v", e.Field+1, e.ParseError) }

// Unwrap returns the *[ParseError].
func (e RowError) Unwrap() error { return e.ParseError }

// ReadTable reads accounts as they stand in the fields of a form, typed or pasted from a spreadsheet: one account a row, blank
// rows skipped, at most [MaxInvitations] in all fields. What is wrong with each row is told, of too many rows only the first.
// An empty form is [NoAccount]. Nothing is decoded: a form delivers what was typed.
//
// A row's cells are parted by tabs, commas or semicolons, also full-width ones, and quoted as CSV has it; a quoted cell may
// have line breaks, which count as spaces. Chinese and other quotes keep a comma, too, and stay where a remark has them. A row without any is a line as [Parse] reads it, and so is one that begins with a
// UIN and has none in a cell of its own.
//
// The columns are UIN, name and remark, whatever empty ones are among them, unless all rows say otherwise: where a header
// names the UIN and the name, only the columns are read that it names, in all rows below, also in the next field. Without
// one, the UIN is where 12 digits stand. Left of it may stand a column that counts the rows, or the name if there is no
// other column. Anything else is refused, and so is a text that would be dropped without anybody having said so.
//
// All that Parse refuses is refused here. A name in a cell of its own isn't parted at a dash nor asked about if it is quoted, has a
// header, or has another cell behind it. A UIN in a cell of its own may be parted into thousands; one that a spreadsheet has rounded is
// [RoundedUIN]. A name or remark that is nothing but the UIN of another account is [SeveralUINs], as nobody knows which of
// them is meant.
func ReadTable(fields ...string) (rows []Row, wrong []RowError) {
	first := make(map[UIN]Row)
	tooMany := false
	for _, r := range rowsOf(fields) {
		i, problem := r.read()
		before, twice := first[i.UIN]
		switch {
		case problem != nil:
		case twice:
			problem = twiceTheUIN(before, r.field)
		case tooMany:
			continue
		case len(rows) == MaxInvitations:
			tooMany, problem = true, &ParseError{Part: r.text, Problem: TooMany, Number: MaxInvitations}
		}
		if problem != nil {
			wrong = append(wrong, r.wrong(problem))
			continue
		}
		row := Row{Invitation: i, Field: r.field, Line: r.line}
		first[i.UIN] = row
		rows = append(rows, row)
	}
	if len(rows)+len(wrong) == 0 {
		wrong = []RowError{{ParseError: &ParseError{Line: 1, Lines: 1, Problem: NoAccount}}}
	}
	return rows, wrong
}

// twiceTheUIN tells where the UIN is already, and in which field if it isn't this one.
func twiceTheUIN(before Row, field int) *ParseError {
	problem := &ParseError{Part: before.UIN.String(), Problem: TwiceTheUIN, Number: before.Line}
	if before.Field != field {
		problem.FormField = before.Field + 1
	}
	return problem
}

// wrong is a problem with where it was found.
func (r record) wrong(problem *ParseError) RowError {
	if problem.Copy == "" {
		problem.Copy = r.text
	}
	problem.Copy, problem.Part = withoutHidden(oneLine(problem.Copy)), quotable(oneLine(problem.Part))
	problem.Line, problem.Lines = r.line, r.lines
	return RowError{Field: r.field, ParseError: problem}
}

// read reads one row.
func (r record) read() (i Invitation, problem *ParseError) {
	switch {
	case !utf8.ValidString(r.text):
		problem = &ParseError{Part: r.text, Problem: NotText}
	case r.table == nil:
		i, problem = readLine(r.cells[0].text)
	default:
		i, problem = r.table.columns.read(r)
	}
	if problem != nil {
		return Invitation{}, problem
	}
	return i, i.onlyUIN()
}

// onlyUIN refuses a name or a remark that is nothing but another UIN, also one that a spreadsheet has rounded.
func (i Invitation) onlyUIN() *ParseError {
	for _, text := range []string{i.Name, i.Remark} {
		other, problem := cellUIN(text)
		switch {
		case problem != nil && problem.Problem == RoundedUIN:
			return problem
		case problem == nil && other.usual() && other != i.UIN:
			return &ParseError{Part: text, Problem: SeveralUINs}
		}
	}
	return nil
}

// read reads a row by its columns.
func (c columns) read(r record) (Invitation, *ParseError) {
	if c.unclear {
		return Invitation{}, &ParseError{Part: r.text, Problem: UnclearColumns}
	}
	typed := r.cell(c.uin).text
	if _, ok := realUIN(typed); !ok && !c.named {
		if problem := r.meantOtherUIN(c.uin); problem != nil {
			return Invitation{}, problem
		}
	}
	uin, problem := cellUIN(typed)
	if problem != nil {
		return Invitation{}, orRow(problem, r)
	}
	for n, cell := range r.cells {
		if cell.text != "" && !c.knows(n) {
			return Invitation{}, &ParseError{Part: cell.text, Problem: ExtraColumn}
		}
	}
	name, more := r.nameIn(c)
	remark := strings.FieldsFunc(r.cell(c.remark).text, space)
	remark = slices.Concat(more, remark)
	i, problem := named(uin, typed, name, remark)
	if problem == nil {
		problem = meantNoZeros(uin, typed, name, remark)
	}
	if problem != nil {
		return i, problem
	}
	if _, other := otherUIN(i); other && c.name < c.uin {
		return i, &ParseError{Part: i.Name, Problem: SeveralUINs}
	}
	if !c.ownCell(r) {
		return i, meantRemark(uin, name, more)
	}
	return i, nil
}

// ownCell tells whether the name was given as a cell of a table: quoted, below a header or with another cell behind it. All of it is
// the name then. What stands last may have been typed.
func (c columns) ownCell(r record) bool {
	return c.named || r.cell(c.name).quoted || len(r.cells) > c.name+1
}

// nameIn reads the name's cell, with the remark that may stand in it behind a dash.
func (r record) nameIn(c columns) (name, remark []string) {
	text := r.cell(c.name).text
	if c.ownCell(r) {
		return strings.FieldsFunc(text, space), nil
	}
	return partsOf(text)
}

// Row is an invitation as a row that [ReadTable] reads so: quoted where it would be read as something else.
func (i Invitation) Row() string {
	plain := i.row(func(text string) string { return text })
	if rows, _ := ReadTable(plain); len(rows) == 1 && rows[0].Invitation == i {
		return plain
	}
	return i.row(func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` })
}

// row parts by tabs what there is.
func (i Invitation) row(cell func(string) string) string {
	row := i.UIN.String() + "\t" + cell(i.Name)
	if i.Remark != "" {
		row += "\t" + cell(i.Remark)
	}
	return row
}

// orRow has a problem quote all of the row where there is nothing in the cell.
func orRow(problem *ParseError, r record) *ParseError {
	if problem.Part == "" {
		problem.Part = r.text
	}
	return problem
}

// meantOtherUIN asks about a row without a real UIN what [Parse] asks. What was quoted is one word.
func (r record) meantOtherUIN(from int) *ParseError {
	var texts []string
	for _, cell := range r.cells[min(from, len(r.cells)):] {
		if cell.quoted {
			cell.text = `"` + cell.text + `"`
		}
		texts = append(texts, cell.text)
	}
	between := " "
	if r.separator == '\t' {
		between = "\t"
	}
	words, remark := partsOf(strings.Join(texts, between))
	if len(words) == 0 {
		return nil
	}
	return meantOtherUIN(words, remark)
}
