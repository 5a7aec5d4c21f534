package approvals

import (
	"cmp"
	"context"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// An envelope that comes twice counts once: the event that it caused carries its key, and is looked for first.

// seen returns the event that an envelope caused when it came before.
func (t *tx) seen(ctx context.Context, key string) (ledger.Event, bool, error) {
	return ledger.Caused(ctx, t.Tx, key)
}

// answered is how a command was answered when it came before: with the request that it made, or with a refusal.
func (t *tx) answered(ctx context.Context, e ledger.Event) (made Request, refused, err error) {
	if e.Kind != ledger.Refused {
		made, err = t.request(ctx, e.Request)
		return made, nil, err
	}
	refusal := &RefusedError{Why: e.Detail.Why}
	if shown := cmp.Or(e.Detail.Other, e.Request); shown != 0 {
		refusal.Request, err = t.request(ctx, shown)
	}
	if err == nil && refusal.Why == ledger.TooMany {
		refusal.Open, err = t.openOf(ctx, e.Actor.ID)
	}
	return Request{}, refusal, err
}
