package approvals

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// tables in the order in which rows may be inserted, each with its columns; the first orders the rows.
var tables = []struct {
	name    string
	columns []string
}{
	{"installation", []string{"single", "id"}},
	{"requests", []string{"id", "requester", "requester_name", "asked_in", "state", "required", "created_at", "expires_at", "decided_at"}},
	{"decisions", []string{"request_id", "approver", "approver_name", "verdict", "reason", "at"}},
	{"invitations", []string{"id", "request_id", "uin", "name", "remark", "sent_before", "state", "attempt", "due_at", "ready_at",
		"attempted_at", "failures", "doubtful", "told", "tc_request_id", "code", "message",
		"settled_by", "settled_by_name"}},
	{"events", []string{"id", "at", "request_id", "invitation_id", "attempt", "actor", "actor_name", "kind", "key", "detail"}},
	{"posts", []string{"id", "request_id", "event_id", "slot", "recipient", "said_in", "created_at", "due_at", "leased_until", "wanted",
		"shown", "attempt", "failures", "doubtful", "channel", "ts", "gave_up"}},
}

// Copied tells how many rows of each table were copied, by its name.
type Copied map[string]int

// Copy copies the database at from into the one at to, which must hold no requests yet, in one transaction, and
// compares counts and ledgers before it commits. No bot may be running on either. The copy is the same
// installation: cards in Slack go on working with it, so the original must not be run again.
func Copy(ctx context.Context, from, to string) (copied Copied, err error) {
	if from == to {
		return nil, errors.New("FROM and TO are the same database")
	}
	if err := database.MustExist(from); err != nil {
		return nil, fmt.Errorf("the database to copy from: %w", err)
	}
	source, err := Open(ctx, from, Options{})
	if err != nil {
		return nil, fmt.Errorf("the database to copy from: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := Open(ctx, to, Options{})
	if err != nil {
		return nil, fmt.Errorf("the database to copy to: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	err = source.db.Read(ctx, func(in *database.Tx) error {
		return target.db.Write(ctx, func(out *database.Tx) error {
			copied, err = copyAll(ctx, in, out)
			if err != nil {
				return err
			}
			return database.Renumber(ctx, target.db, out, "requests", "invitations", "events", "posts")
		})
	})
	return copied, err
}

func copyAll(ctx context.Context, in, out *database.Tx) (Copied, error) {
	if n, err := count(ctx, out, "requests"); err != nil || n > 0 {
		return nil, errors.Join(err, fmt.Errorf("the database to copy to has %d requests already: name an empty one", n))
	}
	if err := out.Run(ctx, `DELETE FROM installation`); err != nil {
		return nil, err
	}
	copied := Copied{}
	for _, table := range tables {
		if err := copyTable(ctx, in, out, table.name, table.columns); err != nil {
			return nil, fmt.Errorf("copy %s: %w", table.name, err)
		}
		want, err := count(ctx, in, table.name)
		if err != nil {
			return nil, err
		}
		if copied[table.name], err = count(ctx, out, table.name); err != nil || copied[table.name] != want {
			return nil, errors.Join(err, fmt.Errorf("%d of %d rows of %s arrived", copied[table.name], want, table.name))
		}
	}
	return copied, sameLedger(ctx, in, out)
}

func copyTable(ctx context.Context, in, out *database.Tx, name string, columns []string) error {
	list := strings.Join(columns, ", ")
	insert := `INSERT INTO ` + name + ` (` + list + `) VALUES (?` + strings.Repeat(`, ?`, len(columns)-1) + `)`
	return in.Rows(ctx, func(scan func(...any) error) error {
		row := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		return out.Run(ctx, insert, row...)
	}, `SELECT `+list+` FROM `+name+` ORDER BY `+columns[0])
}

func count(ctx context.Context, t *database.Tx, table string) (n int, err error) {
	err = t.Row(ctx, `SELECT COUNT(*) FROM `+table).Scan(&n)
	return n, err
}

// sameLedger compares the ledgers event by event.
func sameLedger(ctx context.Context, in, out *database.Tx) error {
	for after := int64(0); ; {
		want, err := ledger.Page(ctx, in, ledger.Filter{}, after)
		if err != nil {
			return err
		}
		got, err := ledger.Page(ctx, out, ledger.Filter{}, after)
		if err != nil {
			return err
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("the ledgers differ after event %d", after)
		}
		if len(want) == 0 {
			return nil
		}
		after = want[len(want)-1].ID
	}
}
