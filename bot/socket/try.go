package socket

import (
	"context"
	"errors"
	"fmt"

	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/tongue"
)

// ErrTooMany: Slack takes no more connections of this app.
var ErrTooMany error = tongue.Error{Text: tongue.Say("as many connections of this app are open as Slack takes: ten",
	"该应用的连接数已达 Slack 的上限：十个")}

// Try opens a connection, waits for Slack's hello, and closes it. Slack may hand a command or a click to it in these moments, as it may to any
// connection of the app: that is given to missed, which can only tell the person to try again, as a connection that is being closed takes no
// acknowledgement. Where Slack says definitely no, the error is a [*webapi.ConfigError].
func Try(ctx context.Context, api *webapi.Client, missed func(Envelope)) error {
	c, err := dial(ctx, api, halfOpen)
	if refused := webapi.AppToken.Refused(err); refused != nil {
		return refused
	}
	if err != nil {
		return err
	}
	defer func() { _ = c.conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.conn.Close() })()
	greeted := false
	for {
		e, err := c.receive()
		switch {
		case errors.Is(err, errMalformed):
		case err != nil && greeted:
			return nil // Slack has answered the goodbye
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("wait for Slack's hello: %w", ctx.Err())
		case err != nil:
			return fmt.Errorf("wait for Slack's hello: %w", err)
		case e.Type == typeHello:
			greeted = true
			c.sayGoodbye()
		case e.Type == typeDisconnect && e.Reason == reasonLinkDisabled:
			return switchedOff
		case e.Type == typeDisconnect && e.Reason == reasonTooMany:
			return ErrTooMany
		case e.Type == typeDisconnect:
			return fmt.Errorf("it is closed at once: %s", e.Reason)
		default:
			missed(e)
		}
	}
}

// switchedOff: only a person can switch Socket Mode on again.
var switchedOff = webapi.Misconfigured("SLACK_APP_TOKEN", tongue.Say("Socket Mode is switched off for this app", "该应用未开启 Socket Mode"),
	tongue.Say("switch it on at api.slack.com/apps under Socket Mode", "请在 api.slack.com/apps 的 Socket Mode 中开启"))
