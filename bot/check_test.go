package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
)

// ends runs a bot that must end by itself, and returns what it says is to be put right.
func ends(t *testing.T, config Config, arrange func(*world, *Config), workspace bottest.Options) string {
	t.Helper()
	w := newWorld(t, options{idle: true, asleep: true, config: config, arrange: arrange, workspace: workspace})
	err := w.bot.Run(w.ctx)
	if w.ctx.Err() != nil {
		t.Fatalf("it doesn't end\n%s", w.log)
	}
	return configProblems(t, err)
}

// TestStartChecks: a definite no ends the bot with the remedy.
func TestStartChecks(t *testing.T) {
	for name, x := range map[string]struct {
		config    Config
		arrange   func(*world, *Config)
		says      []string
		workspace bottest.Options
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
		"a plan without groups": {config: Config{Approvers: []string{groupID}}, workspace: bottest.Options{WithoutGroups: true},
			says: []string{"plan has no user groups", groupID, "IDs of people"}},
		"nobody can approve": {config: Config{Approvers: []string{"U0LEFT", strangerID}}, arrange: func(w *world, _ *Config) { w.ws.AddUser(bottest.User{ID: "U0LEFT", Deleted: true}) },
			says: []string{"APPROVERS: 0 of those who are listed can approve", "APPROVALS_REQUIRED asks for 1"}},
		"all at once": {config: Config{Approvers: []string{"U0NOBODY", "S0GONE"}}, arrange: func(_ *world, c *Config) { c.Channel = askID },
			says: []string{"isn't a member", "S0GONE", "U0NOBODY"}},
	} {
		t.Run(name, func(t *testing.T) {
			contains(t, ends(t, x.config, x.arrange, x.workspace), x.says...)
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

// TestWarningsOfTheStart name who can't do what they are listed for.
func TestWarningsOfTheStart(t *testing.T) {
	for name, x := range map[string]struct {
		config Config
		says   []string
	}{
		"a guest":       {Config{Approvers: []string{ann.ID, bob.ID, guestID}}, []string{"is a guest, and may decide", guestID}},
		"a stranger":    {Config{Approvers: []string{ann.ID, bob.ID, strangerID}}, []string{"is of another organization, and can't decide", strangerID}},
		"only just one": {Config{Approvers: []string{ann.ID}}, []string{"nobody decides their own", ann.ID}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{idle: true, asleep: true, config: x.config})
			w.must(w.bot.identify(w.ctx))
			w.must(w.bot.check(w.ctx))
			contains(t, w.log.String(), x.says...)
		})
	}
}

// TestAGuestInAGroup doesn't decide; one who is listed by ID does.
func TestAGuestInAGroup(t *testing.T) {
	ws := bottest.Start(bottest.Options{})
	p := newTestPeople(t, ws, identity{}, []string{groupID, "U0LISTED"}, nil, time.Now)
	for _, id := range []string{guestID, "U0LISTED"} {
		ws.AddUser(bottest.User{ID: id, Guest: true})
	}
	ws.AddGroup(bottest.Group{ID: groupID, Members: []string{guestID, "U0LISTED", bob.ID}})
	for id, want := range map[string]ledger.Why{guestID: ledger.NotApprover, "U0LISTED": "", bob.ID: ""} {
		if _, got := p.mayDecide(t.Context(), visitor{Person: approvals.Person{ID: id}, team: ws.TeamID}); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}
