package words

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
)

func TestCards(t *testing.T) {
	slackTakes := newJudge(t)
	for _, name := range slices.Sorted(maps.Keys(cards)) {
		t.Run(name, func(t *testing.T) {
			c := testBook.Card(cards[name])
			golden(t, "card-"+name, c)
			slackTakes(t, c)
			if !strings.HasPrefix(c.Text, "Request 12: invite ") || !strings.HasPrefix(c.Text, c.Begins) || c.Begins == "" {
				t.Errorf("the text doesn't begin with the request's number: %s", c.Text)
			}
			pending := cards[name].State == approvals.Pending
			if has := strings.Contains(blocksOf(t, c), `"actions"`); has != pending {
				t.Errorf("has buttons: %v, is pending: %v", has, pending)
			}
		})
	}
}
