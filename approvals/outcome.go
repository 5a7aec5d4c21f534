package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

func (t *tx) finishAttempt(ctx context.Context, d *delivery, r invite.Result) error {
	detail := ledger.Detail{RequestID: r.RequestID, Code: r.Code, Message: r.Message}
	switch {
	case r.Outcome == invite.Sent:
		return t.setSent(ctx, d, detail)
	case r.Outcome == invite.Rejected && d.doubtful && r.AlreadyInvited():
		// By the attempt whose answer was lost, or by somebody else: the list tells.
		return t.setUnknown(ctx, d, detail)
	case r.Outcome == invite.Rejected:
		if d.doubtful {
			detail.Note = ledger.EarlierCallMayHaveArrived
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
func (t *tx) end(ctx context.Context, d *delivery, to State, due time.Time, detail ledger.Detail) error {
	ok, err := t.Change(ctx, `UPDATE invitations SET state = ?, due_at = ?, tc_request_id = ?, code = ?, message = ?
		WHERE id = ? AND attempt = ? AND state IN ('sending', 'unknown')`,
		string(to), due, detail.RequestID, detail.Code, detail.Message, d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return nil
}

func (t *tx) setSent(ctx context.Context, d *delivery, detail ledger.Detail) error {
	if err := t.end(ctx, d, Sent, time.Time{}, detail); err != nil {
		return err
	}
	if err := t.follow(ctx, d.id); err != nil {
		return err
	}
	return t.tellOutcome(ctx, d.event(ledger.Sent, detail), d.requester, "")
}

func (t *tx) setFailed(ctx context.Context, d *delivery, detail ledger.Detail) error {
	if err := t.end(ctx, d, Failed, time.Time{}, detail); err != nil {
		return err
	}
	rest, err := t.refuseRest(ctx, d, detail)
	if err != nil {
		return err
	}
	if err := t.recordRest(ctx, rest, detail); err != nil {
		return err
	}
	return t.tellOutcome(ctx, d.event(ledger.Failed, detail), d.requester, "")
}

// postpone has an attempt repeated that surely sent nothing. After an hour of that a person is to decide how to go on.
func (t *tx) postpone(ctx context.Context, d *delivery, detail ledger.Detail) error {
	due := t.now.Add(backoff(d.failures+1, time.Second, time.Minute))
	if due.Sub(d.readyAt) > longestReady {
		return t.setFailed(ctx, d, detail)
	}
	if err := t.end(ctx, d, Ready, due, detail); err != nil {
		return err
	}
	t.deliver = due
	if err := t.Run(ctx, `UPDATE invitations SET failures = failures + 1, attempted_at = 0 WHERE id = ?`, d.id); err != nil {
		return err
	}
	e, err := t.record(ctx, d.event(ledger.Postponed, detail), "")
	if err != nil {
		return err
	}
	if err := t.dueAgain(ctx, e); err != nil {
		return err
	}
	t.tellTablesOf(d.request, d.requester)
	if due.Sub(d.readyAt) < longWait {
		return nil
	}
	return t.tellOnce(ctx, d, ledger.Delayed, detail)
}

// setUnknown has the lists read at once. (Those are locked before the ledger is, as who reads them does it.)
func (t *tx) setUnknown(ctx context.Context, d *delivery, detail ledger.Detail) error {
	if err := t.sweepNow(ctx); err != nil {
		return err
	}
	if err := t.end(ctx, d, Unknown, time.Time{}, detail); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE invitations SET doubtful = 1, failures = 0, told = '', found = '' WHERE id = ?`, d.id); err != nil {
		return err
	}
	d.failures, d.told = 0, ""
	// What is known of an earlier attempt says nothing about this one.
	d.requestID, d.code, d.message = detail.RequestID, detail.Code, detail.Message
	if _, err := t.record(ctx, d.event(ledger.Lost, detail), ""); err != nil {
		return err
	}
	if d.answered() {
		return t.tellOnce(ctx, d, ledger.Searching, detail) // people see what was answered before it is looked up
	}
	return t.dueProgress(ctx, d.request, cardDelay)
}

// tellOutcome records how an invitation ended, for now, and makes it due in the thread, to the requester and on the card. Of several
// that are delivered together, one message tells, and by itself only what people can do something about; many are told together (many.go).
func (t *tx) tellOutcome(ctx context.Context, e ledger.Event, requester Person, key string) error {
	e, err := t.record(ctx, e, key)
	if err != nil {
		return err
	}
	m, err := t.matesOf(ctx, e.Request)
	if err != nil {
		return err
	}
	if m.many {
		return t.tellMany(ctx, e, requester, m)
	}
	several := m.all > 1 && e.Kind.IsOutcome()
	if !several || e.Kind != ledger.Sent {
		if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
			return err
		}
	}
	if !several {
		if err := t.dueOutcome(ctx, e, requester); err != nil {
			return err
		}
	}
	if err := t.dueAgainAmong(ctx, e, m); err != nil {
		return err
	}
	if several && m.left == 0 {
		if err := t.tellDelivered(ctx, e.Request, requester); err != nil {
			return err
		}
	}
	return t.dueCard(ctx, e.Request, 0)
}

// tellThread records what goes on with an invitation, and makes it due in the thread, and on the card after a delay.
func (t *tx) tellThread(ctx context.Context, e ledger.Event, key string, delay time.Duration) error {
	e, err := t.record(ctx, e, key)
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
		return err
	}
	if err := t.dueAgain(ctx, e); err != nil {
		return err
	}
	return t.dueCard(ctx, e.Request, delay)
}

// dueOutcome tells of the only account of a request: how its delivery ended is for all who are to be told, what follows for the requester.
func (t *tx) dueOutcome(ctx context.Context, e ledger.Event, requester Person) error {
	if e.Kind.IsOutcome() {
		return t.dueDirect(ctx, e, requester)
	}
	return t.due(ctx, e, Direct, requester, "")
}

// tellDelivered tells, once, what became of all invitations of a request.
func (t *tx) tellDelivered(ctx context.Context, request int64, requester Person) error {
	e, err := t.record(ctx, ledger.Event{Request: request, Kind: ledger.Delivered}, "")
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
		return err
	}
	return t.dueDirect(ctx, e, requester)
}

// tellOnce tells the thread of something that goes on, with what the newest call was answered, the first time only; where people
// are needed, again when the list has come to say what they need them for. Those whom it concerns are told of that directly, too.
func (t *tx) tellOnce(ctx context.Context, d *delivery, kind ledger.Kind, detail ledger.Detail) error {
	t.tellTablesOf(d.request, d.requester) // it may be late by now
	told := d.told == kind || d.told == ledger.Stuck && kind == ledger.Searching
	news := kind == ledger.Stuck && detail.Finding != d.found && (detail.Finding == invite.Elsewhere || detail.Finding == invite.Unclear)
	if told && !news {
		return nil
	}
	if detail.Code == "" {
		detail.RequestID, detail.Code, detail.Message = d.requestID, d.code, d.message
	}
	ok, err := t.Change(ctx, `UPDATE invitations SET told = ?, found = ? WHERE id = ? AND attempt = ? AND state IN ('ready', 'unknown')`,
		string(kind), string(detail.Finding), d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	m, err := t.matesOf(ctx, d.request)
	if err != nil {
		return err
	}
	told = m.many
	if told {
		if told, err = t.isToldOfMates(ctx, d, kind); err != nil {
			return err
		}
	}
	e, err := t.record(ctx, d.event(kind, detail), "")
	if err != nil {
		return err
	}
	if !told {
		err = t.due(ctx, e, Thread, Person{}, "")
	} else if kind != ledger.Stuck {
		err = t.dueGoingOn(ctx, d.request)
	}
	if err != nil {
		return err
	}
	if kind == ledger.Stuck && !told {
		if err := t.due(ctx, e, Direct, d.requester, ""); err != nil {
			return err
		}
	}
	if !m.many {
		return t.dueCard(ctx, d.request, 0)
	}
	return t.dueCard(ctx, d.request, progressEvery)
}
