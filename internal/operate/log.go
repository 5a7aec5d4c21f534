package operate

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/monitor"
	"github.com/invitebot/invitebot/internal/settings"
)

// The log tells a day: a line when the bot starts, one for each event of the ledger, what went wrong and when it is tried again, and a
// line when it ends. At the level debug each call to Slack and Tencent Cloud has one too, and each command and click.

// logger returns the log, and its level, which can be changed.
func logger(s *settings.Settings) (*slog.Logger, *slog.LevelVar) {
	level := new(slog.LevelVar)
	level.Set(s.LogLevel)
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "text" || s.LogFormat == "" && isatty.IsTerminal(os.Stderr.Fd()) {
		return slog.New(slog.NewTextHandler(os.Stderr, options)), level
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, options)), level
}

// debugFor is how long a signal has everything logged.
const debugFor = 10 * time.Minute

// debugOnSignal has everything logged for a while at each SIGUSR1. The function that it returns ends that.
func debugOnSignal(log *slog.Logger, level *slog.LevelVar) (end func()) {
	usual, asked, ended := level.Level(), make(chan os.Signal, 1), make(chan struct{})
	if len(debugSignals) > 0 { // none would be all
		signal.Notify(asked, debugSignals...)
	}
	var back <-chan time.Time
	go func() {
		for {
			select {
			case <-asked:
				level.Set(slog.LevelDebug)
				log.Info("everything is logged, as a signal asked for it", "for", debugFor.String())
				back = time.After(debugFor)
			case <-back:
				log.Info("no longer everything is logged", "level", usual.String())
				level.Set(usual)
			case <-ended:
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(asked)
		close(ended)
	})
}

// logStart logs with what the bot starts, and loudly that its ledger is a new one: where another was expected, all that it knew is missing.
func logStart(log *slog.Logger, s *settings.Settings, store *approvals.Store, http net.Listener) {
	ledger, isNew := store.Ledger()
	address := database.Address(s.DatabaseURL)
	log.Info("invitebot starts", "version", version(), "database", address, "ledger", ledger, "sealed", len(s.Keys()) > 0, "channel", s.ApprovalChannel,
		"approvers", s.Approvers, "approvals_required", s.ApprovalsRequired, "allow_self_approval", s.AllowSelfApproval, "request_ttl", s.RequestTTL.String(),
		"connections", s.SlackConnections, "http", addressOf(http))
	if isNew {
		log.Warn("new ledger at "+address+": 0 requests. If there was one before, stop the bot and restore it; EXPECT_LEDGER="+ledger+" refuses any other from now on", "ledger", ledger)
	}
}

// addressOf is where something listens; empty: nowhere.
func addressOf(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

// logFatal logs why the bot ends, a line for each thing that a person must put right, and returns what is left to tell: the exit status.
func logFatal(log *slog.Logger, err error) error {
	if err == nil {
		return nil
	}
	wrong, ok := errors.AsType[settings.Problems](err)
	for _, problem := range wrong {
		log.Error("invitebot ends: the configuration must be put right", "problem", problem.Problem().String())
	}
	if !ok {
		log.Error("invitebot ends", "error", err)
	}
	return cli.Told(err)
}

// observeSlack counts each call, and logs it at the level debug.
func observeSlack(figures *monitor.Figures, log *slog.Logger) webapi.Observer {
	return func(method string, took time.Duration, result string) {
		figures.SlackCall(method, took, result)
		if webapi.IsBarred(result) {
			log.Error("Slack refuses a call until somebody has done something: \"invitebot check\" says what", "method", method, "result", result)
			return
		}
		logCall(log, "called Slack", "method", method, took, result)
	}
}

// observeCloud is observeSlack for Tencent Cloud.
func observeCloud(figures *monitor.Figures, log *slog.Logger) func(string, time.Duration, string) {
	return func(action string, took time.Duration, code string) {
		figures.CloudCall(action, took, code)
		logCall(log, "called Tencent Cloud", "action", action, took, code)
	}
}

func observeAnswers(figures *monitor.Figures, log *slog.Logger) func(string, time.Duration) {
	return func(kind string, took time.Duration) {
		figures.Acknowledged(kind, took)
		logCall(log, "acknowledged", "type", kind, took, "")
	}
}

func logCall(log *slog.Logger, text, key, name string, took time.Duration, result string) {
	if log.Enabled(context.Background(), slog.LevelDebug) {
		log.Debug(text, key, name, "took", took.Round(time.Microsecond).String(), "result", result)
	}
}
