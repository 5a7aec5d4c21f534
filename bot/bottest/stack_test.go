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

// messagesOf are what Slack says of an error, one a line.
func messagesOf(err error) string {
	var refused slack.SlackErrorResponse
	errors.As(err, &refused)
	return strings.Join(refused.ResponseMetadata.Messages, "\n")
}

// lastTrigger is the trigger of the last interaction.
func (r *recorder) lastTrigger() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clicks[len(r.clicks)-1].TriggerID
}

// pushed presses a button of the modal on top and pushes another view, titled like this.
func pushed(t *testing.T, ws *bottest.Workspace, r *recorder, on, title string) bottest.View {
	t.Helper()
	must(ws.ClickView(limit(t), alice, on, "more", nil))
	next := formModal()
	next.Title.Text, next.NotifyOnClose = title, true
	return shown(t, ws, must(client(ws).PushView(r.lastTrigger(), next)).ID)
}

func TestPush(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	root := opened(t, ws, &r, formModal())
	equal(t, "root of the root", root.RootID+root.PreviousID, root.ID)
	must(ws.ClickView(limit(t), alice, root.ID, "more", map[string]string{"why/text": "typed"}))
	second := pushed(t, ws, &r, root.ID, "Second")
	equal(t, "root and previous", second.RootID+second.PreviousID, root.ID+root.ID)
	if _, err := ws.ClickView(limit(t), alice, root.ID, "more", nil); err == nil {
		t.Error("a button under another view can be pressed")
	}
	if _, err := ws.Submit(limit(t), alice, root.ID, map[string]string{"why/text": "x"}); err == nil {
		t.Error("a form under another view can be submitted")
	}
	equal(t, "covered", shown(t, ws, root.ID).Covered, true)
	third := pushed(t, ws, &r, second.ID, "Third")
	equal(t, "root and previous", third.RootID+third.PreviousID, root.ID+second.ID)
	must(ws.ClickView(limit(t), alice, third.ID, "more", nil))
	seen := r.click(3).View
	equal(t, "told", seen.RootViewID+seen.PreviousViewID, root.ID+second.ID)
	_, err := client(ws).PushView(r.lastTrigger(), formModal())
	wantCode(t, err, "push_limit_reached")

	must(ws.CloseView(limit(t), alice, third.ID))
	equal(t, "closed", r.click(4).View.ID, third.ID)
	equal(t, "all of them", r.click(4).IsCleared, false)
	equal(t, "trigger of a view that is closed", r.click(4).TriggerID, "")
	must(ws.Submit(limit(t), alice, second.ID, map[string]string{"why/text": "x"}))
	equal(t, "modals", len(ws.Views(alice)), 1)
	must(ws.Submit(limit(t), alice, root.ID, nil))
	equal(t, "still there", r.click(6).View.State.Values["why"]["text"].Value, "typed")
	equal(t, "modals", len(ws.Views(alice)), 0)
}

func TestPushFromNoModal(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	must(ws.Command(limit(t), alice, approval, "/i"))
	_, err := client(ws).PushView(r.command(0).TriggerID, formModal())
	wantCode(t, err, "invalid_trigger_id")
	v := opened(t, ws, &r, formModal())
	must(ws.ClickView(limit(t), alice, v.ID, "more", nil))
	must(ws.CloseView(limit(t), alice, v.ID))
	_, err = client(ws).PushView(r.lastTrigger(), formModal())
	wantCode(t, err, "invalid_trigger_id")
	v = opened(t, ws, &r, formModal())
	second := pushed(t, ws, &r, v.ID, "Second")
	_, err = client(ws).PushView(r.lastTrigger(), formModal())
	wantCode(t, err, "exchanged_trigger_id")
	equal(t, "previous", second.PreviousID, v.ID)
}

// Slack answers ok, and its clients don't open it.
func TestOpenFromAModal(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	v := opened(t, ws, &r, formModal())
	must(ws.ClickView(limit(t), alice, v.ID, "more", nil))
	must(client(ws).OpenView(r.lastTrigger(), formModal()))
	equal(t, "modals beside the first", len(ws.Views(alice)), 1)
	must(ws.Submit(limit(t), alice, v.ID, map[string]string{"why/text": "x"}))
	must(client(ws).OpenView(r.lastTrigger(), formModal()))
	equal(t, "modals after a submission", len(ws.Views(alice)), 0)
}

func TestCloseTheWholeStack(t *testing.T) {
	for name, closes := range map[string]func(*bottest.Workspace, string) (bottest.Answer, error){
		"dismissed": func(ws *bottest.Workspace, id string) (bottest.Answer, error) {
			return ws.DismissView(limit(t), alice, id)
		},
		"clear_on_close": func(ws *bottest.Workspace, id string) (bottest.Answer, error) {
			next := formModal()
			next.ClearOnClose, next.NotifyOnClose = true, true
			must(client(ws).UpdateView(next, "", "", id))
			return ws.CloseView(limit(t), alice, id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ws := start(t, bottest.Options{})
			var r recorder
			connect(t, ws, r.handle)
			root := opened(t, ws, &r, formModal()) // which didn't ask to be told
			second := pushed(t, ws, &r, root.ID, "Second")
			third := pushed(t, ws, &r, second.ID, "Third")
			must(closes(ws, third.ID))
			equal(t, "modals", len(ws.Views(alice)), 0)
			equal(t, "told", len(r.clicks), 4)
			equal(t, "of the one on top", r.click(2).View.ID, third.ID)
			equal(t, "of the one beneath", r.click(3).View.ID, second.ID)
			equal(t, "all of them", r.click(3).IsCleared, true)
		})
	}
}

