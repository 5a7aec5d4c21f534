package approvals

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"maps"
	"slices"
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
	err = w.claiming(ctx, func(t *tx) error {
		claimed = nil
		due, err := t.duePosts(ctx, w, n, "")
		if err != nil {
			return err
		}
		if claimed, err = t.claimPosts(ctx, due); err != nil || len(claimed) > 0 {
			return err
		}
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END), 0)
			FROM posts WHERE wanted > shown AND gave_up = '' AND turn = 0 AND (due_at > ? OR leased_until > ?)`, t.now, t.now)
		next = sooner(next, w.opensNext(t.now))
		return err
	})
	return w.saying(claimed, next, err)
}

// nextCard claims the new card whose turn it is.
func (w *Worker) nextCard(ctx context.Context, _ int) (jobs []job, next time.Time, err error) {
	if opens := w.announcer.Opens(Posting); opens.After(w.store.now()) {
		return nil, opens, nil
	}
	err = w.store.read(ctx, func(t *tx) error {
		next, err = t.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END), 0) FROM posts WHERE turn > 0`)
		return err
	})
	if err != nil || next.IsZero() || next.After(w.store.now()) {
		return nil, next, err
	}
	var claimed []post
	err = w.claiming(ctx, func(t *tx) error {
		claimed, next = nil, t.now.Add(soon)
		if opens := w.announcer.Opens(Posting); opens.After(t.now) { // Slack has asked to wait meanwhile
			next = opens
			return nil
		}
		before, err := t.duePosts(ctx, w, 1, ` AND slot IN ('thread', 'notice') AND ts = ''`)
		if err != nil || len(before) > 0 {
			return err // outcomes of what was decided go before what is to be
		}
		due, err := t.newCards(ctx)
		if err != nil {
			return err
		}
		claimed, err = t.claimPosts(ctx, due)
		return err
	})
	return w.saying(claimed, next, err)
}

// soon is how long a new card waits for what goes before it, or for another process that is just claiming it.
const soon = 50 * time.Millisecond

// saying is what is to be done with what was claimed.
func (w *Worker) saying(claimed []post, next time.Time, err error) ([]job, time.Time, error) {
	if errors.Is(err, errConflict) {
		return nil, w.store.now(), nil // another process was faster
	}
	if err != nil {
		return nil, next, err // what was collected on the way isn't claimed
	}
	var jobs []job
	for _, p := range claimed {
		jobs = append(jobs, func(work context.Context) { w.say(work, p) })
	}
	return jobs, next, nil
}

// opensNext is when the approvals channel takes again what it doesn't take now; zero: it takes everything.
func (w *Worker) opensNext(now time.Time) (next time.Time) {
	for _, way := range []Way{Posting, Editing} {
		if opens := w.announcer.Opens(way); opens.After(now) {
			next = sooner(next, opens)
		}
	}
	return next
}

