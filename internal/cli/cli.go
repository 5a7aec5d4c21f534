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
	"text/tabwriter"
)

// Command is a subcommand.
type Command struct {
	Name      string
	Arguments string // what follows the name, for the list of commands
	Purpose   string // the same: a line
	Run       func(ctx context.Context, args []string) error
}

// Main runs the command that args name, the first where they name none, and returns the exit status (exit.go).
func Main(ctx context.Context, title string, commands []Command, args []string) int {
	return report(dispatch(ctx, title, commands, args))
}

func dispatch(ctx context.Context, title string, commands []Command, args []string) error {
	name := commands[0].Name
	if len(args) > 0 && (isHelp(args[0]) || args[0] == "--version" || !strings.HasPrefix(args[0], "-")) {
		name, args = strings.TrimPrefix(args[0], "--"), args[1:]
	}
	if isHelp(name) {
		fmt.Print(title, "\n", list(commands), "\n", moreHelp)
		return nil
	}
	for _, c := range commands {
		if c.Name == name {
			return c.Run(ctx, args)
		}
	}
	return Misused("there is no command %s", Shown(name))
}

const moreHelp = `Each explains itself with --help. "invitebot run --help" lists the environment variables that configure the bot.
`

// list has a line for each command. The first may be left out.
func list(commands []Command) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for n, c := range commands {
		name := c.Name
		if n == 0 {
			name = "[" + name + "]"
		}
		fmt.Fprintf(w, "  %s\t%s\n", strings.TrimSpace("invitebot "+name+" "+c.Arguments), c.Purpose)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

func isHelp(s string) bool { return slices.Contains([]string{"help", "--help", "-help", "-h"}, s) }

// Parse takes the flags out of args, wherever they stand, and returns the other arguments, at most max. Where args ask
// for help it prints that and returns [flag.ErrHelp].
func Parse(flags *flag.FlagSet, help string, args []string, max int) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	all := args
	for len(args) > 0 {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			fmt.Print(help)
			return nil, err
		} else if err != nil {
			return nil, Misused("%s: %s", flags.Name(), problem(err, all))
		}
		if args = flags.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	if len(rest) > max {
		return nil, Misused("%s: %s", flags.Name(), problem(fmt.Errorf("%q is one argument too many", rest[max]), all))
	}
	return rest, nil
}

// problem is what is wrong with the arguments, without any of them where one is a database's address: a password in it that
// has a space, and no quotes around it, makes two.
func problem(err error, args []string) string {
	if slices.ContainsFunc(args, isSecret) {
		return "there is an argument too many or a flag that isn't known; put quotes around an address"
	}
	return err.Error()
}

// Shown quotes what somebody wrote on a command line, unless it could be a database's address, and so hold a password.
func Shown(text string) string {
	if isSecret(text) {
		return "a value that isn't shown here"
	}
	return strconv.Quote(text)
}

func isSecret(text string) bool {
	return strings.ContainsAny(text, "@=") && !strings.HasPrefix(text, "-") || strings.Contains(text, "://")
}
