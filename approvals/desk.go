package approvals

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Desk is where people's requests and decisions arrive. Each method is one transaction that is committed when
// it returns, so it may be acknowledged; what follows from it is the [Worker]'s.
type Desk struct {
	store      *Store
	rules      Rules
	submitting together[*attempted] // on PostgreSQL
}

// NewDesk returns the desk of a store.
func NewDesk(store *Store, rules Rules) *Desk { return &Desk{store: store, rules: rules} }

// Rules are those by which requests are made from now on.
func (d *Desk) Rules() Rules { return d.rules }

// Installation identifies the database. A button that carries another's belongs to a request of another one.
func (d *Desk) Installation() string { return d.store.installation }

// Request is a request as it stands. An unknown number is [ErrNotFound].
func (d *Desk) Request(ctx context.Context, id int64) (Request, error) {
	return d.store.Request(ctx, id)
}

// Click is a button pressed, or a command typed, on an existing request. Key identifies it: the same key again
// changes nothing. Channel is where a refusal is told, to this person alone; empty where the caller tells it.
type Click struct {
	Key     string
	By      Person
	Channel string
	Tried   string  // what was tried, for the ledger where it is refused
	Typed   string  // what the person typed, as Slack delivers it, for the ledger likewise
	Basis   string  // why the person counts as an approver, for the ledger
	Button  *Button // what was pressed; nil: a command was typed
	Form    bool    // whether the caller can tell a refusal at once, in a form: then it is told from here only where [Desk.Told] isn't called in time
}

// act is what all clicks have in common: an envelope that comes twice counts once, the request is loaded and
// locked, one that is out of time expires first, and do then changes it, here as in the database, or says why not.
func (d *Desk) act(ctx context.Context, c Click, request func(*tx) (int64, error), do func(*tx, *Request) (ledger.Detail, error)) (r Request, err error) {
	var refused error
	err = d.store.write(ctx, func(t *tx) error {
		refused = nil
		id, err := request(t)
		if err != nil && !c.isStray(err) {
			return err
		}
		var admitted bool
		if r, admitted, refused, err = t.admit(ctx, c, id); err != nil || !admitted {
			return err
		}
		if err := t.expireIfDue(ctx, &r); err != nil {
			return err
		}
		not, err := do(t, &r)
		if err == nil && not.Why != "" {
			refused, err = t.refuse(ctx, c, r.ID, not)
		}
		return err
	})
	return r, cmp.Or(err, refused) // what couldn't be stored isn't in the ledger
}

// admit loads and locks the request of a click that comes for the first time, from a button that counts.
func (t *tx) admit(ctx context.Context, c Click, request int64) (r Request, admitted bool, refused, err error) {
	r, missing := t.lockedRequest(ctx, request)
	if missing != nil && !c.isStray(missing) {
		return r, false, nil, missing
	}
	before, again, err := t.seen(ctx, c.Key)
	if err == nil && again {
		_, refused, err = t.answered(ctx, before)
	}
	if err != nil || again {
		return r, false, refused, err
	}
	if missing != nil {
		refused, err = t.stray(ctx, c)
		return r, false, refused, err
	}
	refused, err = t.refuseButton(ctx, c, r)
	return r, refused == nil, refused, err
}

