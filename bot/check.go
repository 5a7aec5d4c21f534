package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/slack-go/slack"
)

// Scopes are what the bot token needs, each with what for. Of channels:… and groups:… the bot uses those of the kind
// that the approvals channel is (public, private); usergroups:read only where a user group is listed.
var Scopes = []Scope{
	{"commands", tongue.Say("the slash command", "斜杠命令")},
	{"chat:write", tongue.Say("cards, replies, answers and direct messages", "卡片、回复、应答和私信")},
	{"im:write", tongue.Say("open the direct messages in which an earlier try is looked for", "打开私信，以查找此前尝试发送的消息")},
	{"im:history", tongue.Say("look there for a message whose post got no answer", "在其中查找发送后未得到应答的消息")},
	{"users:read", tongue.Say("who somebody is: guests, bots and people of other organizations may not ask", "识别人员：访客、机器人和其他组织的人员不能申请")},
	{"usergroups:read", tongue.Say("who is a member of a listed user group", "查询所列用户组的成员")},
	{"channels:read", tongue.Say("check that the approvals channel exists and the bot is a member", "检查审批频道是否存在、机器人是否在其中")},
	{"channels:history", tongue.Say("look there for a message whose post got no answer", "在其中查找发送后未得到应答的消息")},
	{"groups:read", tongue.Say("the same as channels:read, where the channel is private", "同 channels:read，用于私有频道")},
	{"groups:history", tongue.Say("the same as channels:history, where the channel is private", "同 channels:history，用于私有频道")},
}

// Scope is a permission of the bot token.
type Scope struct {
	Name    string
	Purpose tongue.Text
}

