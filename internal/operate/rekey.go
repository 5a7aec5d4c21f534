package operate

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const rekeyHelp = `invitebot rekey DATABASE: have a database, sqlite:PATH or postgres://…, go on with a new LEDGER_KEY although the old one is lost.
Do this only where it is: with the old key, LEDGER_KEY="NEW,OLD" keeps all proofs. Stop the bot first. Without its key nobody
can tell who approved what from what somebody wrote into the database. So what is open has to be approved anew, on new
cards; what was approved and not sent yet is stopped; and what may have been sent is looked up, and never sent again. The ledger
records it, and "invitebot audit verify" says up to which event no seal proves anything. A password on a command line can
be seen by others on the machine: PGPASSWORD or a password file keeps it out.

This environment variable has the new key:
`

// Rekey replaces a key that is lost.
func Rekey(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("rekey", flag.ContinueOnError), rekeyHelp+settings.Table(&settings.Seal{})+settings.FromFiles, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Misused("rekey: name the database whose key is lost")
	}
	var seal settings.Seal
	if err := seal.Read(); err != nil {
		return err
	}
	done, err := approvals.Rekey(ctx, rest[0], approvals.Options{Keys: seal.Keys(), Expect: seal.ExpectLedger, Program: version(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return forWhoTyped(err)
	}
	fmt.Printf("The ledger goes on with the new key. No seal proves what comes before, up to %s: compare that with what the newest messages in Slack show.\n", done.Before)
	fmt.Printf("Open requests, to be approved anew: %d. Approved invitations that are stopped: %d.\n", done.Held, done.Stopped)
	for _, f := range done.Falsehoods {
		fmt.Printf("WRONG  %s\n", ledger.Visible(f.What))
	}
	return nil
}
