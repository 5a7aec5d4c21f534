package bot

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// memory is how long an answer about people counts. A minute makes a burst of clicks cost one call, of the 20 a
	// minute that usergroups.users.list allows, and takes the say from somebody who leaves a list a minute later.
	memory = time.Minute
	// maxMemory is how many answers are remembered at most.
	maxMemory = 10_000
	// askLimit is how long somebody who waits for an acknowledgement waits for Slack.
	askLimit = 2 * time.Second
)

// memo remembers what a question was answered, for a minute where nothing else is said, and asks once for many who want to know at once. Failures
// aren't remembered.
type memo[V any] struct {
	now   func() time.Time
	ask   func(context.Context, string) (V, error)
	lasts func(V) time.Duration // nil: memory

	flights singleflight.Group
	mu      sync.Mutex
	known   map[string]known[V]
}

type known[V any] struct {
	value V
	until time.Time
}

func newMemo[V any](now func() time.Time, ask func(context.Context, string) (V, error)) *memo[V] {
	return &memo[V]{now: now, ask: ask, known: map[string]known[V]{}}
}

// get waits for an answer for 2 seconds at most, and no longer than ctx.
func (m *memo[V]) get(ctx context.Context, key string) (V, error) {
	if v, ok := m.recall(key); ok {
		return v, nil
	}
	answer := m.flights.DoChan(key, func() (any, error) {
		if v, ok := m.recall(key); ok {
			return v, nil // a call that ended since it wasn't known
		}
		// The call is everybody's who waits for it, so it doesn't end with the one who came first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askLimit)
		defer cancel()
		v, err := m.ask(ctx, key)
		if err == nil {
			m.remember(key, v)
		}
		return v, err
	})
	select {
	case a := <-answer:
		return a.Val.(V), a.Err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

func (m *memo[V]) recall(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.known[key]
	return k.value, ok && m.now().Before(k.until)
}

// remember forgets what is outdated, and everything where that isn't enough, before it grows too large.
func (m *memo[V]) remember(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if len(m.known) >= maxMemory {
		for key, k := range m.known {
			if !now.Before(k.until) {
				delete(m.known, key)
			}
		}
	}
	if len(m.known) >= maxMemory {
		clear(m.known)
	}
	lasts := memory
	if m.lasts != nil {
		lasts = m.lasts(v)
	}
	m.known[key] = known[V]{v, now.Add(lasts)}
}
