package approvals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

// The organization's lists are read page by page into the database, by one reader at a time among all processes, within a
// quarter of the rate: a sweep. Each page is claimed with a lease, so who takes over from a process that died goes on where
// that was. What follows from what was read is in roster.go.

// list is one of the organization's lists, by its name in the database.
type list string

const (
	invitationsList list = "invitations"
	membersList     list = "members"
)

const (
	sweepShare   = 4                // of the rate: a quarter of the calls, where something is unknown
	routineShare = 20               // and a twentieth otherwise
	sweepSoon    = 5 * time.Second  // how soon a list is read again that settles nothing yet, at the earliest
	sweepAgain   = time.Minute      // and at the latest
	sweepStuck   = 10 * time.Minute // how soon it is, where only a person, or a change at Tencent Cloud, can help
	patience     = 10               // failures, after which a list that can't be read is tried as seldom
	maxStepsBack = 100              // in one sweep; a list that shrinks so often isn't one
)

// page is a claimed part of a list.
type page struct {
	list      list
	sweep     int64
	beganAt   time.Time
	position  int // how many entries were read before
	total     int // that the list had
	stepsBack int
	attempt   int
	failures  int
	askedAt   time.Time
}

// nextPage claims the next page of a list that is due.
func (w *Worker) nextPage(ctx context.Context, _ int) (jobs []job, next time.Time, err error) {
	err = w.store.read(ctx, func(t *tx) error {
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(due_at), 0) FROM sweeps WHERE due_at > 0`)
		return err
	})
	if err == nil && next.IsZero() && w.rosterEvery > 0 { // a new database, or a copied one
		return nil, w.store.now(), w.store.write(ctx, func(t *tx) error { return t.sweepNow(ctx) })
	}
	if err != nil || next.IsZero() || next.After(w.store.now()) {
		return nil, next, err
	}
	var p *page
	err = w.store.write(ctx, func(t *tx) error {
		p, next, err = t.claimPage(ctx, w)
		return err
	})
	if err != nil || p == nil {
		return nil, next, err
	}
	return []job{func(work context.Context) { w.readPage(work, *p) }}, next, nil
}

// claimPage takes the next page of the list that has been due longest, or says when one can be taken.
func (t *tx) claimPage(ctx context.Context, w *Worker) (claimed *page, next time.Time, err error) {
	every, err := t.pageEvery(ctx, w)
	if err != nil {
		return nil, next, err
	}
	var free time.Time // when the next call may be made
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var p page
		var began, due, leased, called int64
		err := scan(&p.list, &p.sweep, &began, &p.position, &p.total, &p.stepsBack, &due, &leased, &called, &p.attempt, &p.failures)
		p.beganAt = database.Unstamp(began)
		if called > 0 {
			free = latest(free, database.Unstamp(called).Add(every))
		}
		free = latest(free, database.Unstamp(leased)) // of both lists only one is read at a time
		if claimed == nil && due > 0 && due <= database.Stamp(t.now) {
			claimed = &p
		}
		return err
	}, `SELECT list, sweep, began_at, position, total, steps_back, due_at, leased_until, called_at, attempt, failures FROM sweeps ORDER BY due_at, list`+t.Lock("sweeps"))
	if err != nil || claimed == nil {
		return nil, next, err
	}
	if t.now.Before(free) {
		return nil, free, nil
	}
	p := claimed
	if p.beganAt.IsZero() {
		p.sweep, p.beganAt, p.position, p.total, p.stepsBack = p.sweep+1, t.now, 0, 0, 0
	}
	p.attempt, p.askedAt = p.attempt+1, t.now
	err = t.Run(ctx, `UPDATE sweeps SET sweep = ?, began_at = ?, position = ?, total = ?, steps_back = ?, leased_until = ?, called_at = ?, attempt = ? WHERE list = ?`,
		p.sweep, p.beganAt, p.position, p.total, p.stepsBack, t.now.Add(callLease), t.now, p.attempt, string(p.list))
	return p, next, err
}

// pageEvery is how long after another a page is read: where somebody waits for what it says, sooner.
func (t *tx) pageEvery(ctx context.Context, w *Worker) (time.Duration, error) {
	var waits bool
	err := t.Row(ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM invitations WHERE state = 'unknown') OR EXISTS (SELECT 1 FROM followed WHERE cancel <> '') THEN 1 ELSE 0 END`).Scan(&waits)
	if waits {
		return w.every * sweepShare, err
	}
	return w.every * routineShare, err
}

