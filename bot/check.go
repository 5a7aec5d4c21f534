package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/checkup"
)

// Scopes are what the bot token needs, each with what for. Of channels:… and groups:… the bot uses those of the kind
// that the approvals channel is (public, private); usergroups:read only where a user group is listed.
var Scopes = []Scope{
	{"commands", "the slash command"},
	{"chat:write", "cards, replies, answers and direct messages"},
	{"im:write", "open the direct messages in which an earlier try is looked for"},
	{"im:history", "look there for a message whose post got no answer"},
	{"users:read", "who somebody is: guests, bots and people of other organizations may not ask"},
	{"usergroups:read", "who is a member of a listed user group"},
	{"channels:read", "check that the approvals channel exists and the bot is a member"},
	{"channels:history", "look there for a message whose post got no answer"},
	{"groups:read", "the same as channels:read, where the channel is private"},
	{"groups:history", "the same as channels:history, where the channel is private"},
}

// Scope is a permission of the bot token.
type Scope struct{ Name, Purpose string }

// What is looked at.
const (
	checkBotToken   = "Slack bot token"
	checkSocketMode = "Socket Mode"
	checkScopes     = "scopes"
	checkChannel    = "approvals channel"
	checkGroups     = "user groups"
	checkApprovers  = "approvers"
	checkEnough     = "enough approvers"
	checkOthers     = "others"
)

// inspection looks at a workspace: whether a bot can do there what it is configured for.
type inspection struct {
	checkup.List
	api     *webapi.Client
	channel string
	people  *people
	rules   approvals.Rules
	self    *identity

	kind kind
	able deciders
}

// Check looks at the workspace as a start does, and at what a start doesn't wait for: whether a connection can be opened, and who is in the
// approvals channel. It changes nothing there, and needs neither a database nor that no bot runs.
//
// A bot that is connected proves that connections can be opened; where one is, none is opened that might be handed what people do.
func Check(ctx context.Context, c Config, rules approvals.Rules, connected bool) checkup.List {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	self := identity{}
	i := &inspection{api: c.API, channel: c.Channel, rules: rules, self: &self, people: newPeople(c.API.Slack, &self, c.Approvers, c.Requesters, time.Now)}
	var socketMode checkup.List
	var both sync.WaitGroup
	both.Go(func() {
		if socketMode = (checkup.List{}); connected {
			socketMode.Pass(checkSocketMode, "a bot is connected")
			return
		}
		socketMode = trySocketMode(ctx, c.API)
	})
	if i.identify(ctx) {
		i.look(ctx)
		i.lookAround(ctx)
		i.lookAtOthers(ctx, c.Notify.Who)
		i.lookWhetherEnough()
	}
	both.Wait()
	return append(i.List, socketMode...)
}

// check finds out at the start whether the bot can do what it is configured for. A definite no is a [*webapi.ConfigError] with everything
// that was found; the rest is only logged.
func (b *Bot) check(ctx context.Context) error {
	i := &inspection{api: b.api, channel: b.channel, people: b.people, rules: b.rules, self: &b.self}
	i.look(ctx)
	i.lookWhetherEnough()
	if ctx.Err() != nil {
		return nil
	}
	if problems := i.Problems(); len(problems) > 0 {
		return &webapi.ConfigError{Problems: problems}
	}
	for _, f := range i.List {
		if f.Result != checkup.Passed {
			b.log.Warn(f.Problem(), "check", f.Check)
		}
	}
	b.log.Info("Slack is as it should be", "workspace", b.self.teamURL, "approvals", b.channel)
	return nil
}

const (
	callLimit  = 2500 * time.Millisecond // for one call, before Slack counts as not answering
	checkLimit = 10 * time.Second        // for all that is looked at there
)

