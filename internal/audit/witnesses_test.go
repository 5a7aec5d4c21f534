package audit

import (
	"testing"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"

	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// TestAListIsReadToItsEnd also where it doesn't say how long it is, and isn't read where it ends before.
func TestAListIsReadToItsEnd(t *testing.T) {
	o := invitetest.Start(invitetest.Options{Rate: -1})
	defer o.Close()
	client, err := invite.NewClient(invite.Config{Endpoint: o.URL, Credential: common.NewCredential(o.SecretID, o.SecretKey)})
	if err != nil {
		t.Fatal(err)
	}
	entries := 0
	for _, add := range []int{0, 3, 47, 1} { // none, a part of a page, a whole one, and more
		entries += add
		for range add {
			o.AddInvitations(invitetest.Invitation{UIN: 1, Name: "n"})
		}
		for name, c := range map[string]struct {
			total func(int) int
			whole bool
		}{
			"its length": {nil, true},
			"nothing":    {func(int) int { return 0 }, true},
			"too few":    {func(n int) int { return n / 2 }, true},
			"too many":   {func(n int) int { return n + 1 }, false},
		} {
			o.WriteTotals(c.total)
			all, err := whole(t.Context(), client.Invitations)
			if (err == nil) != c.whole || c.whole && len(all) != entries {
				t.Errorf("of %d entries, in a list that says %s, %d were read, %v", entries, name, len(all), err)
			}
		}
	}
}
