// Invitebot lets people ask in Slack for Tencent Cloud accounts to be invited into an organization, lets approvers
// decide there, sends the invitation and keeps a ledger of it all.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/invitebot/invitebot/internal/audit"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/demo"
	"github.com/invitebot/invitebot/internal/operate"
)

const title = `Invitations into a Tencent Cloud organization, asked for and approved in Slack.
`

// commands in the order in which --help lists them; the first is what the program does by itself.
var commands = []cli.Command{
	{Name: "run", Purpose: "run the bot, until SIGTERM or Ctrl-C", Run: operate.Run},
	{Name: "check", Purpose: "look whether the bot could do its work: Slack, Tencent Cloud, the database", Run: operate.Check},
	{Name: "status", Purpose: "tell what waits, what is overdue, and who runs", Run: operate.Status},
	{Name: "audit", Arguments: "[REQUEST]", Purpose: "print the ledger, find in it, or tell one request as a story", Run: audit.Run},
	{Name: "demo", Purpose: "try the bot in a browser, without any account", Run: demo.Run},
	{Name: "backup", Arguments: "FILE", Purpose: "keep a verified copy of the database, while the bot runs", Run: operate.Backup},
	{Name: "copy", Arguments: "FROM TO", Purpose: "move to another database, SQLite or PostgreSQL", Run: operate.Copy},
	{Name: "reopen", Arguments: "DATABASE", Purpose: "have a database that was moved go on all the same", Run: operate.Reopen},
	{Name: "rekey", Arguments: "DATABASE", Purpose: "have a database go on whose LEDGER_KEY is lost", Run: operate.Rekey},
	{Name: "version", Purpose: "print the version", Run: operate.Version},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	os.Exit(cli.Main(ctx, title, commands, os.Args[1:]))
}
