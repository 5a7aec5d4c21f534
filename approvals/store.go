package approvals

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Store is a database with requests, decisions, invitations, events and posts in it.
type Store struct {
	db           database.DB
	now          func() time.Time
	log          *slog.Logger
	installation string
	isNew        bool // its ledger was begun when it was opened
	schema       int  // of one that is only read, which may be older than this program
	keys         ledger.Keys
	program      string
	recorded     func(ledger.Event)
	keyLost      bool // it is opened although it is sealed with another key
	few          int  // see [Options]

	// Told after a commit for when it planned work, so that this process starts on it in time.
	deliveries, words, cards, sweeps, ends, cancels, foresights, times, homes *bell
	present                                                                   atomic.Pointer[Presence] // this process among those that run; nil: it isn't one of them
	crew                                                                      atomic.Pointer[crew]     // does at once what a transaction claims; nil: nobody does
}

// Options are what a store needs beside its address. The zero value is fit for use.
type Options struct {
	Now  func() time.Time // nil: time.Now
	Log  *slog.Logger     // nil: slog.Default
	Keys ledger.Keys      // what decisions and events are sealed with; nil: they aren't
	// Expect is the ID of the ledger that must be there; empty: any, or none.
	Expect string
	// Brief says that what is opened to be read is read in a moment, and leaves nothing beside the database.
	Brief bool
	// Program is the version of the program, which the database remembers when it has brought its schema up to date.
	Program string
	// Recorded is called with each event that this process has committed; nil: nobody is told.
	Recorded func(ledger.Event)

	keyLost bool // open it whatever it is sealed with
	few     int  // for the simulation, whose requests are small: of more accounts one has many; 0: as many as people have
}

//go:embed schema
var embedded embed.FS

// schemas has a folder for each dialect.
var schemas = func() fs.FS {
	folder, err := fs.Sub(embedded, "schema")
	if err != nil {
		panic(err) // it is embedded
	}
	return folder
}()

// Open opens the database at url, as [database.Open] wants it, and brings its schema up to date. One that was moved is
// refused with a [*MovedError], and one that is sealed with another key with a [*ledger.KeysError].
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	return openStore(ctx, url, o, true)
}

func openEvenMoved(ctx context.Context, url string, o Options) (*Store, error) {
	return openStore(ctx, url, o, false)
}

func openStore(ctx context.Context, url string, o Options, unmoved bool) (*Store, error) {
	if o.Expect != "" && database.MustExist(url) != nil { // opening it would make it
		return nil, &LedgerError{Expected: o.Expect}
	}
	db, err := database.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	s := newStore(db, o)
	if err := s.prepare(ctx, o.Expect, unmoved); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database: %w", err), db.Close())
	}
	return s, nil
}

