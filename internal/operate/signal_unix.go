//go:build unix

package operate

import (
	"os"
	"syscall"
)

// debugSignals have everything logged for a while.
var debugSignals = []os.Signal{syscall.SIGUSR1}
