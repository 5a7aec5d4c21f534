package approvals

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

func TestApprovedRequestIsSentAndToldOnce(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(100012345678)
		h.work()
		if len(h.cloud.sends) != 0 {
			t.Fatal("sent without an approval")
		}
		h.approve(r, ann)
		h.work()
		h.is(r, Approved, Sent)
		if got := h.request(r).Invitations[0].RequestID; got != "request-id-1" {
			t.Errorf("RequestId %q", got)
		}
		if want := []string{"card ", "thread sent", "direct sent"}; !slices.Equal(h.slack.slots(r), want) {
			t.Errorf("said %q, want %q", h.slack.slots(r), want)
		}
		if want := []ledger.Kind{ledger.Requested, ledger.Approved, ledger.Attempted, ledger.Sent}; !slices.Equal(h.events(r), want) {
			t.Errorf("ledger %q, want %q", h.events(r), want)
		}
		card := h.slack.find(Card, "")
		if card.edits != 1 || card.Message.Request.Invitations[0].State != Sent {
			t.Errorf("the card was edited %d times and shows %s; want one edit that shows sent", card.edits, card.Message.Request.Invitations[0].State)
		}
		h.pass(time.Hour)
		if len(h.cloud.sends) != 1 || len(h.slack.order) != 3 || card.edits != 1 {
			t.Errorf("an hour later: %d calls, %d messages, %d edits", len(h.cloud.sends), len(h.slack.order), card.edits)
		}
	})
}

func TestCardTellsTheDecisionWhileTheOutcomeTakesLong(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.NotSent, Code: "RequestLimitExceeded"}}
		r := h.ask(1)
		h.work()
		h.approve(r, ann)
		h.clock = h.clock.Add(cardDelay)
		h.claim(h.worker.nextDelivery)
		h.claim(h.worker.nextWords)
		if card := h.slack.find(Card, ""); card.edits != 1 || card.Message.Request.State != Approved {
			t.Errorf("after %v the card has %d edits and shows %s", cardDelay, card.edits, card.Message.Request.State)
		}
	})
}

func TestSameEnvelopeTwiceCountsOnce(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		s := Submission{Key: "trigger", Requester: alice, Invitations: []invite.Invitation{{UIN: 1, Name: "A", Remark: "r"}}}
		first, err := h.Submit(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		h.restart()
		second, err := h.Submit(t.Context(), s)
		if err != nil || second.ID != first.ID {
			t.Fatalf("the command again: request %d, %v; want %d", second.ID, err, first.ID)
		}
		click := h.by(ann)
		for range 2 {
			if _, err := h.Decide(t.Context(), click, first.ID, Approve, ""); err != nil {
				t.Fatal(err)
			}
		}
		click = h.by(alice)
		for range 2 { // a repeated refusal is a refusal, told once
			_, err := h.Decide(t.Context(), click, first.ID, Approve, "")
			h.refused(err, ledger.OwnRequest)
		}
		if want := []ledger.Kind{ledger.Requested, ledger.Approved, ledger.Refused}; !slices.Equal(h.events(first), want) {
			t.Errorf("ledger %q, want %q", h.events(first), want)
		}
	})
}

func TestAsMuchApprovalAsNeeded(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.approve(r, ann)
		h.is(r, Pending, Waiting)
		_, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, "")
		h.refused(err, ledger.CountedBefore)
		h.is(r, Pending, Waiting)
		h.work()
		if len(h.cloud.sends) != 0 {
			t.Fatal("sent with one approval of two")
		}
		h.approve(r, bob)
		h.is(r, Approved, Ready)
		if got := h.slack.find(Ephemeral, ledger.Refused); got.Recipient != ann.ID || got.Channel != "CADMINS" {
			t.Errorf("the refusal went to %q in %q", got.Recipient, got.Channel)
		}
	})
}

func TestOneApprovalThenADenialEndsIt(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.approve(r, ann)
		if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Deny, "changed my mind"); err != nil {
			t.Fatal(err)
		}
		h.is(r, Denied, Dropped)
		_, err := h.Decide(t.Context(), h.by(bob), r.ID, Approve, "")
		if got := h.refused(err, ledger.DecidedBefore).Request; got.Decisions[len(got.Decisions)-1].By != ann {
			t.Errorf("the refusal doesn't say who was first: %+v", got.Decisions)
		}
		h.pass(time.Minute)
		if len(h.cloud.sends) != 0 || h.slack.find(Direct, ledger.Denied).Event.Detail.Reason != "changed my mind" {
			t.Error("sent, or the requester wasn't told why not")
		}
	})
}

