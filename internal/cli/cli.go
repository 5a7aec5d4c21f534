// Package cli is the command line: which subcommand is meant, its flags and its --help, how an error is told to the
// operator, and the exit status. What a subcommand does is not here: see internal/operate and internal/demo.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
)

// Command is a subcommand.
type Command struct {
	Name      string
	Arguments string      // what follows the name, for the list of commands
	Purpose   tongue.Text // the same: a line
	Run       func(ctx context.Context, args []string) error
}

// Help is what --help prints: its parts, one behind the other.
type Help []tongue.Text

// Main runs the command that args name, the first where they name none, and returns the exit status (exit.go).
func Main(ctx context.Context, title tongue.Text, commands []Command, args []string) int {
	return report(dispatch(ctx, title, commands, args))
}

func dispatch(ctx context.Context, title tongue.Text, commands []Command, args []string) error {
	name := commands[0].Name
	if len(args) > 0 && (isHelp(args[0]) || args[0] == "--version" || !strings.HasPrefix(args[0], "-")) {
		name, args = strings.TrimPrefix(args[0], "--"), args[1:]
	}
	if isHelp(name) {
		show(title, tongue.Same("\n"), list(commands), tongue.Same("\n"), moreHelp)
		return nil
	}
	for _, c := range commands {
		if c.Name == name {
			return c.Run(ctx, args)
		}
	}
	return Misused("", tongue.Say("there is no command %s", "没有 %s 这个命令", Shown(name)))
}

var moreHelp = tongue.Say(`Each explains itself with --help. "invitebot run --help" lists the environment variables that configure the bot.
`, `各命令加 --help 可查看说明。"invitebot run --help" 列出配置机器人的环境变量。
`)

// list has a line for each command. The first may be left out.
func list(commands []Command) tongue.Text {
	var rows [][]tongue.Text
	for n, c := range commands {
		name := c.Name
		if n == 0 {
			name = "[" + name + "]"
		}
		rows = append(rows, []tongue.Text{tongue.Same(strings.TrimSpace("invitebot " + name + " " + c.Arguments)), c.Purpose})
	}
	return tongue.Columns(rows, 3)
}

// show prints in the operator's language.
func show(texts ...tongue.Text) {
	for _, t := range texts {
		fmt.Print(t.In(tongue.Configured()))
	}
}

func isHelp(s string) bool { return slices.Contains([]string{"help", "--help", "-help", "-h"}, s) }

// Parse takes the flags out of args, wherever they stand, and returns the other arguments, at most max. Where args ask
// for help it prints that, whose parts stand one behind the other, and returns [flag.ErrHelp].
func Parse(flags *flag.FlagSet, help Help, args []string, max int) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	all := args
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			show(help...)
			return nil, err
		} else if err != nil {
			return nil, misusedOf(flags, problem(tongue.Say("%v", "无法解析参数（%v）", err), all))
		}
		if args = flags.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if len(rest) > max {
		return nil, misusedOf(flags, problem(tongue.Say("%q is one argument too many", "多余的参数 %q", rest[max]), all))
	}
	return rest, nil
}

func misusedOf(flags *flag.FlagSet, problem tongue.Text) error {
	return Misused(flags.Name(), problem)
}

// problem is what is wrong with the arguments, without any of them where one is a database's address: a password in it that
// has a space, and no quotes around it, makes two.
func problem(wrong tongue.Text, args []string) tongue.Text {
	if slices.ContainsFunc(args, isSecret) {
		return tongue.Say("there is an argument too many or a flag that isn't known; put quotes around an address", "有多余的参数或未知的选项；请用引号括起地址")
	}
	return wrong
}

// Shown quotes what somebody wrote on a command line, unless it could be a database's address, and so hold a password.
func Shown(text string) tongue.Text {
	if isSecret(text) {
		return tongue.Say("a value that isn't shown here", "该值（不在此显示）")
	}
	return tongue.Same(strconv.Quote(text))
}

func isSecret(text string) bool {
	return strings.ContainsAny(text, "@=") && !strings.HasPrefix(text, "-") || strings.Contains(text, "://")
}