// identify asks Slack who the token's bot is, and says whether it did.
func (i *inspection) identify(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	who, err := i.api.Slack.AuthTestContext(ctx)
	if err != nil {
		i.refused(checkBotToken, "SLACK_BOT_TOKEN", webapi.BotToken.Refused(err), err)
		return false
	}
	*i.self = identity{team: who.TeamID, enterprise: who.EnterpriseID, teamURL: strings.TrimRight(who.URL, "/") + "/", scopes: who.Header.Get("X-OAuth-Scopes")}
	if who.BotID == "" {
		i.Fail(checkBotToken, "SLACK_BOT_TOKEN", "write the Bot User OAuth Token (xoxb-…)", "the token is a person's, and not a bot's")
		return false
	}
	i.Pass(checkBotToken, "%s of the workspace %s", who.User, i.self.teamURL)
	return true
}

// refused notes that Slack said definitely no, or can't be asked.
func (i *inspection) refused(check, variable string, refused, err error) {
	if wrong, ok := errors.AsType[*webapi.ConfigError](refused); ok {
		for _, p := range wrong.Problems {
			_, what, _ := strings.Cut(p, ": ")
			what, remedy, _ := strings.Cut(what, "; ")
			i.Fail(check, variable, remedy, "%s", what)
		}
		return
	}
	what, remedy := unreachable(err)
	if !slices.ContainsFunc(i.List, func(f checkup.Finding) bool { return f.Check == check && f.What == what }) { // once is enough
		i.Unanswered(check, "", remedy, "%s", what)
	}
}

// unreachable says why Slack could not be asked, and what to look at.
func unreachable(err error) (what, remedy string) {
	err = webapi.WithoutAddress(err)
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return "Slack asks to wait for " + limited.RetryAfter.String(), "try again then"
	}
	if code := webapi.CodeOf(err); code != "" {
		return "Slack doesn't answer that (" + code + ")", "try again later"
	}
	if what, remedy, ok := checkup.Untrusted(err, "Slack"); ok {
		return what, remedy
	}
	what = "Slack can't be reached: " + err.Error()
	if errors.Is(err, context.DeadlineExceeded) {
		what = "Slack doesn't answer within " + callLimit.String()
	}
	return what, "see to it that this machine may connect to slack.com and wss-primary.slack.com by port 443, or set HTTPS_PROXY; SLACK_API_URL is only for a double"
}

// trySocketMode opens a connection as the bot does.
func trySocketMode(ctx context.Context, api *webapi.Client) checkup.List {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	i := inspection{}
	err := socket.Try(ctx, api, func(e socket.Envelope) { tellAgain(ctx, api, e) })
	_, refused := errors.AsType[*webapi.ConfigError](err)
	switch {
	case err == nil:
		i.Pass(checkSocketMode, "a connection was opened, and closed again")
	case errors.Is(err, socket.ErrTooMany):
		i.Warn(checkSocketMode, "SLACK_CONNECTIONS", "stop other bots of this app, or let each hold fewer", "%v: another one can't be opened", err)
	case refused:
		i.refused(checkSocketMode, "SLACK_APP_TOKEN", err, err)
	default:
		i.refused(checkSocketMode, "", nil, err)
	}
	return i.List
}

// tellAgain tells somebody by whose command or click Slack has met the check that nothing came of it.
func tellAgain(ctx context.Context, api *webapi.Client, e socket.Envelope) {
	var from struct {
		URL string `json:"response_url"`
	}
	if json.Unmarshal(e.Payload, &from) != nil || from.URL == "" {
		return // Slack says that it failed
	}
	sorry := words.NewBook(words.English, "", "").Restarting()
	_, _, _, _ = api.Slack.SendMessageContext(ctx, "", slack.MsgOptionText(sorry.Text, false), slack.MsgOptionBlocks(sorry.Blocks...),
		slack.MsgOptionResponseURL(from.URL, slack.ResponseTypeEphemeral))
}

// look looks at all that a start needs, but for whether there are enough approvers.
func (i *inspection) look(ctx context.Context) {
	i.able = deciders{all: true, known: map[string]bool{}}
	i.lookAtChannel(ctx)
	i.lookAtScopes()
	for _, group := range unique(i.people.approvers.groups, i.people.requesters.groups) {
		i.lookAtGroup(ctx, group)
	}
	i.lookAtApprovers(ctx)
}

func unique(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}

