package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"github.com/invitebot/invitebot/approvals/database"
)

// Keys seal what the database's owner must not be able to make up: they aren't in the database. The first one seals, and
// what any of them sealed is accepted, so that a key can be replaced. Without keys nothing is sealed.
type Keys [][]byte

// Seal is an HMAC-SHA-256 over texts, in hexadecimal digits; empty without a key.
func (k Keys) Seal(texts ...string) string {
	if len(k) == 0 {
		return ""
	}
	return hex.EncodeToString(mac(k[0], texts))
}

// Sealed says whether texts bear a seal of one of the keys. Without keys nothing can be told, and everything passes.
func (k Keys) Sealed(seal string, texts ...string) bool {
	if len(k) == 0 {
		return true
	}
	given, err := hex.DecodeString(seal)
	if err != nil {
		return false
	}
	for _, key := range k {
		if hmac.Equal(given, mac(key, texts)) {
			return true
		}
	}
	return false
}

// KeysError says that a ledger is sealed with another key. Whoever went on without it would leave events and decisions that
// nothing proves.
type KeysError struct{ missing bool }

func (e *KeysError) Error() string {
	with := "with another key than LEDGER_KEY has"
	if e.missing {
		with = "with a key, and LEDGER_KEY is not set"
	}
	return "this ledger is sealed " + with + ": write there the key that it had before; to replace that, write the new one, a comma, and the old one"
}

// Fit says with a [*KeysError] where the newest event is sealed with none of the keys.
func (k Keys) Fit(ctx context.Context, t *database.Tx) error {
	return t.Rows(ctx, func(scan func(...any) error) error {
		var hash, seal string
		if err := scan(&hash, &seal); err != nil || seal == "" {
			return err
		}
		if len(k) == 0 || !k.Sealed(seal, "event", hash) {
			return &KeysError{missing: len(k) == 0}
		}
		return nil
	}, `SELECT hash, seal FROM events WHERE id = (SELECT number FROM ledger_head)`)
}

func mac(key []byte, texts []string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(Canonical(texts...))
	return h.Sum(nil)
}
