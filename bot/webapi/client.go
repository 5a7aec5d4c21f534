package webapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	callLimit = 10 * time.Second // for one call to Slack, from dialling to the last byte
	maxBody   = 16 << 20         // bytes; the largest answer is a page of history with all blocks, some MB
)

// Client is slack-go's client, with a leaner way beside it for the calls that say something: [Client.Say].
type Client struct {
	// Dial is how connections to Slack are made, those of Socket Mode too.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Observe is told of each call; nil: nobody is. It is set before the first.
	Observe  Observer
	Slack    *slack.Client // not embedded: the linker would keep hundreds of methods that nobody calls
	http     *http.Client
	base     string // ends in a slash
	botToken string

	revoking sync.Once
	revoked  chan struct{}
	why      error
}

// Revoked is closed when Slack has said of a call to [Client.Say] that the bot token is good no longer.
func (c *Client) Revoked() <-chan struct{} { return c.revoked }

// Why is a [*ConfigError] once [Client.Revoked] is closed.
func (c *Client) Why() error { return c.why }

// heed notices where a token has been revoked.
func (c *Client) heed(err error) {
	if !slices.Contains(gone, CodeOf(err)) {
		return
	}
	c.revoking.Do(func() {
		c.why = BotToken.Refused(err)
		close(c.revoked)
	})
}

// NewClient returns a client for Slack's Web API at apiURL, with a bot token (xoxb-…) and an app token (xapp-…). A call
// takes at most 10 seconds. Redirects aren't followed, as they would carry the tokens elsewhere, and slack-go's debug
// mode, which logs payloads, stays off.
func NewClient(apiURL, botToken, appToken string) *Client {
	c := &Client{Dial: (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		base: strings.TrimRight(apiURL, "/") + "/", botToken: botToken, revoked: make(chan struct{})}
	c.http = &http.Client{
		Timeout:       callLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: observed{base: c.base, tell: c.observe, next: bounded{&http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return c.Dial(ctx, network, address)
			},
			TLSHandshakeTimeout: 5 * time.Second,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 16,
			IdleConnTimeout:     90 * time.Second,
		}}},
	}
	c.Slack = slack.New(botToken, slack.OptionAppLevelToken(appToken), slack.OptionAPIURL(c.base), slack.OptionHTTPClient(c.http))
	return c
}

// bounded fails answers that are longer than any that Slack gives.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{resp.Body, maxBody}
	}
	return resp, err
}

var errTooLong = errors.New("the answer is too long")

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}
