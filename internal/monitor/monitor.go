// Package monitor lets an operator see how the bot is: over HTTP (server.go: /healthz, /readyz, /metrics), by calls to a service that
// notices when they stop (heartbeat.go), and by systemd (systemd.go). What alive and ready mean is in health.go, which figures there are in
// metrics.go.
//
// It decides and changes nothing. How a database stands is read by [approvals.Store.Status]; the subcommands check and status, which an
// operator types, are internal/operate's.
package monitor

import (
	"context"
	"log/slog"
	"net"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals"
)

// Bot is what is connected to Slack: a [bot.Bot].
type Bot interface {
	Live() int
	Renewals() int64
	Connected() <-chan struct{}
}

// Store is the database: an [approvals.Store].
type Store interface {
	Answers(context.Context) error
	Status(context.Context) (approvals.Status, error)
}

// Worker is what does the work: an [approvals.Worker].
type Worker interface{ Stalled() int }

// Monitor watches one process.
type Monitor struct {
	Bot      Bot
	Store    Store
	Worker   Worker
	Figures  *Figures
	Listener net.Listener // for HTTP; nil: nobody asks by HTTP
	// Heartbeat is a URL to be called once a minute while the bot is ready; empty: none. It may be a secret.
	Heartbeat string
	Log       *slog.Logger

	asking sync.Mutex
	last   answer
}

// Run watches until ctx is done.
func (m *Monitor) Run(ctx context.Context) error {
	m.Figures.watch(m)
	group, ctx := errgroup.WithContext(ctx)
	if m.Listener != nil {
		group.Go(func() error { return m.serve(ctx) })
	}
	if m.Heartbeat != "" {
		group.Go(func() error { return m.beat(ctx) })
	}
	group.Go(func() error { return m.notify(ctx) })
	return group.Wait()
}
