package approvals

import (
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Button is what somebody pressed: which request and attempt it was for, as it was made, and on which message. The same
// numbers come back after a restore or a copy; the nonces don't.
type Button struct {
	Nonce     string // of the request
	Digest    string // of the request as the card showed it; empty on a reply's buttons
	Attempt   string // nonce of the attempt; empty on a card's buttons
	Foresight string // [Foresight.Mark] of what the card said with it; empty: made by an older version
	At        Place  // the message; zero where that isn't known, as in a modal
}

// refuseButton refuses a button that doesn't count: nil where it does, or where a command was typed.
func (t *tx) refuseButton(ctx context.Context, c Click, r Request) (refused, err error) {
	b := c.Button
	switch {
	case b == nil:
		return nil, nil
	case b.Nonce != r.Nonce:
		return t.stray(ctx, c)
	case b.Digest != "" && b.Digest != r.Digest: // somebody changed the request in the database: its card shows that from now on
		if err := t.dueCard(ctx, r.ID, 0); err != nil {
			return nil, err
		}
		return t.refuse(ctx, c, r.ID, ledger.Detail{Why: ledger.Changed})
	}
	counts, err := t.onRecord(ctx, b.At, r)
	if err == nil && counts {
		return nil, t.takePlace(ctx, b, r)
	}
	if err != nil {
		return nil, err
	}
	return t.refuse(ctx, c, r.ID, ledger.Detail{Why: ledger.OffRecord})
}

// onRecord says whether a button stands on a message of its request: a click counts only there.
func (t *tx) onRecord(ctx context.Context, at Place, r Request) (bool, error) {
	if (at == Place{}) || at == r.Card {
		return true, nil
	}
	var n int
	err := t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE request_id = ? AND slot IN ('card', 'thread', 'direct')
		AND (channel = ? AND ts = ? OR ts = '')`, // people are faster than the record of what was just posted, and a backup may be older than it
		r.ID, at.Channel, at.TS).Scan(&n)
	return n > 0, err
}

// takePlace learns from a click where the card stands, if that isn't on record: the answer to its post may be lost for good.
func (t *tx) takePlace(ctx context.Context, b *Button, r Request) error {
	if r.Card.TS != "" || b.Digest == "" || b.At.TS == "" {
		return nil
	}
	return t.Run(ctx, `UPDATE posts SET channel = ?, ts = ?, turn = 0, doubtful = 0 WHERE request_id = ? AND slot = 'card' AND ts = ''`, b.At.Channel, b.At.TS, r.ID)
}

// stray refuses a button of a request that this database doesn't have, though it may have another of the same number.
func (t *tx) stray(ctx context.Context, c Click) (refused, err error) {
	var known int
	err = t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE channel = ? AND ts = ?`, c.Button.At.Channel, c.Button.At.TS).Scan(&known)
	if err != nil {
		return nil, err
	}
	refused, err = t.refuse(ctx, c, 0, ledger.Detail{Why: ledger.UnknownCard})
	r, ok := errors.AsType[*RefusedError](refused)
	if !ok || known > 0 || (c.Button.At == Place{}) {
		return refused, err
	}
	r.Stray = true
	r.Head, err = ledger.HeadOf(ctx, t.Tx)
	return refused, err
}

// isStray says whether an error tells that the button's request isn't in this database.
func (c Click) isStray(err error) bool { return c.Button != nil && errors.Is(err, ErrNotFound) }

// isOf says whether a button was made for the newest attempt of an invitation.
func (b *Button) isOf(i *Invitation) bool { return b == nil || b.Attempt == i.Nonce }

// CanDecide says whether a button would count now, for who is about to open a form: nil, or a [*RefusedError], which is
// then in the ledger.
func (d *Desk) CanDecide(ctx context.Context, c Click, request int64) (Request, error) {
	return d.act(ctx, c, this(request), func(_ *tx, r *Request) (ledger.Detail, error) {
		return ledger.Detail{Why: mayDecide(c, r)}, nil
	})
}

// CanSee says whether a button would count now, for who is about to be shown what it is about, as [Desk.CanDecide] does.
func (d *Desk) CanSee(ctx context.Context, c Click, request int64) (Request, error) {
	return d.act(ctx, c, this(request), func(*tx, *Request) (ledger.Detail, error) { return ledger.Detail{}, nil })
}

// mayDecide says why somebody who is an approver may not decide a request; empty: they may.
func mayDecide(c Click, r *Request) ledger.Why {
	switch {
	case r.State != Pending:
		return ledger.DecidedBefore
	case isOwn(c, r):
		return ledger.OwnRequest
	}
	return ""
}