// claimTouched claims what this transaction made due to be said, as much of it as this process can say at once.
func (t *tx) claimTouched(ctx context.Context) error {
	if len(t.touched) > 0 && t.crew == nil {
		t.say = t.now
		return nil
	}
	for _, request := range slices.Sorted(maps.Keys(t.touched)) {
		due, err := t.duePosts(ctx, t.crew.worker, saysAtOnce, ` AND p.request_id = ?`, request)
		if err != nil {
			return err
		}
		if t.touched[request] && !t.store.db.Alone() {
			// It may wait for a message that another process is just recording as said: neither sees the other's.
			t.say = sooner(t.say, t.now.Add(time.Second))
		}
		if err := t.claimEarly(ctx, due); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) claimEarly(ctx context.Context, due []post) error {
	free := 0
	for free < len(due) && t.claims(says) {
		free++
	}
	if free < len(due) || len(due) == saysAtOnce {
		t.say = t.now // there is more than this process can say
	}
	claimed, err := t.claimPosts(ctx, due[:free])
	if err != nil {
		return err
	}
	worker := t.crew.worker
	for n, p := range claimed {
		t.say = sooner(t.say, t.now.Add(sayLease))
		t.early[len(t.early)-free+n].do = func(work context.Context) { worker.say(work, p) }
	}
	return nil
}

// duePosts finds what may be said now, new cards aside, and where more is asked for of them: a reply only under a card that
// stands, and after the replies before it; and only what the channel takes.
func (t *tx) duePosts(ctx context.Context, w *Worker, most int, of string, args ...any) (due []post, err error) {
	if w.announcer.Opens(Posting).After(t.now) {
		of += ` AND NOT (slot IN ('thread', 'notice') AND ts = '')`
	}
	if w.announcer.Opens(Editing).After(t.now) {
		of += ` AND NOT (slot IN ('card', 'thread', 'notice') AND ts <> '')`
	}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		p, err := t.scanPost(scan)
		due = append(due, p)
		return err
		// The number is part of the text: SQLite compiles a statement anew whenever a LIMIT's parameter is bound.
	}, selectPosts+`wanted > shown AND gave_up = '' AND turn = 0 AND due_at <= ? AND leased_until <= ?`+of+`
		AND (slot <> 'thread' OR NOT EXISTS (SELECT 1 FROM posts AS q WHERE q.request_id = p.request_id AND q.gave_up = '' AND q.shown = 0
			AND (q.slot = 'card' OR q.slot = 'thread' AND q.id < p.id)))
		ORDER BY due_at, id LIMIT `+strconv.Itoa(most)+t.Skip("p"), append([]any{t.now, t.now}, args...)...)
	return due, err
}

// newCards finds the one whose turn it is, as a list of one.
func (t *tx) newCards(ctx context.Context) (due []post, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		p, err := t.scanPost(scan)
		due = append(due, p)
		return err
	}, selectPosts+`turn > 0 AND due_at <= ? AND leased_until <= ? ORDER BY turn, id LIMIT 1`+t.Skip("p"), t.now, t.now)
	return due, err
}

const selectPosts = `SELECT id, request_id, event_id, slot, recipient, said_in, created_at, wanted, attempt, failures, doubtful, others, channel, ts
	FROM posts AS p WHERE `

func (t *tx) scanPost(scan func(...any) error) (p post, err error) {
	var request, event sql.NullInt64
	var created int64
	m := &p.message
	err = scan(&p.id, &request, &event, &m.Slot, &m.Recipient, &m.Channel, &created, &p.wanted, &p.attempt, &p.failures, &m.Doubtful, &m.Others, &m.At.Channel, &m.At.TS)
	p.createdAt, p.claimedAt = database.Unstamp(created), t.now
	m.ID, m.DueSince = t.store.messageID(p.id, p.createdAt), p.createdAt
	m.Request.ID, m.Event.ID = request.Int64, event.Int64
	return p, err
}

// claimPosts commits, before posts are made, that they may have been made. Posts of the same request and event share
// what is read of them.
func (t *tx) claimPosts(ctx context.Context, due []post) (claimed []post, err error) {
	if len(due) == 0 {
		return nil, nil
	}
	head, trail, err := ledger.HeadAndTrail(ctx, t.Tx)
	if err != nil {
		return nil, err
	}
	requests, events := map[int64]Request{}, map[int64]ledger.Event{}
	for _, p := range due {
		m := &p.message
		m.Head, m.Trail = head, trail
		if m.Request, err = once(requests, m.Request.ID, func(id int64) (Request, error) { return t.request(ctx, id) }); err != nil {
			return nil, err
		}
		if m.Event, err = once(events, m.Event.ID, func(id int64) (ledger.Event, error) { return ledger.Numbered(ctx, t.Tx, id) }); err != nil {
			return nil, err
		}
		if m.Outdated, err = t.isOutdated(ctx, m.Slot, m.Event); err != nil {
			return nil, err
		}
		if m.Waiting, m.More, err = t.remindedOf(ctx, m.Event); err != nil {
			return nil, err
		}
		t.claim = claim{"posts", p.id, newNonce()}
		ok, err := t.Change(ctx, `UPDATE posts SET attempt = attempt + 1, nonce = ?, leased_until = ?, doubtful = CASE WHEN ts = '' THEN 1 ELSE 0 END
			WHERE id = ? AND attempt = ?`, t.claim.nonce, t.now.Add(sayLease), p.id, p.attempt)
		if err != nil || !ok {
			return nil, conflict(err)
		}
		p.attempt++
		claimed = append(claimed, p)
	}
	return claimed, nil
}

