package audit

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
)

var verifyHelp = tongue.Say(`invitebot audit verify: hold the ledger against itself, and the database against the ledger.
The chain of hashes must be whole, each seal good (with LEDGER_KEY), and every request, decision and invitation what the
ledger tells of it. It reads only, also while the bot is running. The exit status is 0 where all is proved, 1 where
something is wrong (the first false event is named first), and 2 where it could not be looked.
  --slack              hold the ledger against the approvals channel and its threads too, both ways: each message there has
                       the number and the hash of the newest event of its time, which nobody can change any more.
                       Slack allows about 50 threads a minute
  --since DURATION|DATE  with --slack: only what was posted after, as "invitebot audit --help" explains
  --tencent            hold what was sent against the organization's invitations and members at Tencent Cloud; what was
                       invited there otherwise is listed, and is no error
  --format text|json   how to say it (text)

These environment variables say where the ledger is, and how it is sealed:
`, `invitebot audit verify：核对账本自身，并用账本核对数据库。
哈希链必须完整，每个封印必须有效（需 LEDGER_KEY），每个申请、审批决定和邀请都必须与账本所述一致。它只读取，机器人运行期间也可
使用。退出状态：全部得到证明为 0；有问题为 1（首先指出第一个不实的事件）；无法核对为 2。
  --slack              同时与审批频道及其消息列双向核对：其中每条消息都带有当时最新事件的编号和哈希，任何人都无法再更改。
                       Slack 每分钟约允许读取 50 个消息列
  --since DURATION|DATE  与 --slack 同用：只核对在此之后发布的，写法见 "invitebot audit --help"
  --tencent            将已发送的邀请与腾讯云组织的邀请和成员核对；以其他方式邀请的会列出，不算错误
  --format text|json   输出格式（text）

以下环境变量说明账本在哪里、如何加封：
`)

var (
	slackVariables   = tongue.Say("\nWith --slack:\n", "\n使用 --slack 时：\n")
	tencentVariables = tongue.Say("\nWith --tencent:\n", "\n使用 --tencent 时：\n")
)

// proof is what was found, for programs.
type proof struct {
	Proved     bool               `json:"proved"`
	Since      int64              `json:"since"` // the first event of the chain
	Events     int64              `json:"events"`
	Unsealed   int64              `json:"unsealed"`
	Requests   int                `json:"requests"`
	Head       ledger.Head        `json:"head"`
	Slack      *slackProof        `json:"slack,omitempty"`
	Tencent    *tencentProof      `json:"tencent,omitempty"`
	Falsehoods []ledger.Falsehood `json:"falsehoods"`
	rekeyed    int64
	sealed     bool // there are seals
}

type slackProof struct {
	Messages  int         `json:"messages"`
	Newest    ledger.Head `json:"newest"`    // event that Slack confirms
	Forgotten int         `json:"forgotten"` // messages of before the database was set back
	Foreign   int         `json:"foreign"`   // messages of another database's bot
}

type tencentProof struct {
	Confirmed int      `json:"confirmed"` // of the invitations that were sent
	Elsewhere []string `json:"elsewhere"` // who was invited or let in otherwise
}

// asked is what is to be proved.
type asked struct {
	slack, tencent bool
	since          time.Time
	format         string
}

func parseVerify(args []string) (a asked, err error) {
	flags := flag.NewFlagSet("audit verify", flag.ContinueOnError)
	flags.BoolVar(&a.slack, "slack", false, "")
	flags.BoolVar(&a.tencent, "tencent", false, "")
	since := flags.String("since", "", "")
	flags.StringVar(&a.format, "format", "text", "")
	help := cli.Help{verifyHelp, settings.Table(&settings.Ledger{}), slackVariables, settings.Table(&settings.Channel{}), tencentVariables, settings.Table(&settings.Cloud{})}
	if _, err := cli.Parse(flags, help, args, 0); err != nil {
		return a, err
	}
	if a.format != "text" && a.format != "json" {
		return a, cli.Misused("audit verify", tongue.Say("--format %q is neither text nor json",
			"--format %q 不是 text 或 json", a.format))
	}
	if *since == "" {
		return a, nil
	}
	from, err := parseWhen(*since, time.Now().UTC())
	if err != nil || !a.slack {
		return a, cli.Misused("audit verify", tongue.Say("--since goes with --slack, and is a time such as 7d or 2026-01-31",
			"--since 须与 --slack 同用，且为时间，例如 7d 或 2026-01-31"))
	}
	a.since = from.begins
	return a, nil
}

