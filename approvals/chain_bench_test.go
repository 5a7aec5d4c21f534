package approvals

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// BenchmarkChain: how long a request takes to be committed, which is what its acknowledgement waits for, and how much of that is
// the chain: the same request is made on a second database in turn, on which the ledger's head is neither locked nor moved on.
func BenchmarkChain(b *testing.B) {
	b.Run("hash and seal", func(b *testing.B) { // which both of the databases below pay for
		event := requested(Request{ID: 1, Requester: alice, Invitations: []Invitation{{Invitation: invite.Invitation{UIN: 100000000001, Name: "Alice", Remark: "asked by alice"}}}})
		var head ledger.Head
		for b.Loop() {
			if _, _, err := head.Chain(benchKeys, time.Now(), event, "key"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sqlite", func(b *testing.B) {
		compareChain(b, "sqlite:"+filepath.Join(b.TempDir(), "chain.db"), "sqlite:"+filepath.Join(b.TempDir(), "none.db"))
	})
	b.Run("postgres", func(b *testing.B) {
		server, err := postgresServer()
		pgtest.OrSkip(b, err)
		var urls [2]string
		for n := range urls {
			if urls[n], err = server.Database(); err != nil {
				b.Fatal(err)
			}
		}
		compareChain(b, urls[0], urls[1])
	})
}

func compareChain(b *testing.B, chain, none string) {
	with, without := benchDesk(b, chain), benchDesk(b, none)
	without.store.db = &unchained{DB: without.store.db}
	var took, bare []time.Duration
	for n := 0; b.Loop(); n++ {
		if n%2 == 0 { // neither always comes second
			took, bare = append(took, timedSubmit(b, with, n)), append(bare, timedSubmit(b, without, n))
		} else {
			bare, took = append(bare, timedSubmit(b, without, n)), append(took, timedSubmit(b, with, n))
		}
	}
	slices.Sort(took)
	slices.Sort(bare)
	for _, p := range []int{50, 90} {
		mine, theirs := took[len(took)*p/100], bare[len(bare)*p/100]
		b.ReportMetric(float64(mine.Microseconds()), "µs-p"+strconv.Itoa(p))
		b.ReportMetric(float64((mine - theirs).Microseconds()), "µs-of-the-chain-p"+strconv.Itoa(p))
	}
	b.ReportMetric(0, "ns/op")
}

var benchKeys = ledger.Keys{[]byte("a key of 32 bytes for benchmarks")}

func benchDesk(b *testing.B, url string) *Desk {
	store, err := Open(b.Context(), url, Options{Log: slog.New(slog.DiscardHandler), Keys: benchKeys})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	return NewDesk(store, Rules{Required: 1, TTL: time.Hour})
}

func timedSubmit(b *testing.B, d *Desk, n int) time.Duration {
	begin := time.Now()
	_, err := d.Submit(b.Context(), Submission{Key: "key " + strconv.Itoa(n), Requester: alice, Channel: "CGENERAL",
		Invitations: []invite.Invitation{{UIN: invite.UIN(100000000000 + n), Name: "Alice", Remark: "asked by alice"}}})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// unchained is a database whose ledger has no head: it is kept here, where one writer needs no lock for it.
type unchained struct {
	database.DB
	headless
}

type headless struct {
	number int64
	hash   string
}

func (u *unchained) Write(ctx context.Context, fn func(*database.Tx) error) error {
	return u.DB.Write(ctx, func(t *database.Tx) error {
		return fn(t.Through(func(c database.Conn) database.Conn { return &withoutHead{Conn: c, headless: &u.headless} }))
	})
}

type withoutHead struct {
	database.Conn
	*headless
	gone bool
}

func (c *withoutHead) Query(ctx context.Context, query string, args ...any) (database.Rows, error) {
	if strings.HasPrefix(query, "SELECT number, hash FROM ledger_head") {
		c.gone = false
		return c, nil
	}
	query, found := cutOut(query, ", ledger_head FOR NO KEY UPDATE OF ledger_head")
	if found {
		query = strings.Replace(query, "'number', number, 'hash', hash", fmt.Sprintf("'number', $%d::bigint, 'hash', $%d::text", len(args)+1, len(args)+2), 1)
		args = append(args, c.number, c.hash)
	}
	return c.Conn.Query(ctx, query, args...)
}

func (c *withoutHead) Run(ctx context.Context, query string, args ...any) error {
	before, _, found := strings.Cut(query, "UPDATE ledger_head SET")
	if !found {
		return c.Conn.Run(ctx, query, args...)
	}
	head := len(args) - 2
	c.number, c.hash = args[head].(int64), args[head+1].(string)
	if before == "" {
		return nil
	}
	return c.Conn.Run(ctx, before+"SELECT 1", args[:head]...)
}

func cutOut(s, part string) (without string, found bool) {
	before, after, found := strings.Cut(s, part)
	return before + after, found
}

// The one row of the head.

func (c *withoutHead) Next() bool { gone := c.gone; c.gone = true; return !gone }

func (c *withoutHead) Scan(into ...any) error {
	*into[0].(*int64), *into[1].(*string) = c.number, c.hash
	return nil
}

func (c *withoutHead) Err() error   { return nil }
func (c *withoutHead) Close() error { return nil }
