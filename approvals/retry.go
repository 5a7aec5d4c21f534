package approvals

import (
	"context"
	"fmt"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Retry makes a failed invitation ready again. Attempt is the one that the person saw fail.
func (d *Desk) Retry(ctx context.Context, c Click, invitation int64, attempt int) (Request, error) {
	return d.act(ctx, c, of(ctx, invitation), func(t *tx, r *Request) (ledger.Detail, error) {
		if isOwn(c, r) {
			return ledger.Detail{Why: ledger.OwnRequest}, nil
		}
		if !c.Button.isOf(r.invitation(invitation)) {
			return ledger.Detail{Why: ledger.NotCurrent}, nil
		}
		other, err := t.otherLive(ctx, invitation)
		if err != nil {
			return ledger.Detail{}, err
		}
		if other != 0 {
			return ledger.Detail{Why: ledger.Duplicate, Other: other}, nil
		}
		e, current, err := t.unfail(ctx, c, r, invitation, attempt)
		if err != nil || !current {
			return ledger.Detail{Why: ledger.NotCurrent}, err
		}
		return ledger.Detail{}, t.tellThread(ctx, e, c.Key, cardDelay)
	})
}

// Settle ends an unknown outcome that looking up can't end: the person says whether the invitation arrived. If
// it didn't, it is sent again.
func (d *Desk) Settle(ctx context.Context, c Click, invitation int64, attempt int, arrived bool) (Request, error) {
	return d.act(ctx, c, of(ctx, invitation), func(t *tx, r *Request) (ledger.Detail, error) {
		if isOwn(c, r) {
			return ledger.Detail{Why: ledger.OwnRequest}, nil
		}
		if !c.Button.isOf(r.invitation(invitation)) {
			return ledger.Detail{Why: ledger.NotCurrent}, nil
		}
		if !arrived {
			e, current, err := t.makeReady(ctx, c, r, invitation, attempt, Unknown)
			if err != nil || !current {
				return ledger.Detail{Why: ledger.NotCurrent}, err
			}
			return ledger.Detail{}, t.tellThread(ctx, e, c.Key, cardDelay)
		}
		current, err := t.Change(ctx, `UPDATE invitations SET state = 'sent', code = '', message = '', settled_by = ?, settled_by_name = ? WHERE id = ? AND state = 'unknown' AND attempt = ?`,
			c.By.ID, c.By.Name, invitation, attempt)
		if err != nil || !current {
			return ledger.Detail{Why: ledger.NotCurrent}, err
		}
		if err := t.follow(ctx, invitation); err != nil {
			return ledger.Detail{}, err
		}
		i := r.invitation(invitation)
		i.State, i.Code, i.Message, i.SettledBy = Sent, "", "", c.By
		event := ledger.Event{Request: r.ID, Invitation: invitation, Attempt: attempt, Actor: c.By, Kind: ledger.Sent,
			Detail: ledger.Detail{How: ledger.Settled, UIN: i.UIN.String()}}
		return ledger.Detail{}, t.tellOutcome(ctx, event, r.Requester, c.Key)
	})
}

// isOwn says whether somebody deals with their own request where the rules don't allow that. Having it sent once more, or
// declaring it sent, is as much a say in it as the approval was.
func isOwn(c Click, r *Request) bool {
	return r.Requester.ID == c.By.ID && !r.AllowSelf
}

// unfail has a refused invitation sent again, and returns the event that tells so; false where it isn't refused any more. What was refused
// before the database was set back is looked up first: an approver may have had it sent since.
func (t *tx) unfail(ctx context.Context, c Click, r *Request, invitation int64, attempt int) (ledger.Event, bool, error) {
	if r.invitation(invitation).Told == ledger.SetBack {
		return t.lookUpFirst(ctx, c, r, invitation, attempt)
	}
	return t.makeReady(ctx, c, r, invitation, attempt, Failed)
}

func (t *tx) makeReady(ctx context.Context, c Click, r *Request, invitation int64, attempt int, from State) (ledger.Event, bool, error) {
	// An attempt that failed has come to its end, and what it left in doubt with it; one of which nobody knows may still
	// arrive, and the worker waits for that.
	current, err := t.Change(ctx, `UPDATE invitations SET state = 'ready', due_at = ?, ready_at = ?, failures = 0, told = '', code = '', message = '',
		attempted_at = CASE WHEN state = 'failed' THEN 0 ELSE attempted_at END, doubtful = CASE WHEN state = 'failed' THEN 0 ELSE doubtful END
		WHERE id = ? AND state = ? AND attempt = ?`, t.now, t.now, invitation, string(from), attempt)
	if err != nil || !current {
		return ledger.Event{}, false, err
	}
	note := ledger.Note("")
	if from == Unknown {
		note = ledger.WaitsForLostCall
	}
	return t.retried(c, r, invitation, attempt, Ready, note), true, nil
}

func (t *tx) lookUpFirst(ctx context.Context, c Click, r *Request, invitation int64, attempt int) (ledger.Event, bool, error) {
	if err := t.sweepNow(ctx); err != nil {
		return ledger.Event{}, false, err
	}
	current, err := t.Change(ctx, `UPDATE invitations SET state = 'unknown', due_at = 0, failures = 0, told = '', code = '', message = '', doubtful = 1
		WHERE id = ? AND state = 'failed' AND attempt = ?`, invitation, attempt)
	if err != nil || !current {
		return ledger.Event{}, false, err
	}
	return t.retried(c, r, invitation, attempt, Unknown, ledger.WaitsForLostCall), true, nil
}

// retried is the event that tells that an approver has an invitation sent again.
func (t *tx) retried(c Click, r *Request, invitation int64, attempt int, to State, note ledger.Note) ledger.Event {
	t.deliver = t.now
	i := r.invitation(invitation)
	i.State, i.Told, i.Code, i.Message = to, "", "", ""
	detail := ledger.Detail{UIN: i.UIN.String(), Note: note}
	return ledger.Event{Request: r.ID, Invitation: invitation, Attempt: attempt, Actor: c.By, Kind: ledger.Retried, Detail: detail}
}

// otherLive finds another request that has an invitation under way for the account of this one.
func (t *tx) otherLive(ctx context.Context, invitation int64) (request int64, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error { return scan(&request) },
		`SELECT o.request_id FROM invitations i JOIN invitations o ON o.uin = i.uin AND o.id <> i.id
		WHERE i.id = ? AND o.state IN ('waiting', 'ready', 'sending', 'unknown')`, invitation)
	return request, err
}

// of finds the request that an invitation belongs to.
func of(ctx context.Context, invitation int64) func(*tx) (int64, error) {
	return func(t *tx) (request int64, err error) {
		err = t.Rows(ctx, func(scan func(...any) error) error { return scan(&request) },
			`SELECT request_id FROM invitations WHERE id = ?`, invitation)
		if err == nil && request == 0 {
			err = fmt.Errorf("invitation %d: %w", invitation, ErrNotFound)
		}
		return request, err
	}
}
