package tongue

import "strings"

// Columns lists rows of as many cells each, in columns that are as wide as the widest cell and a gap, behind two blanks.
func Columns(rows [][]Text, gap int) Text {
	return Text{columns(rows, gap, English), columns(rows, gap, Chinese)}
}

func columns(rows [][]Text, gap int, l Language) string {
	widths := map[int]int{}
	for _, row := range rows {
		for n, cell := range row {
			widths[n] = max(widths[n], width(cell.In(l)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("  ")
		last := len(row) - 1
		for n, cell := range row[:last] {
			b.WriteString(Fill(cell.In(l), widths[n]+gap))
		}
		b.WriteString(row[last].In(l) + "\n")
	}
	return b.String()
}

// Fill makes a text so wide with blanks, where it isn't.
func Fill(text string, to int) string { return text + strings.Repeat(" ", max(0, to-width(text))) }

// width is how many columns of a terminal a text takes: Chinese characters, and the punctuation that goes with them, take two.
func width(text string) (n int) {
	for _, r := range text {
		n++
		if r >= 0x2E80 && r <= 0x9FFF || r >= 0xFF00 && r <= 0xFF60 {
			n++
		}
	}
	return n
}
