package invite

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// DefaultEndpoint is the organization API of Tencent Cloud's international site. The SDK's own default is the Chinese
// site, where an international account doesn't exist.
const DefaultEndpoint = "https://organization.intl.tencentcloudapi.com"

// Endpoint is where the organization API answers: a scheme and a host, perhaps with a port. The zero Endpoint is
// [DefaultEndpoint].
type Endpoint struct{ scheme, host string }

// String returns the endpoint as a URL without a path.
func (e Endpoint) String() string {
	if e == (Endpoint{}) {
		return DefaultEndpoint
	}
	return e.scheme + "://" + e.host
}

// ParseEndpoint reads a URL or a host, with or without a port; empty means [DefaultEndpoint], and a host without a
// scheme is asked over https. Plain http is for this machine only (localhost, 127.0.0.0/8, ::1), because a request
// carries a session token. Errors are sentences for whoever configures the bot and never repeat a password.
func ParseEndpoint(s string) (Endpoint, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		s = DefaultEndpoint
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" { // the error itself would repeat all of s
		return Endpoint{}, errors.New("the endpoint isn't a URL or a host; write for example " + DefaultEndpoint)
	}
	host := strings.ToLower(u.Host)
	switch {
	case u.User != nil:
		return Endpoint{}, errors.New("the endpoint must not hold a user or a password; credentials are set apart from it")
	case strings.ContainsFunc(host, func(r rune) bool { return r > '~' || strings.ContainsRune(" \"'<>\\^`{|}%", r) }):
		return Endpoint{}, fmt.Errorf("%q isn't a host", u.Host)
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return Endpoint{}, fmt.Errorf("the endpoint must end after the host; write %s://%s", u.Scheme, u.Host)
	case strings.HasSuffix(host, ":"), !validPort(u.Port()):
		return Endpoint{}, fmt.Errorf("the port of %q must be a number from 1 to 65535", u.Host)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return Endpoint{}, fmt.Errorf("http:// is for this machine only; write https://%s", u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return Endpoint{}, fmt.Errorf("the endpoint begins with %s://; write https://%s", u.Scheme, u.Host)
	}
	return Endpoint{scheme: u.Scheme, host: withoutDefaultPort(u.Scheme, host)}, nil
}

// validPort tells whether a port is a number that a connection can use, or absent.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// withoutDefaultPort drops a port that the scheme implies. The host is signed as it is written, and a server may see it
// without.
func withoutDefaultPort(scheme, host string) string {
	if scheme == "http" {
		return strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ":443")
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
