package bottest_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

func button(id, value string) slack.Block {
	return slack.NewActionBlock("buttons", slack.NewButtonBlockElement(id, value,
		slack.NewTextBlockObject("plain_text", "Press", false, false)))
}

func TestCommand(t *testing.T) {
	ws := start(t, bottest.Options{EnterpriseID: "E1"})
	var r recorder
	connect(t, ws, r.handle)
	got, err := ws.Command(limit(t), alice, general, "/invite-member 100012345678 A&B <x>")
	if err != nil || !got.OK() || got.Latency <= 0 {
		t.Fatalf("got %+v, %v", got, err)
	}
	equal(t, "what is shown for an empty answer", len(ws.Ephemerals(alice)), 0)
	c := r.command(0)
	equal(t, "command", c.Command, "/invite-member")
	equal(t, "text", c.Text, "100012345678 A&amp;B &lt;x&gt;")
	equal(t, "user", c.UserID+c.UserName, alice+"alice")
	equal(t, "channel", c.ChannelID+c.ChannelName, general+"general")
	equal(t, "team", c.TeamID+c.EnterpriseID, ws.TeamID+"E1")
	if c.TriggerID == "" || c.ResponseURL == "" || c.IsEnterpriseInstall {
		t.Errorf("got %+v", c)
	}
	must(ws.Command(limit(t), alice, ws.DM(alice), "/help"))
	equal(t, "name of direct messages", r.command(1).ChannelName, "directmessage")
}

func TestCommandLinksDigits(t *testing.T) {
	ws := start(t, bottest.Options{LinkDigits: true})
	var r recorder
	connect(t, ws, r.handle)
	must(ws.Command(limit(t), alice, approval, "/i 100012345678 Alice 123456"))
	equal(t, "text", r.command(0).Text, "<tel:100012345678|100012345678> Alice 123456")
}

func TestCommandOfSeveralLines(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	must(ws.Command(limit(t), alice, approval, "/i\n1 Alice\n2 Bob\n"))
	equal(t, "command", r.command(0).Command, "/i")
	equal(t, "text", r.command(0).Text, "1 Alice\n2 Bob")
}

func TestPeopleOfTheOrganization(t *testing.T) {
	ws := start(t, bottest.Options{EnterpriseID: "E1"})
	ws.AddUser(bottest.User{ID: "U0SISTER", TeamID: "T0SISTER", EnterpriseID: "E1"})
	ws.AddUser(bottest.User{ID: "U0ORG", TeamID: "E1"})
	ws.AddChannel(bottest.Channel{ID: approval, BotIsMember: true, Members: []string{"U0SISTER", "U0ORG"}})
	var r recorder
	connect(t, ws, r.handle)
	ref := post(t, ws, approval, says("x"), slack.MsgOptionBlocks(button("approve", "")))
	for i, c := range []struct{ user, team string }{{"U0SISTER", "T0SISTER"}, {"U0ORG", "E1"}} {
		must(ws.Click(limit(t), c.user, ref, "approve"))
		equal(t, "team of the user", r.click(i).User.TeamID, c.team)
		equal(t, "enterprise", r.click(i).Enterprise.ID, "E1")
		must(ws.Command(limit(t), c.user, approval, "/i"))
	}
}

func TestCommandAnswers(t *testing.T) {
	ws := start(t, bottest.Options{})
	payloads := make(chan any, 1)
	connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
		if e.Type == socketmode.EventTypeSlashCommand {
			_ = c.Ack(*e.Request, <-payloads)
		}
	})
	command := func(payload any) bottest.Answer {
		t.Helper()
		payloads <- payload
		a, err := ws.Command(limit(t), alice, approval, "/i")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := command(slack.Msg{Text: "hello", Blocks: slack.Blocks{BlockSet: []slack.Block{section("hello")}}})
	equal(t, "text", a.Text, "hello")
	m, _ := ws.Message(a.Message)
	if m.EphemeralTo != alice || m.Text != "hello" || m.Blocks == nil {
		t.Errorf("got %+v", m)
	}
	a = command(map[string]string{"text": "to all", "response_type": "in_channel"})
	m, _ = ws.Message(a.Message)
	equal(t, "in the channel", m.EphemeralTo, "")
	equal(t, "messages in the channel", len(ws.Messages(approval)), 1)

	a = command(map[string]any{"blocks": []any{map[string]string{"type": "blink"}}})
	equal(t, "failure", a.Failure, bottest.BadAnswer)
	if len(a.Problems) != 1 || !strings.Contains(a.Problems[0], "unsupported type: blink") {
		t.Errorf("problems: %q", a.Problems)
	}
	a = command([]string{"no object"})
	equal(t, "failure", a.Failure, bottest.BadAnswer)
}

