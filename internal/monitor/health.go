package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Alive returns nil while the loops that do the work turn. Otherwise the process is to be started anew: nothing else helps.
func (m *Monitor) Alive() error {
	if n := m.Worker.Stalled(); n > 0 {
		return fmt.Errorf("%d loops haven't turned for minutes", n)
	}
	return nil
}

// Ready returns nil where the bot can serve people now: Slack reaches it, and what they type is kept. A connection that Slack is silent on
// counts as one for 35 seconds.
func (m *Monitor) Ready(ctx context.Context) error {
	if m.Bot.Live() == 0 {
		return errDeaf
	}
	return m.answers(ctx)
}

var errDeaf = errors.New("not connected to Slack")

const (
	answerLimit = 2 * time.Second // for the database
	answerFor   = time.Second     // how long its answer stands for the next who ask
)

// answer is what the database said the last time it was asked.
type answer struct {
	at  time.Time
	err error
}

// answers asks the database, and whoever else asks in the same second gets the same answer: asking is a commit.
func (m *Monitor) answers(ctx context.Context) error {
	m.asking.Lock()
	defer m.asking.Unlock()
	if time.Since(m.last.at) < answerFor {
		return m.last.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerLimit)
	defer cancel()
	err := m.Store.Answers(ctx)
	if err != nil {
		m.Log.Debug("the database doesn't take what is written", "error", err)
		err = errors.New("the database doesn't answer, or takes nothing that is written")
	}
	m.last = answer{time.Now(), err}
	return err
}
