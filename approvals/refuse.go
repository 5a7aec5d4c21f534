package approvals

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Refuse records that somebody tried what they may not do, where the caller is who knows it, and tells them. It returns the
// [*RefusedError]. Request is 0 where the attempt was about none.
func (d *Desk) Refuse(ctx context.Context, c Click, request int64, why ledger.Why) (refused *RefusedError, err error) {
	err = d.store.write(ctx, func(t *tx) error {
		before, again, err := t.seen(ctx, c.Key)
		if err == nil && !again && request != 0 {
			_, err = t.request(ctx, request)
		}
		if err != nil {
			return err
		}
		var told error
		if again {
			_, told, err = t.answered(ctx, before)
		} else {
			told, err = t.refuse(ctx, c, request, ledger.Detail{Why: why})
		}
		refused, _ = errors.AsType[*RefusedError](told)
		return err
	})
	return refused, err
}

// formWait is how long a refusal waits that somebody is told in a form: longer than Slack lets a form be opened after a click.
const formWait = 5 * time.Second

// Told says that somebody was told a refusal in a form: it need not be told again.
func (d *Desk) Told(ctx context.Context, refusal int64, to Person) error {
	return d.store.write(ctx, func(t *tx) error {
		return t.Run(ctx, `UPDATE posts SET shown = wanted, ts = 'form' WHERE id = (SELECT MAX(id)`+untold+`)`, refusal, to.ID)
	})
}

// NotTold says that it couldn't be told in a form, so that it is told now.
func (d *Desk) NotTold(ctx context.Context, refusal int64, to Person) error {
	return d.store.write(ctx, func(t *tx) error {
		t.say = t.now
		return t.Run(ctx, `UPDATE posts SET due_at = ? WHERE id = (SELECT MAX(id)`+untold+`)`, t.now, refusal, to.ID)
	})
}

const untold = ` FROM posts WHERE event_id = ? AND slot = 'ephemeral' AND recipient = ? AND wanted > shown AND gave_up = '' AND turn = 0 AND attempt = 0`

// refuse records a refusal and makes it due to be told. It returns the [*RefusedError] for the caller.
func (t *tx) refuse(ctx context.Context, c Click, request int64, why ledger.Detail) (refused, err error) {
	first, counted, err := t.countRefusal(ctx, c, request, why.Why)
	if err != nil {
		return nil, err
	}
	if !counted {
		if first, err = t.recordRefusal(ctx, c, request, why); err != nil {
			return nil, err
		}
	}
	_, refused, err = t.answered(ctx, first)
	if r, ok := errors.AsType[*RefusedError](refused); ok {
		r.Event = first.ID
	}
	return refused, err
}

func (t *tx) recordRefusal(ctx context.Context, c Click, request int64, why ledger.Detail) (ledger.Event, error) {
	why.Tried, why.Typed = c.Tried, invite.AsSeen(c.Typed, ledger.MaxTyped)
	e, err := t.record(ctx, ledger.Event{Request: request, Actor: c.By, Kind: ledger.Refused, Detail: why}, c.Key)
	if err == nil && slices.Contains(withoutRights, why.Why) {
		err = t.Run(ctx, `INSERT INTO refusals (actor, why, tried, request_id, event_id, ends_at, last_key) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			c.By.ID, string(why.Why), c.Tried, request, e.ID, t.now.Add(countedFor), c.Key)
	}
	if err == nil && c.Channel != "" {
		err = t.dueRefusal(ctx, e, c)
	}
	return e, err
}

// dueRefusal makes a refusal something to tell. Where so many wait for this person already that they are only pressing on, the
// newest of those tells of it too: whoever may do nothing must not fill the queue of those who do.
func (t *tx) dueRefusal(ctx context.Context, e ledger.Event, c Click) error {
	const (
		enough  = 5
		waiting = ` FROM posts WHERE wanted > shown AND gave_up = '' AND turn = 0 AND slot = 'ephemeral' AND recipient = ?`
	)
	var n int
	if err := t.Row(ctx, `SELECT COUNT(*)`+waiting, c.By.ID).Scan(&n); err != nil {
		return err
	}
	switch {
	case n < enough && c.Form:
		return t.dueAt(ctx, e, Ephemeral, c.By, c.Channel, t.now.Add(formWait))
	case n < enough:
		return t.due(ctx, e, Ephemeral, c.By, c.Channel)
	}
	// One that is being said just now is said again.
	return t.Run(ctx, `UPDATE posts SET others = others + 1, wanted = wanted + 1 WHERE id = (SELECT MAX(id)`+waiting+`)`, c.By.ID)
}
