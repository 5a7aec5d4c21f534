package approvals

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

const reSent = "FailedOperation.ReSentInvitation"

var lost = invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError", Message: "EOF"}

func TestFailedCanBeTriedAgain(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed", Message: "used", RequestID: "e-1"}}
		r := h.ask(1)
		h.approve(r, ann)
		h.work()
		h.is(r, Approved, Failed)
		reply := h.slack.find(Thread, ledger.Failed)
		if reply == nil || reply.Event.Detail.Code != "FailedOperation.MemberNameUsed" || reply.Event.Detail.RequestID != "e-1" {
			t.Fatalf("the thread got %+v", reply)
		}
		inv := h.request(r).Invitations[0]
		if _, err := h.Retry(t.Context(), h.by(bob), inv.ID, inv.Attempt); err != nil {
			t.Fatal(err)
		}
		_, err := h.Retry(t.Context(), h.by(ann), inv.ID, inv.Attempt)
		h.refused(err, ledger.NotCurrent)
		h.pass(time.Minute)
		h.is(r, Approved, Sent)
		if reply.edits != 1 || reply.Message.Request.Invitations[0].State == Failed {
			t.Errorf("the reply still shows its button: %d edits", reply.edits)
		}
		if len(h.cloud.sends) != 2 {
			t.Errorf("%d calls, want 2", len(h.cloud.sends))
		}
	})
}

func TestTryAgainIsRefusedWhileAnotherRequestHasTheAccount(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "LimitExceeded.Members"}}
		r := h.ask(1)
		h.approve(r, ann)
		h.work()
		other := h.ask(1)
		_, err := h.Retry(t.Context(), h.by(ann), h.request(r).Invitations[0].ID, 1)
		if got := h.refused(err, ledger.Duplicate).Request.ID; got != other.ID {
			t.Errorf("refused because of %d, want %d", got, other.ID)
		}
	})
}

func TestLimitedCallsAreRepeatedQuietly(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		limited := invite.Result{Outcome: invite.NotSent, Code: "RequestLimitExceeded"}
		h.cloud.results = slices.Repeat([]invite.Result{limited}, 10)
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(10 * time.Second)
		if h.slack.find(Thread, ledger.Delayed) != nil {
			t.Error("the thread heard of a delay of less than a minute")
		}
		h.pass(20 * time.Minute)
		h.is(r, Approved, Sent)
		if want := []string{"card ", "thread delayed", "thread sent", "direct sent"}; !slices.Equal(h.slack.slots(r), want) {
			t.Errorf("said %q, want %q", h.slack.slots(r), want)
		}
	})
}

func TestUnknownIsLookedUpAndFound(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.arrives = true
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(10 * time.Minute)
		h.is(r, Approved, Sent)
		if len(h.cloud.sends) != 1 || h.slack.find(Thread, ledger.Sent).Event.Detail.How != ledger.LookedUp {
			t.Errorf("%d calls; told %+v", len(h.cloud.sends), h.slack.find(Thread, ledger.Sent))
		}
	})
}

func TestNotFoundIsBelievedOnlyWhenTheCallCantArriveAnyMore(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(settle - time.Second)
		h.is(r, Approved, Unknown)
		if len(h.cloud.sends) != 1 {
			t.Fatal("sent again while the first call could still arrive")
		}
		h.pass(2 * time.Second)
		h.is(r, Approved, Sent)
		if want := []string{"card ", "thread searching", "thread sent", "direct sent"}; !slices.Equal(h.slack.slots(r), want) {
			t.Errorf("said %q, want %q", h.slack.slots(r), want)
		}
	})
}