func TestOwnRequest(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		for _, v := range []Verdict{Approve, Deny} {
			_, err := h.Decide(t.Context(), h.by(alice), r.ID, v, "")
			h.refused(err, ledger.OwnRequest)
		}
		h.is(r, Pending, Waiting)
		h.rules.AllowSelf = true
		h.restart()
		_, err := h.Decide(t.Context(), h.by(alice), r.ID, Approve, "")
		h.refused(err, ledger.OwnRequest) // a request keeps the rules that it was made with
		own := h.ask(2)
		h.approve(own, alice)
		h.is(own, Approved, Ready)
	})
}

func TestManyClicksAtOnceAreOneDecision(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 40 {
			click, verdict := h.by(Person{ID: "U" + string(rune('A'+i)), Name: "x"}), Approve
			if i%2 == 1 {
				verdict = Deny
			}
			wg.Go(func() {
				_, err := h.Decide(t.Context(), click, r.ID, verdict, "")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
					return
				}
				h.refused(err, ledger.DecidedBefore)
			})
		}
		wg.Wait()
		if got := h.request(r); won != 1 || len(got.Decisions) != 1 {
			t.Errorf("%d clicks decided, %d decisions on record", won, len(got.Decisions))
		}
	})
}

func TestAccountUnderWayIsRefusedWithItsRequest(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(7)
		ask := func() error {
			_, err := h.Submit(t.Context(), Submission{Key: h.key(), Requester: bob, Invitations: []invite.Invitation{{UIN: 6, Name: "B", Remark: "r"}, {UIN: 7, Name: "A", Remark: "r"}}})
			return err
		}
		if got := h.refused(ask(), ledger.Duplicate).Request.ID; got != r.ID {
			t.Errorf("refused because of request %d, want %d", got, r.ID)
		}
		h.approve(r, ann)
		h.refused(ask(), ledger.Duplicate)
		h.work()
		if err := ask(); err != nil {
			t.Errorf("after it was sent: %v", err)
		}
		r, err := h.Request(t.Context(), 2)
		if err != nil || r.Invitations[0].SentBefore != 0 || r.Invitations[1].SentBefore != 1 {
			t.Errorf("sent before: %+v, %v", r.Invitations, err)
		}
	})
}

func TestWithdraw(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		_, err := h.Withdraw(t.Context(), h.by(bob), r.ID)
		h.refused(err, ledger.NotRequester)
		if _, err := h.Withdraw(t.Context(), h.by(alice), r.ID); err != nil {
			t.Fatal(err)
		}
		h.is(r, Withdrawn, Dropped)
		_, err = h.Decide(t.Context(), h.by(ann), r.ID, Approve, "")
		h.refused(err, ledger.DecidedBefore)
		if _, err := h.Withdraw(t.Context(), h.by(alice), 99); !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown request: %v", err)
		}
		h.ask(1)
	})
}

func TestExpiry(t *testing.T) {
	everywhere(t, Rules{TTL: time.Hour}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.pass(time.Hour - time.Second)
		h.is(r, Pending, Waiting)
		h.pass(time.Second)
		h.is(r, Expired, Dropped)
		if got := h.slack.find(Direct, ledger.Expired); got == nil || got.Recipient != alice.ID {
			t.Error("the requester wasn't told")
		}
		late := h.ask(2)
		h.clock = h.clock.Add(time.Hour) // nobody has worked since: the click comes first
		_, err := h.Decide(t.Context(), h.by(ann), late.ID, Approve, "")
		h.refused(err, ledger.DecidedBefore)
		h.is(late, Expired, Dropped)
		h.work()
		if len(h.cloud.sends) != 0 {
			t.Error("an expired request was sent")
		}
	})
}

func TestRefusalsOfTheCallerAreInTheLedger(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		click := h.by(bob)
		for range 2 {
			if _, err := h.Refuse(t.Context(), click, r.ID, ledger.NotApprover); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Refuse(t.Context(), Click{Key: h.key(), By: bob}, 0, ledger.NotRequester); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Refuse(t.Context(), h.by(bob), 77, ledger.NotApprover); !errors.Is(err, ErrNotFound) {
			t.Errorf("a refusal about an unknown request: %v", err)
		}
		h.work()
		if want := []ledger.Kind{ledger.Requested, ledger.Refused}; !slices.Equal(h.events(r), want) {
			t.Errorf("ledger %q, want %q", h.events(r), want)
		}
		if got := h.slack.find(Ephemeral, ledger.Refused); got == nil || got.Event.Detail.Why != ledger.NotApprover {
			t.Error("the person wasn't told")
		}
	})
}