// kind of the approvals channel: the family of scopes that it needs.
type kind string

const (
	public  kind = "channels"
	private kind = "groups"
	unclear kind = ""
)

func (i *inspection) lookAtChannel(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	c, err := i.api.Slack.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: i.channel})
	const variable = "APPROVAL_CHANNEL"
	switch webapi.CodeOf(err) {
	case "channel_not_found":
		i.Fail(checkChannel, variable, "correct the ID or, in a private channel, invite the bot with /invite", "there is no channel %s that the bot can see", i.channel)
		return
	case "missing_scope":
		i.Fail(checkChannel, variable, "add the scopes channels:read and channels:history, for a private channel groups:read and groups:history, and install the app again",
			"the bot may not look at %s", i.channel)
		return
	}
	if err != nil {
		i.refused(checkChannel, variable, nil, err)
		return
	}
	if i.kind = public; c.IsPrivate {
		i.kind = private
	}
	restricted := c.Properties != nil && len(c.Properties.PostingRestrictedTo.Type)+len(c.Properties.PostingRestrictedTo.User) > 0
	switch {
	case c.IsIM || c.IsMpIM:
		i.kind = unclear
		i.Fail(checkChannel, variable, "write the ID of a channel", "%s is a direct message", i.channel)
	case c.IsArchived:
		i.Fail(checkChannel, variable, "unarchive it or write another one's ID", "the channel #%s (%s) is archived", c.Name, i.channel)
	case !c.IsMember:
		i.Fail(checkChannel, variable, "type there: /invite @ and the bot's name", "the bot isn't a member of #%s (%s)", c.Name, i.channel)
	case c.IsReadOnly || restricted:
		i.Warn(checkChannel, variable, "let the bot post there, in the channel's settings under posting permissions", "not everybody may post in #%s (%s)", c.Name, i.channel)
	default:
		i.Pass(checkChannel, "the bot is a member of #%s (%s), and may post there", c.Name, i.channel)
	}
	if c.IsExtShared {
		i.Warn(checkChannel, variable, "use a channel of this organization alone", "#%s is shared with another organization, whose people read the requests", c.Name)
	}
}

// lookAtScopes compares what auth.test said that the token may do with what is needed.
func (i *inspection) lookAtScopes() {
	if i.self.scopes == "" {
		return
	}
	granted := strings.FieldsFunc(i.self.scopes, func(r rune) bool { return r == ',' || r == ' ' })
	missing := 0
	for _, s := range Scopes {
		if i.needs(s.Name) && !slices.Contains(granted, s.Name) {
			i.Fail(checkScopes, "SLACK_BOT_TOKEN", "add it at api.slack.com/apps under OAuth & Permissions and install the app again", "the scope %s is missing (%s)", s.Name, s.Purpose)
			missing++
		}
	}
	if missing == 0 {
		i.Pass(checkScopes, "the token has all that the bot needs")
	}
}

func (i *inspection) needs(scope string) bool {
	switch family, _, _ := strings.Cut(scope, ":"); family {
	case "usergroups":
		return len(i.people.approvers.groups)+len(i.people.requesters.groups) > 0
	case string(public), string(private):
		return family == string(i.kind)
	}
	return true
}

// deciders are who can approve, as far as Slack could be asked.
type deciders struct {
	known map[string]bool
	all   bool // there are no others
}

// lookWhetherEnough refuses rules by which nothing can ever be approved, and warns where nothing can be now, or some people's requests
// can't: who is in a group changes.
func (i *inspection) lookWhetherEnough() {
	rules, n := i.rules, len(i.able.known)
	switch {
	case !i.able.all:
	case n < rules.Required && len(i.people.approvers.groups) > 0:
		i.Warn(checkEnough, "APPROVERS", "add people to the groups, or list more", "nothing can be approved: of those who are listed %d can, and APPROVALS_REQUIRED asks for %d", n, rules.Required)
	case n < rules.Required:
		i.Fail(checkEnough, "APPROVERS", "list more people of this workspace", "%d of those who are listed can approve, and APPROVALS_REQUIRED asks for %d", n, rules.Required)
	case n == rules.Required && !rules.AllowSelf:
		i.Warn(checkEnough, "APPROVERS", "list one more", "requests of some people can't be approved: nobody decides their own, and there are no more approvers than the %d that are needed: %s",
			rules.Required, checkup.Names(slices.Sorted(maps.Keys(i.able.known)), 10))
	default:
		i.Pass(checkEnough, "%d people can approve, and a request needs %d", n, rules.Required)
	}
}

