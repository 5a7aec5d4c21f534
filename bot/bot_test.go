package bot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
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

// TestSlackIsDownAtStart: it is waited for.
func TestSlackIsDownAtStart(t *testing.T) {
	w := newWorld(t, options{idle: true, arrange: func(w *world, _ *Config) {
		w.ws.Fail("auth.test", bottest.Fault{Kind: bottest.ServerError})
		w.ws.Fail("auth.test", bottest.Fault{Kind: bottest.RateLimited})
		w.ws.Fail("apps.connections.open", bottest.Fault{Kind: bottest.LostAnswer})
	}})
	contains(t, w.types(eve.ID, "help"), "100012345678 Alice")
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
		<-w.bot.listener.Stopping()
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
	<-w.bot.listener.Stopping()
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
	_, err := w.bot.Say(w.ctx, said(approvals.Card))
	w.must(err)
	<-w.bot.Ready() // the desk was asked all that it is at the start
	w.bot.desk = nil
	contains(t, w.types(eve.ID, "1000 Alice"), "Something went wrong", "<#"+approvalsID+">")
	w.clicks(ann.ID, w.ws.Messages(approvalsID)[0], words.ActionApprove)
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
	_, err := w.bot.Say(w.ctx, said(approvals.Card))
	w.must(err)
	w.must(w.closeStore())
	contains(t, w.types(eve.ID, "1000 Alice"), "could not be stored", "again in a minute")
	contains(t, w.types(eve.ID, "withdraw 1"), "could not be stored")
	seen := w.ws.Messages(approvalsID)[0]
	seen.Blocks = json.RawMessage(strings.ReplaceAll(string(seen.Blocks), "inst1", w.desk.Installation()))
	w.clicks(ann.ID, seen, words.ActionApprove)
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
