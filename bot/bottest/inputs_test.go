package bottest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

// formModal asks who and why, and has a button beside a text and one in a row.
func formModal() slack.ModalViewRequest {
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	why := slack.NewPlainTextInputBlockElement(text("Because …"), "text").WithMultiline(true).WithMaxLength(3000)
	who := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, text("Choose"), "users").
		WithInitialUsers(bob).WithMaxSelectedItems(2)
	more := slack.NewButtonBlockElement("more", "7", text("More"))
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: text("Ask"), Submit: text("Send"), CallbackID: "form", PrivateMetadata: "m",
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("why", text("Why"), nil, why),
			slack.NewInputBlock("who", text("Who"), nil, who),
			slack.NewSectionBlock(text("Several?"), nil, slack.NewAccessory(more), slack.SectionBlockOptionBlockID("several")),
			slack.NewActionBlock("row", slack.NewButtonBlockElement("check", "", text("Check"))),
		}},
	}
}

// opened opens a modal for alice and returns it as she sees it.
func opened(t *testing.T, ws *bottest.Workspace, r *recorder, v slack.ModalViewRequest) bottest.View {
	t.Helper()
	must(ws.Command(limit(t), alice, approval, "/i"))
	r.mu.Lock()
	trigger := r.commands[len(r.commands)-1].TriggerID
	r.mu.Unlock()
	return shown(t, ws, must(client(ws).OpenView(trigger, v)).ID)
}

// shown is a modal that alice has open.
func shown(t *testing.T, ws *bottest.Workspace, id string) bottest.View {
	t.Helper()
	for _, v := range ws.Views(alice) {
		if v.ID == id {
			return v
		}
	}
	t.Fatalf("alice has no modal %s", id)
	return bottest.View{}
}

func TestClickInAModal(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	v := opened(t, ws, &r, formModal())
	got, err := ws.ClickView(limit(t), alice, v.ID, "more", map[string]string{"why/text": "line\nline"})
	if err != nil || !got.OK() {
		t.Fatalf("got %+v, %v", got, err)
	}
	c := r.click(0)
	equal(t, "type", c.Type, slack.InteractionTypeBlockActions)
	equal(t, "container", c.Container.Type+c.Container.ViewID, "view"+v.ID)
	equal(t, "view", c.View.CallbackID+c.View.PrivateMetadata+c.View.Hash, "formm"+v.Hash)
	equal(t, "typed so far", c.View.State.Values["why"]["text"].Value, "line\nline")
	equal(t, "chosen so far", strings.Join(c.View.State.Values["who"]["users"].SelectedUsers, ","), bob)
	equal(t, "user", c.User.ID, alice)
	action := c.ActionCallback.BlockActions[0]
	equal(t, "action", action.BlockID+action.ActionID+action.Value, "severalmore7")
	if c.TriggerID == "" || c.ResponseURL != "" || c.Channel.ID != "" || c.Message.Timestamp != "" {
		t.Errorf("got %+v", c)
	}
	equal(t, "what it holds", shown(t, ws, v.ID).Values["why/text"], "line\nline")

	must(ws.ClickView(limit(t), alice, v.ID, "row/check", nil))
	equal(t, "typed before", r.click(1).View.State.Values["why"]["text"].Value, "line\nline")
	equal(t, "in the row", r.click(1).ActionCallback.BlockActions[0].BlockID, "row")
	for _, bad := range []struct {
		user, view, action string
		values             map[string]string
	}{
		{bob, v.ID, "more", nil},
		{alice, "V0", "more", nil},
		{alice, v.ID, "less", nil},
		{alice, v.ID, "more", map[string]string{"why/other": "x"}},
	} {
		if _, err := ws.ClickView(limit(t), bad.user, bad.view, bad.action, bad.values); err == nil {
			t.Errorf("%v: can be clicked", bad)
		}
	}
}

func TestChoosePeople(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddUser(bottest.User{ID: "U0GONE", Deleted: true})
	var r recorder
	connect(t, ws, r.handle)
	v := opened(t, ws, &r, formModal())
	for _, bad := range []string{"", "U0NOBODY", "U0GONE", alice + "," + alice, strings.Join([]string{alice, bob, stranger}, ",")} {
		if _, err := ws.Submit(limit(t), alice, v.ID, map[string]string{"why/text": "x", "who/users": bad}); err == nil {
			t.Errorf("%q: can be submitted", bad)
		}
	}
	must(ws.Submit(limit(t), alice, v.ID, map[string]string{"why/text": "x", "who/users": alice + "," + bob}))
	values := r.click(0).View.State.Values
	equal(t, "chosen", strings.Join(values["who"]["users"].SelectedUsers, ","), alice+","+bob)
	equal(t, "type", string(values["who"]["users"].Type), "multi_users_select")

	initial := opened(t, ws, &r, formModal())
	must(ws.Submit(limit(t), alice, initial.ID, map[string]string{"why/text": "x"}))
	equal(t, "chosen at first", strings.Join(r.click(1).View.State.Values["who"]["users"].SelectedUsers, ","), bob)
}

