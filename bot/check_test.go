package bot

import (
	"slices"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
)

// ends runs a bot that must end by itself, and returns what it says is to be put right.
func ends(t *testing.T, config Config, arrange func(*world, *Config)) string {
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
		arrange func(*world, *Config)
		says    []string
	}{
		"bot token": {arrange: func(w *world, c *Config) { c.API = webapi.NewClient(w.ws.APIURL(), "xoxb-wrong", w.ws.AppToken) },
			says: []string{"SLACK_BOT_TOKEN: ", "invalid_auth", "OAuth & Permissions"}},
		"app token": {arrange: func(w *world, c *Config) { c.API = webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, "xapp-wrong") },
			says: []string{"SLACK_APP_TOKEN: ", "invalid_auth", "connections:write"}},
		"tokens swapped": {arrange: func(w *world, c *Config) { c.API = webapi.NewClient(w.ws.APIURL(), w.ws.AppToken, w.ws.BotToken) },
			says: []string{"SLACK_BOT_TOKEN: ", "another kind", "xoxb-"}},
		"revoked": {arrange: func(w *world, _ *Config) { w.ws.RevokeTokens() },
			says: []string{"SLACK_BOT_TOKEN: ", "no longer valid", "install the app again"}},
		"Socket Mode is off": {arrange: func(w *world, _ *Config) { w.ws.LinkDisabled() },
			says: []string{"Socket Mode is switched off", "switch it on"}},
		"no such channel": {arrange: func(_ *world, c *Config) { c.Channel = "C0NOWHERE" },
			says: []string{"APPROVAL_CHANNEL: ", "C0NOWHERE"}},
		"not a member": {arrange: func(_ *world, c *Config) { c.Channel = askID },
			says: []string{"APPROVAL_CHANNEL: ", "isn't a member of #ask", "/invite"}},
		"archived": {arrange: func(w *world, _ *Config) {
			w.ws.AddChannel(bottest.Channel{ID: approvalsID, Name: "old", BotIsMember: true, Archived: true})
		},
			says: []string{"APPROVAL_CHANNEL: ", "#old", "archived"}},
		"a scope is missing": {arrange: func(w *world, _ *Config) { w.without("im:history", "users:read") },
			says: []string{"SLACK_BOT_TOKEN: the scope im:history is missing", "the scope users:read is missing", "install the app again"}},
		"no scope for the channel": {arrange: func(w *world, _ *Config) { w.without("channels:read") },
			says: []string{"APPROVAL_CHANNEL: ", "channels:read"}},
		"no such group":               {config: Config{Approvers: []string{ann.ID, "S0GONE"}}, says: []string{"no user group S0GONE"}},
		"no such group of requesters": {config: Config{Requesters: []string{"S0GONE"}}, says: []string{"no user group S0GONE"}},
		"no such approver":            {config: Config{Approvers: []string{"U0NOBODY"}}, says: []string{"APPROVERS: there is no user U0NOBODY"}},
		"a bot approves":              {config: Config{Approvers: []string{"U0BOT"}}, says: []string{"APPROVERS: U0BOT (invitebot) is a bot"}},
		"all at once": {config: Config{Approvers: []string{"U0NOBODY", "S0GONE"}}, arrange: func(_ *world, c *Config) { c.Channel = askID },
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
			arrange: func(w *world, _ *Config) { w.without("groups:read", "groups:history", "usergroups:read") }},
		"private channel": {arrange: func(w *world, _ *Config) {
			w.ws.AddChannel(bottest.Channel{ID: approvalsID, Private: true, BotIsMember: true})
			w.without("channels:read", "channels:history")
		}},
		"an approver left": {config: Config{Approvers: []string{ann.ID, "U0LEFT"}},
			arrange: func(w *world, _ *Config) { w.ws.AddUser(bottest.User{ID: "U0LEFT", Deleted: true}) }},
		"Slack doesn't answer the checks": {arrange: func(w *world, _ *Config) {
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
