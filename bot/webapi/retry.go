package webapi

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/slack-go/slack"
)

// RetryWait is how long to wait after so many failures in a row: 0.1 s, doubling up to 30 s, less up to a quarter at
// random, and never less than Slack asked for.
func RetryWait(failures int, err error) time.Duration {
	wait := min(100*time.Millisecond<<min(failures-1, 10), 30*time.Second)
	wait -= rand.N(wait / 4)
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return max(wait, limited.RetryAfter)
	}
	return wait
}

// Sleep waits, and returns false where ctx ended it.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
