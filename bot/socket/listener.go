// Package socket is Socket Mode: it keeps connections to Slack open, takes the envelopes that come over them, and
// acknowledges each with the answer that its [Handler] finds. What an envelope means is not known here: see bot.
//
// # An envelope
//
// The handler checks and commits, then the envelope is acknowledged with the answer in it, well inside Slack's 3 seconds;
// what calls a network comes after the acknowledgement. An answer that the acknowledgement couldn't carry is given late.
// Each envelope has a goroutine of its own, for 64 at once; Slack waits with more.
//
// # A connection
//
// One that Slack is about to close goes on being read while the next is opened, so a refresh loses nothing. One that is
// silent for 35 seconds is replaced. When the listener stops, it takes no more envelopes, finishes those in hand, and
// closes the connections last, so that every acknowledgement was written before. Whether one can be opened at all is tried in try.go.
package socket

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/bot/webapi"
	"golang.org/x/sync/errgroup"
)

// Types of envelopes that people cause: docs.slack.dev/apis/events-api/using-socket-mode.
const (
	Command     = "slash_commands"
	Interactive = "interactive"
	Event       = "events_api"
)

// Envelope is what Slack sends.
type Envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Reason  string          `json:"reason"` // of a disconnect, which no handler sees
	Payload json.RawMessage `json:"payload"`
}

// Answer is how an envelope is answered.
type Answer struct {
	Payload any                   // in the acknowledgement; nil: none
	Late    func(context.Context) // gives the answer where the acknowledgement couldn't; nil: nobody waits for it
	Then    func(context.Context) // follows the acknowledgement; nil: nothing
}

// Handler knows what envelopes mean. Its methods are called concurrently.
type Handler interface {
	// Handle checks, commits and answers, within 2.5 seconds.
	Handle(ctx context.Context, e Envelope) Answer
	// Trouble answers an envelope that Handle panicked at.
	Trouble(e Envelope) Answer
	// Decline is the payload that acknowledges an envelope which came while the listener stops; nil: it isn't
	// acknowledged, and Slack tells the person so.
	Decline(e Envelope) any
}

// Config is what a [Listener] needs to know.
type Config struct {
	API         *webapi.Client // with an app token
	Connections int            // 1 or more
	Silence     time.Duration  // after so long without a sign of life a connection is replaced; 0: 35 seconds
	Handler     Handler
	Log         *slog.Logger
	// Acknowledged is told how long an envelope of a type waited for its acknowledgement; nil: nobody is told.
	Acknowledged func(kind string, took time.Duration)
}

// Listener listens to Slack over its connections.
type Listener struct {
	api         *webapi.Client
	connections int
	silence     time.Duration
	handler     Handler
	log         *slog.Logger
	told        func(kind string, took time.Duration)
	renewals    atomic.Int64

	connected chan struct{} // closed at the first hello
	greeting  sync.Once
	work      *work
}

// New returns a listener, which is to be run once.
func New(c Config) *Listener {
	if c.Silence == 0 {
		c.Silence = halfOpen
	}
	if c.Acknowledged == nil {
		c.Acknowledged = func(string, time.Duration) {}
	}
	return &Listener{api: c.API, connections: c.Connections, silence: c.Silence, handler: c.Handler, log: c.Log, told: c.Acknowledged,
		connected: make(chan struct{}), work: newWork()}
}

// Run listens until ctx is done. Then it takes no more envelopes, finishes those in hand, for 10 seconds at most, and
// returns nil. Where Slack says definitely no (to the token, or Socket Mode is off) it ends so at once, with a
// [*webapi.ConfigError].
func (l *Listener) Run(ctx context.Context) error {
	group, serving := errgroup.WithContext(ctx)
	for n := range l.connections {
		group.Go(func() error { return l.keepConnected(serving, n+1) })
	}
	<-serving.Done()
	if !l.work.finish(drainLimit) {
		l.log.Warn("some commands or clicks were cut short")
	}
	return group.Wait()
}

// Connected is closed when the first connection is ready for envelopes.
func (l *Listener) Connected() <-chan struct{} { return l.connected }

// Live is how many connections are ready for envelopes now. One that Slack keeps silent about counts until its silence is over.
func (l *Listener) Live() int { return l.work.live() }

// Renewals is how often Slack has asked for a connection to be renewed.
func (l *Listener) Renewals() int64 { return l.renewals.Load() }

// Stopping is closed when no more envelopes are taken.
func (l *Listener) Stopping() <-chan struct{} { return l.work.stopping }

// WaitCalm returns true when no envelope is in hand, false when that takes longer than the limit or ctx.
func (l *Listener) WaitCalm(ctx context.Context, limit time.Duration) bool {
	return l.work.wait(ctx, limit)
}
