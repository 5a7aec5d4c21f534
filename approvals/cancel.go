package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// An open invitation can be cancelled. That follows the same rules as sending: what somebody wants is recorded with a lease before the call
// is made, and a call whose outcome nobody knows is looked up (follow.go has the end of it). It goes by Tencent Cloud's number of the
// invitation, so a call that is made twice can't cancel another one.
//
//	'' ── an approver wants it ──▶ ready ── claimed ──▶ sending ──▶ cancelled
//	 ▲                               ▲                     ├──▶ '' (refused; the approver may try again)
//	 └── tried too often ────────────┴── still open ── unknown ── found in the list ──▶ cancelled, joined, …

// How far cancelling is, by its name in the database.
const (
	cancelReady   = "ready"
	cancelSending = "sending"
	cancelUnknown = "unknown"
)

// cancelTries is how often it is tried to cancel an invitation, where the outcome of a call isn't known, before an approver has to look.
const cancelTries = 5

// Cancel has an open invitation cancelled. Any approver may: it takes away, and grants nothing.
func (d *Desk) Cancel(ctx context.Context, c Click, invitation int64, attempt int) (Request, error) {
	return d.act(ctx, c, of(ctx, invitation), func(t *tx, r *Request) (ledger.Detail, error) {
		i := r.invitation(invitation)
		if !c.Button.isOf(i) || i.State != Sent || i.Attempt != attempt {
			return ledger.Detail{Why: ledger.NotCurrent}, nil
		}
		if err := t.sweepNow(ctx); err != nil { // its number may not be known yet
			return ledger.Detail{}, err
		}
		wanted, err := t.Change(ctx, `UPDATE followed SET cancel = 'ready', cancel_asked_at = ?, cancel_due_at = ?, cancel_failures = 0, cancelled_by = ?, cancelled_by_name = ?
			WHERE invitation_id = ? AND cancel = ''`, t.now, t.now, c.By.ID, c.By.Name, invitation)
		if err != nil || !wanted {
			return ledger.Detail{Why: ledger.NotCurrent}, err
		}
		t.cancel, i.CancelledBy = t.now, c.By
		e, err := t.record(ctx, ledger.Event{Request: r.ID, Invitation: invitation, Attempt: attempt, Actor: c.By, Kind: ledger.CancelAsked,
			Detail: ledger.Detail{UIN: i.UIN.String(), Basis: c.Basis}}, c.Key)
		if err != nil {
			return ledger.Detail{}, err
		}
		if err := t.dueAgain(ctx, e); err != nil {
			return ledger.Detail{}, err
		}
		return ledger.Detail{}, t.dueCard(ctx, r.ID, cardDelay)
	})
}

// cancelling is an invitation that somebody wants cancelled.
type cancelling struct {
	ended
	askedAt  time.Time
	calledAt time.Time
	failures int
}

// nextCancel claims one that is due.
func (w *Worker) nextCancel(ctx context.Context, _ int) ([]job, time.Time, error) {
	return nextCall(ctx, w, w.dueCancel, w.claimCancel, w.callToCancel)
}

func (w *Worker) claimCancel(ctx context.Context) (claimed *cancelling, err error) {
	err = w.claiming(ctx, func(t *tx) (err error) {
		claimed, err = t.claimCancel(ctx, w)
		return err
	})
	return claimed, err
}

