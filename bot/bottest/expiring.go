package bottest

import "time"

// maxExpiring bounds how many triggers, response URLs or tickets are kept, in case
// the clock stands still or the workspace is soaked. It is far above what can be
// under way at once.
const maxExpiring = 10_000

// expiring holds values under a key for some time and forgets them by itself.
// All values of one expiring live equally long, so the oldest goes first.
type expiring[V any] struct {
	values map[string]V
	queue  []expiry
}

type expiry struct {
	key string
	at  time.Time
}

func (e *expiring[V]) put(key string, v V, now, until time.Time) {
	if e.values == nil {
		e.values = map[string]V{}
	}
	for len(e.queue) > 0 && (now.After(e.queue[0].at) || len(e.queue) >= maxExpiring) {
		delete(e.values, e.queue[0].key)
		e.queue = e.queue[1:]
	}
	e.values[key] = v
	e.queue = append(e.queue, expiry{key, until})
}

func (e *expiring[V]) get(key string) (V, bool) {
	v, ok := e.values[key]
	return v, ok
}

// take returns the value once.
func (e *expiring[V]) take(key string) (V, bool) {
	v, ok := e.values[key]
	delete(e.values, key)
	return v, ok
}
