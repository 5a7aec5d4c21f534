package approvals

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
)

// mostTold is how many requests somebody is told of at once.
const mostTold = 20

// Listing is some requests, without their decisions.
type Listing struct {
	Requests []Request
	More     int // so many more there are
}

// Lists are what concerns somebody: what waits for their decision, oldest first, and what they have asked, open ones first and
// newest first. Each has at most 20 requests.
type Lists struct{ Waiting, Own Listing }

// ListFor is what concerns somebody. Whether they are an approver, for whom something may wait, is for the caller to check.
func (d *Desk) ListFor(ctx context.Context, person string, isApprover bool) (l Lists, err error) {
	err = d.store.read(ctx, func(t *tx) error {
		t.now = d.store.now()
		if isApprover {
			if l.Waiting, err = t.waitingFor(ctx, person); err != nil {
				return err
			}
		}
		l.Own, err = t.ownOf(ctx, person)
		return err
	})
	return l, err
}

// ListOpen is what somebody has asked and may still withdraw, newest first, at most 20 requests.
func (d *Desk) ListOpen(ctx context.Context, person string) (l Listing, err error) {
	err = d.store.read(ctx, func(t *tx) error {
		t.now = d.store.now()
		l, err = t.withdrawableOf(ctx, person)
		return err
	})
	return l, err
}

// Look is a request as it stands for somebody who looks at it: what is out of time has expired, though nobody may have recorded that
// yet. An unknown number is [ErrNotFound].
func (d *Desk) Look(ctx context.Context, id int64) (Request, error) {
	r, err := d.store.Request(ctx, id)
	r.seenAt(d.store.now())
	return r, err
}

// seenAt shows a request that is out of time as expired.
func (r *Request) seenAt(now time.Time) {
	if r.State == Pending && !r.ExpiresAt.IsZero() && !now.Before(r.ExpiresAt) {
		r.State, r.DecidedAt = Expired, r.ExpiresAt
	}
}

// waitingFor is what an approver can decide and hasn't approved. Of a request that was held only approvals since then count,
// and which those are isn't told by their rows alone.
func (t *tx) waitingFor(ctx context.Context, approver string) (l Listing, err error) {
	const waiting = ` FROM requests AS w WHERE state = 'pending' AND (expires_at = 0 OR expires_at > ?) AND (requester <> ? OR allow_self = 1)
		AND (held = 1 OR NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.request_id = w.id AND d.approver = ? AND d.verdict = 'approve'))`
	if l, err = t.listing(ctx, waiting, `ORDER BY id`, t.now, approver, approver); err != nil {
		return l, err
	}
	left := l.Requests[:0]
	for _, r := range l.Requests {
		approved := false
		if r.Held {
			if approved, err = t.isApprovedBy(ctx, r, approver); err != nil {
				return l, err
			}
		}
		if !approved {
			left = append(left, r)
		}
	}
	l.Requests = left
	return l, nil
}

func (t *tx) isApprovedBy(ctx context.Context, r Request, approver string) (bool, error) {
	counting, err := t.decisions(ctx, r)
	return slices.ContainsFunc(counting, func(d Decision) bool { return d.By.ID == approver && d.Verdict == Approve }), err
}

// ownOf is what somebody has asked. What is open is found first, however much they have asked since.
func (t *tx) ownOf(ctx context.Context, requester string) (l Listing, err error) {
	l.Requests, err = t.listed(ctx, `SELECT id FROM requests WHERE requester = ? AND state = 'pending' ORDER BY id DESC LIMIT ?`, requester, mostTold)
	if err != nil {
		return l, err
	}
	if room := mostTold - len(l.Requests); room > 0 {
		ended, err := t.listed(ctx, `SELECT id FROM requests WHERE requester = ? AND state <> 'pending' ORDER BY id DESC LIMIT ?`, requester, room)
		if err != nil {
			return l, err
		}
		l.Requests = append(l.Requests, ended...)
	}
	slices.SortFunc(l.Requests, func(a, b Request) int { return cmp.Or(openFirst(a, b), newestFirst(a, b)) })
	l.More, err = t.more(ctx, l, ` FROM requests WHERE requester = ?`, requester)
	return l, err
}

// openOf are the oldest requests of a person that wait for a decision.
func (t *tx) openOf(ctx context.Context, person string) ([]Request, error) {
	return t.listed(ctx, `SELECT id FROM requests WHERE requester = ? AND state = 'pending' ORDER BY id LIMIT ?`, person, mostTold)
}

// withdrawableOf are the newest requests of a person that wait for a decision and aren't out of time.
func (t *tx) withdrawableOf(ctx context.Context, person string) (Listing, error) {
	const open = ` FROM requests WHERE requester = ? AND state = 'pending' AND (expires_at = 0 OR expires_at > ?)`
	l, err := t.listing(ctx, open, `ORDER BY id DESC`, person, t.now)
	slices.SortFunc(l.Requests, newestFirst)
	return l, err
}

func newestFirst(a, b Request) int { return cmp.Compare(b.ID, a.ID) }

func openFirst(a, b Request) int {
	switch {
	case a.State == b.State:
		return 0
	case a.State == Pending:
		return -1
	case b.State == Pending:
		return 1
	}
	return 0
}

// listing is the first of the requests that a condition finds, and how many more there are.
func (t *tx) listing(ctx context.Context, from, order string, args ...any) (l Listing, err error) {
	if l.Requests, err = t.listed(ctx, `SELECT id`+from+` `+order+` LIMIT ?`, append(slices.Clone(args), mostTold)...); err != nil {
		return l, err
	}
	l.More, err = t.more(ctx, l, from, args...)
	return l, err
}

// more is how many requests of a condition a list has no room for. They are counted only where it is full.
func (t *tx) more(ctx context.Context, l Listing, from string, args ...any) (n int, err error) {
	if len(l.Requests) < mostTold {
		return 0, nil
	}
	err = t.Row(ctx, `SELECT COUNT(*)`+from, args...).Scan(&n)
	return max(n-len(l.Requests), 0), err
}

// listed loads the requests whose numbers a query finds, in the order of their numbers, in one statement: all but their decisions.
func (t *tx) listed(ctx context.Context, numbers string, args ...any) (all []Request, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var r Request
		var i Invitation
		var uin string
		var created, expires, decided int64
		err := scan(&r.ID, &r.Requester.ID, &r.Requester.Name, &r.State, &r.Required, &created, &expires, &decided, &r.Nonce, &r.AllowSelf, &r.Held,
			&r.Card.Channel, &r.Card.TS, &i.ID, &uin, &i.Name, &i.Remark, &i.State)
		if err != nil {
			return err
		}
		if last := len(all) - 1; last < 0 || all[last].ID != r.ID {
			r.CreatedAt, r.ExpiresAt, r.DecidedAt = database.Unstamp(created), database.Unstamp(expires), database.Unstamp(decided)
			r.seenAt(t.now)
			all = append(all, r)
		}
		last := &all[len(all)-1]
		i.UIN, err = parseUIN(uin)
		last.Invitations = append(last.Invitations, i)
		return err
	}, `SELECT r.id, requester, requester_name, r.state, required, r.created_at, expires_at, decided_at, r.nonce, allow_self, held, p.channel, p.ts, i.id, i.uin, i.name, i.remark, i.state
		FROM requests AS r JOIN posts AS p ON p.request_id = r.id AND p.slot = 'card' JOIN invitations AS i ON i.request_id = r.id
		WHERE r.id IN (`+numbers+`) ORDER BY r.id, i.id`, args...)
	for n := range all {
		all[n].Digest = t.store.digest(all[n])
	}
	return all, err
}
