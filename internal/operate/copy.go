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
	"github.com/invitebot/invitebot/internal/tongue"
)

var copyHelp = tongue.Say(`invitebot copy FROM TO: copy one database, sqlite:PATH or postgres://…, into another that is empty.

Stop the bot first: while one is running on either, nothing is copied. Counts and the ledger are compared before anything is
kept. The copy goes on where the original stopped, with the same cards in Slack. The original is closed: its ledger can
still be read, but no bot starts on it unless it is reopened ("invitebot reopen --help"). A password on a command line can be seen by others on
the machine: PGPASSWORD or a password file keeps it out.

This environment variable says how the ledger is sealed:

`, `invitebot copy FROM TO：将一个数据库（sqlite:PATH 或 postgres://…）复制到另一个空数据库。

请先停止机器人：任何一方有机器人运行时，不会复制任何内容。保留副本之前会核对数量和账本。副本从原数据库停止之处继续，
Slack 中的卡片不变。原数据库随即关闭：其账本仍可读取，但除非重新打开（"invitebot reopen --help"），机器人不会在其上启动。
命令行中的密码可被本机其他用户看到：可改用 PGPASSWORD 或密码文件。

以下环境变量说明账本如何加封：

`)

// Copy moves to another database.
func Copy(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("copy", flag.ContinueOnError), cli.Help{copyHelp, settings.Table(&settings.Seal{}), settings.FromFiles}, args, 2)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return cli.Misused("copy", tongue.Say("name the database to copy from and the one to copy to",
			"请指定源数据库和目标数据库"))
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
