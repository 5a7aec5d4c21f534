package bottest_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func TestAuthTest(t *testing.T) {
	ws := start(t, bottest.Options{TeamDomain: "acme", EnterpriseID: "E1"})
	got, err := client(ws).AuthTest()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "url", got.URL, "https://acme.slack.com/")
	equal(t, "team", got.TeamID, ws.TeamID)
	equal(t, "user", got.UserID, ws.BotUserID)
	equal(t, "bot", got.BotID, ws.BotID)
	equal(t, "enterprise", got.EnterpriseID, "E1")
	equal(t, "scopes", got.Header.Get("X-OAuth-Scopes"), strings.Join(bottest.DefaultScopes, ","))
}

func TestTokens(t *testing.T) {
	ws := start(t, bottest.Options{})
	bot := func(token string) error {
		_, err := slack.New(token, slack.OptionAPIURL(ws.APIURL())).AuthTest()
		return err
	}
	socket := func(token string) error {
		_, _, err := slack.New("", slack.OptionAPIURL(ws.APIURL()), slack.OptionAppLevelToken(token)).
			StartSocketModeContext(t.Context())
		return err
	}
	wantCode(t, bot(""), "not_authed")
	wantCode(t, bot("xoxb-other"), "invalid_auth")
	wantCode(t, bot(ws.AppToken), "not_allowed_token_type")
	wantCode(t, bot(ws.BotToken), "")
	wantCode(t, socket(ws.BotToken), "not_allowed_token_type")
	wantCode(t, socket(ws.AppToken), "")
	ws.RevokeTokens()
	wantCode(t, bot(ws.BotToken), "token_revoked")
	wantCode(t, socket(ws.AppToken), "token_revoked")
}

func TestUnknownMethod(t *testing.T) {
	ws := start(t, bottest.Options{})
	_, _, err := client(ws).DeleteMessage(approval, "1.1")
	wantCode(t, err, "unknown_method")
}

func TestScopes(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	calls := map[string]func() error{
		"chat:write":       func() error { _, _, err := api.PostMessage(approval, says("hi")); return err },
		"users:read":       func() error { _, err := api.GetUserInfo(alice); return err },
		"usergroups:read":  func() error { _, err := api.GetUserGroups(); return err },
		"channels:read":    func() error { return info(api, approval) },
		"groups:read":      func() error { return info(api, secret) },
		"channels:history": func() error { return history(api, approval) },
		"im:history":       func() error { return history(api, ws.DM(alice)) },
		"im:write":         func() error { return open(api, alice) },
	}
	for scope, call := range calls {
		ws.SetScopes(slices.DeleteFunc(slices.Clone(bottest.DefaultScopes), func(s string) bool { return s == scope }))
		err := call()
		wantCode(t, err, "missing_scope")
		var refused slack.SlackErrorResponse
		errors.As(err, &refused)
		equal(t, "needed", refused.Needed, scope)
		provided := strings.Split(refused.Provided, ",")
		if slices.Contains(provided, scope) || !slices.Contains(provided, "commands") {
			t.Errorf("without %s, provided is %q", scope, refused.Provided)
		}
	}
	ws.SetScopes(nil)
	var refused slack.SlackErrorResponse
	errors.As(info(api, "C0NOWHERE"), &refused)
	equal(t, "needed for a channel that isn't there", refused.Needed, "channels:read,groups:read,im:read")
}

func info(api *slack.Client, channel string) error {
	_, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: channel})
	return err
}

func history(api *slack.Client, channel string) error {
	_, err := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: channel})
	return err
}

func open(api *slack.Client, user string) error {
	_, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{user}})
	return err
}

func TestFaultsWithoutEffect(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	send := func() error { _, _, err := api.PostMessage(approval, says("hi")); return err }

	ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.RateLimited, RetryAfter: 7 * time.Second})
	var limited *slack.RateLimitedError
	if err := send(); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("rate limited: got %v", err)
	}
	ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.ServerError})
	var status slack.StatusCodeError
	if err := send(); !errors.As(err, &status) || status.Code != http.StatusInternalServerError {
		t.Errorf("server error: got %v", err)
	}
	ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.Error, Error: "restricted_action"})
	wantCode(t, send(), "restricted_action")

	ws.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostRequest})
	var broken *url.Error
	if err := send(); !errors.As(err, &broken) {
		t.Errorf("lost request: got %v", err)
	}
	equal(t, "messages", len(ws.Messages(approval)), 0)
	wantCode(t, send(), "")
	equal(t, "messages when healed", len(ws.Messages(approval)), 1)

	equal(t, "calls", ws.Count("chat.postMessage"), 5)
	var outcomes []string
	for _, c := range ws.Calls() {
		outcomes = append(outcomes, c.Error)
	}
	want := []string{"ratelimited", "http 500", "restricted_action", "no answer", ""}
	if !slices.Equal(outcomes, want) {
		t.Errorf("outcomes: got %q, want %q", outcomes, want)
	}
}

func TestHang(t *testing.T) {
	ws := start(t, bottest.Options{})
	ctx, cancel := context.WithCancel(limit(t))
	defer cancel()
	arrived := make(chan struct{})
	ws.Fail("auth.test", bottest.Fault{Kind: bottest.Hang, Before: func() { close(arrived) }})
	go func() {
		<-arrived
		cancel()
	}()
	_, err := client(ws).AuthTestContext(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it hangs until the app gives up", err)
	}
	if err := ws.Wait(limit(t), func() bool { return ws.Count("auth.test") == 1 }); err != nil {
		t.Error(err)
	}
}