func TestCommandWithoutAnswer(t *testing.T) {
	ws := start(t, bottest.Options{AckTimeout: 50 * time.Millisecond})
	fails := func(want string) {
		t.Helper()
		a, err := ws.Command(limit(t), alice, approval, "/i 1")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "failure", a.Failure, want)
		m, _ := ws.Message(a.Message)
		equal(t, "what she sees", m.Text, `/i failed with the error "`+want+`"`)
		equal(t, "who sees it", m.EphemeralTo, alice)
	}
	fails(bottest.Undispatched)
	connect(t, ws, silent)
	fails(bottest.TimedOut)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ws.Command(ctx, alice, approval, "/i 1"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestCommandsThatCannotBe(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddUser(bottest.User{ID: "U0GONE", Deleted: true})
	ws.AddChannel(bottest.Channel{ID: general, Members: []string{alice, stranger}})
	for _, c := range []struct{ user, channel, text, want string }{
		{alice, approval, "hello", "no command"},
		{bob, general, "/i", "isn't in a channel"},
		{alice, "C0NOWHERE", "/i", "isn't in a channel"},
		{"U0GONE", approval, "/i", "no person"},
		{ws.BotUserID, approval, "/i", "no person"},
		{stranger, general, "/i", "another workspace"},
	} {
		_, err := ws.Command(limit(t), c.user, c.channel, c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c, err, c.want)
		}
	}
	ws.SetScopes([]string{"chat:write"})
	if _, err := ws.Command(limit(t), alice, approval, "/i"); err == nil {
		t.Error("a command without the scope works")
	}
}

func TestClick(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddChannel(bottest.Channel{ID: approval, Name: "approvals", BotIsMember: true, Members: []string{alice, stranger}})
	var r recorder
	connect(t, ws, r.handle)
	ref := post(t, ws, approval, says("x"), slack.MsgOptionBlocks(button("approve", "12")), metadata(12))
	if a, err := ws.Click(limit(t), stranger, ref, "approve"); err != nil || !a.OK() {
		t.Fatalf("got %+v, %v", a, err)
	}
	c := r.click(0)
	equal(t, "type", c.Type, slack.InteractionTypeBlockActions)
	equal(t, "user", c.User.ID+c.User.Name, stranger+"eve")
	equal(t, "team of the user", c.User.TeamID, "T0ELSEWHERE")
	equal(t, "team", c.Team.ID, ws.TeamID)
	equal(t, "channel", c.Channel.ID+c.Channel.Name, approval+"approvals")
	equal(t, "container", c.Container.MessageTs+c.Container.ChannelID, ref.TS+approval)
	equal(t, "message", c.Message.Timestamp+c.Message.Text, ref.TS+"x")
	equal(t, "metadata", c.Message.Metadata.EventType, "request")
	if c.TriggerID == "" || c.ResponseURL == "" || len(c.ActionCallback.BlockActions) != 1 {
		t.Fatalf("got %+v", c)
	}
	action := c.ActionCallback.BlockActions[0]
	equal(t, "action", action.ActionID+action.BlockID+action.Value, "approve"+"buttons"+"12")
	if action.ActionTs == "" || action.Text.Text != "Press" {
		t.Errorf("got %+v", action)
	}

	for _, bad := range []struct {
		user, action string
		ref          bottest.Ref
	}{
		{alice, "deny", ref},
		{bob, "approve", ref},
		{alice, "approve", bottest.Ref{Channel: approval, TS: "1.000000"}},
	} {
		if _, err := ws.Click(limit(t), bad.user, bad.ref, bad.action); err == nil {
			t.Errorf("%v: can be clicked", bad)
		}
	}
}

func TestClickOnAStaleScreen(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	ref := post(t, ws, approval, says("before"), slack.MsgOptionBlocks(button("approve", "12")))
	seen, _ := ws.Message(ref)
	if _, _, _, err := client(ws).UpdateMessage(approval, ref.TS, says("after"), slack.MsgOptionBlocks()); err != nil {
		t.Fatal(err)
	}
	if _, err := ws.Click(limit(t), alice, ref, "approve"); err == nil {
		t.Error("a button that is gone can be clicked")
	}
	if _, err := ws.ClickSeen(limit(t), alice, seen, "approve"); err != nil {
		t.Fatal(err)
	}
	equal(t, "what was seen", r.click(0).Message.Text, "before")
}

