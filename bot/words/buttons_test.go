package words

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// TestApproveRepeatsWhoIsInvited looks at what stands between an approver's habit and an invitation: a dialog, or a form where a dialog has no
// room for everything.
func TestApproveRepeatsWhoIsInvited(t *testing.T) {
	for name, r := range cards {
		if r.State != approvals.Pending {
			continue
		}
		asks, fits := testBook.confirmText(r)
		if n := len([]rune(asks)); fits && n > maxConfirm {
			t.Errorf("%s: %d characters", name, n)
		}
		if !fits {
			if !strings.Contains(blocksOf(t, testBook.Card(r)), `"action_id":"review"`) {
				t.Errorf("%s: what has no room in a dialog is approved without a form", name)
			}
			asks = reviewed(r)
		}
		wants := []string{r.Requester.Name}
		for _, w := range testBook.allWarnings(r) {
			wants = append(wants, w.plain())
		}
		if len(r.Invitations) == 1 {
			wants = append(wants, r.Invitations[0].UIN.String())
		}
		for _, want := range wants {
			if !strings.Contains(asks, want) {
				t.Errorf("%s: %q is missing in: %s", name, want, asks)
			}
		}
	}
	full, _ := testBook.confirmText(pending(several))
	for _, want := range []string{"3 Tencent Cloud accounts", "100012345678 Alice", "100000000002 Bob the builder"} {
		if !strings.Contains(full, want) {
			t.Errorf("%q is missing in: %s", want, full)
		}
	}
}

// reviewed is what stands in the form that asks whether an approval is meant.
func reviewed(r approvals.Request) (all string) {
	for _, b := range testBook.Review(r, Target{}).Blocks.BlockSet {
		for _, section := range b.(*slack.RichTextBlock).Elements {
			for _, e := range section.(*slack.RichTextSection).Elements {
				all += line{{block: e}}.plain()
			}
		}
	}
	return all
}

// TestFormsAreTaken has a workspace open the forms as Slack does.
func TestFormsAreTaken(t *testing.T) {
	for name, r := range cards {
		if f := testBook.Review(r, Target{Request: r.ID}); len([]rune(f.Title.Text)) > maxTitle {
			t.Errorf("%s: the title %q is too long", name, f.Title.Text)
		}
	}
}
