//go:build chaos

package operate

import (
	"os"
	"strings"
	"time"
)

// A program that is built with the tag chaos takes its clock to be off by as much as the file CHAOS_CLOCK says: a test sets it back and forth. No
// other build has this.
func init() {
	file := os.Getenv("CHAOS_CLOCK")
	if file == "" {
		return
	}
	now = func() time.Time {
		text, _ := os.ReadFile(file) // none: it is right
		off, _ := time.ParseDuration(strings.TrimSpace(string(text)))
		return time.Now().Add(off)
	}
}
