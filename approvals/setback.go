package approvals

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/invitebot/invitebot/approvals/database"
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
		if err := database.StartAlone(ctx, d.store.db, t.Tx); err != nil { // of those that start now, one notices it
			return err
		}
		if err := t.doubtWhatIsUnsaid(ctx); err != nil {
			return err
		}
		if err := t.doubtWhatIsUnsent(ctx); err != nil {
			return err
		}
		orphans, err := t.orphans(ctx, seen)
		if err != nil || len(orphans) == 0 {
			return err
		}
		for _, h := range orphans {
			if h.Number > newest.Number {
				newest = h
			}
		}
		return t.setBack(ctx, newest, orphans)
	})
	if err == nil && newest.Number > 0 {
		d.store.log.Error("the database was set back: Slack has an event that this ledger doesn't have, so everything open is held",
			"slack_number", newest.Number, "slack_hash", newest.Hash)
	}
	return newest, err
}

// doubtWhatIsUnsaid has messages looked for in Slack before they are posted. A backup that was put back may be older than
// that they were posted, and where nothing else happened since, no event tells.
func (t *tx) doubtWhatIsUnsaid(ctx context.Context) error {
	return t.Run(ctx, `UPDATE posts SET doubtful = 1 WHERE wanted > shown AND gave_up = '' AND ts = ''`)
}

// doubtWhatIsUnsent does the same of calls. What is ready may have been sent behind the backup, before anything was said of it: so where
// Tencent Cloud says that the account has an invitation already, the list tells whether it is this one.
func (t *tx) doubtWhatIsUnsent(ctx context.Context) error {
	return t.Run(ctx, `UPDATE invitations SET doubtful = 1 WHERE state = 'ready' AND doubtful = 0`)
}

// orphans are those of the events that aren't in the ledger, and weren't noticed to be missing before.
func (t *tx) orphans(ctx context.Context, seen []ledger.Head) (orphans []ledger.Head, err error) {
	for _, h := range seen {
		var known int
		if err := t.Row(ctx, `SELECT COUNT(*) FROM events WHERE id = ? AND hash = ?`, h.Number, h.Hash).Scan(&known); err != nil {
			return nil, err
		}
		if known == 0 && h.Hash != "" { // without one it is of a message that is older than the chain
			orphans = append(orphans, h)
		}
	}
	if len(orphans) == 0 {
		return nil, nil
	}
	before, err := t.noticedOrphans(ctx)
	return slices.DeleteFunc(orphans, func(h ledger.Head) bool { return before[h.Hash] }), err
}

// noticedOrphans reads the whole ledger, which is only needed where it was set back once.
func (t *tx) noticedOrphans(ctx context.Context) (hashes map[string]bool, err error) {
	hashes = map[string]bool{}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var text []byte
		if err := scan(&text); err != nil {
			return err
		}
		var detail ledger.Detail
		err := json.Unmarshal(text, &detail)
		for _, hash := range detail.Orphans {
			hashes[hash] = true
		}
		return err
	}, `SELECT detail FROM events WHERE kind = ?`, string(ledger.SetBack))
	return hashes, err
}

// setBack records that the database was set back, and what follows from it. People may be deciding meanwhile, so what is
// open is locked before the ledger is.
func (t *tx) setBack(ctx context.Context, newest ledger.Head, orphans []ledger.Head) error {
	pending, err := t.numbers(ctx, `SELECT id FROM requests WHERE state = 'pending' ORDER BY id`+t.Lock("requests"))
	if err != nil {
		return err
	}
	approved, err := t.numbers(ctx, `SELECT id FROM invitations WHERE state IN ('ready', 'sending', 'unknown') ORDER BY id`+t.Lock("invitations"))
	if err != nil {
		return err
	}
	if err := t.sweepNow(ctx); err != nil {
		return err
	}
	detail := ledger.Detail{Seen: &newest}
	for _, h := range orphans {
		detail.Orphans = append(detail.Orphans, h.Hash)
	}
	e, err := t.record(ctx, ledger.Event{Kind: ledger.SetBack, Detail: detail}, "")
	if err != nil {
		return err
	}
	if err := t.due(ctx, e, Notice, Person{}, ""); err != nil {
		return err
	}
	for _, id := range pending {
		if err := t.hold(ctx, id); err != nil {
			return fmt.Errorf("hold request %d: %w", id, err)
		}
	}
	for _, id := range approved {
		if err := t.doubt(ctx, id); err != nil {
			return fmt.Errorf("doubt invitation %d: %w", id, err)
		}
	}
	if err := t.doubtCancels(ctx); err != nil {
		return err
	}
	return t.doubtWhatFailed(ctx)
}