// TestAnAnsweredErrorIsToldAtOnce: whatever looking it up finds a moment later.
func TestAnAnsweredErrorIsToldAtOnce(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.Unknown, Code: "InternalError.Db", Message: "try later", RequestID: "e"}}
		h.cloud.arrives = true
		r := h.ask(1)
		h.approve(r, ann)
		h.work()
		h.is(r, Approved, Sent)
		if want := []string{"card ", "thread searching", "thread sent", "direct sent"}; !slices.Equal(h.slack.slots(r), want) {
			t.Fatalf("said %q, want %q", h.slack.slots(r), want)
		}
		if got := h.slack.find(Thread, ledger.Searching).Event.Detail; got.Code != "InternalError.Db" || got.RequestID != "e" || got.Message != "try later" {
			t.Errorf("the thread got %+v", got)
		}
	})
}

// TestWhatIsKnownOfTheCallIsToldWithWhatWasFound: also where the answer was lost, the thread learns how.
func TestWhatIsKnownOfTheCallIsToldWithWhatWasFound(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.unread = []error{forbidden}
		h.approve(h.ask(1), ann)
		h.pass(time.Hour)
		if got := h.slack.find(Thread, ledger.Stuck).Event.Detail; got.Code != lost.Code || got.Finding != invite.Forbidden {
			t.Errorf("the thread got %+v", got)
		}
	})
}

// An answer that leaves it open what it did is not repeated for ever.
func TestUnclearAnswerThatIsNotFoundHasFailed(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.Unknown, Code: "FailedOperation.Whatever", Message: "not the same entity", RequestID: "e"}}
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(2 * time.Minute)
		h.is(r, Approved, Failed)
		if got := h.slack.find(Thread, ledger.Failed).Event.Detail; got.Code != "FailedOperation.Whatever" || got.RequestID != "e" || got.Message == "" {
			t.Errorf("the thread got %+v", got)
		}
		if len(h.cloud.sends) != 1 {
			t.Errorf("%d calls", len(h.cloud.sends))
		}
	})
}

// That an invitation is open already, after an answer was lost, says nothing of whose it is: the list does.
func TestSentBeforeIsLookedUpAfterALostAnswer(t *testing.T) {
	for name, then := range map[string]State{"Alice": Sent, "somebody else": Unknown} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			again := invite.Result{Outcome: invite.Rejected, Code: reSent, RequestID: "e"}
			h.cloud.results = []invite.Result{lost, again, again}
			first := h.ask(1)
			h.approve(first, ann)
			h.pass(settle - time.Second)
			h.cloud.during = func() { // somebody is faster than the second call
				h.cloud.listed = []invite.Listed{{ID: 7, UIN: 1, Name: name, Remark: "asked by alice", Invited: h.clock}}
			}
			h.pass(time.Minute)
			h.is(first, Approved, then)
			if stuck := h.slack.find(Thread, ledger.Stuck); then == Unknown && (stuck == nil || stuck.Event.Detail.ListedAs.Name != name) {
				t.Errorf("the thread has %q", h.slack.slots(first))
			}
			h.cloud.during = nil
			second := h.ask(2)
			h.approve(second, ann)
			h.work()
			h.is(second, Approved, Failed)
		})
	}
}

func TestWhereListingIsForbiddenAPersonSettles(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			h.cloud.results = []invite.Result{lost}
			h.cloud.unread = []error{forbidden}
			r := h.ask(1)
			h.approve(r, ann)
			h.pass(time.Hour)
			h.is(r, Approved, Unknown)
			stuck := h.slack.find(Thread, ledger.Stuck)
			if stuck == nil || len(h.cloud.sends) != 1 {
				t.Fatalf("told %v, %d calls", h.slack.slots(r), len(h.cloud.sends))
			}
			inv := h.request(r).Invitations[0]
			if _, err := h.Settle(t.Context(), h.by(bob), inv.ID, inv.Attempt, arrived); err != nil {
				t.Fatal(err)
			}
			_, err := h.Settle(t.Context(), h.by(ann), inv.ID, inv.Attempt, !arrived)
			h.refused(err, ledger.NotCurrent)
			h.pass(time.Minute)
			h.is(r, Approved, Sent)
			calls := 2
			if arrived {
				calls = 1
			}
			if len(h.cloud.sends) != calls || stuck.edits == 0 {
				t.Errorf("arrived %v: %d calls, %d edits of the question", arrived, len(h.cloud.sends), stuck.edits)
			}
		})
	}
}

