package approvals

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

var tamperings = flag.Int("tamperings", usualSeeds, "in how many ways to tamper with a ledger")

// TestTampering has the database's owner change the past, in databases that the simulation made. Who leaves the chain as it
// is, or doesn't have the key, is found without Slack. Who makes the whole chain anew is found with what Slack has: whatever
// is older than the newest message there, and the first false event is named as exactly as Slack knows it.
func TestTampering(t *testing.T) {
	past := makePast(t, 12)
	exact := 0
	for seed := range uint64(*tamperings) {
		p := past[seed%uint64(len(past))]
		f := &forger{Rand: rand.New(rand.NewPCG(seed, 1)), past: p, anew: seed%2 == 0}
		f.db = openFrom(t, p.content, p.path)
		if err := f.tamper(t); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if f.isFoundExactly(t, seed) {
			exact++
		}
		if err := f.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d were named to the very event", exact, *tamperings)
	if exact < *tamperings*95/100 { // of a few, Slack has no trail
		t.Errorf("only %d of %d were named to the very event", exact, *tamperings)
	}
}

// past is a database that had a life, and what Slack has of it.
type past struct {
	content   []byte
	backup    *backedUp
	path      string
	heard     []Testimony
	witnessed []int64 // the numbers of the events that Slack has the hashes of
	events    int64
}

func makePast(t *testing.T, n int) (all []past) {
	dir := memoryDir(t)
	path := filepath.Join(dir, "seed.db")
	empty := emptyDatabase(t, dir)
	for seed := uint64(1); len(all) < n && seed < 200; seed++ {
		b := &backedUp{at: int(20 + seed%40), path: path}
		s := simulateWith(t, seed, func() database.DB { return fileFrom(t, empty, path) }, func(s *simulation) { b.DB, s.db = s.db, b })
		p := past{path: path, events: int64(len(s.oracle.ledger)), heard: s.workspace.testimonies()}
		for _, m := range p.heard {
			p.witnessed = append(p.witnessed, m.Head.Number, m.Tells.Number)
		}
		slices.Sort(p.witnessed)
		p.content, _ = os.ReadFile(path)
		p.backup = b
		if len(b.file) > 0 && p.events > 12 && len(p.heard) > 4 {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		t.Fatal("no life was long enough")
	}
	return all
}

// backedUp makes a copy of a database after so many transactions.
type backedUp struct {
	database.DB
	at   int
	path string
	file []byte
}

func (b *backedUp) Write(ctx context.Context, fn func(*database.Tx) error) error {
	err := b.DB.Write(ctx, fn)
	if b.at--; b.at == 0 {
		b.file, _ = os.ReadFile(b.path)
	}
	return err
}

// forger owns a database and doesn't have the key.
type forger struct {
	*rand.Rand
	past
	db    database.DB
	anew  bool // makes the chain anew behind what was done
	did   string
	first int64 // event that isn't what it was
}

func (f *forger) tamper(t *testing.T) error {
	if f.IntN(8) == 0 {
		return f.rollBack(t)
	}
	newest := f.witnessed[len(f.witnessed)-1]
	f.first = 1 + f.Int64N(newest)
	return f.db.Write(context.Background(), func(t *database.Tx) error {
		ctx := context.Background()
		triggers, err := dropTriggers(ctx, t)
		if err == nil {
			err = t.Run(ctx, `PRAGMA defer_foreign_keys = ON`)
		}
		if err == nil {
			err = f.change(ctx, t)
		}
		if err == nil && f.anew {
			err = chainAnew(ctx, t)
		}
		for _, trigger := range triggers {
			if err == nil {
				err = t.Run(ctx, trigger)
			}
		}
		return err
	})
}

// rollBack puts a backup in the place of the database.
func (f *forger) rollBack(t *testing.T) error {
	if err := f.db.Close(); err != nil {
		return err
	}
	f.db = openFrom(t, f.backup.file, f.path)
	f.did, f.anew = "rolled back", true // the backup's chain is whole
	return f.db.Read(context.Background(), func(t *database.Tx) error {
		h, err := ledger.HeadOf(context.Background(), t)
		f.first = h.Number + 1
		return err
	})
}

// openFrom opens a database with a content, as whoever reads it does.
func openFrom(t *testing.T, content []byte, path string) database.DB {
	t.Helper()
	if err := fileFrom(t, content, path).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// change does one thing to the past.
func (f *forger) change(ctx context.Context, t *database.Tx) error {
	run := func(statements ...string) error {
		for _, s := range statements {
			if err := t.Run(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}
	renumber := func(from int64, by int) []string { // by way of negative numbers, so that no two are the same
		return []string{
			fmt.Sprintf(`UPDATE events SET id = -(id + %d) WHERE id >= %d`, by, from), `UPDATE events SET id = -id WHERE id < 0`,
			fmt.Sprintf(`UPDATE posts SET event_id = event_id + %d WHERE event_id >= %d`, by, from),
			fmt.Sprintf(`UPDATE ledger_head SET number = number + %d`, by),
		}
	}
	switch f.IntN(5) {
	case 0:
		f.did = "deleted"
		if f.anew {
			return run(append([]string{
				fmt.Sprintf(`DELETE FROM posts WHERE event_id = %d`, f.first), fmt.Sprintf(`DELETE FROM events WHERE id = %d`, f.first),
			}, renumber(f.first+1, -1)...)...)
		}
		return run(fmt.Sprintf(`DELETE FROM posts WHERE event_id = %d`, f.first), fmt.Sprintf(`DELETE FROM events WHERE id = %d`, f.first))
	case 1:
		f.did = "inserted"
		return run(append(renumber(f.first, 1), fmt.Sprintf(`INSERT INTO events (id, at, request_id, attempt, actor, actor_name, kind, detail, hash, seal)
			SELECT %d, at, request_id, attempt, 'UEVE', 'eve', 'approved', '{"approvals":1,"required":1}', hash, seal FROM events WHERE id = %d`, f.first, f.first+1))...)
	case 2:
		f.did = "reordered"
		if f.first == f.events {
			f.first--
		}
		return run(fmt.Sprintf(`UPDATE events SET id = -id WHERE id = %d`, f.first), fmt.Sprintf(`UPDATE events SET id = %d WHERE id = %d`, f.first, f.first+1),
			fmt.Sprintf(`UPDATE events SET id = %d WHERE id = -%d`, f.first+1, f.first))
	case 3:
		f.did = "truncated"
		return run(fmt.Sprintf(`DELETE FROM posts WHERE event_id >= %d`, f.first), fmt.Sprintf(`DELETE FROM events WHERE id >= %d`, f.first),
			fmt.Sprintf(`UPDATE ledger_head SET number = %d`, f.first-1))
	default:
		f.did = "updated"
		return run(fmt.Sprintf([]string{
			`UPDATE events SET actor = 'UFORGER' WHERE id = %d`, `UPDATE events SET actor_name = actor_name || 'x' WHERE id = %d`,
			`UPDATE events SET at = at + 1 WHERE id = %d`, `UPDATE events SET kind = 'denied', actor_name = 'x' WHERE id = %d`,
			`UPDATE events SET detail = '{"uin":"666"}' WHERE id = %d`, `UPDATE events SET attempt = attempt + 1 WHERE id = %d`,
		}[f.IntN(6)], f.first))
	}
}

// isFoundExactly checks that what was done is found, and says whether the very event was named.
func (f *forger) isFoundExactly(t *testing.T, seed uint64) bool {
	t.Helper()
	for _, keys := range []ledger.Keys{nil, ownersKey} {
		v, err := newStore(f.db, Options{Log: quiet, Keys: keys}).Verify(t.Context())
		if err != nil {
			t.Fatalf("seed %d, %s: %v", seed, f.did, err)
		}
		alone := !f.anew || keys != nil && f.did != "rolled back" && f.did != "truncated"
		if alone && (len(v.Falsehoods) == 0 || v.Falsehoods[0].Event > f.first) {
			t.Errorf("seed %d: event %d was %s, chain anew %v, key %v, and found is %v", seed, f.first, f.did, f.anew, keys != nil, v.Falsehoods)
		}
	}
	if !f.anew {
		return true
	}
	store := newStore(f.db, Options{Log: quiet})
	if err := store.read(t.Context(), func(x *tx) error { return x.Row(t.Context(), `SELECT id FROM installation`).Scan(&store.installation) }); err != nil {
		t.Fatal(err)
	}
	h, err := store.Hear(t.Context(), approvalsChannel, all(f.heard))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Falsehoods) == 0 || h.Falsehoods[0].Event > f.first {
		t.Errorf("seed %d: event %d was %s, and Slack finds %v", seed, f.first, f.did, h.Falsehoods)
		return false
	}
	return h.Falsehoods[0].Event == f.first
}

// TestNothingWasTamperedWith finds nothing in a database that is as it was.
func TestNothingWasTamperedWith(t *testing.T) {
	for n, p := range makePast(t, 12) {
		db := openFrom(t, p.content, p.path)
		store := newStore(db, Options{Log: quiet, Keys: ownersKey})
		if err := store.read(t.Context(), func(x *tx) error { return x.Row(t.Context(), `SELECT id FROM installation`).Scan(&store.installation) }); err != nil {
			t.Fatal(err)
		}
		v, err := store.Verify(t.Context())
		if err != nil || len(v.Falsehoods) > 0 {
			t.Errorf("%d: %v, %v", n, v.Falsehoods, err)
		}
		h, err := store.Hear(t.Context(), approvalsChannel, all(p.heard))
		if err != nil || len(h.Falsehoods) > 0 || h.Newest.Number != p.witnessed[len(p.witnessed)-1] {
			t.Errorf("%d: %+v, %v", n, h, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func all(heard []Testimony) func(func(Testimony, error) bool) {
	return func(yield func(Testimony, error) bool) {
		for _, t := range heard {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// dropTriggers takes away what keeps the ledger from being changed, and returns what makes it anew.
func dropTriggers(ctx context.Context, t *database.Tx) (made []string, err error) {
	var names []string
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var name, statement string
		err := scan(&name, &statement)
		names, made = append(names, name), append(made, statement)
		return err
	}, `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('events', 'ledger_head')`)
	for _, name := range names {
		if err == nil {
			err = t.Run(ctx, `DROP TRIGGER `+name)
		}
	}
	return made, err
}

// chainAnew gives all events the hashes that they should have.
func chainAnew(ctx context.Context, t *database.Tx) error {
	type row struct {
		ledger.Event
		key, detail string
	}
	var rows []row
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var r row
		var at int64
		var request, invitation sql.NullInt64
		var key sql.NullString
		err := scan(&r.ID, &at, &request, &invitation, &r.Attempt, &r.Actor.ID, &r.Actor.Name, &r.Kind, &key, &r.detail)
		r.At, r.Request, r.Invitation, r.key = time.UnixMilli(at), request.Int64, invitation.Int64, key.String
		rows = append(rows, r)
		return err
	}, `SELECT id, at, request_id, invitation_id, attempt, actor, actor_name, kind, key, detail FROM events ORDER BY id`)
	var h ledger.Head
	for _, r := range rows {
		if err != nil {
			return err
		}
		h = h.Next(r.Event, r.key, r.detail)
		err = t.Run(ctx, `UPDATE events SET hash = ? WHERE id = ?`, h.Hash, r.ID)
	}
	if err != nil {
		return err
	}
	return t.Run(ctx, `UPDATE ledger_head SET number = ?, hash = ?`, h.Number, h.Hash)
}
