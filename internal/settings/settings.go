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
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Settings are the bot's configuration. Their tags are its only list: what is read, what --help prints, and what an
// error tells to write.
type Settings struct {
	Ledger
	Channel
	SlackAppToken     Secret        `envconfig:"SLACK_APP_TOKEN" unset:"required" want:"an app-level token with connections:write, xapp-…, from Basic Information of your Slack app"`
	SlackConnections  int           `envconfig:"SLACK_CONNECTIONS" default:"2" want:"how many Socket Mode connections to hold, 1 to 9"`
	Approvers         []string      `envconfig:"APPROVERS" unset:"required" want:"who may decide: IDs of people (U… or W…, from ⋮ in their profile) and user groups (S…, from ⋮ at the group), with commas between"`
	Requesters        []string      `envconfig:"REQUESTERS" unset:"all members" want:"who may ask: IDs as in APPROVERS"`
	ApprovalsRequired int           `envconfig:"APPROVALS_REQUIRED" default:"1" want:"how many approvers a request needs, 1 or more"`
	AllowSelfApproval bool          `envconfig:"ALLOW_SELF_APPROVAL" default:"false" want:"true if approvers may approve their own requests, else false"`
	RequestTTL        time.Duration `envconfig:"REQUEST_TTL" default:"72h" want:"how long a request waits for its decision, such as 72h (three days) or 90m, at least 1m, or 0 for ever"`
	RemindAfter       time.Duration `envconfig:"REMIND_AFTER" default:"24h" want:"after how long approvers are reminded of what waits, such as 24h, at least 1m, or 0 for never"`
	Notify            []string      `envconfig:"NOTIFY" unset:"the groups in APPROVERS, or up to three people" want:"who is mentioned: IDs of people and groups as in APPROVERS"`
	NotifyOn          string        `envconfig:"NOTIFY_ON" default:"reminder" want:"card, reminder or never: when they are mentioned"`
	Language          string        `envconfig:"LANGUAGE" default:"en" want:"en or zh-CN: what the approvals channel reads, and everybody whose own language in Slack is neither English nor Simplified Chinese"`
	OpenRequests      int           `envconfig:"OPEN_REQUESTS" default:"20" want:"how many requests of one person may wait for a decision at once, or 0 for any number"`
	Cloud
	Rate             float64       `envconfig:"TENCENTCLOUD_RATE" default:"20" want:"how many calls a second to make at most, from 0.01 to 20"`
	Settle           time.Duration `envconfig:"TENCENTCLOUD_SETTLE" default:"1m" want:"how long to wait before a call whose answer was lost, and that isn't found in the organization's list, is made again: 1m or more"`
	RosterEvery      time.Duration `envconfig:"ROSTER_EVERY" default:"10m" want:"how late people learn at most that an account has joined, or an invitation lapsed, such as 10m, at least 1m, or 0 to read the organization's lists only where an outcome is unknown"`
	OrganizationRoom int           `envconfig:"ORGANIZATION_ROOM" default:"100" want:"how many members the organization may have, for warnings, or 0 where nobody knows"`
	HTTPAddr         string        `envconfig:"HTTP_ADDR" unset:"none" want:"where /healthz, /readyz and /metrics answer, such as 127.0.0.1:8080, or :8080 for every address of this machine"`
	HeartbeatURL     Secret        `envconfig:"HEARTBEAT_URL" unset:"none" want:"an https:// URL that is called once a minute while the bot is ready, of a service that tells you when the calls stop"`
	LogLevel         slog.Level    `envconfig:"LOG_LEVEL" default:"info" want:"debug, info, warn or error"`
	LogFormat        string        `envconfig:"LOG_FORMAT" unset:"json (text on a terminal)" want:"json or text"`
}

// Channel is all that reading the approvals channel needs.
type Channel struct {
	SlackBotToken   Secret `envconfig:"SLACK_BOT_TOKEN" unset:"required" want:"the bot token, xoxb-…, from OAuth & Permissions of your Slack app"`
	SlackAPIURL     string `envconfig:"SLACK_API_URL" default:"https://slack.com/api/" want:"the base of Slack's Web API, https://… (http:// on this machine only)"`
	ApprovalChannel string `envconfig:"APPROVAL_CHANNEL" unset:"required" want:"the ID of the channel for approvals, C…, from the end of the channel's details"`
}

