package database

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"time"
)

// Upgrade does what a schema file can't, in the transaction in which that is applied.
type Upgrade func(context.Context, *Tx) error

// Migrate applies the schema files that the database has not seen, each in one transaction: those of its dialect, in the
// order of their names, which begin with their numbers, and after each its upgrade, by its number. It refuses a database
// that a newer program made.
func Migrate(ctx context.Context, db DB, schemas fs.FS, upgrades map[int]Upgrade) error {
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
		if _, err := fmt.Sscanf(path.Base(name), "%d_", &newest); err != nil {
			return fmt.Errorf("the schema file %s has no number: %w", path.Base(name), err)
		}
		if err := apply(ctx, db, newest, string(script), upgrades[newest]); err != nil {
			return fmt.Errorf("apply %s: %w", path.Base(name), err)
		}
	}
	return refuseNewer(ctx, db, newest)
}

func apply(ctx context.Context, db DB, version int, script string, upgrade Upgrade) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // another process may be at it
	defer cancel()
	return db.Write(ctx, func(t *Tx) error {
		if err := db.lockSchema(ctx, t); err != nil {
			return err
		}
		if err := t.Run(ctx, `CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY)`); err != nil {
			return err
		}
		isNew, err := t.Change(ctx, `INSERT INTO schema_versions (version) VALUES (?) ON CONFLICT DO NOTHING`, version)
		if err != nil || !isNew {
			return err
		}
		if err := t.script(ctx, script); err != nil || upgrade == nil {
			return err
		}
		return upgrade(ctx, t)
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

// Renumber makes new rows of tables continue the numbers of rows that were inserted with theirs.
func Renumber(ctx context.Context, db DB, t *Tx, tables ...string) error {
	return db.renumber(ctx, t, tables)
}
