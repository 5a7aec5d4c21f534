// Package settings reads the configuration from the environment and checks it: everything that is wrong is said at
// once, a line for each variable with what to write ([Problems]). The tags of [Settings] are the only list of variables, and
// meanings.go says in words what each wants: --help prints it, and an error tells to write it. Secrets print as [redacted] everywhere.
//
// What Slack has to say of the configuration is found out in package bot, and what the settings are for in
// internal/operate.
package settings

import (
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Settings are the bot's configuration. Their tags are its only list; what each variable means is in meanings.go.
type Settings struct {
	Ledger
	Channel
	SlackAppToken     Secret        `envconfig:"SLACK_APP_TOKEN"`
	SlackConnections  int           `envconfig:"SLACK_CONNECTIONS" default:"2"`
	Approvers         []string      `envconfig:"APPROVERS"`
	Requesters        []string      `envconfig:"REQUESTERS"`
	ApprovalsRequired int           `envconfig:"APPROVALS_REQUIRED" default:"1"`
	AllowSelfApproval bool          `envconfig:"ALLOW_SELF_APPROVAL" default:"false"`
	RequestTTL        time.Duration `envconfig:"REQUEST_TTL" default:"72h"`
	RemindAfter       time.Duration `envconfig:"REMIND_AFTER" default:"24h"`
	Notify            []string      `envconfig:"NOTIFY"`
	NotifyOn          string        `envconfig:"NOTIFY_ON" default:"reminder"`
	Language          string        `envconfig:"LANGUAGE" default:"en"`
	OpenRequests      int           `envconfig:"OPEN_REQUESTS" default:"20"`
	Cloud
	Rate             float64       `envconfig:"TENCENTCLOUD_RATE" default:"20"`
	Settle           time.Duration `envconfig:"TENCENTCLOUD_SETTLE" default:"1m"`
	RosterEvery      time.Duration `envconfig:"ROSTER_EVERY" default:"10m"`
	OrganizationRoom int           `envconfig:"ORGANIZATION_ROOM" default:"100"`
	HTTPAddr         string        `envconfig:"HTTP_ADDR"`
	HeartbeatURL     Secret        `envconfig:"HEARTBEAT_URL"`
	LogLevel         slog.Level    `envconfig:"LOG_LEVEL" default:"info"`
	LogFormat        string        `envconfig:"LOG_FORMAT"`
}

// Channel is all that reading the approvals channel needs.
type Channel struct {
	SlackBotToken   Secret `envconfig:"SLACK_BOT_TOKEN"`
	SlackAPIURL     string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/"`
	ApprovalChannel string `envconfig:"APPROVAL_CHANNEL"`
}

// Cloud is all that a call to Tencent Cloud needs.
type Cloud struct {
	SecretID  Secret `envconfig:"TENCENTCLOUD_SECRET_ID"`
	SecretKey Secret `envconfig:"TENCENTCLOUD_SECRET_KEY"`
	Token     Secret `envconfig:"TENCENTCLOUD_TOKEN"`
	Endpoint  string `envconfig:"TENCENTCLOUD_ENDPOINT" default:"https://organization.intl.tencentcloudapi.com"`
	Region    string `envconfig:"TENCENTCLOUD_REGION"`
}

// Ledger is all that reading the ledger needs.
type Ledger struct {
	Seal
	DatabaseURL string `envconfig:"DATABASE_URL" secret:"true" default:"sqlite:invitebot.db"`
}

// Seal is which ledger it is, and what it is sealed with: all that a command needs to which the databases are named.
type Seal struct {
	ExpectLedger string `envconfig:"EXPECT_LEDGER"`
	LedgerKey    Secret `envconfig:"LEDGER_KEY"`
}

// Read fills s from the environment and returns everything that is wrong.
func (s *Settings) Read() error {
	wrong := readEnvironment(s)
	s.Channel.check(wrong)
	s.checkSlack(wrong)
	s.checkTencentCloud(wrong)
	s.Ledger.check(wrong)
	if s.RequestTTL != 0 && s.RequestTTL < time.Minute {
		wrong.refuse("REQUEST_TTL", wontDo(s.RequestTTL))
	}
	if s.RemindAfter < 0 || s.RemindAfter != 0 && s.RemindAfter < time.Minute && !strings.HasPrefix(s.SlackAPIURL, "http://") { // a double on this machine
		wrong.refuse("REMIND_AFTER", wontDo(s.RemindAfter))
	}
	if !slices.Contains([]string{"card", "reminder", "never"}, s.NotifyOn) {
		wrong.refuse("NOTIFY_ON", wontDo(shown(s.NotifyOn)))
	}
	s.checkLanguage(wrong)
	if s.OpenRequests < 0 {
		wrong.refuse("OPEN_REQUESTS", wontDo(s.OpenRequests))
	}
	if s.OrganizationRoom < 0 {
		wrong.refuse("ORGANIZATION_ROOM", wontDo(s.OrganizationRoom))
	}
	s.checkWatching(wrong)
	if s.LogFormat != "" && s.LogFormat != "json" && s.LogFormat != "text" {
		wrong.refuse("LOG_FORMAT", wontDo(shown(s.LogFormat)))
	}
	return wrong.err()
}

// Read fills c from the environment and returns everything that is wrong.
func (c *Channel) Read() error {
	wrong := readEnvironment(c)
	c.check(wrong)
	return wrong.err()
}

// Read fills c from the environment and returns everything that is wrong.
func (c *Cloud) Read() error {
	wrong := readEnvironment(c)
	c.check(wrong)
	return wrong.err()
}

// isLedgerID says whether text is written as a database's ID is.
var isLedgerID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// Read fills l from the environment and returns everything that is wrong.
func (l *Ledger) Read() error {
	wrong := readEnvironment(l)
	l.check(wrong)
	return wrong.err()
}

// Read fills s from the environment and returns everything that is wrong.
func (s *Seal) Read() error {
	wrong := readEnvironment(s)
	s.check(wrong)
	return wrong.err()
}

// Keys are what the ledger is sealed with, the newest first; none where there is no LEDGER_KEY.
func (s *Seal) Keys() (keys ledger.Keys) {
	for part := range strings.SplitSeq(s.LedgerKey.Reveal(), ",") {
		if part = strings.TrimSpace(part); part != "" {
			keys = append(keys, []byte(part))
		}
	}
	return keys
}

func (s *Seal) check(wrong wrongs) {
	if s.ExpectLedger != "" && !isLedgerID.MatchString(s.ExpectLedger) {
		wrong.refuse("EXPECT_LEDGER", wontDo(shown(s.ExpectLedger)))
	}
	for _, key := range s.Keys() {
		if len(key) < 32 {
			wrong.refuse("LEDGER_KEY", tongue.Say("one of the keys has %d characters", "其中一个密钥只有 %d 个字符", len(key)))
		}
	}
}

func (l *Ledger) check(wrong wrongs) {
	l.Seal.check(wrong)
	switch {
	case database.IsURL(l.DatabaseURL):
	case database.MeansPostgres(l.DatabaseURL):
		wrong.add("DATABASE_URL", tongue.Say("this address can't be read", "无法解析该地址"),
			tongue.Say("in a name or a password, write @ as %%40, / as %%2F, ? as %%3F, & as %%26 and %% as %%25; %s",
				"用户名或密码中的 @ 须写作 %%40，/ 写作 %%2F，? 写作 %%3F，& 写作 %%26，%% 写作 %%25；%s", toWrite("DATABASE_URL")))
	default:
		wrong.refuse("DATABASE_URL", tongue.Say("this is no database that this program knows", "本程序不支持这种数据库"))
	}
}

// Mentioned are those whom NOTIFY names; where it names nobody, the groups among the approvers, or the people where there are at most three.
func (s *Settings) Mentioned() []string {
	if len(s.Notify) > 0 {
		return s.Notify
	}
	groups := slices.DeleteFunc(slices.Clone(s.Approvers), func(id string) bool { return !strings.HasPrefix(id, "S") })
	if len(groups) == 0 && len(s.Approvers) <= 3 {
		return s.Approvers
	}
	return groups
}