// Cloud is all that a call to Tencent Cloud needs.
type Cloud struct {
	SecretID  Secret `envconfig:"TENCENTCLOUD_SECRET_ID" unset:"SDK's chain" want:"the SecretId of an API key; without one, a profile or the machine's role is looked for"`
	SecretKey Secret `envconfig:"TENCENTCLOUD_SECRET_KEY" want:"the SecretKey that belongs to TENCENTCLOUD_SECRET_ID"`
	Token     Secret `envconfig:"TENCENTCLOUD_TOKEN" want:"the session token, where the key is temporary"`
	Endpoint  string `envconfig:"TENCENTCLOUD_ENDPOINT" default:"https://organization.intl.tencentcloudapi.com" want:"the URL or host of the organization API (http:// on this machine only)"`
	Region    string `envconfig:"TENCENTCLOUD_REGION" want:"a region, though the organization API needs none"`
}

// Ledger is all that reading the ledger needs.
type Ledger struct {
	Seal
	DatabaseURL string `envconfig:"DATABASE_URL" secret:"true" default:"sqlite:invitebot.db" want:"sqlite:PATH for one process, or postgres://USER:PASSWORD@HOST/DATABASE for several"`
}

// Seal is which ledger it is, and what it is sealed with: all that a command needs to which the databases are named.
type Seal struct {
	ExpectLedger string `envconfig:"EXPECT_LEDGER" unset:"any" want:"the ID of the ledger, 12 characters as \"invitebot status\" shows it: a database with another one is refused"`
	LedgerKey    Secret `envconfig:"LEDGER_KEY" unset:"none" want:"a key of 32 characters or more that isn't in the database, with which decisions and events are sealed; to replace it write the new one, a comma, and the old one"`
}

// Read fills s from the environment and returns everything that is wrong.
func (s *Settings) Read() error {
	wrong := readEnvironment(s)
	s.Channel.check(wrong)
	s.checkSlack(wrong)
	s.checkTencentCloud(wrong)
	s.Ledger.check(wrong)
	if s.RequestTTL != 0 && s.RequestTTL < time.Minute {
		wrong.refuse("REQUEST_TTL", s.RequestTTL.String()+" won't do")
	}
	if s.RemindAfter < 0 || s.RemindAfter != 0 && s.RemindAfter < time.Minute && !strings.HasPrefix(s.SlackAPIURL, "http://") { // a double on this machine
		wrong.refuse("REMIND_AFTER", s.RemindAfter.String()+" won't do")
	}
	if !slices.Contains([]string{"card", "reminder", "never"}, s.NotifyOn) {
		wrong.refuse("NOTIFY_ON", shown(s.NotifyOn)+" won't do")
	}
	s.checkLanguage(wrong)
	if s.OpenRequests < 0 {
		wrong.refuse("OPEN_REQUESTS", fmt.Sprintf("%d won't do", s.OpenRequests))
	}
	if s.OrganizationRoom < 0 {
		wrong.refuse("ORGANIZATION_ROOM", fmt.Sprintf("%d won't do", s.OrganizationRoom))
	}
	s.checkWatching(wrong)
	if s.LogFormat != "" && s.LogFormat != "json" && s.LogFormat != "text" {
		wrong.refuse("LOG_FORMAT", shown(s.LogFormat)+" won't do")
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
		wrong.refuse("EXPECT_LEDGER", shown(s.ExpectLedger)+" won't do")
	}
	for _, key := range s.Keys() {
		if len(key) < 32 {
			wrong.refuse("LEDGER_KEY", fmt.Sprintf("one of the keys has %d characters", len(key)))
		}
	}
}

func (l *Ledger) check(wrong wrongs) {
	l.Seal.check(wrong)
	switch {
	case database.IsURL(l.DatabaseURL):
	case database.MeansPostgres(l.DatabaseURL):
		wrong.refuse("DATABASE_URL", "this address can't be read; in a name or a password, write @ as %40, / as %2F, ? as %3F, & as %26 and % as %25")
	default:
		wrong.refuse("DATABASE_URL", "this is no database that this program knows")
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
