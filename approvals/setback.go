package approvals

import (
	"context"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// A database that was set back (restored from a backup, a file put in its place) has forgotten what people decided and what
// was sent since. Slack hasn't: each message there has the number and the hash of the newest event at that time. So a
// message that the ledger doesn't know tells that it was set back, by what and how far.

// Witnessed is told, before anything is done, the events that Slack knows of. Where this ledger doesn't have one of them,
// the database was set back: everything that is open is held, and nothing counts or is sent that was decided before. It
// returns the newest such event, the zero head where there is none. What was noticed once isn't noticed again.
func (d *Desk) Witnessed(ctx context.Context, seen []ledger.Head) (newest ledger.Head, err error) {
	err = d.store.write(ctx, func(t *tx) error {
		newest = ledger.Head{}
		var orphans []string
		for _, h := range seen {
			known, err := t.knows(ctx, h)
			if err != nil {
				return err
			}
			if known {
				continue
			}
			orphans = append(orphans, h.Hash)
			if h.Number > newest.Number {
				newest = h
			}
		}
		if len(orphans) == 0 {
			return nil
		}
		return t.setBack(ctx, newest, orphans)
	})
	if err == nil && newest.Number > 0 {
		d.store.log.Error("the database was set back: Slack has an event that this ledger doesn't have, so everything open is held",
			"slack_number", newest.Number, "slack_hash", newest.Hash)
	}
	return newest, err
}

// knows says whether an event is in the ledger, or was noticed to be missing before.
func (t *tx) knows(ctx context.Context, seen ledger.Head) (bool, error) {
	if seen.Hash == "" { // of a message that is older than the chain
		return true, nil
	}
	var n int
	err := t.Row(ctx, `SELECT (SELECT COUNT(*) FROM events WHERE id = ? AND hash = ?) + (SELECT COUNT(*) FROM events WHERE kind = ? AND detail LIKE ?)`,
		seen.Number, seen.Hash, string(ledger.SetBack), "%"+seen.Hash+"%").Scan(&n)
	return n > 0, err
}

func (t *tx) setBack(ctx context.Context, newest ledger.Head, orphans []string) error {
	e, err := t.record(ctx, ledger.Event{Kind: ledger.SetBack, Detail: ledger.Detail{Seen: &newest, Orphans: orphans}}, "")
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Notice, Person{}, ""); err != nil {
		return err
	}
	if err := t.doubtWhatIsApproved(ctx); err != nil {
		return err
	}
	return t.holdPending(ctx)
}

func (t *tx) holdPending(ctx context.Context) error {
	var pending []int64
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		pending = append(pending, id)
		return err
	}, `SELECT id FROM requests WHERE state = 'pending' ORDER BY id`)
	if err != nil {
		return err
	}
	for _, id := range pending {
		if err := t.hold(ctx, id); err != nil {
			return fmt.Errorf("hold request %d: %w", id, err)
		}
	}
	return nil
}

// hold makes a request another one than that whose card people have before their eyes: with a new nonce it has a new
// digest, so neither old buttons nor old approvals are for it. Its card is posted anew.
func (t *tx) hold(ctx context.Context, id int64) error {
	if err := t.Run(ctx, `UPDATE requests SET nonce = ?, held = 1 WHERE id = ? AND state = 'pending'`, newNonce(), id); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE posts SET channel = '', ts = '', shown = 0, doubtful = 0, leased_until = 0, attempt = attempt + 1, due_at = ?
		WHERE request_id = ? AND slot = 'card'`, t.now, id); err != nil {
		return err
	}
	t.makesDue(id)
	r, err := t.request(ctx, id)
	if err != nil {
		return err
	}
	_, err = t.record(ctx, ledger.Event{Request: id, Kind: ledger.Held, Detail: ledger.Detail{Digest: r.Digest}}, "")
	return err
}

// doubtWhatIsApproved has everything looked up that was to be sent: it may have been, after the backup was made.
func (t *tx) doubtWhatIsApproved(ctx context.Context) error {
	t.deliver = t.now
	return t.Run(ctx, `UPDATE invitations SET state = 'unknown', attempt = CASE WHEN attempt = 0 THEN 1 ELSE attempt END, nonce = ?, attempted_at = ?,
		doubtful = 1, failures = 0, told = '', due_at = ? WHERE state IN ('ready', 'sending')`, newNonce(), t.now, t.now.Add(time.Second))
}
