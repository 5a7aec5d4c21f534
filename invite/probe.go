package invite

import (
	"context"
	"time"
)

// Probe is what two harmless calls, which read the first page of each list, tell of the way to Tencent Cloud and of the key.
type Probe struct {
	Invitations error         // of reading the invitations: nil, or a [*CallError]
	Members     error         // the same of the members
	Clock       time.Duration // by how much Tencent Cloud's clock is ahead of this machine's, to a second or so
	HasClock    bool          // an answer said what time it is there
}

// Probe makes the calls, one after the other: the second only where the first was answered.
func (c *Client) Probe(ctx context.Context) (p Probe) {
	var date time.Time
	ctx = context.WithValue(ctx, dateKey{}, &date)
	_, p.Invitations = c.Invitations(ctx, 0)
	if !date.IsZero() {
		p.Clock, p.HasClock = time.Until(date).Round(time.Second), true
		_, p.Members = c.Members(ctx, 0)
	}
	return p
}

// dateKey is where a call's context has a place for the time that the answer's Date header tells.
type dateKey struct{}
