package bottest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// DefaultScopes are the scopes granted to the app unless [Workspace.SetScopes] says otherwise.
var DefaultScopes = []string{
	"commands", "chat:write", "users:read", "usergroups:read",
	"channels:read", "groups:read", "channels:history", "groups:history",
	"im:history", "im:write",
}

// Options say how a workspace is to behave. The zero value is a workspace on a
// free port of 127.0.0.1, without rate limits, that keeps everything.
type Options struct {
	// Addr is the TCP address to listen on; 127.0.0.1:0 if empty.
	Addr string
	// Listener is what to listen on in place of Addr, where that isn't the machine's own network.
	Listener net.Listener
	// Origin is by which scheme and host the app reaches it, as https://slack.test; http:// and where it listens if empty. For
	// https the Listener has to speak TLS.
	Origin string
	// TeamID and TeamDomain name the workspace; T0HOME and "home" if empty.
	TeamID, TeamDomain string
	// EnterpriseID makes the workspace part of an Enterprise Grid organization.
	EnterpriseID string
	// Unlimited leaves Slack's rate limits out, which otherwise hold (see rates.go), with 429 and Retry-After.
	Unlimited bool
	// WithoutNames leaves user.name out of clicks, as Slack may: user.username has it.
	WithoutNames bool
	// Now is the workspace's clock, for timestamps, expiry and rate limits; time.Now
	// if nil. Acknowledgements are timed by the real clock whatever it says.
	Now func() time.Time
	// AckTimeout is how long a person waits for an acknowledgement. Slack waits 3 s,
	// which is the default.
	AckTimeout time.Duration
	// PingInterval is the time between websocket pings; 10 s if zero, as
	// Slack's are about.
	PingInterval time.Duration
	// RefreshNotice is the time between the warning of a refresh and the refresh.
	// Slack gives about 10 s, which is the default.
	RefreshNotice time.Duration
	// Seed picks connections pseudo-randomly. Zero: each in turn.
	Seed uint64
	// WithoutGroups makes it a workspace on a plan that has no user groups: their methods are refused with plan_upgrade_required.
	WithoutGroups bool
	// WithoutHome makes it an app without a Home tab: views.publish is refused with not_enabled, and nobody opens it.
	WithoutHome bool
	// LinkDigits shows runs of seven and more digits in a command's text as Slack
	// shows what it takes for a phone number: <tel:100012345678|100012345678>.
	LinkDigits bool
	// Keep bounds what is kept: the newest Keep messages of a channel, replies of a
	// thread, ephemeral messages of a person, versions of a message, and calls.
	// Zero keeps everything. What was dropped is gone for the app, too.
	Keep int
}

