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
	"github.com/invitebot/invitebot/internal/tongue"
)

var rekeyHelp = tongue.Say(`invitebot rekey DATABASE: have a database, sqlite:PATH or postgres://…, go on with a new LEDGER_KEY although the old one is lost.
Do this only where it is: with the old key, LEDGER_KEY="NEW,OLD" keeps all proofs. Stop the bot first. Without its key nobody
can tell who approved what from what somebody wrote into the database. So what is open has to be approved anew, on new
cards; what was approved and not sent yet is stopped; and what may have been sent is looked up, and never sent again. The ledger
records it, and "invitebot audit verify" says up to which event no seal proves anything. A password on a command line can
be seen by others on the machine: PGPASSWORD or a password file keeps it out.

This environment variable has the new key:
`, `invitebot rekey DATABASE：在旧的 LEDGER_KEY 丢失后，让数据库（sqlite:PATH 或 postgres://…）用新密钥继续使用。
仅在旧密钥确已丢失时才可这样做：如果旧密钥仍在，设置 LEDGER_KEY="NEW,OLD" 可保留全部证明。请先停止机器人。没有旧密钥，就无法区分
谁批准了什么、哪些是他人写入数据库的。因此，待审批的申请须在新卡片上重新审批；已批准而尚未发送的会停止；可能已发送的会查询结果，
绝不重复发送。账本会记录此事，"invitebot audit verify" 会说明哪个事件之前没有封印可以证明。命令行中的密码可被本机其他用户看到：
可改用 PGPASSWORD 或密码文件。

以下环境变量为新密钥：
`)

// Rekey replaces a key that is lost.
func Rekey(ctx context.Context, args []string) error {
	rest, err := cli.Parse(flag.NewFlagSet("rekey", flag.ContinueOnError), cli.Help{rekeyHelp, settings.Table(&settings.Seal{}), settings.FromFiles}, args, 1)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return cli.Misused("rekey", tongue.Say("name the database whose key is lost", "请指定密钥丢失的数据库"))
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
