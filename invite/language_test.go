package invite_test

import (
	"testing"
	"time"
	"unicode"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"

	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// TestTheProviderSpeaksTheLanguageAskedFor, in what it refuses; by itself it is English.
func TestTheProviderSpeaksTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	for language, isChinese := range map[string]bool{"": false, "en-US": false, "zh-CN": true} {
		o := invitetest.Start(invitetest.Options{Rate: -1})
		t.Cleanup(o.Close)
		c, err := invite.NewClient(invite.Config{Endpoint: o.URL, Language: language, Credential: common.NewCredential(o.SecretID, o.SecretKey)})
		if err != nil {
			t.Fatal(err)
		}
		uins := []uint64{1}
		for trait := invitetest.Missing; trait <= invitetest.Reseller; trait++ {
			uins = append(uins, uint64(trait)+2)
			o.Mark(trait, uint64(trait)+2)
		}
		c.Send(t.Context(), invite.Invitation{UIN: 1, Name: "a", Remark: "a"}, time.Now())
		for _, newer := range []bool{false, true} {
			o.SpeakNewer(newer)
			for _, uin := range uins {
				r := c.Send(t.Context(), invite.Invitation{UIN: invite.UIN(uin), Name: "b", Remark: "b"}, time.Now())
				if r.Outcome != invite.Rejected || hasHan(r.Message) != isChinese {
					t.Errorf("%q: %s %s says %q", language, r.Outcome, r.Code, r.Message)
				}
			}
		}
	}
}

func hasHan(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
