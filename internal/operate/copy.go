package operate

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const copyHelp = `invitebot copy FROM TO: copy one database, sqlite:PATH or postgres://…, into another that is empty.

Stop the bot first: while one is running on either, nothing is copied. Counts and the ledger are compared before anything is
kept. The copy goes on where the original stopped, with the same cards in Slack. The original is closed: its ledger can
still be read, but no bot starts on it unless it is reopened ("invitebot reopen --help"). A password on a command line can be seen by others on
the machine: PGPASSWORD or a password file keeps it out.

This environment variable says how the ledger is sealed:

`

// Copy moves to another database.
func Copy(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("copy", flag.ContinueOnError), copyHelp+settings.Table(&settings.Seal{})+settings.FromFiles, args, 2)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return cli.Misused("copy: name the database to copy from and the one to copy to")
	}
	var seal settings.Seal
	if err := seal.Read(); err != nil {
		return err
	}
	copied, err := approvals.Copy(ctx, rest[0], rest[1], approvals.Options{Keys: seal.Keys(), Expect: seal.ExpectLedger, Program: version(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return forWhoTyped(err)
	}
	for _, table := range slices.Sorted(maps.Keys(copied)) {
		fmt.Printf("%s: %d\n", table, copied[table])
	}
	fmt.Println("Counts and ledgers are the same. The original is closed. Set DATABASE_URL to the copy.")
	return nil
}