func TestViewsUpdate(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	first := formModal()
	first.ExternalID = "mine"
	v := opened(t, ws, &r, first)
	must(ws.ClickView(limit(t), alice, v.ID, "more", map[string]string{"why/text": "typed"}))

	next := formModal()
	next.ExternalID, next.Title.Text = "mine", "Next"
	next.Blocks.BlockSet[0].(*slack.InputBlock).Element.(*slack.PlainTextInputBlockElement).InitialValue = "another"
	next.Blocks.BlockSet[1].(*slack.InputBlock).BlockID = "others"
	answered := must(client(ws).UpdateView(next, "", v.Hash, v.ID))
	now := shown(t, ws, v.ID)
	equal(t, "title", now.Title, "Next")
	equal(t, "typed", now.Values["why/text"], "typed")
	equal(t, "chosen in another block", now.Values["others/users"], bob)
	equal(t, "inputs", len(now.Values), 2)
	equal(t, "state", answered.State.Values["why"]["text"].Value, "typed")
	if now.Hash == v.Hash || answered.Hash != now.Hash {
		t.Errorf("hash %s became %s, the app was told %s", v.Hash, now.Hash, answered.Hash)
	}
	_, err := client(ws).UpdateView(next, "", v.Hash, v.ID)
	wantCode(t, err, "hash_conflict")
	must(client(ws).UpdateView(next, "mine", "", ""))
	_, err = client(ws).UpdateView(next, "mine", "", v.ID)
	wantCode(t, err, "invalid_arguments")
	_, err = client(ws).UpdateView(next, "yours", "", "")
	wantCode(t, err, "not_found")

	other := opened(t, ws, &r, formModal())
	_, err = client(ws).UpdateView(next, "", "", other.ID)
	wantCode(t, err, "duplicate_external_id")
	must(ws.CloseView(limit(t), alice, v.ID))
	_, err = client(ws).UpdateView(next, "", "", v.ID)
	wantCode(t, err, "not_found")
	must(client(ws).UpdateView(next, "", "", other.ID))
}

func TestUpdateUnderAnotherView(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	root := opened(t, ws, &r, formModal())
	second := pushed(t, ws, &r, root.ID, "Second")
	next := formModal()
	next.Title.Text = "Next"
	must(client(ws).UpdateView(next, "", "", root.ID))
	must(ws.CloseView(limit(t), alice, second.ID))
	equal(t, "what is uncovered", ws.Views(alice)[0].Title, "Next")
}

// answering acknowledges interactions with what it is given.
func answering(r *recorder, payloads <-chan any) func(*socketmode.Client, socketmode.Event) {
	return func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeInteractive {
			_ = c.Ack(*e.Request, <-payloads)
			return
		}
		r.handle(c, e)
	}
}

func TestPushInAnAnswer(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	payloads := make(chan any, 1)
	connect(t, ws, answering(&r, payloads))
	submit := func(id string, payload any) bottest.Answer {
		t.Helper()
		payloads <- payload
		return must(ws.Submit(limit(t), alice, id, map[string]string{"why/text": "typed in " + id}))
	}
	next := formModal()
	push := slack.NewPushViewSubmissionResponse(&next)
	root := opened(t, ws, &r, formModal())
	equal(t, "pushed", submit(root.ID, push).OK(), true)
	second := ws.Views(alice)[1]
	equal(t, "root and previous", second.RootID+second.PreviousID, root.ID+root.ID)
	equal(t, "typed", second.Values["why/text"], "")
	submit(second.ID, push)
	third := ws.Views(alice)[2]
	a := submit(third.ID, push)
	equal(t, "a fourth", a.Failure+strings.Join(a.Problems, ""), bottest.BadAnswer+"push_limit_reached")
	must(ws.CloseView(limit(t), alice, third.ID))
	equal(t, "typed before", ws.Views(alice)[1].Values["why/text"], "typed in "+second.ID)

	equal(t, "update", submit(second.ID, slack.NewUpdateViewSubmissionResponse(&next)).OK(), true)
	equal(t, "previous", shown(t, ws, second.ID).PreviousID, root.ID)
	submit(second.ID, slack.NewClearViewSubmissionResponse())
	equal(t, "modals when cleared", len(ws.Views(alice)), 0)
}

// An acknowledgement of 20 KB is as good as none, whatever is in it.
func TestAnswersTooLarge(t *testing.T) {
	ws := start(t, bottest.Options{AckTimeout: 300 * time.Millisecond})
	var r recorder
	payloads := make(chan any, 1)
	connect(t, ws, answering(&r, payloads))
	next := formModal()
	for range 7 {
		next.Blocks.BlockSet = append(next.Blocks.BlockSet, section(strings.Repeat("x", 3000)))
	}
	v := opened(t, ws, &r, formModal())
	for _, payload := range []any{slack.NewPushViewSubmissionResponse(&next), slack.NewUpdateViewSubmissionResponse(&next)} {
		payloads <- payload
		a := must(ws.Submit(limit(t), alice, v.ID, map[string]string{"why/text": "x"}))
		equal(t, "failure", a.Failure, bottest.TimedOut)
		equal(t, "modals", len(ws.Views(alice)), 1)
		equal(t, "hash", ws.Views(alice)[0].Hash, v.Hash)
	}
}
