// Package operate is what an operator has the program do: run the bot (run.go puts its parts together, log.go is what it logs), look whether it could
// run (check.go) and how it stands (status.go), keep a copy (backup.go), move to another database and back (copy.go, reopen.go), go on without a
// key that is lost (rekey.go), tell the version. What the ledger has to say is told by internal/audit; what watches a running bot is
// internal/monitor's; how a command line is read and an error told is internal/cli's matter, which variables there are internal/settings';
// the bot's own work is in bot, approvals and invite.
package operate

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/monitor"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/invitebot/invitebot/invite"
	"golang.org/x/sync/errgroup"
)

var runHelp = tongue.Say(`invitebot run: run the bot, until SIGTERM or Ctrl-C. It then finishes what is under way, within 10 seconds.

SIGUSR1 has it log everything that it does for ten minutes. The exit status is 0 after a signal, 2 where a person must put something right, and 1
after any other failure. These environment variables configure it:

`, `invitebot run：运行机器人，直到收到 SIGTERM 或 Ctrl-C；随后在 10 秒内完成手头的工作。

收到 SIGUSR1 后，它会在随后的十分钟内记录所做的一切。退出状态：因信号退出为 0；须由人员处理的问题为 2；其他失败为 1。
以下环境变量用于配置：

`)

// Run runs the bot until ctx is done.
func Run(ctx context.Context, args []string) error {
	if _, err := cli.Parse(flag.NewFlagSet("run", flag.ContinueOnError), cli.Help{runHelp, settings.Table(&settings.Settings{}), settings.FromFiles}, args, 0); err != nil {
		return err
	}
	var s settings.Settings
	wrong := s.Read()
	log, level := logger(&s)
	if wrong != nil && s.LogFormat == "json" { // whoever asked for that reads the log with a program
		return logFatal(log, wrong)
	}
	if wrong != nil {
		return wrong
	}
	slog.SetDefault(log)
	defer debugOnSignal(log, level)()
	began := time.Now()
	err := serve(ctx, &s, log)
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) { // it may have been told so while it was starting
		log.Info("invitebot ends, as it was told to", "after", time.Since(began).Round(time.Second).String())
		return nil
	}
	return logFatal(log, problems(err))
}

// problems are what Slack refuses for good, as what is wrong with the configuration; any other error stays as it is.
func problems(err error) error {
	if wrong, ok := errors.AsType[*webapi.ConfigError](err); ok {
		return settings.Problems(wrong.Problems)
	}
	return err
}

// forWhoTyped gives an error of a command that somebody has typed the status that says that it is for them, where a bot is in its way: they can
// stop that.
func forWhoTyped(err error) error {
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return cli.ForAPerson(err)
	}
	return err
}

// now is the clock that the bot works by.
var now = time.Now

func serve(ctx context.Context, s *settings.Settings, log *slog.Logger) (err error) {
	listener, err := listen(s.HTTPAddr)
	if err != nil {
		return err
	}
	figures := monitor.NewFigures(version())
	store, err := approvals.Open(ctx, s.DatabaseURL, approvals.Options{Now: now, Log: log, Keys: s.Keys(), Expect: s.ExpectLedger, Program: version(), Recorded: figures.Recorded})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	logStart(log, s, store, listener)
	rules := rules(s)
	present, err := store.Join(ctx, rules)
	if err != nil {
		return err
	}
	defer present.Leave()
	desk := approvals.NewDesk(store, rules)
	client, err := invite.NewClient(invite.Config{Endpoint: s.Endpoint, Region: s.Region, Credential: s.Credential(), Language: cloudLanguage(s), Observe: observeCloud(figures, log)})
	if err != nil {
		return err
	}
	api := webapi.NewClient(s.SlackAPIURL, s.SlackBotToken.Reveal(), s.SlackAppToken.Reveal())
	api.Observe = observeSlack(figures, log)
	slack, err := bot.New(bot.Config{
		API:          api,
		Connections:  s.SlackConnections,
		Channel:      s.ApprovalChannel,
		Approvers:    s.Approvers,
		Requesters:   s.Requesters,
		Notify:       words.Notify{Who: s.Mentioned(), On: s.NotifyOn},
		Language:     language(s),
		Log:          log,
		Now:          now,
		Acknowledged: observeAnswers(figures, log),
	}, desk)
	if err != nil {
		return err
	}
	present.Live = slack.Live
	worker := approvals.NewWorker(desk, client, slack, approvals.WorkerOptions{Rate: s.Rate, Settle: s.Settle, Every: s.RosterEvery, Homes: slack, Log: log})
	watch := &monitor.Monitor{Bot: slack, Store: store, Worker: worker, Figures: figures, Listener: listener, Heartbeat: s.HeartbeatURL.Reveal(), Log: log}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return slack.Run(ctx) })
	group.Go(func() error {
		select {
		case <-slack.Ready():
			return worker.Run(ctx)
		case <-ctx.Done():
			return nil
		}
	})
	group.Go(func() error { return present.Keep(ctx) })
	group.Go(func() error { return watch.Run(ctx) })
	group.Go(func() error { checkAtStart(ctx, s, log); return nil })
	return group.Wait()
}

// listen takes the address for HTTP before anything else is done, so that one that is taken is told at once.
func listen(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, cli.ForAPerson(tongue.Error{Text: tongue.Say("HTTP_ADDR: %v; write an address of this machine that is free",
			"HTTP_ADDR：%v；请填写本机的空闲地址", err), Cause: err})
	}
	return listener, nil
}

// language is what the approvals channel reads.
func language(s *settings.Settings) words.Language {
	l, _ := words.LanguageOf(s.Language) // the settings have no other
	return l
}

// cloudLanguage is what Tencent Cloud calls the language that the approvals channel reads.
func cloudLanguage(s *settings.Settings) string {
	if s.Language == settings.SimplifiedChinese {
		return "zh-CN"
	}
	return "en-US"
}

func rules(s *settings.Settings) approvals.Rules {
	return approvals.Rules{Required: s.ApprovalsRequired, AllowSelf: s.AllowSelfApproval, TTL: s.RequestTTL, Open: s.OpenRequests, RemindAfter: s.RemindAfter,
		Approvers: s.Approvers, Requesters: s.Requesters, Channel: s.ApprovalChannel, Room: s.OrganizationRoom}
}
