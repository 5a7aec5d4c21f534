package approvals

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Requests on PostgreSQL, where each statement is a way to the server, and each transaction that writes to the ledger
// waits for the one before. Those that are made at the same time share a transaction of two ways: look and take numbers, insert
// and commit. What is in the way of one (the same command, the same account) leaves it to the usual way, which finds out
// what to say.

// attempted is a submission on its way to become a request.
type attempted struct {
	Submission
	made Request
	done bool
	err  error // the database is silent: the usual way would only wait, too
}

// submitTogether makes a request together with those that are made at the same time. It says false where that is for the
// usual way. Only a command with a key can go both ways without becoming two requests.
func (d *Desk) submitTogether(ctx context.Context, s Submission) (made Request, done bool, err error) {
	if s.Key == "" || s.AgainOf != nil {
		return made, false, nil
	}
	a := &attempted{Submission: s}
	if !d.submitting.do(ctx, a, func(batch []*attempted) { d.submitAll(ctx, batch) }) {
		return made, false, ctx.Err()
	}
	return a.made, a.done, a.err
}

// batchLimit leaves those who wait for an answer, for 2.5 seconds, the time to go the usual way.
const batchLimit = 1500 * time.Millisecond

func (d *Desk) submitAll(leader context.Context, batch []*attempted) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(leader), timeLeft(leader))
	defer cancel()
	err := d.store.write(ctx, func(t *tx) error { return d.insertAll(ctx, t, batch) })
	for _, a := range batch {
		a.done = a.done && err == nil
		if ctx.Err() != nil {
			a.err = err
		}
	}
}

// timeLeft is for who commits for others: not longer than they themselves may take, but not ended with them.
func timeLeft(ctx context.Context) time.Duration {
	if end, ends := ctx.Deadline(); ends {
		return min(batchLimit, time.Until(end))
	}
	return batchLimit
}

func (d *Desk) insertAll(ctx context.Context, t *tx, batch []*attempted) error {
	found, err := t.lookForAll(ctx, batch)
	if err != nil {
		return err
	}
	var free []*attempted
	accounts := 0
	for _, a := range batch {
		if a.done = !found.hinders(a.Submission, d.rules); a.done {
			free = append(free, a)
			accounts += len(a.Invitations)
		}
	}
	if len(free) == 0 {
		return nil
	}
	ids := found.Numbers
	if ids == nil { // something is in the way of others
		if ids, err = t.takeNumbers(ctx, len(free), accounts); err != nil {
			return err
		}
	}
	t.planReminder(d.rules)
	rows := newRows{Head: found.Head}
	for n, a := range free {
		a.made = d.numbered(a.Submission, d.draft(t.now, a.Submission), ids, found)
		if err := rows.add(t, a.made, a.Key, ids.Posts[n], found.takeTurn(a.Requester.ID)); err != nil {
			return err
		}
	}
	return rows.insert(ctx, t)
}

// foundTogether is all that has to be known before several requests are made: see [foundBefore].
type foundTogether struct {
	ledger.Head
	Keys []string         // of commands that came before
	Live []string         // accounts that have an invitation under way
	Sent map[string]int64 // the newest request that sent an invitation to an account
	Open map[string]*open // what people have open, by their IDs
	Turn int64            // of the cards that are posted next; 0: none waits

	Numbers *numbers // taken where nothing is in the way of any, so that none are skipped

	taken map[string]bool // keys and accounts
}

// open is what one person has open: so many requests, and the last turn of their cards that wait.
type open struct {
	Requests int
	Turn     int64
}

// of is what a person has open.
func (f *foundTogether) of(person string) *open {
	if f.Open == nil {
		f.Open = map[string]*open{}
	}
	if f.Open[person] == nil {
		f.Open[person] = &open{}
	}
	return f.Open[person]
}

// takeTurn is the turn of one more card of a person's, which then waits.
func (f *foundTogether) takeTurn(person string) turn {
	theirs := f.of(person)
	taken := turn{now: f.Turn, last: theirs.Turn}
	theirs.Turn = max(1, taken.next())
	if f.Turn == 0 {
		f.Turn = theirs.Turn
	}
	return taken
}

