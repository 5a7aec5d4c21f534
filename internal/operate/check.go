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
	"github.com/invitebot/invitebot/internal/tongue"
)

var checkHelp = tongue.Say(`invitebot check [--format text|json] [--strict]: look whether a bot of this configuration could do its work, also while one is running.

It asks Slack and Tencent Cloud harmless questions, opens a Socket Mode connection and closes it again, and looks at the database. Nothing is
changed. Each line says what was looked at and whether it passed; else what is wrong and what to do. --format json prints one array.
The exit status is 0; 1 with --strict, where there are warnings; 2 where something failed. It looks at all that these variables say:

`, `invitebot check [--format text|json] [--strict]：检查按此配置运行的机器人能否正常工作；机器人运行期间也可使用。

它向 Slack 和腾讯云发出无害的查询，打开一个 Socket Mode 连接再关闭，并查看数据库，不做任何更改。每行说明检查了什么、是否通过；
未通过时说明问题和处理办法。--format json 输出一个数组。退出状态：0；加 --strict 且有警告时为 1；有失败时为 2。
它检查以下变量所涉及的一切：

`)

var checkConfiguration = tongue.Say("configuration", "配置")

// Check prints what is wrong with the configuration.
func Check(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	format := flags.String("format", "text", "")
	strict := flags.Bool("strict", false, "")
	if _, err := cli.Parse(flags, cli.Help{checkHelp, settings.Table(&settings.Settings{}), settings.FromFiles}, args, 0); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return cli.Misused("check", tongue.Say("--format is text or json", "--format 须为 text 或 json"))
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what it has to say is in the findings
	found := findings(ctx)
	if ctx.Err() != nil {
		return errors.New("check: it was interrupted")
	}
	if err := printFindings(os.Stdout, found, *format, tongue.Configured()); err != nil {
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
		found.Pass(checkConfiguration, tongue.Say("all variables can be read", "所有变量均可解析"))
	}
	if len(s.Keys()) == 0 && !wrong.any("LEDGER_KEY") {
		found.Warn(checkConfiguration, "LEDGER_KEY", tongue.Say("there is none, so whoever can write to the database could make up a decision",
			"未设置，因此能写入数据库的人可以伪造审批决定"),
			tongue.Say("write a key of 32 characters or more there, such as openssl rand -base64 33 makes",
				"请填写至少 32 个字符的密钥，例如由 openssl rand -base64 33 生成"))
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
		found.Fail(checkConfiguration, problem.Variable, problem.What, problem.Remedy)
		wrong = append(wrong, problem.Variable)
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

func printFindings(out io.Writer, found checkup.List, format string, l tongue.Language) error {
	if format == "json" {
		told := make([]checkup.Told, 0, len(found))
		for _, f := range found {
			told = append(told, f.In(l))
		}
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(told)
	}
	counts := map[checkup.Result]int{}
	for _, f := range found {
		counts[f.Result]++
		what := checkup.Finding{Variable: f.Variable, What: f.What}.Problem()
		_, _ = fmt.Fprintf(out, "%s %s %s\n", tongue.Fill(results[f.Result].In(l), 8), tongue.Fill(f.Check.In(l), 18), checkup.OneLine(what.In(l)))
		if remedy := f.Remedy.In(l); remedy != "" {
			_, _ = fmt.Fprintf(out, "%-27s %s\n", "", checkup.OneLine(remedy))
		}
	}
	_, err := fmt.Fprintln(out, tongue.Say("%d passed, %s, %d failed", "%d 项通过，%s，%d 项失败",
		counts[checkup.Passed], warned(counts[checkup.Warning]), counts[checkup.Failed]).In(l))
	return err
}

func warned(times int) tongue.Text {
	if times == 1 {
		return tongue.Say("1 warning", "1 项警告")
	}
	return tongue.Say("%d warnings", "%d 项警告", times)
}

// results are how a person reads them.
var results = map[checkup.Result]tongue.Text{
	checkup.Passed:  tongue.Say("passed", "通过"),
	checkup.Warning: tongue.Say("warning", "警告"),
	checkup.Failed:  tongue.Say("FAILED", "失败"),
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
		log.Log(ctx, level, f.Problem().String(), "check", f.Check.String())
	}
}
