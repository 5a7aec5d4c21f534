package bottest

import "time"

// rates are token buckets, one per method or, for chat.postMessage, per channel.
type rates struct{ buckets map[string]*bucket }

type bucket struct {
	tokens float64
	at     time.Time
}

// postBurst is how many messages a channel takes at once. Slack says "1 per second,
// short bursts allowed" and no number.
const postBurst = 10

// take returns how long the call has to wait; 0: it may pass.
func (r *rates) take(name string, perMinute int, a args, now time.Time) time.Duration {
	key, burst, perSecond := name, float64(perMinute), float64(perMinute)/60
	if name == "chat.postMessage" {
		key, burst, perSecond = name+" "+a["channel"], postBurst, 1
	}
	if perSecond == 0 {
		return 0
	}
	if r.buckets == nil {
		r.buckets = map[string]*bucket{}
	}
	b := r.buckets[key]
	if b == nil {
		b = &bucket{tokens: burst, at: now}
		r.buckets[key] = b
	}
	b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*perSecond)
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
	}
	b.tokens--
	return 0
}
