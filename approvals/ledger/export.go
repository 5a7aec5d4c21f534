package ledger

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what is to be written for readers.
type Report struct {
	Events   iter.Seq2[Event, error]
	Accounts func(request int64) ([]Account, error) // that a request is for, as far as they are asked for
	Zone     *time.Location                         // of the times
	UIN      string                                 // the one account that is asked for; empty: all
}

// Exports write a report for its readers, by the name of the format: a table for people, CSV for spreadsheets with a row
// for each event and account, and JSON, a line an event, with all that is recorded, in UTC. What people typed can't steer a
// terminal or become a formula.
var Exports = map[string]func(io.Writer, Report) error{"table": exportTable, "csv": exportCSV, "jsonl": exportJSON}

var (
	columns = []string{"request", "actor", "actor ID", "kind", "what"} // behind the time
	// What the sentence says, again for those who count and filter.
	facts = []string{"event", "UIN", "attempt", "code", "RequestId", "name"}
)

// NothingFound is what people read where there is nothing to be told.
const NothingFound = "nothing was found"

func exportTable(out io.Writer, r Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cells []string) error {
		_, err := fmt.Fprintln(w, strings.Join(cells, "\t"))
		return err
	}
	found := false
	err := each(r.Events, line(append([]string{TimeColumn(r.Zone)}, columns...)), func(e Event) error {
		found = true
		return line(cells(e.In(r.Zone).Of(r.UIN)))
	})
	if err == nil && !found {
		err = line([]string{NothingFound})
	}
	return errors.Join(err, w.Flush())
}

func exportCSV(out io.Writer, r Report) error {
	w := csv.NewWriter(out)
	head := append(append([]string{TimeColumn(r.Zone)}, columns...), facts...)
	err := each(r.Events, w.Write(head), func(e Event) error {
		accounts, err := r.about(e)
		for _, a := range accounts {
			row := append(cells(e.In(r.Zone).Of(a.UIN)), e.number(), a.UIN, strconv.Itoa(e.Attempt), e.Detail.Code, e.Detail.RequestID, a.Name)
			err = errors.Join(err, w.Write(Defused(row)))
		}
		return err
	})
	w.Flush()
	return errors.Join(err, w.Error())
}

// about are the accounts that an event is about: that of its invitation, or all of its request. There is always one, though
// nothing may be known of it.
func (r Report) about(e Event) (accounts []Account, err error) {
	switch {
	case e.Kind == Refused && e.Detail.verb() == "ask":
		accounts = e.Detail.asked()
	case e.Request != 0:
		accounts, err = r.Accounts(e.Request)
	}
	if e.Detail.UIN != "" {
		return []Account{named(accounts, e.Detail.UIN)}, err
	}
	if len(accounts) == 0 {
		accounts = []Account{{}}
	}
	return accounts, err
}

func named(accounts []Account, uin string) Account {
	for _, a := range accounts {
		if a.UIN == uin {
			return a
		}
	}
	return Account{UIN: uin}
}

func exportJSON(out io.Writer, r Report) error {
	return each(r.Events, nil, func(e Event) error {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, Visible(string(line)))
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

// number is an event's; what isn't recorded yet has none.
func (e Event) number() string {
	if e.ID == 0 {
		return "-"
	}
	return strconv.FormatInt(e.ID, 10)
}

func cells(e Event) []string {
	request := "-"
	if e.Request != 0 {
		request = strconv.FormatInt(e.Request, 10)
	}
	return []string{
		Time(e.At), request, Visible(cmp.Or(e.Actor.Name, e.Actor.ID, self)),
		Visible(cmp.Or(e.Actor.ID, "-")), string(e.Kind), Visible(sentence(e)),
	}
}
