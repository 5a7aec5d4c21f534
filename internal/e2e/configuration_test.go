package e2e

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const (
	aBotToken  = "xoxb-1111-2222-BotTokenThatNobodySees"
	anAppToken = "xapp-1-A111-2222-AppTokenThatNobodySees"
	aSecretKey = "SecretKeyThatNobodySees"
)

// configured is a complete configuration, changed by pairs of a name and a value.
func configured(changes ...string) map[string]string {
	env := map[string]string{
		"SLACK_BOT_TOKEN":         aBotToken,
		"SLACK_APP_TOKEN":         anAppToken,
		"APPROVAL_CHANNEL":        "C0APPROVALS",
		"APPROVERS":               "U0ALICE",
		"TENCENTCLOUD_SECRET_ID":  "AKIDEXAMPLE",
		"TENCENTCLOUD_SECRET_KEY": aSecretKey,
	}
	for pair := range slices.Chunk(changes, 2) {
		env[pair[0]] = pair[1]
	}
	return env
}

// problemLines returns the names of the variables that an output complains about, each with its line.
func problemLines(t *testing.T, e ended) map[string]string {
	t.Helper()
	if e.status != 2 || e.out != "" {
		t.Fatalf("exit status %d, standard output %q; want 2 and nothing\n%s", e.status, e.out, e.errors)
	}
	head, rest, _ := strings.Cut(e.errors, "\n")
	if head != "invitebot: the configuration must be put right:" {
		t.Fatalf("output is headed %q", head)
	}
	lines := map[string]string{}
	for line := range strings.Lines(rest) {
		name, problem, _ := strings.Cut(strings.TrimSpace(line), ": ")
		lines[name] = problem
	}
	return lines
}

