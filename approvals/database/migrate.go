package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Upgrade does what a schema file can't. It finds the newest schema, whichever file it belongs to.
type Upgrade func(context.Context, *Tx) error

// Upgrades are what is done beside the schema files. Before may refuse the database by its newest schema, 0 where there is none: then nothing is
// changed. After are by the numbers of the files that they follow.
type Upgrades struct {
	Before func(ctx context.Context, t *Tx, schema int) error
	After  map[int]Upgrade
}

// Migrate applies the schema files that the database has not seen, in one transaction: those of its dialect, in the
// order of their names, which begin with their numbers, and then their upgrades, by these numbers. It refuses a database
// that a newer program made, with a [*SetupError]. Program is the version of this one.
func Migrate(ctx context.Context, db DB, schemas fs.FS, upgrades Upgrades, program string) error {
	names, err := fs.Glob(schemas, path.Join(db.Dialect(), "*.sql"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // another process may be at it
	defer cancel()
	return db.rebuild(ctx, func(t *Tx) error {
		if err := db.lockStart(ctx, t); err != nil {
			return err
		}
		if err := t.conn.Script(ctx, `CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)`); err != nil {
			return err
		}
		if err := upgrades.refuse(ctx, t); err != nil {
			return err
		}
		var due []Upgrade
		newest := 0
		for _, name := range names {
			if newest, err = numberOf(name); err != nil {
				return err
			}
			isNew, err := t.apply(ctx, schemas, name, newest)
			if err != nil {
				return fmt.Errorf("apply %s: %w", path.Base(name), err)
			}
			if upgrade := upgrades.After[newest]; isNew && upgrade != nil {
				due = append(due, upgrade)
			}
		}
		for _, upgrade := range due {
			if err := upgrade(ctx, t); err != nil {
				return err
			}
		}
		return t.refuseNewer(ctx, newest, program)
	})
}

func (u Upgrades) refuse(ctx context.Context, t *Tx) error {
	if u.Before == nil {
		return nil
	}
	var schema int
	if err := t.Row(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema_versions`).Scan(&schema); err != nil {
		return err
	}
	return u.Before(ctx, t, schema)
}

// Newest is the number of the newest schema file of a dialect.
func Newest(schemas fs.FS, dialect string) (newest int, err error) {
	names, err := fs.Glob(schemas, path.Join(dialect, "*.sql"))
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return numberOf(names[len(names)-1])
}

// Schema is the version of the database's schema; one that a newer program made, than knows so many, is a [*SetupError].
func Schema(ctx context.Context, t *Tx, known int) (version int, err error) {
	if err := t.Row(ctx, `SELECT MAX(version) FROM schema_versions`).Scan(&version); err != nil || version <= known {
		return version, err
	}
	var made string
	if version >= programs {
		err = t.Row(ctx, `SELECT program FROM schema_versions WHERE version = ?`, version).Scan(&made)
	}
	if err != nil {
		return version, err
	}
	run := tongue.Say("the newer invitebot that made it", "创建它的较新 invitebot")
	if made != "" {
		run = tongue.Say("invitebot %s, which made it, or a newer one",
			"创建它的 invitebot %s 或更新的版本", checkup.OneLine(made[:min(len(made), 60)]))
	}
	return version, setUp(tongue.Say("the database's schema is version %d, and this program knows %d: run %s. No schema goes back",
		"数据库结构为版本 %d，而本程序只支持到 %d：请运行%s。数据库结构不能降级", version, known, run))
}

// IsWithoutTables says whether an error tells that a table isn't there: nothing was ever made in the database.
func IsWithoutTables(err error) bool {
	if answered, ok := errors.AsType[*pgconn.PgError](err); ok {
		return answered.Code == "42P01" // undefined_table
	}
	return err != nil && strings.Contains(err.Error(), "no such table")
}

// numberOf is the number with which a schema file's name begins.
func numberOf(name string) (int, error) {
	digits, _, _ := strings.Cut(path.Base(name), "_")
	return strconv.Atoi(digits)
}

func (t *Tx) apply(ctx context.Context, schemas fs.FS, name string, version int) (isNew bool, err error) {
	isNew, err = t.Change(ctx, `INSERT INTO schema_versions (version) VALUES (?) ON CONFLICT DO NOTHING`, version)
	if err != nil || !isNew {
		return false, err
	}
	script, err := fs.ReadFile(schemas, name)
	if err != nil {
		return false, err
	}
	return true, t.conn.Script(ctx, string(script))
}

// programs is the first schema that says which program brought it up to date.
const programs = 11

// refuseNewer refuses a schema that this program doesn't know, and notes on its own that it made it.
func (t *Tx) refuseNewer(ctx context.Context, known int, program string) error {
	if _, err := Schema(ctx, t, known); err != nil || known < programs { // as tests of older schemas have it
		return err
	}
	return t.Run(ctx, `UPDATE schema_versions SET program = ? WHERE version = ? AND program = ''`, program, known)
}

// StartAlone keeps other processes from starting on the database, which begins with [Migrate], until the end of the
// transaction.
func StartAlone(ctx context.Context, db DB, t *Tx) error { return db.lockStart(ctx, t) }

// Freeze keeps other processes from writing to tables until the end of the transaction.
func Freeze(ctx context.Context, db DB, t *Tx, tables ...string) error {
	return db.freeze(ctx, t, tables)
}

// Renumber makes new rows of tables continue the numbers of rows that were inserted with theirs.
func Renumber(ctx context.Context, db DB, t *Tx, tables ...string) error {
	return db.renumber(ctx, t, tables)
}
