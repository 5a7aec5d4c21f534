// Package settings reads the configuration from the environment and checks it: everything that is wrong is said at
// once, a line for each variable with what to write ([Problems]). The tags of [Settings] are the only list of variables:
// what is read, what --help prints, and what an error tells to write. Secrets print as [redacted] everywhere.
//
// What Slack has to say of the configuration is found out in package bot, and what the settings are for in
// internal/operate.
package settings

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

// Settings are the bot's configuration. Their tags are its only list: what is read, what --help prints, and what an
// error tells to write.
type Settings struct {
	Ledger
	SlackBotToken     Secret        `envconfig:"SLACK_BOT_TOKEN" unset:"required" want:"the bot token, xoxb-…, from OAuth & Permissions of your Slack app"`
	SlackAppToken     Secret        `envconfig:"SLACK_APP_TOKEN" unset:"required" want:"an app-level token with connections:write, xapp-…, from Basic Information of your Slack app"`
	SlackAPIURL       string        `envconfig:"SLACK_API_URL" default:"https://slack.com/api/" want:"the base of Slack's Web API, https://… (http:// on this machine only)"`
	SlackConnections  int           `envconfig:"SLACK_CONNECTIONS" default:"2" want:"how many Socket Mode connections to hold, 1 to 10"`
	ApprovalChannel   string        `envconfig:"APPROVAL_CHANNEL" unset:"required" want:"the ID of the channel for approvals, C…, from the end of the channel's details"`
	Approvers         []string      `envconfig:"APPROVERS" unset:"required" want:"who may decide: IDs of people (U… or W…, from ⋮ in their profile) and user groups (S…, from ⋮ at the group), with commas between"`
	Requesters        []string      `envconfig:"REQUESTERS" unset:"all members" want:"who may ask: IDs as in APPROVERS"`
	ApprovalsRequired int           `envconfig:"APPROVALS_REQUIRED" default:"1" want:"how many approvers a request needs, 1 or more"`
	AllowSelfApproval bool          `envconfig:"ALLOW_SELF_APPROVAL" default:"false" want:"true if approvers may approve their own requests, else false"`
	RequestTTL        time.Duration `envconfig:"REQUEST_TTL" default:"72h" want:"how long a request waits for its decision, such as 72h (three days) or 90m, at least 1m, or 0 for ever"`
	SecretID          Secret        `envconfig:"TENCENTCLOUD_SECRET_ID" unset:"SDK's chain" want:"the SecretId of an API key; without one, a profile or the machine's role is looked for"`
	SecretKey         Secret        `envconfig:"TENCENTCLOUD_SECRET_KEY" want:"the SecretKey that belongs to TENCENTCLOUD_SECRET_ID"`
	Token             Secret        `envconfig:"TENCENTCLOUD_TOKEN" want:"the session token, where the key is temporary"`
	Endpoint          string        `envconfig:"TENCENTCLOUD_ENDPOINT" default:"https://organization.intl.tencentcloudapi.com" want:"the URL or host of the organization API (http:// on this machine only)"`
	Region            string        `envconfig:"TENCENTCLOUD_REGION" want:"a region, though the organization API needs none"`
	Rate              float64       `envconfig:"TENCENTCLOUD_RATE" default:"20" want:"how many calls a second to make at most, from 0.01 to 20"`
	Settle            time.Duration `envconfig:"TENCENTCLOUD_SETTLE" default:"11m" want:"how long a call whose answer was lost may still arrive, 10m or more: a signed call is valid for 5m, by a clock that may differ by 5m"`
	LogLevel          slog.Level    `envconfig:"LOG_LEVEL" default:"info" want:"debug, info, warn or error"`
	LogFormat         string        `envconfig:"LOG_FORMAT" unset:"json (text on a terminal)" want:"json or text"`
}

// Ledger is all that reading the ledger needs.
type Ledger struct {
	DatabaseURL string `envconfig:"DATABASE_URL" default:"sqlite:invitebot.db" want:"sqlite:PATH for one process, or postgres://USER:PASSWORD@HOST/DATABASE for several"`
}

// Read fills s from the environment and returns everything that is wrong.
func (s *Settings) Read() error {
	wrong := readEnvironment(s)
	s.checkSlack(wrong)
	s.checkTencentCloud(wrong)
	s.Ledger.check(wrong)
	if s.RequestTTL != 0 && s.RequestTTL < time.Minute {
		wrong.refuse("REQUEST_TTL", s.RequestTTL.String()+" won't do")
	}
	if s.LogFormat != "" && s.LogFormat != "json" && s.LogFormat != "text" {
		wrong.refuse("LOG_FORMAT", shown(s.LogFormat)+" won't do")
	}
	return wrong.err()
}

