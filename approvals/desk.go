package approvals

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Desk is where people's requests and decisions arrive. Each method is one transaction that is committed when
// it returns, so it may be acknowledged; what follows from it is the [Worker]'s.
type Desk struct {
	store *Store
	rules Rules
}

// Rules say which approvals a request needs.
type Rules struct {
	Required  int           // distinct approvers, at least 1; a request keeps the number it was made with
	AllowSelf bool          // whether the requester's own approval counts
	TTL       time.Duration // a request undecided for so long expires; 0: never
}

// NewDesk returns the desk of a store.
func NewDesk(store *Store, rules Rules) *Desk { return &Desk{store: store, rules: rules} }

// Installation identifies the database. A button that carries another's belongs to a request of another one.
func (d *Desk) Installation() string { return d.store.installation }

// Request is a request as it stands. An unknown number is [ErrNotFound].
func (d *Desk) Request(ctx context.Context, id int64) (Request, error) {
	return d.store.Request(ctx, id)
}

// Submission is a request as somebody makes it. Key identifies the command: the same key again makes no second
// request.
type Submission struct {
	Key         string
	Requester   Person
	Channel     string // ID of the channel in which they asked
	Invitations []invite.Invitation
}

// Click is a button pressed, or a command typed, on an existing request. Key identifies it: the same key again
// changes nothing. Channel is where a refusal is told, to this person alone; empty where the caller tells it.
type Click struct {
	Key     string
	By      Person
	Channel string
	Tried   string // what was tried, for the ledger where it is refused
}

// Submit makes a request. Where one of the accounts has an invitation under way, it is refused as a
// [*RefusedError] with Duplicate and the request that has it.
func (d *Desk) Submit(ctx context.Context, s Submission) (made Request, err error) {
	var refused error
	err = d.store.write(ctx, func(t *tx) error {
		made, refused = Request{}, nil
		before, again, err := t.seen(ctx, s.Key)
		if err == nil && again {
			made, refused, err = t.answered(ctx, before)
		}
		if err != nil || again {
			return err
		}
		other, err := t.live(ctx, s.Invitations)
		if err != nil {
			return err
		}
		if other != 0 {
			refused, err = t.refuse(ctx, Click{Key: s.Key, By: s.Requester, Tried: "ask"}, other, ledger.Detail{Why: ledger.Duplicate, Other: other})
			return err
		}
		made, err = d.submit(ctx, t, s)
		return err
	})
	return made, errors.Join(err, refused)
}

// live finds the request that has an invitation under way for one of the accounts.
func (t *tx) live(ctx context.Context, invitations []invite.Invitation) (request int64, err error) {
	for _, i := range invitations {
		err := t.Rows(ctx, func(scan func(...any) error) error { return scan(&request) },
			`SELECT request_id FROM invitations WHERE uin = ? AND state IN ('waiting', 'ready', 'sending', 'unknown')`, i.UIN.String())
		if err != nil || request != 0 {
			return request, err
		}
	}
	return 0, nil
}

func (d *Desk) submit(ctx context.Context, t *tx, s Submission) (Request, error) {
	r := Request{Requester: s.Requester, AskedIn: s.Channel, State: Pending, Required: d.rules.Required, CreatedAt: t.now}
	if d.rules.TTL > 0 {
		r.ExpiresAt = t.now.Add(d.rules.TTL)
	}
	err := t.Row(ctx, `INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at)
		VALUES (?, ?, ?, 'pending', ?, ?, ?) RETURNING id`,
		r.Requester.ID, r.Requester.Name, r.AskedIn, r.Required, r.CreatedAt, r.ExpiresAt).Scan(&r.ID)
	if err != nil {
		return r, fmt.Errorf("insert the request: %w", err)
	}
	var accounts []ledger.Account
	for _, i := range s.Invitations {
		made, err := t.addInvitation(ctx, r.ID, i)
		if err != nil {
			return r, err
		}
		r.Invitations = append(r.Invitations, made)
		accounts = append(accounts, ledger.Account{UIN: i.UIN.String(), Name: i.Name, Remark: i.Remark})
	}
	event := ledger.Event{Request: r.ID, Actor: s.Requester, Kind: ledger.Requested, Detail: ledger.Detail{Accounts: accounts, Required: r.Required}}
	if _, err := t.record(ctx, event, s.Key); err != nil {
		return r, err
	}
	t.say = true
	err = t.Run(ctx, `INSERT INTO posts (request_id, slot, created_at, due_at) VALUES (?, 'card', ?, ?)`, r.ID, t.now, t.now)
	return r, err
}

