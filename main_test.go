package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot"
	"github.com/invitebot/invitebot/invite"
)

// program is the path of the built program, which is what the tests in this folder run.
var program string

func TestMain(m *testing.M) { os.Exit(withProgram(m.Run)) }

func withProgram(run func() int) int {
	dir, err := os.MkdirTemp("", "invitebot")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "invitebot")
	build := exec.Command("go", "build", "-buildvcs=false", "-race="+buildSetting("-race", "false"), "-o", program, ".")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return run()
}

// buildSetting is how this test itself was built: under the race detector the program runs under it too.
func buildSetting(key, otherwise string) string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return otherwise
}

// skip skips a test for which this machine lacks something, except where nothing may be skipped.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("INVITEBOT_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// ended is what a run of the program left.
type ended struct {
	status      int
	out, errors string
}

// invoke runs the program to its end, in an empty folder, with this environment and no other.
func invoke(t *testing.T, env map[string]string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = t.TempDir(), environment(env), &out, &errs
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return ended{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

func environment(variables map[string]string) []string {
	env := []string{} // not nil, which would be the environment of the test
	for name, value := range variables {
		env = append(env, name+"="+value)
	}
	return env
}

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
		token   = "; write the bot token, xoxb-…, from OAuth & Permissions of your Slack app"
		app     = "; write an app-level token with connections:write, xapp-…, from Basic Information of your Slack app"
		channel = "; write the ID of the channel for approvals, C…, from the end of the channel's details"
		people  = "; write who may decide: IDs of people (U… or W…, from ⋮ in their profile) and user groups (S…, from ⋮ at the group), with commas between"
		ttl     = "; write how long a request waits for its decision, such as 72h (three days) or 90m, at least 1m, or 0 for ever"
		rate    = "; write how many calls a second to make at most, from 0.01 to 20"
		ten     = "; write how many Socket Mode connections to hold, 1 to 10"
		hidden  = "a value that isn't shown here won't do"
		usual   = " (the usual one is https://organization.intl.tencentcloudapi.com)"
		slack   = "this is no such URL; write the base of Slack's Web API, https://… (http:// on this machine only)"
		sqlite  = "; write sqlite:PATH for one process, or postgres://USER:PASSWORD@HOST/DATABASE for several"
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
		{"TENCENTCLOUD_SECRET_ID", "", "not set, but TENCENTCLOUD_SECRET_KEY or TENCENTCLOUD_TOKEN is; write the SecretId of an API key; without one, a profile or the machine's role is looked for"},
		{"TENCENTCLOUD_SECRET_KEY", "", "not set, but TENCENTCLOUD_SECRET_ID is; write the SecretKey that belongs to TENCENTCLOUD_SECRET_ID"},
		{"TENCENTCLOUD_ENDPOINT", "http://organization.tencentcloudapi.com", "http:// is for this machine only; write https://organization.tencentcloudapi.com" + usual},
		{"TENCENTCLOUD_RATE", "20.1", "20.1 won't do" + rate},
		{"TENCENTCLOUD_RATE", "0", "0 won't do" + rate},
		{"TENCENTCLOUD_RATE", "NaN", "NaN won't do" + rate},
		{"TENCENTCLOUD_RATE", "fast", `"fast" won't do` + rate},
		{"TENCENTCLOUD_SETTLE", "4m59s", "4m59s won't do; write how long a call whose answer was lost may still arrive, 10m or more: a signed call is valid for 5m, by a clock that may differ by 5m"},
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
		"APPROVERS": "@alice", "REQUESTERS": "@bob", "APPROVALS_REQUIRED": "-1", "ALLOW_SELF_APPROVAL": "2", "REQUEST_TTL": "soon",
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
		{"SLACK_API_URL", "http://127.0.0.1:8080/api", "SLACK_CONNECTIONS", "10"},
		{"SLACK_API_URL", "http://[::1]:8080/", "SLACK_CONNECTIONS", ""},
		{"APPROVERS", "U0ALICE, W0BOB ,U0ALICE,,", "APPROVALS_REQUIRED", "2", "ALLOW_SELF_APPROVAL", "TRUE"},
		{"APPROVERS", "S0GROUP", "APPROVALS_REQUIRED", "3", "REQUESTERS", "S0GROUP,U0CAROL"},
		{"REQUEST_TTL", "0", "TENCENTCLOUD_RATE", "0.5", "LOG_FORMAT", "text"},
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

func TestSecretsPrintAsRedacted(t *testing.T) {
	t.Parallel()
	var secret Secret
	if err := secret.Decode("NobodySees"); err != nil {
		t.Fatal(err)
	}
	holder := struct {
		Secret Secret
		List   []Secret
		Map    map[Secret]Secret
		hidden Secret
	}{secret, []Secret{secret}, map[Secret]Secret{secret: secret}, secret}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %[1]p"} {
		fmt.Fprintf(&b, verb+"\n", holder)
		fmt.Fprintf(&b, verb+"\n", holder.Secret)
		fmt.Fprintf(&b, verb+"\n", &holder)
	}
	fmt.Fprintln(&b, holder.Secret, holder.Secret.String(), holder.Secret.GoString(), fmt.Errorf("%w: %v", io.EOF, holder.Secret))
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&b, nil), slog.NewTextHandler(&b, nil)} {
		slog.New(handler).Info("holder", "secret", holder.Secret, "holder", holder, "any", []any{holder.Secret})
	}
	if err := json.NewEncoder(&b).Encode(holder); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if strings.Contains(text, "Nobody") || strings.Contains(text, fmt.Sprintf("%x", "Nobody")) || strings.Contains(text, fmt.Sprintf("%X", "Nobody")) {
		t.Errorf("a secret is shown:\n%s", text)
	}
	if !strings.Contains(text, "[redacted]") {
		t.Errorf("nothing is redacted:\n%s", text)
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"--help", []string{"invitebot [run]", "invitebot audit [REQUEST]", "invitebot demo", "invitebot version"}},
		{"-h", []string{"invitebot [run]"}},
		{"help", []string{"invitebot [run]"}},
		{"run --help", []string{"SLACK_BOT_TOKEN", "required", "TENCENTCLOUD_RATE", "DATABASE_URL", "sqlite:invitebot.db", "LOG_FORMAT"}},
		{"audit --help", []string{"--format table|jsonl|csv", "--since DURATION|DATE", "DATABASE_URL"}},
		{"audit 12 -h", []string{"--format"}},
		{"demo --help", []string{"invitebot demo"}},
		{"version --help", []string{"invitebot version"}},
	} {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			e := invoke(t, nil, strings.Fields(c.args)...)
			if e.status != 0 || e.errors != "" {
				t.Errorf("exit status %d, standard error %q", e.status, e.errors)
			}
			for _, want := range c.want {
				if !strings.Contains(e.out, want) {
					t.Errorf("no %q in\n%s", want, e.out)
				}
			}
		})
	}
}