func (w *Worker) readPage(ctx context.Context, p page) {
	// The deadline counts from the claim: what was read is as of then.
	call, cancel := context.WithDeadline(ctx, time.Now().Add(callTimeout-w.store.now().Sub(p.askedAt)))
	defer cancel()
	var record func(context.Context, *tx) error
	var err error
	switch p.list {
	case invitationsList:
		var read invite.Page[invite.Listed]
		read, err = w.sender.Invitations(call, p.position)
		record = func(ctx context.Context, t *tx) error {
			return finishPage(ctx, t, w, p, read, keepInvitations, func() error { return t.settleFound(ctx, w, p, read.Entries) })
		}
	case membersList:
		var read invite.Page[invite.Member]
		read, err = w.sender.Members(call, p.position)
		record = func(ctx context.Context, t *tx) error {
			return finishPage(ctx, t, w, p, read, keepMembers, func() error { return nil })
		}
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		record = func(ctx context.Context, t *tx) error { return w.failed(ctx, t, p, err) }
	}
	if err := w.record(ctx, record); err != nil && !errors.Is(err, errConflict) {
		w.log.Error("what a list of the organization has could not be recorded; it is read again", "list", p.list, "error", err)
	}
}

// failed is failPage for a call that read nothing, which the log tells: as an error where an operator has to do something.
func (w *Worker) failed(ctx context.Context, t *tx, p page, why error) error {
	if err := t.failPage(ctx, w, p, why); err != nil {
		return err
	}
	level := slog.LevelWarn
	if refused, ok := errors.AsType[*invite.CallError](why); ok && invite.ForOperator(refused.Code) {
		level = slog.LevelError
	}
	w.log.Log(ctx, level, "a list of the organization can't be read; trying again", "list", p.list, "position", p.position, "failures", p.failures+1,
		"again_in", againIn(t.now, t.sweep), "error", why)
	return nil
}

// againIn is how the log tells when something is tried again; zero: never.
func againIn(now, next time.Time) string {
	if next.IsZero() {
		return "never"
	}
	return max(next.Sub(now), 0).Round(time.Millisecond).String()
}

// finishPage keeps what a page has, and goes on to the next one or ends the sweep. What is unknown is settled last: that writes to the
// ledger, which everybody else does last, too.
func finishPage[T any](ctx context.Context, t *tx, w *Worker, p page, read invite.Page[T], keep func(context.Context, *tx, page, []T) error, settle func() error) error {
	if read.Total < p.total {
		return t.stepBack(ctx, w, p, read.Total)
	}
	position := p.position + len(read.Entries)
	ended, err := read.Ends(position)
	if err != nil {
		return t.failPage(ctx, w, p, err)
	}
	if err := t.movePage(ctx, p, position, read.Total, p.stepsBack); err != nil {
		return err
	}
	if err := keep(ctx, t, p, read.Entries); err != nil {
		return err
	}
	if ended {
		if err := t.closeList(ctx, w, p); err != nil {
			return err
		}
	}
	if err := settle(); err != nil {
		return err
	}
	if ended {
		return t.endSweep(ctx, w, p)
	}
	return nil
}

// stepBack goes back by as many entries as the list has lost meanwhile: those behind them have moved up. (Where it has
// grown, entries have only moved back, or there are more at its end.)
func (t *tx) stepBack(ctx context.Context, w *Worker, p page, total int) error {
	if p.stepsBack == maxStepsBack {
		return t.failPage(ctx, w, p, fmt.Errorf("the list of %s gets shorter all the time while it is read", p.list))
	}
	return t.movePage(ctx, p, max(0, p.position-(p.total-total)), total, p.stepsBack+1)
}

