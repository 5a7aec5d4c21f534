package operate

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/settings"
)

const checkProxy = "proxy"

// checkNetwork looks whether the proxies are there through which Slack and Tencent Cloud are reached. What else may stand in the way, certificates
// for instance, is told where those are asked.
func checkNetwork(ctx context.Context, s *settings.Settings) (found checkup.List) {
	asked := map[string]bool{}
	for _, address := range []string{s.SlackAPIURL, s.Endpoint} {
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		to, err := url.Parse(address)
		if err != nil {
			continue // told elsewhere
		}
		proxy, err := http.ProxyFromEnvironment(&http.Request{URL: to})
		if err != nil || proxy == nil || asked[proxy.Host] {
			continue
		}
		asked[proxy.Host] = true
		lookAtProxy(ctx, &found, proxy, to.Host)
	}
	return found
}

func lookAtProxy(ctx context.Context, found *checkup.List, proxy *url.URL, to string) {
	ctx, cancel := context.WithTimeout(ctx, cloudLimit)
	defer cancel()
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "socks5": "1080"}[proxy.Scheme]
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	if err != nil {
		found.Unanswered(checkProxy, "HTTPS_PROXY", "correct it, or name in NO_PROXY what is reached without it", "the proxy %s, through which %s is reached, can't be: %v", proxy.Host, to, cause(err))
		return
	}
	_ = conn.Close()
	found.Pass(checkProxy, "%s is reached through %s, which is there", to, proxy.Host)
}

// cause is why a connection failed, without the addresses around it.
func cause(err error) error {
	for {
		op, ok := err.(*net.OpError)
		if !ok {
			return err
		}
		err = op.Err
	}
}
