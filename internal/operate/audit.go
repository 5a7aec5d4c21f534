package operate

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const auditHelp = `invitebot audit [REQUEST]: print the ledger of all requests or of one, also while the bot is running.

  --format table|jsonl|csv   how (table); jsonl has all that is recorded
  --since DURATION|DATE      only what came after: 90m, 24h, 7d, 2026-01-31 (UTC) or 2026-01-31T12:00:00Z

This environment variable says where the ledger is:

`

// Audit prints the ledger.
func Audit(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	format, since := flags.String("format", "table", ""), flags.String("since", "", "")
	rest, err := cli.Parse(flags, auditHelp+settings.Table(&settings.Ledger{}), args, 1)
	if err != nil {
		return err
	}
	filter, err := parseFilter(rest, *since)
	if err != nil {
		return err
	}
	export, ok := ledger.Exports[*format]
	if !ok {
		return cli.Misused("audit: --format %q is none of table, jsonl and csv", *format)
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	store, err := approvals.OpenReadOnly(ctx, l.DatabaseURL, approvals.Options{Keys: l.Keys()})
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

func parseFilter(args []string, since string) (f ledger.Filter, err error) {
	if len(args) == 1 {
		if f.Request, err = strconv.ParseInt(args[0], 10, 64); err != nil || f.Request < 1 {
			return f, cli.Misused("audit: %q is not the number of a request", args[0])
		}
	}
	if since != "" {
		if f.Since, err = parseSince(since, time.Now()); err != nil {
			return f, cli.Misused("audit: --since %q is neither a duration such as 24h or 7d nor a date such as 2026-01-31", since)
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
