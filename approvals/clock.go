package approvals

import (
	"context"
	"time"
)

// A clock may be wrong, and be put right: by a month, where a machine's battery is empty. What was to be done an hour later
// by the wrong one would then be done in a month. So nothing is left due later than any rule has it, whenever a process
// begins and whenever its clock was set.

// farthest is later than anything is put off: see sweepStuck, and the backoffs.
const farthest = 15 * time.Minute

// clock notices when it is set: the monotonic one goes on as before.
type clock struct {
	wall time.Time // at the last look; zero before the first
	mono time.Time
}

// set says by how much the clock was set since the last look, and whether it is the first or that is worth anything.
func (c *clock) set(wall time.Time) (by time.Duration, noticed bool) {
	mono := time.Now()
	first := c.wall.IsZero()
	if !first {
		by = (wall.Round(0).Sub(c.wall) - mono.Sub(c.mono)).Round(time.Second)
	}
	c.wall, c.mono = wall.Round(0), mono
	return by, first || by.Abs() > time.Minute
}

// mindTheClock pulls in what is due later than it can be, where the clock may have been set.
func (w *Worker) mindTheClock(ctx context.Context, t *tx) error {
	by, noticed := w.clock.set(t.now)
	if !noticed {
		return nil
	}
	if by != 0 {
		w.log.Warn("this machine's clock was set; what is due later than any rule has it is due now", "by", by.String())
	}
	return t.pullIn(ctx)
}

// pullIn brings back into reach what a clock that was ahead has put off.
func (t *tx) pullIn(ctx context.Context) error {
	far := t.now.Add(farthest)
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`UPDATE posts SET due_at = ?, leased_until = 0 WHERE turn > 0 AND (due_at > ? OR leased_until > ?)`, []any{t.now, far, far}},
		{`UPDATE posts SET due_at = ?, leased_until = 0 WHERE wanted > shown AND gave_up = '' AND turn = 0 AND (due_at > ? OR leased_until > ?)`, []any{t.now, far, far}},
		{`UPDATE invitations SET due_at = ? WHERE state IN ('ready', 'sending') AND state = 'ready' AND due_at > ?`, []any{t.now, far}},
		{`UPDATE invitations SET due_at = ? WHERE state IN ('ready', 'sending') AND state = 'sending' AND due_at > ?`, []any{t.now.Add(callLease), far}},
		// The settle time of a call counts from now, at the latest: of one that is under way, too, which may be unknown soon.
		{`UPDATE invitations SET attempted_at = ? WHERE state IN ('ready', 'sending') AND attempted_at > ?`, []any{t.now, t.now}},
		{`UPDATE invitations SET attempted_at = ? WHERE state = 'unknown' AND attempted_at > ?`, []any{t.now, t.now}},
		{`UPDATE sweeps SET began_at = 0 WHERE began_at > ?`, []any{t.now}},
		{`UPDATE sweeps SET called_at = ? WHERE called_at > ?`, []any{t.now, t.now}},
		{`UPDATE sweeps SET due_at = ?, leased_until = 0 WHERE due_at > ? OR leased_until > ?`, []any{t.now, far, far}},
		{`UPDATE followed SET cancel_due_at = ? WHERE cancel <> '' AND cancel_due_at > ?`, []any{t.now, far}},
		{`UPDATE followed SET found_at = ? WHERE found <> '' AND found_at > ?`, []any{t.now, t.now}},
		{`UPDATE reminders SET at = ? WHERE single = 1 AND at > ?`, []any{t.now, t.now}},
		{`UPDATE nudges SET at = ? WHERE at > ?`, []any{t.now, t.now}},
		{`UPDATE homes SET opened_at = ?, due_at = ?, drawn_at = 0, leased_until = 0 WHERE opened_at > 0 AND (opened_at > ? OR drawn_at > ? OR due_at > ? OR leased_until > ?)`,
			[]any{t.now, t.now, t.now, t.now, far, far}},
		{`UPDATE refusals SET ends_at = ? WHERE ends_at > ?`, []any{t.now, far}},
	} {
		if err := t.Run(ctx, change.query, change.args...); err != nil {
			return err
		}
	}
	t.deliver, t.say, t.card, t.sweep, t.ends, t.cancel, t.home = t.now, t.now, t.now, t.now, t.now, t.now, t.now
	return nil
}
