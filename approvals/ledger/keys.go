package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
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

func mac(key []byte, texts []string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(Canonical(texts...))
	return h.Sum(nil)
}
