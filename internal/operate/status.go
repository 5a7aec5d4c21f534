package operate

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
)

var statusHelp = tongue.Say(`invitebot status [--format text|json]: tell how the database stands: what waits, what is due and since when, who runs, and where the ledger ends.

It reads the database only. The exit status is 0 where nothing of the machine's own is overdue by more than a minute and a bot that is connected
to Slack runs on it, and 1 otherwise; what waits for people doesn't count. So it fits a container's health check. 2: it couldn't be told, and a person must do
something first. These variables say where the database is, and which ledger must be in it:

`, `invitebot status [--format text|json]：显示数据库的状况：哪些在等待、哪些到期及自何时起、哪些机器人在运行、账本到哪里为止。

它只读取数据库。如果机器人自身的工作没有逾期一分钟以上，且有一个已连接 Slack 的机器人在其上运行，退出状态为 0，否则为 1；
等待人员处理的不计在内。因此可用作容器的健康检查。2：无法得知，须先由人员处理。以下变量说明数据库在哪里、其中须是哪个账本：

`)

// Status prints how the database stands.
func Status(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("status", flag.ContinueOnError)
	format := flags.String("format", "text", "")
	if _, err := cli.Parse(flags, cli.Help{statusHelp, settings.Table(&settings.Ledger{}), settings.FromFiles}, args, 0); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return cli.Misused("status", tongue.Say("--format is text or json", "--format 须为 text 或 json"))
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	s, err := statusOf(ctx, l.DatabaseURL, l.ExpectLedger)
	if err != nil {
		return err
	}
	if err := printStatus(os.Stdout, s, *format); err != nil {
		return err
	}
	if len(s.Overdue()) > 0 {
		return cli.Status(cli.ExitFailed)
	}
	return nil
}

func statusOf(ctx context.Context, url, expected string) (s approvals.Status, err error) {
	store, err := approvals.OpenReadOnly(ctx, url, approvals.Options{Expect: expected, Brief: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return s, err
	}
	defer func() { _ = store.Close() }()
	return store.Status(ctx)
}

func printStatus(out io.Writer, s approvals.Status, format string) error {
	overdue := s.Overdue()
	if format == "json" {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			approvals.Status
			Overdue []approvals.Overdue `json:"overdue"`
		}{s, append([]approvals.Overdue{}, overdue...)})
	}
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(out, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	ago := func(t time.Time) string { return s.At.Sub(t).Round(time.Second).String() + " ago" }
	line("ledger", "%s: %s, newest event %s", s.Ledger, counted(s.Requests, "request"), s.Head)
	for _, b := range s.Bots {
		line("bot", "%s: started %s, %s to Slack since %s, seen %s", b.Who, at(b.Started), counted(b.Connections, "connection"), at(b.Since), ago(b.Seen))
	}
	if len(s.Bots) == 0 {
		line("bot", "none runs")
	}
	for _, b := range []struct {
		name, what string
		approvals.Backlog
	}{
		{"pending", "waiting for approvers", s.Pending}, {"stuck", "of which a person must find out the outcome", s.Stuck}, {"unknown", "of which nobody knows the outcome yet", s.Unknown},
		{"messages", "to be said in Slack", s.Messages}, {"deliveries", "to be sent to Tencent Cloud", s.Deliveries}, {"cancels", "to be cancelled", s.Cancels}, {"expiries", "whose time is over", s.Expiries},
	} {
		text := fmt.Sprintf("%d %s", b.Count, b.what)
		if !b.Since.IsZero() {
			text += ", the oldest since " + at(b.Since)
		}
		if b.Taken > 0 {
			text += fmt.Sprintf(", %d being done", b.Taken)
		}
		line(b.name, "%s", text)
	}
	for _, l := range s.Lists {
		text := "never read as a whole"
		if !l.ReadAt.IsZero() {
			text = "read as a whole " + ago(l.ReadAt)
		}
		if l.Failures > 0 {
			text += fmt.Sprintf("; the last %d tries failed: %s", l.Failures, l.Code)
		}
		line(l.Name, "%s", text)
	}
	for _, o := range overdue {
		text := o.What
		if !o.Since.IsZero() {
			text += ", since " + at(o.Since)
		}
		line("OVERDUE", "%s", text)
	}
	return nil
}

func at(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// counted is a number of things.
func counted[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
