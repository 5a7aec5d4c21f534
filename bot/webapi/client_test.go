package webapi

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRedirectsAreNotFollowed(t *testing.T) {
	var reached bool
	elsewhere := serve(t, func() (int, string, string) { reached = true; return 200, "", `{"ok":true}` })
	from := serve(t, func() (int, string, string) { return 302, elsewhere, "" })
	_, err := NewClient(from, "xoxb-x", "xapp-x").Slack.AuthTestContext(t.Context())
	if err == nil || reached {
		t.Errorf("reached %v, error %v", reached, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	url := serve(t, func() (int, string, string) { return 200, "", `{"ok":true,"x":"` + strings.Repeat("x", maxBody) + `"}` })
	_, err := NewClient(url, "xoxb-x", "xapp-x").Slack.AuthTestContext(t.Context())
	if !errors.Is(err, errTooLong) {
		t.Errorf("got %v", err)
	}
}

// serve answers every request with what answer returns: a status, a Location and a body.
func serve(t *testing.T, answer func() (status int, location, body string)) (url string) {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		status, location, body := answer()
		rw.Header().Set("Location", location)
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}
