package approvals

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Which processes run on a database that several share is in the database, so that none works beside another that mustn't
// know of it: all work by the same rules and can check each other's seals, and a copy isn't made while one is running. Each says every few seconds that it is there, by the server's clock.
// SQLite needs none of that, as its file has one process: that one says it now and then, for who watches it (status.go).

const (
	seenEvery = 5 * time.Second  // how often a process says that it is there
	seenFor   = 30 * time.Second // how long it counts as running after that
	// lapse is how long a process that couldn't say so goes on: less than it counts, so that whoever no longer reckons with it
	// needn't.
	lapse = 20 * time.Second

	lookEvery    = time.Second      // how often a process looks whether it has something to say, and whether a file is still there
	aloneEvery   = 15 * time.Second // how often it says, for who watches it, that it is there itself
	aloneSeenFor = 40 * time.Second // how long it counts as running after that
)

// errLapsed: this process stood still, or couldn't reach the database, for so long that others may take it for dead.
var errLapsed = errors.New("this process has not been seen by the others for a while; it goes on when it is")

// Presence is a running process, as the others on the same database know of it.
type Presence struct {
	store *Store
	id    string
	rules ledger.Rulebook
	// Live says how many connections to Slack the process has; nil: that isn't known. It is set before Keep is called.
	Live   func() int
	told   int                       // how many it has said last
	saying int                       // how many it is about to have said
	seen   atomic.Pointer[time.Time] // when it last began to say that it is there; the clock stands still for nobody
}

// Join makes this process one of those that run on the database, by rules that are in force from now on. Where others run
// by other rules it is refused with a [*RulesError]. Call [Presence.Keep] while it does, and
// [Presence.Leave] when it has ended.
func (s *Store) Join(ctx context.Context, rules Rules) (*Presence, error) {
	id := make([]byte, 8)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	p := &Presence{store: s, id: hex.EncodeToString(id), rules: rules.book()}
	if err := p.say(ctx, p.enter); err != nil {
		return nil, fmt.Errorf("join those that run on the database: %w", err)
	}
	s.present.Store(p)
	return p, nil
}

// Keep says that the process is there until ctx is done. It returns an error where the process must end: another may have
// taken it for dead, and have moved the database or started with other rules; or the database is gone.
func (p *Presence) Keep(ctx context.Context) error {
	for {
		if sleep(ctx, lookEvery); ctx.Err() != nil {
			return nil
		}
		if err := p.store.db.Intact(); err != nil {
			return err
		}
		if !p.isToSay() {
			continue
		}
		err := p.say(ctx, p.stay)
		switch {
		case mustEnd(err):
			return err
		case err == nil:
			p.told = p.saying
		case ctx.Err() == nil:
			p.store.log.Warn("the database could not be told that this process is there; trying again", "again_in", lookEvery.String(), "error", err)
		}
	}
}

// isToSay says whether somebody is to hear now that the process is there: now and then, more often where others share the database, and when it
// has another number of connections.
func (p *Presence) isToSay() bool {
	every := seenEvery
	if p.store.db.Alone() {
		every = aloneEvery
	}
	return time.Since(*p.seen.Load()) >= every || p.live() != p.told
}

func (p *Presence) live() int {
	if p.Live == nil {
		return 0
	}
	return p.Live()
}

// mustEnd says whether an error is one that time doesn't mend.
func mustEnd(err error) bool {
	_, moved := errors.AsType[*MovedError](err)
	_, others := errors.AsType[*RulesError](err)
	_, keys := errors.AsType[*ledger.KeysError](err)
	return moved || others || keys
}

// Leave takes the process away from those that run. Where that can't be done, it counts as one for a while.
func (p *Presence) Leave() {
	ctx := context.Background()
	err := p.store.commit(ctx, func(t *tx) error { return t.Run(ctx, `DELETE FROM processes WHERE id = ?`, p.id) })
	if err != nil {
		p.store.log.Warn("the others could not be told that this process has ended", "error", err)
	}
}

// lapsed says whether others may take this process for dead: it must not write then, until it is among them again.
func (p *Presence) lapsed() bool {
	return p != nil && !p.store.db.Alone() && time.Since(*p.seen.Load()) > lapse
}

