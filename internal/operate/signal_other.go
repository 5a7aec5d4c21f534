//go:build !unix

package operate

import "os"

// debugSignals has none here.
var debugSignals []os.Signal
