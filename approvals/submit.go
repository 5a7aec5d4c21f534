package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Submission is a request as somebody makes it. Key identifies the command: the same key again makes no second
// request.
type Submission struct {
	Key         string
	Requester   Person
	Channel     string // ID of the channel in which they asked
	Invitations []invite.Invitation
	AgainOf     []int64  // of each, the invitation of an earlier request that it asks for once more, 0: none; nil: none of them does
	AlsoTold    []string // IDs of people who are told as well how the request ends
	// Remark is for invitations that have none. It names the request, so that who finds it at Tencent Cloud finds the way back.
	Remark func(request int64) string
}

// remark gives the invitations of a request that has a number the remarks that they lack.
func (s Submission) remark(r *Request) {
	for n := range r.Invitations {
		if i := &r.Invitations[n]; i.Remark == "" && s.Remark != nil {
			i.Remark = s.Remark(r.ID)
		}
	}
}

// Submit makes a request. Where one of the accounts has an invitation under way, it is refused as a
// [*RefusedError] with Duplicate and the request that has it.
func (d *Desk) Submit(ctx context.Context, s Submission) (made Request, err error) {
	if d.store.db.Dialect() == database.Postgres {
		if made, done, err := d.submitTogether(ctx, s); done || err != nil {
			return made, err
		}
	}
	var refused error
	err = d.store.write(ctx, func(t *tx) error {
		made, refused = Request{}, nil
		found, err := t.look(ctx, s)
		switch {
		case err != nil:
			return err
		case found.event != 0:
			before, err := ledger.Numbered(ctx, t.Tx, found.event)
			if err == nil {
				made, refused, err = t.answered(ctx, before)
			}
			return err
		case found.other != 0:
			refused, err = d.turnDown(ctx, t, s, found.other, ledger.Duplicate)
			return err
		case d.rules.isTooMany(found.open):
			refused, err = d.turnDown(ctx, t, s, 0, ledger.TooMany)
			return err
		}
		if made, err = d.submit(ctx, t, s, found.turn); err != nil {
			return err
		}
		return t.dueAskedAgain(ctx, made)
	})
	return made, cmp.Or(err, refused)
}

// turnDown refuses a submission because of another request, or of none (0).
func (d *Desk) turnDown(ctx context.Context, t *tx, s Submission, other int64, why ledger.Why) (refused, err error) {
	asked := requested(d.draft(t.now, s))
	return t.refuse(ctx, Click{Key: s.Key, By: s.Requester, Tried: "ask"}, other,
		ledger.Detail{Why: why, Other: other, Accounts: asked.Detail.Accounts})
}

// foundBefore is what has to be known before a submission becomes a request.
type foundBefore struct {
	event int64 // the command came before, and this is what it caused; 0: it didn't
	other int64 // the request that has an invitation under way for one of the accounts; 0: none has
	open  int   // requests of the person that wait for a decision
	turn  turn
}

// turn is when a new card is to be posted, where several wait: people take turns, however many requests one of them makes.
type turn struct {
	now  int64 // the turn of the cards that are posted next; 0: none waits
	last int64 // of the person's own that waits
}

// next is the turn of one more card.
func (t turn) next() int64 { return max(t.now, t.last+1) }

// look finds all of it at once: people wait for each statement.
func (t *tx) look(ctx context.Context, s Submission) (found foundBefore, err error) {
	if t.store.db.Dialect() == database.Postgres {
		// So that nobody else makes requests until the end. Who is refused is counted one at a time, and that comes first everywhere.
		if err := errors.Join(t.oneAtATime(ctx), ledger.Hold(ctx, t.Tx)); err != nil {
			return found, err
		}
	}
	uins := make([]any, len(s.Invitations))
	for n, i := range s.Invitations {
		uins[n] = i.UIN.String()
	}
	err = t.Row(ctx, `SELECT COALESCE((SELECT id FROM events WHERE key = ?), 0), COALESCE((SELECT MIN(request_id) FROM invitations
		WHERE uin IN (?`+strings.Repeat(`, ?`, len(uins)-1)+`) AND state IN ('waiting', 'ready', 'sending', 'unknown')), 0),
		(SELECT COUNT(*) FROM requests WHERE requester = ? AND state = 'pending'), COALESCE((SELECT MIN(turn) FROM posts WHERE turn > 0), 0),
		COALESCE((SELECT MAX(turn) FROM requests JOIN posts ON request_id = requests.id AND slot = 'card' AND turn > 0 WHERE requester = ? AND requests.state = 'pending'), 0)`,
		append(append([]any{database.OrNull(s.Key)}, uins...), s.Requester.ID, s.Requester.ID)...).Scan(&found.event, &found.other, &found.open, &found.turn.now, &found.turn.last)
	if err != nil {
		return found, fmt.Errorf("look for the same command and the same accounts: %w", err)
	}
	return found, nil
}

