package approvals

import (
	"context"
	"errors"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// delivery is a claimed invitation: to be sent, or to be looked up. Whoever holds it holds it for callLease.
type delivery struct {
	invite.Invitation
	id, request int64
	requester   Person
	state       State // sending: to be sent now; unknown: to be looked up
	attempt     int
	attemptedAt time.Time
	readyAt     time.Time
	failures    int
	doubtful    bool // the outcome of an earlier attempt was never learnt
	told        Kind
	// Of Tencent Cloud's newest answer, empty where none came.
	requestID, code, message string
}

// nextDelivery claims one invitation that is due. The moment of the call is reserved before, so that waiting for it
// doesn't eat the lease, and the claim is made a little ahead of it, so that its commit doesn't delay the call: calls
// that leave unevenly break the limit.
func (w *Worker) nextDelivery(ctx context.Context, _ int) ([]job, time.Time, error) {
	next, err := w.nextDue(ctx)
	if err != nil || next.IsZero() || next.After(w.store.now()) {
		return nil, next, err
	}
	moment, err := w.store.db.slot(ctx, w.store.now(), w.every)
	if err != nil {
		return nil, next, err
	}
	sleep(ctx, nil, moment.Sub(w.store.now())-ahead)
	if ctx.Err() != nil {
		return nil, next, nil
	}
	d, err := w.claim(ctx)
	if errors.Is(err, errConflict) {
		return nil, next, nil // another process was faster
	}
	if err != nil || d == nil {
		return nil, next, err
	}
	return []job{func(work context.Context) {
		w.depart(work, moment)
		w.deliver(work, *d)
	}}, next, nil
}

// depart waits for the moment of a call, and keeps it apart from the one before: calls that were planned evenly would
// leave unevenly where the machine is busy.
func (w *Worker) depart(ctx context.Context, moment time.Time) {
	w.departing.Lock()
	defer w.departing.Unlock()
	sleep(ctx, nil, max(moment.Sub(w.store.now()), time.Until(w.departed.Add(w.every*99/100))))
	w.departed = time.Now()
}

func (w *Worker) nextDue(ctx context.Context) (next time.Time, err error) {
	err = w.store.read(ctx, func(t *tx) error {
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(due_at), 0) FROM invitations WHERE state IN ('ready', 'sending', 'unknown')`)
		return err
	})
	return next, err
}

// claim takes the invitation that has been due longest. A ready one becomes sending, unless a lost call may still arrive;
// one whose lease ran out while it was sending becomes unknown; an unknown one stays so. The state is committed before
// anything is done.
func (w *Worker) claim(ctx context.Context) (claimed *delivery, err error) {
	err = w.store.write(ctx, func(t *tx) error {
		claimed = nil
		d, found, err := t.dueDelivery(ctx)
		if err != nil || !found {
			return err
		}
		arrives := d.attemptedAt.Add(w.settle)
		switch {
		case d.state == Ready && !d.attemptedAt.IsZero() && t.now.Before(arrives):
			return t.wait(ctx, d, arrives)
		case d.state == Ready:
			err = t.startAttempt(ctx, d)
		case d.state == Sending:
			err = t.abandonAttempt(ctx, d)
		default:
			err = t.lease(ctx, d)
		}
		if err == nil {
			claimed = d
		}
		return err
	})
	return claimed, err
}

func (t *tx) dueDelivery(ctx context.Context) (d *delivery, found bool, err error) {
	d = &delivery{}
	var uin string
	var attempted, ready int64
	err = t.rows(ctx, func(scan func(...any) error) error {
		found = true
		return scan(&d.id, &d.request, &uin, &d.Name, &d.Remark, &d.state, &d.attempt, &attempted, &ready, &d.failures, &d.doubtful, &d.told, &d.requestID, &d.code, &d.message)
	}, `SELECT id, request_id, uin, name, remark, state, attempt, attempted_at, ready_at, failures, doubtful, told, tc_request_id, code, message
		FROM invitations WHERE state IN ('ready', 'sending', 'unknown') AND due_at <= ? ORDER BY due_at, id LIMIT 1`+t.skip, stamp(t.now))
	if err != nil || !found {
		return nil, false, err
	}
	d.attemptedAt, d.readyAt = unstamp(attempted), unstamp(ready)
	if d.UIN, err = parseUIN(uin); err != nil {
		return nil, false, err
	}
	err = t.row(ctx, `SELECT requester, requester_name FROM requests WHERE id = ?`, d.request).Scan(&d.requester.ID, &d.requester.Name)
	return d, true, err
}

func (t *tx) startAttempt(ctx context.Context, d *delivery) error {
	attempt := d.attempt + 1
	ok, err := t.change(ctx, `UPDATE invitations SET state = 'sending', attempt = ?, attempted_at = ?, due_at = ?
		WHERE id = ? AND state = 'ready' AND attempt = ?`, attempt, stamp(t.now), stamp(t.now.Add(callLease)), d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	d.state, d.attempt, d.attemptedAt = Sending, attempt, t.now
	_, err = t.record(ctx, d.event(Attempted, Detail{}), "")
	return err
}

// wait keeps an invitation that an approver has sent again from being sent twice.
func (t *tx) wait(ctx context.Context, d *delivery, until time.Time) error {
	t.deliver = true
	return t.run(ctx, `UPDATE invitations SET due_at = ? WHERE id = ? AND state = 'ready' AND attempt = ?`, stamp(until), d.id, d.attempt)
}

// abandonAttempt takes over from a process that died in a call.
func (t *tx) abandonAttempt(ctx context.Context, d *delivery) error {
	if err := t.setUnknown(ctx, d, Detail{Reason: "the process ended during the call"}); err != nil {
		return err
	}
	d.state, d.doubtful = Unknown, true
	return t.lease(ctx, d)
}

func (t *tx) lease(ctx context.Context, d *delivery) error {
	ok, err := t.change(ctx, `UPDATE invitations SET due_at = ? WHERE id = ? AND state = 'unknown' AND attempt = ?`,
		stamp(t.now.Add(callLease)), d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return nil
}

func (w *Worker) deliver(ctx context.Context, d delivery) {
	if d.state == Unknown {
		w.lookUp(ctx, d)
		return
	}
	// The deadline counts from the claim: a process that was stopped in between must not call when it goes on.
	call, cancel := context.WithDeadline(ctx, time.Now().Add(callTimeout-w.store.now().Sub(d.attemptedAt)))
	defer cancel()
	result := w.sender.Send(call, d.Invitation, d.attemptedAt)
	w.log.Info("called SendOrganizationInvitation", "request", d.request, "invitation", d.id, "attempt", d.attempt,
		"outcome", result.Outcome, "request_id", result.RequestID, "code", result.Code, "error", result.Err)
	w.finish(ctx, d, func(ctx context.Context, t *tx) error { return t.finishAttempt(ctx, &d, result) })
}

// finish records what became of a claimed invitation. What can't be recorded is found again when the lease is over.
func (w *Worker) finish(ctx context.Context, d delivery, record func(context.Context, *tx) error) {
	if err := w.record(ctx, record); err != nil {
		w.log.Error("an outcome could not be recorded", "request", d.request, "invitation", d.id, "attempt", d.attempt, "error", err)
	}
}

// record writes what a call has brought. That is worth more than the order to stop, and worth some tries where the
// database is away for a moment.
func (w *Worker) record(ctx context.Context, what func(context.Context, *tx) error) (err error) {
	const tries = 6
	unstoppable := context.WithoutCancel(ctx)
	for failures := 1; failures <= tries; failures++ {
		err = w.store.write(unstoppable, func(t *tx) error { return what(unstoppable, t) })
		if err == nil || errors.Is(err, errConflict) || ctx.Err() != nil {
			break
		}
		sleep(ctx, nil, backoff(failures, 250*time.Millisecond, 4*time.Second))
	}
	return err
}

func (t *tx) finishAttempt(ctx context.Context, d *delivery, r invite.Result) error {
	detail := Detail{RequestID: r.RequestID, Code: r.Code, Message: r.Message}
	switch {
	case r.Outcome == invite.Sent:
		return t.setSent(ctx, d, detail)
	case r.Outcome == invite.Rejected && d.doubtful && r.AlreadyInvited():
		// Only the attempt whose answer was lost can have sent it.
		detail.How = Repeated
		return t.setSent(ctx, d, detail)
	case r.Outcome == invite.Rejected:
		if d.doubtful {
			detail.Reason = "An earlier call's answer was lost. It may have arrived, and been accepted: look in the Tencent Cloud console."
		}
		return t.setFailed(ctx, d, detail)
	case r.Outcome == invite.NotSent:
		return t.postpone(ctx, d, detail)
	default:
		return t.setUnknown(ctx, d, detail)
	}
}

// end moves an invitation on from the attempt that the caller made. It may be unknown by now, where the lease ran
// out before the answer came; the answer of that very attempt is still the best that can be known. Where somebody
// else has settled it or gone on, nothing changes and the conflict is an error.
func (t *tx) end(ctx context.Context, d *delivery, to State, due time.Time, detail Detail) error {
	ok, err := t.change(ctx, `UPDATE invitations SET state = ?, due_at = ?, tc_request_id = ?, code = ?, message = ?
		WHERE id = ? AND attempt = ? AND state IN ('sending', 'unknown')`,
		string(to), stamp(due), detail.RequestID, detail.Code, detail.Message, d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return nil
}

func (t *tx) setSent(ctx context.Context, d *delivery, detail Detail) error {
	code := detail
	if detail.How == Repeated {
		code.Code, code.Message = "", ""
	}
	if err := t.end(ctx, d, Sent, time.Time{}, code); err != nil {
		return err
	}
	return t.tellOutcome(ctx, d.event(SentEvent, detail), d.requester, "")
}

func (t *tx) setFailed(ctx context.Context, d *delivery, detail Detail) error {
	if err := t.end(ctx, d, Failed, time.Time{}, detail); err != nil {
		return err
	}
	return t.tellOutcome(ctx, d.event(FailedEvent, detail), d.requester, "")
}

// postpone has an attempt repeated that surely sent nothing.
func (t *tx) postpone(ctx context.Context, d *delivery, detail Detail) error {
	due := t.now.Add(backoff(d.failures+1, time.Second, time.Minute))
	if err := t.end(ctx, d, Ready, due, detail); err != nil {
		return err
	}
	t.deliver = true
	if err := t.run(ctx, `UPDATE invitations SET failures = failures + 1, attempted_at = 0 WHERE id = ?`, d.id); err != nil {
		return err
	}
	e, err := t.record(ctx, d.event(Postponed, detail), "")
	if err != nil {
		return err
	}
	if err := t.dueAgain(ctx, e); err != nil {
		return err
	}
	if due.Sub(d.readyAt) < longWait {
		return nil
	}
	return t.tellOnce(ctx, d, Delayed, detail)
}

func (t *tx) setUnknown(ctx context.Context, d *delivery, detail Detail) error {
	if err := t.end(ctx, d, Unknown, t.now, detail); err != nil {
		return err
	}
	t.deliver = true
	if err := t.run(ctx, `UPDATE invitations SET doubtful = 1, failures = 0, told = '' WHERE id = ?`, d.id); err != nil {
		return err
	}
	d.failures, d.told = 0, ""
	// What is known of an earlier attempt says nothing about this one.
	d.requestID, d.code, d.message = detail.RequestID, detail.Code, detail.Message
	if _, err := t.record(ctx, d.event(Lost, detail), ""); err != nil {
		return err
	}
	return t.dueCard(ctx, d.request, cardDelay)
}

// tellOutcome records how an invitation ended, for now, and makes it due in the thread, to the requester and on the card.
func (t *tx) tellOutcome(ctx context.Context, e Event, requester Person, key string) error {
	e, err := t.record(ctx, e, key)
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
		return err
	}
	if err := t.due(ctx, e, Direct, requester, ""); err != nil {
		return err
	}
	if err := t.dueAgain(ctx, e); err != nil {
		return err
	}
	return t.dueCard(ctx, e.Request, 0)
}

// tellOnce tells the thread of something that goes on, the first time only.
func (t *tx) tellOnce(ctx context.Context, d *delivery, kind Kind, detail Detail) error {
	if d.told == kind || d.told == Stuck && kind == Searching {
		return nil
	}
	if err := t.run(ctx, `UPDATE invitations SET told = ? WHERE id = ?`, string(kind), d.id); err != nil {
		return err
	}
	e, err := t.record(ctx, d.event(kind, detail), "")
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
		return err
	}
	return t.dueCard(ctx, d.request, 0)
}

// lookUp asks Tencent Cloud what became of a call.
func (w *Worker) lookUp(ctx context.Context, d delivery) {
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	asked := w.store.now()
	found := w.sender.Lookup(call, d.Invitation, d.attemptedAt)
	w.log.Info("looked up an invitation", "request", d.request, "invitation", d.id, "attempt", d.attempt, "finding", found.Finding, "detail", found.Detail, "error", found.Err)
	if ctx.Err() != nil {
		return
	}
	w.finish(ctx, d, func(ctx context.Context, t *tx) error { return t.finishLookup(ctx, &d, found, asked, w.settle) })
}

// finishLookup records what was found at the time asked, which may be long ago where the process stood still since.
func (t *tx) finishLookup(ctx context.Context, d *delivery, l invite.Traces, asked time.Time, settle time.Duration) error {
	detail := Detail{Reason: l.Detail}
	switch l.Finding {
	case invite.Found:
		detail.How = LookedUp
		return t.setSent(ctx, d, detail)
	case invite.Absent:
		if believed := d.attemptedAt.Add(d.settles(settle)); asked.Before(believed) {
			return t.askAgain(ctx, d, Searching, detail, believed)
		}
		if d.answered() {
			return t.setFailed(ctx, d, Detail{RequestID: d.requestID, Code: d.code, Message: d.message})
		}
		return t.sendAgain(ctx, d)
	case invite.Forbidden, invite.Unclear:
		// Permission may be granted, or the list become clear, without anybody pressing a button.
		return t.askAgain(ctx, d, Stuck, detail, t.now.Add(10*time.Minute))
	default:
		return t.askAgain(ctx, d, Searching, detail, t.now.Add(time.Minute))
	}
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

// askAgain plans the next look-up, by then at the latest.
func (t *tx) askAgain(ctx context.Context, d *delivery, tell Kind, detail Detail, latest time.Time) error {
	due := t.now.Add(backoff(d.failures+1, 2*time.Second, time.Minute))
	if tell == Stuck || latest.Before(due) {
		due = latest
	}
	ok, err := t.change(ctx, `UPDATE invitations SET due_at = ?, failures = failures + 1 WHERE id = ? AND state = 'unknown' AND attempt = ?`,
		stamp(due), d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.deliver = true
	return t.tellOnce(ctx, d, tell, detail)
}

// sendAgain makes an invitation ready whose call never arrived and never will.
func (t *tx) sendAgain(ctx context.Context, d *delivery) error {
	if err := t.end(ctx, d, Ready, t.now, Detail{}); err != nil {
		return err
	}
	t.deliver = true
	if err := t.run(ctx, `UPDATE invitations SET failures = 0, told = '', ready_at = ? WHERE id = ?`, stamp(t.now), d.id); err != nil {
		return err
	}
	e, err := t.record(ctx, d.event(NotArrived, Detail{}), "")
	if err != nil {
		return err
	}
	return t.dueAgain(ctx, e)
}

func (d *delivery) event(kind Kind, detail Detail) Event {
	detail.UIN = d.UIN.String()
	return Event{Request: d.request, Invitation: d.id, Attempt: d.attempt, Kind: kind, Detail: detail}
}
