package approvals

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// post is a claimed message: what to say, and what its row was when it was claimed.
type post struct {
	message   Message
	id        int64
	attempt   int
	wanted    int
	failures  int
	createdAt time.Time
	claimedAt time.Time
}

// nextWords claims messages that are due, the longest due first.
func (w *Worker) nextWords(ctx context.Context, n int) (jobs []job, next time.Time, err error) {
	var claimed []post
	err = w.store.write(ctx, func(t *tx) error {
		claimed = nil
		ids, err := t.duePosts(ctx, n)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := t.claimPost(ctx, id, w.store.installation)
			if err != nil {
				return err
			}
			claimed = append(claimed, p)
		}
		if len(claimed) > 0 {
			return nil
		}
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END), 0)
			FROM posts WHERE wanted > shown AND gave_up = '' AND (due_at > ? OR leased_until > ?)`, t.now, t.now)
		return err
	})
	if errors.Is(err, errConflict) {
		return nil, w.store.now(), nil // another process was faster
	}
	if err != nil {
		return nil, next, err // what was collected on the way isn't claimed
	}
	for _, p := range claimed {
		jobs = append(jobs, func(work context.Context) { w.say(work, p) })
	}
	return jobs, next, nil
}

// duePosts finds what may be said now: a reply only under a card that stands, and after the replies before it.
func (t *tx) duePosts(ctx context.Context, n int) (ids []int64, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
		// The number is part of the text: SQLite compiles a statement anew whenever a LIMIT's parameter is bound.
	}, `SELECT id FROM posts AS p WHERE wanted > shown AND gave_up = '' AND due_at <= ? AND leased_until <= ?
		AND (slot <> 'thread' OR NOT EXISTS (SELECT 1 FROM posts AS q WHERE q.request_id = p.request_id AND q.gave_up = '' AND q.shown = 0
			AND (q.slot = 'card' OR q.slot = 'thread' AND q.id < p.id)))
		ORDER BY due_at, id LIMIT `+strconv.Itoa(n)+t.Skip, t.now, t.now)
	return ids, err
}

// claimPost commits, before the post is made, that it may have been made.
func (t *tx) claimPost(ctx context.Context, id int64, installation string) (p post, err error) {
	var request, event sql.NullInt64
	var created, due int64
	m := &p.message
	err = t.Row(ctx, `SELECT request_id, event_id, slot, recipient, said_in, created_at, due_at, wanted, attempt, failures, doubtful, channel, ts
		FROM posts WHERE id = ?`, id).
		Scan(&request, &event, &m.Slot, &m.Recipient, &m.Channel, &created, &due, &p.wanted, &p.attempt, &p.failures, &m.Doubtful, &m.At.Channel, &m.At.TS)
	if err != nil {
		return p, fmt.Errorf("claim message %d: %w", id, err)
	}
	p.id, p.createdAt = id, database.Unstamp(created)
	m.ID, m.DueSince = installation+"."+strconv.FormatInt(id, 10), p.createdAt
	if request.Valid {
		if m.Request, err = t.request(ctx, request.Int64); err != nil {
			return p, err
		}
	}
	if event.Valid {
		if m.Event, err = ledger.Numbered(ctx, t.Tx, event.Int64); err != nil {
			return p, err
		}
	}
	ok, err := t.Change(ctx, `UPDATE posts SET attempt = attempt + 1, leased_until = ?, doubtful = CASE WHEN ts = '' THEN 1 ELSE 0 END
		WHERE id = ? AND attempt = ?`, t.now.Add(sayLease), id, p.attempt)
	if err != nil || !ok {
		return p, conflict(err)
	}
	p.attempt++
	p.claimedAt = t.now
	return p, nil
}

// say says one message and records where it stands, or why not and when to try again.
func (w *Worker) say(ctx context.Context, p post) {
	// The deadline counts from the claim: a process that was stopped in between must not post when it goes on, as
	// another may have taken over, looked for this post, and made it.
	call, cancel := context.WithDeadline(ctx, time.Now().Add(sayTimeout-w.store.now().Sub(p.claimedAt)))
	defer cancel()
	place, err := w.announcer.Say(call, p.message)
	if err != nil {
		w.log.Warn("a message could not be said", "message", p.message.ID, "slot", p.message.Slot, "request", p.message.Request.ID, "error", err)
	}
	failed := w.record(ctx, func(ctx context.Context, t *tx) error {
		if err != nil {
			return t.unsaid(ctx, p, err)
		}
		return t.said(ctx, p, place)
	})
	if failed != nil {
		w.log.Error("a message's fate could not be recorded; it will be looked for", "message", p.message.ID, "error", failed)
	}
}

func (t *tx) said(ctx context.Context, p post, at Place) error {
	ok, err := t.Change(ctx, `UPDATE posts SET shown = ?, channel = ?, ts = ?, doubtful = 0, failures = 0, leased_until = 0 WHERE id = ? AND attempt = ?`,
		p.wanted, at.Channel, at.TS, p.id, p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	return t.wakeFor(ctx, p)
}

// wakeFor wakes the worker where something more is to be said of the request: replies may have waited for this message,
// and it may have become due again meanwhile.
func (t *tx) wakeFor(ctx context.Context, p post) error {
	var more int
	err := t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE request_id = ? AND wanted > shown AND gave_up = ''`, p.message.Request.ID).Scan(&more)
	t.say = t.say || more > 0
	return err
}

