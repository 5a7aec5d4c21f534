package bot

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// ConfigError says what a person has to put right before the bot can run.
type ConfigError struct {
	Problems []string // each with the variable's name in front, what is wrong, and what to do
}

func (e *ConfigError) Error() string { return strings.Join(e.Problems, "\n") }

// together is one error with the problems of both.
func together(first, second error) error {
	a, isA := errors.AsType[*ConfigError](first)
	b, isB := errors.AsType[*ConfigError](second)
	if !isA || !isB || a == b {
		return first
	}
	return &ConfigError{slices.Concat(a.Problems, b.Problems)}
}

func misconfigured(format string, args ...any) error {
	return &ConfigError{[]string{fmt.Sprintf(format, args...)}}
}

// Where the tokens are to be had.
const (
	botToken = "the Bot User OAuth Token (xoxb-…) that api.slack.com/apps shows under OAuth & Permissions"
	appToken = "an app-level token (xapp-…) with the scope connections:write from api.slack.com/apps, Basic Information"
)

// codeOf is the error code that Slack answered with, empty where err is of another kind.
func codeOf(err error) string {
	refused, _ := errors.AsType[slack.SlackErrorResponse](err)
	return refused.Err
}

// tokenRefused is the code by which Slack says that a token will never do; empty: it doesn't.
func tokenRefused(err error) string {
	code := codeOf(err)
	if slices.Contains([]string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
		"missing_scope", "not_allowed_token_type", "access_denied", "org_login_required", "ekm_access_denied",
		"enterprise_is_restricted", "forbidden_team", "team_access_not_granted"}, code) {
		return code
	}
	return ""
}

func tokenRemedy(code, where string) string {
	switch code {
	case "not_allowed_token_type":
		return "this is a token of another kind; write " + where
	case "account_inactive", "token_revoked", "token_expired":
		return fmt.Sprintf("the token is no longer valid (%s); install the app again and write %s", code, where)
	case "missing_scope", "no_permission":
		return fmt.Sprintf("the token lacks a scope (%s); write %s", code, where)
	}
	return fmt.Sprintf("Slack doesn't accept the token (%s); write %s", code, where)
}

// mayHaveHappened are the codes after which a call may have taken effect all the same: docs.slack.dev says of the first
// two that "it's possible some aspect of the operation succeeded before the error was raised".
var mayHaveHappened = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

// unsaid turns the error of a call that says something into what the worker needs to know: Slack did not take it, or
// it never will, or nobody knows. Never are the codes that end it.
func unsaid(err error, never ...string) error {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &approvals.NotSaidError{RetryAfter: limited.RetryAfter, Reason: "ratelimited"}
	}
	code := codeOf(err)
	if slices.Contains(never, code) {
		return &approvals.UnsayableError{Reason: code}
	}
	if saidNothing(err) {
		return &approvals.NotSaidError{Reason: cmp.Or(code, err.Error())}
	}
	return err
}

// saidNothing tells whether it is certain of a call that failed that it had no effect: Slack refused it, not a byte of
// it left, or it wasn't one that says something.
func saidNothing(err error) bool {
	if _, searched := errors.AsType[*searchError](err); searched {
		return true
	}
	if code := codeOf(err); code != "" {
		return !slices.Contains(mayHaveHappened, code)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code < http.StatusInternalServerError
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return untrusted
}

// retryWait is how long to wait after so many failures in a row: 0.1 s, doubling up to 30 s, less up to a quarter at
// random, and never less than Slack asked for.
func retryWait(failures int, err error) time.Duration {
	wait := min(100*time.Millisecond<<min(failures-1, 10), 30*time.Second)
	wait -= rand.N(wait / 4)
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return max(wait, limited.RetryAfter)
	}
	return wait
}

// sleep waits, and returns false where ctx ended it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
