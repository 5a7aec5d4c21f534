package approvals

import (
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// A database that the first version made opens, and what waits in it goes on: one request for its decision, another for
// somebody who finds out what became of it.
func TestFirstVersionsDatabaseGoesOn(t *testing.T) {
	for kind, url := range emptyDatabases(t) {
		t.Run(kind, func(t *testing.T) {
			makeFirstVersions(t, url)
			h := newHouseOn(t, url, Rules{})
			waiting, stuck := Request{ID: 1}, h.request(Request{ID: 2})
			h.approve(waiting, ann)
			if _, err := h.Settle(t.Context(), h.by(bob), stuck.Invitations[0].ID, 1, true); err != nil {
				t.Fatal(err)
			}
			h.work()
			h.is(waiting, Approved, Sent)
			h.is(stuck, Approved, Sent)
			if got := h.request(stuck).Invitations[0].SettledBy; got != bob {
				t.Errorf("settled by %+v", got)
			}
			if got := h.events(waiting); len(got) != 4 || got[0] != ledger.Requested {
				t.Errorf("the ledger has %q", got)
			}
			if next := h.ask(3); next.ID != 3 {
				t.Errorf("the next request is %d, want 3", next.ID)
			}
		})
	}
}

// A database that is refused is as it was: with another ledger than is expected, or moved.
func TestARefusedDatabaseStaysAsItWas(t *testing.T) {
	for kind, url := range emptyDatabases(t) {
		t.Run(kind, func(t *testing.T) {
			makeFirstVersions(t, url)
			if _, err := Open(t.Context(), url, Options{Expect: "0123456789ab"}); !isLedgerError(err) {
				t.Errorf("got %v", err)
			}
			db, err := database.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			var schema int
			if err := db.Read(t.Context(), func(x *database.Tx) error {
				return x.Row(t.Context(), `SELECT MAX(version) FROM schema_versions`).Scan(&schema)
			}); err != nil || schema != 1 {
				t.Errorf("its schema is %d, %v", schema, err)
			}
		})
	}
}

// emptyDatabases are the addresses of new ones, by their kind. PostgreSQL's is missing where the machine has none.
func emptyDatabases(t *testing.T) map[string]string {
	t.Helper()
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "first.db")}
	t.Run("postgres", func(t *testing.T) {
		url, err := server(t).Database()
		if err != nil {
			t.Fatal(err)
		}
		urls["postgres"] = url
	})
	return urls
}

// makeFirstVersions makes a database as the first version left it: only schema file 001 is applied to it.
func makeFirstVersions(t *testing.T, url string) {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	name := path.Join(db.Dialect(), "001_start.sql")
	script, err := fs.ReadFile(schemas, name)
	if err == nil {
		err = database.Migrate(t.Context(), db, fstest.MapFS{name: &fstest.MapFile{Data: script}}, database.Upgrades{}, "")
	}
	if err == nil {
		err = db.Write(t.Context(), func(t *database.Tx) error { return fillFirstVersions(db, t) })
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func fillFirstVersions(db database.DB, t *database.Tx) error {
	ctx, at := context.Background(), time.Date(2026, 3, 4, 11, 0, 0, 0, time.UTC)
	for _, s := range []string{
		`INSERT INTO installation (single, id) VALUES (1, 'abcdef012345')`,
		`INSERT INTO requests (id, requester, requester_name, asked_in, state, required, created_at, expires_at, decided_at) VALUES
			(1, 'UALICE', 'alice', 'CGENERAL', 'pending', 1, 1, 0, 0), (2, 'UALICE', 'alice', 'CGENERAL', 'approved', 1, 1, 0, 2)`,
		`INSERT INTO decisions (request_id, approver, approver_name, verdict, reason, at) VALUES (2, 'UANN', 'ann', 'approve', '', 2)`,
		`INSERT INTO posts (request_id, slot, created_at, due_at, shown, channel, ts) VALUES
			(1, 'card', 1, 1, 1, 'CADMINS', '1.1'), (2, 'card', 1, 1, 1, 'CADMINS', '2.1')`,
	} {
		if err := t.Run(ctx, s); err != nil {
			return err
		}
	}
	err := t.Run(ctx, `INSERT INTO invitations (id, request_id, uin, name, remark, state, attempt, due_at, attempted_at, doubtful, told) VALUES
		(1, 1, '1', 'Alice', 'r', 'waiting', 0, 0, 0, 0, ''), (2, 2, '2', 'Bob', 'r', 'unknown', 1, ?, ?, 1, 'stuck')`, at.Add(24*time.Hour), at)
	if err != nil {
		return err
	}
	for _, e := range []ledger.Event{{Request: 1, Actor: alice, Kind: ledger.Requested}, {Request: 2, Actor: alice, Kind: ledger.Requested}} {
		// As the first version appended it.
		err := t.Run(ctx, `INSERT INTO events (at, request_id, attempt, actor, actor_name, kind, detail) VALUES (?, ?, 0, ?, ?, ?, '{}')`,
			at, e.Request, e.Actor.ID, e.Actor.Name, string(e.Kind))
		if err != nil {
			return err
		}
	}
	return database.Renumber(ctx, db, t, "requests", "invitations", "events", "posts")
}
