package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
)

// The ledger is a chain: events are numbered without gaps, and each has the hash of the one before in its own. So a
// changed, removed, inserted or reordered event shows, unless all hashes after it are made anew; and those Slack has.

// Head is the newest event of a ledger. The zero Head is that of an empty one.
type Head struct {
	Number int64  `json:"number"`
	Hash   string `json:"hash"` // SHA-256, in hexadecimal digits; empty before the first event of the chain
}

// String is how people see it: the number and the beginning of the hash.
func (h Head) String() string { return fmt.Sprintf("%d · %s", h.Number, Short(h.Hash)) }

// Short is the beginning of a hash or a digest, as people see it.
func Short(hash string) string { return hash[:min(len(hash), 8)] }

// Head is the ledger's when this event was its newest.
func (e Event) Head() Head { return Head{e.ID, e.Hash} }

// trailLength is how many events a message bears witness of one by one, beside the head that stands for all of them.
const trailLength = 64

// HeadAndTrail reads the head, and the beginnings of the hashes of the newest events up to it, the oldest first: its trail. That
// tells to the very event what isn't as it was, where the head alone tells that something isn't.
func HeadAndTrail(ctx context.Context, t *database.Tx) (head Head, trail []string, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var h Head
		err := scan(&h.Number, &h.Hash)
		if head.Number == 0 {
			head = h
		}
		if h.Hash != "" {
			trail = append(trail, Short(h.Hash))
		}
		return err
	}, `SELECT id, hash FROM events WHERE id > (SELECT number FROM ledger_head) - ? ORDER BY id DESC`, trailLength)
	slices.Reverse(trail)
	return head, trail, err
}

// Hashes are the beginnings of the hashes of the events after one, up to another.
func Hashes(ctx context.Context, t *database.Tx, after, to int64) (hashes []string, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var hash string
		err := scan(&hash)
		hashes = append(hashes, Short(hash))
		return err
	}, `SELECT hash FROM events WHERE id > ? AND id <= ? AND hash <> '' ORDER BY id`, after, to)
	return hashes, err
}

// HeadOf reads the head.
func HeadOf(ctx context.Context, t *database.Tx) (Head, error) { return head(ctx, t, "") }

// lockedHead reads the head, which nobody else moves on until the end of the transaction: it puts the writers in an order.
func lockedHead(ctx context.Context, t *database.Tx) (Head, error) {
	return head(ctx, t, t.Lock("ledger_head"))
}

// Hold has nobody else append an event until the end of the transaction.
func Hold(ctx context.Context, t *database.Tx) error {
	_, err := lockedHead(ctx, t)
	return err
}

func head(ctx context.Context, t *database.Tx, lock string) (h Head, err error) {
	if err = t.Row(ctx, `SELECT number, hash FROM ledger_head`+lock).Scan(&h.Number, &h.Hash); err != nil {
		return h, fmt.Errorf("read the head of the ledger: %w", err)
	}
	return h, nil
}

// Chain makes an event the newest one: it returns it with its number, hash and seal, and its detail as it is to be stored.
func (h *Head) Chain(keys Keys, at time.Time, e Event, key string) (_ Event, detail string, err error) {
	raw, err := json.Marshal(e.Detail)
	if err != nil {
		return e, "", err
	}
	e.At = at
	*h = h.Next(e, key, string(raw))
	e.ID, e.Hash, e.Seal = h.Number, h.Hash, keys.Seal("event", h.Hash)
	return e, string(raw), nil
}

// Next is the head with one more event, whose number it is: the canonical form of the event, of the key of the envelope
// that caused it, and of its detail as it is stored, hashed with the hash before.
func (h Head) Next(e Event, key, detail string) Head {
	number := h.Number + 1
	canonical := Canonical("event", h.Hash, strconv.FormatInt(number, 10), strconv.FormatInt(database.Stamp(e.At), 10),
		strconv.FormatInt(e.Request, 10), strconv.FormatInt(e.Invitation, 10), strconv.Itoa(e.Attempt),
		e.Actor.ID, e.Actor.Name, string(e.Kind), key, detail)
	return Head{number, Hash(canonical)}
}

// Proves says whether an event is what was recorded: its hash follows on that of the event before, and its seal is of one of the keys, if
// there are any.
func Proves(ctx context.Context, t *database.Tx, keys Keys, id int64) (bool, error) {
	e, err := Numbered(ctx, t, id)
	if err != nil {
		return false, err
	}
	before, key, detail := Head{Number: id - 1}, "", ""
	err = t.Row(ctx, `SELECT COALESCE((SELECT hash FROM events WHERE id = ?), ''), COALESCE(key, ''), detail FROM events WHERE id = ?`, id-1, id).Scan(&before.Hash, &key, &detail)
	return err == nil && before.Next(e, key, detail).Hash == e.Hash && keys.Sealed(e.Seal, "event", e.Hash), err
}

// Hash is a SHA-256 in hexadecimal digits.
func Hash(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Canonical writes texts so that no two lists of texts are written the same: each with its length before it.
func Canonical(texts ...string) []byte {
	b := make([]byte, 0, 512)
	for _, text := range texts {
		b = strconv.AppendInt(b, int64(len(text)), 10)
		b = append(b, ':')
		b = append(b, text...)
		b = append(b, ',')
	}
	return b
}
