// Package webapi is Slack's Web API as the bot's rooms share it: the client with its bounds, the codes of Slack's
// refusals, what a person has to put right ([ConfigError]), and how long to wait before the next try.
//
// Of the API's methods it knows how those are called that say something ([Client.Say]), not what is said with them. What is asked of people and of the channel is asked by bot, what is said by bot/post,
// and connections are opened by bot/socket.
package webapi

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/slack-go/slack"
)

// ConfigError says what a person has to put right before the bot can run.
type ConfigError struct {
	Problems checkup.List // each with its variable, what is wrong, and what to do
}

func (e *ConfigError) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.Problem().String())
	}
	return strings.Join(lines, "\n")
}

// Misconfigured returns a [*ConfigError] with one problem.
func Misconfigured(variable string, what, remedy tongue.Text) error {
	var one ConfigError
	one.Problems.Fail(tongue.Text{}, variable, what, remedy)
	return &one
}

// Together is one [*ConfigError] with the problems of all; nil where there are none. An error of another kind comes
// first.
func Together(errs ...error) error {
	var all ConfigError
	for _, err := range errs {
		wrong, ok := errors.AsType[*ConfigError](err)
		switch {
		case ok:
			all.Problems = append(all.Problems, wrong.Problems...)
		case err != nil:
			return err
		}
	}
	if len(all.Problems) == 0 {
		return nil
	}
	return &all
}

// CodeOf is the error code that Slack answered with, empty where err is of another kind.
func CodeOf(err error) string {
	refused, _ := errors.AsType[slack.SlackErrorResponse](err)
	return refused.Err
}

// WithoutAddress is an error of a call without the address that was called, which net/http shows and which may be a secret:
// a response_url lets whoever knows it speak as the bot.
func WithoutAddress(err error) error {
	call, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case call.Op == "parse": // what is inside quotes a part of it
		return errors.New("the address can't be read")
	}
	return WithoutAddress(call.Err)
}

// Token is one of the two tokens: the variable that holds it, and where it is to be had.
type Token struct {
	variable string
	where    tongue.Text
}

// The tokens.
var (
	BotToken = Token{"SLACK_BOT_TOKEN", tongue.Say("the Bot User OAuth Token (xoxb-…) that api.slack.com/apps shows under OAuth & Permissions",
		"api.slack.com/apps 的 OAuth & Permissions 中显示的 Bot User OAuth Token（xoxb-…）")}
	AppToken = Token{"SLACK_APP_TOKEN", tongue.Say("an app-level token (xapp-…) with the scope connections:write from api.slack.com/apps, Basic Information",
		"api.slack.com/apps 的 Basic Information 中具有 connections:write 权限的应用级令牌（xapp-…）")}
)

// never are the codes by which Slack says that a token will never do.
var never = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission",
	"missing_scope", "not_allowed_token_type", "access_denied", "org_login_required", "ekm_access_denied",
	"enterprise_is_restricted", "forbidden_team", "team_access_not_granted"}

// gone are those of a token that was good before.
var gone = []string{"invalid_auth", "account_inactive", "token_revoked", "token_expired"}

// Refused is a [*ConfigError] with the remedy where err says that the token will never do, else nil.
func (t Token) Refused(err error) error {
	code := CodeOf(err)
	if !slices.Contains(never, code) {
		return nil
	}
	remedy := tongue.Say("write %s", "请填写 %s", t.where)
	if slices.Contains(ended, code) {
		remedy = tongue.Say("install the app again and write %s", "请重新安装应用，并填写 %s", t.where)
	}
	return Misconfigured(t.variable, wrongWith(code), remedy)
}

// ended are those of a token that is no longer what it was: another comes with the app's next installation.
var ended = []string{"account_inactive", "token_revoked", "token_expired"}

// wrongWith says what is wrong with a token that Slack has refused with a code.
func wrongWith(code string) tongue.Text {
	switch {
	case code == "not_allowed_token_type":
		return tongue.Say("this is a token of another kind", "这是其他类型的令牌")
	case slices.Contains(ended, code):
		return tongue.Say("the token is no longer valid (%s)", "令牌已失效（%s）", code)
	case code == "missing_scope", code == "no_permission":
		return tongue.Say("the token lacks a scope (%s)", "令牌缺少权限（%s）", code)
	}
	return tongue.Say("Slack doesn't accept the token (%s)", "Slack 不接受该令牌（%s）", code)
}