func (i *inspection) lookAtGroup(ctx context.Context, group string) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	const variable = "APPROVERS, REQUESTERS"
	members, err := i.people.groups.get(ctx, group)
	switch code := webapi.CodeOf(err); {
	case code == "no_such_subteam", code == "subteam_not_found":
		i.Fail(checkGroups, variable, "correct the ID or leave it out", "there is no user group %s, or it was disabled", group)
		return
	case code == "plan_upgrade_required":
		i.Fail(checkGroups, variable, "write the IDs of people instead", "this workspace's plan has no user groups, so nobody is known to be in %s", group)
		return
	case err != nil:
		i.able.all = false
		i.refused(checkGroups, variable, nil, err)
		return
	case len(members) == 0:
		i.Warn(checkGroups, variable, "add somebody, or leave it out", "the user group %s has no members", group)
	default:
		i.Pass(checkGroups, "%s has %d members", group, len(members))
	}
	if slices.Contains(i.people.approvers.groups, group) {
		for _, id := range members {
			i.able.known[id] = true
		}
	}
}

// lookedAt is at how many people at most it is looked one by one.
const lookedAt = 100

// lookAtApprovers looks at those who are listed by ID.
func (i *inspection) lookAtApprovers(ctx context.Context) {
	users := i.people.approvers.users
	found := i.askAbout(ctx, users)
	for n := range found {
		i.lookAtApprover(users[n], found[n])
	}
	if len(found) < len(users) {
		i.able.all = false
		i.Pass(checkApprovers, "%d are listed, of whom the first %d were looked at", len(users), len(found))
	}
}

// about is what Slack says of somebody.
type about struct {
	*slack.User
	err error
}

// askAbout asks Slack about people, some at a time; when Slack doesn't answer, about no more.
func (i *inspection) askAbout(ctx context.Context, ids []string) []about {
	found := make([]about, min(len(ids), lookedAt))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for n := range found {
		group.Go(func() error {
			call, cancel := context.WithTimeout(asking, callLimit)
			defer cancel()
			u, err := i.api.Slack.GetUserInfoContext(call, ids[n])
			found[n] = about{u, err}
			if isUnreachable(err) {
				return err
			}
			return nil
		})
	}
	_ = group.Wait() // it is in found
	return found
}

// isUnreachable says whether an error isn't an answer of Slack's.
func isUnreachable(err error) bool {
	_, call := errors.AsType[*url.Error](err)
	_, network := errors.AsType[net.Error](err)
	return call || network
}

// lookAtApprover refuses what can never approve. Somebody who was deactivated can't either, but people leave: that must
// not keep the bot from starting.
func (i *inspection) lookAtApprover(id string, u about) {
	const variable = "APPROVERS"
	switch {
	case webapi.CodeOf(u.err) == "user_not_found":
		i.Fail(checkApprovers, variable, "correct the ID or leave it out", "there is no user %s in this workspace", id)
		return
	case u.err != nil:
		i.able.all = false
		i.refused(checkApprovers, variable, nil, u.err)
		return
	case u.IsBot:
		i.Fail(checkApprovers, variable, "leave it out", "%s (%s) is a bot, and bots can't approve", id, u.Name)
		return
	case u.Deleted:
		i.Warn(checkApprovers, variable, "leave it out", "%s (%s) was deactivated, and can't decide", id, u.Name)
		delete(i.able.known, id)
		return
	case !i.people.isOurs(u.User):
		i.Warn(checkApprovers, variable, "leave it out", "%s (%s) is of another organization, and can't decide", id, u.Name)
		delete(i.able.known, id)
		return
	case u.IsRestricted:
		i.Warn(checkApprovers, variable, "leave it out, if that isn't meant", "%s (%s) is a guest, and may decide", id, u.Name)
	default:
		i.Pass(checkApprovers, "%s is %s", id, u.Name)
	}
	i.able.known[id] = true
}

