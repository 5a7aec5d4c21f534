//go:build linux || darwin || freebsd

package database

import "syscall"

// freeSpace is how many bytes this user may still write in a folder's file system.
func freeSpace(folder string) (free uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil || s.Bsize <= 0 {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}
