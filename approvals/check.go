package approvals

import (
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
)

var checkLedger = tongue.Say("ledger", "账本")

// Check looks whether a bot with these rules could work on the database at url: at the database itself, and at the ledger in it. It changes
// nothing. It isn't for a process that has the database open: SQLite's locks on a file are gone when any descriptor of it is closed.
func Check(ctx context.Context, url string, o Options, rules Rules) checkup.List {
	found := database.Check(ctx, url, schemas)
	if found.Worst() == checkup.Failed {
		return found
	}
	expected := o.Expect
	o.Expect, o.Brief = "", true
	s, err := OpenReadOnly(ctx, url, o)
	if err != nil && database.MustExist(url) == nil && !isEmpty(err) {
		found.Unanswered(checkLedger, "DATABASE_URL", tongue.Say("it can't be read: %v", "无法读取：%v", err),
			tongue.Say("try again", "请重试"))
		return found
	}
	if err != nil { // there is none yet
		if expected != "" {
			found.Fail(checkLedger, "DATABASE_URL", tongue.Say("there is no ledger yet, and EXPECT_LEDGER asks for %s",
				"尚无账本，而 EXPECT_LEDGER 要求 %s", expected),
				tongue.Say("name the database that has it, or restore a backup", "请指定该账本所在的数据库，或恢复备份"))
		}
		return found
	}
	defer func() { _ = s.Close() }()
	if err := s.read(ctx, func(t *tx) error { return s.lookAtLedger(ctx, t, &found, expected, rules) }); err != nil {
		found.Unanswered(checkLedger, "DATABASE_URL", tongue.Say("it can't be read: %v", "无法读取：%v", err),
			tongue.Say("try again", "请重试"))
	}
	return found
}

func (s *Store) lookAtLedger(ctx context.Context, t *tx, found *checkup.List, expected string, rules Rules) error {
	if err := refuseOther(expected, s.installation); err != nil {
		found.Fail(checkLedger, "EXPECT_LEDGER", tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
		return nil
	}
	if err := s.refuse(ctx, t, s.schema, "", true); mustEnd(err) {
		found.Fail(checkLedger, "", tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
		return nil
	} else if err != nil {
		return err
	}
	newest, err := database.Newest(schemas, s.db.Dialect())
	if err != nil || s.schema < newest {
		return err // what else an older one says will be another thing after the start
	}
	for _, look := range []func() error{
		func() error { return s.keys.Fit(ctx, t.Tx) },
		func() error { return t.refuseOthersBeside(ctx, rules.book()) },
	} {
		if err := look(); mustEnd(err) {
			found.Fail(checkLedger, "", tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
			return nil
		} else if err != nil {
			return err
		}
	}
	st := Status{At: s.now()}
	if err := errors.Join(st.readLedger(ctx, t), st.readBots(ctx, t)); err != nil {
		return err
	}
	found.Pass(checkLedger, tongue.Say("%s: %d requests, newest event %s, bots that run on it: %d",
		"%s：%d 个申请，最新事件 %s，正在运行的机器人：%d 个", s.installation, st.Requests, st.Head, len(st.Bots)))
	return nil
}

// refuseOthersBeside is what keeps a process with these rules from starting beside those that run.
func (t *tx) refuseOthersBeside(ctx context.Context, rules ledger.Rulebook) error {
	if t.store.db.Alone() {
		return nil
	}
	now, err := t.store.db.Now(ctx, t.Tx, t.store.now())
	if err != nil {
		return err
	}
	if err := t.refuseOtherRules(ctx, rules, now.Add(-seenFor)); err != nil {
		return err
	}
	return t.refuseOtherKeys(ctx, now.Add(-seenFor))
}

// LedgerError: the database has another ledger than the one that was expected.
type LedgerError struct{ Expected, Found string }

func (e *LedgerError) Error() string { return e.In(tongue.English) }

// In is the error in a language.
func (e *LedgerError) In(l tongue.Language) string {
	if e.Found == "" {
		return tongue.Say("there is no ledger in this database, and EXPECT_LEDGER asks for %s: name the database that has it, or restore a backup",
			"该数据库中没有账本，而 EXPECT_LEDGER 要求 %s：请指定该账本所在的数据库，或恢复备份", e.Expected).In(l)
	}
	return tongue.Say("the database has the ledger %s, and EXPECT_LEDGER asks for %s: name the database that has it, or set EXPECT_LEDGER to what is meant",
		"该数据库的账本是 %s，而 EXPECT_LEDGER 要求 %s：请指定该账本所在的数据库，或更正 EXPECT_LEDGER", e.Found, e.Expected).In(l)
}

func refuseOther(expected, found string) error {
	if expected == "" || expected == found {
		return nil
	}
	return &LedgerError{expected, found}
}
