// Invitebot lets people ask in Slack for Tencent Cloud accounts to be invited into an organization, lets approvers
// decide there, sends the invitation and keeps a ledger of it all.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/signal"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/kelseyhightower/envconfig"
	"github.com/mattn/go-isatty"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/demo"
	"github.com/invitebot/invitebot/invite"
)

const usage = `Invitations into a Tencent Cloud organization, asked for and approved in Slack.

  invitebot [run]             run the bot, until SIGTERM or Ctrl-C
  invitebot audit [REQUEST]   print the ledger of all requests, or of one
  invitebot demo              try the bot in a browser, without any account
  invitebot copy FROM TO      move to another database, SQLite or PostgreSQL
  invitebot version           print the version

Each explains itself with --help. "invitebot run --help" lists the environment variables that configure the bot.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	if len(os.Args) > 1 && os.Args[1] == "demo" {
		os.Exit(demo.Main(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(report(dispatch(ctx, os.Args[1:])))
}

func dispatch(ctx context.Context, args []string) error {
	name := "run"
	if len(args) > 0 && (isHelp(args[0]) || args[0] == "--version" || !strings.HasPrefix(args[0], "-")) {
		name, args = args[0], args[1:]
	}
	switch {
	case isHelp(name):
		fmt.Print(usage)
		return nil
	case name == "run":
		return run(ctx, args)
	case name == "audit":
		return audit(ctx, args)
	case name == "copy":
		return copyDatabase(ctx, args)
	case name == "version", name == "--version":
		return version(args)
	}
	return usageError(fmt.Sprintf("there is no command %q", name))
}

func isHelp(s string) bool { return slices.Contains([]string{"help", "--help", "-help", "-h"}, s) }

// usageError says that the command line can't be understood.
type usageError string

func (e usageError) Error() string { return string(e) }

// report tells the operator how it ended and returns the exit status: 2 is for what only a person can put right.
func report(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	text, status := err.Error(), 1
	if _, ok := errors.AsType[usageError](err); ok {
		text, status = text+"\nRun \"invitebot --help\" to see what there is.", 2
	}
	if _, ok := errors.AsType[problems](err); ok {
		status = 2
	}
	if wrong, ok := errors.AsType[*webapi.ConfigError](err); ok {
		text, status = headed(wrong.Problems), 2
	}
	fmt.Fprintf(os.Stderr, "invitebot: %s\n", text)
	return status
}

// parse takes the flags out of args, wherever they stand, and returns the other arguments, at most max.
func parse(flags *flag.FlagSet, help string, args []string, max int) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			fmt.Print(help)
			return nil, err
		} else if err != nil {
			return nil, usageError(flags.Name() + ": " + err.Error())
		}
		if args = flags.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if len(rest) > max {
		return nil, usageError(fmt.Sprintf("%s: %q is one argument too many", flags.Name(), rest[max]))
	}
	return rest, nil
}

const runHelp = `invitebot run: run the bot, until SIGTERM or Ctrl-C. It then finishes what is under way, within 10 seconds.

The exit status is 0 after a signal, 2 where the configuration must be put right, and 1 after any other failure.
These environment variables configure it:

