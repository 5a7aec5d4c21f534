package approvals

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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
}

// Submit makes a request. Where one of the accounts has an invitation under way, it is refused as a
// [*RefusedError] with Duplicate and the request that has it.
func (d *Desk) Submit(ctx context.Context, s Submission) (made Request, err error) {
	if made, done := d.submitAtOnce(ctx, s); done {
		return made, nil
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
			refused, err = t.refuse(ctx, Click{Key: s.Key, By: s.Requester, Tried: "ask"}, found.other, ledger.Detail{Why: ledger.Duplicate, Other: found.other})
			return err
		}
		made, err = d.submit(ctx, t, s)
		return err
	})
	return made, errors.Join(err, refused)
}

// inTheWay is what keeps a submission from becoming a request; zero: nothing.
type inTheWay struct {
	event int64 // the command came before, and this is what it caused
	other int64 // the request that has an invitation under way for one of the accounts
}

// look finds both at once: people wait for each statement.
func (t *tx) look(ctx context.Context, s Submission) (found inTheWay, err error) {
	uins := make([]any, len(s.Invitations))
	for n, i := range s.Invitations {
		uins[n] = i.UIN.String()
	}
	err = t.Row(ctx, `SELECT COALESCE((SELECT id FROM events WHERE key = ?), 0), COALESCE((SELECT MIN(request_id) FROM invitations
		WHERE uin IN (?`+strings.Repeat(`, ?`, len(uins)-1)+`) AND state IN ('waiting', 'ready', 'sending', 'unknown')), 0)`,
		append([]any{database.OrNull(s.Key)}, uins...)...).Scan(&found.event, &found.other)
	if err != nil {
		return found, fmt.Errorf("look for the same command and the same accounts: %w", err)
	}
	return found, nil
}

// draft is the request that a submission made now would become, without its number.
func (d *Desk) draft(t *tx, s Submission) (r Request, asked ledger.Event) {
	r = Request{Requester: s.Requester, AskedIn: s.Channel, State: Pending, Required: d.rules.Required, CreatedAt: t.now}
	if d.rules.TTL > 0 {
		r.ExpiresAt = t.now.Add(d.rules.TTL)
	}
	detail := ledger.Detail{Required: r.Required}
	for _, i := range s.Invitations {
		r.Invitations = append(r.Invitations, Invitation{Invitation: i, State: Waiting})
		detail.Accounts = append(detail.Accounts, ledger.Account{UIN: i.UIN.String(), Name: i.Name, Remark: i.Remark})
	}
	return r, ledger.Event{Actor: s.Requester, Kind: ledger.Requested, Detail: detail}
}

func (d *Desk) submit(ctx context.Context, t *tx, s Submission) (Request, error) {
	r, asked := d.draft(t, s)
	err := t.Row(ctx, `INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at)
		VALUES (?, ?, ?, 'pending', ?, ?, ?) RETURNING id`,
		r.Requester.ID, r.Requester.Name, r.AskedIn, r.Required, r.CreatedAt, r.ExpiresAt).Scan(&r.ID)
	if err != nil {
		return r, fmt.Errorf("insert the request: %w", err)
	}
	for n := range r.Invitations {
		if err := t.addInvitation(ctx, r.ID, &r.Invitations[n]); err != nil {
			return r, err
		}
	}
	asked.Request = r.ID
	if _, err := t.record(ctx, asked, s.Key); err != nil {
		return r, err
	}
	card := t.newCard()
	err = t.Row(ctx, `INSERT INTO posts (request_id, slot, created_at, due_at, leased_until, attempt, doubtful) VALUES (?, 'card', ?, ?, ?, ?, ?) RETURNING id`,
		r.ID, t.now, t.now, card.leasedUntil, card.attempt, card.attempt > 0).Scan(&card.id)
	if err == nil {
		card.isDue(t, r)
	}
	return r, err
}

func (t *tx) addInvitation(ctx context.Context, request int64, i *Invitation) error {
	uin := i.UIN.String()
	err := t.Row(ctx, `INSERT INTO invitations (request_id, uin, name, remark, state, sent_before)
		VALUES (?, ?, ?, ?, 'waiting', (SELECT COALESCE(MAX(request_id), 0) FROM invitations WHERE uin = ? AND state = 'sent')) RETURNING id, sent_before`,
		request, uin, i.Name, i.Remark, uin).Scan(&i.ID, &i.SentBefore)
	if err != nil {
		return fmt.Errorf("insert the invitation: %w", err)
	}
	return nil
}

