package invite

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
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

// EndpointError says what is wrong with an address that is none of an endpoint, and what to write, to whoever configures the bot. It never repeats a
// password.
type EndpointError struct{ What, Remedy tongue.Text }

func (e *EndpointError) Error() string { return e.In(tongue.English) }

// In is the error in a language.
func (e *EndpointError) In(l tongue.Language) string {
	if e.Remedy == (tongue.Text{}) {
		return e.What.In(l)
	}
	return tongue.Say("%s; %s", "%s；%s", e.What, e.Remedy).In(l)
}

// ParseEndpoint reads a URL or a host, with or without a port; empty means [DefaultEndpoint], and a host without a
// scheme is asked over https. Plain http is for this machine only (localhost, 127.0.0.0/8, ::1), because a request
// carries a session token. Errors are [*EndpointError].
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
		return Endpoint{}, &EndpointError{tongue.Say("the endpoint isn't a URL or a host", "接入点不是 URL 或主机"),
			tongue.Say("write for example %s", "请填写，例如 %s", DefaultEndpoint)}
	}
	if bad := misplaced(u); bad != nil {
		return Endpoint{}, bad
	}
	return Endpoint{scheme: u.Scheme, host: withoutDefaultPort(u.Scheme, strings.ToLower(u.Host))}, nil
}

// misplaced says what of a URL can't be where it is; nil: nothing.
func misplaced(u *url.URL) *EndpointError {
	host := strings.ToLower(u.Host)
	write := func(address string) tongue.Text { return tongue.Say("write %s", "请填写 %s", address) }
	switch {
	case u.User != nil:
		return &EndpointError{tongue.Say("the endpoint must not hold a user or a password", "接入点中不能有用户名或密码"),
			tongue.Say("credentials are set apart from it", "凭证须另行设置")}
	case strings.ContainsFunc(host, func(r rune) bool { return r > '~' || strings.ContainsRune(" \"'<>\\^`{|}%", r) }):
		return &EndpointError{What: tongue.Say("%q isn't a host", "%q 不是主机", u.Host)}
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return &EndpointError{tongue.Say("the endpoint must end after the host", "接入点在主机之后不能有其他内容"), write(u.Scheme + "://" + u.Host)}
	case strings.HasSuffix(host, ":"), !validPort(u.Port()):
		return &EndpointError{What: tongue.Say("the port of %q must be a number from 1 to 65535", "%q 的端口须为 1 到 65535 的数字", u.Host)}
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return &EndpointError{tongue.Say("http:// is for this machine only", "http:// 仅限本机"), write("https://" + u.Host)}
	case u.Scheme != "http" && u.Scheme != "https":
		return &EndpointError{tongue.Say("the endpoint begins with %s://", "接入点以 %s:// 开头", u.Scheme), write("https://" + u.Host)}
	}
	return nil
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
