package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/slack-go/slack"
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

// check finds out whether the bot can do what it is configured for. A definite no is a [*ConfigError] with everything
// that was found; what Slack couldn't be asked is only logged.
func (b *Bot) check(ctx context.Context) error {
	kind, problems := b.checkChannel(ctx)
	problems = append(problems, b.checkScopes(kind)...)
	able := deciders{all: true, known: map[string]bool{}}
	for _, group := range unique(b.people.approvers.groups, b.people.requesters.groups) {
		problems = append(problems, b.checkGroup(ctx, group, &able)...)
	}
	for _, user := range b.people.approvers.users {
		problems = append(problems, b.checkApprover(ctx, user, &able)...)
	}
	problems = append(problems, b.checkEnough(able)...)
	if ctx.Err() != nil {
		return nil
	}
	if len(problems) > 0 {
		return &webapi.ConfigError{Problems: problems}
	}
	b.log.Info("Slack is as it should be", "workspace", b.self.teamURL, "approvals", b.channel)
	return nil
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

func (b *Bot) checkChannel(ctx context.Context) (kind, []string) {
	c, err := b.api.Slack.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: b.channel})
	problem := func(format string, args ...any) []string {
		return []string{"APPROVAL_CHANNEL: " + fmt.Sprintf(format, args...)}
	}
	switch webapi.CodeOf(err) {
	case "channel_not_found":
		return unclear, problem("there is no channel %s that the bot can see; correct the ID or, in a private channel, invite the bot with /invite", b.channel)
	case "missing_scope":
		return unclear, problem("the bot may not look at %s; add the scopes channels:read and channels:history, for a private channel groups:read and groups:history, and install the app again", b.channel)
	}
	if err != nil {
		return unclear, b.unchecked("the approvals channel", err)
	}
	k := public
	if c.IsPrivate {
		k = private
	}
	switch {
	case c.IsIM || c.IsMpIM:
		return unclear, problem("%s is a direct message; write the ID of a channel", b.channel)
	case c.IsArchived:
		return k, problem("the channel #%s (%s) is archived; unarchive it or write another one's ID", c.Name, b.channel)
	case !c.IsMember:
		return k, problem("the bot isn't a member of #%s (%s); type there: /invite @ and the bot's name", c.Name, b.channel)
	}
	return k, nil
}

// unchecked says that Slack couldn't be asked, which is no reason not to start.
func (b *Bot) unchecked(what string, err error) []string {
	b.log.Warn("could not be checked", "what", what, "error", err)
	return nil
}

// checkScopes compares what auth.test said that the token may do with what is needed.
func (b *Bot) checkScopes(k kind) []string {
	if b.self.scopes == "" {
		return nil
	}
	granted := strings.FieldsFunc(b.self.scopes, func(r rune) bool { return r == ',' || r == ' ' })
	var problems []string
	for _, s := range Scopes {
		if b.needs(s.Name, k) && !slices.Contains(granted, s.Name) {
			problems = append(problems, fmt.Sprintf("SLACK_BOT_TOKEN: the scope %s is missing (%s); add it at api.slack.com/apps under OAuth & Permissions and install the app again", s.Name, s.Purpose))
		}
	}
	return problems
}

func (b *Bot) needs(scope string, k kind) bool {
	switch family, _, _ := strings.Cut(scope, ":"); family {
	case "usergroups":
		return len(b.people.approvers.groups)+len(b.people.requesters.groups) > 0
	case string(public), string(private):
		return family == string(k)
	}
	return true
}

// deciders are who can approve, as far as Slack could be asked.
type deciders struct {
	known map[string]bool
	all   bool // there are no others
}

// checkEnough refuses rules by which nothing can ever be approved, and warns where nothing can be now, or some people's requests
// can't: who is in a group changes.
func (b *Bot) checkEnough(able deciders) []string {
	rules := b.rules
	n := len(able.known)
	switch {
	case !able.all:
	case n < rules.Required && len(b.people.approvers.groups) > 0:
		b.log.Warn("nothing can be approved: of those who are listed there aren't enough who can", "people", n, "APPROVALS_REQUIRED", rules.Required)
	case n < rules.Required:
		return []string{fmt.Sprintf("APPROVERS: %d of those who are listed can approve, and APPROVALS_REQUIRED asks for %d; list more people of this workspace", n, rules.Required)}
	case n == rules.Required && !rules.AllowSelf:
		b.log.Warn("requests of some people can't be approved: nobody decides their own, and there are no more approvers than are needed",
			"people", strings.Join(slices.Sorted(maps.Keys(able.known)), ", "), "APPROVALS_REQUIRED", rules.Required)
	}
	return nil
}

func (b *Bot) checkGroup(ctx context.Context, group string, able *deciders) []string {
	members, err := b.people.groups.get(ctx, group)
	switch code := webapi.CodeOf(err); {
	case code == "no_such_subteam", code == "subteam_not_found":
		return []string{fmt.Sprintf("APPROVERS, REQUESTERS: there is no user group %s, or it was disabled; correct the ID or leave it out", group)}
	case code == "plan_upgrade_required":
		return []string{fmt.Sprintf("APPROVERS, REQUESTERS: this workspace's plan has no user groups, so nobody is known to be in %s; write the IDs of people instead", group)}
	case err != nil:
		able.all = false
		return b.unchecked("user group "+group, err)
	case len(members) == 0:
		b.log.Warn("a listed user group has no members", "group", group)
	}
	if slices.Contains(b.people.approvers.groups, group) {
		for _, id := range members {
			able.known[id] = true
		}
	}
	return nil
}

// checkApprover refuses what can never approve. Somebody who was deactivated can't either, but people leave: that must
// not keep the bot from starting.
func (b *Bot) checkApprover(ctx context.Context, id string, able *deciders) []string {
	u, err := b.api.Slack.GetUserInfoContext(ctx, id)
	switch {
	case webapi.CodeOf(err) == "user_not_found":
		return []string{fmt.Sprintf("APPROVERS: there is no user %s in this workspace; correct the ID or leave it out", id)}
	case err != nil:
		able.all = false
		return b.unchecked("approver "+id, err)
	case u.IsBot:
		return []string{fmt.Sprintf("APPROVERS: %s (%s) is a bot, and bots can't approve; leave it out", id, u.Name)}
	case u.Deleted:
		b.log.Warn("a listed approver was deactivated, and can't decide", "user", id)
		delete(able.known, id)
		return nil
	case !b.people.isOurs(u):
		b.log.Warn("a listed approver is of another organization, and can't decide", "user", id, "name", u.Name)
		delete(able.known, id)
		return nil
	case u.IsRestricted:
		b.log.Warn("a listed approver is a guest, and may decide", "user", id, "name", u.Name)
	}
	able.known[id] = true
	return nil
}
