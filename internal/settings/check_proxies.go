package settings

import (
	"net/url"
	"os"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
)

// proxies are the variables that name one: net/http reads them, and so do all that connect here.
var proxies = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// checkProxies refuses what would be ignored, or would fail later: of a proxy nothing is shown, as its address may hold a password.
func (w wrongs) checkProxies() {
	for _, name := range proxies {
		address := os.Getenv(name)
		if address == "" {
			continue
		}
		if !strings.Contains(address, "://") {
			address = "http://" + address // as net/http reads it
		}
		u, err := url.Parse(address)
		switch {
		case err != nil || u.Host == "" || u.Hostname() == "":
			w.add(name, tongue.Say("this isn't the address of a proxy", "这不是代理的地址"),
				tongue.Say("write http://HOST:PORT, or leave it out", "请填写 http://HOST:PORT，或不设置该变量"))
		case u.Scheme != "http" && u.Scheme != "socks5":
			w.add(name, tongue.Say("Slack's connections can't go through a proxy that is spoken to by %s",
				"Slack 的连接不能经过使用 %s 协议的代理", shown(u.Scheme)),
				tongue.Say("write http://HOST:PORT or socks5://HOST:PORT", "请填写 http://HOST:PORT 或 socks5://HOST:PORT"))
		}
	}
}
