package socket

import (
	"context"
	"errors"
	"fmt"

	"github.com/invitebot/invitebot/bot/webapi"
)

// ErrTooMany: Slack takes no more connections of this app.
var ErrTooMany = errors.New("as many connections of this app are open as Slack takes: ten")

// Try opens a connection, waits for Slack's hello, and closes it. What Slack hands to it meanwhile, as it may hand anything to any
// connection of the app, is declined. Where Slack says definitely no, the error is a [*webapi.ConfigError].
func Try(ctx context.Context, api *webapi.Client, decline func(Envelope) any) error {
	c, err := dial(ctx, api, halfOpen)
	if refused := webapi.AppToken.Refused(err); refused != nil {
		return refused
	}
	if err != nil {
		return err
	}
	defer c.close()
	defer context.AfterFunc(ctx, c.close)()
	for {
		e, err := c.receive()
		switch {
		case errors.Is(err, errMalformed):
		case err != nil && ctx.Err() != nil:
			return fmt.Errorf("wait for Slack's hello: %w", ctx.Err())
		case err != nil:
			return fmt.Errorf("wait for Slack's hello: %w", err)
		case e.Type == typeHello:
			return nil
		case e.Type == typeDisconnect && e.Reason == reasonLinkDisabled:
			return switchedOff
		case e.Type == typeDisconnect && e.Reason == reasonTooMany:
			return ErrTooMany
		case e.Type == typeDisconnect:
			return fmt.Errorf("it is closed at once: %s", e.Reason)
		case decline(e) != nil:
			_ = c.acknowledge(e.ID, decline(e))
		}
	}
}

// switchedOff: only a person can switch Socket Mode on again.
var switchedOff = webapi.Misconfigured("SLACK_APP_TOKEN: Socket Mode is switched off for this app; switch it on at api.slack.com/apps under Socket Mode")
