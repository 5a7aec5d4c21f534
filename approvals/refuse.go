package approvals

import (
	"context"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Refuse records that somebody tried what they may not do, where the caller is who knows it, and tells them.
// Request is 0 where the attempt was about none.
func (d *Desk) Refuse(ctx context.Context, c Click, request int64, why ledger.Why) error {
	return d.store.write(ctx, func(t *tx) error {
		if _, again, err := t.seen(ctx, c.Key); err != nil || again {
			return err
		}
		if request != 0 {
			if _, err := t.request(ctx, request); err != nil {
				return err
			}
		}
		_, err := t.refuse(ctx, c, request, ledger.Detail{Why: why})
		return err
	})
}

// refuse records a refusal and makes it due to be told. It returns the [*RefusedError] for the caller.
func (t *tx) refuse(ctx context.Context, c Click, request int64, why ledger.Detail) (refused, err error) {
	why.Tried = c.Tried
	e, err := t.record(ctx, ledger.Event{Request: request, Actor: c.By, Kind: ledger.Refused, Detail: why}, c.Key)
	if err != nil {
		return nil, err
	}
	if c.Channel != "" {
		if err := t.dueRefusal(ctx, e, c); err != nil {
			return nil, err
		}
	}
	_, refused, err = t.answered(ctx, e)
	return refused, err
}

// dueRefusal makes a refusal something to tell, unless so many wait for this person already that they are only pressing
// on: whoever may do nothing must not fill the queue of those who do.
func (t *tx) dueRefusal(ctx context.Context, e ledger.Event, c Click) error {
	const enough = 5
	var waiting int
	err := t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE wanted > shown AND gave_up = '' AND slot = 'ephemeral' AND recipient = ?`, c.By.ID).Scan(&waiting)
	if err != nil || waiting >= enough {
		return err
	}
	return t.due(ctx, e, Ephemeral, c.By, c.Channel)
}
