package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Approvers are reminded of what waits for them by one message, which lists all of it, is edited as it is decided, and is made anew once a day
// at most. A request asks for it when it has waited for so long, and in any case before half of its time is over.

const (
	remindEvery = 24 * time.Hour   // at most
	remindEdits = 10 * time.Second // what is decided within so long is one edit
)

// remind makes the reminder that is due, and says when the next one is; zero: nothing waits.
func (t *tx) remind(ctx context.Context, rules Rules) (next time.Time, err error) {
	if rules.RemindAfter <= 0 {
		return next, nil
	}
	if next, err = t.nextReminder(ctx, rules); err != nil || next.IsZero() || next.After(t.now) {
		return next, err
	}
	first, err := t.Change(ctx, `INSERT INTO reminders (single, at) VALUES (1, ?) ON CONFLICT (single) DO UPDATE SET at = excluded.at WHERE reminders.at <= ?`,
		t.now, t.now.Add(-rules.remindEvery()))
	if err != nil || !first { // another process was faster
		return t.now.Add(rules.remindEvery()), err
	}
	waiting, err := t.numbers(ctx, `SELECT id FROM requests WHERE state = 'pending' ORDER BY created_at, id`)
	if err != nil {
		return next, err
	}
	e, err := t.record(ctx, ledger.Event{Kind: ledger.Reminded, Detail: ledger.Detail{Requests: waiting}}, "")
	if err != nil {
		return next, err
	}
	if err := t.due(ctx, e, Notice, Person{}, ""); err != nil {
		return next, err
	}
	return t.now.Add(rules.remindEvery()), t.Run(ctx, `UPDATE reminders SET post_id = (SELECT MAX(id) FROM posts WHERE event_id = ? AND request_id IS NULL)`, e.ID)
}

// remindEvery is how long after a reminder the next one may be made: of requests that wait for less than two days, each is to be in one in time.
func (r Rules) remindEvery() time.Duration {
	if r.TTL > 0 {
		return min(remindEvery, r.TTL/2)
	}
	return remindEvery
}

// firstReminder is how long after a request was made it is worth a reminder.
func (r Rules) firstReminder() time.Duration {
	if r.TTL > 0 {
		return min(r.RemindAfter, r.TTL/2)
	}
	return r.RemindAfter
}

// planReminder has a reminder made in time for a request that is made now.
func (t *tx) planReminder(rules Rules) {
	if rules.RemindAfter > 0 {
		t.time = sooner(t.time, t.now.Add(rules.firstReminder()))
	}
}

// nextReminder is when one is due; zero: nothing waits.
func (t *tx) nextReminder(ctx context.Context, rules Rules) (time.Time, error) {
	after := rules.RemindAfter.Milliseconds()
	next, err := t.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN expires_at > 0 AND (expires_at - created_at) / 2 < ? THEN created_at + (expires_at - created_at) / 2 ELSE created_at + ? END), 0)
		FROM requests WHERE state = 'pending'`, after, after)
	if err != nil || next.IsZero() {
		return next, err
	}
	last, err := t.earliest(ctx, `SELECT COALESCE(MAX(at), 0) FROM reminders`)
	if err != nil || last.IsZero() {
		return next, err
	}
	return latest(next, last.Add(rules.remindEvery())), nil
}

// dueReminder has the newest reminder say that a request no longer waits, if it says that it does.
func (t *tx) dueReminder(ctx context.Context, r *Request) error {
	at := t.now.Add(remindEdits)
	edited, err := t.Change(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = CASE WHEN wanted > shown THEN due_at ELSE ? END
		WHERE id = (SELECT post_id FROM reminders WHERE at >= ?)`, at, r.CreatedAt)
	if edited {
		t.say = sooner(t.say, at)
	}
	return err
}

// remindedOf are the requests of a reminder that still wait, as they stand.
func (t *tx) remindedOf(ctx context.Context, e ledger.Event) (waiting []Request, more int, err error) {
	if e.Kind != ledger.Reminded {
		return nil, 0, nil
	}
	listed := map[int64]bool{}
	for _, id := range e.Detail.Requests {
		listed[id] = true
	}
	still, err := t.numbers(ctx, `SELECT id FROM requests WHERE state = 'pending' ORDER BY created_at, id`)
	if err != nil {
		return nil, 0, err
	}
	for _, id := range still {
		switch {
		case !listed[id]:
		case len(waiting) == mostTold:
			more++
		default:
			r, err := t.request(ctx, id)
			if err != nil {
				return nil, 0, err
			}
			waiting = append(waiting, r)
		}
	}
	return waiting, more, nil
}
