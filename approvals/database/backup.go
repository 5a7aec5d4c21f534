package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot writes the state that an SQLite file has now into a new file at path, also while a bot writes to it. The new file is private, and
// on disk when Snapshot returns nil.
func Snapshot(ctx context.Context, db DB, path string) error {
	s, ok := db.(*sqlite)
	if !ok {
		return errors.New("a snapshot is of an SQLite file")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // SQLite takes an empty one, and would make it readable by all
	if err != nil {
		return notOpened(path, err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	if _, err := s.readers.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return Sync(path)
}

// Change runs a statement on an SQLite file that nobody else has open.
func Change(ctx context.Context, path, statement string) error {
	db, err := sql.Open("sqlite", dsn(path, "rw", "journal_mode(DELETE)"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return Sync(path)
}

// Sync has a file, and its name in its folder, on disk when it returns nil.
func Sync(path string) error {
	for _, name := range []string{path, filepath.Dir(path)} {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(file.Sync(), file.Close()); err != nil {
			return err
		}
	}
	return nil
}
