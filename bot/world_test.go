package bot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// The people and places of the tests' workspace. Ann and Bob may approve, Bob as a member of a group; Eve, Guest and
// Stranger may not; the stranger is of another organization and shares the approvals channel.
const (
	approvalsID = "C0APPROVE"
	askID       = "C0ASK"
	groupID     = "S0GROUP"
	guestID     = "U0GUEST"
	strangerID  = "U0STRANGER"
)

var (
	ann = approvals.Person{ID: "U0ANN", Name: "ann"}
	bob = approvals.Person{ID: "U0BOB", Name: "bob"}
	eve = approvals.Person{ID: "U0EVE", Name: "eve"} // asks
)

// world is a workspace, a bot in it, and the bot's ledger. Tencent Cloud is a function.
type world struct {
	hearing sync.Mutex
	heard   map[string][]string // what somebody was told alone
	counted map[string]int      // so many ephemeral messages are among it

	*testing.T
	ctx   context.Context
	ws    *bottest.Workspace
	store *approvals.Store
	desk  *approvals.Desk
	bot   *Bot
	cloud *cloud
	log   *syncBuffer

	stop       func() error // stops the bot and returns what Run returned
	closeStore func() error
}

type options struct {
	config    Config
	rules     approvals.Rules
	workspace bottest.Options
	arrange   func(*world, *Config) // before the bot is made
	rate      float64               // of calls to Tencent Cloud a second; 0: 1000
	idle      bool                  // no worker: nothing is said or sent by itself
	asleep    bool                  // no bot either
	patience  time.Duration         // with all of the test; 0: a minute
}

func newWorld(t *testing.T, o options) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(o.patience, time.Minute))
	t.Cleanup(cancel)
	w := &world{T: t, ctx: ctx, ws: bottest.Start(o.workspace), cloud: &cloud{}, log: &syncBuffer{}}
	t.Cleanup(w.ws.Close)
	w.populate()
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	w.store, err = approvals.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "bot.db"), approvals.Options{Log: log})
	w.must(err)
	w.closeStore = sync.OnceValue(w.store.Close)
	t.Cleanup(func() { w.must(w.closeStore()) })
	o.rules.Required = max(o.rules.Required, 1)
	w.desk = approvals.NewDesk(w.store, o.rules)
	c := o.config
	c.API, c.Log, c.Channel = webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken), log, approvalsID
	c.Connections = max(c.Connections, 1)
	if c.Approvers == nil {
		c.Approvers = []string{ann.ID, groupID}
	}
	if o.arrange != nil {
		o.arrange(w, &c)
	}
	w.bot, err = New(c, w.desk)
	w.must(err)
	if !o.asleep {
		w.run(c.Connections)
	}
	if !o.idle {
		w.work(log, cmp.Or(o.rate, 1000))
	}
	return w
}

func (w *world) populate() {
	for _, u := range []bottest.User{
		{ID: ann.ID, Name: ann.Name}, {ID: bob.ID, Name: bob.Name}, {ID: eve.ID, Name: eve.Name},
		{ID: guestID, Name: "guest", Guest: true}, {ID: strangerID, Name: "stranger", TeamID: "T0OTHER"},
	} {
		w.ws.AddUser(u)
	}
	w.ws.AddGroup(bottest.Group{ID: groupID, Members: []string{bob.ID}})
	w.ws.AddChannel(bottest.Channel{ID: approvalsID, Name: "approvals", BotIsMember: true, Members: []string{ann.ID, bob.ID, eve.ID, strangerID}})
	w.ws.AddChannel(bottest.Channel{ID: askID, Name: "ask"})
}

// run starts the bot and waits until it is connected. The test fails if it ends by itself with an error.
func (w *world) run(connections int) {
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- w.bot.Run(ctx) }()
	w.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	w.Cleanup(func() {
		if err := w.stop(); err != nil {
			w.Errorf("the bot ended with %v", err)
		}
	})
	select {
	case <-w.bot.Connected():
	case err := <-ended:
		w.Fatalf("the bot ended before it was connected: %v", err)
	}
	w.must(w.ws.WaitConnected(w.ctx, connections))
}

func (w *world) work(log *slog.Logger, rate float64) {
	ctx, cancel := context.WithCancel(w.ctx)
	worker := approvals.NewWorker(w.desk, w.cloud, w.bot, approvals.WorkerOptions{Rate: rate, Settle: time.Millisecond, Homes: w.bot, Log: log})
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx) }()
	w.Cleanup(func() {
		cancel()
		w.must(<-ended)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// eventually waits until something holds.
func (w *world) eventually(what string, holds func() bool) {
	w.Helper()
	if err := w.ws.Wait(w.ctx, holds); err != nil {
		w.Fatalf("%s: %v\n%s", what, err, w.log)
	}
}

// types has somebody type a command, and returns the answer's text.
func (w *world) types(user, text string) string {
	w.Helper()
	a, err := w.ws.Command(w.ctx, user, askID, "/invite-member "+text)
	w.must(err)
	if !a.OK() {
		w.Fatalf("%q was answered with %s %q\n%s", text, a.Failure, a.Problems, w.log)
	}
	return a.Text
}

// asks has Eve ask for an account, and returns the card.
func (w *world) asks(text string) bottest.Message {
	w.Helper()
	before := len(w.ws.Messages(approvalsID))
	if answer := w.types(eve.ID, text); !strings.Contains(answer, "is with the approvers in <#"+approvalsID+">") {
		w.Fatalf("not accepted: %s", answer)
	}
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) > before })
	w.recorded(int64(before + 1))
	return w.ws.Messages(approvalsID)[before]
}