// OpenReadOnly opens the database at url for reading, also while a bot is running on it.
func OpenReadOnly(ctx context.Context, url string, o Options) (*Store, error) {
	openReadOnly := database.OpenReadOnly
	if o.Brief {
		openReadOnly = database.Glance
	}
	db, err := openReadOnly(ctx, url)
	if err != nil {
		return nil, err
	}
	s := newStore(db, o)
	err = s.read(ctx, func(t *tx) error { return s.recognize(ctx, t) })
	if err == nil {
		err = refuseOther(o.Expect, s.installation)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// recognize learns which database this is, of which nothing is known to be as this program would have it.
func (s *Store) recognize(ctx context.Context, t *tx) error {
	if err := t.Row(ctx, `SELECT id FROM installation`).Scan(&s.installation); database.IsWithoutTables(err) {
		return &emptyError{database.SetUp(tongue.Say("there is no ledger in this database yet: a bot makes it when it is first started on it. Correct DATABASE_URL if there was one",
			"该数据库中尚无账本：机器人首次在其上启动时会创建。如果本应有账本，请更正 DATABASE_URL"))}
	} else if err != nil {
		return fmt.Errorf("read which database this is: %w", err)
	}
	newest, err := database.Newest(schemas, s.db.Dialect())
	if err == nil {
		s.schema, err = database.Schema(ctx, t.Tx, newest)
	}
	return err
}

// emptyError: nothing was ever made in the database.
type emptyError struct{ error }

func (e *emptyError) Unwrap() error { return e.error }

func isEmpty(err error) bool {
	_, empty := errors.AsType[*emptyError](err)
	return empty
}

func newStore(db database.DB, o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Recorded == nil {
		o.Recorded = func(ledger.Event) {}
	}
	return &Store{db: db, now: o.Now, log: o.Log, keys: o.Keys, recorded: o.Recorded, program: o.Program, keyLost: o.keyLost, few: o.few, deliveries: newBell(o.Now), words: newBell(o.Now), cards: newBell(o.Now), sweeps: newBell(o.Now),
		ends: newBell(o.Now), cancels: newBell(o.Now), foresights: newBell(o.Now), times: newBell(o.Now), homes: newBell(o.Now)}
}

// Ledger is the ID of the ledger, and whether it was begun when the store was opened.
func (s *Store) Ledger() (id string, isNew bool) { return s.installation, s.isNew }

// Close closes the database. Nothing may be under way on it.
func (s *Store) Close() error { return s.db.Close() }

// Events yields the ledger in its order. After an error it ends.
func (s *Store) Events(ctx context.Context, f ledger.Filter) iter.Seq2[ledger.Event, error] {
	return ledger.Read(ctx, s.db, f)
}

func (s *Store) prepare(ctx context.Context, expected string, unmoved bool) error {
	before := func(ctx context.Context, d *database.Tx, schema int) error {
		return s.refuse(ctx, &tx{Tx: d, store: s}, schema, expected, unmoved)
	}
	upgrades := map[int]database.Upgrade{2: s.stampOld}
	if err := database.Migrate(ctx, s.db, schemas, database.Upgrades{Before: before, After: upgrades}, s.program); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return s.identify(ctx, t) })
}

// movable is the first schema that knows of databases that were moved.
const movable = 3

// refuse says whether a database mustn't be worked on, whatever the version of its schema; 0: there is none yet. Nothing in it is changed then.
func (s *Store) refuse(ctx context.Context, t *tx, schema int, expected string, unmoved bool) error {
	var found string
	if schema > 0 {
		if err := t.Row(ctx, `SELECT id FROM installation`).Scan(&found); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	if err := refuseOther(expected, found); err != nil || !unmoved || schema < movable {
		return err
	}
	return refuseMoved(ctx, t)
}

// identify gives a new database its name, and learns that of an old one.
func (s *Store) identify(ctx context.Context, t *tx) error {
	fresh := make([]byte, 6)
	if _, err := rand.Read(fresh); err != nil {
		return err
	}
	isNew, err := t.Change(ctx, `INSERT INTO installation (single, id) VALUES (1, ?) ON CONFLICT DO NOTHING`, hex.EncodeToString(fresh))
	if s.isNew = isNew; err != nil {
		return err
	}
	if err := t.Row(ctx, `SELECT id FROM installation`).Scan(&s.installation); err != nil {
		return err
	}
	if err := s.keys.Fit(ctx, t.Tx); err != nil && !s.keyLost {
		return err
	}
	if !s.db.Alone() {
		return nil
	}
	return t.releaseLeases(ctx)
}

// releaseLeases makes due at once what an earlier process held when it ended. Only for a database on which no
// other process can be working.
func (t *tx) releaseLeases(ctx context.Context) error {
	if err := t.Run(ctx, `UPDATE invitations SET due_at = ? WHERE state IN ('ready', 'sending') AND state <> 'ready' AND due_at > ?`, t.now, t.now); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE followed SET cancel_due_at = ? WHERE cancel <> '' AND cancel = 'sending' AND cancel_due_at > ?`, t.now, t.now); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE sweeps SET leased_until = 0 WHERE leased_until > 0`); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE posts SET leased_until = 0 WHERE turn > 0 AND leased_until > 0`); err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE homes SET leased_until = 0 WHERE opened_at > 0 AND leased_until > 0`); err != nil {
		return err
	}
	return t.Run(ctx, `UPDATE posts SET leased_until = 0 WHERE wanted > shown AND gave_up = '' AND turn = 0 AND leased_until > 0`)
}

