//go:build !unix

package database

import (
	"fmt"
	"os"
)

// lockFile opens the lock file; where the system has no lock that ends with its process, it locks nothing.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the database's lock: %w", err)
	}
	return file, nil
}