// submitAtOnce makes a request by one statement that looks for nothing, where the database has a way for such. It
// says false where that isn't so, and where something stands in the way: the usual way finds out what. Only a command
// with a key can go both ways without becoming two requests.
func (d *Desk) submitAtOnce(ctx context.Context, s Submission) (made Request, done bool) {
	if s.Key == "" || d.store.db.Alone() || d.store.present.Load().lapsed() {
		return made, false
	}
	t := d.store.begin(nil)
	r, asked := d.draft(t, s)
	detail, err := json.Marshal(asked.Detail)
	if err != nil {
		return made, false
	}
	var uins, names, remarks []string
	for _, i := range s.Invitations {
		uins, names, remarks = append(uins, i.UIN.String()), append(names, i.Name), append(remarks, i.Remark)
	}
	card := t.newCard()
	var ids, before []int64
	ctx, cancel := database.Patiently(ctx)
	defer cancel()
	err = d.store.db.Pipe(ctx, database.Statement{
		SQL: submitOnPostgres,
		Args: []any{r.Requester.ID, r.Requester.Name, r.AskedIn, r.Required, r.CreatedAt, r.ExpiresAt, uins, names, remarks,
			s.Key, string(detail), card.leasedUntil, card.attempt},
		Into: []any{&r.ID, &ids, &before, &card.id},
	})
	if err != nil || len(ids) != len(r.Invitations) {
		t.forgo()
		return made, false
	}
	for n := range ids {
		r.Invitations[n].ID, r.Invitations[n].SentBefore = ids[n], before[n]
	}
	card.isDue(t, r)
	d.store.committed(t)
	return r, true
}

// submitOnPostgres does what [tx.look] and [Desk.submit] do, and nothing where something is in the way. Constraints keep
// out what another process writes at the same moment.
const submitOnPostgres = `WITH request AS (
	INSERT INTO requests (requester, requester_name, asked_in, state, required, created_at, expires_at)
	SELECT $1, $2, $3, 'pending', $4, $5, $6
	WHERE NOT EXISTS (SELECT FROM events WHERE key = $10)
	AND NOT EXISTS (SELECT FROM invitations WHERE uin = ANY($7::text[]) AND state IN ('waiting', 'ready', 'sending', 'unknown'))
	RETURNING id
), asked AS (
	SELECT uin, name, remark, n FROM unnest($7::text[], $8::text[], $9::text[]) WITH ORDINALITY AS a (uin, name, remark, n)
), invited AS (
	INSERT INTO invitations (request_id, uin, name, remark, state, sent_before)
	SELECT request.id, uin, name, remark, 'waiting', (SELECT COALESCE(MAX(request_id), 0) FROM invitations AS sent WHERE sent.uin = asked.uin AND state = 'sent')
	FROM request, asked ORDER BY n RETURNING id, sent_before
), event AS (
	INSERT INTO events (at, request_id, actor, actor_name, kind, key, detail)
	SELECT $5, id, $1, $2, 'requested', $10, $11 FROM request
), card AS (
	INSERT INTO posts (request_id, slot, created_at, due_at, leased_until, attempt, doubtful)
	SELECT id, 'card', $5, $5, $12, $13, SIGN($13::bigint) FROM request RETURNING id
)
SELECT request.id, ARRAY(SELECT id FROM invited ORDER BY id), ARRAY(SELECT sent_before FROM invited ORDER BY id), card.id FROM request, card`

// newCard is a request's card before it has a number, claimed where somebody can post it at once.
type newCard struct {
	id          int64
	attempt     int // 1: claimed
	leasedUntil int64
}

func (t *tx) newCard() (c newCard) {
	if t.claims(says) {
		c.attempt, c.leasedUntil = 1, database.Stamp(t.now.Add(sayLease))
	}
	return c
}

// isDue has the card posted: by this process after the commit, or by whoever finds it.
func (c newCard) isDue(t *tx, r Request) {
	if c.attempt == 0 {
		t.say = t.now
		return
	}
	t.say = t.now.Add(sayLease)
	p := post{id: c.id, attempt: c.attempt, wanted: 1, createdAt: t.now, claimedAt: t.now,
		message: Message{ID: t.store.messageID(c.id), Slot: Card, DueSince: t.now, Request: r}}
	t.then(func(ctx context.Context) { t.crew.worker.say(ctx, p) })
}
