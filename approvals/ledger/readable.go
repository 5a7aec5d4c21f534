package ledger

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/invitebot/invitebot/invite"
)

// TimeColumn is the head of a column of times in a zone.
func TimeColumn(zone *time.Location) string { return "time (" + ZoneName(zone) + ")" }

// ZoneName is what a zone is called now.
func ZoneName(zone *time.Location) string {
	name, _ := time.Now().In(zone).Zone()
	return name
}

// Time writes a time in the zone that it is in. Only in UTC it goes without saying which one: elsewhere an hour comes twice
// in autumn.
func Time(t time.Time) string {
	if t.Location() == time.UTC {
		return t.Format(time.DateTime)
	}
	return t.Format(time.DateTime + " -07:00")
}

// Visible writes what can't be seen, control characters and those that turn the direction of text, as JSON escapes.
// Inside JSON that changes nothing, and nowhere does it reach a terminal.
func Visible(text string) string {
	return invite.ReplaceHidden(text, func(r rune) string {
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
		return b.String()
	})
}

// Defused makes cells of a CSV row that no spreadsheet takes for a formula, and no terminal for orders.
//
// Spreadsheets part a row by the separator of the reader's country, not of the file, so a formula may also stand behind
// any separator within a cell. Quotes don't keep them from that: with another separator they are in the middle of a cell
// and count for nothing. So an apostrophe goes before whatever would begin a formula there. Of separators, tabs
// and line breaks are escaped by [Visible]; a space is none, as text parted by spaces is no table any more.
func Defused(cells []string) []string {
	for n, cell := range cells {
		cells[n] = defused(Visible(cell))
	}
	return cells
}

const separators = ",;|:"

func defused(cell string) string {
	if cell == "-" {
		return cell
	}
	var b strings.Builder
	for cell != "" {
		end := strings.IndexAny(cell, separators) + 1
		if end == 0 {
			end = len(cell)
		}
		if isFormula(cell) {
			b.WriteByte('\'')
		}
		b.WriteString(cell[:end])
		cell = cell[end:]
	}
	return b.String()
}

// isFormula says whether what begins a cell makes it a formula, or may do so when spaces and quotes are taken away.
func isFormula(text string) bool {
	return strings.IndexAny(strings.TrimLeft(text, " \"'"), "=+-@＝＋－＠") == 0
}
