package settings

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
)

func (c *Channel) check(wrong wrongs) {
	wrong.checkProxies()
	wrong.refuseToken("SLACK_BOT_TOKEN", c.SlackBotToken, "xoxb-")
	if base, err := url.Parse(c.SlackAPIURL); err != nil || base.Host == "" || base.User != nil || !isSafe(base) {
		wrong.refuse("SLACK_API_URL", tongue.Say("tokens can't be sent there", "不能将令牌发送到该地址"))
	}
	c.SlackAPIURL = strings.TrimRight(c.SlackAPIURL, "/") + "/"
	if c.ApprovalChannel != "" && !isID(c.ApprovalChannel, "CG") {
		wrong.refuse("APPROVAL_CHANNEL", wontDo(shown(c.ApprovalChannel)))
	}
}

func (s *Settings) checkSlack(wrong wrongs) {
	wrong.refuseToken("SLACK_APP_TOKEN", s.SlackAppToken, "xapp-")
	if s.SlackConnections < 1 || s.SlackConnections > 9 {
		wrong.refuse("SLACK_CONNECTIONS", wontDo(s.SlackConnections))
	}
	s.Approvers = wrong.people("APPROVERS", s.Approvers)
	s.Requesters = wrong.people("REQUESTERS", s.Requesters)
	s.Notify = wrong.people("NOTIFY", s.Notify)
	if s.ApprovalsRequired < 1 {
		wrong.refuse("APPROVALS_REQUIRED", wontDo(s.ApprovalsRequired))
	}
	isGroup := func(id string) bool { return id[0] == 'S' }
	if n := len(s.Approvers); n < s.ApprovalsRequired && !slices.ContainsFunc(s.Approvers, isGroup) {
		wrong.add("APPROVERS", tongue.Say("lists %d of the %d people that APPROVALS_REQUIRED asks for",
			"只列出了 %d 人，而 APPROVALS_REQUIRED 要求 %d 人", n, s.ApprovalsRequired),
			tongue.Say("add more, or a user group", "请添加人员或用户组"))
	}
}

// refuseToken says of a token of the wrong kind what it is, and never shows it.
func (w wrongs) refuseToken(name string, token Secret, prefix string) {
	switch text := token.Reveal(); {
	case text == "" || strings.HasPrefix(text, prefix) && text != prefix:
	case strings.HasPrefix(text, "xoxb-"):
		w.refuse(name, tongue.Say("this is a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN",
			"这是机器人令牌（xoxb-…），应填写在 SLACK_BOT_TOKEN 中"))
	case strings.HasPrefix(text, "xapp-"):
		w.refuse(name, tongue.Say("this is an app-level token (xapp-…), which belongs in SLACK_APP_TOKEN",
			"这是应用级令牌（xapp-…），应填写在 SLACK_APP_TOKEN 中"))
	case strings.HasPrefix(text, "xoxp-"):
		w.refuse(name, tongue.Say("this is a user token (xoxp-…)", "这是用户令牌（xoxp-…）"))
	case strings.HasPrefix(text, "xox"):
		w.refuse(name, tongue.Say("this is a Slack token of another kind", "这是其他类型的 Slack 令牌"))
	case strings.ContainsAny(text, "\"'"):
		w.refuse(name, tongue.Say("there are quotation marks in it", "其中有引号"))
	default:
		w.refuse(name, tongue.Say("this is no Slack token", "这不是 Slack 令牌"))
	}
}

// isSafe says whether tokens may travel there: encrypted, or without leaving this machine.
func isSafe(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// people returns the IDs in a list, each once, and refuses everything else that is in it.
func (w wrongs) people(name string, list []string) (ids []string) {
	var bad []tongue.Text
	for _, id := range list {
		switch id = strings.TrimSpace(id); {
		case id == "" || slices.Contains(ids, id):
		case isID(id, "UWS"):
			ids = append(ids, id)
		default:
			bad = append(bad, shown(id))
		}
	}
	if len(bad) > 0 {
		w.refuse(name, wontDo(tongue.List(bad)))
	} else if len(list) > 0 && len(ids) == 0 {
		w.refuse(name, tongue.Say("nobody is listed", "未列出任何人"))
	}
	return ids
}

// isID says whether text is a Slack ID that begins with one of the letters.
func isID(text, letters string) bool {
	odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
	return len(text) > 2 && strings.IndexByte(letters, text[0]) >= 0 && !strings.ContainsFunc(text, odd)
}
