package monitor

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// statusEvery is how often systemd hears how the bot is.
const statusEvery = 10 * time.Second

// notify tells systemd, where that started the bot with Type=notify: ready at the first connection to Slack, then how it is, and that it
// is still there only while it is ready. What isn't for WatchdogSec is started anew.
func (m *Monitor) notify(ctx context.Context) error {
	if told, _ := daemon.SdNotify(false, "STATUS=not connected to Slack yet"); !told {
		<-ctx.Done() // nobody listens
		return nil
	}
	select {
	case <-m.Bot.Connected():
	case <-ctx.Done():
		return nil
	}
	every := statusEvery
	watchdog, _ := daemon.SdWatchdogEnabled(false)
	if watchdog > 0 {
		every = min(every, watchdog/3)
	}
	m.say(daemon.SdNotifyReady)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := m.Ready(ctx)
		if err == nil && m.Alive() == nil && watchdog > 0 {
			m.say(daemon.SdNotifyWatchdog)
		}
		m.say("STATUS=" + m.inWords(err))
		select {
		case <-tick.C:
		case <-ctx.Done():
			m.say(daemon.SdNotifyStopping)
			return nil
		}
	}
}

func (m *Monitor) say(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		m.Log.Warn("systemd could not be told", "error", err)
	}
}

func (m *Monitor) inWords(notReady error) string {
	if notReady != nil {
		return notReady.Error()
	}
	return fmt.Sprintf("ready, connections to Slack: %d", m.Bot.Live())
}
