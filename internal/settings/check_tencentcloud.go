package settings

import (
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/invite"
)

func (c *Cloud) check(wrong wrongs) {
	wrong.checkProxies()
	if _, err := invite.ParseEndpoint(c.Endpoint); err != nil {
		wrong.add("TENCENTCLOUD_ENDPOINT", "%v (the usual one is %s)", err, invite.DefaultEndpoint)
	}
	id, key, token := c.SecretID.Reveal(), c.SecretKey.Reveal(), c.Token.Reveal()
	if id != "" && key == "" {
		wrong.refuse("TENCENTCLOUD_SECRET_KEY", "not set, but TENCENTCLOUD_SECRET_ID is")
	}
	if id == "" && key+token != "" {
		wrong.refuse("TENCENTCLOUD_SECRET_ID", "not set, but TENCENTCLOUD_SECRET_KEY or TENCENTCLOUD_TOKEN is")
	}
}

func (s *Settings) checkTencentCloud(wrong wrongs) {
	s.Cloud.check(wrong)
	if !(s.Rate >= 0.01 && s.Rate <= 20) { // so that NaN is refused too
		wrong.refuse("TENCENTCLOUD_RATE", fmt.Sprintf("%v won't do", s.Rate))
	}
	// What two calls do at the same moment isn't documented, so there is a minute between a lost one and the next. A double on
	// this machine need not wait.
	double := strings.HasPrefix(s.Endpoint, "http://")
	if s.Settle <= 0 || s.Settle < time.Minute && !double {
		wrong.refuse("TENCENTCLOUD_SETTLE", s.Settle.String()+" won't do")
	}
	if s.RosterEvery < 0 || s.RosterEvery != 0 && s.RosterEvery < time.Minute && !double {
		wrong.refuse("ROSTER_EVERY", s.RosterEvery.String()+" won't do")
	}
}
