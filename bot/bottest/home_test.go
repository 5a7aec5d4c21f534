package bottest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

func homeTab(blocks ...slack.Block) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{
		Type: slack.VTHomeTab, CallbackID: "home", PrivateMetadata: "m", Blocks: slack.Blocks{BlockSet: blocks},
	}
}

func TestPublish(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	if _, ok := ws.Home(alice); ok {
		t.Error("there is a home before one was published")
	}
	first := must(api.PublishView(alice, homeTab(section("hello")), ""))
	v, ok := ws.Home(alice)
	if !ok || v.Type != "home" || v.CallbackID != "home" || v.RootID != v.ID || !strings.Contains(string(v.Blocks), "hello") {
		t.Errorf("got %+v", v)
	}
	equal(t, "told", first.ID+first.Hash+string(first.Type), v.ID+v.Hash+"home")
	if _, ok := ws.Home(bob); ok {
		t.Error("another person sees it")
	}
	equal(t, "modals", len(ws.Views(alice)), 0)
	again := must(api.PublishView(alice, homeTab(section("bye")), first.Hash))
	equal(t, "the view", again.ID, first.ID)
	_, err := api.PublishView(alice, homeTab(section("late")), first.Hash)
	wantCode(t, err, "hash_conflict")
	_, err = api.PublishView(bob, homeTab(section("x")), first.Hash)
	wantCode(t, err, "hash_conflict")
	for _, id := range []string{"U0NOBODY", ws.BotUserID, stranger} {
		_, err := api.PublishView(id, homeTab(section("x")), "")
		wantCode(t, err, "invalid_arguments")
		equal(t, "why", messagesOf(err), "invalid `user_id`")
	}
	modal := formModal()
	_, err = api.UpdateView(modal, "", "", first.ID)
	wantCode(t, err, "not_found")
	now, _ := ws.Home(alice)
	if !strings.Contains(string(now.Blocks), "bye") {
		t.Errorf("got %s", now.Blocks)
	}
}

func TestHomeLimits(t *testing.T) {
	ws := start(t, bottest.Options{})
	dividers := func(n int) (list []slack.Block) {
		for range n {
			list = append(list, slack.NewDividerBlock())
		}
		return list
	}
	for want, change := range map[string]func(*slack.HomeTabViewRequest){
		"no more than 100 items allowed [json-pointer:/view/blocks]":              func(v *slack.HomeTabViewRequest) { v.Blocks.BlockSet = dividers(101) },
		"must be less than 3001 characters [json-pointer:/view/private_metadata]": func(v *slack.HomeTabViewRequest) { v.PrivateMetadata = x(3001) },
		"must be less than 256 characters [json-pointer:/view/callback_id]":       func(v *slack.HomeTabViewRequest) { v.CallbackID = x(256) },
		"must be less than 256 characters [json-pointer:/view/external_id]":       func(v *slack.HomeTabViewRequest) { v.ExternalID = x(256) },
		"unsupported type: modal [json-pointer:/view]":                            func(v *slack.HomeTabViewRequest) { v.Type = slack.VTModal },
		"unsupported type: table [json-pointer:/view/blocks/0]": func(v *slack.HomeTabViewRequest) {
			v.Blocks.BlockSet = []slack.Block{raw(tableWith(1, 1, "x"))}
		},
	} {
		v := homeTab()
		change(&v)
		_, err := client(ws).PublishView(alice, v, "")
		wantCode(t, err, "invalid_arguments")
		if got := messagesOf(err); !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	v := homeTab(dividers(100)...)
	v.PrivateMetadata = x(3000)
	must(client(ws).PublishView(alice, v, ""))
}

func TestClickInAHome(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	blocks := append(formModal().Blocks.BlockSet, button("invite", "1"))
	home := must(client(ws).PublishView(alice, homeTab(blocks...), ""))
	must(ws.ClickView(limit(t), alice, home.ID, "invite", map[string]string{"why/text": "typed"}))
	c := r.click(0)
	equal(t, "container", c.Container.Type+c.Container.ViewID, "view"+home.ID)
	equal(t, "view", string(c.View.Type)+c.View.CallbackID+c.View.PrivateMetadata, "homehomem")
	equal(t, "typed", c.View.State.Values["why"]["text"].Value, "typed")
	if c.ResponseURL != "" || c.Channel.ID != "" {
		t.Errorf("got %+v", c)
	}
	_, err := client(ws).PushView(c.TriggerID, formModal())
	wantCode(t, err, "invalid_trigger_id")
	opened := must(client(ws).OpenView(c.TriggerID, formModal()))
	equal(t, "modal", ws.Views(alice)[0].ID, opened.ID)
	if _, err := ws.ClickView(limit(t), bob, home.ID, "invite", nil); err == nil {
		t.Error("somebody else can click in it")
	}
	if _, err := ws.Submit(limit(t), alice, home.ID, map[string]string{"why/text": "x"}); err == nil {
		t.Error("a home can be submitted")
	}
	if _, err := ws.CloseView(limit(t), alice, home.ID); err == nil {
		t.Error("a home can be closed")
	}
}

func TestOpenHome(t *testing.T) {
	ws := start(t, bottest.Options{})
	came := make(chan socketmode.Event, 10)
	connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeEventsAPI {
			came <- e
			_ = c.Ack(*e.Request, nil)
		}
	})
	open := func() (slackevents.EventsAPIEvent, *slackevents.AppHomeOpenedEvent, *socketmode.Request) {
		t.Helper()
		if a := must(ws.OpenHome(limit(t), alice)); !a.OK() || a.Payload != nil {
			t.Fatalf("got %+v", a)
		}
		e := <-came
		outer := e.Data.(slackevents.EventsAPIEvent)
		return outer, outer.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent), e.Request
	}
	outer, event, request := open()
	equal(t, "type", outer.Type+event.Type, "event_callback"+"app_home_opened")
	equal(t, "user", event.User+event.Channel+event.Tab, alice+ws.DM(alice)+"home")
	equal(t, "team", outer.TeamID+outer.APIAppID, ws.TeamID+ws.AppID)
	first := outer.Data.(*slackevents.EventsAPICallbackEvent).EventID
	if event.View != nil || event.EventTimeStamp == "" || !strings.HasPrefix(first, "Ev") {
		t.Errorf("got %+v of %s", event, first)
	}
	equal(t, "attempt", request.RetryAttempt, 0)
	equal(t, "takes a payload", request.AcceptsResponsePayload, false)

	home := must(client(ws).PublishView(alice, homeTab(section("hello")), ""))
	outer, event, _ = open()
	if event.View == nil || event.View.ID != home.ID || event.View.Hash != home.Hash {
		t.Errorf("got %+v", event.View)
	}
	if second := outer.Data.(*slackevents.EventsAPICallbackEvent).EventID; second == first {
		t.Errorf("two events are %s", first)
	}
}