func (t *tx) addInvitation(ctx context.Context, request int64, i invite.Invitation) (Invitation, error) {
	made := Invitation{Invitation: i, State: Waiting}
	err := t.Row(ctx, `SELECT COALESCE(MAX(request_id), 0) FROM invitations WHERE uin = ? AND state = 'sent'`, i.UIN.String()).Scan(&made.SentBefore)
	if err != nil {
		return made, fmt.Errorf("look for earlier invitations: %w", err)
	}
	err = t.Row(ctx, `INSERT INTO invitations (request_id, uin, name, remark, state, sent_before) VALUES (?, ?, ?, ?, 'waiting', ?) RETURNING id`,
		request, i.UIN.String(), i.Name, i.Remark, made.SentBefore).Scan(&made.ID)
	if err != nil {
		return made, fmt.Errorf("insert the invitation: %w", err)
	}
	return made, nil
}

// act is what all clicks have in common: an envelope that comes twice counts once, the request is loaded and
// locked, one that is out of time expires first, and do then changes it or says why not.
func (d *Desk) act(ctx context.Context, c Click, request func(*tx) (int64, error), do func(*tx, *Request) (ledger.Detail, error)) (r Request, err error) {
	var refused error
	err = d.store.write(ctx, func(t *tx) error {
		refused = nil
		id, err := request(t)
		if err != nil {
			return err
		}
		if r, err = t.lockedRequest(ctx, id); err != nil {
			return err
		}
		before, again, err := t.seen(ctx, c.Key)
		if err != nil {
			return err
		}
		if again {
			_, refused, err = t.answered(ctx, before)
			return err
		}
		if err := t.expireIfDue(ctx, &r); err != nil {
			return err
		}
		not, err := do(t, &r)
		if err == nil && not.Why != "" {
			refused, err = t.refuse(ctx, c, r.ID, not)
			return err
		}
		if err != nil {
			return err
		}
		r, err = t.request(ctx, id)
		return err
	})
	return r, errors.Join(err, refused)
}

