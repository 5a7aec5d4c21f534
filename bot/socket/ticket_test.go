package socket

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/bot/webapi"
)

// TestATicketIsASecret: whoever knows one can connect as the bot, so no error shows the address that it is in.
func TestATicketIsASecret(t *testing.T) {
	address := ""
	slack := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(rw).Encode(map[string]any{"ok": true, "url": address})
	}))
	defer slack.Close()
	api := webapi.NewClient(slack.URL, "xoxb-x", "xapp-x")
	for _, address = range []string{
		"ws://127.0.0.1:1/?ticket=NobodySees", "ws://127.0.0.1:NobodySees/", "ws://127.0.0.1:1/%NobodySees", "ws://h h/?ticket=NobodySees", ":NobodySees", "http://127.0.0.1/NobodySees",
		"ws://127.0.0.1:1/\x7fNobodySees", "ws:///?ticket=NobodySees", "ws://[NobodySees/", "ws://u:NobodySees@127.0.0.1:1/", strings.Replace(slack.URL, "http", "ws", 1) + "/?ticket=NobodySees",
	} {
		if _, err := dial(t.Context(), api, 0); err == nil || strings.Contains(err.Error(), "NobodySees") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
