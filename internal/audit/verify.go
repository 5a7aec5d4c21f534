package audit

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const verifyHelp = `invitebot audit verify: hold the ledger against itself, and the database against the ledger.

The chain of hashes must be whole, each seal good (with LEDGER_KEY), and every request, decision and invitation what the
ledger tells of it. It reads only, also while the bot is running. The exit status is 0 where all is proved, 1 where
something is wrong (the first false event is named first), and 2 where it could not be looked.

  --format text|json   how to say it (text)

These environment variables say where the ledger is, and how it is sealed:

`

// proof is what was found, for programs.
type proof struct {
	Proved     bool               `json:"proved"`
	Since      int64              `json:"since"` // the first event of the chain
	Events     int64              `json:"events"`
	Unsealed   int64              `json:"unsealed"`
	Requests   int                `json:"requests"`
	Head       ledger.Head        `json:"head"`
	Falsehoods []ledger.Falsehood `json:"falsehoods"`
	rekeyed    int64
}

// verify proves the database, or names what is wrong.
func verify(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("audit verify", flag.ContinueOnError)
	format := flags.String("format", "text", "")
	if _, err := cli.Parse(flags, verifyHelp+settings.Table(&settings.Ledger{}), args, 0); err != nil {
		return err
	}
	if *format != "text" && *format != "json" {
		return cli.Misused("audit verify: --format %q is neither text nor json", *format)
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	v, err := verifyDatabase(ctx, l)
	if err != nil {
		return cli.ForAPerson(err) // nothing could be proved, or disproved
	}
	p := proof{len(v.Falsehoods) == 0, v.Chain.Since, v.Chain.Events, v.Chain.Unsealed, v.Requests, v.Chain.Head, v.Falsehoods, v.Chain.Rekeyed}
	if err := p.print(os.Stdout, *format, len(l.Keys()) > 0); err != nil {
		return err
	}
	if !p.Proved {
		return fmt.Errorf("the database isn't proved: %s", p.Falsehoods[0].What)
	}
	return nil
}

func verifyDatabase(ctx context.Context, l settings.Ledger) (v approvals.Verified, err error) {
	store, err := approvals.OpenReadOnly(ctx, l.DatabaseURL, approvals.Options{Keys: l.Keys()})
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return store.Verify(ctx)
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
	case !keyed:
		line("without LEDGER_KEY: whoever can write to the database can make up decisions, and the whole chain anew; Slack's messages have its old hashes")
	case p.rekeyed > 0:
		line("events up to %d bear the seal of a key that was lost: the chain proves them, and no seal does", p.rekeyed-1)
	case p.Unsealed > 0:
		line("%d events are older than LEDGER_KEY: they bear no seal", p.Unsealed)
	}
	for _, f := range p.Falsehoods {
		line("WRONG  %s", ledger.Visible(f.What))
	}
	if p.Proved {
		line("All of it is proved.")
	}
	return nil
}