func TestLostAnswer(t *testing.T) {
	ws := start(t, bottest.Options{})
	var between int
	ws.Fail("chat.postMessage", bottest.Fault{
		Kind: bottest.LostAnswer, Skip: 1,
		After: func() { between = len(ws.Messages(approval)) },
	})
	post(t, ws, approval, says("one"))
	_, _, err := client(ws).PostMessage(approval, says("two"))
	var broken *url.Error
	if !errors.As(err, &broken) {
		t.Errorf("got %v, want a broken connection", err)
	}
	equal(t, "messages in the channel", len(ws.Messages(approval)), 2)
	equal(t, "messages when After was called", between, 2)
}

func TestFaultsForGood(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.Fail("auth.test", bottest.Fault{Kind: bottest.Error, Times: -1})
	for range 3 {
		_, err := client(ws).AuthTest()
		wantCode(t, err, "internal_error")
	}
	ws.Heal("auth.test")
	_, err := client(ws).AuthTest()
	wantCode(t, err, "")
}

func TestOnCall(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.OnCall(func(c bottest.Call) bottest.Fault {
		if c.Args["text"] == "bad" {
			return bottest.Fault{Kind: bottest.Error, Error: "no"}
		}
		return bottest.Fault{}
	})
	post(t, ws, approval, says("good"))
	_, _, err := client(ws).PostMessage(approval, says("bad"))
	wantCode(t, err, "no")
}

func TestOutage(t *testing.T) {
	ws := start(t, bottest.Options{})
	connect(t, ws, silent)
	ws.Outage(true)
	equal(t, "connections", ws.Connections(), 0)
	http.DefaultTransport.(*http.Transport).CloseIdleConnections() // they were cut
	_, err := client(ws).AuthTest()
	var status slack.StatusCodeError
	if !errors.As(err, &status) || status.Code != http.StatusServiceUnavailable {
		t.Errorf("got %v, want 503", err)
	}
	ws.Outage(false)
	if err := ws.WaitConnected(limit(t), 1); err != nil {
		t.Errorf("the app comes back: %v", err)
	}
}

func TestRates(t *testing.T) {
	c := newClock()
	ws := start(t, bottest.Options{Now: c.Now})
	api := client(ws)
	ws.AddGroup(bottest.Group{ID: "S1"})
	members := func() error { _, err := api.GetUserGroupMembers("S1"); return err }
	for i := range 20 {
		if err := members(); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	var limited *slack.RateLimitedError
	if err := members(); !errors.As(err, &limited) || limited.RetryAfter != 3*time.Second {
		t.Fatalf("call 21: got %v, want to wait 3 s", err)
	}
	c.turn(3 * time.Second)
	wantCode(t, members(), "")

	send := func(channel string) error { _, _, err := api.PostMessage(channel, says("hi")); return err }
	for i := range 10 {
		if err := send(approval); err != nil {
			t.Fatalf("post %d: %v", i, err)
		}
	}
	if err := send(approval); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("post 11: got %v, want to wait 1 s", err)
	}
	wantCode(t, send(alice), "") // another channel has its own limit
}

func TestArgumentsAsJSON(t *testing.T) {
	ws := start(t, bottest.Options{})
	body := `{"channel":"` + approval + `","text":"hi","blocks":[{"type":"divider"}],"unfurl_links":false}`
	r := must(http.NewRequest("POST", ws.APIURL()+"chat.postMessage", strings.NewReader(body)))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "Bearer "+ws.BotToken)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	m := ws.Messages(approval)
	if len(m) != 1 || m[0].Text != "hi" || !strings.Contains(string(m[0].Blocks), `"type":"divider"`) {
		t.Errorf("got %+v", m)
	}
	equal(t, "the call's channel", ws.Calls()[0].Args["channel"], approval)
}

func TestKeep(t *testing.T) {
	ws := start(t, bottest.Options{Keep: 2})
	parent := post(t, ws, approval, says("0"))
	for range 3 {
		post(t, ws, approval, slack.MsgOptionTS(parent.TS), says("reply"))
	}
	equal(t, "thread", len(ws.Thread(approval, parent.TS)), 3)
	for i := range 3 {
		post(t, ws, approval, says("%d", i+1))
	}
	m := ws.Messages(approval)
	if len(m) != 2 || m[0].Text != "2" || m[1].Text != "3" {
		t.Errorf("got %+v, want the newest two", m)
	}
	equal(t, "thread of a message that is gone", len(ws.Thread(approval, parent.TS)), 0)
	for i := range 3 {
		if _, err := client(ws).PostEphemeral(approval, alice, says("%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	whispers := ws.Ephemerals(alice)
	if len(whispers) != 2 || whispers[0].Text != "1" {
		t.Errorf("got %+v, want the newest two", whispers)
	}
	equal(t, "calls kept", len(ws.Calls()), 2)
	equal(t, "calls counted", ws.Count("chat.postMessage"), 7)
}

func TestLists(t *testing.T) {
	ws := start(t, bottest.Options{})
	var people, places []string
	for _, u := range ws.Users() {
		people = append(people, u.ID)
	}
	for _, c := range ws.Channels() {
		places = append(places, c.Name)
	}
	equal(t, "users", strings.Join(people, " "), strings.Join([]string{alice, bob, ws.BotUserID, stranger}, " "))
	equal(t, "channels", strings.Join(places, " "), "approvals archive general secret")
}

func TestWait(t *testing.T) {
	ws := start(t, bottest.Options{})
	done := make(chan error, 1)
	waiting := make(chan struct{}, 10)
	go func() {
		done <- ws.Wait(limit(t), func() bool {
			waiting <- struct{}{}
			return len(ws.Messages(approval)) == 1
		})
	}()
	<-waiting
	post(t, ws, approval, says("hi"))
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ws.Wait(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
