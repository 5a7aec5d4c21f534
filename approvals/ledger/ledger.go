// Package ledger is the append-only record of all that people did and that the machine did for them.
//
// What happens here: an event is appended in the transaction of the change that it tells ([Append]), looked up by its
// number or by the envelope that caused it ([Numbered], [Caused]), found by what it tells ([Read], find.go), told in words
// ([Tell], tell.go and refusals.go), and written out for readers ([Exports], readable.go). What doesn't happen here: when
// something is worth an event, and what is to be said in Slack because of it, is for the rules (package approvals); that the
// table can only grow is enforced by the schema (approvals/schema).
package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
)

// Append adds an event that happened at the time given, seals it, and returns it with its number and hash. Key identifies
// the envelope that caused it, empty where none did: the same key can't be appended twice.
func Append(ctx context.Context, t *database.Tx, keys Keys, at time.Time, e Event, key string) (Event, error) {
	head, err := lockedHead(ctx, t)
	if err != nil {
		return e, err
	}
	e, detail, err := head.Chain(keys, at, e, key)
	if err != nil {
		return e, err
	}
	err = t.Run(ctx, `INSERT INTO events (id, at, request_id, invitation_id, attempt, actor, actor_name, kind, key, detail, hash, seal)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.ID, e.At, database.OrNull(e.Request), database.OrNull(e.Invitation), e.Attempt, e.Actor.ID, e.Actor.Name, string(e.Kind),
		database.OrNull(key), detail, e.Hash, e.Seal)
	if err == nil {
		err = t.Run(ctx, `UPDATE ledger_head SET number = ?, hash = ?`, head.Number, head.Hash)
	}
	if err != nil {
		return e, fmt.Errorf("record %q of request %d: %w", e.Kind, e.Request, err)
	}
	return e, nil
}

// Caused returns the event that an envelope caused when it came before.
func Caused(ctx context.Context, t *database.Tx, key string) (e Event, found bool, err error) {
	if key == "" {
		return e, false, nil
	}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		found = true
		e, err = scanEvent(scan)
		return err
	}, selectEvents+` WHERE key = ?`, key)
	return e, found, err
}

// Numbered returns one event.
func Numbered(ctx context.Context, t *database.Tx, id int64) (Event, error) {
	return scanEvent(t.Row(ctx, selectEvents+` WHERE id = ?`, id).Scan)
}

const selectEvents = `SELECT id, at, request_id, invitation_id, attempt, actor, actor_name, kind, detail, hash, seal FROM events`

func scanEvent(scan func(...any) error) (e Event, err error) {
	var at int64
	var request, invitation sql.NullInt64
	var detail []byte
	if err := scan(&e.ID, &at, &request, &invitation, &e.Attempt, &e.Actor.ID, &e.Actor.Name, &e.Kind, &detail, &e.Hash, &e.Seal); err != nil {
		return e, err
	}
	e.At, e.Request, e.Invitation = database.Unstamp(at), request.Int64, invitation.Int64
	if err := json.Unmarshal(detail, &e.Detail); err != nil {
		return e, fmt.Errorf("read the detail of event %d: %w", e.ID, err)
	}
	return e, nil
}
