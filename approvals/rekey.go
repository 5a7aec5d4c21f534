package approvals

import (
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// A key that is lost takes the proof of all that it has sealed with it: nobody can tell any more who approved what from what the
// database's owner has made up. So nothing of it counts from then on. What is open is held, and approved anew; what was
// approved and not sent is stopped; and what may have been sent is looked up, and never sent again. The ledger goes on, sealed
// with the new key, by an event that only who has that can make.

// Rekeyed tells what became of a database whose key was lost.
type Rekeyed struct {
	Before        ledger.Head // the newest event that no seal proves: messages in Slack have such heads, too
	Held, Stopped int         // requests that are to be approved anew; invitations that are never sent
	Falsehoods    []ledger.Falsehood
}

// Rekey has the database at url go on with the keys given, although it is sealed with another that is lost. It is refused
// while a bot runs on it, and where its key isn't lost. What is wrong in it besides is told, and stays so.
func Rekey(ctx context.Context, url string, o Options) (done Rekeyed, err error) {
	if len(o.Keys) == 0 {
		return done, database.SetUp(tongue.Say("LEDGER_KEY is not set: write there the new key",
			"未设置 LEDGER_KEY：请在其中填写新密钥"))
	}
	if err := database.MustExist(url); err != nil {
		return done, err
	}
	o.keyLost = true
	s, err := Open(ctx, url, o)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if done.Falsehoods, err = s.withoutSeals(ctx); err != nil {
		return done, err
	}
	err = s.write(ctx, func(t *tx) error {
		if err := s.refuseRunning(ctx, t.Tx); err != nil {
			return err
		}
		err := s.keys.Fit(ctx, t.Tx)
		if _, lost := errors.AsType[*ledger.KeysError](err); !lost {
			return errors.Join(err, database.SetUp(tongue.Say("this ledger isn't sealed with another key than LEDGER_KEY has: nothing is lost",
				"该账本并未用 LEDGER_KEY 以外的密钥加封：没有丢失密钥")))
		}
		return t.rekey(ctx, &done)
	})
	return done, err
}

// withoutSeals is what is wrong with a database, but for its seals.
func (s *Store) withoutSeals(ctx context.Context) ([]ledger.Falsehood, error) {
	unkeyed := &Store{db: s.db, now: s.now, log: s.log, installation: s.installation}
	v, err := unkeyed.Verify(ctx)
	return v.Falsehoods, err
}

func (t *tx) rekey(ctx context.Context, done *Rekeyed) (err error) {
	done.Held, done.Stopped = 0, 0
	if done.Before, err = ledger.HeadOf(ctx, t.Tx); err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Kind: ledger.Rekeyed}, "")
	if err != nil {
		return err
	}
	if err := t.Run(ctx, `UPDATE ledger_head SET rekeyed = ?`, e.ID); err != nil {
		return err
	}
	if err := t.due(ctx, e, Notice, Person{}, ""); err != nil {
		return err
	}
	if err := t.Row(ctx, `SELECT COUNT(*) FROM requests WHERE state = 'pending'`).Scan(&done.Held); err != nil {
		return err
	}
	if err := t.stopUnproved(ctx, &done.Stopped); err != nil {
		return err
	}
	return t.holdPending(ctx)
}

// stopUnproved stops what is to be sent: no approval of it bears a seal that counts.
func (t *tx) stopUnproved(ctx context.Context, stopped *int) error {
	ready, err := t.deliveries(ctx, `invitations.state = 'ready' ORDER BY invitations.id`)
	if err != nil {
		return err
	}
	for _, d := range ready {
		r, err := t.request(ctx, d.request)
		if err != nil {
			return err
		}
		if stops(r) == "" {
			continue
		}
		if err := t.stop(ctx, &d, stops(r)); err != nil {
			return err
		}
		*stopped++
	}
	return nil
}

// keyLostSince says whether a request was approved before the key was lost.
func (t *tx) keyLostSince(ctx context.Context, request int64) (bool, error) {
	var n int
	err := t.Row(ctx, `SELECT COUNT(*) FROM events WHERE request_id = ? AND kind = ? AND id < (SELECT rekeyed FROM ledger_head)`,
		request, string(ledger.Approved)).Scan(&n)
	return n > 0, err
}