func (t *tx) movePage(ctx context.Context, p page, position, total, stepsBack int) error {
	t.sweep = t.now
	ok, err := t.Change(ctx, `UPDATE sweeps SET position = ?, total = ?, steps_back = ?, due_at = ?, leased_until = 0, failures = 0, code = '', message = '', tc_request_id = ''
		WHERE list = ? AND attempt = ?`, position, total, stepsBack, t.now, string(p.list), p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return nil
}

// failPage has a page read again later. What it was for is told where a person can help.
func (t *tx) failPage(ctx context.Context, w *Worker, p page, why error) error {
	refused, answered := errors.AsType[*invite.CallError](why)
	if !answered {
		refused, p.beganAt = &invite.CallError{Result: invite.Result{Message: why.Error(), Err: why}}, time.Time{} // it is begun anew
	}
	due := t.now.Add(backoff(p.failures+1, 2*time.Second, sweepAgain))
	switch {
	case p.list == membersList && refused.Forbidden():
		due = w.sweepAfter(t.now, t.now) // nothing waits for it; it is tried again when both lists are to be read
	case p.failures >= patience:
		due = t.now.Add(sweepStuck)
	}
	ok, err := t.Change(ctx, `UPDATE sweeps SET due_at = ?, began_at = ?, leased_until = 0,
		failing_since = CASE WHEN failures > 0 THEN failing_since ELSE ? END, failures = failures + 1, code = ?, message = ?, tc_request_id = ? WHERE list = ? AND attempt = ?`,
		due, p.beganAt, t.now, refused.Code, refused.Message, refused.RequestID, string(p.list), p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.sweep, t.ends = due, t.now
	if p.list != invitationsList {
		return nil
	}
	if w.rosterEvery > 0 { // who has joined is found without it
		if err := t.Run(ctx, `UPDATE sweeps SET due_at = ? WHERE list = 'members' AND due_at = 0`, t.now); err != nil {
			return err
		}
	}
	believed, err := t.tellUnreadable(ctx, w, refused, p.failures+1)
	if err != nil || sooner(due, believed).Equal(due) {
		return err
	}
	t.sweep = believed
	return t.Run(ctx, `UPDATE sweeps SET due_at = ? WHERE list = ?`, believed, string(p.list))
}

// closeList notes what a whole list says: what wasn't seen in it isn't there any more.
func (t *tx) closeList(ctx context.Context, w *Worker, p page) error {
	if err := t.Run(ctx, `DELETE FROM listed_`+string(p.list)+` WHERE sweep < ?`, p.sweep); err != nil {
		return err
	}
	if p.list == membersList {
		return t.findMembers(ctx, w, p)
	}
	return t.findEnds(ctx, p)
}

// endSweep ends a sweep that has read the whole list, and says when the next one is due. The members are read after the
// invitations: an account may have joined whose invitation has ended.
func (t *tx) endSweep(ctx context.Context, w *Worker, p page) error {
	due := w.sweepAfter(p.beganAt, t.now)
	if p.list == invitationsList {
		next, err := t.settleAbsent(ctx, w, p)
		if err != nil {
			return err
		}
		due = sooner(due, next)
		if err := t.Run(ctx, `UPDATE sweeps SET due_at = ? WHERE list = 'members' AND began_at = 0`, t.now); err != nil {
			return err
		}
		t.sweep = t.now
	}
	t.sweep, t.warn = sooner(t.sweep, due), t.now
	return t.Run(ctx, `UPDATE sweeps SET began_at = 0, position = 0, total = 0, due_at = ?, completed_at = ?, completed_from = ? WHERE list = ?`,
		due, t.now, p.beganAt, string(p.list))
}

// sweepAfter is when a list is read again that nothing waits for: twice in the time within which people are to learn what the lists tell, as
// some of that takes both lists. Zero: never.
func (w *Worker) sweepAfter(began, now time.Time) time.Time {
	if w.rosterEvery <= 0 {
		return time.Time{}
	}
	return latest(now, began.Add(w.rosterEvery/2))
}

// sweepNow has both lists read. It always changes their rows, so that on PostgreSQL it waits for who ends a sweep just now and
// doesn't see yet what becomes unknown here.
func (t *tx) sweepNow(ctx context.Context) error {
	t.sweep = t.now
	return t.Run(ctx, `UPDATE sweeps SET due_at = CASE WHEN due_at = 0 OR due_at > ? THEN ? ELSE due_at END`, t.now, t.now)
}