func TestEveryProblemHasALineOfItsOwn(t *testing.T) {
	const (
		token    = "; write the bot token, xoxb-…, from OAuth & Permissions of your Slack app"
		app      = "; write an app-level token with connections:write, xapp-…, from Basic Information of your Slack app"
		channel  = "; write the ID of the channel for approvals, C…, from the end of the channel's details"
		people   = "; write who may decide: IDs of people (U… or W…, from ⋮ in their profile) and user groups (S…, from ⋮ at the group), with commas between"
		ttl      = "; write how long a request waits for its decision, such as 72h (three days) or 90m, at least 1m, or 0 for ever"
		rate     = "; write how many calls a second to make at most, from 0.01 to 20"
		ten      = "; write how many Socket Mode connections to hold, 1 to 9"
		hidden   = "a value that isn't shown here won't do"
		usual    = " (the usual one is https://organization.intl.tencentcloudapi.com)"
		slack    = "tokens can't be sent there; write the base of Slack's Web API, https://… (http:// on this machine only)"
		language = "; write en or zh-CN: what the approvals channel reads, and everybody whose own language in Slack is neither English nor Simplified Chinese"
		sqlite   = "; write sqlite:PATH for one process, or postgres://USER:PASSWORD@HOST/DATABASE for several"
	)
	for _, c := range []struct{ name, value, want string }{
		{"SLACK_BOT_TOKEN", "", "not set" + token},
		{"SLACK_BOT_TOKEN", " \n", "not set" + token},
		{"SLACK_BOT_TOKEN", anAppToken, "this is an app-level token (xapp-…), which belongs in SLACK_APP_TOKEN" + token},
		{"SLACK_BOT_TOKEN", "xoxp-1-TokenThatNobodySees", "this is a user token (xoxp-…)" + token},
		{"SLACK_BOT_TOKEN", "xoxe.xoxb-1-TokenThatNobodySees", "this is a Slack token of another kind" + token},
		{"SLACK_BOT_TOKEN", `"` + aBotToken + `"`, "there are quotation marks in it" + token},
		{"SLACK_BOT_TOKEN", "TokenThatNobodySees", "this is no Slack token" + token},
		{"SLACK_APP_TOKEN", "", "not set" + app},
		{"SLACK_APP_TOKEN", aBotToken, "this is a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN" + app},
		{"SLACK_API_URL", "http://slack.com/api/", slack},
		{"SLACK_API_URL", "slack.com", slack},
		{"SLACK_API_URL", "https://user:PasswordThatNobodySees@slack.com/", slack},
		{"SLACK_CONNECTIONS", "abc", `"abc" won't do` + ten},
		{"SLACK_CONNECTIONS", "0", "0 won't do" + ten},
		{"SLACK_CONNECTIONS", "11", "11 won't do" + ten},
		{"SLACK_CONNECTIONS", aBotToken, hidden + ten},
		{"APPROVAL_CHANNEL", "", "not set" + channel},
		{"APPROVAL_CHANNEL", "#approvals", `"#approvals" won't do` + channel},
		{"APPROVAL_CHANNEL", aSecretKey + "AndMore", hidden + channel},
		{"APPROVERS", "", "not set" + people},
		{"APPROVERS", " , ", "nobody is listed" + people},
		{"APPROVERS", "@alice, U0ALICE, bob@example.com", `"@alice", "bob@example.com" won't do` + people},
		{"APPROVERS", "C0APPROVALS", `"C0APPROVALS" won't do` + people},
		{"REQUESTERS", "carol", `"carol" won't do; write who may ask: IDs as in APPROVERS`},
		{"APPROVALS_REQUIRED", "0", "0 won't do; write how many approvers a request needs, 1 or more"},
		{"APPROVALS_REQUIRED", "one", `"one" won't do; write how many approvers a request needs, 1 or more`},
		{"ALLOW_SELF_APPROVAL", "perhaps", `"perhaps" won't do; write true if approvers may approve their own requests, else false`},
		{"REQUEST_TTL", "3 days", `"3 days" won't do` + ttl},
		{"REQUEST_TTL", "72", `"72" won't do` + ttl},
		{"REQUEST_TTL", "59s", "59s won't do" + ttl},
		{"REQUEST_TTL", "-1h", "-1h0m0s won't do" + ttl},
		{"LANGUAGE", "de", `"de" won't do` + language},
		{"LANGUAGE", "zh-TW", `"zh-TW" won't do` + language},
		{"OPEN_REQUESTS", "-1", "-1 won't do; write how many requests of one person may wait for a decision at once, or 0 for any number"},
		{"HTTPS_PROXY", "http://user:PasswordThatNobodySees@[::1", "this isn't the address of a proxy; write http://HOST:PORT, or leave it out"},
		{"http_proxy", "https://proxy.example.com", `Slack's connections can't go through a proxy that is spoken to by "https"; write http://HOST:PORT or socks5://HOST:PORT`},
		{"TENCENTCLOUD_SECRET_ID", "", "not set, but TENCENTCLOUD_SECRET_KEY or TENCENTCLOUD_TOKEN is; write the SecretId of an API key; without one, a profile or the machine's role is looked for"},
		{"TENCENTCLOUD_SECRET_KEY", "", "not set, but TENCENTCLOUD_SECRET_ID is; write the SecretKey that belongs to TENCENTCLOUD_SECRET_ID"},
		{"TENCENTCLOUD_ENDPOINT", "http://organization.tencentcloudapi.com", "http:// is for this machine only; write https://organization.tencentcloudapi.com" + usual},
		{"TENCENTCLOUD_RATE", "20.1", "20.1 won't do" + rate},
		{"TENCENTCLOUD_RATE", "0", "0 won't do" + rate},
		{"TENCENTCLOUD_RATE", "NaN", "NaN won't do" + rate},
		{"TENCENTCLOUD_RATE", "fast", `"fast" won't do` + rate},
		{"TENCENTCLOUD_SETTLE", "59s", "59s won't do; write how long to wait before a call whose answer was lost, and that isn't found in the organization's list, is made again: 1m or more"},
		{"DATABASE_URL", "postgres:PasswordThatNobodySees", "this is no database that this program knows" + sqlite},
		{"DATABASE_URL", "mysql://bot:PasswordThatNobodySees@db/bot", "this is no database that this program knows" + sqlite},
		{"DATABASE_URL", "sqlite:", "this is no database that this program knows" + sqlite},
		{"DATABASE_URL", "sqlite:bot.db?mode=memory", "this is no database that this program knows" + sqlite},
		{"LOG_LEVEL", "loud", `"loud" won't do; write debug, info, warn or error`},
		{"LOG_FORMAT", "xml", `"xml" won't do; write json or text`},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			t.Parallel()
			e := invoke(t, configured(c.name, c.value))
			if got := problemLines(t, e); !reflect.DeepEqual(got, map[string]string{c.name: c.want}) {
				t.Errorf("got\n%s\nwant\n  %s: %s", e.errors, c.name, c.want)
			}
			expectNoSecret(t, e)
		})
	}
}

