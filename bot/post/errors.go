package post

import (
	"cmp"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/webapi"
)

// Slack's codes for what can't be said or edited where it should be: docs.slack.dev/reference/methods.
var (
	gone        = []string{"message_not_found", "thread_not_found", "cannot_reply_to_message"}
	frozen      = append([]string{"cant_update_message", "edit_window_closed", "update_failed"}, tooMuch...)
	tooMuch     = []string{"msg_blocks_too_long", "msg_too_long", "invalid_blocks", "invalid_blocks_format"} // what it says, or how
	shut        = []string{"channel_not_found", "not_in_channel", "is_archived", "is_inactive"}              // the channel
	barred      = []string{"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel"}
	unreachable = []string{"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "channel_not_found", "messages_tab_disabled"}
)

// mayHaveHappened are the codes after which a call may have taken effect all the same: docs.slack.dev says of the first
// two that "it's possible some aspect of the operation succeeded before the error was raised".
var mayHaveHappened = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

// isNowhere tells from an error that a message or a thread is gone, or its channel no longer ours.
func (p *Poster) isNowhere(err error, at approvals.Place) bool {
	code := webapi.CodeOf(err)
	return slices.Contains(gone, code) || slices.Contains(shut, code) && at.Channel != p.channel
}

// ifEditable forgives that a message can't be edited, and never will be.
func (p *Poster) ifEditable(err error, at approvals.Place) error {
	if p.isNowhere(err, at) || slices.Contains(frozen, webapi.CodeOf(err)) {
		return nil
	}
	return err
}

// isRefused says whether Slack refused to say something there, and would again.
func isRefused(err error) bool {
	code := webapi.CodeOf(err)
	return code != "" && !slices.Contains(mayHaveHappened, code)
}

// unsaid turns the error of a call that says something into what the worker needs to know: Slack did not take it, or
// it never will, or nobody knows. Never are the codes that end it.
func unsaid(err error, never ...string) error {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &approvals.NotSaidError{RetryAfter: limited.RetryAfter, Reason: "ratelimited"}
	}
	code := webapi.CodeOf(err)
	if slices.Contains(never, code) {
		return &approvals.UnsayableError{Reason: code}
	}
	if saidNothing(err) {
		return &approvals.NotSaidError{Reason: cmp.Or(code, err.Error()), ForOperator: slices.Contains(shut, code) || slices.Contains(barred, code) || webapi.BotToken.Refused(err) != nil}
	}
	return err
}

// saidNothing tells whether it is certain of a call that failed that it had no effect: Slack refused it, not a byte of
// it left, or it wasn't one that says something.
func saidNothing(err error) bool {
	if _, searched := errors.AsType[*searchError](err); searched {
		return true
	}
	if code := webapi.CodeOf(err); code != "" {
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
