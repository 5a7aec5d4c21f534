// Package operate is what an operator has the program do: run the bot (run.go puts its parts together), move to another
// database and back (copy.go, reopen.go), go on without a key that is lost (rekey.go), tell the version. What the ledger has to say is told by internal/audit; how a command line is read and
// an error told is internal/cli's matter, which variables there are internal/settings'; the bot's own work is in bot,
// approvals and invite.
package operate

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/invite"
	"github.com/mattn/go-isatty"
	"golang.org/x/sync/errgroup"
)

const runHelp = `invitebot run: run the bot, until SIGTERM or Ctrl-C. It then finishes what is under way, within 10 seconds.

The exit status is 0 after a signal, 2 where the configuration must be put right, and 1 after any other failure.
These environment variables configure it:

`

// Run runs the bot until ctx is done.
func Run(ctx context.Context, args []string) error {
	if _, err := cli.Parse(flag.NewFlagSet("run", flag.ContinueOnError), runHelp+settings.Table(&settings.Settings{}), args, 0); err != nil {
		return err
	}
	var s settings.Settings
	if err := s.Read(); err != nil {
		return err
	}
	log := logger(&s)
	slog.SetDefault(log)
	err := serve(ctx, &s, log)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop while it was starting
	}
	return forAPerson(err)
}

// forAPerson gives what only a person can put right the exit status that says so.
func forAPerson(err error) error {
	if wrong, ok := errors.AsType[*webapi.ConfigError](err); ok {
		return settings.Problems(wrong.Problems)
	}
	_, moved := errors.AsType[*approvals.MovedError](err)
	_, others := errors.AsType[*approvals.RulesError](err)
	_, keys := errors.AsType[*ledger.KeysError](err)
	_, setup := errors.AsType[*database.SetupError](err)
	if moved || others || keys || setup {
		return cli.ForAPerson(err)
	}
	return err
}

func serve(ctx context.Context, s *settings.Settings, log *slog.Logger) (err error) {
	store, err := approvals.Open(ctx, s.DatabaseURL, approvals.Options{Log: log, Keys: s.Keys()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	rules := rules(s)
	present, err := store.Join(ctx, rules)
	if err != nil {
		return err
	}
	defer present.Leave()
	desk := approvals.NewDesk(store, rules)
	client, err := invite.NewClient(invite.Config{Endpoint: s.Endpoint, Region: s.Region, Credential: s.Credential()})
	if err != nil {
		return err
	}
	slack, err := bot.New(bot.Config{
		API:         webapi.NewClient(s.SlackAPIURL, s.SlackBotToken.Reveal(), s.SlackAppToken.Reveal()),
		Connections: s.SlackConnections,
		Channel:     s.ApprovalChannel,
		Approvers:   s.Approvers,
		Requesters:  s.Requesters,
		Notify:      words.Notify{Who: s.Mentioned(), On: s.NotifyOn},
		Log:         log,
	}, desk)
	if err != nil {
		return err
	}
	worker := approvals.NewWorker(desk, client, slack, approvals.WorkerOptions{Rate: s.Rate, Settle: s.Settle, Every: s.RosterEvery, Log: log})
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
	return group.Wait()
}

func rules(s *settings.Settings) approvals.Rules {
	return approvals.Rules{Required: s.ApprovalsRequired, AllowSelf: s.AllowSelfApproval, TTL: s.RequestTTL, Open: s.OpenRequests, RemindAfter: s.RemindAfter,
		Approvers: s.Approvers, Requesters: s.Requesters, Channel: s.ApprovalChannel, Room: s.OrganizationRoom}
}

func logger(s *settings.Settings) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "text" || s.LogFormat == "" && isatty.IsTerminal(os.Stderr.Fd()) {
		return slog.New(slog.NewTextHandler(os.Stderr, options))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, options))
}
