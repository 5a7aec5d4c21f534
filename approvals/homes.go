package approvals

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Who has opened the App Home within the last hour sees it change with what concerns them. Nobody who asks or decides waits for that: the
// loop compares the ledger with what it has looked at, and draws those homes anew that an event since then concerns (home.go has what
// they say). Who has one open is in the database, so that any process draws it, and a home that was opened is drawn although the process
// to which Slack said so has ended. A home is drawn as a message is said, with a lease; but drawn twice it is what it was drawn once.

const (
	homeOpen    = time.Hour              // after somebody opened a home or pressed something in it, it counts as open
	homeSoon    = 500 * time.Millisecond // how long after an event it is looked whom it concerns: several come together
	homeEvery   = 3 * time.Second        // a home is drawn by events, at most
	homeTimeout = 20 * time.Second       // of drawing one: whether somebody is an approver may have to be asked, then the call
	homeLease   = 30 * time.Second       // longer than that; when it is over, who draws it is taken for dead
	homesAtOnce = 4
)

// Homes draws App Homes.
//
// ShowHome shows somebody a page of their home as it stands now, and says whether they were shown what approvers are. It may be called
// concurrently and must return soon after ctx is done. A [*NotSaidError] says when it may be tried again, an [*UnsayableError] that it
// needn't be until they open it again; after any other error it is tried again likewise.
type Homes interface {
	ShowHome(ctx context.Context, person string, page int) (isApprover bool, err error)
}

// OpenHome has somebody's home shown at once, from a page of their own requests on (the first is 0), and kept up to date for an hour.
func (d *Desk) OpenHome(ctx context.Context, person string, page int) error {
	return d.store.write(ctx, func(t *tx) error {
		t.home = t.now
		if err := t.Run(ctx, `DELETE FROM homes WHERE opened_at <= ?`, t.now.Add(-homeOpen)); err != nil {
			return err
		}
		head, err := ledger.HeadOf(ctx, t.Tx)
		if err != nil {
			return err
		}
		return t.Run(ctx, `INSERT INTO homes (person, opened_at, page, seen, due_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET
			opened_at = excluded.opened_at, page = excluded.page, seen = excluded.seen, due_at = excluded.due_at, wanted = homes.wanted + 1`,
			person, t.now, max(page, 0), head.Number, t.now)
	})
}

// home is one that is open.
type home struct {
	person                 string
	page                   int
	approver               bool
	seen                   int64
	wanted, shown          int
	due, leasedUntil, drew time.Time
	attempt, failures      int
	claimedAt              time.Time
}

// nextHome claims homes that are to be drawn, those first that have been due longest.
func (w *Worker) nextHome(ctx context.Context, n int) (jobs []job, next time.Time, err error) {
	if w.homes == nil {
		return nil, next, nil
	}
	behind := false
	err = w.store.read(ctx, func(t *tx) error {
		t.now = w.store.now()
		behind, next, err = t.homesBehind(ctx)
		return err
	})
	if err != nil || !behind && (next.IsZero() || next.After(w.store.now())) {
		return nil, next, err
	}
	var claimed []home
	err = w.store.write(ctx, func(t *tx) error {
		claimed = nil
		if err := t.noticeForHomes(ctx); err != nil {
			return err
		}
		if claimed, err = t.claimHomes(ctx, n); err != nil {
			return err
		}
		_, next, err = t.homesBehind(ctx)
		return err
	})
	if err != nil {
		return nil, next, err
	}
	for _, h := range claimed {
		jobs = append(jobs, func(work context.Context) { w.drawHome(work, h) })
	}
	return jobs, next, nil
}

// homesBehind says whether there are events that weren't looked at for a home that is open, and when one is to be drawn; zero: none is.
func (t *tx) homesBehind(ctx context.Context) (behind bool, next time.Time, err error) {
	var open int
	var seen, due int64
	err = t.Row(ctx, `SELECT COUNT(*), COALESCE(MIN(seen), 0), COALESCE(MIN(CASE WHEN wanted <= shown THEN NULL WHEN leased_until > due_at THEN leased_until ELSE due_at END), 0)
		FROM homes WHERE opened_at > ?`, t.now.Add(-homeOpen)).Scan(&open, &seen, &due)
	if err != nil || open == 0 {
		return false, next, err
	}
	head, err := ledger.HeadOf(ctx, t.Tx)
	return seen < head.Number, database.Unstamp(due), err
}

// noticeForHomes looks at the events that weren't looked at yet, and has those homes drawn that they concern.
func (t *tx) noticeForHomes(ctx context.Context) error {
	head, err := ledger.HeadOf(ctx, t.Tx)
	if err != nil {
		return err
	}
	since := t.now.Add(-homeOpen)
	all, err := t.homesWhere(ctx, `opened_at > ? AND seen < ? ORDER BY person`+t.Lock("homes"), since, head.Number)
	if err != nil || len(all) == 0 {
		return err
	}
	news, err := t.newsSince(ctx, all)
	if err != nil {
		return err
	}
	for _, h := range all {
		if !news.concerns(h) {
			continue
		}
		if err := t.Run(ctx, `UPDATE homes SET wanted = wanted + 1, due_at = ? WHERE person = ?`, h.dueAfter(t.now), h.person); err != nil {
			return err
		}
	}
	return t.Run(ctx, `UPDATE homes SET seen = ? WHERE opened_at > ? AND seen < ?`, head.Number, since, head.Number)
}

