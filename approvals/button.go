package approvals

import (
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Button is what somebody pressed: which request and attempt it was for, as it was made, and on which message. The same
// numbers come back after a restore or a copy; the nonces don't.
type Button struct {
	Nonce   string // of the request
	Digest  string // of the request as the card showed it; empty on a reply's buttons
	Attempt string // nonce of the attempt; empty on a card's buttons
	At      Place  // the message; zero where that isn't known, as in a modal
}

// pressed says why a button doesn't count; empty: it does. A click counts only on the message on record.
func (t *tx) pressed(ctx context.Context, b *Button, r Request) (ledger.Why, error) {
	switch {
	case b == nil: // a command
		return "", nil
	case b.Nonce != r.Nonce, b.Digest != "" && b.Digest != r.Digest:
		return ledger.UnknownCard, nil
	case b.At == Place{} || b.At == r.Card:
		return "", nil
	}
	var here, placeless int
	err := t.Row(ctx, `SELECT COALESCE(SUM(CASE WHEN channel = ? AND ts = ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN ts = '' AND attempt > 0 THEN 1 ELSE 0 END), 0)
		FROM posts WHERE request_id = ? AND slot IN ('card', 'thread')`, b.At.Channel, b.At.TS, r.ID).Scan(&here, &placeless)
	// People are faster than the record of a message that was just posted.
	if err != nil || here > 0 || placeless > 0 {
		return "", err
	}
	return ledger.OffRecord, nil
}

// unknownCard refuses a button of a request that this database doesn't have, which may have another of the same number.
func (t *tx) unknownCard(ctx context.Context, c Click) (refused, err error) {
	return t.refuse(ctx, c, 0, ledger.Detail{Why: ledger.UnknownCard})
}

// CanDecide says whether a button would count now, for who is about to open a form: nil, or a [*RefusedError], which is
// then in the ledger.
func (d *Desk) CanDecide(ctx context.Context, c Click, request int64) (Request, error) {
	return d.act(ctx, c, this(request), func(_ *tx, r *Request) (ledger.Detail, error) {
		if r.State != Pending {
			return ledger.Detail{Why: ledger.DecidedBefore}, nil
		}
		return ledger.Detail{}, nil
	})
}

func isMissing(err error) bool { return errors.Is(err, ErrNotFound) }
