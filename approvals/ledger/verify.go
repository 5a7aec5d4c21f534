package ledger

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/invitebot/invitebot/approvals/database"
)

// Verified is what holding a ledger against itself has found. Where First is nil the chain is whole.
type Verified struct {
	Since    int64 // the first event of the chain: older ones have no hash
	Events   int64 // of the chain
	Unsealed int64 // of them, those before the first seal: there was no key then
	Sealed   bool  // there are seals, whether or not there was a key to hold them against
	Rekeyed  int64 // the event that tells that the key of those before was lost: no seal of theirs is demanded; 0: none
	Head     Head
	First    *Falsehood
}

// Falsehood is something in the database that isn't so.
type Falsehood struct {
	Event int64  `json:"event"` // the first one that shows it; 0: none does
	What  string `json:"what"`
}

// Verify holds the chain against itself: numbers without gaps, each hash over the one before and all of the event, each
// seal by one of the keys, and the head at its end. It reads only, also while the bot runs; the bot's events that come
// meanwhile aren't read.
func Verify(ctx context.Context, db database.DB, keys Keys) (v Verified, err error) {
	err = db.Read(ctx, func(t *database.Tx) error {
		c := chainReader{keys: keys}
		if err := c.readHead(ctx, t); err != nil {
			return err
		}
		if err := c.readEvents(ctx, t); err != nil {
			return err
		}
		err := c.atEnd(ctx, db, t)
		v = c.Verified
		return err
	})
	return v, err
}

// chainReader goes along a chain.
type chainReader struct {
	Verified
	keys   Keys
	at     Head // of the event that was read last
	sealed bool // an event before was
}

func (c *chainReader) readHead(ctx context.Context, t *database.Tx) (err error) {
	if c.Head, err = HeadOf(ctx, t); err != nil {
		return err
	}
	err = t.Row(ctx, `SELECT since FROM ledger_head`).Scan(&c.Since)
	c.at.Number = c.Since - 1
	if err != nil || len(c.keys) == 0 {
		return err
	}
	return c.readRekeyed(ctx, t)
}

// readRekeyed finds the event that tells that the key was lost. Who has no key can't have made it up, and what comes before it
// has its hashes in what it is sealed over.
func (c *chainReader) readRekeyed(ctx context.Context, t *database.Tx) error {
	return t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		var hash, seal string
		err := scan(&id, &hash, &seal)
		if err == nil && c.keys.Sealed(seal, "event", hash) {
			c.Rekeyed = id
		}
		return err
	}, `SELECT id, hash, seal FROM events WHERE id = (SELECT rekeyed FROM ledger_head) AND kind = ?`, string(Rekeyed))
}

// canonicalColumns write in SQL what [Canonical] writes, behind the hash before: a row of four columns is read three times as
// fast as one of twelve.
var canonicalColumns = func() string {
	var b strings.Builder
	for n, column := range []string{"CAST(id AS TEXT)", "CAST(at AS TEXT)", "CAST(COALESCE(request_id, 0) AS TEXT)",
		"CAST(COALESCE(invitation_id, 0) AS TEXT)", "CAST(attempt AS TEXT)", "actor", "actor_name", "kind", "COALESCE(key, '')", "detail"} {
		if n > 0 {
			b.WriteString(" || ")
		}
		fmt.Fprintf(&b, "octet_length(%[1]s) || ':' || %[1]s || ','", column)
	}
	return b.String()
}()

// link is an event as it is stored.
type link struct {
	id         int64
	body       []byte // its canonical form, but for the hash before
	hash, seal string
}

// readEvents reads on one processor and hashes on another. The first falsehood is enough: what follows hangs on it.
func (c *chainReader) readEvents(ctx context.Context, t *database.Tx) error {
	pages := make(chan []link, 4)
	var hashing sync.WaitGroup
	hashing.Go(func() {
		for page := range pages {
			for _, l := range page {
				if c.First == nil {
					c.First = c.next(l)
				}
			}
		}
	})
	page := make([]link, 0, 1024)
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var l link
		if err := scan(&l.id, &l.body, &l.hash, &l.seal); err != nil {
			return err
		}
		if page = append(page, l); len(page) == cap(page) {
			pages <- page
			page = make([]link, 0, 1024)
		}
		return nil
	}, `SELECT id, `+canonicalColumns+`, hash, seal FROM events WHERE id >= ? ORDER BY id`, c.Since)
	pages <- page
	close(pages)
	hashing.Wait()
	return err
}

// next holds an event against the one before.
func (c *chainReader) next(l link) *Falsehood {
	id, hash := l.id, l.hash
	if id != c.at.Number+1 {
		return &Falsehood{c.at.Number + 1, fmt.Sprintf("event %d is missing", c.at.Number+1)}
	}
	if right := Hash(append(Canonical("event", c.at.Hash), l.body...)); hash != right {
		return &Falsehood{id, fmt.Sprintf("event %d, or one before it, isn't what it was: its hash is %s, and should be %s", id, Short(hash), Short(right))}
	}
	if len(c.keys) > 0 && id >= c.Rekeyed && (l.seal != "" || c.sealed) && !c.keys.Sealed(l.seal, "event", hash) {
		if l.seal != "" {
			return &Falsehood{id, fmt.Sprintf("event %d bears the seal of another key than LEDGER_KEY has", id)}
		}
		return &Falsehood{id, fmt.Sprintf("event %d bears no seal of LEDGER_KEY, and those before it do", id)}
	}
	c.sealed = c.sealed || l.seal != ""
	c.Sealed = c.sealed
	if !c.sealed {
		c.Unsealed++
	}
	c.Events++
	c.at = Head{id, hash}
	return nil
}

// atEnd holds the end of the chain against the head, and what keeps the ledger from being changed against what it was.
func (c *chainReader) atEnd(ctx context.Context, db database.DB, t *database.Tx) error {
	if c.First == nil && c.at != c.Head {
		c.First = &Falsehood{c.at.Number + 1, fmt.Sprintf("the ledger ends at %s, and its head says %s", c.at, c.Head)}
	}
	gone, err := t.Unguarded(ctx, "events", guards[db.Dialect()]...)
	if c.First == nil && len(gone) > 0 {
		c.First = &Falsehood{0, fmt.Sprintf("triggers that keep events from being changed are gone: %s", strings.Join(gone, ", "))}
	}
	return err
}

// guards are the triggers of the schema.
var guards = map[string][]string{
	database.SQLite:   {"events_no_update", "events_no_replace", "events_no_delete", "events_not_once_moved"},
	database.Postgres: {"events_append_only", "events_not_once_moved"},
}