func (t *tx) unsaid(ctx context.Context, p post, why error) error {
	var never *UnsayableError
	if errors.As(why, &never) && p.message.Slot != Card {
		return t.giveUp(ctx, p, never.Reason)
	}
	wait := backoff(p.failures+1, 2*time.Second, 2*time.Minute)
	doubtful := p.message.At.TS == ""
	var not *NotSaidError
	if errors.As(why, &not) {
		doubtful = p.message.Doubtful
		if not.RetryAfter > 0 {
			wait = not.RetryAfter
		}
	}
	ok, err := t.Change(ctx, `UPDATE posts SET due_at = ?, leased_until = 0, failures = failures + 1, doubtful = ? WHERE id = ? AND attempt = ?`,
		t.now.Add(wait), doubtful, p.id, p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.say = true
	if p.message.Slot != Card || p.message.At.TS != "" || t.now.Sub(p.createdAt) < longWait {
		return nil
	}
	return t.tellUnseen(ctx, p.message.Request, why)
}

// tellUnseen tells the requester, once, that no approver can see the request yet.
func (t *tx) tellUnseen(ctx context.Context, r Request, why error) error {
	var told int
	if err := t.Row(ctx, `SELECT COUNT(*) FROM events WHERE request_id = ? AND kind = ?`, r.ID, string(ledger.Unseen)).Scan(&told); err != nil || told > 0 {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Request: r.ID, Kind: ledger.Unseen, Detail: ledger.Detail{Reason: why.Error()}}, "")
	if err != nil {
		return err
	}
	return t.due(ctx, e, Direct, r.Requester, "")
}

// giveUp ends a message that can never be said; the ledger keeps that it was not.
func (t *tx) giveUp(ctx context.Context, p post, reason string) error {
	ok, err := t.Change(ctx, `UPDATE posts SET gave_up = ?, leased_until = 0 WHERE id = ? AND attempt = ?`, reason, p.id, p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.say = true
	_, err = t.record(ctx, ledger.Event{Request: p.message.Request.ID, Kind: ledger.Untold, Actor: Person{ID: p.message.Recipient}, Detail: ledger.Detail{Reason: reason}}, "")
	return err
}

// errConflict: somebody else has moved on what was expected to stand still.
var errConflict = errors.New("it has changed meanwhile")

func conflict(err error) error {
	if err != nil {
		return err
	}
	return errConflict
}
