//go:build !linux && !darwin && !freebsd

package database

// freeSpace isn't known here.
func freeSpace(string) (free uint64, known bool) { return 0, false }