// draft is the request that a submission made now would become, without its number.
func (d *Desk) draft(now time.Time, s Submission) Request {
	r := Request{Requester: s.Requester, Nonce: newNonce(), AskedIn: s.Channel, State: Pending, Required: d.rules.Required, AllowSelf: d.rules.AllowSelf, CreatedAt: now,
		AlsoTold: s.AlsoTold}
	if d.rules.TTL > 0 {
		r.ExpiresAt = now.Add(d.rules.TTL)
	}
	for _, i := range s.Invitations {
		r.Invitations = append(r.Invitations, Invitation{Invitation: i, State: Waiting})
	}
	return r
}

// requested is the event that tells of a request, with its digest.
func requested(r Request) ledger.Event {
	detail := ledger.Detail{Required: r.Required, Digest: r.Digest, AlsoTold: r.AlsoTold}
	for _, i := range r.Invitations {
		detail.AgainOf = max(detail.AgainOf, i.AgainOf)
		detail.Accounts = append(detail.Accounts, ledger.Account{UIN: i.UIN.String(), Name: i.Name, Remark: i.Remark})
	}
	return ledger.Event{Request: r.ID, Actor: r.Requester, Kind: ledger.Requested, Detail: detail}
}

func (d *Desk) submit(ctx context.Context, t *tx, s Submission, after turn) (Request, error) {
	r := d.draft(t.now, s)
	err := t.Row(ctx, `INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at, nonce, allow_self, also_told)
		VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.Requester.ID, r.Requester.Name, r.AskedIn, r.Required, r.CreatedAt, r.ExpiresAt, r.Nonce, r.AllowSelf, strings.Join(r.AlsoTold, " ")).Scan(&r.ID)
	if err != nil {
		return r, fmt.Errorf("insert the request: %w", err)
	}
	s.remark(&r)
	for n := range r.Invitations {
		var of int64
		if s.AgainOf != nil {
			of = s.AgainOf[n]
		}
		if err := t.addInvitation(ctx, r.ID, &r.Invitations[n], of); err != nil {
			return r, err
		}
	}
	r.Digest = d.store.digest(r)
	e, err := t.record(ctx, requested(r), s.Key)
	if err != nil {
		return r, err
	}
	t.planReminder(d.rules)
	card := t.newCard(after)
	err = t.Row(ctx, `INSERT INTO posts (request_id, slot, created_at, due_at, turn, nonce, leased_until, attempt, doubtful) VALUES (?, 'card', ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.ID, t.now, t.now, card.turn, card.nonce, card.leasedUntil, card.attempt, card.attempt > 0).Scan(&card.id)
	if err == nil {
		card.isDue(t, r, e.Head())
	}
	return r, err
}

func (t *tx) addInvitation(ctx context.Context, request int64, i *Invitation, againOf int64) error {
	uin := i.UIN.String()
	err := t.Row(ctx, `INSERT INTO invitations (request_id, uin, name, remark, again_of, state, sent_before)
		VALUES (?, ?, ?, ?, ?, 'waiting', (SELECT COALESCE(MAX(request_id), 0) FROM invitations WHERE uin = ? AND state IN `+wasSent+`))
		RETURNING id, sent_before, COALESCE((SELECT before.request_id FROM invitations AS before WHERE before.id = invitations.again_of), 0)`,
		request, uin, i.Name, i.Remark, database.OrNull(againOf), uin).Scan(&i.ID, &i.SentBefore, &i.AgainOf)
	if err != nil {
		return fmt.Errorf("insert the invitation: %w", err)
	}
	return nil
}

// newCard is a request's card before it has a number, claimed where somebody can post it at once.
type newCard struct {
	id          int64
	turn        int64
	attempt     int // 1: claimed
	nonce       string
	leasedUntil int64
}

func (t *tx) newCard(after turn) (c newCard) {
	c.turn = max(1, after.next())
	first := after.now == 0 && t.crew != nil && !t.crew.worker.announcer.Opens(Posting).After(t.now)
	if first && t.claims(cards) {
		c.attempt, c.nonce, c.leasedUntil = 1, newNonce(), database.Stamp(t.now.Add(sayLease))
	}
	return c
}

// isDue has the card posted: by this process after the commit, or by whoever finds it.
func (c newCard) isDue(t *tx, r Request, head ledger.Head) {
	if c.attempt == 0 {
		t.card = t.now
		return
	}
	t.card = t.now.Add(sayLease)
	t.claim = claim{"posts", c.id, c.nonce}
	p := post{id: c.id, attempt: c.attempt, wanted: 1, createdAt: t.now, claimedAt: t.now,
		message: Message{ID: t.store.messageID(c.id, t.now), Slot: Card, DueSince: t.now, Request: r, Head: head}}
	t.then(func(ctx context.Context) { t.crew.worker.say(ctx, p) })
}
