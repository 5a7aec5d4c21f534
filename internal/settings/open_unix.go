//go:build unix

package settings

import "syscall"

// nonblocking has a file opened without waiting for anybody.
const nonblocking = syscall.O_NONBLOCK
