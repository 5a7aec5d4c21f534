package approvals

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// The roster is what the organization looks like, as it was last read (sweep.go). It settles all unknown outcomes at once: an
// invitation that is found was sent; one that a whole sweep doesn't find, which began when the lost call could no longer
// arrive, wasn't. What it can't settle, an approver must.

// stuckAfter is after how many failures to read the list, and the settle time, people are told that it can't be read.
const stuckAfter = 3

func keepInvitations(ctx context.Context, t *tx, p page, entries []invite.Listed) error {
	rows := make([][]any, 0, len(entries))
	for _, l := range entries {
		rows = append(rows, []any{l.ID, l.UIN.String(), l.Name, l.Remark, int64(l.Status), l.Invited, l.Expires, p.sweep})
	}
	return t.upsert(ctx, "listed_invitations", "id", []string{"id", "uin", "name", "remark", "status", "invited_at", "expires_at", "sweep"}, rows)
}

// settleFound settles what is unknown and on a page.
func (t *tx) settleFound(ctx context.Context, w *Worker, p page, entries []invite.Listed) error {
	var uins []any
	for _, l := range entries {
		uins = append(uins, l.UIN.String())
	}
	if len(uins) == 0 {
		return nil
	}
	lost, err := t.deliveries(ctx, `invitations.state = 'unknown' AND uin IN (?`+strings.Repeat(`, ?`, len(uins)-1)+`)`, uins...)
	if err != nil {
		return err
	}
	for _, d := range lost {
		if d.attemptedAt.After(p.askedAt) {
			continue
		}
		found, err := t.evidence(ctx, d, p.sweep)
		if err == nil && found.Finding == invite.Found {
			err = t.settle(ctx, w, d, found)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func keepMembers(ctx context.Context, t *tx, p page, entries []invite.Member) error {
	rows := make([][]any, 0, len(entries))
	for _, m := range entries {
		rows = append(rows, []any{m.UIN.String(), m.Name, m.Remark, m.Joined, p.sweep})
	}
	return t.upsert(ctx, "listed_members", "uin", []string{"uin", "name", "remark", "joined_at", "sweep"}, rows)
}

// upsert writes rows in the place of those with the same key, in one statement. Of two with the same key the last counts.
func (t *tx) upsert(ctx context.Context, table, key string, columns []string, rows [][]any) error {
	at := slices.Index(columns, key)
	var args []any
	n := 0
	for row := range rows {
		again := slices.ContainsFunc(rows[row+1:], func(other []any) bool { return other[at] == rows[row][at] })
		if !again {
			args = append(args, rows[row]...)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	var set []string
	for _, c := range columns {
		set = append(set, c+" = excluded."+c)
	}
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	return t.Run(ctx, `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES `+row+strings.Repeat(", "+row, n-1)+
		` ON CONFLICT (`+key+`) DO UPDATE SET `+strings.Join(set, ", "), args...)
}

// evidence is what a sweep has seen of an unknown invitation, so far.
func (t *tx) evidence(ctx context.Context, d delivery, sweep int64) (invite.Traces, error) {
	var seen []invite.Listed
	err := t.Rows(ctx, func(scan func(...any) error) error {
		l := invite.Listed{UIN: d.UIN}
		var invited, expires int64
		err := scan(&l.ID, &l.Name, &l.Remark, &l.Status, &invited, &expires)
		l.Invited, l.Expires = database.Unstamp(invited), database.Unstamp(expires)
		seen = append(seen, l)
		return err
	}, `SELECT id, name, remark, status, invited_at, expires_at FROM listed_invitations WHERE uin = ? AND sweep = ? ORDER BY id`, d.UIN.String(), sweep)
	return invite.Judge(d.Invitation, d.since(), d.attemptedAt, seen), err
}

// settleAbsent settles by a whole sweep what is unknown, and says when the next one is due; zero: never.
func (t *tx) settleAbsent(ctx context.Context, w *Worker, p page) (next time.Time, err error) {
	lost, err := t.deliveries(ctx, `invitations.state = 'unknown'`)
	if err != nil {
		return next, err
	}
	for _, d := range lost {
		believed := d.attemptedAt.Add(d.settles(w.settle))
		t.tellTablesOf(d.request, d.requester)
		if !d.attemptedAt.Before(p.beganAt) { // the list may have been read before the call
			next = sooner(next, d.lookAgain(t.now, p, believed))
			continue
		}
		found, err := t.evidence(ctx, d, p.sweep)
		if err != nil {
			return next, err
		}
		switch {
		case found.Finding == invite.Absent && p.beganAt.Before(believed):
			next = sooner(next, d.lookAgain(t.now, p, believed))
			err = t.tellOnce(ctx, &d, ledger.Searching, lookedUp(found))
		case found.Finding == invite.Elsewhere, found.Finding == invite.Unclear:
			next = sooner(next, t.now.Add(sweepStuck))
			err = t.settle(ctx, w, d, found)
		default:
			err = t.settle(ctx, w, d, found)
		}
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// lookAgain is when the next sweep is due for an invitation that this one hasn't settled: when "not found" is believed, at the
// latest. Until then what is new is looked for often, and a long list isn't read without a pause.
func (d *delivery) lookAgain(now time.Time, p page, believed time.Time) time.Time {
	pause := min(max(sweepSoon, now.Sub(d.attemptedAt)/2, 2*now.Sub(p.beganAt)), sweepAgain)
	return latest(now, sooner(believed, now.Add(pause)))
}

// settle records what the list says of an invitation. Where somebody else has settled it meanwhile, nothing changes.
func (t *tx) settle(ctx context.Context, w *Worker, d delivery, found invite.Traces) (err error) {
	w.log.Debug("looked up an invitation", "request", d.request, "uin", d.UIN.String(), "attempt", d.attempt,
		"finding", found.Finding, "listed", found.Listed.ID, "status", found.Listed.Status)
	detail := lookedUp(found)
	switch {
	case found.Finding == invite.Found:
		detail.How = ledger.LookedUp
		err = t.setSent(ctx, &d, detail)
	case found.Finding != invite.Absent:
		err = t.tellOnce(ctx, &d, ledger.Stuck, detail)
	case d.answered():
		err = t.setFailed(ctx, &d, ledger.Detail{RequestID: d.requestID, Code: d.code, Message: d.message})
	default:
		err = t.sendAgain(ctx, &d)
	}
	if errors.Is(err, errConflict) {
		return nil
	}
	return err
}

func lookedUp(found invite.Traces) ledger.Detail {
	l := found.Listed
	detail := ledger.Detail{Finding: found.Finding, Listed: l.ID, Status: l.Status}
	if found.Finding == invite.Elsewhere {
		detail.ListedAs, detail.ListedAt = &ledger.Account{UIN: l.UIN.String(), Name: l.Name, Remark: l.Remark}, l.Invited
	}
	return detail
}

// tellUnreadable tells those whom it concerns that the list can't be read: at once where that is forbidden, else after the
// settle time and some failures; when the next settle time is over, it says. It is tried on, so permission may be granted without
// anybody pressing a button.
func (t *tx) tellUnreadable(ctx context.Context, w *Worker, why *invite.CallError, failures int) (believed time.Time, err error) {
	lost, err := t.deliveries(ctx, `invitations.state = 'unknown'`)
	if err != nil {
		return believed, err
	}
	detail := ledger.Detail{Finding: invite.Unavailable}
	if why.Message != "" {
		detail.Reason = strings.TrimPrefix(why.Code+": "+why.Message, ": ")
	}
	if why.Forbidden() {
		detail.Finding = invite.Forbidden
	}
	for _, d := range lost {
		kind, settled := ledger.Searching, d.attemptedAt.Add(d.settles(w.settle))
		if t.now.Before(settled) {
			believed = sooner(believed, settled)
		} else if failures >= stuckAfter {
			kind = ledger.Stuck
		}
		if detail.Finding == invite.Forbidden {
			kind = ledger.Stuck
		}
		if err := t.tellOnce(ctx, &d, kind, detail); err != nil {
			return believed, err
		}
	}
	return believed, nil
}

// answered says that the call came back with a code of Tencent Cloud's from which nobody can tell what it did. It
// can't arrive any later; and as repeating it might bring the same answer for ever, an approver has to ask for that.
func (d *delivery) answered() bool { return invite.Result{Code: d.code}.Answered() }

// settles is how long after the attempt "not found" may still become "found".
func (d *delivery) settles(lost time.Duration) time.Duration {
	if d.answered() {
		return min(lost, longWait)
	}
	return lost
}

// sendAgain makes an invitation ready whose call never arrived and never will.
func (t *tx) sendAgain(ctx context.Context, d *delivery) error {
	if err := t.end(ctx, d, Ready, t.now, ledger.Detail{}); err != nil {
		return err
	}
	t.deliver = t.now
	if err := t.Run(ctx, `UPDATE invitations SET failures = 0, told = '', ready_at = ? WHERE id = ?`, t.now, d.id); err != nil {
		return err
	}
	e, err := t.record(ctx, d.event(ledger.NotArrived, ledger.Detail{}), "")
	if err != nil {
		return err
	}
	return t.dueAgain(ctx, e)
}
