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
	"github.com/invitebot/invitebot/internal/tongue"
)

var backupHelp = tongue.Say(`invitebot backup FILE: write the database into a new file, also while bots run on it, and verify that.

FILE is an SQLite file, whatever the database is, and has everything as it was at one moment. Nobody else can read it. Where anything is wrong there is
no file. To restore it, stop the bots; then put it in the place of an SQLite file, or have "invitebot copy sqlite:FILE postgres://…" bring it into
an empty PostgreSQL database. The bot notices at its start that Slack knows more, has what was open approved anew, and sends nothing twice.
These variables say where the database is, and how the ledger is sealed; LEDGER_KEY isn't in the backup:

`, `invitebot backup FILE：将数据库写入新文件并验证；机器人运行期间也可使用。

无论数据库是哪一种，FILE 都是 SQLite 文件，内容为同一时刻的全部数据，他人无法读取。如有任何问题，则不会留下文件。恢复时，
请停止所有机器人；然后将它放到 SQLite 文件的位置，或用 "invitebot copy sqlite:FILE postgres://…" 导入空的 PostgreSQL 数据库。
机器人启动时会发现 Slack 知道得更多，于是让待审批的申请重新审批，且不会重复发送任何邀请。
以下变量说明数据库在哪里、账本如何加封；LEDGER_KEY 不在备份中：

`)

// Backup keeps a copy of the database.
func Backup(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("backup", flag.ContinueOnError), cli.Help{backupHelp, settings.Table(&settings.Ledger{}), settings.FromFiles}, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] == "" {
		return cli.Misused("backup", tongue.Say("name the file to write", "请指定要写入的文件"))
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