func (t *tx) lookForAll(ctx context.Context, batch []*attempted) (f foundTogether, err error) {
	var keys, uins, people []string
	for _, a := range batch {
		keys, people = append(keys, a.Key), append(people, a.Requester.ID)
		for _, i := range a.Invitations {
			uins = append(uins, i.UIN.String())
		}
	}
	if err := t.json(ctx, &f, lookForRequests, keys, uins, uins, people, len(keys), len(uins), len(keys)); err != nil {
		return f, fmt.Errorf("look for the same commands and the same accounts: %w", err)
	}
	f.taken = map[string]bool{}
	for _, key := range f.Keys {
		f.taken["key "+key] = true
	}
	for _, uin := range f.Live {
		f.taken[uin] = true
	}
	return f, nil
}

// lookForRequests locks the head of the ledger, so that nobody else makes requests until the end, and has the transaction
// wait for nothing else for long: one account that somebody holds must not keep all from their answers.
const lookForRequests = `WITH before AS (SELECT ARRAY(SELECT key FROM events WHERE key = ANY(?::text[])) AS keys,
	ARRAY(SELECT uin FROM invitations WHERE uin = ANY(?::text[]) AND state IN ('waiting', 'ready', 'sending', 'unknown')) AS live)
SELECT json_build_object('number', number, 'hash', hash, 'Wait', set_config('lock_timeout', '300ms', true), 'Keys', keys, 'Live', live,
	'Sent', (SELECT json_object_agg(uin, newest) FROM (SELECT uin, MAX(request_id) AS newest FROM invitations
		WHERE uin = ANY(?::text[]) AND state IN ` + wasSent + ` GROUP BY uin) AS sent),
	'Turn', COALESCE((SELECT MIN(turn) FROM posts WHERE turn > 0), 0),
	'Open', (SELECT json_object_agg(requester, json_build_object('Requests', n, 'Turn', last)) FROM (
		SELECT requester, COUNT(*) AS n, COALESCE(MAX(turn), 0) AS last FROM requests LEFT JOIN posts ON request_id = requests.id AND slot = 'card' AND turn > 0
		WHERE requester = ANY(?::text[]) AND requests.state = 'pending' GROUP BY requester) AS open),
	'Numbers', CASE WHEN keys = '{}' AND live = '{}' THEN ` + newNumbers + ` END
)::text FROM before, ledger_head FOR NO KEY UPDATE OF ledger_head`

// hinders says whether something is in the way of a submission, and else that it is in the way of those that follow.
func (f *foundTogether) hinders(s Submission, rules Rules) bool {
	if rules.isTooMany(f.of(s.Requester.ID).Requests) {
		return true
	}
	claims := []string{"key " + s.Key}
	for _, i := range s.Invitations {
		claims = append(claims, i.UIN.String())
	}
	for _, claim := range claims {
		if f.taken[claim] {
			return true
		}
	}
	for _, claim := range claims {
		f.taken[claim] = true
	}
	f.of(s.Requester.ID).Requests++
	return false
}

// numbers are for new rows.
type numbers struct{ Requests, Invitations, Posts []int64 }

const newNumbers = `json_build_object(
	'Requests', ARRAY(SELECT nextval(pg_get_serial_sequence('requests', 'id')) FROM generate_series(1, ?)),
	'Invitations', ARRAY(SELECT nextval(pg_get_serial_sequence('invitations', 'id')) FROM generate_series(1, ?)),
	'Posts', ARRAY(SELECT nextval(pg_get_serial_sequence('posts', 'id')) FROM generate_series(1, ?)))`

func (t *tx) takeNumbers(ctx context.Context, requests, invitations int) (n *numbers, err error) {
	if err := t.json(ctx, &n, `SELECT `+newNumbers+`::text`, requests, invitations, requests); err != nil {
		return nil, fmt.Errorf("take numbers: %w", err)
	}
	return n, nil
}

