// Package audit answers an auditor: the subcommand audit. What is to be found is read from the command line here (search.go,
// when.go), and so are the three ways to tell it: events in their order as approvals/ledger exports them, one request as a
// story (story.go), and a line for each account with its end (summary.go). "audit verify" proves the database (verify.go), and has Slack
// and Tencent Cloud heard as witnesses (witnesses.go).
//
// It reads the database and changes nothing. What is recorded, how events are found and in which words each is told is in
// approvals/ledger.
package audit

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
)

var help = tongue.Say(`invitebot audit [REQUEST]: tell one request as a story, or print the ledger of all, also while the bot is running.

What to find; all that is given must hold:
  --uin UIN                  the requests for this account, and what was refused about it
  --person PERSON            what somebody did: their ID, or the name that they had, in upper or lower case
  --outcome OUTCOME          how the request or its invitation stands now: pending, approved, denied, withdrawn, expired,
                             waiting, ready, sending, sent, failed, unknown, stopped, dropped,
                             joined, lapsed, cancelled, declined or left
  --since DURATION|DATE      only what came after: 90m, 24h, 7d, 2026-01-31, 2026-01-31T12:00:00Z, today or yesterday
  --until DURATION|DATE      only what came before, in the same forms; a day is included

How to print it:
  --format table|jsonl|csv   how (table); jsonl has all that is recorded, csv a row for each event and account. Refusals of
                             the minute that isn't over, which are still being counted, aren't events yet: jsonl hasn't them
  --summary                  a line for each account of the requests that were found, with its end; table or csv
  --local                    times and days in this machine's zone instead of UTC

"invitebot audit verify" proves that nothing of it was changed; it explains itself with --help.

These environment variables say where the ledger is, and how it is sealed:

`, `invitebot audit [REQUEST]：以叙述方式显示一个申请，或输出整个账本；机器人运行期间也可使用。

查找什么（所给条件须同时满足）：
  --uin UIN                  涉及该账号的申请，以及与之有关的被拒操作
  --person PERSON            某人所做的一切：其 ID，或当时的名称，不分大小写
  --outcome OUTCOME          申请或其邀请目前的状态：pending、approved、denied、withdrawn、expired、
                             waiting、ready、sending、sent、failed、unknown、stopped、dropped、
                             joined、lapsed、cancelled、declined 或 left
  --since DURATION|DATE      只看在此之后的：90m、24h、7d、2026-01-31、2026-01-31T12:00:00Z、today 或 yesterday
  --until DURATION|DATE      只看在此之前的，写法相同；日期包含当天

如何输出：
  --format table|jsonl|csv   格式（table）；jsonl 包含所记录的一切，csv 每个事件和账号一行。尚未结束的这一分钟内
                             仍在计数的被拒操作还不是事件：jsonl 中没有
  --summary                  所找到的申请，每个账号一行及其结局；table 或 csv
  --local                    使用本机时区的时间和日期，而不是 UTC

"invitebot audit verify" 证明账本未被改动；加 --help 可查看说明。

以下环境变量说明账本在哪里、如何加封：

`)

// Run prints what the ledger has.
func Run(ctx context.Context, args []string) (err error) {
	if len(args) > 0 && args[0] == "verify" {
		return verify(ctx, args[1:])
	}
	s, err := parse(args)
	if err != nil {
		return err
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	store, err := approvals.OpenReadOnly(ctx, l.DatabaseURL, approvals.Options{Keys: l.Keys(), Expect: l.ExpectLedger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if s.Request != 0 {
		if _, err := store.Request(ctx, s.Request); errors.Is(err, approvals.ErrNotFound) {
			return fmt.Errorf("there is no request %d in this ledger", s.Request)
		}
	}
	out := bufio.NewWriter(os.Stdout)
	return errors.Join(s.print(ctx, out, store), out.Flush())
}

func parse(args []string) (s search, err error) {
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	for _, name := range []string{"uin", "person", "outcome", "since", "until"} {
		flags.String(name, "", "")
	}
	flags.StringVar(&s.format, "format", "table", "")
	flags.BoolVar(&s.summary, "summary", false, "")
	local := flags.Bool("local", false, "")
	rest, err := cli.Parse(flags, cli.Help{help, settings.Table(&settings.Ledger{}), settings.FromFiles}, args, 1)
	if err != nil {
		return s, err
	}
	if s.zone = time.UTC; *local {
		s.zone = time.Local
	}
	return s, s.read(rest, flags, time.Now().In(s.zone))
}

// print writes what is found in the form that was asked for.
func (s search) print(ctx context.Context, out io.Writer, store *approvals.Store) error {
	switch {
	case s.summary:
		return s.summarize(ctx, out, store)
	case s.Request != 0 && s.format == "table":
		return s.tell(ctx, out, store)
	}
	accounts := func(request int64) ([]ledger.Account, error) { return s.accounts(ctx, store, request) }
	events := s.events(ctx, store)
	if s.format == "jsonl" {
		events = store.Events(ctx, s.Filter) // a line for each event, which has a number and a hash
	}
	return ledger.Exports[s.format](out, ledger.Report{Events: events, Accounts: accounts, Zone: s.zone, UIN: s.UIN})
}

// events are those that are found, and behind them the refusals that are still being counted.
func (s search) events(ctx context.Context, store *approvals.Store) iter.Seq2[ledger.Event, error] {
	return func(yield func(ledger.Event, error) bool) {
		for _, part := range []iter.Seq2[ledger.Event, error]{store.Events(ctx, s.Filter), store.Counting(ctx, s.Filter)} {
			for e, err := range part {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}
