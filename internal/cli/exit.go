package cli

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/internal/tongue"
)

// The exit statuses.
const (
	ExitOK            = 0
	ExitFailed        = 1
	ExitMisconfigured = 2 // what only a person can put right: the command line, the configuration, what Slack refuses for good
)

// UsageError says that the command line can't be understood, and which command explains it.
type UsageError struct {
	Problem tongue.Text
	See     string
}

// Misused is a [UsageError] that points to what explains the command; empty: the list of commands.
func Misused(command string, problem tongue.Text) error {
	if command == "" {
		return UsageError{problem, "invitebot --help"}
	}
	return UsageError{tongue.Say("%s: %s", "%s：%s", command, problem), "invitebot " + command + " --help"}
}

func (e UsageError) Error() string { return e.In(tongue.English) }

// In is the error in a language.
func (e UsageError) In(l tongue.Language) string {
	return tongue.Say("%s\nRun %q to see what there is.", "%s\n运行 %q 可查看用法。", e.Problem, e.See).In(l)
}

// ExitStatus is [ExitMisconfigured].
func (UsageError) ExitStatus() int { return ExitMisconfigured }

// ForAPerson gives an error, of which time mends nothing, the status [ExitMisconfigured].
func ForAPerson(err error) error { return forAPerson{err} }

type forAPerson struct{ error }

func (e forAPerson) Unwrap() error { return e.error }

// ExitStatus is [ExitMisconfigured].
func (forAPerson) ExitStatus() int { return ExitMisconfigured }

// isForAPerson says of errors of the rooms below, which don't know of exit statuses, whether time mends nothing of them.
func isForAPerson(err error) bool {
	_, moved := errors.AsType[*approvals.MovedError](err)
	_, others := errors.AsType[*approvals.RulesError](err)
	_, another := errors.AsType[*approvals.LedgerError](err)
	_, keys := errors.AsType[*ledger.KeysError](err)
	_, setup := errors.AsType[*database.SetupError](err)
	return moved || others || another || keys || setup || errors.Is(err, database.ErrURL)
}

// Told is an error of which the operator has been told: only its status is left.
func Told(err error) error { return told{err} }

type told struct{ error }

func (e told) Unwrap() error { return e.error }

// Status is an exit status for what isn't an error: a command has found what it was to look for.
type Status int

func (s Status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// ExitStatus is the status.
func (s Status) ExitStatus() int { return int(s) }

// report tells the operator how it ended and returns the exit status.
func report(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return ExitOK
	}
	_, isTold := errors.AsType[told](err)
	_, isStatus := errors.AsType[Status](err)
	if !isTold && !isStatus {
		fmt.Fprintf(os.Stderr, "invitebot: %s\n", tongue.Told(err, tongue.Configured()))
	}
	if status, ok := errors.AsType[interface {
		error
		ExitStatus() int
	}](err); ok {
		return status.ExitStatus()
	}
	if isForAPerson(err) {
		return ExitMisconfigured
	}
	return ExitFailed
}
