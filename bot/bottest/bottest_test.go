package bottest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

// The people and places of the tests.
const (
	alice    = "U0ALICE"
	bob      = "U0BOB"
	stranger = "U0STRANGER"
	approval = "C0APPROVAL" // the bot is in it
	general  = "C0GENERAL"  // it isn't
	secret   = "C0SECRET"   // private, without the bot
	archive  = "C0ARCHIVE"
)

// start runs a workspace until the test ends.
func start(t testing.TB, opts bottest.Options) *bottest.Workspace {
	t.Helper()
	ws := bottest.Start(opts)
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: alice, Name: "alice", RealName: "Alice Ask"})
	ws.AddUser(bottest.User{ID: bob, Name: "bob", RealName: "Bob Boss", DisplayName: "bobby"})
	ws.AddUser(bottest.User{ID: stranger, Name: "eve", TeamID: "T0ELSEWHERE"})
	ws.AddChannel(bottest.Channel{ID: approval, Name: "approvals", BotIsMember: true})
	ws.AddChannel(bottest.Channel{ID: general, Name: "general", Members: []string{alice}})
	ws.AddChannel(bottest.Channel{ID: secret, Name: "secret", Private: true})
	ws.AddChannel(bottest.Channel{ID: archive, Name: "archive", BotIsMember: true, Archived: true})
	return ws
}

// client is slack-go as the app would use it.
func client(ws *bottest.Workspace) *slack.Client {
	return slack.New(ws.BotToken, slack.OptionAPIURL(ws.APIURL()), slack.OptionAppLevelToken(ws.AppToken))
}

// limit is a context for what should take no time at all.
func limit(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// app is a slack-go Socket Mode client with a handler for what arrives.
type app struct {
	*socketmode.Client
	stop context.CancelFunc
	done chan error // gets what Run returned
}

// connect starts an app and waits until it is connected. The handler runs on its own.
func connect(t testing.TB, ws *bottest.Workspace, handle func(*socketmode.Client, socketmode.Event)) *app {
	t.Helper()
	before := ws.Connections()
	ctx, cancel := context.WithCancel(context.Background())
	a := &app{Client: socketmode.New(client(ws)), stop: cancel, done: make(chan error, 1)}
	var running sync.WaitGroup
	running.Go(func() { a.done <- a.RunContext(ctx) })
	running.Go(func() {
		for {
			select {
			case e := <-a.Events:
				handle(a.Client, e)
			case <-ctx.Done():
				return
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	if err := ws.WaitConnected(limit(t), before+1); err != nil {
		t.Fatal(err)
	}
	return a
}

// ack acknowledges commands and interactions with the payload.
func ack(payload any) func(*socketmode.Client, socketmode.Event) {
	return func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeSlashCommand || e.Type == socketmode.EventTypeInteractive {
			_ = c.Ack(*e.Request, payload)
		}
	}
}

// silent acknowledges nothing.
func silent(*socketmode.Client, socketmode.Event) {}

// recorder keeps what an app received and acknowledges with nothing.
type recorder struct {
	mu       sync.Mutex
	events   []socketmode.Event
	commands []slack.SlashCommand
	clicks   []slack.InteractionCallback
}

func (r *recorder) handle(c *socketmode.Client, e socketmode.Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		r.commands = append(r.commands, data)
	case slack.InteractionCallback:
		r.clicks = append(r.clicks, data)
	}
	r.mu.Unlock()
	ack(nil)(c, e)
}

func (r *recorder) command(i int) slack.SlashCommand {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.commands[i]
}

func (r *recorder) click(i int) slack.InteractionCallback {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clicks[i]
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// wantCode wants Slack's error code, "" for success.
func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		got = refused.Err
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("got error %q, want %q", got, want)
	}
}

func equal[V comparable](t *testing.T, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// post posts a message and returns its reference.
func post(t testing.TB, ws *bottest.Workspace, channel string, options ...slack.MsgOption) bottest.Ref {
	t.Helper()
	in, ts, err := client(ws).PostMessage(channel, options...)
	if err != nil {
		t.Fatalf("post to %s: %v", channel, err)
	}
	return bottest.Ref{Channel: in, TS: ts}
}

func says(format string, a ...any) slack.MsgOption {
	return slack.MsgOptionText(fmt.Sprintf(format, a...), false)
}

// clock is a clock to be turned by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Unix(1_800_000_000, 0)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
