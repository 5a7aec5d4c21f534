package database

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Migrate applies the schema files that the database has not seen, each in one transaction: those of its dialect, in the
// order of their names, which begin with their numbers: 001_start.sql. It refuses a database that a newer program made.
func Migrate(ctx context.Context, db DB, schemas fs.FS) error {
	names, err := fs.Glob(schemas, path.Join(db.Dialect(), "*.sql"))
	if err != nil {
		return err
	}
	newest := 0
	for _, name := range names {
		script, err := fs.ReadFile(schemas, name)
		if err != nil {
			return err
		}
		if newest, err = numberOf(name); err != nil {
			return err
		}
		if err := apply(ctx, db, newest, string(script)); err != nil {
			return fmt.Errorf("apply %s: %w", path.Base(name), err)
		}
	}
	return refuseNewer(ctx, db, newest)
}

// numberOf is the number with which a schema file's name begins.
func numberOf(name string) (int, error) {
	digits, _, _ := strings.Cut(path.Base(name), "_")
	return strconv.Atoi(digits)
}

func apply(ctx context.Context, db DB, version int, script string) error {
	ctx, cancel := Patiently(ctx)
	defer cancel()
	return db.Write(ctx, func(t *Tx) error {
		if err := db.lockStart(ctx, t); err != nil {
			return err
		}
		if err := t.Run(ctx, `CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)`); err != nil {
			return err
		}
		isNew, err := t.Change(ctx, `INSERT INTO schema_versions (version) VALUES (?) ON CONFLICT DO NOTHING`, version)
		if err != nil || !isNew {
			return err
		}
		return t.script(ctx, script)
	})
}

func refuseNewer(ctx context.Context, db DB, known int) error {
	ctx, cancel := Patiently(ctx)
	defer cancel()
	return db.Write(ctx, func(t *Tx) error {
		var version int
		if err := t.Row(ctx, `SELECT MAX(version) FROM schema_versions`).Scan(&version); err != nil {
			return err
		}
		if version > known {
			return fmt.Errorf("its schema is version %d, and this program knows %d: run the newer program that made it", version, known)
		}
		return nil
	})
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
