package bottest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func TestResponseURL(t *testing.T) {
	c := newClock()
	ws := start(t, bottest.Options{Now: c.Now})
	var r recorder
	connect(t, ws, r.handle)
	respond := func(options ...slack.MsgOption) error {
		_, _, err := client(ws).PostMessage("", options...)
		return err
	}
	must(ws.Command(limit(t), alice, general, "/i")) // the bot isn't in general, and may answer
	url := r.command(0).ResponseURL
	for i := range 5 {
		kind := []string{"ephemeral", "in_channel"}[i%2]
		if err := respond(says("%d", i), slack.MsgOptionResponseURL(url, kind)); err != nil {
			t.Fatalf("use %d: %v", i, err)
		}
	}
	equal(t, "for all", len(ws.Messages(general)), 2)
	equal(t, "for alice", len(ws.Ephemerals(alice)), 3)
	var status slack.StatusCodeError
	if err := respond(says("x"), slack.MsgOptionResponseURL(url, "ephemeral")); !errors.As(err, &status) || status.Code != 404 {
		t.Errorf("use 6: got %v, want 404", err)
	}
	equal(t, "last call", lastCall(ws).Error, "used_url")

	ref := post(t, ws, approval, says("card"), slack.MsgOptionBlocks(button("approve", "")))
	must(ws.Click(limit(t), alice, ref, "approve"))
	url = r.click(0).ResponseURL
	if err := respond(says("done"), slack.MsgOptionReplaceOriginal(url), slack.MsgOptionBlocks()); err != nil {
		t.Fatal(err)
	}
	m, _ := ws.Message(ref)
	equal(t, "replaced", m.Text, "done")
	if err := respond(slack.MsgOptionDeleteOriginal(url)); err != nil {
		t.Fatal(err)
	}
	equal(t, "after deleting", len(ws.Messages(approval)), 0)

	c.turn(31 * time.Minute)
	if err := respond(says("x"), slack.MsgOptionReplaceOriginal(url)); !errors.As(err, &status) || status.Code != 404 {
		t.Errorf("too late: got %v, want 404", err)
	}
	equal(t, "last call", lastCall(ws).Error, "expired_url")
	equal(t, "calls", ws.Count(bottest.ResponseURL), 9)
}

func TestResponseURLInThreadsAndWhispers(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	respond := func(options ...slack.MsgOption) error {
		_, _, err := client(ws).PostMessage("", options...)
		return err
	}
	parent := post(t, ws, approval, says("card"))
	reply := post(t, ws, approval, says("failed"), slack.MsgOptionTS(parent.TS), slack.MsgOptionBlocks(button("again", "")))
	must(ws.Click(limit(t), alice, reply, "again"))
	equal(t, "thread of the container", r.click(0).Container.ThreadTs, parent.TS)
	url := r.click(0).ResponseURL
	in := slack.MsgOptionTS(parent.TS)
	if err := respond(slack.MsgOptionResponseURL(url, "ephemeral"), says("only you"), in, slack.MsgOptionBlocks(button("sure", ""))); err != nil {
		t.Fatal(err)
	}
	whisper := ws.Ephemerals(alice)[0]
	equal(t, "thread", whisper.ThreadTS, parent.TS)
	must(ws.Click(limit(t), alice, whisper.Ref(), "sure"))
	if err := respond(slack.MsgOptionDeleteOriginal(r.click(1).ResponseURL)); err != nil {
		t.Fatal(err)
	}
	equal(t, "whispers", len(ws.Ephemerals(alice)), 0)
	if err := respond(slack.MsgOptionDeleteOriginal(url)); err != nil {
		t.Fatal(err)
	}
	thread := ws.Thread(approval, parent.TS)
	equal(t, "thread", len(thread), 1)
	equal(t, "replies", thread[0].Replies, 0)

	var status slack.StatusCodeError
	if err := respond(slack.MsgOptionResponseURL(url, "ephemeral"), says("x"), slack.MsgOptionTS("1.000000")); !errors.As(err, &status) {
		t.Errorf("in no thread: got %v", err)
	}
	if err := respond(slack.MsgOptionResponseURL(url, "ephemeral"), slack.MsgOptionBlocks(raw(`{"type":"blink"}`))); !errors.As(err, &status) {
		t.Errorf("bad blocks: got %v", err)
	}
	ws.Fail(bottest.ResponseURL, bottest.Fault{Kind: bottest.RateLimited})
	var limited *slack.RateLimitedError
	if err := respond(slack.MsgOptionResponseURL(url, "ephemeral"), says("x")); !errors.As(err, &limited) {
		t.Errorf("got %v, want a rate limit", err)
	}
}

func lastCall(ws *bottest.Workspace) bottest.Call {
	calls := ws.Calls()
	return calls[len(calls)-1]
}
