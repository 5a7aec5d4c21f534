package post

import (
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// gates remember until when Slack wants no more calls: by method and channel, as its limits are.
type gates struct {
	now   func() time.Time
	mu    sync.Mutex
	until map[string]time.Time
}

// gated makes a call unless Slack asked not to yet; then it fails at once as Slack would have answered.
func (p *Poster) gated(method, channel string, call func() error) error {
	key := method + " " + channel
	if wait := p.gates.wait(key); wait > 0 {
		return &slack.RateLimitedError{RetryAfter: wait}
	}
	err := call()
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		p.gates.close(key, limited.RetryAfter)
	}
	return err
}

func (g *gates) wait(key string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	until, closed := g.until[key]
	if !closed {
		return 0
	}
	wait := until.Sub(g.now())
	if wait <= 0 {
		delete(g.until, key)
	}
	return wait
}

func (g *gates) close(key string, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.until == nil {
		g.until = map[string]time.Time{}
	}
	g.until[key] = g.now().Add(d)
}
