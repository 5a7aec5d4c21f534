package approvals

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
)

// record appends an event to the ledger and returns it with its number.
func (t *tx) record(ctx context.Context, e Event, key string) (Event, error) {
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return e, err
	}
	e.At = t.now
	err = t.row(ctx, `INSERT INTO events (at, request_id, invitation_id, attempt, actor, actor_name, kind, key, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		stamp(e.At), orNull(e.Request), orNull(e.Invitation), e.Attempt, e.Actor.ID, e.Actor.Name, string(e.Kind), textOrNull(key), string(detail)).Scan(&e.ID)
	if err != nil {
		return e, fmt.Errorf("record %q of request %d: %w", e.Kind, e.Request, err)
	}
	return e, nil
}

// seen returns the event that an envelope caused when it came before.
func (t *tx) seen(ctx context.Context, key string) (e Event, found bool, err error) {
	if key == "" {
		return e, false, nil
	}
	err = t.rows(ctx, func(scan func(...any) error) error {
		found = true
		e, err = scanEvent(scan)
		return err
	}, selectEvents+` WHERE key = ?`, key)
	return e, found, err
}

// due makes an event something to say: in the thread, or to one person.
func (t *tx) due(ctx context.Context, e Event, slot Slot, to Person, channel string) error {
	t.say = true
	return t.run(ctx, `INSERT INTO posts (request_id, event_id, slot, recipient, said_in, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		orNull(e.Request), e.ID, string(slot), to.ID, channel, stamp(t.now), stamp(t.now))
}

// dueCard makes the card of a request say what is true now, at the latest after the delay; while Slack fails, when
// it is next tried.
func (t *tx) dueCard(ctx context.Context, request int64, delay time.Duration) error {
	t.say = true
	at := stamp(t.now.Add(delay))
	// What is being said right now shows the state before this one.
	return t.run(ctx, `UPDATE posts SET wanted = wanted + 1,
		due_at = CASE WHEN wanted > shown AND leased_until <= ? AND (failures > 0 OR due_at < ?) THEN due_at ELSE ? END
		WHERE request_id = ? AND slot = 'card'`, stamp(t.now), at, at, request)
}

// dueAgain makes the replies about an event's attempt be said anew, but for its own: their buttons are no longer
// current.
func (t *tx) dueAgain(ctx context.Context, e Event) error {
	t.say = true
	return t.run(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = ? WHERE request_id = ? AND slot = 'thread' AND event_id <> ? AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND invitation_id = ? AND attempt = ? AND kind IN (?, ?))`,
		stamp(t.now), e.Request, e.ID, e.Request, e.Invitation, e.Attempt, string(FailedEvent), string(Stuck))
}

const selectEvents = `SELECT id, at, request_id, invitation_id, attempt, actor, actor_name, kind, detail FROM events`

func scanEvent(scan func(...any) error) (e Event, err error) {
	var at int64
	var request, invitation sql.NullInt64
	var detail []byte
	if err := scan(&e.ID, &at, &request, &invitation, &e.Attempt, &e.Actor.ID, &e.Actor.Name, &e.Kind, &detail); err != nil {
		return e, err
	}
	e.At, e.Request, e.Invitation = unstamp(at), request.Int64, invitation.Int64
	if err := json.Unmarshal(detail, &e.Detail); err != nil {
		return e, fmt.Errorf("read the detail of event %d: %w", e.ID, err)
	}
	return e, nil
}

// Filter narrows the ledger. The zero value lets everything through.
type Filter struct {
	Request int64     // 0: all
	Since   time.Time // zero: from the beginning
}

// Events yields the ledger in its order, a thousand events at a time, so that a reader who is slow keeps nobody
// waiting. After an error it ends.
func (s *Store) Events(ctx context.Context, f Filter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for after := int64(0); ; {
			page, err := s.page(ctx, f, after)
			if err != nil {
				yield(Event{}, fmt.Errorf("read the ledger: %w", err))
				return
			}
			for _, e := range page {
				if after = e.ID; !yield(e, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

func (s *Store) page(ctx context.Context, f Filter, after int64) (page []Event, err error) {
	err = s.read(ctx, func(t *tx) error {
		page, err = t.events(ctx, f, after)
		return err
	})
	return page, err
}

// events reads up to a thousand events that follow the one with the number.
func (t *tx) events(ctx context.Context, f Filter, after int64) (page []Event, err error) {
	where, args := ` WHERE id > ? AND at >= ?`, []any{after, stamp(f.Since)}
	if f.Request != 0 {
		where, args = where+` AND request_id = ?`, append(args, f.Request)
	}
	err = t.rows(ctx, func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		page = append(page, e)
		return err
	}, selectEvents+where+` ORDER BY id LIMIT 1000`, args...)
	return page, err
}

// Request is a request as it stands. An unknown number is [ErrNotFound].
func (s *Store) Request(ctx context.Context, id int64) (r Request, err error) {
	err = s.read(ctx, func(t *tx) error {
		r, err = t.request(ctx, id)
		return err
	})
	return r, err
}

// request loads a request with all that belongs to it.
func (t *tx) request(ctx context.Context, id int64) (r Request, err error) {
	var created, expires, decided int64
	err = t.row(ctx, `SELECT id, requester, requester_name, asked_in, state, required, created_at, expires_at, decided_at
		FROM requests WHERE id = ?`, id).
		Scan(&r.ID, &r.Requester.ID, &r.Requester.Name, &r.AskedIn, &r.State, &r.Required, &created, &expires, &decided)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("request %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return r, fmt.Errorf("load request %d: %w", id, err)
	}
	r.CreatedAt, r.ExpiresAt, r.DecidedAt = unstamp(created), unstamp(expires), unstamp(decided)
	if err := t.row(ctx, `SELECT channel, ts FROM posts WHERE request_id = ? AND slot = 'card'`, id).Scan(&r.Card.Channel, &r.Card.TS); err != nil {
		return r, fmt.Errorf("load the card of request %d: %w", id, err)
	}
	if r.Invitations, err = t.invitations(ctx, id); err != nil {
		return r, fmt.Errorf("load the invitations of request %d: %w", id, err)
	}
	if r.Decisions, err = t.decisions(ctx, id); err != nil {
		return r, fmt.Errorf("load the decisions on request %d: %w", id, err)
	}
	return r, nil
}

func (t *tx) invitations(ctx context.Context, request int64) (all []Invitation, err error) {
	err = t.rows(ctx, func(scan func(...any) error) error {
		var i Invitation
		var uin string
		if err := scan(&i.ID, &uin, &i.Name, &i.Remark, &i.State, &i.Attempt, &i.SentBefore, &i.RequestID, &i.Code, &i.Message, &i.Told); err != nil {
			return err
		}
		i.UIN, err = parseUIN(uin)
		all = append(all, i)
		return err
	}, `SELECT id, uin, name, remark, state, attempt, sent_before, tc_request_id, code, message, told
		FROM invitations WHERE request_id = ? ORDER BY id`, request)
	return all, err
}

func (t *tx) decisions(ctx context.Context, request int64) (all []Decision, err error) {
	err = t.rows(ctx, func(scan func(...any) error) error {
		var d Decision
		var at int64
		err := scan(&d.By.ID, &d.By.Name, &d.Verdict, &d.Reason, &at)
		d.At = unstamp(at)
		all = append(all, d)
		return err
	}, `SELECT approver, approver_name, verdict, reason, at FROM decisions WHERE request_id = ? ORDER BY at, approver`, request)
	return all, err
}

func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
