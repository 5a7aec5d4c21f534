//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package database

import "os"

// lockFile opens the file at path; where the system has no lock that ends with its process, it locks nothing.
func lockFile(path string) (*os.File, error) { return openPrivate(path) }
