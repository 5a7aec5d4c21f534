package operate

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
)

var (
	checkProxy     = tongue.Say("proxy", "代理")
	checkHTTP      = tongue.Same("HTTP")
	checkHeartbeat = tongue.Say("heartbeat", "心跳")
)

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
	lookAtHeartbeat(ctx, &found, s.HeartbeatURL.Reveal())
	return found
}

// checkListening looks whether HTTP_ADDR can be listened on. A bot that runs has taken it, most likely.
func checkListening(address string, runs bool) (found checkup.List) {
	if address == "" {
		return nil
	}
	listener, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		_ = listener.Close()
		found.Pass(checkHTTP, tongue.Say("%s is free", "%s 空闲", address))
	case runs && errors.Is(err, syscall.EADDRINUSE):
		found.Pass(checkHTTP, tongue.Say("%s is taken, by the bot that runs", "%s 已被正在运行的机器人占用", address))
	default:
		found.Fail(checkHTTP, "HTTP_ADDR", tongue.Say("%s can't be listened on: %v", "无法监听 %s：%v", address, cause(err)),
			tongue.Say("write an address of this machine that is free", "请填写本机的空闲地址"))
	}
	return found
}

// lookAtHeartbeat looks whether its service can be reached. It isn't called: that would say that the bot is well.
func lookAtHeartbeat(ctx context.Context, found *checkup.List, address string) {
	to, err := url.Parse(address)
	if address == "" || err != nil {
		return
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: to}); err != nil || proxy != nil {
		return // which is looked at
	}
	ctx, cancel := context.WithTimeout(ctx, cloudLimit)
	defer cancel()
	port := to.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[to.Scheme]
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(to.Hostname(), port))
	if err != nil {
		found.Warn(checkHeartbeat, "HEARTBEAT_URL", tongue.Say("%s can't be reached: %v", "无法连接 %s：%v", to.Hostname(), cause(err)),
			tongue.Say("correct it, or let this machine connect there", "请更正，或允许本机连接该地址"))
		return
	}
	_ = conn.Close()
	found.Pass(checkHeartbeat, tongue.Say("%s can be reached", "可以连接 %s", to.Hostname()))
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
		found.Unanswered(checkProxy, "HTTPS_PROXY", tongue.Say("the proxy %s, through which %s is reached, can't be: %v",
			"无法连接代理 %s（通过它访问 %s）：%v", proxy.Host, to, cause(err)),
			tongue.Say("correct it, or name in NO_PROXY what is reached without it", "请更正，或在 NO_PROXY 中列出无需代理的主机"))
		return
	}
	_ = conn.Close()
	found.Pass(checkProxy, tongue.Say("%s is reached through %s, which is there", "通过 %[2]s 访问 %[1]s，该代理可用", to, proxy.Host))
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
