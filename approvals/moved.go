package approvals

import (
	"context"
	"errors"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// A database that was copied is closed for good: the copy goes on with its requests and its cards, and two that both did
// would each approve, send and say the same without knowing of the other. The ledger can still be read.

// MovedError: the database was copied to another one, which goes on in its place.
type MovedError struct {
	At time.Time
	To string // the other database's address, without a password
}

func (e *MovedError) Error() string { return e.In(tongue.English) }

// In is the error in a language.
func (e *MovedError) In(l tongue.Language) string {
	return tongue.Say("this database was moved on %s to %s, where the bot goes on: set DATABASE_URL to that. "+
		`Should no bot ever have run there, "invitebot reopen DATABASE" opens this one again`,
		`该数据库已于 %s 迁移到 %s，由那里的机器人继续：请将 DATABASE_URL 设为该地址。如果从未有机器人在那里运行过，可用 "invitebot reopen DATABASE" 重新打开本数据库`,
		e.At.Format("2006-01-02 15:04 UTC"), e.To).In(l)
}

// refuseMoved returns a [*MovedError] where the database was moved.
func refuseMoved(ctx context.Context, t *tx) error {
	moved, err := movedTo(ctx, t.Tx)
	if err != nil || moved == nil {
		return err
	}
	return moved
}

// movedTo says when and where to a database was moved; nil: it wasn't.
func movedTo(ctx context.Context, t *database.Tx) (moved *MovedError, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var at int64
		moved = &MovedError{}
		err := scan(&at, &moved.To)
		moved.At = database.Unstamp(at)
		return err
	}, `SELECT at, address FROM moved`)
	return moved, err
}

// close ends what may be done with a database, so that a copy of it can go on. It is refused while a process is running on
// it; one that stood still so long that it doesn't count any more finds itself shut out when it goes on.
func (s *Store) close(ctx context.Context, t *database.Tx, moved ledger.Detail) error {
	if err := s.refuseRunning(ctx, t); err != nil {
		return err
	}
	if before, err := movedTo(ctx, t); err != nil {
		return err
	} else if before != nil {
		return before
	}
	if err := database.Freeze(ctx, s.db, t, tableNames()...); err != nil {
		return err
	}
	at := s.now()
	if _, err := ledger.Append(ctx, t, s.keys, at, ledger.Event{Kind: ledger.Moved, Detail: moved}, ""); err != nil {
		return err
	}
	if err := t.Run(ctx, `DELETE FROM processes`); err != nil {
		return err
	}
	return t.Run(ctx, `INSERT INTO moved (single, at, address) VALUES (1, ?, ?)`, at, moved.To)
}

// Reopen has the database at url go on although it was moved, and returns when and where to it was. The copy knows nothing
// of it: that no bot runs there is for the caller to make sure.
func Reopen(ctx context.Context, url string, o Options) (moved *MovedError, err error) {
	if err := database.MustExist(url); err != nil {
		return nil, err
	}
	s, err := openEvenMoved(ctx, url, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	err = s.write(ctx, func(t *tx) error {
		if err := database.StartAlone(ctx, s.db, t.Tx); err != nil {
			return err
		}
		moved, err = movedTo(ctx, t.Tx)
		if err == nil && moved == nil {
			err = database.SetUp(tongue.Say("this database was never moved: there is nothing to reopen",
				"该数据库从未迁移：无需重新打开"))
		}
		if err != nil {
			return err
		}
		if err := t.Run(ctx, `DELETE FROM moved`); err != nil {
			return err
		}
		_, err := t.record(ctx, ledger.Event{Kind: ledger.Reopened, Detail: ledger.Detail{To: moved.To}}, "")
		return err
	})
	return moved, err
}
