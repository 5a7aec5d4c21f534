package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// record appends an event to the ledger, as of now, and returns it with its number.
func (t *tx) record(ctx context.Context, e ledger.Event, key string) (ledger.Event, error) {
	e, err := ledger.Append(ctx, t.Tx, t.store.keys, t.now, e, key)
	if err != nil {
		return e, err
	}
	if t.claim.nonce == "" {
		t.recorded = e.Head()
	}
	t.events = append(t.events, e)
	return e, nil
}

// makesDue notes that something of a request is due to be said; 0: of none.
func (t *tx) makesDue(request int64) {
	if request == 0 {
		t.say = t.now
		return
	}
	t.touch(request)
	t.touched[request] = true
}

// touch notes that what is due of a request already may no longer have to wait.
func (t *tx) touch(request int64) {
	if t.touched == nil {
		t.touched = map[int64]bool{}
	}
	if _, known := t.touched[request]; !known {
		t.touched[request] = false
	}
}

// due makes an event something to say: in the thread, or to one person.
func (t *tx) due(ctx context.Context, e ledger.Event, slot Slot, to Person, channel string) error {
	t.makesDue(e.Request)
	return t.dueAt(ctx, e, slot, to, channel, t.now)
}

// dueAt is due for what need not be said before a time.
func (t *tx) dueAt(ctx context.Context, e ledger.Event, slot Slot, to Person, channel string, at time.Time) error {
	if at.After(t.now) {
		t.say = sooner(t.say, at)
	}
	return t.Run(ctx, `INSERT INTO posts (request_id, event_id, slot, recipient, said_in, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		database.OrNull(e.Request), e.ID, string(slot), to.ID, channel, t.now, at)
}

// dueCard makes the card of a request say what is true now, at the latest after the delay; while Slack fails, when
// it is next tried.
func (t *tx) dueCard(ctx context.Context, request int64, delay time.Duration) error {
	at := t.now.Add(delay)
	if delay > 0 {
		t.say = sooner(t.say, at)
	} else {
		t.makesDue(request)
	}
	return t.showBy(ctx, at, `request_id = ? AND slot = 'card'`, request)
}

// showBy has messages that may stand already say what is true now, at a time at the latest; while Slack fails, when they are next tried. What
// is being said right now shows the state before this one.
func (t *tx) showBy(ctx context.Context, at time.Time, where string, args ...any) error {
	return t.Run(ctx, `UPDATE posts SET wanted = wanted + 1,
		due_at = CASE WHEN wanted > shown AND leased_until <= ? AND (failures > 0 OR due_at < ?) THEN due_at ELSE ? END
		WHERE `+where, append([]any{t.now, at, at}, args...)...)
}

// dueAgain makes the replies about an event's attempt be said anew, but for its own: their buttons are no longer
// current. So are those of what tells of all accounts together, which for many can wait a little.
func (t *tx) dueAgain(ctx context.Context, e ledger.Event) error {
	m, err := t.matesOf(ctx, e.Request)
	if err != nil {
		return err
	}
	return t.dueAgainAmong(ctx, e, m)
}

// dueAgainAmong is dueAgain for who knows the other accounts of the request.
func (t *tx) dueAgainAmong(ctx context.Context, e ledger.Event, m mates) error {
	together := `kind = 'delivered'`
	if m.many {
		together = `1 = 0`
	}
	any, err := t.Change(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = ? WHERE request_id = ? AND slot = 'thread' AND event_id <> ? AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND (invitation_id = ? AND attempt = ? AND kind IN ('failed', 'stuck', 'sent', 'lapsed', 'cancelled', 'declined')
			OR `+together+`))`,
		t.now, e.Request, e.ID, e.Request, e.Invitation, e.Attempt)
	if any {
		t.makesDue(e.Request)
	}
	if err != nil || !m.many {
		return err
	}
	return t.dueTables(ctx, e.Request, e.Invitation)
}
