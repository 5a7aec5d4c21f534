package post

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// gates remember until when Slack wants no more calls: by method and channel, as its limits are.
type gates struct {
	now func() time.Time
	log *slog.Logger
	mu  sync.Mutex
	all map[string]*gate
}

// gate is one method in one channel.
type gate struct {
	closedUntil time.Time
	pacedUntil  time.Time // Slack said lately that there are too many
}

// Slack takes a message a second in a channel, and more for a short while: docs.slack.dev/apis/web-api/rate-limits. So nothing is
// held back until Slack says that it is too much; for a while from then on there is one a second.
const (
	paced   = time.Minute
	oneEach = time.Second
)

// Opens says when the approvals channel takes messages of a kind again.
func (p *Poster) Opens(w approvals.Way) time.Time {
	method := "chat.postMessage"
	if w == approvals.Editing {
		method = "chat.update"
	}
	return p.gates.opens(method + " " + p.channel)
}

// gated makes a call unless Slack asked not to yet; then it fails at once as Slack would have answered.
func (p *Poster) gated(method, channel string, call func() error) error {
	key := method + " " + channel
	if wait := p.gates.opens(key).Sub(p.gates.now()); wait > 0 {
		return &slack.RateLimitedError{RetryAfter: wait}
	}
	err := call()
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		p.gates.close(key, limited.RetryAfter)
	} else if err == nil && method == "chat.postMessage" {
		p.gates.pace(key)
	}
	return err
}

func (g *gates) opens(key string) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at := g.all[key]; at != nil {
		return at.closedUntil
	}
	return time.Time{}
}

// close closes a gate for as long as Slack asks.
func (g *gates) close(key string, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	at := g.all[key]
	if at == nil {
		if g.all == nil {
			g.all = map[string]*gate{}
		}
		g.forget(now)
		at = &gate{}
		g.all[key] = at
	}
	if !now.Before(at.closedUntil) {
		g.log.Info("Slack asks to wait", "with", key, "for", d.String())
	}
	at.closedUntil, at.pacedUntil = now.Add(d), now.Add(d+paced)
}

// pace closes a gate for a second behind a message, where there were too many lately.
func (g *gates) pace(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if at := g.all[key]; at != nil && now.Before(at.pacedUntil) {
		at.closedUntil = now.Add(oneEach)
	}
}

// forget drops the gates that say nothing any more.
func (g *gates) forget(now time.Time) {
	for key, at := range g.all {
		if !now.Before(at.pacedUntil) {
			delete(g.all, key)
		}
	}
}
