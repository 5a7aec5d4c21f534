package socket

import (
	"context"
	"errors"
	"runtime/debug"
	"time"
)

const (
	answerLimit = 2500 * time.Millisecond // until the acknowledgement
	slackWaits  = 3 * time.Second         // for it; docs.slack.dev/apis/events-api/using-socket-mode
	afterLimit  = 5 * time.Second         // for what follows the acknowledgement
)

// take has an envelope answered. It waits while too many are in hand, and so does what Slack sends next.
func (l *Listener) take(c *connection, e Envelope) {
	if !l.work.begin() {
		l.decline(c, e)
		return
	}
	go func() {
		defer l.work.end()
		l.serve(c, e)
	}()
}

func (l *Listener) decline(c *connection, e Envelope) {
	if payload := l.handler.Decline(e); payload != nil {
		_ = c.acknowledge(e.ID, payload)
	}
}

// serve answers one envelope. Its time doesn't end with the listener's: what was begun is finished.
func (l *Listener) serve(c *connection, e Envelope) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	a := l.handle(ctx, e)
	err := c.acknowledge(e.ID, a.Payload)
	if errors.Is(err, errAnswerTooLong) {
		err = errors.Join(err, c.acknowledge(e.ID, nil)) // the answer follows late
	}
	if err != nil {
		l.log.Warn("an acknowledgement could not be given", "type", e.Type, "error", err)
	} else {
		l.told(e.Type, time.Since(began))
	}
	after, cancel := context.WithTimeout(context.Background(), afterLimit)
	defer cancel()
	defer func() { l.logPanic(e, recover()) }()
	unheard := err != nil || time.Since(began) > slackWaits
	if unheard && a.Late != nil {
		a.Late(after)
	}
	if a.Then != nil {
		a.Then(after)
	}
}

// handle has the answer found. A handler that fails is answered for, and takes nothing else down.
func (l *Listener) handle(ctx context.Context, e Envelope) (a Answer) {
	defer func() {
		if l.logPanic(e, recover()) {
			a = l.handler.Trouble(e)
		}
	}()
	return l.handler.Handle(ctx, e)
}

func (l *Listener) logPanic(e Envelope, p any) bool {
	if p != nil {
		l.log.Error("a handler failed", "type", e.Type, "panic", p, "stack", string(debug.Stack()))
	}
	return p != nil
}
