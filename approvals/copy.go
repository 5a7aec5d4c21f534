package approvals

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// tables in the order in which rows may be inserted, each with its columns; the first orders the rows.
var tables = []struct {
	name    string
	columns []string
}{
	{"installation", []string{"single", "id"}},
	{"rules", []string{"single", "rules", "since"}},
	{"requests", []string{"id", "requester", "requester_name", "asked_in", "state", "required", "created_at", "expires_at", "decided_at",
		"nonce", "allow_self", "held", "also_told"}},
	{"decisions", []string{"request_id", "approver", "approver_name", "verdict", "reason", "at", "digest", "seal", "basis"}},
	{"invitations", []string{"id", "request_id", "uin", "name", "remark", "sent_before", "again_of", "state", "attempt", "nonce", "due_at", "ready_at",
		"attempted_at", "failures", "doubtful", "told", "found", "tc_request_id", "code", "message",
		"settled_by", "settled_by_name"}},
	{"events", []string{"id", "at", "request_id", "invitation_id", "attempt", "actor", "actor_name", "kind", "key", "detail", "hash", "seal"}},
	{"ledger_head", []string{"single", "since", "number", "hash", "rekeyed"}},
	{"refusals", []string{"actor", "why", "tried", "request_id", "event_id", "ends_at", "more", "last_key"}},
	{"posts", []string{"id", "request_id", "event_id", "slot", "recipient", "said_in", "created_at", "due_at", "leased_until", "wanted",
		"shown", "attempt", "nonce", "failures", "doubtful", "channel", "ts", "gave_up", "turn", "others", "foreseen", "failing_since"}},
	{"followed", []string{"invitation_id", "sent_at", "called_at", "listed", "expires_at", "found", "found_at", "member", "nudged_at",
		"cancel", "cancel_asked_at", "cancel_due_at", "cancel_called_at", "cancel_failures", "cancelled_by", "cancelled_by_name"}},
	{"nudges", []string{"person", "at"}},
	{"reminders", []string{"single", "at", "post_id"}},
	{"drafts", []string{"id", "person", "created_at", "refused", "content"}},
	{"homes", []string{"person", "opened_at", "page", "approver", "seen", "wanted", "shown", "due_at", "leased_until", "drawn_at", "attempt", "failures"}},
}

func tableNames() (names []string) {
	for _, table := range tables {
		names = append(names, table.name)
	}
	return names
}

// Copied tells how many rows of each table were copied, by its name.
type Copied map[string]int

// Copy copies the database at from into the one at to, which must hold nothing yet, in one transaction, and compares
// counts and ledgers before it commits. It is refused while a bot is running on either. The copy is the same installation:
// cards in Slack go on working with it. So the original is closed: see [MovedError].
func Copy(ctx context.Context, from, to string, o Options) (copied Copied, err error) {
	if from == to {
		return nil, errSame
	}
	if err := database.MustExist(from); err != nil {
		return nil, fmt.Errorf("the database to copy from: %w", err)
	}
	source, err := Open(ctx, from, o)
	if err != nil {
		return nil, fmt.Errorf("the database to copy from: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	o.Expect = ""
	target, err := Open(ctx, to, o)
	if err != nil {
		return nil, fmt.Errorf("the database to copy to: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if source.installation == target.installation {
		return nil, errSame
	}
	moved := ledger.Detail{From: database.Address(from), To: database.Address(to)}
	return source.copyTo(ctx, target, moved)
}

var errSame = database.SetUp(tongue.Say("FROM and TO are the same database, or one is a copy of the other",
	"FROM 和 TO 是同一个数据库，或其中一个是另一个的副本"))

// copyTo commits the original's end before the copy: should the machine fail in between, there is none that goes on, rather
// than two.
func (s *Store) copyTo(ctx context.Context, target *Store, moved ledger.Detail) (copied Copied, err error) {
	closed := false
	err = target.db.Write(ctx, func(out *database.Tx) error {
		if err := target.refuseRunning(ctx, out); err != nil {
			return fmt.Errorf("the database to copy to: %w", err)
		}
		err := s.db.Write(ctx, func(in *database.Tx) error {
			if err := s.close(ctx, in, moved); err != nil {
				return fmt.Errorf("the database to copy from: %w", err)
			}
			copied, err = copyAll(ctx, in, out)
			return err
		})
		if err != nil {
			return err
		}
		closed = true
		return database.Renumber(ctx, target.db, out, "requests", "invitations", "events", "posts")
	})
	if err != nil && closed {
		err = fmt.Errorf("%w\nNothing was copied, but the original is closed. To go on with it: invitebot reopen FROM", err)
	}
	return copied, err
}

func copyAll(ctx context.Context, in, out *database.Tx) (Copied, error) {
	for _, table := range []string{"requests", "events"} { // a bot that was started there once has left an event
		if n, err := count(ctx, out, table); err != nil || n > 0 {
			return nil, errors.Join(err, database.SetUp(tongue.Say("the database to copy to has %d %s already: name an empty one",
				"目标数据库中已有 %d 条 %s：请指定空数据库", n, table)))
		}
	}
	if err := out.Run(ctx, `DELETE FROM installation`); err != nil {
		return nil, err
	}
	if err := out.Run(ctx, `DELETE FROM ledger_head`); err != nil {
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
