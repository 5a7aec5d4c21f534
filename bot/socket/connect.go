package socket

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/invitebot/invitebot/bot/webapi"
)

// settled is how long a connection lives at least that doesn't count as one that failed.
const settled = time.Second

// crowded is how long room for a connection is waited for at least, as Slack takes ten from an app and no more.
const crowded = 10 * time.Second

// keepConnected keeps one connection open until ctx is done. It fails only where a person has to do something first.
func (l *Listener) keepConnected(ctx context.Context, number int) error {
	log := l.log.With("connection", number)
	var before <-chan struct{} // closed with the connection that is being replaced; nil: there is none
	for failures := 1; ctx.Err() == nil; failures++ {
		c, err := dial(ctx, l.api, l.silence)
		if refused := webapi.AppToken.Refused(err); refused != nil {
			return refused
		}
		if err == nil {
			why := l.use(ctx, c, log)
			if why == reasonLinkDisabled {
				return switchedOff
			}
			if why == reasonTooMany {
				log.Warn("Slack takes no more connections of this app; trying again when there is room")
				waitForRoom(ctx, before, failures)
				before = nil
				continue
			}
			before = c.gone
			if time.Since(c.opened) > settled {
				failures = 1
			}
			if failures == 1 && (why == reasonWarning || why == reasonRefresh) {
				continue // at once, while the old one still serves
			}
			err = errors.New(why)
		}
		if ctx.Err() == nil {
			wait := webapi.RetryWait(failures, err)
			log.Warn("not connected to Slack; trying again", "again_in", wait.String(), "reason", err)
			webapi.Sleep(ctx, wait)
		}
	}
	return nil
}

// waitForRoom waits until the connection that is being replaced has ended, or for a while: somebody else may have all ten.
func waitForRoom(ctx context.Context, before <-chan struct{}, failures int) {
	ctx, cancel := context.WithTimeout(ctx, max(crowded, webapi.RetryWait(failures, nil)))
	defer cancel()
	select {
	case <-before:
	case <-ctx.Done():
	}
}

// use has a connection read and returns why another is wanted; reading goes on until this one is closed.
func (l *Listener) use(ctx context.Context, c *connection, log *slog.Logger) (why string) {
	if !l.work.open(c) {
		return "the bot stops"
	}
	go l.read(c, log)
	select {
	case why = <-c.leaving:
		return why
	case <-ctx.Done():
		return "the bot stops"
	}
}

func (l *Listener) read(c *connection, log *slog.Logger) {
	defer close(c.gone)
	defer l.work.closed(c)
	for {
		e, err := c.receive()
		switch {
		case errors.Is(err, errMalformed):
			log.Warn("Slack sent what isn't an envelope")
		case err != nil:
			l.work.connected(c, false)
			log.Log(context.Background(), c.farewell(), "disconnected", "reason", err)
			c.leave(err.Error())
			return
		case e.Type == typeHello:
			l.work.connected(c, true)
			log.Info("connected")
			l.greeting.Do(func() { close(l.connected) })
		case e.Type == typeDisconnect:
			l.renewals.Add(1)
			log.Debug("Slack is about to disconnect", "reason", e.Reason)
			time.AfterFunc(linger, c.close)
			c.leave(e.Reason)
		case e.ID == "":
			log.Warn("Slack sent an envelope without an ID", "type", e.Type)
		default:
			l.take(c, e)
		}
	}
}
