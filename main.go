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
	"github.com/invitebot/invitebot/internal/tongue"
)

var title = tongue.Say(`Invitations into a Tencent Cloud organization, asked for and approved in Slack.
`, `在 Slack 中申请和审批腾讯云组织的成员邀请。
`)

// commands in the order in which --help lists them; the first is what the program does by itself.
var commands = []cli.Command{
	{Name: "run", Purpose: tongue.Say("run the bot, until SIGTERM or Ctrl-C", "运行机器人，直到收到 SIGTERM 或 Ctrl-C"), Run: operate.Run},
	{Name: "check", Purpose: tongue.Say("look whether the bot could do its work: Slack, Tencent Cloud, the database",
		"检查机器人能否正常工作：Slack、腾讯云、数据库"), Run: operate.Check},
	{Name: "status", Purpose: tongue.Say("tell what waits, what is overdue, and who runs", "显示哪些在等待、哪些已逾期、哪些机器人在运行"), Run: operate.Status},
	{Name: "audit", Arguments: "[REQUEST]", Purpose: tongue.Say("print the ledger, find in it, or tell one request as a story",
		"输出账本、在其中查找，或以叙述方式显示一个申请"), Run: audit.Run},
	{Name: "demo", Purpose: tongue.Say("try the bot in a browser, without any account", "无需任何账号，在浏览器中试用机器人"), Run: demo.Run},
	{Name: "backup", Arguments: "FILE", Purpose: tongue.Say("keep a verified copy of the database, while the bot runs",
		"在机器人运行期间备份数据库并验证"), Run: operate.Backup},
	{Name: "copy", Arguments: "FROM TO", Purpose: tongue.Say("move to another database, SQLite or PostgreSQL",
		"迁移到另一个数据库，SQLite 或 PostgreSQL"), Run: operate.Copy},
	{Name: "reopen", Arguments: "DATABASE", Purpose: tongue.Say("have a database that was moved go on all the same",
		"让已迁移的数据库继续使用"), Run: operate.Reopen},
	{Name: "rekey", Arguments: "DATABASE", Purpose: tongue.Say("have a database go on whose LEDGER_KEY is lost",
		"在 LEDGER_KEY 丢失后让数据库继续使用"), Run: operate.Rekey},
	{Name: "version", Purpose: tongue.Say("print the version", "显示版本"), Run: operate.Version},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	os.Exit(cli.Main(ctx, title, commands, os.Args[1:]))
}