// recorded waits until the ledger knows where the card stands, which is a moment after it stands there.
func (w *world) recorded(request int64) {
	w.Helper()
	for {
		r, err := w.desk.Request(w.ctx, request)
		w.must(err)
		if r.Card.TS != "" {
			return
		}
		runtime.Gosched()
	}
}

// clicks has somebody press a button.
func (w *world) clicks(user string, m bottest.Message, action string) {
	w.Helper()
	a, err := w.ws.ClickSeen(w.ctx, user, m, action)
	w.must(err)
	if !a.OK() {
		w.Fatalf("the click was answered with %s\n%s", a.Failure, w.log)
	}
}

// reasonBox is where in the modal the reason is typed.
const reasonBox = "reason/text"

// opensDeny presses Deny and returns the modal.
func (w *world) opensDeny(user string, m bottest.Message) bottest.View {
	w.Helper()
	w.clicks(user, m, words.ActionDeny)
	w.eventually("the modal", func() bool { return len(w.ws.Views(user)) == 1 })
	return w.ws.Views(user)[0]
}

// denies gives a reason in the modal.
func (w *world) denies(v bottest.View, reason string) {
	w.Helper()
	a, err := w.ws.Submit(w.ctx, v.User, v.ID, map[string]string{reasonBox: reason})
	w.must(err)
	if !a.OK() {
		w.Fatalf("the modal was answered with %s %v", a.Failure, a.Problems)
	}
}

// whispered waits for the n-th ephemeral message to somebody that isn't an answer to a command.
func (w *world) whispered(user string, n int) string {
	w.Helper()
	w.eventually("an answer", func() bool { return len(w.hears(user)) >= n })
	return w.hears(user)[n-1]
}

// hears is all that somebody was told alone: in ephemeral messages, and in forms that say why nothing was done, which they close. What is
// heard once stays in its place.
func (w *world) hears(user string) []string {
	w.Helper()
	w.hearing.Lock()
	defer w.hearing.Unlock()
	if w.heard == nil {
		w.heard, w.counted = map[string][]string{}, map[string]int{}
	}
	for _, m := range w.ws.Ephemerals(user)[w.counted[user]:] {
		w.heard[user] = append(w.heard[user], m.Text)
		w.counted[user]++
	}
	for _, v := range w.ws.Views(user) {
		if v.CallbackID != "" {
			continue
		}
		w.heard[user] = append(w.heard[user], w.readable(v.Blocks))
		_, err := w.ws.CloseView(w.ctx, user, v.ID)
		w.must(err)
	}
	return w.heard[user]
}

// readable is what somebody reads in blocks of rich text.
func (w *world) readable(blocks json.RawMessage) (text string) {
	w.Helper()
	var list []struct {
		Elements []struct {
			Elements []struct {
				Type, Text, URL, Fallback string
				UserID                    string `json:"user_id"`
			}
		}
	}
	w.must(json.Unmarshal(blocks, &list))
	for _, b := range list {
		for _, section := range b.Elements {
			for _, e := range section.Elements {
				for _, u := range w.ws.Users() {
					if e.UserID == u.ID {
						e.Text = "@" + u.Name
					}
				}
				text += e.Text + e.URL + e.Fallback
			}
			text += "\n"
		}
	}
	return text
}

// now is a message as it stands.
func (w *world) now(m bottest.Message) bottest.Message {
	w.Helper()
	m, ok := w.ws.Message(m.Ref())
	if !ok {
		w.Fatal("the message is gone")
	}
	return m
}

// becomes waits until a message's text contains something.
func (w *world) becomes(m bottest.Message, want string) bottest.Message {
	w.Helper()
	w.eventually("the message with "+want, func() bool { return strings.Contains(w.now(m).Text, want) })
	return w.now(m)
}

// replies waits for n replies in a message's thread.
func (w *world) replies(m bottest.Message, n int) []bottest.Message {
	w.Helper()
	w.eventually("the replies", func() bool { return len(w.ws.Thread(m.Channel, m.TS)) > n })
	return w.ws.Thread(m.Channel, m.TS)[1:]
}

// ledger is the newest event of a kind.
func (w *world) ledger(kind ledger.Kind) ledger.Event {
	w.Helper()
	var found ledger.Event
	for e, err := range w.store.Events(w.ctx, ledger.Filter{}) {
		w.must(err)
		if e.Kind == kind {
			found = e
		}
	}
	if found.ID == 0 {
		w.Fatalf("the ledger has no event of the kind %q", kind)
	}
	return found
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

// cloud answers for Tencent Cloud: with what was queued, and else that everything was sent.
type cloud struct {
	mu        sync.Mutex
	results   []invite.Result
	unread    error // what its lists answer
	sent      []invite.Invitation
	cancelled []int64
}

func (c *cloud) queue(r ...invite.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.results = append(c.results, r...)
}

func (c *cloud) Send(_ context.Context, i invite.Invitation, _ time.Time) invite.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, i)
	if len(c.results) == 0 {
		return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("req-%d", len(c.sent))}
	}
	r := c.results[0]
	c.results = c.results[1:]
	return r
}

func (c *cloud) Cancel(_ context.Context, listed int64, _ time.Time) invite.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelled = append(c.cancelled, listed)
	return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("cancel-%d", len(c.cancelled))}
}

func (c *cloud) Invitations(context.Context, int) (page invite.Page[invite.Listed], err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return page, c.unread
}

func (c *cloud) Members(context.Context, int) (page invite.Page[invite.Member], err error) {
	return page, nil
}

func (c *cloud) calls() []invite.Invitation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]invite.Invitation(nil), c.sent...)
}

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// configProblems are what a ConfigError says.
func configProblems(t *testing.T, err error) string {
	t.Helper()
	wrong, ok := errors.AsType[*webapi.ConfigError](err)
	if !ok {
		t.Fatalf("not a ConfigError: %v", err)
	}
	return wrong.Error()
}
