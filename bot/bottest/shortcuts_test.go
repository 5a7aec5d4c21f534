package bottest_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func TestShortcut(t *testing.T) {
	ws := start(t, bottest.Options{})
	var r recorder
	connect(t, ws, r.handle)
	got, err := ws.Shortcut(limit(t), alice, "invite")
	if err != nil || !got.OK() {
		t.Fatalf("got %+v, %v", got, err)
	}
	c := r.click(0)
	equal(t, "type", c.Type, slack.InteractionTypeShortcut)
	equal(t, "callback_id", c.CallbackID, "invite")
	equal(t, "user and team", c.User.ID+c.User.TeamID+c.Team.ID, alice+ws.TeamID+ws.TeamID)
	if c.ActionTs == "" || c.ResponseURL != "" || c.Channel.ID != "" || c.View.ID != "" {
		t.Errorf("got %+v", c)
	}
	v := must(client(ws).OpenView(c.TriggerID, formModal()))
	equal(t, "modal", ws.Views(alice)[0].ID, v.ID)

	if _, err := ws.Shortcut(limit(t), stranger, "invite"); err == nil || !strings.Contains(err.Error(), "another workspace") {
		t.Errorf("a stranger: got %v", err)
	}
	if _, err := ws.Shortcut(limit(t), ws.BotUserID, "invite"); err == nil || !strings.Contains(err.Error(), "no person") {
		t.Errorf("a bot: got %v", err)
	}
	ws.SetScopes([]string{"chat:write"})
	if _, err := ws.Shortcut(limit(t), alice, "invite"); err == nil {
		t.Error("a shortcut without the scope works")
	}
}
