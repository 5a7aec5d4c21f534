package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/checkup"
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
		socketMode = trySocketMode(ctx, c.API, c.language())
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
	if code := webapi.CodeOf(err); webapi.IsBarred(code) {
		return "the token may not ask that (" + code + ")", "add the scopes that are missing, and install the app again"
	} else if code != "" {
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
