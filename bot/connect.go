package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// settled is how long a connection lives at least that doesn't count as one that failed.
const settled = time.Second

// keepConnected keeps one connection open until ctx is done. It fails only where a person has to do something first.
func (b *Bot) keepConnected(ctx context.Context, number int) error {
	log := b.log.With("connection", number)
	for failures := 1; ctx.Err() == nil; failures++ {
		s, err := dial(ctx, b.api, b.silence)
		if code := tokenRefused(err); code != "" {
			return misconfigured("SLACK_APP_TOKEN: %s", tokenRemedy(code, appToken))
		}
		if err == nil {
			why := b.use(ctx, s, log)
			if why == reasonLinkDisabled {
				return misconfigured("SLACK_APP_TOKEN: Socket Mode is switched off for this app; switch it on at api.slack.com/apps under Socket Mode")
			}
			if time.Since(s.opened) > settled {
				failures = 1
			}
			if failures == 1 && (why == reasonWarning || why == reasonRefresh) {
				continue // at once, while the old one still serves
			}
			err = errors.New(why)
		}
		if ctx.Err() == nil {
			log.Warn("not connected to Slack; trying again", "reason", err)
			sleep(ctx, retryWait(failures, err))
		}
	}
	return nil
}

// use has a connection read and returns why another is wanted; reading goes on until this one is closed.
func (b *Bot) use(ctx context.Context, s *socket, log *slog.Logger) (why string) {
	if !b.work.open(s) {
		return "the bot stops"
	}
	go b.read(s, log)
	select {
	case why = <-s.leaving:
		return why
	case <-ctx.Done():
		return "the bot stops"
	}
}

func (b *Bot) read(s *socket, log *slog.Logger) {
	defer b.work.closed(s)
	for {
		e, err := s.receive()
		switch {
		case errors.Is(err, errMalformed):
			log.Warn("Slack sent what isn't an envelope")
		case err != nil:
			log.Info("disconnected", "reason", err)
			s.leave(err.Error())
			return
		case e.Type == typeHello:
			log.Info("connected")
			b.greeting.Do(func() { close(b.connected) })
		case e.Type == typeDisconnect:
			log.Debug("Slack is about to disconnect", "reason", e.Reason)
			time.AfterFunc(linger, s.close)
			s.leave(e.Reason)
		case e.ID == "":
			log.Warn("Slack sent an envelope without an ID", "type", e.Type)
		default:
			b.take(s, e)
		}
	}
}
