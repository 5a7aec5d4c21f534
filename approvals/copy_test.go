package approvals

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals/database"
)

func TestCopyIsTheSameInstallation(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		sent, pending := h.ask(1), h.ask(2)
		h.work()
		h.approve(sent, ann)
		h.work()
		events, installation, original := h.events(sent), h.Installation(), h.url
		h.url = "sqlite:" + filepath.Join(t.TempDir(), "copy.db")
		h.stop()
		copied, err := Copy(t.Context(), original, h.url, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if copied["requests"] != 2 || copied["invitations"] != 2 {
			t.Errorf("copied %v", copied)
		}
		if database.IsPostgres(original) { // and back, so that both directions are seen
			back, err := server(t).Database()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Copy(t.Context(), h.url, back, Options{}); err != nil {
				t.Fatal(err)
			}
			h.url = back
		}
		h.start()
		if h.Installation() != installation || !slices.Equal(h.events(sent), events) {
			t.Error("the copy is another installation, or its ledger differs")
		}
		h.approve(pending, ann)
		h.work()
		h.is(pending, Approved, Sent)
		if next := h.ask(3); next.ID != 3 {
			t.Errorf("the next request is %d, want 3", next.ID)
		}
		h.work()
		if len(h.slack.order) != 7 {
			t.Errorf("%d messages; want two cards, two replies, two to the requester, and the third card", len(h.slack.order))
		}
		empty := "sqlite:" + filepath.Join(t.TempDir(), "new.db")
		if _, err := Copy(t.Context(), empty, original, Options{}); err == nil || !strings.Contains(err.Error(), "there is no database at") {
			t.Errorf("from a file that isn't there: %v", err)
		}
		fresh, err := Open(t.Context(), empty, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := fresh.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Reopen(t.Context(), original, Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := Copy(t.Context(), empty, original, Options{}); err == nil || !strings.Contains(err.Error(), "name an empty one") {
			t.Errorf("over a database with requests: %v", err)
		}
	})
}