func TestClickOnAnEphemeralMessage(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	ts, err := client(ws).PostEphemeral(approval, alice, says("x"), slack.MsgOptionBlocks(button("again", "")))
	if err != nil {
		t.Fatal(err)
	}
	ref := bottest.Ref{Channel: approval, TS: ts}
	if _, err := ws.Click(limit(t), bob, ref, "again"); err == nil {
		t.Error("somebody else can click it")
	}
	must(ws.Click(limit(t), alice, ref, "again"))
	equal(t, "is ephemeral", r.click(0).Container.IsEphemeral, true)
	equal(t, "text that Slack keeps to itself", r.click(0).Message.Text, "")
}

func TestSay(t *testing.T) {
	ws := start(t, bottest.Options{})
	m, err := ws.Say(alice, approval, "", "a < b")
	if err != nil || m.Text != "a &lt; b" || m.User != alice {
		t.Errorf("got %+v, %v", m, err)
	}
	if _, err := ws.Say(alice, approval, "1.000000", "x"); err == nil {
		t.Error("can reply to nothing")
	}
	if _, err := ws.Say(bob, general, "", "x"); err == nil {
		t.Error("can speak in a channel without being in it")
	}
	equal(t, "messages", len(ws.Messages(approval)), 1)
}

func TestDo(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	one := must(ws.CommandEnvelope(alice, approval, "/i one"))
	two := must(ws.CommandEnvelope(alice, approval, "/i two"))
	odd := bottest.Envelope{ID: "odd", Type: "slash_commands", Payload: json.RawMessage(`{"text":"odd"}`)}
	answers, err := ws.Do(limit(t), two, one, two, odd)
	if err != nil || len(answers) != 4 {
		t.Fatalf("got %v, %v", answers, err)
	}
	for i, a := range answers {
		if !a.OK() {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	var order []string
	for i := range 4 {
		order = append(order, r.command(i).Text)
	}
	equal(t, "order", strings.Join(order, " "), "two one two odd")
	if _, err := ws.Do(limit(t), bottest.Envelope{ID: "x", Payload: json.RawMessage(`{`)}); err == nil {
		t.Error("what is no JSON can be sent as a payload")
	}
}

// TestClickInAPrivateAnswer: an answer to a command may have buttons, the same one in several blocks, and what they lead to may take its place.
func TestClickInAPrivateAnswer(t *testing.T) {
	ws := start(t, bottest.Options{})
	row := func(value string) slack.Block {
		press := slack.NewButtonBlockElement("withdraw", value, slack.NewTextBlockObject("plain_text", "Withdraw", false, false))
		return slack.NewSectionBlock(slack.NewTextBlockObject("plain_text", value, false, false), nil, slack.NewAccessory(press))
	}
	var r recorder
	connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
		if e.Type != socketmode.EventTypeSlashCommand {
			r.handle(c, e)
			return
		}
		_ = c.Ack(*e.Request, slack.Msg{Text: "yours", Blocks: slack.Blocks{BlockSet: []slack.Block{row("first"), row("second")}}})
	})
	answer := must(ws.Command(limit(t), alice, general, "/i"))
	shown, _ := ws.Message(answer.Message)
	var blocks []struct {
		ID string `json:"block_id"`
	}
	if err := json.Unmarshal(shown.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	must(ws.Click(limit(t), alice, answer.Message, blocks[1].ID+"/withdraw"))
	click := r.click(0)
	equal(t, "value", click.ActionCallback.BlockActions[0].Value, "second")
	equal(t, "ephemeral", click.Container.IsEphemeral, true)
	equal(t, "message", click.Container.MessageTs, shown.TS)
	equal(t, "its content", click.Message.Text, "")
	if _, err := ws.Click(limit(t), bob, answer.Message, "withdraw"); err == nil {
		t.Error("somebody else pressed it")
	}
	if _, _, err := client(ws).PostMessage("", says("done"), slack.MsgOptionReplaceOriginal(click.ResponseURL), slack.MsgOptionBlocks(row("first"))); err != nil {
		t.Fatal(err)
	}
	now, _ := ws.Message(answer.Message)
	equal(t, "text", now.Text, "done")
	equal(t, "only for", now.EphemeralTo, alice)
	if _, err := ws.Click(limit(t), alice, answer.Message, blocks[1].ID+"/withdraw"); err == nil {
		t.Error("a button was pressed that is gone")
	}
}