func TestSendAgainWaitsForTheLostCall(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.unread = []error{forbidden}
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(time.Second)
		inv := h.request(r).Invitations[0]
		if _, err := h.Settle(t.Context(), h.by(bob), inv.ID, inv.Attempt, false); err != nil {
			t.Fatal(err)
		}
		h.pass(settle - 2*time.Second)
		if h.is(r, Approved, Ready); len(h.cloud.sends) != 1 {
			t.Fatal("sent again while the first call could still arrive")
		}
		h.pass(2 * time.Second)
		h.is(r, Approved, Sent)
	})
}

// A process that dies between the commit and the answer leaves a lease behind.
func TestDeadProcessLeavesAnUnknownOutcome(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.listed = []invite.Listed{{ID: 7, UIN: 1, Name: "Alice", Remark: "asked by alice", Invited: h.clock}}
		r := h.ask(1)
		h.approve(r, ann)
		if jobs, _, err := h.worker.nextDelivery(t.Context(), 1); err != nil || len(jobs) != 1 {
			t.Fatal(len(jobs), err)
		}
		h.is(r, Approved, Sending)
		h.restart()
		h.pass(callLease)
		h.is(r, Approved, Sent)
		if len(h.cloud.sends) != 0 || h.cloud.pages == 0 {
			t.Errorf("%d calls and %d look-ups; want it looked up and not sent again", len(h.cloud.sends), h.cloud.pages)
		}
	})
}

func TestLeaseThatRanOutIsNeverSilentlySentAgain(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.approve(r, ann)
		if _, _, err := h.worker.nextDelivery(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		h.pass(callLease - time.Second)
		h.is(r, Approved, Sending)
		h.pass(2 * time.Second)
		h.is(r, Approved, Unknown)
		if len(h.cloud.sends) != 0 {
			t.Error("sent again")
		}
	})
}

// The answer of the very attempt that is unknown is the best that can be known; of an older one it is not.
func TestLateAnswer(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.approve(r, ann)
		h.cloud.during = func() {
			h.cloud.during = nil
			h.clock = h.clock.Add(callLease + time.Second)
			h.claim(h.worker.nextDelivery)
			h.is(r, Approved, Unknown)
		}
		h.claim(h.worker.nextDelivery)
		h.is(r, Approved, Sent)

		uin := invite.UIN(1)
		for second, then := range map[invite.Outcome]State{invite.Rejected: Failed, invite.Unknown: Unknown} {
			uin++
			late := h.ask(uin)
			h.approve(late, ann)
			h.cloud.during = func() {
				h.cloud.during = nil
				h.clock = h.clock.Add(settle + time.Minute)
				h.cloud.results = []invite.Result{{Outcome: second, Code: "LimitExceeded.Members"}, {Outcome: invite.Sent, RequestID: "late"}}
				for _, from := range []source{h.worker.nextDelivery, h.worker.nextPage, h.worker.nextPage, h.worker.nextDelivery} {
					h.clock = h.clock.Add(time.Millisecond) // between two pages
					h.claim(from)                           // unknown, not found, the second attempt
				}
				h.is(late, Approved, then)
			}
			h.claim(h.worker.nextDelivery)
			h.is(late, Approved, then)
		}
	})
}

func TestSlackDownDelaysWordsAndLosesNone(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		down := &NotSaidError{Reason: "dial"}
		h.slack.errors = slices.Repeat([]error{down}, 8)
		r := h.ask(1)
		h.pass(30 * time.Second)
		h.restart()
		h.pass(10 * time.Minute)
		h.approve(r, ann)
		h.pass(time.Minute)
		if want := []string{"direct unseen", "card ", "thread sent", "direct sent"}; !sameSet(h.slack.slots(r), want) {
			t.Errorf("said %q, want %q", h.slack.slots(r), want)
		}
	})
}