// tx is one transaction of a store.
type tx struct {
	*database.Tx
	store *Store
	now   time.Time
	crew  *crew // who does at once what this transaction claims; nil: nobody

	accounts map[int64][]string // of the requests that it has loaded, for the log
	events   []ledger.Event     // that it recorded, to be logged when it is committed
	recorded ledger.Head        // an event that it recorded; zero: none, or it has claimed something
	claim    claim              // the newest that it made; zero: none
	early    []early            // what it claims for this process, to be done after the commit
	tabled   map[int64]Person   // whose requests may have tables to be told
	touched  map[int64]bool     // the requests of which more may be said now; true: it made something due itself

	deliver, say, card, sweep, ends, cancel, warn, time, home time.Time // when work of this kind is due that it planned and didn't claim; zero: never
}

func (s *Store) begin(t *database.Tx) *tx {
	return &tx{Tx: t, store: s, now: s.now(), crew: s.crew.Load()}
}

// write commits fn's changes and what of the work that they make due this process can do at once, then begins that, and
// tells the pumps of the rest.
func (s *Store) write(ctx context.Context, fn func(*tx) error) error {
	if s.present.Load().lapsed() {
		return errLapsed
	}
	return s.commit(ctx, fn)
}

func (s *Store) commit(ctx context.Context, fn func(*tx) error) error {
	ctx, cancel := database.Patiently(ctx)
	defer cancel()
	done := &tx{}
	defer func() { done.forgo() }() // of what wasn't begun, whatever went wrong
	err := s.db.Write(ctx, func(t *database.Tx) error {
		done.forgo() // where it is run again
		done = s.begin(t)
		if err := fn(done); err != nil {
			return err
		}
		if err := done.tellAllTables(ctx); err != nil {
			return err
		}
		return done.claimTouched(ctx)
	})
	if unsure := errors.Is(err, database.ErrUnsure); unsure && s.isCommitted(ctx, done) == nil {
		err = nil
	} else if unsure {
		err = s.findOut(done, err)
	}
	if err != nil {
		return err
	}
	s.committed(done)
	return nil
}

func (s *Store) committed(t *tx) {
	for _, e := range t.events {
		s.log.LogAttrs(context.Background(), slog.LevelInfo, "ledger", e.Attrs(t.accounts[e.Request])...)
		s.recorded(e)
	}
	s.deliveries.plan(t.deliver)
	s.words.plan(t.say)
	s.cards.plan(t.card)
	s.sweeps.plan(t.sweep)
	s.ends.plan(t.ends)
	s.cancels.plan(t.cancel)
	s.foresights.plan(t.warn)
	s.times.plan(t.time)
	if len(t.events) > 0 {
		s.homes.plan(t.now.Add(homeSoon))
	}
	s.homes.plan(t.home)
	t.begin()
}

// Answers returns nil where the database takes what is written to it, as a command that somebody types would be.
func (s *Store) Answers(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.Change(ctx, `UPDATE installation SET id = id`)
		return err
	})
}

func (s *Store) read(ctx context.Context, fn func(*tx) error) error {
	ctx, cancel := database.Patiently(ctx)
	defer cancel()
	return s.db.Read(ctx, func(t *database.Tx) error { return fn(&tx{Tx: t, store: s}) })
}

// messageID is the same for every try to say a message, and unique among all databases, and among the times of one that
// was set back: its numbers come again.
func (s *Store) messageID(post int64, created time.Time) string {
	return s.installation + "." + strconv.FormatInt(post, 10) + "." + strconv.FormatInt(created.UnixMilli(), 10)
}
