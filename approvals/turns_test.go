package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What is said first, where the channel takes less than is to be said.

// asks has somebody make so many requests.
func (h *house) asks(who Person, n int) (made []Request) {
	h.Helper()
	for range n {
		key := h.key()
		r, err := h.Submit(h.Context(), Submission{Key: key, Requester: who, Channel: "CGENERAL",
			Invitations: []invite.Invitation{{UIN: invite.UIN(1000 + h.keys), Name: "A", Remark: "r"}}})
		if err != nil {
			h.Fatal(err)
		}
		made = append(made, r)
	}
	return made
}

// posted are the requests whose cards stand, in the order in which they were posted.
func (h *house) posted() (ids []int64) {
	for _, m := range h.slack.order {
		if m.Slot == Card {
			ids = append(ids, m.Message.Request.ID)
		}
	}
	return ids
}

// TestTurns: cards come in the order of their requests, and people by turns, also who comes late.
func TestTurns(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.asks(alice, 4) // 1 to 4
		h.asks(ann, 2)   // 5, 6
		for range 3 {
			h.claim(h.worker.nextCard)
		}
		h.asks(bob, 2) // 7, 8
		h.work()
		if got, want := h.posted(), []int64{1, 5, 2, 6, 7, 3, 8, 4}; !slices.Equal(got, want) {
			t.Errorf("posted %v, want %v", got, want)
		}
	})
}

// TestOutcomesGoBeforeNewCards, and aren't kept from a thread by one that waits for its card.
func TestOutcomesGoBeforeNewCards(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		decided := h.asks(alice, 1)[0]
		h.work()
		waiting := h.asks(alice, 2)
		h.approve(decided, ann)
		h.claim(h.worker.nextDelivery)
		if n, next := h.claim(h.worker.nextCard); n != 0 || next.IsZero() || next.After(h.clock.Add(time.Second)) {
			t.Errorf("%d cards are posted before the reply, and the next is due at %v", n, next)
		}
		h.claim(h.worker.nextWords) // as many as there are places, one here
		h.work()
		if got, want := h.posted(), []int64{decided.ID, waiting[0].ID, waiting[1].ID}; !slices.Equal(got, want) {
			t.Errorf("posted %v, want %v", got, want)
		}
	})
}

// TestNothingIsClaimedThatTheChannelDoesNotTake, and all of it is when it opens.
func TestNothingIsClaimedThatTheChannelDoesNotTake(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.asks(alice, 1)[0]
		opens := h.clock.Add(30 * time.Second)
		h.slack.opens = map[Way]time.Time{Posting: opens, Editing: opens}
		if n, next := h.claim(h.worker.nextCard); n != 0 || !next.Equal(opens) {
			t.Errorf("%d cards are claimed, the next at %v; it opens at %v", n, next, opens)
		}
		h.slack.opens = nil
		h.work()
		h.slack.opens = map[Way]time.Time{Posting: opens, Editing: opens}
		h.approve(r, ann)
		h.pass(5 * time.Second)
		if got := h.slack.slots(r); slices.Contains(got, "thread sent") || !slices.Contains(got, "direct sent") {
			t.Errorf("said %q: what is said to one person doesn't wait for the channel", got)
		}
		if card := h.slack.find(Card, ""); card.edits != 0 {
			t.Errorf("the card was edited %d times", card.edits)
		}
		h.pass(30 * time.Second)
		if got := h.slack.slots(r); !slices.Contains(got, "thread sent") || h.slack.find(Card, "").edits == 0 {
			t.Errorf("said %q when the channel was open again", got)
		}
	})
}

// TestOpenRequests: nobody has more open than the rules say, also who asks with all hands at once; and who has learns which they are.
func TestOpenRequests(t *testing.T) {
	everywhere(t, Rules{Open: 3}, func(t *testing.T, h *house) {
		var mu sync.Mutex
		var people sync.WaitGroup
		made, turned := 0, 0
		for n := range 12 {
			people.Go(func() {
				_, err := h.Submit(context.Background(), Submission{Key: fmt.Sprint("at once ", n), Requester: alice,
					Invitations: []invite.Invitation{{UIN: invite.UIN(1 + n), Name: "A", Remark: "r"}}})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made++
					return
				}
				h.refused(err, ledger.TooMany)
				turned++
			})
		}
		people.Wait()
		if made != 3 || turned != 9 {
			t.Fatalf("%d requests were made, %d refused", made, turned)
		}
		h.asks(bob, 1) // others may
		h.work()
		submission := Submission{Key: "one more", Requester: alice, Invitations: []invite.Invitation{{UIN: 100, Name: "A", Remark: "r"}}}
		_, err := h.Submit(t.Context(), submission)
		open := h.refused(err, ledger.TooMany).Open
		if len(open) != 3 || open[0].ID != 1 || open[0].Card.TS == "" || len(open[2].Invitations) != 1 {
			t.Errorf("open are %+v", open)
		}
		if _, err := h.Withdraw(t.Context(), h.by(alice), open[0].ID); err != nil {
			t.Fatal(err)
		}
		var refused *RefusedError
		if _, err := h.Submit(t.Context(), submission); !errors.As(err, &refused) {
			t.Error("the same command again is taken")
		}
		h.asks(alice, 1)
	})
}