func (w *Worker) dueCancel(ctx context.Context) (next time.Time, err error) {
	err = w.store.read(ctx, func(t *tx) error {
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(cancel_due_at), 0) FROM followed WHERE cancel <> ''`)
		return err
	})
	return next, err
}

// claimCancel takes the one that has been due longest, where it can be called for.
func (t *tx) claimCancel(ctx context.Context, w *Worker) (*cancelling, error) {
	// The lists are locked first, as who reads them does it.
	if _, err := t.numbers(ctx, `SELECT sweep FROM sweeps ORDER BY list`+t.Lock("sweeps")); err != nil {
		return nil, err
	}
	var c cancelling
	due, err := t.endings(ctx, `cancel <> '' AND cancel_due_at <= ? ORDER BY cancel_due_at, i.id LIMIT 1`+t.Skip("followed"), t.now)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	c.ended = due[0]
	var asked, called int64
	err = t.Row(ctx, `SELECT cancel_asked_at, cancel_called_at, cancel_failures FROM followed WHERE invitation_id = ?`, c.id).Scan(&asked, &called, &c.failures)
	if err != nil {
		return nil, err
	}
	c.askedAt, c.calledAt = database.Unstamp(asked), database.Unstamp(called)
	switch {
	case c.cancel == cancelSending: // its process died in the call
		return nil, t.loseCancel(ctx, w, &c, ledger.Detail{Note: ledger.ProcessEnded})
	case c.listed == 0:
		return nil, t.awaitNumber(ctx, w, &c)
	}
	proved, err := t.isCancelProved(ctx, &c)
	if err == nil && !proved {
		w.log.Error("an invitation is not cancelled, because the record doesn't prove that an approver wants it: it was changed in the database", "request", c.request, "invitation", c.id)
		return nil, t.giveUpCancel(ctx, &c, ledger.Detail{Stop: ledger.NotApproved})
	}
	if err != nil {
		return nil, err
	}
	return &c, t.startCancel(ctx, &c)
}

// isCancelProved says whether the ledger has it that this approver asked to cancel this invitation, and that its number is that of one to
// this account: what else its row says, whoever can write to the database may have written.
func (t *tx) isCancelProved(ctx context.Context, c *cancelling) (bool, error) {
	var asked int64
	err := t.Row(ctx, `SELECT COALESCE(MAX(e.id), 0) FROM events AS e, listed_invitations AS l WHERE request_id = ? AND invitation_id = ? AND attempt = ? AND kind = ? AND actor = ?
		AND l.id = ? AND l.uin = ?`, c.request, c.id, c.attempt, string(ledger.CancelAsked), c.by.ID, c.listed, c.UIN.String()).Scan(&asked)
	if err != nil || asked == 0 {
		return false, err
	}
	return ledger.Proves(ctx, t.Tx, t.store.keys, asked)
}

// startCancel records that the call is about to be made.
func (t *tx) startCancel(ctx context.Context, c *cancelling) error {
	ok, err := t.Change(ctx, `UPDATE followed SET cancel = 'sending', cancel_called_at = ?, cancel_due_at = ? WHERE invitation_id = ? AND cancel = ?`,
		t.now, t.now.Add(callLease), c.id, c.cancel)
	if err != nil || !ok {
		return conflict(err)
	}
	c.cancel, c.calledAt = cancelSending, t.now
	_, err = t.record(ctx, c.event(ledger.Cancelling, ledger.Detail{Listed: c.listed}), "")
	return err
}

// awaitNumber waits until the list tells by which number the invitation goes. Where that can't be found out, an approver has to cancel it elsewhere.
func (t *tx) awaitNumber(ctx context.Context, w *Worker, c *cancelling) error {
	var from int64
	var failures int
	var code string
	if err := t.Row(ctx, `SELECT completed_from, failures, code FROM sweeps WHERE list = 'invitations'`).Scan(&from, &failures, &code); err != nil {
		return err
	}
	settled := t.now.Sub(c.askedAt) >= w.settle
	switch {
	case settled && database.Unstamp(from).After(c.askedAt):
		return t.giveUpCancel(ctx, c, ledger.Detail{Finding: invite.Absent})
	case failures > 0 && (&invite.CallError{Result: invite.Result{Code: code}}).Forbidden():
		return t.giveUpCancel(ctx, c, ledger.Detail{Finding: invite.Forbidden})
	case settled && failures >= stuckAfter:
		return t.giveUpCancel(ctx, c, ledger.Detail{Finding: invite.Unavailable})
	}
	if settled {
		if err := t.sweepNow(ctx); err != nil {
			return err
		}
	}
	t.cancel = t.now.Add(sweepSoon)
	return t.Run(ctx, `UPDATE followed SET cancel_due_at = ? WHERE invitation_id = ? AND cancel = 'ready'`, t.cancel, c.id)
}

// callToCancel makes the call of a claimed one, at its moment.
func (w *Worker) callToCancel(ctx context.Context, c cancelling, moment time.Time) {
	call, cancel := context.WithDeadline(ctx, time.Now().Add(callTimeout-w.store.now().Sub(c.calledAt)))
	defer cancel()
	w.depart(call, moment)
	result := w.sender.Cancel(call, c.listed, c.calledAt)
	var next time.Time
	w.finish(ctx, c.delivery, func(ctx context.Context, t *tx) error {
		err := t.finishCancel(ctx, w, &c, result)
		next = t.cancel
		return err
	})
	w.logCall("CancelOrganizationInvitation", c.delivery, result, next)
}

func (t *tx) finishCancel(ctx context.Context, w *Worker, c *cancelling, r invite.Result) error {
	detail := ledger.Detail{RequestID: r.RequestID, Code: r.Code, Message: r.Message}
	switch {
	case r.Outcome == invite.Sent:
		return t.concludeCancel(ctx, c, detail)
	case r.NotOpen() && c.failures == 0:
		if err := t.sweepNow(ctx); err != nil { // the lists tell what became of it
			return err
		}
		return t.giveUpCancel(ctx, c, detail)
	case r.Outcome == invite.Rejected && !r.NotOpen():
		return t.giveUpCancel(ctx, c, detail)
	case r.Outcome == invite.NotSent && t.now.Sub(c.askedAt) < longestReady:
		return t.postponeCancel(ctx, c)
	case r.Outcome == invite.NotSent:
		return t.giveUpCancel(ctx, c, detail)
	}
	return t.loseCancel(ctx, w, c, detail) // or it isn't open any more, and an earlier call may be why
}

// concludeCancel records that the invitation was cancelled by this call. Where the list has told something else meanwhile, that stands.
func (t *tx) concludeCancel(ctx context.Context, c *cancelling, detail ledger.Detail) error {
	current, err := t.Change(ctx, `UPDATE followed SET found = '' WHERE invitation_id = ? AND cancel <> '' AND cancel_called_at = ?`, c.id, c.calledAt)
	if err != nil || !current {
		return conflict(err)
	}
	if err := t.conclude(ctx, c.ended, Cancelled, c.by, detail); err != nil {
		return err
	}
	return t.tellEnded(ctx, []ended{c.ended})
}

// moveCancel goes on from the call that was made, unless somebody else has done so.
func (t *tx) moveCancel(ctx context.Context, c *cancelling, to string, due time.Time, failures int) error {
	t.cancel = due
	current, err := t.Change(ctx, `UPDATE followed SET cancel = ?, cancel_due_at = ?, cancel_failures = ? WHERE invitation_id = ? AND cancel = ? AND cancel_called_at = ?`,
		to, due, failures, c.id, c.cancel, c.calledAt)
	if err != nil || !current {
		return conflict(err)
	}
	return nil
}

func (t *tx) postponeCancel(ctx context.Context, c *cancelling) error {
	pause := min(time.Second+t.now.Sub(c.askedAt)/2, time.Minute)
	return t.moveCancel(ctx, c, cancelReady, t.now.Add(pause), c.failures)
}

// loseCancel has the lists read. Where they don't tell by then that the invitation has ended, the call is made once more.
func (t *tx) loseCancel(ctx context.Context, w *Worker, c *cancelling, detail ledger.Detail) error {
	if c.failures+1 >= cancelTries {
		return t.giveUpCancel(ctx, c, detail)
	}
	if err := t.sweepNow(ctx); err != nil {
		return err
	}
	if err := t.moveCancel(ctx, c, cancelUnknown, t.now.Add(max(w.settle, sweepSoon)), c.failures+1); err != nil {
		return err
	}
	_, err := t.record(ctx, c.event(ledger.CancelLost, detail), "")
	return err
}

// giveUpCancel tells that the invitation couldn't be cancelled, as far as anybody knows. It goes on as it was.
func (t *tx) giveUpCancel(ctx context.Context, c *cancelling, detail ledger.Detail) error {
	current, err := t.Change(ctx, `UPDATE followed SET cancel = '', cancel_due_at = 0, cancelled_by = '', cancelled_by_name = '' WHERE invitation_id = ? AND cancel = ? AND cancel_called_at = ?`,
		c.id, c.cancel, c.calledAt)
	if err != nil || !current {
		return conflict(err)
	}
	return t.tellThread(ctx, c.event(ledger.NotCancelled, detail), "", 0)
}

// doubtCancels has the calls looked up, after a set-back, that may have been made since.
func (t *tx) doubtCancels(ctx context.Context) error {
	t.cancel = t.now.Add(sweepAgain)
	return t.Run(ctx, `UPDATE followed SET cancel = 'unknown', cancel_due_at = ? WHERE cancel <> ''`, t.cancel)
}