// holdPending holds all that is open.
func (t *tx) holdPending(ctx context.Context) error {
	pending, err := t.numbers(ctx, `SELECT id FROM requests WHERE state = 'pending' ORDER BY id`)
	for _, id := range pending {
		if err := t.hold(ctx, id); err != nil {
			return fmt.Errorf("hold request %d: %w", id, err)
		}
	}
	return err
}

// numbers are what a query yields that has one column.
func (t *tx) numbers(ctx context.Context, query string, args ...any) (all []int64, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var n int64
		err := scan(&n)
		all = append(all, n)
		return err
	}, query, args...)
	return all, err
}

// hold makes a request another one than that whose card people have before their eyes: with a new nonce it has a new
// digest, so neither old buttons nor old approvals are for it. Its card is posted anew, as another message than the one
// before. What is sent once it is approved may have been sent before.
func (t *tx) hold(ctx context.Context, id int64) error {
	t.card = t.now
	if err := t.Run(ctx, `UPDATE requests SET nonce = ?, held = 1 WHERE id = ?`, newNonce(), id); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE invitations SET doubtful = 1 WHERE request_id = ? AND state = 'waiting'`, id); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE posts SET channel = '', ts = '', shown = 0, turn = 1, doubtful = 0, leased_until = 0, attempt = attempt + 1, created_at = ?, due_at = ?
		WHERE request_id = ? AND slot = 'card'`, t.now, t.now, id); err != nil {
		return err
	}
	t.makesDue(id)
	r, err := t.request(ctx, id)
	if err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Request: id, Kind: ledger.Held, Detail: ledger.Detail{Digest: r.Digest}}, "")
	if err != nil {
		return err
	}
	return t.due(ctx, e, Direct, r.Requester, "")
}

// doubt has an invitation looked up before it is sent: it may have been, after the backup was made. The call may still be
// under way, no button of before counts, and what was answered to an earlier call says nothing of a later one.
func (t *tx) doubt(ctx context.Context, invitation int64) error {
	var request int64
	err := t.Row(ctx, `UPDATE invitations SET told = CASE WHEN state = 'unknown' THEN told ELSE '' END, state = 'unknown',
		attempt = CASE WHEN attempt = 0 THEN 1 ELSE attempt END, nonce = ?, attempted_at = ?, doubtful = 1, failures = 0, due_at = 0,
		tc_request_id = '', code = '', message = '' WHERE id = ? RETURNING request_id`, newNonce(), t.now, invitation).Scan(&request)
	if err != nil {
		return err
	}
	err = t.Run(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = ? WHERE request_id = ? AND slot = 'thread' AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND invitation_id = ? AND kind = ?)`, t.now, request, request, invitation, string(ledger.Stuck))
	if err != nil {
		return err
	}
	return t.dueCard(ctx, request, 0)
}

// doubtWhatFailed has what had failed looked up when an approver has it sent again: one may have, after the backup was made.
// Until then it is left as it is: what Slack shows of it is newer.
func (t *tx) doubtWhatFailed(ctx context.Context) error {
	return t.Run(ctx, `UPDATE invitations SET told = ?, attempted_at = ? WHERE state = 'failed'`, string(ledger.SetBack), t.now)
}
