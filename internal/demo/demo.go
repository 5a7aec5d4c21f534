// Package demo shows the bot at work without an account anywhere: the real program as a child process, a Slack
// workspace (package bottest), an organization at Tencent Cloud (package invitetest), and one local web page from
// which people are played and trouble is made.
//
// No part of the bot at work is imported here, only its doubles and what all subcommands share. It is run as it is in production, by its environment variables, and talks to
// the two doubles over real sockets; so killing it is SIGKILL, and what survives is what its database holds. The page
// and the story (--script) talk to the doubles in process.
//
//	browser ──▶ demo ──in process──▶ bottest    ◀──Web API, Socket Mode──┐
//	              │  └──in process──▶ invitetest ◀────signed calls────────┤
//	              └──────────starts, kills──────────────────────────▶ the bot ──▶ SQLite
//
// The page is plain HTML, CSS and JavaScript modules. It draws one state, which the server sends whole whenever
// anything changed; nothing has to be kept in step, and a page that was reloaded or disconnected shows the truth again.
package demo

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/tongue"
)

var help = tongue.Say(`invitebot demo: try the bot in a browser, without any account.

It starts the bot itself, a Slack workspace and a Tencent Cloud organization on this machine, and a page on which you
are the people who ask and approve. It ends with Ctrl-C.

  --addr HOST:PORT    where the page is, on this machine only (127.0.0.1:8765, or a free port where that is taken)
  --open              open the page in the browser
  --db PATH           keep the bot's database there (a temporary one); what was said in Slack is not kept
  --script            play the main story in the terminal instead, and exit 0 if all went as it must
  --screenshots DIR   take pictures of the page with Chromium instead, and write them there

These environment variables change the bot as they do in production: APPROVALS_REQUIRED, ALLOW_SELF_APPROVAL,
REQUEST_TTL, LOG_LEVEL (error), LOG_FORMAT (text). Where the bot doesn't start with them, the demo ends with what it says
and with its exit status.
`, `invitebot demo：无需任何账号，在浏览器中试用机器人。

它会在本机启动机器人、一个 Slack 工作区和一个腾讯云组织，以及一个网页，由您扮演申请人和审批人。按 Ctrl-C 结束。

  --addr HOST:PORT    网页的地址，仅限本机（127.0.0.1:8765，被占用时用空闲端口）
  --open              在浏览器中打开网页
  --db PATH           将机器人的数据库保存在该处（默认为临时数据库）；Slack 中的内容不保留
  --script            改为在终端中演示主要过程，一切正常时退出状态为 0
  --screenshots DIR   改为用 Chromium 为网页截图，写入该文件夹

以下环境变量对机器人的作用与正式运行时相同：APPROVALS_REQUIRED、ALLOW_SELF_APPROVAL、
REQUEST_TTL、LOG_LEVEL（error）、LOG_FORMAT（text）。如果机器人因此无法启动，演示会以机器人的提示和退出状态结束。
`)

// options are what the command line says.
type options struct {
	addr, db, screenshots string
	open, script          bool
}

// Run runs the demo until ctx is done.
func Run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if usage, ok := errors.AsType[cli.UsageError](err); ok {
		usage.See = "invitebot demo --help"
		return usage
	}
	if err != nil {
		return err
	}
	if err := o.run(ctx, os.Stdout, os.Stderr); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.StringVar(&o.addr, "addr", "", "")
	flags.StringVar(&o.db, "db", "", "")
	flags.StringVar(&o.screenshots, "screenshots", "", "")
	flags.BoolVar(&o.open, "open", false, "")
	flags.BoolVar(&o.script, "script", false, "")
	if _, err := cli.Parse(flags, cli.Help{help}, args, 0); err != nil {
		return o, err
	}
	if o.script && o.screenshots != "" || o.db != "" && (o.script || o.screenshots != "") {
		return o, cli.Misused("demo", tongue.Say("--script and --screenshots don't go together, and both have a database of their own",
			"--script 和 --screenshots 不能同时使用，且两者都有自己的数据库"))
	}
	if err := checkAddr(o.addr); err != nil {
		return o, cli.Misused("demo", tongue.Say("%v", "%v", err))
	}
	return o, nil
}

func (o options) run(ctx context.Context, stdout, stderr io.Writer) error {
	database, remove, err := o.database()
	if err != nil {
		return err
	}
	defer remove()
	if !o.script && o.screenshots == "" {
		return withWorld(database, stderr, func(w *world) error { return o.serve(ctx, w, stdout) })
	}
	var log bytes.Buffer // both make trouble on purpose, and the bot's warnings about it are news only if they fail
	err = withWorld(database, &log, func(w *world) error {
		if o.script {
			return tell(ctx, w, stdout)
		}
		return takePictures(ctx, w, o.screenshots, stdout)
	})
	if err != nil {
		_, _ = log.WriteTo(stderr)
	}
	return err
}

// withWorld does something in a world. The bot's log is complete when it returns.
func withWorld(database string, log io.Writer, do func(*world) error) error {
	w, err := newWorld(database, log)
	if err != nil {
		return err
	}
	defer w.close()
	return do(w)
}

// database returns where the bot's database is to be, and what removes a temporary one.
func (o options) database() (path string, remove func(), err error) {
	if o.db != "" {
		path, err := filepath.Abs(o.db)
		return path, func() {}, err
	}
	dir, err := os.MkdirTemp("", "invitebot-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the database: %w", err)
	}
	return filepath.Join(dir, "invitebot.db"), func() { _ = os.RemoveAll(dir) }, nil
}

func (o options) serve(ctx context.Context, w *world, stdout io.Writer) error {
	listener, err := listen(o.addr)
	if err != nil {
		return err
	}
	if err := w.begin(ctx); err != nil {
		_ = listener.Close()
		if ctx.Err() != nil {
			return nil // Ctrl-C
		}
		return err
	}
	url := "http://" + listener.Addr().String() + "/"
	fmt.Fprintf(stdout, "The demo is at %s\nCtrl-C ends it.\n", url)
	if o.open {
		if err := browse(url); err != nil {
			fmt.Fprintf(stdout, "No browser could be started (%v); open the address yourself.\n", err)
		}
	}
	return serve(ctx, listener, w)
}

// browse opens an address in the person's browser.
func browse(url string) error {
	command := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open"}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.Command(command[0], append(command[1:], url)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}