// dueAfter is when a home is drawn because of an event: no sooner than a while after it was drawn before.
func (h home) dueAfter(now time.Time) time.Time {
	switch {
	case h.leasedUntil.After(now): // what is being drawn may show the state before
		return now.Add(homeEvery)
	case h.wanted > h.shown:
		return h.due
	}
	return latest(now, h.drew.Add(homeEvery))
}

// news are the newest events of the requests of each person, and the newest that every approver sees something of.
type news struct {
	of        map[string]int64
	approvers int64
}

func (n news) concerns(h home) bool {
	return n.of[h.person] > h.seen || h.approver && n.approvers > h.seen
}

// newsSince are those that weren't looked at for some of the homes. A refusal changes nothing that is shown.
func (t *tx) newsSince(ctx context.Context, homes []home) (news, error) {
	n, seen := news{of: map[string]int64{}}, homes[0].seen
	for _, h := range homes {
		seen = min(seen, h.seen)
	}
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var requester string
		var newest int64
		err := scan(&requester, &newest)
		n.of[requester], n.approvers = newest, max(n.approvers, newest)
		return err
	}, `SELECT r.requester, MAX(e.id) FROM events AS e JOIN requests AS r ON r.id = e.request_id WHERE e.id > ? AND e.kind <> 'refused' GROUP BY r.requester`, seen)
	return n, err
}

func (t *tx) homesWhere(ctx context.Context, where string, args ...any) (all []home, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		h := home{claimedAt: t.now}
		var due, leased, drew int64
		err := scan(&h.person, &h.page, &h.approver, &h.seen, &h.wanted, &h.shown, &due, &leased, &drew, &h.attempt, &h.failures)
		h.due, h.leasedUntil, h.drew = database.Unstamp(due), database.Unstamp(leased), database.Unstamp(drew)
		all = append(all, h)
		return err
	}, `SELECT person, page, approver, seen, wanted, shown, due_at, leased_until, drawn_at, attempt, failures FROM homes WHERE `+where, args...)
	return all, err
}

func (t *tx) claimHomes(ctx context.Context, most int) ([]home, error) {
	due, err := t.homesWhere(ctx, `opened_at > ? AND wanted > shown AND due_at <= ? AND leased_until <= ? ORDER BY due_at, person LIMIT `+strconv.Itoa(most)+t.Skip("homes"),
		t.now.Add(-homeOpen), t.now, t.now)
	for n := range due {
		due[n].attempt++
		if err := t.Run(ctx, `UPDATE homes SET attempt = ?, leased_until = ? WHERE person = ?`, due[n].attempt, t.now.Add(homeLease), due[n].person); err != nil {
			return nil, err
		}
	}
	return due, err
}

func (w *Worker) drawHome(ctx context.Context, h home) {
	call, cancel := context.WithDeadline(ctx, time.Now().Add(homeTimeout-w.store.now().Sub(h.claimedAt)))
	defer cancel()
	isApprover, err := w.homes.ShowHome(call, h.person, h.page)
	failed := w.record(ctx, func(ctx context.Context, t *tx) error {
		t.home = t.now // more may have been asked for meanwhile
		if err != nil {
			return t.undrawn(ctx, h, err)
		}
		return t.Run(ctx, `UPDATE homes SET shown = ?, approver = ?, drawn_at = ?, leased_until = 0, failures = 0 WHERE person = ? AND attempt = ?`,
			h.wanted, isApprover, t.now, h.person, h.attempt)
	})
	w.logUndrawn(h, err)
	if failed != nil {
		w.log.Warn("that a home was drawn could not be recorded; it is drawn again", "person", h.person, "error", failed)
	}
}

// undrawn has a home drawn later, or no more until it is opened again.
func (t *tx) undrawn(ctx context.Context, h home, why error) error {
	if _, never := errors.AsType[*UnsayableError](why); never {
		gone, err := t.Change(ctx, `DELETE FROM homes WHERE person = ? AND attempt = ? AND wanted = ?`, h.person, h.attempt, h.wanted)
		if err != nil || gone {
			return err
		}
		return t.Run(ctx, `UPDATE homes SET leased_until = 0 WHERE person = ? AND attempt = ?`, h.person, h.attempt) // it was asked for again
	}
	wait := backoff(h.failures+1, 2*time.Second, 2*time.Minute)
	if not, ok := errors.AsType[*NotSaidError](why); ok && not.RetryAfter > 0 {
		wait = max(not.RetryAfter, soon)
	}
	return t.Run(ctx, `UPDATE homes SET due_at = ?, leased_until = 0, failures = failures + 1 WHERE person = ? AND attempt = ?`, t.now.Add(wait), h.person, h.attempt)
}

// logUndrawn logs the first failure of several in a row, and that Slack asks to wait as little as elsewhere.
func (w *Worker) logUndrawn(h home, err error) {
	if err == nil {
		return
	}
	level := slog.LevelWarn
	if not, ok := errors.AsType[*NotSaidError](err); h.failures > 0 || ok && not.RetryAfter > 0 {
		level = slog.LevelDebug
	}
	w.log.Log(context.Background(), level, "somebody's home could not be drawn", "person", h.person, "error", err)
}