func expectNoSecret(t *testing.T, e ended) {
	t.Helper()
	if strings.Contains(e.out+e.errors, "NobodySees") {
		t.Errorf("a secret is shown:\n%s%s", e.out, e.errors)
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"SLACK_BOT_TOKEN": anAppToken, "SLACK_APP_TOKEN": aBotToken, "SLACK_API_URL": "ftp://slack.com", "SLACK_CONNECTIONS": "many",
		"APPROVERS": "@alice", "REQUESTERS": "@bob", "APPROVALS_REQUIRED": "-1", "ALLOW_SELF_APPROVAL": "2", "REQUEST_TTL": "soon", "LANGUAGE": "fr",
		"TENCENTCLOUD_SECRET_ID": "AKIDEXAMPLE", "TENCENTCLOUD_ENDPOINT": "ftp://example.com", "TENCENTCLOUD_RATE": "21",
		"TENCENTCLOUD_SETTLE": "0", "DATABASE_URL": "invitebot.db", "LOG_LEVEL": "9", "LOG_FORMAT": "9",
	}
	e := invoke(t, env)
	got := problemLines(t, e)
	for name := range env {
		if name == "TENCENTCLOUD_SECRET_ID" {
			name = "TENCENTCLOUD_SECRET_KEY"
		}
		if got[name] == "" {
			t.Errorf("%s has no line", name)
		}
	}
	if got["APPROVAL_CHANNEL"] == "" || len(got) != len(env)+1 {
		t.Errorf("want %d lines, one of them APPROVAL_CHANNEL's, got\n%s", len(env)+1, e.errors)
	}
	expectNoSecret(t, e)
}

func TestNothingIsConfigured(t *testing.T) {
	t.Parallel()
	got := problemLines(t, invoke(t, nil))
	for _, name := range []string{"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "APPROVAL_CHANNEL", "APPROVERS"} {
		if !strings.HasPrefix(got[name], "not set; write ") {
			t.Errorf("%s: %q", name, got[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("also complains about %v", got)
	}
}

// A wrong LOG_LEVEL keeps the bot from starting, and everything else from being complained about.
func TestWhatIsRightIsAccepted(t *testing.T) {
	for _, changes := range [][]string{
		{},
		{"SLACK_BOT_TOKEN", aBotToken + "\n", "APPROVAL_CHANNEL", " G0PRIVATE "},
		{"SLACK_API_URL", "http://127.0.0.1:8080/api", "SLACK_CONNECTIONS", "9"},
		{"SLACK_API_URL", "http://[::1]:8080/", "SLACK_CONNECTIONS", ""},
		{"APPROVERS", "U0ALICE, W0BOB ,U0ALICE,,", "APPROVALS_REQUIRED", "2", "ALLOW_SELF_APPROVAL", "TRUE"},
		{"APPROVERS", "S0GROUP", "APPROVALS_REQUIRED", "3", "REQUESTERS", "S0GROUP,U0CAROL"},
		{"REQUEST_TTL", "0", "TENCENTCLOUD_RATE", "0.5", "LOG_FORMAT", "text", "LANGUAGE", "en_US:en"},
		{"TENCENTCLOUD_SECRET_ID", "", "TENCENTCLOUD_SECRET_KEY", "", "TENCENTCLOUD_REGION", "ap-singapore"},
		{"TENCENTCLOUD_ENDPOINT", "http://localhost:9999", "TENCENTCLOUD_SETTLE", "1ms", "TENCENTCLOUD_TOKEN", "token"},
		{"DATABASE_URL", "sqlite:/tmp/a.db", "TENCENTCLOUD_ENDPOINT", "organization.tencentcloudapi.com"},
	} {
		t.Run(fmt.Sprint(changes), func(t *testing.T) {
			t.Parallel()
			e := invoke(t, configured(append(changes, "LOG_LEVEL", "loud")...))
			if got := problemLines(t, e); len(got) != 1 || got["LOG_LEVEL"] == "" {
				t.Errorf("got\n%s", e.errors)
			}
		})
	}
}

func TestTooFewApprovers(t *testing.T) {
	t.Parallel()
	// The same person twice counts once.
	got := problemLines(t, invoke(t, configured("APPROVERS", "U0ALICE,U0ALICE", "APPROVALS_REQUIRED", "2")))
	want := map[string]string{"APPROVERS": "lists 1 of the 2 people that APPROVALS_REQUIRED asks for; add more, or a user group"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
