package operate

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
)

var reopenHelp = tongue.Say(`invitebot reopen DATABASE: have a database, sqlite:PATH or postgres://…, go on although it was moved with "invitebot copy".

Do this only where no bot runs on the copy, and none will: the two would not know of each other, each request could be
decided twice, and an invitation sent twice. What was done with the copy in between is not in this database. The ledger
records that it was reopened. A password on a command line can be seen by others on the machine: PGPASSWORD or a password
file keeps it out.

This environment variable says how the ledger is sealed:

`, `invitebot reopen DATABASE：让已用 "invitebot copy" 迁移的数据库（sqlite:PATH 或 postgres://…）继续使用。

仅当没有、今后也不会有机器人在副本上运行时才可这样做：两者互不知情，每个申请可能被审批两次，邀请可能被发送两次。其间在副本上
所做的一切不在本数据库中。账本会记录重新打开一事。命令行中的密码可被本机其他用户看到：可改用 PGPASSWORD 或密码文件。

以下环境变量说明账本如何加封：

`)

// Reopen opens a database again that was moved.
func Reopen(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("reopen", flag.ContinueOnError), cli.Help{reopenHelp, settings.Table(&settings.Seal{}), settings.FromFiles}, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Misused("reopen", tongue.Say("name the database that was moved", "请指定已迁移的数据库"))
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
