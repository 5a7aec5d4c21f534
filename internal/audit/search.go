package audit

import (
	"context"
	"flag"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/tongue"
)

// search is what to find, and how to print it.
type search struct {
	ledger.Filter
	format  string
	summary bool
	zone    *time.Location
}

// outcomes are the states of requests and of invitations, in the order of their lives.
var outcomes = []approvals.State{
	approvals.Pending, approvals.Approved, approvals.Denied, approvals.Withdrawn, approvals.Expired,
	approvals.Waiting, approvals.Ready, approvals.Sending, approvals.Sent, approvals.Failed, approvals.Unknown, approvals.Stopped, approvals.Dropped,
	approvals.Joined, approvals.Lapsed, approvals.Cancelled, approvals.Declined, approvals.Left,
}

// read takes what was given on the command line. A flag without a value isn't one that was left out: a script whose
// variable is empty must not find everything.
func (s *search) read(args []string, flags *flag.FlagSet, now time.Time) (err error) {
	if len(args) == 1 {
		if s.Request, err = strconv.ParseInt(args[0], 10, 64); err != nil || s.Request < 1 {
			return cli.Misused("audit", tongue.Say("%s is not the number of a request", "%s 不是申请编号", cli.Shown(args[0])))
		}
	}
	flags.Visit(func(f *flag.Flag) {
		if err == nil {
			err = s.take(f.Name, strings.TrimSpace(f.Value.String()), now)
		}
	})
	switch {
	case err != nil:
		return err
	case ledger.Exports[s.format] == nil:
		return cli.Misused("audit", tongue.Say("--format %q is none of table, jsonl and csv",
			"--format %q 不是 table、jsonl 或 csv", s.format))
	case s.summary && s.format == "jsonl":
		return cli.Misused("audit", tongue.Say("--summary has no format jsonl; write table or csv",
			"--summary 没有 jsonl 格式；请填写 table 或 csv"))
	case !s.Until.IsZero() && !s.Since.Before(s.Until):
		return cli.Misused("audit", tongue.Say("--since is not before --until, so nothing can be found; write the earlier one behind --since",
			"--since 不早于 --until，因此找不到任何内容；请将较早的时间写在 --since 之后"))
	}
	return nil
}

func (s *search) take(flag, value string, now time.Time) error {
	switch flag {
	case "uin":
		n, err := strconv.ParseUint(value, 10, 64)
		if s.UIN = strconv.FormatUint(n, 10); err != nil || n == 0 {
			return cli.Misused("audit", tongue.Say("--uin %s is not a UIN; write the account's number, such as 100012345678",
				"--uin %s 不是 UIN；请填写账号的编号，例如 100012345678", cli.Shown(value)))
		}
	case "person":
		if s.Person = strings.TrimPrefix(value, "@"); s.Person == "" {
			return cli.Misused("audit", tongue.Say("--person %q is nobody; write an ID, such as U0123456789, or a name",
				"--person %q 不是人员；请填写 ID（例如 U0123456789）或名称", value))
		}
	case "outcome":
		if s.Outcome = strings.ToLower(value); !slices.Contains(outcomes, approvals.State(s.Outcome)) {
			return cli.Misused("audit", tongue.Say("--outcome %s is none of %s", "--outcome %s 不在以下范围内：%s", cli.Shown(value), known()))
		}
	case "since", "until":
		when, err := parseWhen(value, now)
		if err != nil {
			return cli.Misused("audit", tongue.Say("--%s %s is neither a duration such as 24h or 7d nor a date such as 2026-01-31, "+
				"a time such as 2026-01-31T12:00:00Z, today or yesterday",
				"--%s %s 既不是时长（例如 24h 或 7d），也不是日期（例如 2026-01-31）、时间（例如 2026-01-31T12:00:00Z）、today 或 yesterday", flag, cli.Shown(value)))
		}
		if flag == "since" {
			s.Since = when.begins
		} else {
			s.Until = when.ends
		}
	}
	return nil
}

func known() tongue.Text {
	var all []string
	for _, o := range outcomes {
		all = append(all, string(o))
	}
	return tongue.Say("%s and %s", "%s 和 %s", tongue.Names(all[:len(all)-1]), all[len(all)-1])
}

// matches says whether an account of a request is one that is asked for.
func (s search) matches(r approvals.Request, i approvals.Invitation) bool {
	if s.UIN != "" && s.UIN != i.UIN.String() {
		return false
	}
	return s.Outcome == "" || s.Outcome == string(r.State) || s.Outcome == string(i.State)
}

// accounts are those of a request that are asked for.
func (s search) accounts(ctx context.Context, store *approvals.Store, request int64) (all []ledger.Account, err error) {
	r, err := store.Request(ctx, request)
	for _, i := range r.Invitations {
		if s.matches(r, i) {
			all = append(all, ledger.Account{UIN: i.UIN.String(), Name: i.Name, Remark: i.Remark})
		}
	}
	return all, err
}