func TestMistypedCommandLines(t *testing.T) {
	for args, want := range map[string]string{
		"audti":                  `there is no command "audti"`,
		"--verbose":              "run: flag provided but not defined: -verbose",
		"run now":                `run: "now" is one argument too many`,
		"audit 1 2":              `audit: "2" is one argument too many`,
		"audit twelve":           `audit: "twelve" is not the number of a request`,
		"audit 0":                `audit: "0" is not the number of a request`,
		"audit --format xml":     `audit: --format "xml" is none of table, jsonl and csv`,
		"audit --since tomorrow": `audit: --since "tomorrow" is neither a duration such as 24h or 7d nor a date such as 2026-01-31`,
		"version --short":        "version: flag provided but not defined: -short",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			e := invoke(t, configured(), strings.Fields(args)...)
			if e.status != 2 || e.out != "" || e.errors != "invitebot: "+want+"\nRun \"invitebot --help\" to see what there is.\n" {
				t.Errorf("exit status %d, output %q, errors\n%s", e.status, e.out, e.errors)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	e := invoke(t, nil, "version")
	want := regexp.MustCompile(`^invitebot \S+ (\w{40} )?` + regexp.QuoteMeta(runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH) + "\n$")
	if e.status != 0 || !want.MatchString(e.out) {
		t.Errorf("exit status %d, output %q", e.status, e.out)
	}
}

// aLedger makes a database with two requests in it, and leaves it open as a running bot would.
func aLedger(t *testing.T) map[string]string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "invitebot.db")
	store, err := approvals.Open(t.Context(), url, approvals.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	desk := approvals.NewDesk(store, approvals.Rules{Required: 1})
	for n, who := range []approvals.Person{{ID: "U0ALICE", Name: "=HYPERLINK(1)"}, {ID: "U0BOB", Name: "Bob\x1b[31m\u202e\u009b"}} {
		_, err := desk.Submit(context.Background(), approvals.Submission{Key: fmt.Sprint(n), Requester: who, Channel: "C0",
			Invitations: []invite.Invitation{{UIN: invite.UIN(100000000001 + n), Name: "王小明", Remark: "by Slack"}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := desk.Decide(context.Background(), approvals.Click{Key: "deny", By: approvals.Person{ID: "U0CAROL", Name: "Carol"}, Channel: "C0"}, 2, approvals.Deny, "who\tis\nthis?"); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"DATABASE_URL": url}
}

func TestAuditTable(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit")
	times := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)
	got := times.ReplaceAllString(e.out, "2026-01-31 12:00:00")
	want := `time (UTC)           request  actor                   actor ID  kind       what
2026-01-31 12:00:00  1        =HYPERLINK(1)           U0ALICE   requested  asked to invite 100000000001 as “王小明” (by Slack)
2026-01-31 12:00:00  2        Bob\u001b[31m\u202e\u009b  U0BOB     requested  asked to invite 100000000002 as “王小明” (by Slack)
2026-01-31 12:00:00  2        Carol                   U0CAROL   denied     denied: who\u0009is\u000athis?
`
	if squeeze(got) != squeeze(want) || e.status != 0 || e.errors != "" {
		t.Errorf("exit status %d, errors %q, got\n%s", e.status, e.errors, got)
	}
}

func squeeze(s string) string { return regexp.MustCompile(` {2,}`).ReplaceAllString(s, "  ") }

func TestAuditOfOneRequest(t *testing.T) {
	t.Parallel()
	env := aLedger(t)
	if e := invoke(t, env, "audit", "1", "--format", "csv"); strings.Count(e.out, "\n") != 2 || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "--since", "1h", "2", "--format=csv"); strings.Count(e.out, "\n") != 3 || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "2", "--since", "2999-01-31"); strings.Count(e.out, "\n") != 1 || e.status != 0 {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
	if e := invoke(t, env, "audit", "3"); e.status != 1 || e.out != "" || e.errors != "invitebot: there is no request 3 in this ledger\n" {
		t.Errorf("exit status %d, got\n%s%s", e.status, e.out, e.errors)
	}
}

func TestAuditForSpreadsheets(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(e.out)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v in\n%s", err, e.out)
	}
	if got := rows[1][2]; got != "'=HYPERLINK(1)" {
		t.Errorf("a formula came through as %q", got)
	}
}

func TestAuditForPrograms(t *testing.T) {
	t.Parallel()
	e := invoke(t, aLedger(t), "audit", "--format", "jsonl")
	var events []approvals.Event
	for line := range strings.Lines(e.out) {
		var event approvals.Event
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		events = append(events, event)
	}
	if len(events) != 3 || events[1].Actor.Name != "Bob\x1b[31m\u202e\u009b" || events[2].Detail.Reason != "who\tis\nthis?" {
		t.Errorf("got %+v", events)
	}
	if strings.ContainsAny(e.out, "\x1b\u202e\u009b") {
		t.Errorf("control characters came through: %q", e.out)
	}
}

func TestAuditWithoutADatabase(t *testing.T) {
	t.Parallel()
	if e := invoke(t, nil, "audit"); e.status != 1 || e.out != "" || !strings.Contains(e.errors, "there is no database") {
		t.Errorf("exit status %d, output %q, errors\n%s", e.status, e.out, e.errors)
	}
	got := problemLines(t, invoke(t, map[string]string{"DATABASE_URL": "oracle://db/bot"}, "audit"))
	if len(got) != 1 || got["DATABASE_URL"] == "" {
		t.Errorf("got %v", got)
	}
}

// The manifest asks for exactly the scopes that the bot uses, and gives each its reason.
func TestManifestScopes(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile("manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, line := range regexp.MustCompile(`(?m)^      - ([a-z:]+) # \w+`).FindAllSubmatch(manifest, -1) {
		got = append(got, string(line[1]))
	}
	for _, scope := range bot.Scopes {
		want = append(want, scope.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the manifest asks for %v, the bot uses %v", got, want)
	}
}