func (p *Presence) say(ctx context.Context, how func(context.Context, *tx) error) error {
	began := time.Now()
	err := p.store.commit(ctx, func(t *tx) error { return how(ctx, t) })
	if err == nil {
		p.seen.Store(&began)
	}
	return err
}

// stay renews the process's row. Where that is gone, others took it for dead: it may go on only if it could start now.
func (p *Presence) stay(ctx context.Context, t *tx) error {
	now, err := p.store.db.Now(ctx, t.Tx, t.now)
	if err != nil {
		return err
	}
	live := p.live()
	there, err := t.Change(ctx, `UPDATE processes SET seen_at = ?, connected_at = CASE WHEN connections = ? THEN connected_at ELSE ? END, connections = ? WHERE id = ?`,
		now, live, now, live, p.id)
	p.saying = live
	if err != nil || there {
		return err
	}
	return p.enter(ctx, t)
}

// enter makes the process one of those that run, one at a time.
func (p *Presence) enter(ctx context.Context, t *tx) error {
	s := p.store
	if err := database.StartAlone(ctx, s.db, t.Tx); err != nil {
		return err
	}
	if err := refuseMoved(ctx, t); err != nil {
		return err
	}
	now, err := s.db.Now(ctx, t.Tx, t.now)
	if err != nil {
		return err
	}
	dead := now.Add(-seenFor)
	if s.db.Alone() {
		dead = now.AddDate(1000, 0, 0) // whoever it was, by whatever clock
	}
	if err := t.Run(ctx, `DELETE FROM processes WHERE seen_at <= ?`, dead); err != nil {
		return err
	}
	if err := t.refuseOtherRules(ctx, p.rules, dead); err != nil {
		return err
	}
	if err := t.refuseOtherKeys(ctx, dead); err != nil {
		return err
	}
	if err := t.enforce(ctx, p.rules); err != nil {
		return err
	}
	return t.Run(ctx, `INSERT INTO processes (id, who, started_at, seen_at, connected_at, rules, keys) VALUES (?, ?, ?, ?, ?, ?, ?)`, p.id, s.who(), now, now, now, p.rules.Hash(), s.keys.Names())
}

// who tells an operator which process this is.
func (s *Store) who() string {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	return fmt.Sprintf("%s, process %d, %s", host, os.Getpid(), cmp.Or(s.program, "an unknown version"))
}

// refuseOtherKeys returns a [*ledger.KeysError] where a process runs that couldn't check what this one seals, or the other
// way round: approvals that count for one would not for the other.
func (t *tx) refuseOtherKeys(ctx context.Context, seenAfter time.Time) error {
	var all []string
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var names string
		err := scan(&names)
		all = append(all, names)
		return err
	}, `SELECT DISTINCT keys FROM processes WHERE seen_at > ?`, seenAfter)
	for _, names := range all {
		if err == nil {
			err = t.store.keys.Beside(names)
		}
	}
	return err
}

// refuseRunning keeps processes from starting until the end of the transaction, and is an error where one is running.
func (s *Store) refuseRunning(ctx context.Context, t *database.Tx) error {
	if err := database.StartAlone(ctx, s.db, t); err != nil || s.db.Alone() {
		return err
	}
	now, err := s.db.Now(ctx, t, s.now())
	if err != nil {
		return err
	}
	var running int
	var seen int64
	err = t.Row(ctx, `SELECT COUNT(*), COALESCE(MAX(seen_at), 0) FROM processes WHERE seen_at > ?`, now.Add(-seenFor)).Scan(&running, &seen)
	if err != nil || running == 0 {
		return err
	}
	who := tongue.Say("a bot is", "有机器人")
	if running > 1 {
		who = tongue.Say("%d bots are", "有 %d 个机器人", running)
	}
	return database.SetUp(tongue.Say("%s running on it, last seen %s ago: stop it first. One that was killed counts for %s",
		"%s正在其上运行，最近一次活动在 %s 前：请先停止。被强制终止的机器人在 %s 内仍算作运行中",
		who, now.Sub(database.Unstamp(seen)).Round(time.Second), seenFor))
}
