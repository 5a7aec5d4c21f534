package webapi

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Observer is told of each call to Slack when it is over: the method, how long it took, and the result, which is "ok", Slack's
// error code, "http_" and a status, or "unreachable".
type Observer func(method string, took time.Duration, result string)

// observe tells of a call that is over, and heeds a bot token that Slack no longer takes. (One method takes the other token.)
func (c *Client) observe(method string, took time.Duration, result string) {
	if method != "apps.connections.open" {
		c.heed(slack.SlackErrorResponse{Err: result})
	}
	if c.Observe != nil {
		c.Observe(method, took, result)
	}
}

// IsBarred says whether a result of a call means that Slack refuses it until an operator has done something.
func IsBarred(result string) bool { return slices.Contains(never, result) }

// observed tells of each call.
type observed struct {
	base string // of the methods' addresses
	next http.RoundTripper
	tell Observer
}

func (o observed) RoundTrip(r *http.Request) (*http.Response, error) {
	began, method := time.Now(), "response_url" // whose addresses are many, and secrets
	if strings.HasPrefix(r.URL.String(), o.base) {
		method = path.Base(r.URL.Path)
	}
	tell := func(result string) { o.tell(method, time.Since(began), result) }
	resp, err := o.next.RoundTrip(r)
	switch {
	case err != nil:
		tell("unreachable")
	case resp.StatusCode != http.StatusOK:
		tell("http_" + strconv.Itoa(resp.StatusCode))
	default:
		resp.Body = &observedBody{ReadCloser: resp.Body, tell: tell}
	}
	return resp, err
}

// observedBody sees by its beginning whether an answer is a refusal, and tells it when the answer was read.
type observedBody struct {
	io.ReadCloser
	begins []byte
	tell   func(result string)
}

// beginning is how much of an answer is looked at, in bytes: a refusal is short.
const beginning = 512

func (b *observedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if room := beginning - len(b.begins); room > 0 {
		b.begins = append(b.begins, p[:min(n, room)]...)
	}
	return n, err
}

func (b *observedBody) Close() error {
	if b.tell != nil {
		b.tell(resultIn(b.begins))
		b.tell = nil
	}
	return b.ReadCloser.Close()
}

var refusal = regexp.MustCompile(`"error":\s*"(\w{1,64})"`)

func resultIn(begins []byte) string {
	if !bytes.Contains(bytes.ReplaceAll(begins, []byte(" "), nil), []byte(`"ok":false`)) {
		return "ok"
	}
	if code := refusal.FindSubmatch(begins); code != nil {
		return string(code[1])
	}
	return "refused"
}