`

func run(ctx context.Context, args []string) error {
	if _, err := parse(flag.NewFlagSet("run", flag.ContinueOnError), runHelp+variableTable(&settings{}), args, 0); err != nil {
		return err
	}
	var s settings
	if wrong := s.read(); len(wrong) > 0 {
		return wrong
	}
	log := s.logger()
	slog.SetDefault(log)
	err := serve(ctx, &s, log)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop while it was starting
	}
	return err
}

func serve(ctx context.Context, s *settings, log *slog.Logger) (err error) {
	store, err := approvals.Open(ctx, s.DatabaseURL, approvals.Options{Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	desk := approvals.NewDesk(store, approvals.Rules{Required: s.ApprovalsRequired, AllowSelf: s.AllowSelfApproval, TTL: s.RequestTTL})
	credential := s.credential()
	client, err := invite.NewClient(invite.Config{Endpoint: s.Endpoint, Region: s.Region, Credential: credential})
	if err != nil {
		return err
	}
	slack, err := bot.New(bot.Config{
		API:         webapi.NewClient(s.SlackAPIURL, s.SlackBotToken.reveal(), s.SlackAppToken.reveal()),
		Connections: s.SlackConnections,
		Channel:     s.ApprovalChannel,
		Approvers:   s.Approvers,
		Requesters:  s.Requesters,
		Log:         log,
	}, desk)
	if err != nil {
		return err
	}
	if s.SecretID.text == nil {
		go credential.GetCredential() // so that the log says at once where there are none
	}
	worker := approvals.NewWorker(desk, client, slack, approvals.WorkerOptions{Rate: s.Rate, Settle: s.Settle, Log: log})
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return slack.Run(ctx) })
	group.Go(func() error { return worker.Run(ctx) })
	return group.Wait()
}

// settings are the bot's configuration. Their tags are its only list: what is read, what --help prints, and what an
// error tells to write.
type settings struct {
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

// problems are what is wrong with the configuration, by variable.
type problems map[string]string

func (p problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, name := range slices.Sorted(maps.Keys(p)) {
		lines = append(lines, name+": "+p[name])
	}
	return headed(lines)
}

// headed is how problems are printed, those that are found here and those that Slack tells of.
func headed(problems []string) string {
	return "the configuration must be put right:\n  " + strings.Join(problems, "\n  ")
}

// add notes a problem, unless the variable has one that explains this one too.
func (p problems) add(name, format string, args ...any) {
	if p[name] == "" {
		p[name] = fmt.Sprintf(format, args...)
	}
}

// refuse notes a problem together with what the variable wants.
func (p problems) refuse(name, problem string) {
	for _, f := range variables(&settings{}) {
		if f.Tag.Get("envconfig") == name {
			p.add(name, "%s; write %s", problem, f.Tag.Get("want"))
		}
	}
}

// variables are the fields of a struct that stand for environment variables.
func variables(spec any) []reflect.StructField {
	all := reflect.VisibleFields(reflect.TypeOf(spec).Elem())
	return slices.DeleteFunc(all, func(f reflect.StructField) bool { return f.Tag.Get("envconfig") == "" })
}

func variableTable(spec any) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range variables(spec) {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", f.Tag.Get("envconfig"), cmp.Or(f.Tag.Get("default"), f.Tag.Get("unset"), "-"), f.Tag.Get("want"))
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

// readEnvironment fills spec, a pointer to a struct, and notes what is missing and what can't be read.
func readEnvironment(spec any) problems {
	wrong, all := problems{}, variables(spec)
	for _, f := range all {
		trim(f.Tag.Get("envconfig"))
	}
	for range all { // envconfig stops at the first value that it can't read: note it, take it away, go on
		bad, ok := errors.AsType[*envconfig.ParseError](envconfig.Process("", spec))
		if !ok {
			break
		}
		wrong.refuse(bad.KeyName, shown(bad.Value)+" won't do")
		_ = os.Unsetenv(bad.KeyName)
	}
	for _, f := range all {
		if f.Tag.Get("unset") == "required" && os.Getenv(f.Tag.Get("envconfig")) == "" {
			wrong.refuse(f.Tag.Get("envconfig"), "not set")
		}
	}
	return wrong
}

// trim takes the blank space around a variable away: a secret from a file ends in a newline, and a variable that is set
// to nothing is one that a template left out.
func trim(name string) {
	if text := strings.TrimSpace(os.Getenv(name)); text != "" {
		_ = os.Setenv(name, text)
		return
	}
	_ = os.Unsetenv(name)
}

// shown quotes what somebody wrote, unless it could be a secret that went into the wrong variable.
func shown(text string) string {
	if len(text) > 24 || strings.HasPrefix(text, "xox") || strings.HasPrefix(text, "xapp") || strings.HasPrefix(text, "AKID") {
		return "a value that isn't shown here"
	}
	return strconv.Quote(text)
}

// read fills s from the environment and returns everything that is wrong.
func (s *settings) read() problems {
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
	return wrong
}

func (s *settings) checkSlack(wrong problems) {
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
func (p problems) refuseToken(name string, token Secret, prefix string) {
	switch text := token.reveal(); {
	case text == "" || strings.HasPrefix(text, prefix) && text != prefix:
	case strings.HasPrefix(text, "xoxb-"):
		p.refuse(name, "this is a bot token (xoxb-…), which belongs in SLACK_BOT_TOKEN")
	case strings.HasPrefix(text, "xapp-"):
		p.refuse(name, "this is an app-level token (xapp-…), which belongs in SLACK_APP_TOKEN")
	case strings.HasPrefix(text, "xoxp-"):
		p.refuse(name, "this is a user token (xoxp-…)")
	case strings.HasPrefix(text, "xox"):
		p.refuse(name, "this is a Slack token of another kind")
	case strings.ContainsAny(text, "\"'"):
		p.refuse(name, "there are quotation marks in it")
	default:
		p.refuse(name, "this is no Slack token")
	}
}

// isSafe says whether tokens may travel there: encrypted, or without leaving this machine.
func isSafe(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

// people returns the IDs in a list, each once, and refuses everything else that is in it.
func (p problems) people(name string, list []string) (ids []string) {
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
		p.refuse(name, strings.Join(bad, ", ")+" won't do")
	} else if len(list) > 0 && len(ids) == 0 {
		p.refuse(name, "nobody is listed")
	}
	return ids
}

// isID says whether text is a Slack ID that begins with one of the letters.
func isID(text, letters string) bool {
	odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }
	return len(text) > 2 && strings.IndexByte(letters, text[0]) >= 0 && !strings.ContainsFunc(text, odd)
}

func (s *settings) checkTencentCloud(wrong problems) {
	if _, err := invite.ParseEndpoint(s.Endpoint); err != nil {
		wrong.add("TENCENTCLOUD_ENDPOINT", "%v (the usual one is %s)", err, invite.DefaultEndpoint)
	}
	id, key, token := s.SecretID.reveal(), s.SecretKey.reveal(), s.Token.reveal()
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

func (l *Ledger) check(wrong problems) {
	if !approvals.IsDatabase(l.DatabaseURL) {
		wrong.refuse("DATABASE_URL", "this is no database that this program knows")
	}
}

func (s *settings) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "text" || s.LogFormat == "" && isatty.IsTerminal(os.Stderr.Fd()) {
		return slog.New(slog.NewTextHandler(os.Stderr, options))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, options))
}

func (s *settings) credential() common.CredentialIface {
	if s.SecretID.text == nil {
		http.DefaultClient.Timeout = 10 * time.Second // with it the SDK asks for the role's credentials, without a limit
		return &found{}
	}
	return common.NewTokenCredential(s.SecretID.reveal(), s.SecretKey.reveal(), s.Token.reveal())
}

// found are credentials that the SDK's provider chain finds, when they are first needed: those of a profile, or those
// of the machine's role, which renew themselves.
type found struct {
	common.CredentialIface
	mu sync.Mutex
}

// GetCredential returns empty ones where there are none.
func (f *found) GetCredential() (id, key, token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.CredentialIface == nil {
		credential, err := common.DefaultProviderChain().GetCredential()
		if err != nil {
			slog.Warn("no Tencent Cloud credentials: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY", "err", err)
			return "", "", ""
		}
		f.CredentialIface = credential
	}
	return f.CredentialIface.GetCredential()
}

// Secret is text that prints as [redacted] by every route; [Secret.reveal] is the one way to it. It is behind a pointer
// because fmt and encoding/json have routes, %p and the keys of maps, that show a string whatever its methods are.
type Secret struct{ text *string }

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Decode is for envconfig.
func (s *Secret) Decode(text string) error {
	s.text = &text
	return nil
}

// reveal returns the text, empty where there is none.
func (s Secret) reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

const auditHelp = `invitebot audit [REQUEST]: print the ledger of all requests or of one, also while the bot is running.

  --format table|jsonl|csv   how (table); jsonl has all that is recorded
  --since DURATION|DATE      only what came after: 90m, 24h, 7d, 2026-01-31 (UTC) or 2026-01-31T12:00:00Z