// json reads what a query yields: one row of one column, an object.
func (t *tx) json(ctx context.Context, into any, query string, args ...any) error {
	var text string
	if err := t.Row(ctx, query, args...).Scan(&text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// numbered gives a request and its invitations their numbers, and so its digest.
func (d *Desk) numbered(s Submission, r Request, ids *numbers, found foundTogether) Request {
	r.ID, ids.Requests = ids.Requests[0], ids.Requests[1:]
	for n := range r.Invitations {
		i := &r.Invitations[n]
		i.ID, i.SentBefore = ids.Invitations[n], found.Sent[i.UIN.String()]
	}
	ids.Invitations = ids.Invitations[len(r.Invitations):]
	s.remark(&r)
	r.Digest = d.store.digest(r)
	return r
}

// newRows are what is inserted, and the head of the ledger after it.
type newRows struct {
	ledger.Head
	Requests, Invitations, Events, Posts []map[string]any
}

func (w *newRows) add(t *tx, r Request, key string, post int64, after turn) error {
	w.Requests = append(w.Requests, map[string]any{"id": r.ID, "requester": r.Requester.ID, "requester_name": r.Requester.Name,
		"asked_in": r.AskedIn, "required": r.Required, "created_at": database.Stamp(r.CreatedAt), "expires_at": database.Stamp(r.ExpiresAt),
		"nonce": r.Nonce, "allow_self": bit(r.AllowSelf), "also_told": strings.Join(r.AlsoTold, " ")})
	for _, i := range r.Invitations {
		w.Invitations = append(w.Invitations, map[string]any{"id": i.ID, "request_id": r.ID, "uin": i.UIN.String(), "name": i.Name,
			"remark": i.Remark, "sent_before": i.SentBefore})
	}
	e, detail, err := w.Chain(t.store.keys, t.now, requested(r), key)
	if err != nil {
		return err
	}
	t.events = append(t.events, e)
	w.Events = append(w.Events, map[string]any{"id": e.ID, "at": database.Stamp(e.At), "request_id": r.ID, "actor": e.Actor.ID,
		"actor_name": e.Actor.Name, "kind": e.Kind, "key": key, "detail": detail, "hash": e.Hash, "seal": e.Seal})
	card := t.newCard(after)
	card.id = post
	w.Posts = append(w.Posts, map[string]any{"id": post, "request_id": r.ID, "at": database.Stamp(t.now), "turn": card.turn,
		"nonce": card.nonce, "leased_until": card.leasedUntil, "attempt": card.attempt})
	card.isDue(t, r, w.Head)
	return nil
}

func (w *newRows) insert(ctx context.Context, t *tx) error {
	rows, err := json.Marshal(w)
	if err != nil {
		return err
	}
	if err := t.Run(ctx, insertRequests, string(rows), w.Number, w.Hash); err != nil {
		return fmt.Errorf("insert requests: %w", err)
	}
	return nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

const insertRequests = `WITH new AS (SELECT ?::json AS rows), request AS (
	INSERT INTO requests (id, requester, requester_name, asked_in, state, required, created_at, expires_at, nonce, allow_self, also_told)
	SELECT id, requester, requester_name, asked_in, 'pending', required, created_at, expires_at, nonce, allow_self, also_told
	FROM new, json_to_recordset(rows->'Requests') AS r (id bigint, requester text, requester_name text, asked_in text, required bigint,
		created_at bigint, expires_at bigint, nonce text, allow_self bigint, also_told text)
), invitation AS (
	INSERT INTO invitations (id, request_id, uin, name, remark, state, sent_before)
	SELECT id, request_id, uin, name, remark, 'waiting', sent_before
	FROM new, json_to_recordset(rows->'Invitations') AS i (id bigint, request_id bigint, uin text, name text, remark text, sent_before bigint)
), event AS (
	INSERT INTO events (id, at, request_id, actor, actor_name, kind, key, detail, hash, seal)
	SELECT id, at, request_id, actor, actor_name, kind, key, detail, hash, seal
	FROM new, json_to_recordset(rows->'Events') AS e (id bigint, at bigint, request_id bigint, actor text, actor_name text, kind text,
		key text, detail text, hash text, seal text)
), card AS (
	INSERT INTO posts (id, request_id, slot, created_at, due_at, turn, nonce, leased_until, attempt, doubtful)
	SELECT id, request_id, 'card', at, at, turn, nonce, leased_until, attempt, SIGN(attempt)
	FROM new, json_to_recordset(rows->'Posts') AS p (id bigint, request_id bigint, at bigint, turn bigint, nonce text, leased_until bigint, attempt bigint)
)
UPDATE ledger_head SET number = ?, hash = ?`