// once reads what has a number, but not twice; 0 is nothing.
func once[V any](known map[int64]V, id int64, read func(int64) (V, error)) (v V, err error) {
	v, ok := known[id]
	if ok || id == 0 {
		return v, nil
	}
	if v, err = read(id); err == nil {
		known[id] = v
	}
	return v, err
}

// say says one message and records where it stands, or why not and when to try again.
func (w *Worker) say(ctx context.Context, p post) {
	// The deadline counts from the claim: a process that was stopped in between must not post when it goes on, as
	// another may have taken over, looked for this post, and made it.
	call, cancel := context.WithDeadline(ctx, time.Now().Add(sayTimeout-w.store.now().Sub(p.claimedAt)))
	defer cancel()
	w.foreseeFor(call, &p.message)
	place, err := w.announcer.Say(call, p.message)
	again := "never"
	failed := w.record(ctx, func(ctx context.Context, t *tx) error {
		if err == nil {
			return t.said(ctx, p, place)
		}
		failed := t.unsaid(ctx, p, err)
		again = againIn(t.now, t.say)
		return failed
	})
	if err != nil {
		w.logUnsaid(p, again, err)
	}
	if failed != nil {
		w.log.Error("a message's fate could not be recorded; it will be looked for", "message", p.message.ID, "error", failed)
	}
}

// logUnsaid logs that a message couldn't be said: as an error where an operator has to do something.
func (w *Worker) logUnsaid(p post, again string, err error) {
	level := slog.LevelWarn
	if not, ok := errors.AsType[*NotSaidError](err); ok && not.RetryAfter > 0 {
		level = slog.LevelDebug // Slack has only asked to wait
	} else if ok && not.ForOperator {
		level = slog.LevelError
	}
	w.log.Log(context.Background(), level, "a message could not be said", "message", p.message.ID, "slot", p.message.Slot, "request", p.message.Request.ID,
		"again_in", again, "error", err)
}

func (t *tx) said(ctx context.Context, p post, at Place) error {
	ok, err := t.Change(ctx, `UPDATE posts SET shown = ?, channel = ?, ts = ?, foreseen = ?, turn = 0, doubtful = 0, failures = 0, leased_until = 0 WHERE id = ? AND attempt = ?`,
		p.wanted, at.Channel, at.TS, p.message.Request.Foreseen.text(), p.id, p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.touch(p.message.Request.ID) // replies may have waited for this message, and it may have become due again meanwhile
	return nil
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
			wait = max(not.RetryAfter, soon) // what is left of a wait may be nothing that a clock shows
		}
	}
	if unseen := p.createdAt.Add(longWait); p.message.Slot == Card && p.message.At.TS == "" && t.now.Before(unseen) {
		wait = min(wait, unseen.Sub(t.now)) // then the requester is told
	}
	ok, err := t.Change(ctx, `UPDATE posts SET due_at = ?, leased_until = 0, failing_since = CASE WHEN failures > 0 THEN failing_since ELSE ? END, failures = failures + 1, doubtful = ?
		WHERE id = ? AND attempt = ?`, t.now.Add(wait), t.now, doubtful, p.id, p.attempt)
	if err != nil || !ok {
		return conflict(err)
	}
	t.say, t.card = t.now.Add(wait), t.now.Add(wait)
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
	t.touch(p.message.Request.ID)
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