func (s *Settings) checkSlack(wrong wrongs) {
	wrong.refuseToken("SLACK_BOT_TOKEN", s.SlackBotToken, "xoxb-")
	wrong.refuseToken("SLACK_APP_TOKEN", s.SlackAppToken, "xapp-")
	if base, err := url.Parse(s.SlackAPIURL); err != nil || base.Host == "" || base.User != nil || !isSafe(base) {
		wrong.refuse("SLACK_API_URL", "this is no such URL")
	}
	s.SlackAPIURL = strings.TrimRight(s.SlackAPIURL, "/") + "/"
	if s.SlackConnections < 1 || s.SlackConnections > 10 {
		wrong.refuse("SLACK_CONNECTIONS", fmt.Sprintf("%d won't do", s.SlackConnections))
	}
	if s.ApprovalChannel != "" && !isID(s.ApprovalChannel, "CG") {
		wrong.refuse("APPROVAL_CHANNEL", shown(s.ApprovalChannel)+" won't do")
	}
	s.Approvers = wrong.people("APPROVERS", s.Approvers)
	s.Requesters = wrong.people("REQUESTERS", s.Requesters)
	if s.ApprovalsRequired < 1 {
		wrong.refuse("APPROVALS_REQUIRED", fmt.Sprintf("%d won't do", s.ApprovalsRequired))
	}
	isGroup := func(id string) bool { return id[0] == 'S' }
	if n := len(s.Approvers); n < s.ApprovalsRequired && !slices.ContainsFunc(s.Approvers, isGroup) {
		wrong.add("APPROVERS", "lists %d of the %d people that APPROVALS_REQUIRED asks for; add more, or a user group", n, s.ApprovalsRequired)
	}
}

// refuseToken says of a token of the wrong kind what it is, and never shows it.
func (w wrongs) refuseToken(name string, token Secret, prefix string) {
	switch text := token.Reveal(); {
	case text == "" || strings.HasPrefix(text, prefix) && text != prefix:
	case strings.HasPrefix(text, "xoxb-"):
		w.refuse(name, "this is a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN")
	case strings.HasPrefix(text, "xapp-"):
		w.refuse(name, "this is an app-level token (xapp-…), which belongs in SLACK_APP_TOKEN")
	case strings.HasPrefix(text, "xoxp-"):
		w.refuse(name, "this is a user token (xoxp-…)")
	case strings.HasPrefix(text, "xox"):
		w.refuse(name, "this is a Slack token of another kind")
	case strings.ContainsAny(text, "\"'"):
		w.refuse(name, "there are quotation marks in it")
	default:
		w.refuse(name, "this is no Slack token")
	}
}

// isSafe says whether tokens may travel there: encrypted, or without leaving this machine.
func isSafe(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// people returns the IDs in a list, each once, and refuses everything else that is in it.
func (w wrongs) people(name string, list []string) (ids []string) {
	var bad []string
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
		w.refuse(name, strings.Join(bad, ", ")+" won't do")
	} else if len(list) > 0 && len(ids) == 0 {
		w.refuse(name, "nobody is listed")
	}
	return ids
}

// isID says whether text is a Slack ID that begins with one of the letters.
func isID(text, letters string) bool {
	odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
	return len(text) > 2 && strings.IndexByte(letters, text[0]) >= 0 && !strings.ContainsFunc(text, odd)
}

func (s *Settings) checkTencentCloud(wrong wrongs) {
	if _, err := invite.ParseEndpoint(s.Endpoint); err != nil {
		wrong.add("TENCENTCLOUD_ENDPOINT", "%v (the usual one is %s)", err, invite.DefaultEndpoint)
	}
	id, key, token := s.SecretID.Reveal(), s.SecretKey.Reveal(), s.Token.Reveal()
	if id != "" && key == "" {
		wrong.refuse("TENCENTCLOUD_SECRET_KEY", "not set, but TENCENTCLOUD_SECRET_ID is")
	}
	if id == "" && key+token != "" {
		wrong.refuse("TENCENTCLOUD_SECRET_ID", "not set, but TENCENTCLOUD_SECRET_KEY or TENCENTCLOUD_TOKEN is")
	}
	if !(s.Rate >= 0.01 && s.Rate <= 20) { // so that NaN is refused too
		wrong.refuse("TENCENTCLOUD_RATE", fmt.Sprintf("%v won't do", s.Rate))
	}
	// Tencent Cloud takes a signature of five minutes ago, by its own clock, which may be five minutes behind ours. A double
	// on this machine need not wait.
	if double := strings.HasPrefix(s.Endpoint, "http://"); s.Settle <= 0 || s.Settle < 10*time.Minute && !double {
		wrong.refuse("TENCENTCLOUD_SETTLE", s.Settle.String()+" won't do")
	}
}

// Read fills l from the environment and returns everything that is wrong.
func (l *Ledger) Read() error {
	wrong := readEnvironment(l)
	l.check(wrong)
	return wrong.err()
}

func (l *Ledger) check(wrong wrongs) {
	switch {
	case database.IsURL(l.DatabaseURL):
	case database.MeansPostgres(l.DatabaseURL):
		wrong.refuse("DATABASE_URL", "this address can't be read; in a name or a password, write @ as %40, / as %2F, ? as %3F, & as %26 and % as %25")
	default:
		wrong.refuse("DATABASE_URL", "this is no database that this program knows")
	}
}