func TestPostWhoseAnswerWasLostIsLookedForFirst(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.slack.lost = true
		h.slack.errors = []error{errors.New("EOF"), nil, errors.New("EOF"), errors.New("EOF")}
		r := h.ask(1)
		h.pass(time.Minute)
		h.approve(r, ann)
		h.pass(time.Minute)
		for _, p := range h.slack.order {
			if p.times != 1 {
				t.Errorf("%s %s was posted %d times", p.Slot, p.Event.Kind, p.times)
			}
		}
		if len(h.slack.order) != 3 {
			t.Errorf("said %q", h.slack.slots(r))
		}
	})
}

// A post that was under way when the process died may have been made.
func TestPostOfADeadProcessIsDoubtful(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.ask(1)
		jobs, _, err := h.worker.nextCard(t.Context(), 1)
		if err != nil || len(jobs) != 1 {
			t.Fatal(len(jobs), err)
		}
		h.restart()
		h.pass(sayLease)
		if card := h.slack.find(Card, ""); !card.Message.Doubtful {
			t.Error("the second try doesn't know of the first")
		}
	})
}

func TestRepliesWaitForTheCardAndForEachOther(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		busy := &NotSaidError{RetryAfter: 30 * time.Second, Reason: "ratelimited"}
		h.slack.errors = []error{busy}
		r := h.ask(1)
		h.work()
		h.approve(r, ann)
		h.work()
		h.is(r, Approved, Sent)
		if got := h.slack.slots(r); !slices.Equal(got, []string{"direct sent"}) {
			t.Errorf("before the card: %q", got)
		}
		h.pass(31 * time.Second)
		if got := h.slack.slots(r); !slices.Equal(got, []string{"direct sent", "card ", "thread sent"}) {
			t.Errorf("after it: %q", got)
		}
	})
}

func TestWhatCanNeverBeSaidIsGivenUpAndRecorded(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Deny, ""); err != nil {
			t.Fatal(err)
		}
		h.slack.errors = []error{nil, &UnsayableError{Reason: "user_not_found"}}
		h.pass(time.Hour)
		if want := []ledger.Kind{ledger.Requested, ledger.Denied, ledger.Untold}; !slices.Equal(h.events(r), want) {
			t.Errorf("ledger %q, want %q", h.events(r), want)
		}
	})
}

func sameSet(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// uncommitted is a database that loses every write at its commit.
type uncommitted struct{ database.DB }

func (db uncommitted) Write(ctx context.Context, fn func(*database.Tx) error) error {
	return db.DB.Write(ctx, func(t *database.Tx) error { return errors.Join(fn(t), errors.New("the connection is lost")) })
}

func TestNothingIsDoneThatWasNotClaimed(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.approve(h.ask(1), ann)
		h.ask(2)
		h.store.db = uncommitted{h.store.db}
		if jobs, _, err := h.worker.nextCard(t.Context(), 8); err == nil || len(jobs) > 0 {
			t.Errorf("%d messages are to be said, error %v", len(jobs), err)
		}
		if jobs, _, err := h.worker.nextDelivery(t.Context(), 1); err == nil || len(jobs) > 0 {
			t.Errorf("%d invitations are to be sent, error %v", len(jobs), err)
		}
	})
}

// A click tells where its card stands, where the answer to the post is lost and the channel can't be searched.
func TestAClickTellsWhereItsCardStands(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.slack.lost, h.slack.errors = true, []error{errors.New("EOF")}
		r := h.ask(1)
		h.work()
		stands := h.slack.find(Card, "").place
		if h.request(r).Card.TS != "" {
			t.Fatal("the card's place is on record")
		}
		c := h.by(ann)
		c.Button = &Button{Nonce: r.Nonce, Digest: r.Digest, At: stands}
		if _, err := h.Decide(t.Context(), c, r.ID, Approve, ""); err != nil {
			t.Fatal(err)
		}
		h.pass(time.Minute)
		if card := h.slack.find(Card, ""); card.At != stands || card.times != 1 || card.Request.State != Approved {
			t.Errorf("the card at %v was said at %v, %d times, and shows %s", stands, card.At, card.times, card.Request.State)
		}
	})
}
