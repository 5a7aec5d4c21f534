package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
)

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for name, x := range map[string]struct {
		config Config
		says   string
	}{
		"nobody may approve": {Config{Connections: 1, Channel: approvalsID}, "APPROVERS: nobody is listed"},
		"a name":             {Config{Connections: 1, Channel: approvalsID, Approvers: []string{"@ann"}}, `"@ann" is neither`},
		"a channel's name":   {Config{Connections: 1, Channel: "#approvals", Approvers: []string{ann.ID}}, "APPROVAL_CHANNEL: "},
		"no connection":      {Config{Channel: approvalsID, Approvers: []string{ann.ID}}, "SLACK_CONNECTIONS: 0"},
		"eleven":             {Config{Connections: 11, Channel: approvalsID, Approvers: []string{ann.ID}}, "SLACK_CONNECTIONS: 11"},
	} {
		_, err := New(x.config, nil)
		if got := configProblems(t, err); !strings.Contains(got, x.says) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// ends runs a bot that must end by itself, and returns what it says is to be put right.
func ends(t *testing.T, config Config, arrange func(*world)) string {
	t.Helper()
	w := newWorld(t, options{idle: true, asleep: true, config: config, arrange: arrange})
	err := w.bot.Run(w.ctx)
	if w.ctx.Err() != nil {
		t.Fatalf("it doesn't end\n%s", w.log)
	}
	return configProblems(t, err)
}

// TestStartChecks: a definite no ends the bot with the remedy.
func TestStartChecks(t *testing.T) {
	for name, x := range map[string]struct {
		config  Config
		arrange func(*world)
		says    []string
	}{
		"bot token": {arrange: func(w *world) { w.bot.api = NewClient(w.ws.APIURL(), "xoxb-wrong", w.ws.AppToken) },
			says: []string{"SLACK_BOT_TOKEN: ", "invalid_auth", "OAuth & Permissions"}},
		"app token": {arrange: func(w *world) { w.bot.api = NewClient(w.ws.APIURL(), w.ws.BotToken, "xapp-wrong") },
			says: []string{"SLACK_APP_TOKEN: ", "invalid_auth", "connections:write"}},
		"tokens swapped": {arrange: func(w *world) { w.bot.api = NewClient(w.ws.APIURL(), w.ws.AppToken, w.ws.BotToken) },
			says: []string{"SLACK_BOT_TOKEN: ", "another kind", "xoxb-"}},
		"revoked": {arrange: func(w *world) { w.ws.RevokeTokens() },
			says: []string{"SLACK_BOT_TOKEN: ", "no longer valid", "install the app again"}},
		"Socket Mode is off": {arrange: func(w *world) { w.ws.LinkDisabled() },
			says: []string{"Socket Mode is switched off", "switch it on"}},
		"no such channel": {arrange: func(w *world) { w.bot.channel = "C0NOWHERE" },
			says: []string{"APPROVAL_CHANNEL: ", "C0NOWHERE"}},
		"not a member": {arrange: func(w *world) { w.bot.channel = askID },
			says: []string{"APPROVAL_CHANNEL: ", "isn't a member of #ask", "/invite"}},
		"archived": {arrange: func(w *world) {
			w.ws.AddChannel(bottest.Channel{ID: approvalsID, Name: "old", BotIsMember: true, Archived: true})
		},
			says: []string{"APPROVAL_CHANNEL: ", "#old", "archived"}},
		"a scope is missing": {arrange: func(w *world) { w.without("im:history", "users:read") },
			says: []string{"SLACK_BOT_TOKEN: the scope im:history is missing", "the scope users:read is missing", "install the app again"}},
		"no scope for the channel": {arrange: func(w *world) { w.without("channels:read") },
			says: []string{"APPROVAL_CHANNEL: ", "channels:read"}},
		"no such group":               {config: Config{Approvers: []string{ann.ID, "S0GONE"}}, says: []string{"no user group S0GONE"}},
		"no such group of requesters": {config: Config{Requesters: []string{"S0GONE"}}, says: []string{"no user group S0GONE"}},
		"no such approver":            {config: Config{Approvers: []string{"U0NOBODY"}}, says: []string{"APPROVERS: there is no user U0NOBODY"}},
		"a bot approves":              {config: Config{Approvers: []string{"U0BOT"}}, says: []string{"APPROVERS: U0BOT (invitebot) is a bot"}},
		"all at once": {config: Config{Approvers: []string{"U0NOBODY", "S0GONE"}}, arrange: func(w *world) { w.bot.channel = askID },
			says: []string{"isn't a member", "S0GONE", "U0NOBODY"}},
	} {
		t.Run(name, func(t *testing.T) {
			contains(t, ends(t, x.config, x.arrange), x.says...)
		})
	}
}

func (w *world) without(scopes ...string) {
	w.ws.SetScopes(slices.DeleteFunc(slices.Clone(bottest.DefaultScopes), func(s string) bool { return slices.Contains(scopes, s) }))
}

// TestStartsAllTheSame: scopes for the other kind of channel aren't needed, and people leave.
func TestStartsAllTheSame(t *testing.T) {
	for name, o := range map[string]options{
		"public channel": {config: Config{Approvers: []string{ann.ID}},
			arrange: func(w *world) { w.without("groups:read", "groups:history", "usergroups:read") }},
		"private channel": {arrange: func(w *world) {
			w.ws.AddChannel(bottest.Channel{ID: approvalsID, Private: true, BotIsMember: true})
			w.without("channels:read", "channels:history")
		}},
		"an approver left": {config: Config{Approvers: []string{ann.ID, "U0LEFT"}},
			arrange: func(w *world) { w.ws.AddUser(bottest.User{ID: "U0LEFT", Deleted: true}) }},
		"Slack doesn't answer the checks": {arrange: func(w *world) {
			for _, method := range []string{"conversations.info", "usergroups.users.list", "users.info"} {
				w.ws.Fail(method, bottest.Fault{Kind: bottest.ServerError})
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o.idle, o.asleep = true, true
			w := newWorld(t, o)
			if err := w.bot.identify(w.ctx); err != nil {
				t.Fatal(err)
			}
			if err := w.bot.check(w.ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSlackIsDownAtStart: it is waited for.
func TestSlackIsDownAtStart(t *testing.T) {
	w := newWorld(t, options{idle: true, arrange: func(w *world) {
		w.ws.Fail("auth.test", bottest.Fault{Kind: bottest.ServerError})
		w.ws.Fail("auth.test", bottest.Fault{Kind: bottest.RateLimited})
		w.ws.Fail("apps.connections.open", bottest.Fault{Kind: bottest.LostAnswer})
	}})
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
}

// TestARefreshLosesNothing: the next connection is there before the old one goes, which serves until then.
func TestARefreshLosesNothing(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.ws.Warn(0)
	w.must(w.ws.WaitConnected(w.ctx, 2))
	for range 2 {
		contains(t, w.types(eve.ID, "help"), "100012345678 Alice") // each connection in turn
	}
	w.ws.Cut(0)
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
}

func TestACutConnectionComesBack(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.ws.Cut(0)
	w.must(w.ws.WaitConnected(w.ctx, 1))
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
	w.ws.Outage(true)
	w.ws.Outage(false)
	w.must(w.ws.WaitConnected(w.ctx, 1))
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
}

// TestAHalfOpenConnection is noticed by the pings that don't come.
func TestAHalfOpenConnection(t *testing.T) {
	w := newWorld(t, options{idle: true, workspace: bottest.Options{PingInterval: 20 * time.Millisecond},
		arrange: func(w *world) { w.bot.silence = 500 * time.Millisecond }})
	opened := w.ws.Count("apps.connections.open")
	w.ws.HalfOpen(0)
	w.eventually("another connection", func() bool { return w.ws.Count("apps.connections.open") > opened })
}

// TestOneFatalErrorEndsAll: Socket Mode is switched off, or the app removed, while the bot runs.
func TestOneFatalErrorEndsAll(t *testing.T) {
	for want, strike := range map[string]func(*bottest.Workspace){
		"Socket Mode is switched off": (*bottest.Workspace).LinkDisabled,
		"no longer valid":             (*bottest.Workspace).RevokeTokens,
	} {
		t.Run(want, func(t *testing.T) {
			w := newWorld(t, options{idle: true, asleep: true, config: Config{Connections: 3}})
			ended := make(chan error)
			go func() { ended <- w.bot.Run(w.ctx) }()
			w.must(w.ws.WaitConnected(w.ctx, 3))
			strike(w.ws)
			if got := configProblems(t, <-ended); !strings.Contains(got, want) {
				t.Error(got)
			}
			w.eventually("the end of all connections", func() bool { return w.ws.Connections() == 0 })
		})
	}
}

// onlyGroups has the start checks leave users.info to the tests.
var onlyGroups = Config{Approvers: []string{groupID}}

// TestStopFinishesWhatIsInHand: a command whose check still waits for Slack when the bot is told to stop is answered.
func TestStopFinishesWhatIsInHand(t *testing.T) {
	w := newWorld(t, options{idle: true, config: onlyGroups})
	ended := make(chan error, 1)
	w.ws.Fail("users.info", bottest.Fault{Before: func() {
		go func() { ended <- w.stop() }()
		<-w.bot.work.stopping
	}})
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 1 is with the approvers")
	w.must(<-ended)
	w.eventually("the end of the connection", func() bool { return w.ws.Connections() == 0 })
}

// TestACommandWhileTheBotStops is told so.
func TestACommandWhileTheBotStops(t *testing.T) {
	w := newWorld(t, options{idle: true, config: onlyGroups})
	inHand, release := make(chan struct{}), make(chan struct{})
	w.ws.Fail("users.info", bottest.Fault{Before: func() { close(inHand); <-release }})
	first, err := w.ws.CommandEnvelope(eve.ID, askID, "/invite-member 1000 Alice")
	w.must(err)
	answered := make(chan string, 1)
	go func() {
		a, _ := w.ws.Do(w.ctx, first)
		answered <- a[0].Text
	}()
	<-inHand
	go func() { _ = w.stop() }()
	<-w.bot.work.stopping
	contains(t, w.types(bob.ID, "help"), "being restarted")
	close(release)
	contains(t, <-answered, "Request 1 is with the approvers")
}

// TestMalformedEnvelopes do no harm, and those that have an ID are acknowledged.
func TestMalformedEnvelopes(t *testing.T) {
	w := newWorld(t, options{idle: true})
	for _, frame := range []string{"", "null", "[]", "{", `"x"`, `{"type":5}`, `{"type":"hello"}`, "\xff"} {
		if !w.ws.Frame([]byte(frame)) {
			t.Fatal("there is no connection")
		}
	}
	for _, e := range []bottest.Envelope{
		{ID: "1", Type: "events_api", Payload: json.RawMessage(`{"event":{}}`)},
		{ID: "2", Type: "something_new", Payload: json.RawMessage(`{}`)},
		{ID: "3", Type: "interactive", Payload: json.RawMessage(`{"type":"shortcut"}`)},
		{ID: "4", Type: "interactive", Payload: json.RawMessage(`{"type":"block_actions","actions":[]}`)},
		{ID: "5", Type: "interactive", Payload: json.RawMessage(`{"type":"view_submission","view":{"callback_id":"deny"}}`)},
		{ID: "6", Type: "interactive", Payload: json.RawMessage(`[]`)},
		{ID: "7", Type: "slash_commands", Payload: json.RawMessage(`{"text":5}`)},
		{ID: "8", Type: "slash_commands", Payload: json.RawMessage(`{}`)},
	} {
		answers, err := w.ws.Do(w.ctx, e)
		w.must(err)
		if !answers[0].OK() {
			t.Errorf("%s %s: %s", e.Type, e.Payload, answers[0].Failure)
		}
	}
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
}

// TestAPanic in a handler is answered, logged and survived.
func TestAPanic(t *testing.T) {
	w := newWorld(t, options{idle: true})
	card := pending()
	_, err := w.bot.Say(w.ctx, approvals.Message{ID: "x", Slot: approvals.Card, Request: card, DueSince: time.Now()})
	w.must(err)
	w.bot.desk = nil
	contains(t, w.types(eve.ID, "1000 Alice"), "Something went wrong", "<#"+approvalsID+">")
	w.clicks(ann.ID, w.ws.Messages(approvalsID)[0], actionApprove)
	contains(t, w.whispered(ann.ID, 1), "Something went wrong")
	contains(t, w.log.String(), "a handler failed")
}

// TestAnAcknowledgementThatIsLost: the request stands, and who asked is told by the response_url.
func TestAnAcknowledgementThatIsLost(t *testing.T) {
	w := newWorld(t, options{idle: true, config: onlyGroups})
	w.ws.Fail("users.info", bottest.Fault{Before: func() { w.ws.Cut(0) }})
	e, err := w.ws.CommandEnvelope(eve.ID, askID, "/invite-member 1000 Alice")
	w.must(err)
	go func() { _, _ = w.ws.Do(w.ctx, e) }()
	w.eventually("the late answer", func() bool { return len(w.ws.Ephemerals(eve.ID)) > 0 })
	contains(t, w.ws.Ephemerals(eve.ID)[0].Text, "Request 1 is with the approvers")
}

// TestTheLedgerIsClosed: what can't be stored is said to be so.
func TestTheLedgerIsClosed(t *testing.T) {
	w := newWorld(t, options{idle: true})
	card := pending()
	_, err := w.bot.Say(w.ctx, approvals.Message{ID: "x", Slot: approvals.Card, Request: card, DueSince: time.Now()})
	w.must(err)
	w.must(w.closeStore())
	contains(t, w.types(eve.ID, "1000 Alice"), "could not be stored", "again in a minute")
	contains(t, w.types(eve.ID, "withdraw 1"), "could not be stored")
	seen := w.ws.Messages(approvalsID)[0]
	seen.Blocks = json.RawMessage(strings.ReplaceAll(string(seen.Blocks), "inst1", w.desk.Installation()))
	w.clicks(ann.ID, seen, actionApprove)
	contains(t, w.whispered(ann.ID, 1), "could not be stored")
}

// TestSecretsStayOutOfTheLog, also while everything goes wrong.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	w.ws.Fail("apps.connections.open", bottest.Fault{Kind: bottest.ServerError})
	w.ws.Fail("apps.connections.open", bottest.Fault{Kind: bottest.LostAnswer})
	w.ws.Cut(0)
	w.must(w.ws.WaitConnected(w.ctx, 1))
	w.must(w.stop())
	contains(t, w.log.String(), "not connected to Slack")
	for _, secret := range []string{w.ws.BotToken, w.ws.AppToken, "ticket"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log has %q:\n%s", secret, w.log)
		}
	}
}

func TestStopBeforeSlackIsReached(t *testing.T) {
	w := newWorld(t, options{idle: true, asleep: true})
	ctx, cancel := context.WithCancel(w.ctx)
	w.ws.Fail("auth.test", bottest.Fault{Kind: bottest.Hang, Before: cancel})
	w.must(w.bot.Run(ctx))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var reached bool
	elsewhere := serve(t, func() (int, string, string) { reached = true; return 200, "", `{"ok":true}` })
	from := serve(t, func() (int, string, string) { return 302, elsewhere, "" })
	_, err := NewClient(from, "xoxb-x", "xapp-x").AuthTestContext(t.Context())
	if err == nil || reached {
		t.Errorf("reached %v, error %v", reached, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	url := serve(t, func() (int, string, string) { return 200, "", `{"ok":true,"x":"` + strings.Repeat("x", maxBody) + `"}` })
	_, err := NewClient(url, "xoxb-x", "xapp-x").AuthTestContext(t.Context())
	if !errors.Is(err, errTooLong) {
		t.Errorf("got %v", err)
	}
}
