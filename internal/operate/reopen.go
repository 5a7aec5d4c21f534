package operate

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const reopenHelp = `invitebot reopen DATABASE: have a database, sqlite:PATH or postgres://…, go on although it was moved with "invitebot copy".

Do this only where no bot runs on the copy, and none will: the two would not know of each other, each request could be
decided twice, and an invitation sent twice. What was done with the copy in between is not in this database. The ledger
records that it was reopened. A password on a command line can be seen by others on the machine: PGPASSWORD or a password
file keeps it out.

This environment variable says how the ledger is sealed:

`

// Reopen opens a database again that was moved.
func Reopen(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("reopen", flag.ContinueOnError), reopenHelp+settings.Table(&settings.Seal{})+settings.FromFiles, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Misused("reopen: name the database that was moved")
	}
	var seal settings.Seal
	if err := seal.Read(); err != nil {
		return err
	}
	moved, err := approvals.Reopen(ctx, rest[0], approvals.Options{Keys: seal.Keys(), Expect: seal.ExpectLedger, Program: version(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return forWhoTyped(err)
	}
	fmt.Printf("Reopened. It was moved on %s to %s.\n", moved.At.Format("2006-01-02 15:04 UTC"), moved.To)
	fmt.Println("See to it that no bot runs there: the two would not know of each other, and an invitation could be sent twice.")
	return nil
}