// verify proves the database, or names what is wrong.
func verify(ctx context.Context, args []string) error {
	a, err := parseVerify(args)
	if err != nil {
		return err
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	p, err := a.prove(ctx, l)
	if err != nil {
		return cli.ForAPerson(err) // nothing could be proved, or disproved
	}
	if err := p.print(os.Stdout, a.format, len(l.Keys()) > 0); err != nil {
		return err
	}
	if !p.Proved {
		return fmt.Errorf("the database isn't proved: %s", p.Falsehoods[0].What)
	}
	return nil
}

// prove holds the ledger against all that it is to be held against. The chain comes first: everything else rests on it.
func (a asked) prove(ctx context.Context, l settings.Ledger) (p proof, err error) {
	store, err := approvals.OpenReadOnly(ctx, l.DatabaseURL, approvals.Options{Keys: l.Keys(), Expect: l.ExpectLedger})
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	v, err := store.Verify(ctx)
	if err != nil {
		return p, err
	}
	p = proof{Since: v.Chain.Since, Events: v.Chain.Events, Unsealed: v.Chain.Unsealed, Requests: v.Requests, Head: v.Chain.Head, Falsehoods: v.Falsehoods, rekeyed: v.Chain.Rekeyed, sealed: v.Chain.Sealed}
	if a.slack {
		if err := p.hearSlack(ctx, store, a.since); err != nil {
			return p, err
		}
	}
	if a.tencent {
		if err := p.askTencentCloud(ctx, store); err != nil {
			return p, err
		}
	}
	p.Proved = len(p.Falsehoods) == 0
	return p, nil
}

func (p proof) print(out io.Writer, format string, keyed bool) error {
	if format == "json" {
		return json.NewEncoder(out).Encode(p)
	}
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	line("ledger: %d events from number %d on, %d requests; it ends at %s", p.Events, p.Since, p.Requests, p.Head)
	if p.Since > 1 {
		line("%d events are older than the chain: nothing proves them", p.Since-1)
	}
	switch {
	case !keyed && p.sealed:
		line("the ledger is sealed, and no seal was looked at, as LEDGER_KEY isn't set: set it, or whoever can write to the database could have made all of it up")
	case !keyed:
		line("without LEDGER_KEY: whoever can write to the database can make up decisions, and the whole chain anew; --slack finds that")
	case p.rekeyed > 0:
		line("events up to %d bear the seal of a key that was lost: the chain proves them, and no seal does", p.rekeyed-1)
	case p.Unsealed > 0:
		line("%d events are older than LEDGER_KEY: they bear no seal", p.Unsealed)
	}
	if s := p.Slack; s != nil {
		line("slack: %d messages of the bot, which confirm the ledger up to event %s", s.Messages, s.Newest)
		if s.Forgotten > 0 {
			line("%d messages are of before the database was set back, which the channel was told: nothing proves what they say", s.Forgotten)
		}
		if s.Foreign > 0 {
			line("%d messages are of another database's bot", s.Foreign)
		}
	}
	if t := p.Tencent; t != nil {
		line("tencent cloud: it has %d of the invitations that were sent", t.Confirmed)
		for _, other := range t.Elsewhere {
			line("ELSEWHERE  %s", ledger.Visible(other))
		}
	}
	for _, f := range p.Falsehoods {
		line("WRONG  %s", ledger.Visible(f.What))
	}
	switch {
	case p.Proved && p.sealed && !keyed:
		line("All of it is proved, but for the seals.")
	case p.Proved:
		line("All of it is proved.")
	}
	return nil
}
