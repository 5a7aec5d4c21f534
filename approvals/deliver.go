package approvals

import (
	"context"
	"errors"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// delivery is an invitation on its way. Whoever sends it holds it for callLease.
type delivery struct {
	invite.Invitation
	id, request int64
	requester   Person
	state       State
	attempt     int
	attemptedAt time.Time
	readyAt     time.Time
	failures    int
	doubtful    bool // the outcome of an earlier attempt was never learnt
	told        ledger.Kind
	found       invite.Finding // what was said of it then
	// Of Tencent Cloud's newest answer, empty where none came.
	requestID, code, message string
}

// nextDelivery claims one invitation that is due.
func (w *Worker) nextDelivery(ctx context.Context, _ int) ([]job, time.Time, error) {
	return nextCall(ctx, w, w.nextDue, w.claim, w.deliver)
}

// nextCall claims what is due a call. The moment of the call is reserved before, so that waiting for it
// doesn't eat the lease, and the claim is made a little ahead of it, so that its commit doesn't delay the call: calls
// that leave unevenly break the limit.
func nextCall[C any](ctx context.Context, w *Worker, due func(context.Context) (time.Time, error), claim func(context.Context) (*C, error),
	call func(context.Context, C, time.Time)) ([]job, time.Time, error) {
	next, err := due(ctx)
	if err != nil || next.IsZero() || next.After(w.store.now()) {
		return nil, next, err
	}
	moment, err := w.store.db.Slot(ctx, w.store.now(), w.every)
	if err != nil {
		return nil, next, err
	}
	sleep(ctx, moment.Sub(w.store.now())-ahead)
	if ctx.Err() != nil {
		return nil, next, nil
	}
	claimed, err := claim(ctx)
	if errors.Is(err, errConflict) {
		return nil, next, nil // another process was faster
	}
	if err != nil || claimed == nil {
		return nil, next, err
	}
	return []job{func(work context.Context) { call(work, *claimed, moment) }}, next, nil
}

// sendAtOnce claims the first invitation of a request that was just approved, where the rate allows to send it now. The
// approval is in the same transaction, so it is on disk before the call is made.
func (t *tx) sendAtOnce(ctx context.Context, r *Request) error {
	t.deliver = t.now
	if !t.claims(calls) {
		return nil
	}
	if stops(*r) != "" {
		return nil // which the claim of the pump will find, and say
	}
	w, i := t.crew.worker, &r.Invitations[0]
	free, err := t.store.db.SlotNow(ctx, t.Tx, t.now, w.every)
	if err != nil || !free {
		return err
	}
	d := delivery{Invitation: i.Invitation, id: i.ID, request: r.ID, requester: r.Requester, state: Ready, attempt: i.Attempt, readyAt: t.now, doubtful: r.Held}
	if err := t.startAttempt(ctx, &d); err != nil {
		return err
	}
	i.State, i.Attempt = d.state, d.attempt
	if len(r.Invitations) == 1 {
		t.deliver = t.now.Add(callLease)
	}
	moment := t.store.now() // when the slot was taken
	t.then(func(work context.Context) { w.deliver(work, d, moment) })
	return nil
}

// depart waits for the moment of a call. One that is too late for it takes another: together with those that leave at theirs,
// from here and from other replicas, it would be one too many.
func (w *Worker) depart(ctx context.Context, moment time.Time) {
	for {
		sleep(ctx, moment.Sub(w.store.now()))
		if ctx.Err() != nil || w.store.now().Sub(moment) <= late {
			return
		}
		next, err := w.store.db.Slot(ctx, w.store.now(), w.every)
		if err != nil {
			sleep(ctx, late)
			continue
		}
		moment = next
	}
}

func (w *Worker) nextDue(ctx context.Context) (next time.Time, err error) {
	err = w.store.read(ctx, func(t *tx) error {
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(due_at), 0) FROM invitations WHERE state IN ('ready', 'sending')`)
		return err
	})
	return next, err
}

// claim takes the invitation that has been due longest. A ready one becomes sending, unless a lost call may still arrive;
// one whose lease ran out while it was sending becomes unknown. The state is committed before anything is done.
func (w *Worker) claim(ctx context.Context) (claimed *delivery, err error) {
	err = w.claiming(ctx, func(t *tx) error {
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
			r, wrong := t.request(ctx, d.request)
			if wrong != nil {
				return wrong
			}
			if why := stops(r); why != "" {
				return t.stop(ctx, d, why)
			}
			d.Invitation = r.invitation(d.id).Invitation // as the digest has it
			claimed = d
			return t.startAttempt(ctx, d)
		default:
			return t.setUnknown(ctx, d, ledger.Detail{Note: ledger.ProcessEnded}) // it died in the call
		}
	})
	return claimed, err
}

func (t *tx) dueDelivery(ctx context.Context) (d *delivery, found bool, err error) {
	due, err := t.deliveries(ctx, `invitations.state IN ('ready', 'sending') AND due_at <= ? ORDER BY due_at, invitations.id LIMIT 1`+t.Skip("invitations"), t.now)
	if err != nil || len(due) == 0 {
		return nil, false, err
	}
	return &due[0], true, nil
}

// deliveries are the invitations for which a condition holds.
func (t *tx) deliveries(ctx context.Context, where string, args ...any) (all []delivery, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var d delivery
		var uin string
		var attempted, ready int64
		err := scan(&d.id, &d.request, &d.requester.ID, &d.requester.Name, &uin, &d.Name, &d.Remark, &d.state, &d.attempt, &attempted, &ready,
			&d.failures, &d.doubtful, &d.told, &d.found, &d.requestID, &d.code, &d.message)
		if err != nil {
			return err
		}
		d.attemptedAt, d.readyAt = database.Unstamp(attempted), database.Unstamp(ready)
		d.UIN, err = parseUIN(uin)
		all = append(all, d)
		return err
	}, `SELECT invitations.id, request_id, requester, requester_name, uin, name, remark, invitations.state, attempt, attempted_at, ready_at,
		failures, doubtful, told, found, tc_request_id, code, message
		FROM invitations JOIN requests ON requests.id = request_id WHERE `+where, args...)
	return all, err
}

func (t *tx) startAttempt(ctx context.Context, d *delivery) error {
	attempt, nonce := d.attempt+1, newNonce()
	ok, err := t.Change(ctx, `UPDATE invitations SET state = 'sending', attempt = ?, nonce = ?, attempted_at = ?, due_at = ?
		WHERE id = ? AND state = 'ready' AND attempt = ?`, attempt, nonce, t.now, t.now.Add(callLease), d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	d.state, d.attempt, d.attemptedAt = Sending, attempt, t.now
	t.claim = claim{"invitations", d.id, nonce}
	_, err = t.record(ctx, d.event(ledger.Attempted, ledger.Detail{}), "")
	return err
}

// wait keeps an invitation that an approver has sent again from being sent twice.
func (t *tx) wait(ctx context.Context, d *delivery, until time.Time) error {
	t.deliver = until
	return t.Run(ctx, `UPDATE invitations SET due_at = ? WHERE id = ? AND state = 'ready' AND attempt = ?`, until, d.id, d.attempt)
}

// deliver makes the call of a claimed invitation, at its moment.
func (w *Worker) deliver(ctx context.Context, d delivery, moment time.Time) {
	// The deadline counts from the claim: a process that was stopped in between must not call when it goes on.
	call, cancel := context.WithDeadline(ctx, time.Now().Add(callTimeout-w.store.now().Sub(d.attemptedAt)))
	defer cancel()
	w.depart(call, moment)
	result := w.sender.Send(call, d.Invitation, d.attemptedAt)
	var next time.Time
	w.finish(ctx, d, func(ctx context.Context, t *tx) error {
		err := t.finishAttempt(ctx, &d, result)
		next = t.deliver
		return err
	})
	w.logCall("SendOrganizationInvitation", d, result, next)
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
		if err == nil || errors.Is(err, errConflict) || errors.Is(err, database.ErrGone) || ctx.Err() != nil {
			break
		}
		sleep(ctx, backoff(failures, 250*time.Millisecond, 4*time.Second))
	}
	return err
}

// since is the earliest time at which an attempt can have been made that is to be looked up. After a set-back the newest
// may be older than it says.
func (d *delivery) since() time.Time {
	if d.readyAt.IsZero() {
		return d.attemptedAt
	}
	return d.readyAt
}

func (d *delivery) event(kind ledger.Kind, detail ledger.Detail) ledger.Event {
	detail.UIN = d.UIN.String()
	return ledger.Event{Request: d.request, Invitation: d.id, Attempt: d.attempt, Kind: kind, Detail: detail}
}
