package settings

import (
	"net/url"
	"os"
	"strings"
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
			w.add(name, "this isn't the address of a proxy; write http://HOST:PORT, or leave it out")
		case u.Scheme != "http" && u.Scheme != "socks5":
			w.add(name, "Slack's connections can't go through a proxy that is spoken to by %s; write http://HOST:PORT or socks5://HOST:PORT", shown(u.Scheme))
		}
	}
}
