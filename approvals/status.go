package approvals

import (
	"context"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// How a database stands, for who watches the bot: what waits for people, what is the machine's own to do and since when it should have
// been done, and who runs. It is read from the database alone, by the bot itself or beside it.

// Status is how a database stands.
type Status struct {
	At         time.Time   `json:"at"`
	Ledger     string      `json:"ledger"` // its ID
	Head       ledger.Head `json:"head"`
	Requests   int64       `json:"requests"` // that were ever made
	Pending    Backlog     `json:"pending"`  // requests that wait for approvers
	Stuck      Backlog     `json:"stuck"`    // unknown outcomes that only a person can find out
	Unknown    Backlog     `json:"unknown"`  // other outcomes that nobody knows yet
	Messages   Backlog     `json:"messages"` // to be said in Slack
	Deliveries Backlog     `json:"deliveries"`
	Cancels    Backlog     `json:"cancels"`  // invitations that somebody wants cancelled
	Expiries   Backlog     `json:"expiries"` // requests whose time is over, and that haven't expired
	Lists      []ListState `json:"lists"`
	Bots       []BotState  `json:"bots"`               // that run
	MovedTo    string      `json:"moved_to,omitempty"` // another database, which goes on in its place
}

// Backlog is work of one kind. Late is since when the oldest of it should have been done; zero: all is in time, or it is for people.
type Backlog struct {
	Count int       `json:"count"`
	Since time.Time `json:"since,omitzero"` // the oldest has been there
	Late  time.Time `json:"late,omitzero"`
	Taken int       `json:"taken,omitempty"` // by a process, with a lease that holds: it is being done
}

// ListState is how far the reading of one of the organization's lists is.
type ListState struct {
	Name      string    `json:"name"`
	ReadAt    time.Time `json:"read_at,omitzero"` // as a whole, the last time; zero: never
	Failures  int       `json:"failures,omitempty"`
	Code      string    `json:"code,omitempty"` // of the last failure
	Forbidden bool      `json:"forbidden,omitempty"`
	Late      time.Time `json:"late,omitzero"`
}

// BotState is a process that runs on the database.
type BotState struct {
	Who         string    `json:"who"` // host, number of the process, version
	Started     time.Time `json:"started"`
	Seen        time.Time `json:"seen"`
	Connections int       `json:"connections"`
	Since       time.Time `json:"since"` // when it came to have so many
}

const (
	lateAfter     = time.Minute      // it should have been done, something counts as overdue
	unknownIsLate = 15 * time.Minute // after the call, if nobody was asked to find out: the longest settle time that anybody needs is 11
)

// Overdue names what the machine should have done more than a minute ago, and since when. People's decisions aren't among it.
func (s Status) Overdue() (all []Overdue) {
	add := func(what string, since time.Time) {
		if !since.IsZero() && s.At.Sub(since) > lateAfter {
			all = append(all, Overdue{what, since})
		}
	}
	add("messages to be said in Slack", s.Messages.Late)
	add("invitations to be sent", s.Deliveries.Late)
	add("outcomes to be looked up", s.Unknown.Late)
	add("invitations to be cancelled", s.Cancels.Late)
	add("requests to expire", s.Expiries.Late)
	for _, l := range s.Lists {
		add("the organization's list of "+l.Name+" to be read", l.Late)
	}
	if s.MovedTo != "" {
		return append(all, Overdue{What: "this database was moved to " + s.MovedTo + ", where the bot goes on"})
	}
	if len(s.Bots) == 0 {
		return append(all, Overdue{What: "no bot runs on this database"})
	}
	deaf := s.Bots[0].Since
	for _, b := range s.Bots {
		if b.Connections > 0 {
			return all
		}
		deaf = latest(deaf, b.Since)
	}
	add("no bot is connected to Slack", deaf)
	return all
}

// Overdue is something that should have been done.
type Overdue struct {
	What  string    `json:"what"`
	Since time.Time `json:"since,omitzero"`
}

// watched is the first schema that has all that a status tells.
const watched = 11

// Status reads how the database stands.
func (s *Store) Status(ctx context.Context) (st Status, err error) {
	if s.schema > 0 && s.schema < watched {
		return st, fmt.Errorf("the database's schema is version %d, of an older invitebot: the status is there when one of this version has been started on it", s.schema)
	}
	err = s.read(ctx, func(t *tx) error {
		st = Status{At: s.now(), Ledger: s.installation}
		if moved, err := movedTo(ctx, t.Tx); err != nil {
			return err
		} else if moved != nil {
			st.MovedTo = moved.To
		}
		for _, read := range []func(context.Context, *tx) error{st.readLedger, st.readBacklogs, st.readLists, st.readBots} {
			if err := read(ctx, t); err != nil {
				return err
			}
		}
		return nil
	})
	return st, err
}

func (st *Status) readLedger(ctx context.Context, t *tx) (err error) {
	if st.Head, err = ledger.HeadOf(ctx, t.Tx); err != nil {
		return err
	}
	return t.Row(ctx, `SELECT COALESCE(MAX(id), 0) FROM requests`).Scan(&st.Requests)
}

// readBacklogs reads of each kind how much there is, since when, and since when the first of it is late. What has failed is late from its
// first failure on: it is due again a little later each time.
func (st *Status) readBacklogs(ctx context.Context, t *tx) error {
	now := st.At
	for _, b := range []struct {
		into  *Backlog
		query string
		args  []any
	}{
		{&st.Pending, `SELECT COUNT(*), COALESCE(MIN(created_at), 0), 0, 0 FROM requests WHERE state = 'pending'`, nil},
		{&st.Expiries, `SELECT COUNT(*), COALESCE(MIN(expires_at), 0), COALESCE(MIN(expires_at), 0), 0 FROM requests WHERE state = 'pending' AND expires_at > 0 AND expires_at <= ?`, []any{now}},
		{&st.Stuck, `SELECT COUNT(*), COALESCE(MIN(attempted_at), 0), 0, 0 FROM invitations WHERE state = 'unknown' AND told = 'stuck'`, nil},
		{&st.Unknown, `SELECT COUNT(*), COALESCE(MIN(attempted_at), 0), COALESCE(MIN(CASE WHEN attempted_at <= ? THEN attempted_at END), 0), 0
			FROM invitations WHERE state = 'unknown' AND told <> 'stuck'`, []any{now.Add(-unknownIsLate)}},
		{&st.Messages, `SELECT COUNT(*), COALESCE(MIN(created_at), 0), COALESCE(MIN(CASE WHEN failures > 0 AND failing_since > 0 THEN failing_since
			WHEN leased_until > ? THEN NULL WHEN leased_until > due_at THEN leased_until WHEN due_at <= ? THEN due_at END), 0), COALESCE(SUM(CASE WHEN leased_until > ? THEN 1 ELSE 0 END), 0)
			FROM posts WHERE wanted > shown AND gave_up = ''`, []any{now, now, now}},
		{&st.Deliveries, `SELECT COUNT(*), COALESCE(MIN(ready_at), 0), COALESCE(MIN(CASE WHEN state = 'ready' AND failures > 0 THEN ready_at WHEN due_at <= ? THEN due_at END), 0),
			COALESCE(SUM(CASE WHEN state = 'sending' AND due_at > ? THEN 1 ELSE 0 END), 0) FROM invitations WHERE state IN ('ready', 'sending')`, []any{now, now}},
		{&st.Cancels, `SELECT COUNT(*), COALESCE(MIN(cancel_asked_at), 0), COALESCE(MIN(CASE WHEN cancel_failures > 0 THEN cancel_asked_at WHEN cancel_due_at <= ? THEN cancel_due_at END), 0),
			COALESCE(SUM(CASE WHEN cancel = 'sending' AND cancel_due_at > ? THEN 1 ELSE 0 END), 0) FROM followed WHERE cancel <> ''`, []any{now, now}},
	} {
		var since, late int64
		if err := t.Row(ctx, b.query, b.args...).Scan(&b.into.Count, &since, &late, &b.into.Taken); err != nil {
			return err
		}
		b.into.Since, b.into.Late = database.Unstamp(since), database.Unstamp(late)
	}
	return nil
}

func (st *Status) readLists(ctx context.Context, t *tx) error {
	return t.Rows(ctx, func(scan func(...any) error) error {
		var l ListState
		var due, read, failing int64
		if err := scan(&l.Name, &due, &read, &l.Failures, &failing, &l.Code); err != nil {
			return err
		}
		refused := &invite.CallError{Result: invite.Result{Code: l.Code}}
		l.ReadAt, l.Forbidden = database.Unstamp(read), refused.Forbidden()
		switch {
		case l.Forbidden: // a person's matter
		case l.Failures > 0:
			l.Late = database.Unstamp(failing)
		case due > 0 && due <= database.Stamp(st.At):
			l.Late = database.Unstamp(due)
		}
		st.Lists = append(st.Lists, l)
		return nil
	}, `SELECT list, CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END, completed_at, failures, failing_since, code FROM sweeps ORDER BY list`)
}

func (st *Status) readBots(ctx context.Context, t *tx) error {
	counts := seenFor
	if t.store.db.Alone() {
		counts = aloneSeenFor
	}
	now, err := t.store.db.Now(ctx, t.Tx, st.At)
	if err != nil {
		return err
	}
	byOurs := func(ms int64) time.Time { return st.At.Add(database.Unstamp(ms).Sub(now)) } // the clock that the rest is read by
	return t.Rows(ctx, func(scan func(...any) error) error {
		var b BotState
		var started, seen, since int64
		err := scan(&b.Who, &started, &seen, &b.Connections, &since)
		b.Started, b.Seen, b.Since = byOurs(started), byOurs(seen), byOurs(since)
		st.Bots = append(st.Bots, b)
		return err
	}, `SELECT who, started_at, seen_at, connections, connected_at FROM processes WHERE seen_at > ? ORDER BY started_at`, now.Add(-counts))
}
