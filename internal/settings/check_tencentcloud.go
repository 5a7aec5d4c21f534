package settings

import (
	"errors"
	"strings"
	"time"

	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/invitebot/invitebot/invite"
)

func (c *Cloud) check(wrong wrongs) {
	wrong.checkProxies()
	c.checkEndpoint(wrong)
	id, key, token := c.SecretID.Reveal(), c.SecretKey.Reveal(), c.Token.Reveal()
	if id != "" && key == "" {
		wrong.refuse("TENCENTCLOUD_SECRET_KEY", tongue.Say("not set, but TENCENTCLOUD_SECRET_ID is", "未设置，但设置了 TENCENTCLOUD_SECRET_ID"))
	}
	if id == "" && key+token != "" {
		wrong.refuse("TENCENTCLOUD_SECRET_ID", tongue.Say("not set, but TENCENTCLOUD_SECRET_KEY or TENCENTCLOUD_TOKEN is",
			"未设置，但设置了 TENCENTCLOUD_SECRET_KEY 或 TENCENTCLOUD_TOKEN"))
	}
}

func (c *Cloud) checkEndpoint(wrong wrongs) {
	_, err := invite.ParseEndpoint(c.Endpoint)
	bad, ok := errors.AsType[*invite.EndpointError](err)
	if !ok {
		return
	}
	what, remedy := bad.What, bad.Remedy
	last := &remedy
	if remedy == (tongue.Text{}) {
		last = &what
	}
	*last = tongue.Say("%s (the usual one is %s)", "%s（通常为 %s）", *last, invite.DefaultEndpoint)
	wrong.add("TENCENTCLOUD_ENDPOINT", what, remedy)
}

func (s *Settings) checkTencentCloud(wrong wrongs) {
	s.Cloud.check(wrong)
	if !(s.Rate >= 0.01 && s.Rate <= 20) { // so that NaN is refused too
		wrong.refuse("TENCENTCLOUD_RATE", wontDo(s.Rate))
	}
	// What two calls do at the same moment isn't documented, so there is a minute between a lost one and the next. A double on
	// this machine need not wait.
	double := strings.HasPrefix(s.Endpoint, "http://")
	if s.Settle <= 0 || s.Settle < time.Minute && !double {
		wrong.refuse("TENCENTCLOUD_SETTLE", wontDo(s.Settle))
	}
	if s.RosterEvery < 0 || s.RosterEvery != 0 && s.RosterEvery < time.Minute && !double {
		wrong.refuse("ROSTER_EVERY", wontDo(s.RosterEvery))
	}
}
