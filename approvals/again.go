package approvals

import (
	"context"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// What came to nothing can be asked for again with one press: an invitation that lapsed or was cancelled or declined, and a request that
// nobody decided in time. That makes a new request, which is approved like any other.

// Again makes a request of whoever clicks for what an earlier one asked for: one of its invitations, or 0 for all of them. Whether the person
// may ask is for the caller to check. Remark gives what [Submission.Remark] does; own is how the bot itself remarked
// the earlier request: that is made anew. It returns the earlier request as it is then.
func (d *Desk) Again(ctx context.Context, c Click, request, invitation int64, own string, remark func(request int64) string) (Request, error) {
	return d.act(ctx, c, this(request), func(t *tx, r *Request) (ledger.Detail, error) {
		s := Submission{Key: c.Key, Requester: c.By, Channel: c.Channel, Remark: remark}
		for _, i := range r.Invitations {
			if (invitation == 0 || i.ID == invitation) && i.canBeAskedAgain(*r) {
				s.again(i, own)
			}
		}
		if len(s.Invitations) == 0 {
			return ledger.Detail{Why: ledger.NotCurrent}, nil
		}
		found, err := t.look(ctx, s)
		switch {
		case err != nil:
			return ledger.Detail{}, err
		case found.other != 0:
			return ledger.Detail{Why: ledger.Duplicate, Other: found.other}, nil
		case d.rules.isTooMany(found.open):
			return ledger.Detail{Why: ledger.TooMany}, nil
		}
		made, err := d.submit(ctx, t, s, found.turn)
		if err != nil {
			return ledger.Detail{}, err
		}
		for n := range r.Invitations {
			if i := &r.Invitations[n]; i.ID == invitation || invitation == 0 {
				i.Again = made.ID
			}
		}
		return ledger.Detail{}, t.dueAsked(ctx, r.ID)
	})
}

// canBeAskedAgain says whether an invitation came to nothing, and nobody has asked for it again.
func (i Invitation) canBeAskedAgain(r Request) bool {
	switch i.State {
	case Lapsed, Cancelled, Declined:
		return i.Again == 0
	}
	return r.State == Expired && i.Again == 0
}

// CameToNothing are the invitations of a request that were refused, or ended without the account joining, and that nobody has asked for again.
func (r Request) CameToNothing() (all []Invitation) {
	for _, i := range r.Invitations {
		if i.Again == 0 && (i.State == Failed || i.canBeAskedAgain(r)) {
			all = append(all, i)
		}
	}
	return all
}

// again adds what an earlier request asked for.
func (s *Submission) again(i Invitation, own string) {
	wanted := i.Invitation
	if wanted.Remark == own {
		wanted.Remark = "" // which names the earlier request
	}
	s.Invitations = append(s.Invitations, wanted)
	s.AgainOf = append(s.AgainOf, i.ID)
}

// dueAsked has the messages said anew that offered to ask again.
func (t *tx) dueAsked(ctx context.Context, request int64) error {
	t.makesDue(request)
	return t.Run(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = ? WHERE request_id = ? AND slot IN ('thread', 'direct') AND gave_up = '' AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND kind IN ('expired', 'lapsed', 'cancelled', 'declined', 'delivered', 'concluded'))`, t.now, request, request)
}

// dueAskedAgain has the messages said anew that offered to ask again for what a new request asks for.
func (t *tx) dueAskedAgain(ctx context.Context, made Request) error {
	of := int64(0)
	for _, i := range made.Invitations {
		of = max(of, i.AgainOf)
	}
	if of == 0 {
		return nil
	}
	return t.dueAsked(ctx, of)
}
