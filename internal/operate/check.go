package operate

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/bot"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const checkHelp = `invitebot check [--format text|json] [--strict]: look whether a bot of this configuration could do its work, also while one is running.

It asks Slack and Tencent Cloud harmless questions, opens a Socket Mode connection and closes it again, and looks at the database. Nothing is
changed. Each line says what was looked at and whether it passed; else what is wrong and what to do. --format json prints one array.
The exit status is 0; 1 with --strict, where there are warnings; 2 where something failed. It looks at all that these variables say:

`

// Check prints what is wrong with the configuration.
func Check(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	format := flags.String("format", "text", "")
	strict := flags.Bool("strict", false, "")
	if _, err := cli.Parse(flags, checkHelp+settings.Table(&settings.Settings{})+settings.FromFiles, args, 0); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return cli.Misused("check: --format is text or json")
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what it has to say is in the findings
	found := findings(ctx)
	if ctx.Err() != nil {
		return errors.New("check: it was interrupted")
	}
	if err := printFindings(os.Stdout, found, *format); err != nil {
		return err
	}
	switch found.Worst() {
	case checkup.Failed:
		return cli.Status(cli.ExitMisconfigured)
	case checkup.Warning:
		if *strict {
			return cli.Status(cli.ExitFailed)
		}
	}
	return nil
}

// findings looks at everything at once.
func findings(ctx context.Context) (found checkup.List) {
	var s settings.Settings
	wrong := configured(&found, s.Read())
	if len(wrong) == 0 {
		found.Pass("configuration", "all variables can be read")
	}
	if len(s.Keys()) == 0 && !wrong.any("LEDGER_KEY") {
		found.Warn("configuration", "LEDGER_KEY", "write a key of 32 characters or more there, such as openssl rand -base64 33 makes", "there is none, so whoever can write to the database could make up a decision")
	}
	var runs running
	if !wrong.any("DATABASE_URL") {
		runs = runningOn(ctx, s.DatabaseURL)
	}
	var looks []func(context.Context) checkup.List
	look := func(at func(context.Context) checkup.List, needs ...string) {
		if !wrong.any(needs...) {
			looks = append(looks, at)
		}
	}
	look(func(ctx context.Context) checkup.List { return checkSlack(ctx, &s, runs.connected) }, "SLACK_", "APPROV", "REQUESTERS", "NOTIFY", "HTTPS_PROXY", "HTTP_PROXY")
	look(func(ctx context.Context) checkup.List { return checkTencentCloud(ctx, &s) }, "TENCENTCLOUD_", "HTTPS_PROXY", "HTTP_PROXY")
	look(func(ctx context.Context) checkup.List {
		return approvals.Check(ctx, s.DatabaseURL, approvals.Options{Keys: s.Keys(), Expect: s.ExpectLedger, Log: slog.Default()}, rules(&s))
	}, "DATABASE_URL", "LEDGER_KEY", "EXPECT_LEDGER")
	look(func(ctx context.Context) checkup.List { return checkNetwork(ctx, &s) }, "HTTPS_PROXY", "HTTP_PROXY", "HEARTBEAT_URL")
	look(func(context.Context) checkup.List { return checkListening(s.HTTPAddr, runs.any) }, "HTTP_ADDR")
	results := make([]checkup.List, len(looks))
	var all sync.WaitGroup
	for n, at := range looks {
		all.Go(func() { results[n] = at(ctx) })
	}
	all.Wait()
	for _, r := range results {
		found = append(found, r...)
	}
	return found
}

// wrongs are the variables that can't be read.
type wrongs []string

// any says whether one of them begins so, in upper or lower case.
func (w wrongs) any(beginnings ...string) bool {
	return slices.ContainsFunc(w, func(name string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(strings.ToUpper(name), b) })
	})
}

// configured notes what is wrong with the variables. What needs none of those is looked at all the same.
func configured(found *checkup.List, err error) (wrong wrongs) {
	problems, _ := errors.AsType[settings.Problems](err)
	for _, problem := range problems {
		variable, what, _ := strings.Cut(problem, ": ")
		what, remedy, _ := strings.Cut(what, "; ")
		found.Fail("configuration", variable, remedy, "%s", what)
		wrong = append(wrong, variable)
	}
	return wrong
}

// running is what runs on the database, as that tells.
type running struct{ any, connected bool }

func runningOn(ctx context.Context, url string) (r running) {
	ctx, cancel := context.WithTimeout(ctx, cloudLimit)
	defer cancel()
	s, err := statusOf(ctx, url, "")
	if err != nil {
		return r // another check says why
	}
	for _, b := range s.Bots {
		r.any, r.connected = true, r.connected || b.Connections > 0
	}
	return r
}

func checkSlack(ctx context.Context, s *settings.Settings, connected bool) checkup.List {
	api := webapi.NewClient(s.SlackAPIURL, s.SlackBotToken.Reveal(), s.SlackAppToken.Reveal())
	return bot.Check(ctx, bot.Config{API: api, Channel: s.ApprovalChannel, Approvers: s.Approvers, Requesters: s.Requesters, Notify: words.Notify{Who: s.Mentioned()}, Language: language(s)}, rules(s), connected)
}

func printFindings(out io.Writer, found checkup.List, format string) error {
	if format == "json" {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(found)
	}
	counts := map[checkup.Result]int{}
	for _, f := range found {
		counts[f.Result]++
		result := string(f.Result)
		if f.Result == checkup.Failed {
			result = "FAILED"
		}
		_, _ = fmt.Fprintf(out, "%-8s %-18s %s\n", result, f.Check, strings.TrimPrefix(checkup.OneLine(f.Variable+": "+f.What), ": "))
		if f.Remedy != "" {
			_, _ = fmt.Fprintf(out, "%-27s %s\n", "", checkup.OneLine(f.Remedy))
		}
	}
	_, err := fmt.Fprintf(out, "%d passed, %s, %d failed\n", counts[checkup.Passed], counted(counts[checkup.Warning], "warning"), counts[checkup.Failed])
	return err
}

// checkAtStart looks at what the start itself doesn't: Slack is looked at in bot, and the database, but for its disk, when it is opened. A bot with a wrong key runs
// on, as keys are rotated, but says so at once, and not after somebody has approved something.
func checkAtStart(ctx context.Context, s *settings.Settings, log *slog.Logger) {
	var cloud checkup.List
	var both sync.WaitGroup
	both.Go(func() { cloud = checkTencentCloud(ctx, s) })
	network := checkNetwork(ctx, s)
	both.Wait()
	if ctx.Err() != nil {
		return
	}
	for _, f := range slices.Concat(cloud, network, database.CheckSpace(s.DatabaseURL)) {
		level := slog.LevelDebug
		switch f.Result {
		case checkup.Failed:
			level = slog.LevelError
		case checkup.Warning:
			level = slog.LevelWarn
		}
		log.Log(ctx, level, f.Problem(), "check", f.Check)
	}
}
