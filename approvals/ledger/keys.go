package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/internal/tongue"
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

// Names are what processes tell each other of their keys: each has a name from which nobody learns the key, and the first one
// seals. Without keys it is "-".
func (k Keys) Names() string {
	if len(k) == 0 {
		return noKey
	}
	var names []string
	for _, key := range k {
		names = append(names, hex.EncodeToString(mac(key, []string{"name of a key"})[:8]))
	}
	return strings.Join(names, ",")
}

const noKey = "-"

// Beside says with a [*KeysError] where a process with other keys runs: each must be able to check what the other seals.
// Names that are empty are those of an older program, which doesn't tell.
func (k Keys) Beside(names string) error {
	mine, theirs := strings.Split(k.Names(), ","), strings.Split(names, ",")
	if names == "" || slices.Contains(theirs, mine[0]) && slices.Contains(mine, theirs[0]) {
		return nil
	}
	return &KeysError{tongue.Say("a bot is running on this database with another LEDGER_KEY, and one of the two couldn't check what the other seals: "+
		`to replace the key while bots run, give all of them "OLD,NEW" first, and when all have that, "NEW,OLD". `+
		"One that was killed counts as running for half a minute",
		`有机器人正以不同的 LEDGER_KEY 在该数据库上运行，其中一方无法核对另一方的封印：如需在运行期间更换密钥，请先为所有机器人设置 "OLD,NEW"，全部完成后再设置 "NEW,OLD"。`+
			"被强制终止的机器人在半分钟内仍算作运行中")}
}

// KeysError says that a ledger is sealed with another key. Whoever went on without it would leave events and decisions that
// nothing proves.
type KeysError struct{ problem tongue.Text }

func (e *KeysError) Error() string { return e.problem.String() }

// In is the error in a language.
func (e *KeysError) In(l tongue.Language) string { return e.problem.In(l) }

// Fit says with a [*KeysError] where the newest event is sealed with none of the keys, or the oldest that must be: approvals
// that one of the keys before has sealed would count no longer.
func (k Keys) Fit(ctx context.Context, t *database.Tx) error {
	return t.Rows(ctx, func(scan func(...any) error) error {
		var hash, seal string
		if err := scan(&hash, &seal); err != nil || seal == "" {
			return err
		}
		if len(k) > 0 && k.Sealed(seal, "event", hash) {
			return nil
		}
		with := tongue.Say("this ledger is sealed with another key than LEDGER_KEY has", "该账本是用 LEDGER_KEY 以外的密钥加封的")
		if len(k) == 0 {
			with = tongue.Say("this ledger is sealed with a key, and LEDGER_KEY is not set", "该账本用密钥加封，而未设置 LEDGER_KEY")
		}
		return &KeysError{tongue.Say("%s: write there the key that it had before; to replace that, write the new one, a comma, "+
			`and the old one. Where it is lost: "invitebot rekey --help"`,
			`%s：请在其中填写原来的密钥；如需更换，请填写新密钥、英文逗号、旧密钥。如果密钥已丢失：见 "invitebot rekey --help"`, with)}
	}, `SELECT hash, seal FROM events WHERE id IN ((SELECT number FROM ledger_head),
		(SELECT MIN(id) FROM events WHERE seal <> '' AND id >= (SELECT rekeyed FROM ledger_head)))`)
}

func mac(key []byte, texts []string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(Canonical(texts...))
	return h.Sum(nil)
}