func TestEventsAreDeliveredAgain(t *testing.T) {
	ws := start(t, bottest.Options{AckTimeout: 30 * time.Millisecond})
	conn, _ := dial(t, ws)
	a := must(ws.OpenHome(limit(t), alice))
	equal(t, "failure", a.Failure, bottest.TimedOut)
	event := func(m map[string]any) any { return m["payload"].(map[string]any)["event_id"] }
	first := next(t, conn)
	equal(t, "attempt", first["retry_attempt"], any(0.0))
	for i := range 3 {
		m := next(t, conn)
		equal(t, "attempt", m["retry_attempt"], any(float64(i+1)))
		equal(t, "reason", m["retry_reason"], any("timeout"))
		equal(t, "event", event(m), event(first))
	}
}

func TestAnEventIsAcknowledgedAtLast(t *testing.T) {
	ws := start(t, bottest.Options{AckTimeout: 300 * time.Millisecond})
	connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeEventsAPI && e.Request.RetryAttempt == 1 {
			_ = c.Ack(*e.Request, nil)
		}
	})
	equal(t, "acknowledged", must(ws.OpenHome(limit(t), alice)).OK(), true)
}

func TestWithoutHome(t *testing.T) {
	ws := start(t, bottest.Options{WithoutHome: true})
	_, err := client(ws).PublishView(alice, homeTab(section("x")), "")
	wantCode(t, err, "not_enabled")
	if _, err := ws.OpenHome(limit(t), alice); err == nil {
		t.Error("can be opened")
	}
	other := start(t, bottest.Options{})
	for _, id := range []string{stranger, other.BotUserID, "U0NOBODY"} {
		if _, err := other.OpenHome(limit(t), id); err == nil {
			t.Errorf("%s can open it", id)
		}
	}
	equal(t, "without a connection", must(other.OpenHome(limit(t), alice)).Failure, bottest.Undispatched)
}

// The methods of views are of tier 4, want the bot token and no scope.
func TestViewMethods(t *testing.T) {
	c := newClock()
	ws := start(t, bottest.Options{Now: c.Now})
	ws.SetScopes(nil)
	app := slack.New(ws.AppToken, slack.OptionAPIURL(ws.APIURL()))
	for name, call := range map[string]func(*slack.Client) error{
		"views.open":    func(api *slack.Client) error { _, err := api.OpenView("1.2.3", formModal()); return err },
		"views.push":    func(api *slack.Client) error { _, err := api.PushView("1.2.3", formModal()); return err },
		"views.update":  func(api *slack.Client) error { _, err := api.UpdateView(formModal(), "", "", "V0"); return err },
		"views.publish": func(api *slack.Client) error { _, err := api.PublishView(alice, homeTab(section("x")), ""); return err },
	} {
		wantCode(t, call(app), "not_allowed_token_type")
		var limited *slack.RateLimitedError
		for i := range 100 {
			if errors.As(call(client(ws)), &limited) {
				t.Fatalf("%s: call %d is limited", name, i)
			}
		}
		if !errors.As(call(client(ws)), &limited) {
			t.Errorf("%s: call 101 isn't limited", name)
		}
	}
}