// Decide records one approver's verdict. The last approval needed makes the invitations ready; one denial ends
// the request. Whether the person is an approver is for the caller to check. Refused are the requester's own
// approval, unless the rules allow it, a second approval by the same person, and anything after the decision.
func (d *Desk) Decide(ctx context.Context, c Click, request int64, v Verdict, reason string) (Request, error) {
	return d.act(ctx, c, this(request), func(t *tx, r *Request) (ledger.Detail, error) {
		if r.State != Pending {
			return ledger.Detail{Why: ledger.DecidedBefore}, nil
		}
		if r.Requester.ID == c.By.ID && !d.rules.AllowSelf {
			return ledger.Detail{Why: ledger.OwnRequest}, nil
		}
		counts, err := t.Change(ctx, `INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, r.ID, c.By.ID, c.By.Name, string(v), reason, t.now)
		if err != nil {
			return ledger.Detail{}, err
		}
		if !counts {
			return ledger.Detail{Why: ledger.CountedBefore}, nil
		}
		if v == Deny {
			return ledger.Detail{}, t.deny(ctx, c, r, reason)
		}
		return ledger.Detail{}, t.approve(ctx, c, r)
	})
}

// cardDelay is how long the card waits after the last approval for the outcome, which usually comes sooner, so
// that one edit tells both. The thread and the requester don't wait.
const cardDelay = time.Second

func (t *tx) approve(ctx context.Context, c Click, r *Request) error {
	have := r.Approvals() + 1
	event := ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Approved, Detail: ledger.Detail{Approvals: have, Required: r.Required}}
	if _, err := t.record(ctx, event, c.Key); err != nil {
		return err
	}
	if have < r.Required {
		return t.dueCard(ctx, r.ID, 0)
	}
	if err := t.endRequest(ctx, r.ID, Approved); err != nil {
		return err
	}
	t.deliver = true
	err := t.Run(ctx, `UPDATE invitations SET state = 'ready', due_at = ?, ready_at = ? WHERE request_id = ? AND state = 'waiting'`,
		t.now, t.now, r.ID)
	if err != nil {
		return err
	}
	return t.dueCard(ctx, r.ID, cardDelay)
}

func (t *tx) deny(ctx context.Context, c Click, r *Request, reason string) error {
	if err := t.drop(ctx, r.ID, Denied); err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Denied, Detail: ledger.Detail{Reason: reason}}, c.Key)
	if err != nil {
		return err
	}
	return t.due(ctx, e, Direct, r.Requester, "")
}

// Withdraw takes a pending request back, for its requester only.
func (d *Desk) Withdraw(ctx context.Context, c Click, request int64) (Request, error) {
	return d.act(ctx, c, this(request), func(t *tx, r *Request) (ledger.Detail, error) {
		if r.Requester.ID != c.By.ID {
			return ledger.Detail{Why: ledger.NotRequester}, nil
		}
		if r.State != Pending {
			return ledger.Detail{Why: ledger.DecidedBefore}, nil
		}
		if err := t.drop(ctx, r.ID, Withdrawn); err != nil {
			return ledger.Detail{}, err
		}
		_, err := t.record(ctx, ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Withdrawn}, c.Key)
		return ledger.Detail{}, err
	})
}

// lockedRequest loads a request that nobody else changes until the end of the transaction. Two approvals at once
// must not each count without the other.
func (t *tx) lockedRequest(ctx context.Context, id int64) (Request, error) {
	if t.Lock != "" {
		if err := t.Run(ctx, `SELECT id FROM requests WHERE id = ?`+t.Lock, id); err != nil {
			return Request{}, fmt.Errorf("lock request %d: %w", id, err)
		}
	}
	return t.request(ctx, id)
}

// endRequest moves a pending request to its final state.
func (t *tx) endRequest(ctx context.Context, request int64, to State) error {
	current, err := t.Change(ctx, `UPDATE requests SET state = ?, decided_at = ? WHERE id = ? AND state = 'pending'`, string(to), t.now, request)
	if err == nil && !current {
		err = fmt.Errorf("request %d is no longer pending", request)
	}
	return err
}

// drop ends a request without its invitations being sent.
func (t *tx) drop(ctx context.Context, request int64, to State) error {
	if err := t.endRequest(ctx, request, to); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE invitations SET state = 'dropped' WHERE request_id = ? AND state = 'waiting'`, request); err != nil {
		return err
	}
	return t.dueCard(ctx, request, 0)
}

// expireIfDue ends a request whose time is over but which nobody has ended yet.
func (t *tx) expireIfDue(ctx context.Context, r *Request) error {
	if r.State != Pending || r.ExpiresAt.IsZero() || t.now.Before(r.ExpiresAt) {
		return nil
	}
	if err := t.drop(ctx, r.ID, Expired); err != nil {
		return err
	}
	r.State, r.DecidedAt = Expired, t.now
	e, err := t.record(ctx, ledger.Event{Request: r.ID, Kind: ledger.Expired}, "")
	if err != nil {
		return err
	}
	return t.due(ctx, e, Direct, r.Requester, "")
}

func this(request int64) func(*tx) (int64, error) {
	return func(*tx) (int64, error) { return request, nil }
}

func parseUIN(s string) (invite.UIN, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	return invite.UIN(n), err
}
