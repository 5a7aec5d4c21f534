package approvals

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/invite"
)

const manyListed = 10_000

// BenchmarkFollow is a sweep of 10,000 open invitations and 10,000 members, all of them followed, with 100 requests that wait: the time that the
// bot itself takes for it, the calls to Tencent Cloud aside; the memory that it allocates; its statements and transactions.
func BenchmarkFollow(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { sweepMany(b, "sqlite:"+filepath.Join(b.TempDir(), "follow.db")) })
	b.Run("postgres", func(b *testing.B) {
		server, err := postgresServer()
		pgtest.OrSkip(b, err)
		url, err := server.Database()
		if err != nil {
			b.Fatal(err)
		}
		sweepMany(b, url)
	})
}

func sweepMany(b *testing.B, url string) {
	clock := time.Now()
	store, err := Open(b.Context(), url, Options{Log: quiet, Now: func() time.Time { return clock }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	counted := &countedDB{DB: store.db}
	store.db = counted
	org := &cloud{}
	if err := followMany(b.Context(), store, org, clock); err != nil {
		b.Fatal(err)
	}
	desk := NewDesk(store, Rules{Required: 1, Room: 100_000})
	for n := range 100 {
		_, err := desk.Submit(b.Context(), Submission{Key: fmt.Sprint(n), Requester: alice, Channel: "C", Invitations: []invite.Invitation{{UIN: invite.UIN(500_000 + n), Name: fmt.Sprint("new ", n), Remark: "r"}}})
		if err != nil {
			b.Fatal(err)
		}
	}
	w := NewWorker(desk, org, &slack{posted: map[string]*said{}}, WorkerOptions{Rate: 1e9, Settle: settle, Every: 10 * time.Minute, Log: quiet})
	do := func(from source) {
		jobs, _, err := from(b.Context(), 1)
		if err != nil {
			b.Fatal(err)
		}
		for _, do := range jobs {
			do(b.Context())
		}
	}
	sweep := func() {
		for range 2*manyListed/invite.PageSize + 4 {
			do(w.nextPage)
			clock = clock.Add(time.Millisecond)
		}
		do(w.nextEnds)
		do(w.nextForesight)
	}
	sweep() // which finds the numbers of all
	b.ReportAllocs()
	counted.statements, counted.transactions = 0, 0
	for b.Loop() {
		clock = clock.Add(time.Hour)
		sweep()
	}
	b.ReportMetric(float64(counted.statements)/float64(b.N), "statements/op")
	b.ReportMetric(float64(counted.transactions)/float64(b.N), "transactions/op")
}

// followMany fills database and organization with invitations that are open, and members who joined long ago.
func followMany(ctx context.Context, store *Store, org *cloud, now time.Time) error {
	return store.write(ctx, func(t *tx) error {
		for n := 1; n <= manyListed; n++ {
			uin, name := strconv.Itoa(n), fmt.Sprint("name ", n)
			if err := t.Run(ctx, `INSERT INTO requests (id, requester, requester_name, asked_in, state, required, created_at, expires_at, decided_at, nonce)
				VALUES (?, 'UALICE', 'alice', 'C', 'approved', 1, ?, 0, ?, 'x')`, n, now, now); err != nil {
				return err
			}
			if err := t.Run(ctx, `INSERT INTO invitations (id, request_id, uin, name, remark, state, attempt) VALUES (?, ?, ?, ?, 'r', 'sent', 1)`, n, n, uin, name); err != nil {
				return err
			}
			if err := t.Run(ctx, `INSERT INTO followed (invitation_id, sent_at, called_at) VALUES (?, ?, ?)`, n, now.Add(-time.Minute), now.Add(-time.Minute)); err != nil {
				return err
			}
			invited := now.Add(-time.Minute)
			org.listed = append(org.listed, invite.Listed{ID: int64(n), UIN: invite.UIN(n), Name: name, Remark: "r", Invited: invited, Expires: invited.Add(invite.Lifetime)})
			org.members = append(org.members, invite.Member{UIN: invite.UIN(1_000_000 + n), Name: fmt.Sprint("member ", n)})
		}
		return database.Renumber(ctx, store.db, t.Tx, "requests", "invitations")
	})
}

// countedDB counts what is asked of a database.
type countedDB struct {
	database.DB
	statements, transactions int
}

func (c *countedDB) Write(ctx context.Context, fn func(*database.Tx) error) error {
	c.transactions++
	return c.DB.Write(ctx, func(t *database.Tx) error { return fn(t.Through(c.through)) })
}

func (c *countedDB) Read(ctx context.Context, fn func(*database.Tx) error) error {
	c.transactions++
	return c.DB.Read(ctx, func(t *database.Tx) error { return fn(t.Through(c.through)) })
}

func (c *countedDB) through(conn database.Conn) database.Conn { return countedConn{conn, c} }

type countedConn struct {
	database.Conn
	by *countedDB
}

func (c countedConn) Run(ctx context.Context, query string, args ...any) error {
	c.by.statements++
	return c.Conn.Run(ctx, query, args...)
}

func (c countedConn) Change(ctx context.Context, query string, args ...any) (int64, error) {
	c.by.statements++
	return c.Conn.Change(ctx, query, args...)
}

func (c countedConn) Query(ctx context.Context, query string, args ...any) (database.Rows, error) {
	c.by.statements++
	return c.Conn.Query(ctx, query, args...)
}
