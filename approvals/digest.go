package approvals

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strconv"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What was approved is what is sent. A request's digest is over everything that its approvers decide on. It stands in the
// event that tells of the request, in the buttons of its card, and in each decision. Before a call is made it is
// computed anew from the rows, and only decisions that carry it count. So a row that somebody changed behind the bot's
// back is not sent; and where there is a key (ledger.Keys), neither is one for which decisions were made up.

// newNonce is a random number of 128 bits, as text.
func newNonce() string {
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails
	return hex.EncodeToString(nonce)
}

// digest of a request of this database: SHA-256, in hexadecimal digits.
func (s *Store) digest(r Request) string {
	texts := []string{"request", s.installation, strconv.FormatInt(r.ID, 10), r.Nonce, r.Requester.ID,
		strconv.Itoa(r.Required), strconv.FormatBool(r.AllowSelf)}
	for _, i := range r.Invitations {
		texts = append(texts, i.UIN.String(), i.Name, i.Remark)
	}
	if len(r.AlsoTold) > 0 {
		texts = append(append(texts, "also told"), r.AlsoTold...)
	}
	return ledger.Hash(ledger.Canonical(texts...))
}

// seal is what a decision is sealed with.
func (s *Store) seal(request int64, d Decision) string { return s.keys.Seal(sealed(request, d)...) }

func sealed(request int64, d Decision) []string {
	return []string{"decision", strconv.FormatInt(request, 10), d.Digest, d.By.ID, string(d.Verdict), strconv.FormatInt(d.At.UnixMilli(), 10)}
}

// counts says whether a decision is on what the request is now, by somebody who may decide it, and not made up.
func (s *Store) counts(r Request, d Decision, seal string) bool {
	return d.Digest == r.Digest && (r.AllowSelf || d.By.ID != r.Requester.ID) && s.keys.Sealed(seal, sealed(r.ID, d)...)
}

// isAsAsked says whether the rows of a request are those that were asked for: as the ledger had them when it told of the request, or
// when it was held. One that was changed since is never approved, though its card may show by now what stands there.
func (t *tx) isAsAsked(ctx context.Context, r Request) (bool, error) {
	ids, err := t.numbers(ctx, `SELECT id FROM events WHERE request_id = ? AND kind IN ('requested', 'held') ORDER BY id DESC LIMIT 1`, r.ID)
	if err != nil || len(ids) == 0 {
		return true, err // older than the ledger
	}
	e, err := ledger.Numbered(ctx, t.Tx, ids[0])
	return err == nil && (e.Detail.Digest == r.Digest || e.Detail.Digest == ""), err // older than digests
}

// stops says why an invitation of a request must not be sent, whatever its own row says; empty: it may.
func stops(r Request) ledger.Stop {
	switch {
	case r.State != Approved:
		return ledger.NotApproved
	case r.Approvals() < r.Required:
		return ledger.TooFew
	}
	return ""
}

// stop ends an invitation that isn't what was approved. It is said loudly, and never sent.
func (t *tx) stop(ctx context.Context, d *delivery, why ledger.Stop) error {
	if lost, err := t.keyLostSince(ctx, d.request); err != nil {
		return err
	} else if lost && why == ledger.TooFew {
		why = ledger.KeyLost
	}
	t.store.log.Error("an invitation is not sent, because the record of its request doesn't prove that it was approved: it was changed in the database, or its key was lost",
		"request", d.request, "invitation", d.id, "uin", d.UIN.String(), "why", why)
	ok, err := t.Change(ctx, `UPDATE invitations SET state = 'stopped', due_at = 0 WHERE id = ? AND state = 'ready' AND attempt = ?`, d.id, d.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return t.tellOutcome(ctx, d.event(ledger.Stopped, ledger.Detail{Stop: why}), d.requester, "")
}

// stampOld gives the decisions of a database that is older than digests those that they have now: what stands there when
// it is brought up to date is taken for what was decided.
func (s *Store) stampOld(ctx context.Context, d *database.Tx) error {
	t := s.begin(d)
	var decided []int64
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id, &s.installation)
		decided = append(decided, id)
		return err
	}, `SELECT DISTINCT request_id, installation.id FROM decisions, installation`)
	if err != nil {
		return err
	}
	for _, id := range decided {
		r, err := t.request(ctx, id)
		if err == nil {
			err = s.stamp(ctx, t, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) stamp(ctx context.Context, t *tx, r Request) error {
	all, err := t.allDecisions(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		d.Digest = r.Digest
		err := t.Run(ctx, `UPDATE decisions SET digest = ?, seal = ? WHERE request_id = ? AND approver = ? AND verdict = ? AND digest = ''`,
			d.Digest, s.seal(r.ID, d.Decision), r.ID, d.By.ID, string(d.Verdict))
		if err != nil {
			return err
		}
	}
	return nil
}
