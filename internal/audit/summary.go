package audit

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// summarize writes a line for each account of the requests that were found, with its end.
func (s search) summarize(ctx context.Context, out io.Writer, store *approvals.Store) error {
	found, err := s.found(ctx, store)
	if err != nil {
		return err
	}
	lines := [][]string{{"UIN", "name", "request", "asked by", "decided by", "state", "RequestId", ledger.TimeColumn(s.zone)}}
	for _, request := range found {
		more, err := s.ends(ctx, store, request)
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	if len(lines) == 1 && s.format == "table" {
		lines = append(lines, []string{ledger.NothingFound})
	}
	if s.format == "csv" {
		return writeCSV(out, lines)
	}
	return writeTable(out, lines)
}

// found are the numbers of the requests of which something was found.
func (s search) found(ctx context.Context, store *approvals.Store) ([]int64, error) {
	numbers := map[int64]bool{}
	for e, err := range store.Events(ctx, s.Filter) {
		if err != nil {
			return nil, err
		}
		numbers[e.Request] = true
	}
	delete(numbers, 0)
	var all []int64
	for n := range numbers {
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}

// ends are the lines of a request, one for each account that is asked for.
func (s search) ends(ctx context.Context, store *approvals.Store, request int64) (lines [][]string, err error) {
	r, err := store.Request(ctx, request)
	if err != nil {
		return nil, err
	}
	last, err := lastOf(ctx, store, request)
	for _, i := range r.Invitations {
		if !s.matches(r, i) {
			continue
		}
		at := last[i.ID]
		if whole := last[0]; whole.After(at) {
			at = whole
		}
		lines = append(lines, []string{i.UIN.String(), i.Name, strconv.FormatInt(r.ID, 10), ledger.Called(r.Requester), deciders(r),
			string(stands(r, i)), cmp.Or(i.RequestID, "-"), ledger.Time(at.In(s.zone))})
	}
	return lines, err
}

// lastOf is when something last became of each invitation, by its number, and of the request as a whole, by 0. What was
// refused or said changed nothing.
func lastOf(ctx context.Context, store *approvals.Store, request int64) (map[int64]time.Time, error) {
	last := map[int64]time.Time{}
	for e, err := range store.Events(ctx, ledger.Filter{Request: request}) {
		if err != nil {
			return nil, err
		}
		if !slices.Contains([]ledger.Kind{ledger.Refused, ledger.Unseen, ledger.Untold}, e.Kind) {
			last[e.Invitation] = e.At
		}
	}
	return last, nil
}

// stands is where an account stands: with its invitation, once its request was approved.
func stands(r approvals.Request, i approvals.Invitation) approvals.State {
	if r.State == approvals.Approved {
		return i.State
	}
	return r.State
}

// deciders are those who brought a request to where it stands.
func deciders(r approvals.Request) string {
	var all []string
	for _, d := range r.Decisions {
		if (d.Verdict == approvals.Deny) == (r.State == approvals.Denied) {
			all = append(all, ledger.Called(d.By))
		}
	}
	switch {
	case r.State == approvals.Withdrawn:
		return ledger.Called(r.Requester)
	case r.State == approvals.Expired || len(all) == 0:
		return "-"
	}
	return strings.Join(all, ", ")
}

func writeTable(out io.Writer, lines [][]string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var err error
	for _, cells := range lines {
		for n := range cells {
			cells[n] = ledger.Visible(cells[n])
		}
		_, failed := fmt.Fprintln(w, strings.Join(cells, "\t"))
		err = errors.Join(err, failed)
	}
	return errors.Join(err, w.Flush())
}

func writeCSV(out io.Writer, lines [][]string) error {
	w := csv.NewWriter(out)
	var err error
	for _, cells := range lines {
		err = errors.Join(err, w.Write(ledger.Defused(cells)))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}
