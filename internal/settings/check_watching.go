package settings

import (
	"net"
	"net/url"
	"strconv"

	"github.com/invitebot/invitebot/internal/tongue"
)

// checkWatching looks at how the bot is to be watched.
func (s *Settings) checkWatching(wrong wrongs) {
	if s.HTTPAddr != "" && !isListenAddress(s.HTTPAddr) {
		wrong.refuse("HTTP_ADDR", wontDo(shown(s.HTTPAddr)))
	}
	if address := s.HeartbeatURL.Reveal(); address != "" {
		if u, err := url.Parse(address); err != nil || u.Host == "" || !isSafe(u) {
			wrong.refuse("HEARTBEAT_URL", tongue.Say("this is no such URL", "这不是这样的 URL"))
		}
	}
}

func isListenAddress(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535
}
