package operate

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
)

const backupHelp = `invitebot backup FILE: write the database into a new file, also while bots run on it, and verify that.

FILE is an SQLite file, whatever the database is, and has everything as it was at one moment. Nobody else can read it. Where anything is wrong there is
no file. To restore it, stop the bots; then put it in the place of an SQLite file, or have "invitebot copy sqlite:FILE postgres://…" bring it into
an empty PostgreSQL database. The bot notices at its start that Slack knows more, has what was open approved anew, and sends nothing twice.
These variables say where the database is, and how the ledger is sealed; LEDGER_KEY isn't in the backup:

`

// Backup keeps a copy of the database.
func Backup(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("backup", flag.ContinueOnError), backupHelp+settings.Table(&settings.Ledger{})+settings.FromFiles, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] == "" {
		return cli.Misused("backup: name the file to write")
	}
	var l settings.Ledger
	if err := l.Read(); err != nil {
		return err
	}
	done, err := approvals.Backup(ctx, l.DatabaseURL, strings.TrimPrefix(rest[0], "sqlite:"), approvals.Options{Keys: l.Keys(), Expect: l.ExpectLedger, Program: version(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return forWhoTyped(err)
	}
	verified := "verified"
	if done.Sealed && len(l.Keys()) == 0 {
		verified = "verified, but for its seals, as LEDGER_KEY isn't set"
	}
	if !done.Proved {
		verified = "readable, but not proved, as its schema is an older version's"
	}
	fmt.Printf("Backed up and "+verified+": ledger %s, %s, newest event %s.\n", done.Ledger, counted(done.Requests, "request"), done.Head)
	return nil
}
