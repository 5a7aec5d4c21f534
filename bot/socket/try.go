package socket

import (
	"context"
	"errors"
	"fmt"

	"github.com/invitebot/invitebot/bot/webapi"
)

// ErrTooMany: Slack takes no more connections of this app.
var ErrTooMany = errors.New("as many connections of this app are open as Slack takes: ten")

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
var switchedOff = webapi.Misconfigured("SLACK_APP_TOKEN: Socket Mode is switched off for this app; switch it on at api.slack.com/apps under Socket Mode")
