package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// lookUp asks Tencent Cloud what became of a call.
func (w *Worker) lookUp(ctx context.Context, d delivery, moment time.Time) {
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	w.depart(call, moment)
	asked := w.store.now()
	found := w.sender.Lookup(call, d.Invitation, d.since())
	w.log.Info("looked up an invitation", "request", d.request, "invitation", d.id, "attempt", d.attempt, "finding", found.Finding, "listed", found.InvitationID, "status", found.Status, "error", found.Err)
	if ctx.Err() != nil {
		return
	}
	w.finish(ctx, d, func(ctx context.Context, t *tx) error { return t.finishLookup(ctx, &d, found, asked, w.settle) })
}

// finishLookup records what was found at the time asked, which may be long ago where the process stood still since.
func (t *tx) finishLookup(ctx context.Context, d *delivery, l invite.Traces, asked time.Time, settle time.Duration) error {
	detail := ledger.Detail{Finding: l.Finding, Listed: l.InvitationID, Status: l.Status}
	switch l.Finding {
	case invite.Found:
		detail.How = ledger.LookedUp
		return t.setSent(ctx, d, detail)
	case invite.Absent:
		if believed := d.attemptedAt.Add(d.settles(settle)); asked.Before(believed) {
			return t.askAgain(ctx, d, ledger.Searching, detail, believed)
		}
		if d.answered() {
			return t.setFailed(ctx, d, ledger.Detail{RequestID: d.requestID, Code: d.code, Message: d.message})
		}
		return t.sendAgain(ctx, d)
	case invite.Forbidden, invite.Unclear:
		// Permission may be granted, or the list become clear, without anybody pressing a button.
		return t.askAgain(ctx, d, ledger.Stuck, detail, t.now.Add(10*time.Minute))
	default:
		return t.askAgain(ctx, d, ledger.Searching, detail, t.now.Add(time.Minute))
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
func (t *tx) askAgain(ctx context.Context, d *delivery, tell ledger.Kind, detail ledger.Detail, latest time.Time) error {
	due := t.now.Add(backoff(d.failures+1, 2*time.Second, time.Minute))
	if tell == ledger.Stuck || latest.Before(due) {
		due = latest
	}
	ok, err := t.Change(ctx, `UPDATE invitations SET due_at = ?, failures = failures + 1 WHERE id = ? AND state = 'unknown' AND attempt = ?`,
		due, d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.deliver = due
	return t.tellOnce(ctx, d, tell, detail)
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
