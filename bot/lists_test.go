package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

func TestList(t *testing.T) {
	w := newWorld(t, options{})
	contains(t, w.types(eve.ID, "list"), "You haven't asked for anything yet.")
	contains(t, w.types(ann.ID, "LIST"), "Nothing waits for your decision.")
	first := w.asks("100012345671 Alice")
	w.asks("100012345672 Bob\n100012345673 Carol")
	w.clicks(ann.ID, first, words.ActionApprove)
	w.becomes(first, "Invited")
	mine := w.types(eve.ID, "list")
	contains(t, mine, "Your 2 requests:", "|#2> 100012345672 Bob and 1 more – Waits for approval since", "|#1> 100012345671 Alice – ✅ Invited, decided", w.ws.Permalink(first.Ref()), "/invite-member withdraw")
	if strings.Index(mine, "#2") > strings.Index(mine, "#1") {
		t.Errorf("what waits doesn't come first: %s", mine)
	}
	theirs := w.types(ann.ID, "list")
	contains(t, theirs, "1 request waits for your decision:", "#2> 100012345672 Bob")
	if strings.Contains(theirs, "#1") || strings.Contains(theirs, "Your ") {
		t.Errorf("ann is shown what she needn't decide: %s", theirs)
	}
	contains(t, w.types(eve.ID, "list all"), "Write just /invite-member list")
	contains(t, w.types(guestID, "list"), "you aren't among the people who may ask")
}

// TestALongList shows some, says how many there are, and is small enough for an acknowledgement.
func TestALongList(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{}})
	for n := range 24 {
		asked, err := invite.Parse(fmt.Sprintf("%d %s", 100012345600+n, strings.Repeat("界", 128)))
		w.must(err)
		_, err = w.desk.Submit(w.ctx, approvals.Submission{Key: fmt.Sprint("k", n), Requester: eve, Channel: askID, Invitations: asked, Remark: func(int64) string { return "x" }})
		w.must(err)
	}
	for _, typed := range []string{"list", "withdraw"} {
		a, err := w.ws.Command(w.ctx, eve.ID, askID, "/invite-member "+typed)
		w.must(err)
		contains(t, a.Text, "24 requests")
		if !a.OK() || len(a.Payload) > 19_000 {
			t.Errorf("%s: %s, %d bytes", typed, a.Failure, len(a.Payload))
		}
	}
}

func TestStatus(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("100012345671 Alice -- for data")
	for _, who := range []string{eve.ID, ann.ID} {
		contains(t, w.types(who, "status #1"), "Request 1: invite 100012345671 (Alice). Waits for approval", "for data", w.ws.Permalink(card.Ref()))
	}
	contains(t, w.types(eve.ID, "status"), "/invite-member status 12")
	// Nobody else learns whether there is one.
	w.ws.AddUser(bottest.User{ID: "U0ZOE", Name: "zoe"})
	one, none := w.types("U0ZOE", "status 1"), w.types("U0ZOE", "status 9")
	if want := strings.Replace(one, "Request 1", "Request 9", 1); none != want {
		t.Errorf("%q and %q", one, none)
	}
	contains(t, one, "Request 1 isn't one of yours")
}

// TestWithdrawByButton: withdraw alone offers what can be taken back.
func TestWithdrawByButton(t *testing.T) {
	w := newWorld(t, options{})
	contains(t, w.types(eve.ID, "withdraw"), "there is nothing to withdraw")
	card := w.asks("100012345671 Alice")
	contains(t, w.types(eve.ID, "withdraw"), "This request of yours waits", "100012345671 Alice")
	all := w.ws.Ephemerals(eve.ID)
	offer := all[len(all)-1]
	action := ""
	for id := range buttonsOf(offer) {
		action = id
	}
	if words.Action(action) != words.ActionWithdraw {
		t.Fatalf("there is no button: %s", offer.Blocks)
	}
	w.clicks(eve.ID, offer, action)
	w.becomes(card, "Withdrawn by")
	w.eventually("the list without it", func() bool {
		all := w.ws.Ephemerals(eve.ID)
		return strings.Contains(all[len(all)-1].Text, "Request 1 is withdrawn.") && len(buttonsOf(all[len(all)-1])) == 0
	})
	// The same once more, from a screen that hasn't caught up.
	w.clicks(eve.ID, offer, action)
	w.eventually("an answer", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 }) // the bot isn't in that channel
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "Request 1 was withdrawn by @eve")
	// A button that somebody made up isn't theirs to press.
	forged := offer
	forged.EphemeralTo, forged.Blocks = ann.ID, json.RawMessage(strings.ReplaceAll(string(offer.Blocks), "withdraw.1", "withdraw"))
	w.clicks(ann.ID, forged, "withdraw")
	w.eventually("an answer", func() bool { return len(w.ws.DirectMessages(ann.ID)) == 1 })
	contains(t, w.ws.DirectMessages(ann.ID)[0].Text, "Request 1 isn't yours to withdraw")
}
