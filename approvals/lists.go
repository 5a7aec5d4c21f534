package approvals

import (
	"context"
	"strconv"
)

// Listed are some requests of a list, and how many it has.
type Listed struct {
	Requests []Request
	All      int
}

// Mine are somebody's requests: those that wait for a decision first, then the newest; at most 20.
func (d *Desk) Mine(ctx context.Context, person string) (Listed, error) {
	return d.list(ctx, `requester = ?`, `CASE WHEN state = 'pending' THEN 0 ELSE 1 END, id DESC`, person)
}

// Open are those of them that wait for a decision, the oldest first; at most 20.
func (d *Desk) Open(ctx context.Context, person string) (Listed, error) {
	return d.list(ctx, `requester = ? AND state = 'pending'`, `id`, person)
}

// WaitFor are the requests that wait for an approver's decision, the oldest first; at most 20. What they have approved, and what
// they may not decide because it is their own, waits for others.
func (d *Desk) WaitFor(ctx context.Context, approver string) (Listed, error) {
	return d.list(ctx, `state = 'pending' AND (requester <> ? OR allow_self = 1)
		AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.request_id = requests.id AND approver = ? AND at > 0 AND held = 0)`, `id`, approver, approver)
}

func (d *Desk) list(ctx context.Context, where, order string, args ...any) (l Listed, err error) {
	err = d.store.read(ctx, func(t *tx) error {
		l = Listed{}
		if err := t.Row(ctx, `SELECT COUNT(*) FROM requests WHERE `+where, args...).Scan(&l.All); err != nil {
			return err
		}
		ids, err := t.numbers(ctx, `SELECT id FROM requests WHERE `+where+` ORDER BY `+order+` LIMIT `+strconv.Itoa(mostTold), args...)
		for _, id := range ids {
			r, err := t.request(ctx, id)
			if err != nil {
				return err
			}
			l.Requests = append(l.Requests, r)
		}
		return err
	})
	return l, err
}