// What is looked at.
var (
	checkBotToken   = tongue.Say("Slack bot token", "Slack 机器人令牌")
	checkSocketMode = tongue.Same("Socket Mode")
	checkScopes     = tongue.Say("scopes", "权限")
	checkChannel    = tongue.Say("approvals channel", "审批频道")
	checkGroups     = tongue.Say("user groups", "用户组")
	checkApprovers  = tongue.Say("approvers", "审批人")
	checkEnough     = tongue.Say("enough approvers", "审批人数")
	checkOthers     = tongue.Say("others", "其他人员")
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
	i := &inspection{api: c.API, channel: c.Channel, rules: rules, self: &self, people: newPeople(c.API.Slack, &self, c.Approvers, c.Requesters, time.Now, slog.New(slog.DiscardHandler))}
	var socketMode checkup.List
	var both sync.WaitGroup
	both.Go(func() {
		if socketMode = (checkup.List{}); connected {
			socketMode.Pass(checkSocketMode, tongue.Say("a bot is connected", "已有机器人处于连接状态"))
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
			b.log.Warn(f.Problem().String(), "check", f.Check.String())
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
		i.Fail(checkBotToken, "SLACK_BOT_TOKEN", tongue.Say("the token is a person's, and not a bot's", "该令牌属于人员，而不是机器人"),
			tongue.Say("write the Bot User OAuth Token (xoxb-…)", "请填写 Bot User OAuth Token（xoxb-…）"))
		return false
	}
	i.Pass(checkBotToken, tongue.Say("%s of the workspace %s", "%[1]s，工作区 %[2]s", who.User, i.self.teamURL))
	return true
}

// refused notes that Slack said definitely no, or can't be asked.
func (i *inspection) refused(check tongue.Text, variable string, refused, err error) {
	if wrong, ok := errors.AsType[*webapi.ConfigError](refused); ok {
		for _, p := range wrong.Problems {
			i.Fail(check, variable, p.What, p.Remedy)
		}
		return
	}
	what, remedy := unreachable(err)
	if !slices.ContainsFunc(i.List, func(f checkup.Finding) bool { return f.Check == check && f.What == what }) { // once is enough
		i.Unanswered(check, "", what, remedy)
	}
}

// unreachable says why Slack could not be asked, and what to look at.
func unreachable(err error) (what, remedy tongue.Text) {
	err = webapi.WithoutAddress(err)
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return tongue.Say("Slack asks to wait for %s", "Slack 要求等待 %s", limited.RetryAfter), tongue.Say("try again then", "请在此之后重试")
	}
	if code := webapi.CodeOf(err); webapi.IsBarred(code) {
		return tongue.Say("the token may not ask that (%s)", "令牌无权查询（%s）", code),
			tongue.Say("add the scopes that are missing, and install the app again", "请添加缺少的权限，然后重新安装应用")
	} else if code != "" {
		return tongue.Say("Slack doesn't answer that (%s)", "Slack 未予应答（%s）", code), tongue.Say("try again later", "请稍后重试")
	}
	if what, remedy, ok := checkup.Untrusted(err, "Slack"); ok {
		return what, remedy
	}
	what = tongue.Say("Slack can't be reached: %v", "无法连接 Slack：%v", err)
	if errors.Is(err, context.DeadlineExceeded) {
		what = tongue.Say("Slack doesn't answer within %s", "Slack 在 %s 内没有应答", callLimit)
	}
	return what, tongue.Say("see to it that this machine may connect to slack.com and wss-primary.slack.com by port 443, or set HTTPS_PROXY; SLACK_API_URL is only for a double",
		"请确保本机可以通过 443 端口连接 slack.com 和 wss-primary.slack.com，或设置 HTTPS_PROXY；SLACK_API_URL 仅用于替身服务器")
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
		i.Fail(checkChannel, variable, tongue.Say("there is no channel %s that the bot can see", "没有机器人可见的频道 %s", i.channel),
			tongue.Say("correct the ID or, in a private channel, invite the bot with /invite", "请更正 ID；如果是私有频道，请用 /invite 邀请机器人加入"))
		return
	case "missing_scope":
		i.Fail(checkChannel, variable, tongue.Say("the bot may not look at %s", "机器人无权查看 %s", i.channel),
			tongue.Say("add the scopes channels:read and channels:history, for a private channel groups:read and groups:history, and install the app again",
				"请添加权限 channels:read 和 channels:history（私有频道为 groups:read 和 groups:history），然后重新安装应用"))
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
		i.Fail(checkChannel, variable, tongue.Say("%s is a direct message", "%s 是私信", i.channel),
			tongue.Say("write the ID of a channel", "请填写频道的 ID"))
	case c.IsArchived:
		i.Fail(checkChannel, variable, tongue.Say("the channel #%s (%s) is archived", "频道 #%s（%s）已归档", c.Name, i.channel),
			tongue.Say("unarchive it or write another one's ID", "请取消归档，或填写其他频道的 ID"))
	case !c.IsMember:
		i.Fail(checkChannel, variable, tongue.Say("the bot isn't a member of #%s (%s)", "机器人不是 #%s（%s）的成员", c.Name, i.channel),
			tongue.Say("type there: /invite @ and the bot's name", "请在该频道输入：/invite @ 加机器人的名称"))
	case c.IsReadOnly || restricted:
		i.Warn(checkChannel, variable, tongue.Say("not everybody may post in #%s (%s)", "#%s（%s）并非人人都能发消息", c.Name, i.channel),
			tongue.Say("let the bot post there, in the channel's settings under posting permissions", "请在频道设置的发布权限中允许机器人发消息"))
	default:
		i.Pass(checkChannel, tongue.Say("the bot is a member of #%s (%s), and may post there", "机器人是 #%s（%s）的成员，可以发消息", c.Name, i.channel))
	}
	if c.IsExtShared {
		i.Warn(checkChannel, variable, tongue.Say("#%s is shared with another organization, whose people read the requests",
			"#%s 与其他组织共享，对方人员能看到申请", c.Name),
			tongue.Say("use a channel of this organization alone", "请使用仅限本组织的频道"))
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
			i.Fail(checkScopes, "SLACK_BOT_TOKEN", tongue.Say("the scope %s is missing (%s)", "缺少权限 %s（%s）", s.Name, s.Purpose),
				tongue.Say("add it at api.slack.com/apps under OAuth & Permissions and install the app again",
					"请在 api.slack.com/apps 的 OAuth & Permissions 中添加，然后重新安装应用"))
			missing++
		}
	}
	if missing == 0 {
		i.Pass(checkScopes, tongue.Say("the token has all that the bot needs", "令牌具有机器人所需的全部权限"))
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
