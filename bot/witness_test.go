package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
)

// Whoever reads the thread, or a direct message, sees an event of the ledger by its number and hash. The card, which is edited
// again and again, has it in its metadata.
func TestMessagesWitnessTheLedger(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("100012345678 Alice")
	w.clicks(ann.ID, card, "approve")
	reply := w.replies(card, 1)[0]
	w.eventually("the direct message", func() bool { return len(w.ws.Messages(w.ws.DM(eve.ID))) == 1 })
	direct := w.ws.Messages(w.ws.DM(eve.ID))[0]
	heads := map[string]bool{}
	for e, err := range w.store.Events(w.ctx, ledger.Filter{}) {
		w.must(err)
		heads[fmt.Sprintf(`"text":"ledger %s"`, e.Head())] = true
		heads[fmt.Sprintf(`"hash":"%s"`, e.Hash)] = true
	}
	shows := func(what, text string) {
		for head := range heads {
			if strings.Contains(text, head) {
				return
			}
		}
		t.Errorf("%s shows no event of the ledger: %s", what, text)
	}
	for what, m := range map[string]bottest.Message{"the reply": reply, "the direct message": direct} {
		shows(what, string(m.Blocks))
	}
	for what, m := range map[string]bottest.Message{"the card": card, "the reply": reply, "the direct message": direct} {
		shows("the metadata of "+what, string(m.Metadata))
	}
}

// TestAStartHearsReplies, whose events no card knows yet where the process ended just then.
func TestAStartHearsReplies(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("100012345678 Alice")
	w.clicks(ann.ID, card, "approve")
	reply := w.replies(card, 1)[0]
	heads, err := w.bot.post.Witnesses(w.ctx)
	w.must(err)
	// The card, when it was edited, may know of the same event.
	if n := len(w.ws.Messages(card.Channel)); len(heads) <= n || !slices.ContainsFunc(heads[n:], func(h ledger.Head) bool { return strings.Contains(string(reply.Metadata), h.Hash) }) {
		t.Errorf("of the reply %s nobody hears: %v", reply.Metadata, heads)
	}
}