This environment variable says where the ledger is:

`

func audit(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	format, since := flags.String("format", "table", ""), flags.String("since", "", "")
	rest, err := parse(flags, auditHelp+variableTable(&Ledger{}), args, 1)
	if err != nil {
		return err
	}
	filter, err := parseFilter(rest, *since)
	if err != nil {
		return err
	}
	export, ok := approvals.Exports[*format]
	if !ok {
		return usageError(fmt.Sprintf("audit: --format %q is none of table, jsonl and csv", *format))
	}
	var l Ledger
	wrong := readEnvironment(&l)
	if l.check(wrong); len(wrong) > 0 {
		return wrong
	}
	store, err := approvals.OpenReadOnly(ctx, l.DatabaseURL, approvals.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if filter.Request != 0 {
		if _, err := store.Request(ctx, filter.Request); errors.Is(err, approvals.ErrNotFound) {
			return fmt.Errorf("there is no request %d in this ledger", filter.Request)
		}
	}
	out := bufio.NewWriter(os.Stdout)
	return errors.Join(export(out, store.Events(ctx, filter)), out.Flush())
}

func parseFilter(args []string, since string) (f approvals.Filter, err error) {
	if len(args) == 1 {
		if f.Request, err = strconv.ParseInt(args[0], 10, 64); err != nil || f.Request < 1 {
			return f, usageError(fmt.Sprintf("audit: %q is not the number of a request", args[0]))
		}
	}
	if since != "" {
		if f.Since, err = parseSince(since, time.Now()); err != nil {
			return f, usageError(fmt.Sprintf("audit: --since %q is neither a duration such as 24h or 7d nor a date such as 2026-01-31", since))
		}
	}
	return f, nil
}

func parseSince(text string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return now.AddDate(0, 0, -int(n)), err
	}
	if ago, err := time.ParseDuration(text); err == nil {
		return now.Add(-ago.Abs()), nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, nil
	}
	return time.Parse(time.RFC3339, text)
}

const copyHelp = `invitebot copy FROM TO: copy one database, sqlite:PATH or postgres://…, into another that is empty.

Stop the bot first. Counts and the ledger are compared before anything is kept. The copy goes on where the original
stopped, with the same cards in Slack: run the bot on one of them only. A password on a command line can be seen by others on
the machine: PGPASSWORD or a password file keeps it out.
`

func copyDatabase(ctx context.Context, args []string) error {
	rest, err := parse(flag.NewFlagSet("copy", flag.ContinueOnError), copyHelp, args, 2)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return usageError("copy: name the database to copy from and the one to copy to")
	}
	copied, err := approvals.Copy(ctx, rest[0], rest[1])
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(copied)) {
		fmt.Printf("%s: %d\n", table, copied[table])
	}
	fmt.Println("Counts and ledgers are the same. Set DATABASE_URL to the copy.")
	return nil
}

func version(args []string) error {
	const help = "invitebot version: print the version, the Go version and the platform.\n"
	if _, err := parse(flag.NewFlagSet("version", flag.ContinueOnError), help, args, 0); err != nil {
		return err
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program was built without its version")
	}
	text := "invitebot " + build.Main.Version
	for _, s := range build.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value
		}
	}
	fmt.Println(text, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return nil
}