func TestNothingChosen(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	v := formModal()
	v.Blocks.BlockSet = []slack.Block{raw(inputWith(`{"type":"multi_users_select","action_id":"users"}`, `,"optional":true`))}
	id := opened(t, ws, &r, v).ID
	must(ws.Submit(limit(t), alice, id, nil))
	r.mu.Lock()
	payload := string(r.events[len(r.events)-1].Request.Payload)
	r.mu.Unlock()
	if !strings.Contains(payload, `"selected_users":[]`) {
		t.Errorf("got %s", payload)
	}
}

// inputWith is an input block with the block_id "b".
func inputWith(element, more string) string {
	return `{"type":"input","block_id":"b","label":` + plainText("x") + `,"element":` + element + more + `}`
}

func TestWithoutASubmitButton(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	v := formModal()
	v.Submit, v.Blocks.BlockSet = nil, v.Blocks.BlockSet[2:]
	if _, err := ws.Submit(limit(t), alice, opened(t, ws, &r, v).ID, nil); err == nil {
		t.Error("can be submitted")
	}
}

func TestInputs(t *testing.T) {
	ws := start(t, bottest.Options{Unlimited: true})
	const fine = ""
	element := func(kind, more string) string { return inputWith(`{"type":"`+kind+`"`+more+`}`, "") }
	for _, c := range []struct{ name, blocks, want string }{
		{"multiline", element("plain_text_input", `,"multiline":true,"max_length":3000`), fine},
		{"max_length", element("plain_text_input", `,"max_length":3001`), "whole number from 1 to 3000 [json-pointer:/view/blocks/0/element/max_length]"},
		{"min above max", element("plain_text_input", `,"min_length":3,"max_length":2`), "min_length must not be above max_length"},
		{"initial value", element("plain_text_input", `,"initial_value":"abc","max_length":3`), fine},
		{"initial value too long", element("plain_text_input", `,"initial_value":"abcd","max_length":3`), "must be less than 4 characters [json-pointer:/view/blocks/0/element/initial_value]"},
		{"initial value empty", element("plain_text_input", `,"initial_value":""`), "must be more than 0 characters"},
		{"people", element("multi_users_select", `,"initial_users":["U1","U2"],"max_selected_items":2,"placeholder":`+plainText("x")), fine},
		{"too many people", element("multi_users_select", `,"initial_users":["U1","U2"],"max_selected_items":1`), "no more than 1 items allowed [json-pointer:/view/blocks/0/element/initial_users]"},
		{"no choice", element("multi_users_select", `,"max_selected_items":0`), "whole number from 1"},
		{"people with a value", element("multi_users_select", `,"initial_value":"x"`), "invalid additional property: initial_value"},
		{"one focus", element("plain_text_input", `,"focus_on_load":true`) + "," + strings.Replace(element("plain_text_input", `,"focus_on_load":false`), `"b"`, `"c"`, 1), fine},
		{"two focuses", element("plain_text_input", `,"focus_on_load":true`) + "," + strings.Replace(element("plain_text_input", `,"focus_on_load":true`), `"b"`, `"c"`, 1), "only one element can be set to true"},
		{"a menu", element("static_select", ""), "unsupported type: static_select"},
		{"100 blocks", times(100, func(int) string { return `{"type":"divider"}` }), fine},
		{"101 blocks", times(101, func(int) string { return `{"type":"divider"}` }), "no more than 100 items allowed [json-pointer:/view/blocks]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := formModal()
			v.Blocks.BlockSet = nil
			for _, b := range must(split(c.blocks)) {
				v.Blocks.BlockSet = append(v.Blocks.BlockSet, raw(b))
			}
			_, err := client(ws).OpenView("1.2.3", v)
			if c.want == fine {
				wantCode(t, err, "invalid_trigger_id") // which comes after the view
				return
			}
			wantCode(t, err, "invalid_arguments")
			if got := messagesOf(err); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAViewTooLarge(t *testing.T) {
	ws := start(t, bottest.Options{})
	v := formModal()
	v.Blocks.BlockSet = nil
	for range 90 {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, section(strings.Repeat("x", 2900)))
	}
	if size := len(must(json.Marshal(v))); size < 250_000 {
		t.Fatalf("it has only %d bytes", size)
	}
	_, err := client(ws).OpenView("1.2.3", v)
	wantCode(t, err, "view_too_large")
}
