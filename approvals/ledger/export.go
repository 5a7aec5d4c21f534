package ledger

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf16"
)

// Exports write a ledger for its readers, by the name of the format: a table for people, CSV for spreadsheets, and
// JSON, a line an event, with all that is recorded. What people typed can't steer a terminal or become a formula.
var Exports = map[string]func(io.Writer, iter.Seq2[Event, error]) error{"table": exportTable, "csv": exportCSV, "jsonl": exportJSON}

var (
	columns = []string{"time (UTC)", "request", "actor", "actor ID", "kind", "what"}
	// What the sentence says, again for those who count and filter.
	facts = []string{"event", "UIN", "attempt", "code", "RequestId"}
)

func exportTable(out io.Writer, events iter.Seq2[Event, error]) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cells []string) error {
		_, err := fmt.Fprintln(w, strings.Join(cells, "\t"))
		return err
	}
	err := each(events, line(columns), func(e Event) error { return line(cells(e)) })
	return errors.Join(err, w.Flush())
}

func exportCSV(out io.Writer, events iter.Seq2[Event, error]) error {
	w := csv.NewWriter(out)
	err := each(events, w.Write(append(columns, facts...)), func(e Event) error {
		return w.Write(defused(append(cells(e), strconv.FormatInt(e.ID, 10), e.Detail.UIN, strconv.Itoa(e.Attempt), visible(e.Detail.Code), visible(e.Detail.RequestID))))
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

func exportJSON(out io.Writer, events iter.Seq2[Event, error]) error {
	return each(events, nil, func(e Event) error {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, visible(string(line)))
		return err
	})
}

// each calls do for every event, until something fails.
func each(events iter.Seq2[Event, error], err error, do func(Event) error) error {
	if err != nil {
		return err
	}
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := do(e); err != nil {
			return err
		}
	}
	return nil
}

func cells(e Event) []string {
	request := "-"
	if e.Request != 0 {
		request = strconv.FormatInt(e.Request, 10)
	}
	return []string{
		e.At.UTC().Format(time.DateTime), request, visible(cmp.Or(e.Actor.Name, "invitebot")),
		visible(cmp.Or(e.Actor.ID, "-")), string(e.Kind), visible(sentence(e)),
	}
}

// visible writes what doesn't print, control characters and those that turn the direction of text, as JSON escapes.
// Inside JSON that changes nothing, and nowhere does it reach a terminal.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// defused keeps a spreadsheet from taking text for a formula.
func defused(cells []string) []string {
	for i, cell := range cells {
		if cell != "-" && strings.IndexAny(cell, "=+-@＝＋－＠") == 0 {
			cells[i] = "'" + cell
		}
	}
	return cells
}

// sentences say what an event of each kind tells; its detail follows.
var sentences = map[Kind]string{
	Requested:  "asked to invite",
	Refused:    "was refused",
	Approved:   "approved",
	Denied:     "denied",
	Withdrawn:  "took the request back",
	Expired:    "nobody decided in time",
	Attempted:  "calls Tencent Cloud",
	Postponed:  "not sent, to be tried again",
	Delayed:    "still not sent after a minute",
	Lost:       "nobody knows what became of the call",
	Searching:  "not found out yet what became of the call",
	Stuck:      "an approver must find out what became of the call",
	NotArrived: "the call never arrived, to be made again",
	Sent:       "Tencent Cloud took the invitation",
	Failed:     "Tencent Cloud refused the invitation",
	Retried:    "asked to try again",
	Unseen:     "the approval message could not be posted for a minute",
	Untold:     "a message was given up",
	Rules:      "rules in force, by configuration",
	Moved:      "the database was moved",
	Reopened:   "the database was opened again",
}

// sentence tells an event in words.
func sentence(e Event) string {
	d := e.Detail
	text := cmp.Or(sentences[e.Kind], string(e.Kind))
	for i, a := range d.Accounts {
		text += fmt.Sprintf("%s %s as “%s” (%s)", cmp.Or(strings.Repeat(",", min(i, 1)), ""), a.UIN, a.Name, a.Remark)
	}
	add := func(format string, value any) {
		if !reflect.ValueOf(value).IsZero() {
			text += fmt.Sprintf(format, value)
		}
	}
	add(": %s", d.Rules.tell(d.Before))
	add(" from %s", d.From)
	if e.Kind == Moved {
		add(" to %s", d.To)
	}
	if e.Kind == Reopened {
		add(", after it had been moved to %s", d.To)
	}
	if d.Approvals > 0 {
		text += fmt.Sprintf(", %d of %d", d.Approvals, d.Required)
	}
	add(" to %s", d.UIN)
	add(" (tried to %s)", d.Tried)
	add(": %s", d.Why)
	add(" by request %d", d.Other)
	add(": %s", d.because())
	add(", attempt %d", e.Attempt)
	add(": %s", d.Code)
	add(" (%s)", d.Message)
	add(", RequestId %s", d.RequestID)
	add(", known by: %s", d.How)
	return text
}
