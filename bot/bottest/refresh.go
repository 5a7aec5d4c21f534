package bottest

import (
	"encoding/json"
	"strconv"
	"time"
)

// Refresh replaces the i-th connection (0 is the oldest) as Slack does every few
// hours: a warning, the refresh after [Options.RefreshNotice], and the end. It
// returns after the warning, false if there is no such connection.
func (ws *Workspace) Refresh(i int) bool {
	s, ok := ws.sockets.at(i)
	if !ok {
		return false
	}
	ws.sockets.refresh(s)
	return true
}

// RefreshAll does so with all connections at once.
func (ws *Workspace) RefreshAll() {
	for _, s := range ws.sockets.all() {
		ws.sockets.refresh(s)
	}
}

func (h *hub) refresh(s *socket) {
	_ = s.write(disconnect("warning", s.host), time.Second)
	h.running.Go(func() {
		select {
		case <-s.gone: // the app was quicker
		case <-time.After(h.ws.opts.RefreshNotice):
			_ = s.write(disconnect("refresh_requested", s.host), time.Second)
			h.remove(s)
		}
	})
}

// Warn sends the i-th connection the warning of a refresh that doesn't come.
func (ws *Workspace) Warn(i int) bool {
	s, ok := ws.sockets.at(i)
	return ok && s.write(disconnect("warning", s.host), time.Second) == nil
}

// Cut ends the i-th connection without a word.
func (ws *Workspace) Cut(i int) bool {
	s, ok := ws.sockets.at(i)
	if ok {
		ws.sockets.remove(s)
	}
	return ok
}

// HalfOpen makes the i-th connection deaf and mute and leaves it open: no pings, no
// pongs, envelopes vanish, acknowledgements aren't read. It ends when the app closes it.
func (ws *Workspace) HalfOpen(i int) bool {
	s, ok := ws.sockets.at(i)
	if ok {
		s.half.Store(true)
	}
	return ok
}

// LinkDisabled switches Socket Mode off in the app's settings: all connections are
// told link_disabled and end, and so do new ones. apps.connections.open still hands
// out addresses: Slack names no error for it.
func (ws *Workspace) LinkDisabled() {
	ws.mu.Lock()
	ws.unlinked = true
	ws.mu.Unlock()
	for _, s := range ws.sockets.all() {
		_ = s.write(disconnect("link_disabled", s.host), time.Second)
		ws.sockets.remove(s)
	}
}

func hello(connections, host int, app string) []byte {
	return frame(answer{
		"type": "hello", "num_connections": connections,
		"connection_info": answer{"app_id": app},
		"debug_info":      answer{"host": hostName(host), "build_number": 1, "approximate_connection_time": 18060},
	})
}

func disconnect(reason string, host int) []byte {
	return frame(answer{"type": "disconnect", "reason": reason, "debug_info": answer{"host": hostName(host)}})
}

func frame(a answer) []byte {
	raw, err := json.Marshal(a)
	if err != nil {
		panic("bottest: " + err.Error()) // only our own values are marshalled
	}
	return raw
}

func hostName(n int) string { return "applink-" + strconv.Itoa(n) }
