package bottest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

func denyModal(notify bool) slack.ModalViewRequest {
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	reason := slack.NewPlainTextInputBlockElement(nil, "text")
	reason.MaxLength = 10
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: text("Deny"), Submit: text("Deny it"), CallbackID: "deny",
		PrivateMetadata: "12", NotifyOnClose: notify,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("reason", text("Reason"), nil, reason).WithOptional(true),
			slack.NewInputBlock("name", text("Name"), nil, slack.NewPlainTextInputBlockElement(nil, "who")),
		}},
	}
}

// modal opens a modal for alice and returns it.
func modal(t *testing.T, ws *bottest.Workspace, r *recorder, notify bool) bottest.View {
	t.Helper()
	must(ws.Command(limit(t), alice, approval, "/i"))
	r.mu.Lock()
	trigger := r.commands[len(r.commands)-1].TriggerID
	r.mu.Unlock()
	opened, err := client(ws).OpenView(trigger, denyModal(notify))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range ws.Views(alice) {
		if v.ID == opened.ID {
			return v
		}
	}
	t.Fatal("alice doesn't see it")
	return bottest.View{}
}

func TestViewsOpen(t *testing.T) {
	c := newClock()
	ws := start(t, bottest.Options{Now: c.Now})
	var r recorder
	connect(t, ws, r.handle)
	v := modal(t, ws, &r, false)
	if v.Title != "Deny" || v.Submit != "Deny it" || v.Close != "Cancel" || v.CallbackID != "deny" || v.PrivateMetadata != "12" {
		t.Errorf("got %+v", v)
	}
	_, err := client(ws).OpenView(r.command(0).TriggerID, denyModal(false))
	wantCode(t, err, "exchanged_trigger_id")
	_, err = client(ws).OpenView("1.2.3", denyModal(false))
	wantCode(t, err, "invalid_trigger_id")
	must(ws.Command(limit(t), alice, approval, "/i"))
	c.turn(3*time.Second + time.Millisecond)
	_, err = client(ws).OpenView(r.command(1).TriggerID, denyModal(false))
	wantCode(t, err, "expired_trigger_id")
	equal(t, "modals", len(ws.Views(alice)), 1)
}

func TestViewLimits(t *testing.T) {
	ws := start(t, bottest.Options{})
	text := func(n int) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", x(n), false, false) }
	for want, change := range map[string]func(*slack.ModalViewRequest){
		"must be less than 25 characters [json-pointer:/view/title/text]":         func(v *slack.ModalViewRequest) { v.Title = text(25) },
		"must be less than 25 characters [json-pointer:/view/submit/text]":        func(v *slack.ModalViewRequest) { v.Submit = text(25) },
		"must be less than 25 characters [json-pointer:/view/close/text]":         func(v *slack.ModalViewRequest) { v.Close = text(25) },
		"must be less than 3001 characters [json-pointer:/view/private_metadata]": func(v *slack.ModalViewRequest) { v.PrivateMetadata = x(3001) },
		"must be less than 256 characters [json-pointer:/view/callback_id]":       func(v *slack.ModalViewRequest) { v.CallbackID = x(256) },
		"missing required field: submit [json-pointer:/view]":                     func(v *slack.ModalViewRequest) { v.Submit = nil },
		"missing required field: title [json-pointer:/view]":                      func(v *slack.ModalViewRequest) { v.Title = nil },
		"unsupported type: home [json-pointer:/view]":                             func(v *slack.ModalViewRequest) { v.Type = "home" },
		"unsupported type: blink [json-pointer:/view/blocks/2]": func(v *slack.ModalViewRequest) {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, raw(`{"type":"blink"}`))
		},
	} {
		v := denyModal(false)
		change(&v)
		_, err := client(ws).OpenView("1.2.3", v)
		wantCode(t, err, "invalid_arguments")
		var refused slack.SlackErrorResponse
		errors.As(err, &refused)
		if got := strings.Join(refused.ResponseMetadata.Messages, "\n"); !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	v := denyModal(false)
	v.Title, v.Submit, v.Close, v.PrivateMetadata = text(24), text(24), text(24), x(3000)
	_, err := client(ws).OpenView("1.2.3", v)
	wantCode(t, err, "invalid_trigger_id") // which comes after the view
}

func TestSubmit(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	v := modal(t, ws, &r, false)
	for _, bad := range []map[string]string{
		nil,                                  // name is missing
		{"name/who": "x", "name/other": "x"}, // there is no such input
		{"name/who": "x", "reason/text": x(11)},
	} {
		if _, err := ws.Submit(limit(t), alice, v.ID, bad); err == nil {
			t.Errorf("%v: can be submitted", bad)
		}
	}
	if _, err := ws.Submit(limit(t), bob, v.ID, map[string]string{"name/who": "x"}); err == nil {
		t.Error("somebody else can submit it")
	}
	got, err := ws.Submit(limit(t), alice, v.ID, map[string]string{"name/who": "Bob"})
	if err != nil || !got.OK() {
		t.Fatalf("got %+v, %v", got, err)
	}
	equal(t, "modals", len(ws.Views(alice)), 0)
	c := r.click(0)
	equal(t, "type", c.Type, slack.InteractionTypeViewSubmission)
	equal(t, "view", c.View.CallbackID+c.View.PrivateMetadata+c.View.ID, "deny12"+v.ID)
	equal(t, "name", c.View.State.Values["name"]["who"].Value, "Bob")
	equal(t, "reason", c.View.State.Values["reason"]["text"].Value, "")
}

func TestSubmitAnswers(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	payloads := make(chan any, 1)
	connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeInteractive {
			_ = c.Ack(*e.Request, <-payloads)
			return
		}
		r.handle(c, e)
	})
	v := modal(t, ws, &r, false)
	submit := func(payload any) bottest.Answer {
		t.Helper()
		payloads <- payload
		a, err := ws.Submit(limit(t), alice, v.ID, map[string]string{"name/who": "x"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := submit(slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "too short"}))
	equal(t, "error", a.Errors["name"], "too short")
	equal(t, "error shown", ws.Views(alice)[0].Errors["name"], "too short")
	a = submit(slack.NewErrorsViewSubmissionResponse(map[string]string{"nothing": "x"}))
	equal(t, "errors at no input", a.Failure, bottest.BadAnswer)

	next := denyModal(false)
	next.PrivateMetadata = "13"
	a = submit(slack.NewUpdateViewSubmissionResponse(&next))
	equal(t, "update", a.OK(), true)
	equal(t, "metadata of the next", ws.Views(alice)[0].PrivateMetadata, "13")
	next.Title = nil
	a = submit(slack.NewUpdateViewSubmissionResponse(&next))
	equal(t, "update to what is no view", a.Failure, bottest.BadAnswer)
	equal(t, "modals", len(ws.Views(alice)), 1)
	a = submit(slack.NewClearViewSubmissionResponse())
	equal(t, "clear", a.OK(), true)
	equal(t, "modals when cleared", len(ws.Views(alice)), 0)
}

func TestCloseView(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	quiet, loud := modal(t, ws, &r, false), modal(t, ws, &r, true)
	must(ws.CloseView(limit(t), alice, quiet.ID))
	must(ws.CloseView(limit(t), alice, loud.ID))
	equal(t, "modals", len(ws.Views(alice)), 0)
	equal(t, "told", len(r.clicks), 1)
	equal(t, "type", r.click(0).Type, slack.InteractionTypeViewClosed)
	equal(t, "view", r.click(0).View.ID, loud.ID)
	if _, err := ws.CloseView(limit(t), alice, quiet.ID); err == nil {
		t.Error("can be closed twice")
	}
}
