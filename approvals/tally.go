package approvals

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What people without rights try is counted by the minute: whoever can type a command can type it 5,000 times, and must
// not fill the ledger with it. The first time is an event, and each is answered; how many followed is one more event when
// the minute is over. Each kind of attempt is counted by itself.

// withoutRights are the reasons for which somebody is refused who may do nothing with the request.
var withoutRights = []ledger.Why{ledger.NotRequester, ledger.NotApprover, ledger.Outsider, ledger.Unchecked}

// countedFor is how long refusals are counted behind the first one.
const countedFor = time.Minute

// tally is a row of refusals: how many followed the event within its minute.
type tally struct {
	event, more int64
	endsAt      time.Time
	lastKey     string
}

// countRefusal counts a refusal within the minute of one like it, and returns the event that tells of that one. Where the
// minute is over, or there was none, it is to be recorded.
func (t *tx) countRefusal(ctx context.Context, c Click, request int64, why ledger.Why) (first ledger.Event, counted bool, err error) {
	if !slices.Contains(withoutRights, why) {
		return first, false, nil
	}
	if err := t.oneAtATime(ctx); err != nil {
		return first, false, err
	}
	all, err := t.tallies(ctx, `WHERE actor = ? AND why = ? AND tried = ? AND request_id = ?`+t.Lock("refusals"), c.By.ID, string(why), c.Tried, request)
	if err != nil || len(all) == 0 {
		return first, false, err
	}
	n := all[0]
	if !t.now.Before(n.endsAt) {
		return first, false, t.tellTally(ctx, n)
	}
	if first, err = ledger.Numbered(ctx, t.Tx, n.event); err != nil || c.Key != "" && c.Key == n.lastKey {
		return first, true, err // the same envelope again
	}
	err = t.Run(ctx, `UPDATE refusals SET more = more + 1, last_key = ? WHERE event_id = ?`, c.Key, n.event)
	if err == nil && c.Channel != "" {
		err = t.dueRefusalAgain(ctx, first, c)
	}
	return first, true, err
}

// oneAtATime has those wait who are refused at the same time. PostgreSQL tidies up behind updates of a row only while nobody
// else looks at its page, and a burst would leave a copy of the row for each.
func (t *tx) oneAtATime(ctx context.Context) error {
	var single int
	return t.Row(ctx, `SELECT single FROM installation`+t.Lock("installation")).Scan(&single)
}

// dueRefusalAgain answers somebody who presses on, in place of an answer that they have got: what is said to them must not
// fill the database either.
func (t *tx) dueRefusalAgain(ctx context.Context, e ledger.Event, c Click) error {
	const those = ` FROM posts WHERE request_id = ? AND slot = 'ephemeral' AND event_id = ? AND `
	var unreachable int
	if err := t.Row(ctx, `SELECT COUNT(*)`+those+`gave_up <> ''`, e.Request, e.ID).Scan(&unreachable); err != nil || unreachable > 0 {
		return err
	}
	if err := t.Run(ctx, `DELETE FROM posts WHERE id = (SELECT MIN(id)`+those+`wanted = shown)`, e.Request, e.ID); err != nil {
		return err
	}
	return t.dueRefusal(ctx, e, c)
}

func (t *tx) tallies(ctx context.Context, where string, args ...any) (all []tally, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var n tally
		var ends int64
		err := scan(&n.event, &n.more, &ends, &n.lastKey)
		n.endsAt = database.Unstamp(ends)
		all = append(all, n)
		return err
	}, `SELECT event_id, more, ends_at, last_key FROM refusals `+where, args...)
	return all, err
}

// tellTallies records what was counted in the minutes that are over, and returns when the next one is.
func (t *tx) tellTallies(ctx context.Context) (next time.Time, err error) {
	over, err := t.tallies(ctx, `WHERE ends_at <= ? ORDER BY ends_at LIMIT 100`+t.Skip("refusals"), t.now)
	if err != nil {
		return next, err
	}
	for _, n := range over {
		if err := t.tellTally(ctx, n); err != nil {
			return next, err
		}
	}
	return t.earliest(ctx, `SELECT COALESCE(MIN(ends_at), 0) FROM refusals WHERE ends_at > ?`, 0)
}

// tellTally records how many refusals followed the first one, if any did.
func (t *tx) tellTally(ctx context.Context, n tally) error {
	e, err := ledger.Numbered(ctx, t.Tx, n.event)
	if err != nil {
		return err
	}
	if err := t.Run(ctx, `DELETE FROM refusals WHERE event_id = ?`, n.event); err != nil || n.more == 0 {
		return err
	}
	_, err = t.record(ctx, n.after(e), "")
	return err
}

// Counting yields what of the refusals that a filter finds is still being counted, as of now, as the events that will tell it:
// they have no number yet.
func (s *Store) Counting(ctx context.Context, f ledger.Filter) iter.Seq2[ledger.Event, error] {
	return func(yield func(ledger.Event, error) bool) {
		var counting []tally
		err := s.read(ctx, func(t *tx) (err error) {
			counting, err = t.tallies(ctx, `WHERE more > 0 ORDER BY event_id`)
			return err
		})
		if err != nil {
			yield(ledger.Event{}, fmt.Errorf("read what is being counted: %w", err))
			return
		}
		for _, n := range counting {
			at := n.countedAt(s.now())
			if at.Before(f.Since) || !f.Until.IsZero() && !at.Before(f.Until) {
				continue
			}
			first := f
			first.Event, first.Since, first.Until = n.event, time.Time{}, time.Time{}
			for e, err := range s.Events(ctx, first) {
				if err == nil {
					e = n.after(e)
					e.At = at
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// countedAt is as of when a count holds: now, while its minute lasts.
func (n tally) countedAt(now time.Time) time.Time {
	if now.Before(n.endsAt) {
		return now
	}
	return n.endsAt
}

// after is what tells how many refusals followed the first.
func (n tally) after(first ledger.Event) ledger.Event {
	more := ledger.Detail{Why: first.Detail.Why, Tried: first.Detail.Tried, Times: n.more, Until: n.endsAt}
	return ledger.Event{Request: first.Request, Actor: first.Actor, Kind: ledger.Refused, Detail: more}
}
