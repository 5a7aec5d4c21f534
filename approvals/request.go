package approvals

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals/database"
)

// Request is a request as it stands. An unknown number is [ErrNotFound].
func (s *Store) Request(ctx context.Context, id int64) (r Request, err error) {
	err = s.read(ctx, func(t *tx) error {
		r, err = t.request(ctx, id)
		return err
	})
	return r, err
}

// request loads a request with all that belongs to it.
func (t *tx) request(ctx context.Context, id int64) (Request, error) { return t.load(ctx, id, "") }

// lockedRequest loads a request that nobody else changes until the end of the transaction. Two approvals at once
// must not each count without the other.
func (t *tx) lockedRequest(ctx context.Context, id int64) (Request, error) {
	return t.load(ctx, id, t.Lock("r"))
}

func (t *tx) load(ctx context.Context, id int64, lock string) (r Request, err error) {
	var created, expires, decided int64
	var alsoTold string
	err = t.Row(ctx, `SELECT r.id, requester, requester_name, asked_in, state, required, r.created_at, expires_at, decided_at, r.nonce, allow_self, held, also_told, channel, ts
		FROM requests AS r JOIN posts AS card ON card.request_id = r.id AND card.slot = 'card' WHERE r.id = ?`+lock, id).
		Scan(&r.ID, &r.Requester.ID, &r.Requester.Name, &r.AskedIn, &r.State, &r.Required, &created, &expires, &decided, &r.Nonce, &r.AllowSelf, &r.Held, &alsoTold, &r.Card.Channel, &r.Card.TS)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("request %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return r, fmt.Errorf("load request %d: %w", id, err)
	}
	r.AlsoTold = strings.Fields(alsoTold)
	r.CreatedAt, r.ExpiresAt, r.DecidedAt = database.Unstamp(created), database.Unstamp(expires), database.Unstamp(decided)
	if r.Invitations, err = t.invitations(ctx, id); err != nil {
		return r, fmt.Errorf("load the invitations of request %d: %w", id, err)
	}
	t.accounts = noted(t.accounts, r)
	r.Digest = t.store.digest(r)
	if r.Decisions, err = t.decisions(ctx, r); err != nil {
		return r, fmt.Errorf("load the decisions on request %d: %w", id, err)
	}
	return r, nil
}

// noted adds the accounts of a request.
func noted(accounts map[int64][]string, r Request) map[int64][]string {
	if accounts == nil {
		accounts = map[int64][]string{}
	}
	if accounts[r.ID] == nil {
		for _, i := range r.Invitations {
			accounts[r.ID] = append(accounts[r.ID], i.UIN.String())
		}
	}
	return accounts
}

func (t *tx) invitations(ctx context.Context, request int64) (all []Invitation, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var i Invitation
		var uin string
		var called, expires int64
		if err := scan(&i.ID, &uin, &i.Name, &i.Remark, &i.State, &i.Attempt, &i.Nonce, &i.SentBefore, &i.RequestID, &i.Code, &i.Message, &i.Told, &i.SettledBy.ID, &i.SettledBy.Name,
			&called, &expires, &i.CancelledBy.ID, &i.CancelledBy.Name, &i.AgainOf, &i.Again); err != nil {
			return err
		}
		i.CalledAt, i.Expires = database.Unstamp(called), database.Unstamp(expires)
		i.UIN, err = parseUIN(uin)
		all = append(all, i)
		return err
	}, `SELECT id, uin, name, remark, state, attempt, nonce, sent_before, tc_request_id, code, message, told, settled_by, settled_by_name,
		COALESCE(called_at, 0), COALESCE(expires_at, 0), COALESCE(cancelled_by, ''), COALESCE(cancelled_by_name, ''),
		COALESCE((SELECT before.request_id FROM invitations AS before WHERE before.id = i.again_of), 0),
		COALESCE((SELECT MAX(later.request_id) FROM invitations AS later WHERE later.again_of = i.id), 0)
		FROM invitations AS i LEFT JOIN followed ON invitation_id = id WHERE request_id = ? ORDER BY id`, request)
	return all, err
}

// decisions are those that count; a denial always does, as it ends a request and sends nothing.
func (t *tx) decisions(ctx context.Context, r Request) (counting []Decision, err error) {
	all, err := t.allDecisions(ctx, r.ID)
	for _, d := range all {
		if d.Verdict == Deny || t.store.counts(r, d.Decision, d.seal) {
			counting = append(counting, d.Decision)
		}
	}
	return counting, err
}

// sealedDecision is a decision as it is stored.
type sealedDecision struct {
	Decision
	seal string
}

func (t *tx) allDecisions(ctx context.Context, request int64) (all []sealedDecision, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var d sealedDecision
		var at int64
		err := scan(&d.By.ID, &d.By.Name, &d.Verdict, &d.Reason, &at, &d.Digest, &d.seal, &d.Basis)
		d.At = database.Unstamp(at)
		all = append(all, d)
		return err
	}, `SELECT approver, approver_name, verdict, reason, at, digest, seal, basis FROM decisions WHERE request_id = ? ORDER BY at, approver`, request)
	return all, err
}
