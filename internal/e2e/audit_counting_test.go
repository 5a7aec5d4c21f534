package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What is counted in the minute that isn't over is told, too, so that an audit in the middle of an attack shows it. What has a
// line for each event hasn't it: it isn't one yet.
func TestAuditTellsWhatIsBeingCounted(t *testing.T) {
	t.Parallel()
	env, desk := aDesk(t)
	for n := range 5 {
		if e := invoke(t, env, "audit", "1"); n < 2 && strings.Contains(e.out, "so far") {
			t.Fatalf("%d attempts, and it tells:\n%s", n, e.out)
		}
		click := approvals.Click{Key: fmt.Sprint("eve-", n), By: approvals.Person{ID: "U0EVE", Name: "Eve"}, Tried: "approve"}
		if _, err := desk.Refuse(context.Background(), click, 1, ledger.NotApprover); err != nil {
			t.Fatal(err)
		}
	}
	const told = "and 4 more times so far: tried to approve request 1, and isn't an approver"
	for _, x := range []struct {
		args  string
		times int
	}{
		{"", 1}, {"1", 1}, {"--format csv", 1}, {"--format csv 1", 1}, {"--person eve", 1}, {"--uin 100000000001", 1},
		{"--since 1h --outcome pending", 1}, {"2", 0}, {"--person ann", 0}, {"--until 1h", 0}, {"--outcome denied", 0},
		{"--uin 100000000002", 0}, {"--format jsonl", 0}, {"--summary", 0},
	} {
		e := invoke(t, env, append([]string{"audit"}, strings.Fields(x.args)...)...)
		if got := strings.Count(e.out, told); got != x.times || e.status != 0 {
			t.Errorf("audit %s: exit status %d, it is told %d times, want %d:\n%s%s", x.args, e.status, got, x.times, e.out, e.errors)
		}
	}
	if e := invoke(t, env, "audit", "--help"); !strings.Contains(e.out, "jsonl hasn't them") {
		t.Errorf("it isn't said what leaves them out:\n%s", e.out)
	}
}
