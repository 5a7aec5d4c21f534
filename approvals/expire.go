package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// expireIfDue ends a request whose time is over but which nobody has ended yet.
func (t *tx) expireIfDue(ctx context.Context, r *Request) error {
	if r.State != Pending || r.ExpiresAt.IsZero() || t.now.Before(r.ExpiresAt) {
		return nil
	}
	if err := t.drop(ctx, r, Expired); err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Request: r.ID, Kind: ledger.Expired}, "")
	if err != nil {
		return err
	}
	return t.dueDirect(ctx, e, r.Requester)
}

// nextExpiry ends the requests whose time is over, up to a hundred in a transaction, and the minutes in which refusals were
// counted; and it reminds of what waits. It is woken for reminders only: a request is
// made at least a minute before its time is over, and a click after that finds it expired in any case.
func (w *Worker) nextExpiry(ctx context.Context, _ int) (jobs []job, next time.Time, err error) {
	err = w.store.write(ctx, func(t *tx) error {
		if err := w.mindTheClock(ctx, t); err != nil {
			return err
		}
		var due []int64
		err := t.Rows(ctx, func(scan func(...any) error) error {
			var id int64
			defer func() { due = append(due, id) }()
			return scan(&id)
		}, `SELECT id FROM requests WHERE state = 'pending' AND expires_at > 0 AND expires_at <= ? ORDER BY expires_at LIMIT 100`+t.Skip("requests"), t.now)
		if err != nil {
			return err
		}
		for _, id := range due {
			r, err := t.lockedRequest(ctx, id)
			if err != nil {
				return err
			}
			if err := t.expireIfDue(ctx, &r); err != nil {
				return err
			}
		}
		if next, err = t.earliest(ctx, `SELECT COALESCE(MIN(expires_at), 0) FROM requests WHERE state = 'pending' AND expires_at > ?`, 0); err != nil {
			return err
		}
		reminds, err := t.remind(ctx, w.rules)
		if err != nil {
			return err
		}
		counted, err := t.tellTallies(ctx)
		next = sooner(sooner(next, reminds), counted)
		return err
	})
	return nil, next, err
}
