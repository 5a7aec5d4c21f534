package bottest

import (
	"cmp"
	"slices"
)

// User is a person or a bot that the workspace knows.
type User struct {
	// ID begins with U or W.
	ID string
	// Name is the handle, RealName the full name, DisplayName what is shown in
	// channels (may be empty, as in Slack).
	Name, RealName, DisplayName string
	// TeamID is the workspace that the person belongs to: ours if empty. Anybody
	// else is a stranger, met in a shared channel. On Enterprise Grid it may be the
	// organization's ID.
	TeamID string
	// EnterpriseID is the organization of the person; ours if TeamID is ours.
	EnterpriseID string
	// Guest is a multi-channel guest (is_restricted), SingleChannelGuest a guest with
	// one channel (is_restricted and is_ultra_restricted).
	Guest, SingleChannelGuest bool
	// Locale is the language of the person, such as zh-CN; en-US if empty.
	Locale string
	// Bot and Deleted are what they say.
	Bot, Deleted bool
}

// Group is a user group.
type Group struct {
	// ID begins with S.
	ID string
	// Handle is the group's name without the @.
	Handle string
	// Members are user IDs.
	Members []string
	// Disabled groups aren't found by the app.
	Disabled bool
}

// Channel is a public or private channel, or the direct messages of a person with the bot.
type Channel struct {
	// ID begins with C, or with D for direct messages.
	ID string
	// Name is the name without the #.
	Name string
	// Private channels are invisible to a bot that isn't a member.
	Private bool
	// BotIsMember says whether the app's bot is in the channel.
	BotIsMember bool
	// Archived channels can be read and not written.
	Archived bool
	// OnlyAdminsPost says that posting there is restricted, which doesn't keep this bot from it.
	OnlyAdminsPost bool
	// Members are the user IDs of those in the channel; nil: everybody of this
	// workspace. People of others must be named, which makes the channel a shared one.
	Members []string
	// DirectWith is the person of a direct message channel, empty for others.
	DirectWith string
}

// has reports whether the person is in the channel.
func (c *Channel) has(u User, team string) bool {
	switch {
	case c.DirectWith != "":
		return c.DirectWith == u.ID
	case c.Members == nil:
		return u.TeamID == team
	}
	return slices.Contains(c.Members, u.ID)
}

// people are those who can be looked up.
type people struct {
	users   map[string]User
	groups  map[string]Group
	directs map[string]string // user → channel of the direct messages
}

func newPeople() people {
	return people{users: map[string]User{}, groups: map[string]Group{}, directs: map[string]string{}}
}

// AddUser adds a person, or replaces the one with the same ID.
func (ws *Workspace) AddUser(u User) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u.TeamID = cmp.Or(u.TeamID, ws.TeamID)
	if u.TeamID == ws.TeamID || u.TeamID == ws.opts.EnterpriseID {
		u.EnterpriseID = ws.opts.EnterpriseID
	}
	ws.people.users[u.ID] = u
	ws.changes.tell()
}

// AddGroup adds a user group, or replaces the one with the same ID.
func (ws *Workspace) AddGroup(g Group) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	g.Members = slices.Clone(g.Members)
	ws.people.groups[g.ID] = g
	ws.changes.tell()
}

// AddChannel adds a channel, or changes the one with the same ID and keeps its messages.
func (ws *Workspace) AddChannel(c Channel) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	c.Members = slices.Clone(c.Members)
	if r := ws.rooms[c.ID]; r != nil {
		r.Channel = c
	} else {
		ws.rooms[c.ID] = newRoom(c)
	}
	ws.changes.tell()
}

// Users returns everybody, bots included, by ID.
func (ws *Workspace) Users() []User {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return sorted(ws.people.users, func(u User) string { return u.ID })
}

// Channels returns all channels, direct messages included, by ID.
func (ws *Workspace) Channels() []Channel {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	channels := make([]Channel, 0, len(ws.rooms))
	for _, r := range ws.rooms {
		channels = append(channels, r.Channel)
	}
	slices.SortFunc(channels, func(a, b Channel) int { return cmp.Compare(a.ID, b.ID) })
	return channels
}

// DM returns the ID of the channel in which the person and the bot write to each
// other, and opens it if need be.
func (ws *Workspace) DM(user string) string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.direct(user).ID
}

// direct is DM with ws.mu held.
func (ws *Workspace) direct(user string) *room {
	if id, ok := ws.people.directs[user]; ok {
		return ws.rooms[id]
	}
	r := newRoom(Channel{ID: ws.id("D"), BotIsMember: true, DirectWith: user})
	ws.rooms[r.ID] = r
	ws.people.directs[user] = r.ID
	return r
}

// group returns a group that the app can find.
func (ws *Workspace) group(id string) (Group, bool) {
	g, ok := ws.people.groups[id]
	return g, ok && !g.Disabled
}

func sorted[V any](of map[string]V, by func(V) string) []V {
	all := make([]V, 0, len(of))
	for _, v := range of {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b V) int { return cmp.Compare(by(a), by(b)) })
	return all
}
