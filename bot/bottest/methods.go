package bottest

import (
	"slices"
)

// method is how a Web API method is answered.
type method struct {
	run func(*Workspace, args) (answer, error)
	// app says that it takes the app token, and not the bot token.
	app bool
	// scope is what it needs; methods on conversations look for themselves.
	scope string
	// perMinute is how often it may be called, 0 for without limit. The tiers are
	// minimums ("20+ per minute"): docs.slack.dev/apis/web-api/rate-limits.
	perMinute int
}

const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
)

var methods = map[string]method{
	"apps.connections.open": {run: (*Workspace).appsConnectionsOpen, app: true, perMinute: tier3},
	"auth.test":             {run: (*Workspace).authTest},
	"chat.postEphemeral":    {run: (*Workspace).chatPostEphemeral, scope: "chat:write", perMinute: tier4},
	"chat.postMessage":      {run: (*Workspace).chatPostMessage, scope: "chat:write"}, // limited per channel
	"chat.update":           {run: (*Workspace).chatUpdate, scope: "chat:write", perMinute: tier3},
	"conversations.history": {run: (*Workspace).conversationsHistory, perMinute: tier3},
	"conversations.info":    {run: (*Workspace).conversationsInfo, perMinute: tier3},
	"conversations.members": {run: (*Workspace).conversationsMembers, perMinute: tier4},
	"conversations.open":    {run: (*Workspace).conversationsOpen, scope: "im:write", perMinute: tier3},
	"conversations.replies": {run: (*Workspace).conversationsReplies, perMinute: tier3},
	"usergroups.list":       {run: (*Workspace).usergroupsList, scope: "usergroups:read", perMinute: tier2},
	"usergroups.users.list": {run: (*Workspace).usergroupsUsersList, scope: "usergroups:read", perMinute: tier2},
	"users.info":            {run: (*Workspace).usersInfo, scope: "users:read", perMinute: tier4},
	"views.open":            {run: (*Workspace).viewsOpen, perMinute: tier4},
	"views.publish":         {run: (*Workspace).viewsPublish, perMinute: tier4},
	"views.push":            {run: (*Workspace).viewsPush, perMinute: tier4},
	"views.update":          {run: (*Workspace).viewsUpdate, perMinute: tier4},
}

// call checks what all methods check, and runs one.
func (ws *Workspace) call(name, token string, a args) (answer, error) {
	m, ok := methods[name]
	if !ok {
		return nil, refuse("unknown_method")
	}
	if err := ws.admit(name, m, token, a); err != nil {
		return nil, err
	}
	return m.run(ws, a)
}

func (ws *Workspace) admit(name string, m method, token string, a args) error {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if err := ws.authenticate(token, m.app); err != nil {
		return err
	}
	if m.scope != "" {
		if err := ws.need(m.scope); err != nil {
			return err
		}
	}
	if ws.opts.Unlimited {
		return nil
	}
	if wait := ws.rates.take(name, m.perMinute, a, ws.now()); wait > 0 {
		return refusal{code: "ratelimited", retry: wait}
	}
	return nil
}

func (ws *Workspace) authenticate(token string, app bool) error {
	want, other := ws.BotToken, ws.AppToken
	if app {
		want, other = other, want
	}
	switch {
	case token == "":
		return refuse("not_authed")
	case token != want && token != other:
		return refuse("invalid_auth")
	case ws.revoked, ws.botRevoked && !app:
		return refuse("token_revoked")
	case token == other:
		return refuse("not_allowed_token_type")
	}
	return nil
}

// need refuses when none of the scopes is granted.
func (ws *Workspace) need(anyOf ...string) error {
	for _, scope := range anyOf {
		if slices.Contains(ws.scopes, scope) {
			return nil
		}
	}
	return refusal{code: "missing_scope", needed: anyOf}
}

// family is the prefix of the scopes that a conversation needs.
func (c *Channel) family() string {
	switch {
	case c.DirectWith != "":
		return "im"
	case c.Private:
		return "groups"
	}
	return "channels"
}

// conversation returns a channel that the bot can see, for a method that needs the
// scope of its family with this suffix (":read", ":history").
func (ws *Workspace) conversation(id, suffix string) (*room, error) {
	r := ws.rooms[id]
	if r == nil {
		if err := ws.need("channels"+suffix, "groups"+suffix, "im"+suffix); err != nil {
			return nil, err
		}
		return nil, refuse("channel_not_found")
	}
	if err := ws.need(r.family() + suffix); err != nil {
		return nil, err
	}
	if r.Private && !r.BotIsMember {
		return nil, refuse("channel_not_found")
	}
	return r, nil
}

func (ws *Workspace) authTest(args) (answer, error) {
	a := answer{
		"url": ws.TeamURL(), "team": ws.opts.TeamDomain, "team_id": ws.TeamID,
		"user": "invitebot", "user_id": ws.BotUserID, "bot_id": ws.BotID,
		"is_enterprise_install": false,
	}
	if ws.opts.EnterpriseID != "" {
		a["enterprise_id"] = ws.opts.EnterpriseID
	}
	return a, nil
}
