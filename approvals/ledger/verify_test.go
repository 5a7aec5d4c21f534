package ledger

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
)

// BenchmarkVerify verifies a ledger of a million events:
//
//	go test -run xxx -bench Verify -benchtime 1x ./approvals/ledger
func BenchmarkVerify(b *testing.B) {
	const events = 1_000_000
	db, err := database.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "ledger.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	fill(b, db, events)
	for b.Loop() {
		v, err := Verify(b.Context(), db, nil)
		if err != nil || v.First != nil || v.Events != events {
			b.Fatalf("%+v, %v, %v", v, v.First, err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/1000000-events")
}

func fill(b *testing.B, db database.DB, events int) {
	b.Helper()
	err := db.Write(context.Background(), func(t *database.Tx) error {
		for _, statement := range []string{
			`CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, request_id INTEGER, invitation_id INTEGER, attempt INTEGER NOT NULL DEFAULT 0,
				actor TEXT NOT NULL, actor_name TEXT NOT NULL, kind TEXT NOT NULL, key TEXT UNIQUE, detail TEXT NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL) STRICT`,
			`CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'no'); END`,
			`CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'no'); END`,
			`CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN FALSE BEGIN SELECT RAISE(ABORT, 'no'); END`,
			`CREATE TRIGGER events_not_once_moved BEFORE INSERT ON events WHEN FALSE BEGIN SELECT RAISE(ABORT, 'no'); END`,
			`CREATE TABLE ledger_head (since INTEGER, number INTEGER, hash TEXT)`,
			`INSERT INTO ledger_head VALUES (1, 0, '')`,
		} {
			if err := t.Run(b.Context(), statement); err != nil {
				return err
			}
		}
		for n := range events {
			e := Event{Request: int64(n/6 + 1), Actor: Person{ID: "U0ALICE", Name: "alice"}, Kind: Approved, Detail: Detail{UIN: "100012345678", Approvals: 1, Required: 1}}
			if _, err := Append(b.Context(), t, nil, time.UnixMilli(int64(n+1)), e, fmt.Sprint("key ", n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