// Decide records one approver's verdict. The last approval needed makes the invitations ready; one denial ends
// the request. Whether the person is an approver is for the caller to check. Refused are the requester's own
// approval, unless the rules allow it, a second approval by the same person, and anything after the decision.
func (d *Desk) Decide(ctx context.Context, c Click, request int64, v Verdict, reason string) (Request, error) {
	return d.act(ctx, c, this(request), func(t *tx, r *Request) (ledger.Detail, error) {
		if why := mayDecide(c, r); why != "" {
			return ledger.Detail{Why: why}, nil
		}
		if v == Approve {
			if same, err := t.isAsAsked(ctx, *r); err != nil || !same {
				return ledger.Detail{Why: ledger.Changed}, err
			}
		}
		shown, err := t.shownForesight(ctx, c, *r, d.rules.Room)
		if err != nil {
			return ledger.Detail{}, err
		}
		made := Decision{By: c.By, Verdict: v, Reason: reason, At: t.now.Truncate(time.Millisecond), Digest: r.Digest, Basis: c.Basis}
		counts, err := t.Change(ctx, `INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at, digest, seal, basis)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			r.ID, made.By.ID, made.By.Name, string(v), reason, made.At, made.Digest, t.store.seal(r.ID, made), made.Basis)
		if err != nil {
			return ledger.Detail{}, err
		}
		if !counts {
			return ledger.Detail{Why: ledger.CountedBefore}, nil
		}
		r.Decisions = append(r.Decisions, made)
		if v == Deny {
			return ledger.Detail{}, t.deny(ctx, c, r, reason, shown)
		}
		return ledger.Detail{}, t.approve(ctx, c, r, shown)
	})
}

// cardDelay is how long the card waits after the last approval for the outcome, which usually comes sooner, so
// that one edit tells both. The thread and the requester don't wait.
const cardDelay = time.Second

func (t *tx) approve(ctx context.Context, c Click, r *Request, shown []ledger.Foreseen) error {
	have := r.Approvals()
	event := ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Approved,
		Detail: ledger.Detail{Approvals: have, Required: r.Required, Digest: r.Digest, Basis: c.Basis, Foreseen: shown}}
	if _, err := t.record(ctx, event, c.Key); err != nil {
		return err
	}
	if have < r.Required {
		return t.dueCard(ctx, r.ID, 0)
	}
	if err := t.endRequest(ctx, r, Approved, Ready); err != nil {
		return err
	}
	err := t.Run(ctx, `UPDATE invitations SET state = 'ready', due_at = ?, ready_at = ? WHERE request_id = ? AND state = 'waiting'`,
		t.now, t.now, r.ID)
	if err != nil {
		return err
	}
	if err := t.dueCard(ctx, r.ID, cardDelay); err != nil {
		return err
	}
	return t.sendAtOnce(ctx, r)
}

func (t *tx) deny(ctx context.Context, c Click, r *Request, reason string, shown []ledger.Foreseen) error {
	if err := t.drop(ctx, r, Denied); err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Denied,
		Detail: ledger.Detail{Reason: reason, Digest: r.Digest, Basis: c.Basis, Foreseen: shown}}, c.Key)
	if err != nil {
		return err
	}
	return t.dueDirect(ctx, e, r.Requester)
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
		if err := t.drop(ctx, r, Withdrawn); err != nil {
			return ledger.Detail{}, err
		}
		_, err := t.record(ctx, ledger.Event{Request: r.ID, Actor: c.By, Kind: ledger.Withdrawn}, c.Key)
		return ledger.Detail{}, err
	})
}

// endRequest moves a pending request to its final state, and here its invitations along.
func (t *tx) endRequest(ctx context.Context, r *Request, to, invitations State) error {
	current, err := t.Change(ctx, `UPDATE requests SET state = ?, decided_at = ? WHERE id = ? AND state = 'pending'`, string(to), t.now, r.ID)
	if err == nil && !current {
		err = fmt.Errorf("request %d is no longer pending", r.ID)
	}
	r.State, r.DecidedAt = to, t.now
	for n := range r.Invitations {
		r.Invitations[n].State = invitations
	}
	if err != nil {
		return err
	}
	return t.dueReminder(ctx, r)
}

// drop ends a request without its invitations being sent.
func (t *tx) drop(ctx context.Context, r *Request, to State) error {
	if err := t.endRequest(ctx, r, to, Dropped); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE invitations SET state = 'dropped' WHERE request_id = ? AND state = 'waiting'`, r.ID); err != nil {
		return err
	}
	return t.dueCard(ctx, r.ID, 0)
}

func this(request int64) func(*tx) (int64, error) {
	return func(*tx) (int64, error) { return request, nil }
}

func parseUIN(s string) (invite.UIN, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	return invite.UIN(n), err
}
