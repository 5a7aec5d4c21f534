package socket

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
)

const (
	eve   = "U0EVE"
	askID = "C0ASK"
)

// answer is what the tests' handler says to a command.
const answer = "I am <here> & listening"

// greeter answers every command in the same way, and late by a channel.
type greeter struct {
	payload any
	late    chan struct{}
}

func (g greeter) Handle(context.Context, Envelope) Answer {
	return Answer{Payload: g.payload, Late: func(context.Context) { close(g.late) }}
}

func (g greeter) Trouble(Envelope) Answer { return Answer{} }

func (g greeter) Decline(Envelope) any { return nil }

func private(text string) any {
	return map[string]any{"response_type": "ephemeral", "text": text}
}

// world is a workspace and a listener that is connected to it.
type world struct {
	*testing.T
	ctx context.Context
	ws  *bottest.Workspace
}

func newWorld(t *testing.T, o bottest.Options, c Config) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &world{T: t, ctx: ctx, ws: bottest.Start(o)}
	t.Cleanup(w.ws.Close)
	w.ws.AddUser(bottest.User{ID: eve, Name: "eve"})
	w.ws.AddChannel(bottest.Channel{ID: askID, Name: "ask"})
	c.Connections = max(c.Connections, 1)
	c.API, c.Log = webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken), slog.New(slog.DiscardHandler)
	if c.Handler == nil {
		c.Handler = greeter{payload: private(answer)}
	}
	l := New(c)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- l.Run(running) }()
	t.Cleanup(func() {
		stop()
		w.must(<-ended)
	})
	<-l.Connected()
	w.must(w.ws.WaitConnected(ctx, 1))
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// isAnswered has somebody type a command and wants the handler's answer.
func (w *world) isAnswered() {
	w.Helper()
	a, err := w.ws.Command(w.ctx, eve, askID, "/invite-member help")
	w.must(err)
	if !a.OK() || a.Text != answer {
		w.Errorf("answered with %q, failure %q", a.Text, a.Failure)
	}
}

// TestARefreshLosesNothing: the next connection is there before the old one goes, which serves until then.
func TestARefreshLosesNothing(t *testing.T) {
	w := newWorld(t, bottest.Options{}, Config{})
	w.ws.Warn(0)
	w.must(w.ws.WaitConnected(w.ctx, 2))
	for range 2 {
		w.isAnswered() // each connection in turn
	}
	w.ws.Cut(0)
	w.isAnswered()
}

// TestNoRoomForTheNext: Slack takes ten connections of an app. What another process holds isn't fought for, and a place that a
// refreshed one leaves is taken when it is free.
func TestNoRoomForTheNext(t *testing.T) {
	w := newWorld(t, bottest.Options{RefreshNotice: 300 * time.Millisecond, Unlimited: true}, Config{Connections: 5})
	w.must(w.ws.WaitConnected(w.ctx, 5))
	other := New(Config{API: webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken), Connections: 5, Handler: greeter{}, Log: slog.New(slog.DiscardHandler)})
	running, stop := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- other.Run(running) }()
	w.must(w.ws.WaitConnected(w.ctx, 10))
	opened, called := w.ws.Opened(), w.ws.Count("apps.connections.open")
	w.ws.RefreshAll()
	w.must(w.ws.Wait(w.ctx, func() bool { return w.ws.Opened() == opened+10 && w.ws.Connections() == 10 }))
	if n := w.ws.Count("apps.connections.open") - called; n > 20 {
		t.Errorf("%d calls to renew 10 connections", n)
	}
	stop()
	w.must(<-ended)
	w.must(w.ws.Wait(w.ctx, func() bool { return w.ws.Connections() == 5 }))
	w.isAnswered()
}

func TestACutConnectionComesBack(t *testing.T) {
	w := newWorld(t, bottest.Options{}, Config{})
	w.ws.Cut(0)
	w.must(w.ws.WaitConnected(w.ctx, 1))
	w.isAnswered()
	w.ws.Outage(true)
	w.ws.Outage(false)
	w.must(w.ws.WaitConnected(w.ctx, 1))
	w.isAnswered()
}

// TestAHalfOpenConnection is noticed by the pings that don't come.
func TestAHalfOpenConnection(t *testing.T) {
	w := newWorld(t, bottest.Options{PingInterval: 20 * time.Millisecond}, Config{Silence: 500 * time.Millisecond})
	opened := w.ws.Count("apps.connections.open")
	w.ws.HalfOpen(0)
	w.must(w.ws.Wait(w.ctx, func() bool { return w.ws.Count("apps.connections.open") > opened }))
}

// TestAnAnswerThatIsTooLong is given late, and the envelope is acknowledged without it.
func TestAnAnswerThatIsTooLong(t *testing.T) {
	late := make(chan struct{})
	w := newWorld(t, bottest.Options{}, Config{Handler: greeter{private(strings.Repeat("x", maxAnswer)), late}})
	a, err := w.ws.Command(w.ctx, eve, askID, "/invite-member help")
	w.must(err)
	if !a.OK() || a.Text != "" {
		t.Errorf("answered with %d characters, failure %q", len(a.Text), a.Failure)
	}
	select {
	case <-late:
	case <-w.ctx.Done():
		t.Error("the answer doesn't come late")
	}
}

// TestEncode leaves <, > and & as they are, which take six bytes each otherwise.
func TestEncode(t *testing.T) {
	if raw, err := encode(answer); err != nil || string(raw) != `"`+answer+`"` {
		t.Errorf("got %s, %v", raw, err)
	}
}
