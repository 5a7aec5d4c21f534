package monitor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/invitebot/invitebot/bot/webapi"
)

// beatEvery is how often a heartbeat is sent while the bot is ready.
const beatEvery = time.Minute

// beat calls the heartbeat's URL while the bot is ready: whoever expects the calls learns by their absence that it isn't, whatever
// became of it.
func (m *Monitor) beat(ctx context.Context) error {
	select {
	case <-m.Bot.Connected():
	case <-ctx.Done():
		return nil
	}
	client := &http.Client{Timeout: 10 * time.Second}
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if err := m.Ready(ctx); err != nil {
			m.Log.Warn("no heartbeat is sent: the bot isn't ready", "again_in", beatEvery.String(), "error", err)
		} else if err := m.beatOnce(ctx, client); err != nil && ctx.Err() == nil {
			m.Log.Warn("the heartbeat could not be sent", "again_in", beatEvery.String(), "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// beatOnce makes one call. Its error doesn't show the address, which may be a secret.
func (m *Monitor) beatOnce(ctx context.Context, client *http.Client) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.Heartbeat, nil)
	if err != nil {
		return webapi.WithoutAddress(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return webapi.WithoutAddress(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("it was answered with status %d", response.StatusCode)
	}
	return nil
}
