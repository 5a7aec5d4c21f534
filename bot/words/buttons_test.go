package words

import (
	"strings"
	"testing"
)

// TestApproveRepeatsWhoIsInvited looks at the dialog that stands between an approver's habit and an invitation.
func TestApproveRepeatsWhoIsInvited(t *testing.T) {
	for name, r := range cards {
		text := testBook.confirmText(r)
		if n := len([]rune(text)); n > maxConfirm {
			t.Errorf("%s: %d characters", name, n)
		}
		if len(r.Invitations) == 1 && (!strings.Contains(text, r.Invitations[0].UIN.String()) || !strings.Contains(text, r.Invitations[0].Name)) {
			t.Errorf("%s: not in full: %s", name, text)
		}
	}
	full := testBook.confirmText(pending(several))
	for _, want := range []string{"3 Tencent Cloud accounts", "100012345678 Alice", "100000000002 Bob the builder", "3 Carol"} {
		if !strings.Contains(full, want) {
			t.Errorf("%q is missing in: %s", want, full)
		}
	}
	if cut := testBook.confirmText(longest()); !strings.Contains(cut, "… and 8 more") {
		t.Errorf("it isn't said that some aren't listed: %s", cut)
	}
}