// lookAround looks at who is in the approvals channel, and whether the members of groups can decide.
func (i *inspection) lookAround(ctx context.Context) {
	if i.kind == unclear {
		return
	}
	members, whole, err := i.inChannel(ctx)
	if err != nil {
		i.refused(checkChannel, "", nil, err)
		return
	}
	if !whole {
		i.Warn(checkChannel, "APPROVAL_CHANNEL", "use a channel of fewer people", "more than %d people are in it, and see every request", len(members))
		i.lookAtGroupMembers(ctx)
		return
	}
	i.Pass(checkChannel, "%d people and bots are in it, and see every request", len(members))
	var outside []string
	for _, id := range slices.Sorted(maps.Keys(i.able.known)) {
		if !slices.Contains(members, id) {
			outside = append(outside, id)
		}
	}
	if len(outside) > 0 {
		i.Warn(checkApprovers, "APPROVERS", "invite them there, or they can't press a button", "these aren't in the approvals channel: %s", checkup.Names(outside, 10))
	}
	i.lookAtGroupMembers(ctx)
}

// lookAtOthers looks whether those are there who may ask, and who are mentioned: nothing depends on it, but somebody is meant.
func (i *inspection) lookAtOthers(ctx context.Context, mentioned []string) {
	for variable, ids := range map[string][]string{"REQUESTERS": i.people.requesters.users, "NOTIFY": newList(mentioned).users} {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(i.people.approvers.users, id) })
		for n, u := range i.askAbout(ctx, ids) {
			if webapi.CodeOf(u.err) == "user_not_found" || u.err == nil && u.Deleted {
				i.Warn(checkOthers, variable, "correct the ID or leave it out", "there is no user %s in this workspace, or it was deactivated", ids[n])
			}
		}
	}
	for _, group := range newList(mentioned).groups {
		if slices.Contains(slices.Concat(i.people.approvers.groups, i.people.requesters.groups), group) {
			continue
		}
		if _, err := i.people.groups.get(ctx, group); webapi.CodeOf(err) != "" {
			i.Warn(checkOthers, "NOTIFY", "correct the ID or leave it out", "there is no user group %s (%s)", group, webapi.CodeOf(err))
		}
	}
}

// inChannel are who is in the approvals channel, and whether these are all: of a very large one only the first are read.
func (i *inspection) inChannel(ctx context.Context) (all []string, whole bool, err error) {
	for cursor, pages := "", 0; pages < 5; pages++ {
		call, cancel := context.WithTimeout(ctx, callLimit)
		var page []string
		page, cursor, err = i.api.Slack.GetUsersInConversationContext(call, &slack.GetUsersInConversationParameters{ChannelID: i.channel, Limit: 999, Cursor: cursor})
		cancel()
		all = append(all, page...)
		if err != nil || cursor == "" {
			return all, true, err
		}
	}
	return all, false, nil
}

// lookAtGroupMembers warns of those in a group of approvers who can't decide.
func (i *inspection) lookAtGroupMembers(ctx context.Context) {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(i.able.known)) {
		if !slices.Contains(i.people.approvers.users, id) {
			ids = append(ids, id)
		}
	}
	var cannot []string
	for n, u := range i.askAbout(ctx, ids) {
		if u.err != nil {
			i.able.all = false
			i.refused(checkApprovers, "", nil, u.err)
		} else if u.IsRestricted || u.IsBot || u.Deleted || !i.people.isOurs(u.User) {
			cannot = append(cannot, ids[n])
			delete(i.able.known, ids[n])
		}
	}
	if len(cannot) > 0 {
		i.Warn(checkApprovers, "APPROVERS", "take them out of the group, or list a guest by ID who shall decide", "these are in a group, and can't decide, as they are guests, bots, deactivated or of another organization: %s", checkup.Names(cannot, 10))
	}
}