func (o Options) withDefaults() Options {
	def := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	wait := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	def(&o.Addr, "127.0.0.1:0")
	def(&o.TeamID, "T0HOME")
	def(&o.TeamDomain, "home")
	wait(&o.AckTimeout, 3*time.Second)
	wait(&o.PingInterval, 10*time.Second)
	wait(&o.RefreshNotice, 10*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Workspace is a running Slack workspace with one app installed. Its methods may
// be called from any goroutine.
type Workspace struct {
	// BotToken and AppToken are the tokens that the app must use.
	BotToken, AppToken string
	// TeamID, AppID, BotUserID and BotID are the IDs of the workspace and its app.
	TeamID, AppID, BotUserID, BotID string

	opts     Options
	server   *http.Server
	serving  sync.WaitGroup
	closed   chan struct{}
	changes  broadcast
	trouble  trouble
	sockets  *hub
	requests connections

	mu         sync.Mutex // guards all below
	people     people
	rooms      map[string]*room
	whispers   map[string][]*Message // ephemeral messages by user
	views      views
	triggers   expiring[*trigger]
	replies    expiring[*responseURL]
	tickets    expiring[struct{}]
	rates      rates
	calls      []Call
	counts     map[string]int
	scopes     []string
	lastTS     int64  // microseconds of the newest timestamp given out
	lastID     uint64 // the newest number given out in an ID
	revoked    bool
	botRevoked bool
	unlinked   bool // Socket Mode was switched off
}

// Start starts a workspace. It panics when it can't listen: nothing that follows
// would make sense, and no caller has another plan.
func Start(opts Options) *Workspace {
	opts = opts.withDefaults()
	listener := opts.listen()
	opts.Origin = cmp.Or(opts.Origin, "http://"+listener.Addr().String())
	ws := &Workspace{
		BotToken:  "xoxb-bottest-bot",
		AppToken:  "xapp-bottest-app",
		TeamID:    opts.TeamID,
		AppID:     "A0BOT",
		BotUserID: "U0BOT",
		BotID:     "B0BOT",
		opts:      opts,
		closed:    make(chan struct{}),
		people:    newPeople(),
		views:     newViews(),
		rooms:     map[string]*room{},
		whispers:  map[string][]*Message{},
		counts:    map[string]int{},
		scopes:    DefaultScopes,
	}
	ws.sockets = newHub(ws)
	ws.people.users[ws.BotUserID] = User{
		ID: ws.BotUserID, Name: "invitebot", RealName: "invitebot", TeamID: ws.TeamID, Locale: defaultLocale, Bot: true,
	}
	ws.server = &http.Server{
		Handler:   ws.routes(),
		ConnState: ws.requests.track,
		ErrorLog:  log.New(io.Discard, "", 0), // connections cut on purpose aren't news
	}
	ws.serving.Go(func() { _ = ws.server.Serve(listener) })
	return ws
}

func (o Options) listen() net.Listener {
	if o.Listener != nil {
		return o.Listener
	}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		panic(fmt.Sprintf("bottest: listen on %s: %v", o.Addr, err))
	}
	return listener
}

// Close ends the workspace: connections are cut and its goroutines are gone when it returns.
func (ws *Workspace) Close() {
	select {
	case <-ws.closed:
		return
	default:
	}
	close(ws.closed)
	_ = ws.server.Close()
	ws.sockets.cutAll()
	ws.serving.Wait()
	ws.sockets.running.Wait()
}

// APIURL is the base of the Web API, ending in a slash as slack-go wants it.
func (ws *Workspace) APIURL() string { return ws.opts.Origin + "/api/" }

// TeamURL is the workspace's address as auth.test tells it, the base of permalinks.
func (ws *Workspace) TeamURL() string { return "https://" + ws.opts.TeamDomain + ".slack.com/" }

// SetScopes replaces the scopes granted to the bot token.
func (ws *Workspace) SetScopes(scopes []string) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.scopes = slices.Clone(scopes)
}

// Changed returns a channel that is closed at the next change of anything that
// can be seen: messages, views, connections, calls.
func (ws *Workspace) Changed() <-chan struct{} { return ws.changes.next() }

// Wait returns when the condition holds. It is asked at once and again after each
// change, from the caller's goroutine. The error is the context's.
func (ws *Workspace) Wait(ctx context.Context, holds func() bool) error {
	for {
		changed := ws.Changed()
		if holds() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for the workspace: %w", ctx.Err())
		}
	}
}

func (ws *Workspace) now() time.Time { return ws.opts.Now() }

// id returns a new ID with the prefix. IDs are never given out twice; ws.mu is held.
func (ws *Workspace) id(prefix string) string {
	ws.lastID++
	return fmt.Sprintf("%s%08X", prefix, ws.lastID)
}

// broadcast tells everybody who waits that something changed.
type broadcast struct {
	mu      sync.Mutex
	waiting chan struct{}
}

func (b *broadcast) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = make(chan struct{})
	}
	return b.waiting
}

func (b *broadcast) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		return
	}
	close(b.waiting)
	b.waiting = nil
}

// connections are the HTTP connections, so that an outage can cut them.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]struct{}
}

func (c *connections) track(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		if c.open == nil {
			c.open = map[net.Conn]struct{}{}
		}
		c.open[conn] = struct{}{}
	case http.StateHijacked, http.StateClosed:
		delete(c.open, conn)
	}
}

func (c *connections) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.open {
		_ = conn.Close()
	}
}
