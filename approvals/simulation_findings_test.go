package approvals

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What the simulation found, each in as few steps as it takes.

// A process that stands still between a message's claim and its post is overtaken, and must not post when it goes on.
func TestOvertakenSpeakerStaysSilent(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		stalled, _, err := h.worker.nextCard(t.Context(), 1)
		if err != nil || len(stalled) != 1 {
			t.Fatal(len(stalled), err)
		}
		h.pass(sayLease + time.Second)
		h.worker.announcer = expiring{h.slack}
		stalled[0](t.Context())
		if got := h.slack.slots(r); len(got) != 1 || h.slack.find(Card, "").times != 1 {
			t.Errorf("the card was posted again: %q", got)
		}
	})
}

// expiring is a Slack that is not reached once the context has ended.
type expiring struct{ *slack }

func (e expiring) Say(ctx context.Context, m Message) (Place, error) {
	if ctx.Err() != nil {
		return Place{}, ctx.Err()
	}
	return e.slack.Say(ctx, m)
}

// A command that was refused makes no request when its envelope comes again, though nothing is in its way any more.
func TestRefusedCommandStaysRefused(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		first := h.ask(1)
		again := Submission{Key: "trigger", Requester: bob, Invitations: []invite.Invitation{{UIN: 1, Name: "A", Remark: "r"}}}
		_, err := h.Submit(t.Context(), again)
		h.refused(err, ledger.Duplicate)
		if _, err := h.Withdraw(t.Context(), h.by(alice), first.ID); err != nil {
			t.Fatal(err)
		}
		made, err := h.Submit(t.Context(), again)
		if h.refused(err, ledger.Duplicate).Request.ID != first.ID || made.ID != 0 {
			t.Errorf("made request %d", made.ID)
		}
	})
}

// The question whether an invitation arrived loses its buttons also when the look-up answers it after all.
func TestQuestionThatAnswersItselfLosesItsButtons(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.unread = []error{forbidden, nil}
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(time.Hour)
		h.is(r, Approved, Sent)
		if stuck := h.slack.find(Thread, ledger.Stuck); stuck == nil || stuck.edits == 0 {
			t.Errorf("said %q, and the question was never edited", h.slack.slots(r))
		}
	})
}

// What Tencent Cloud answered to one attempt says nothing about the next one, whose process died.
func TestAnswerOfAnEarlierAttemptIsForgotten(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{{Outcome: invite.NotSent, Code: "RequestLimitExceeded", RequestID: "e-1"}}
		r := h.ask(1)
		h.approve(r, ann)
		h.work()
		h.clock = h.clock.Add(time.Second)
		if jobs, _, err := h.worker.nextDelivery(t.Context(), 1); err != nil || len(jobs) != 1 {
			t.Fatal(len(jobs), err)
		}
		h.clock = h.clock.Add(2 * time.Minute)
		h.claim(h.worker.nextDelivery)
		if slices.Contains(h.events(r), ledger.Failed) {
			t.Error("called failed, with the code of an attempt before, while the call may still arrive")
		}
		h.is(r, Approved, Unknown)
	})
}

// A list that was read before the lost call arrived doesn't show that it never did, however late that is recorded.
func TestLookUpIsBelievedByWhenItWasMade(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		r := h.ask(1)
		h.approve(r, ann)
		h.claim(h.worker.nextDelivery)
		h.worker.sender = sleepyReader{h}
		h.claim(h.worker.nextPage)
		h.is(r, Approved, Unknown)
	})
}

// sleepyReader is a process that stands still after it read the list.
type sleepyReader struct{ *house }

func (s sleepyReader) Send(ctx context.Context, i invite.Invitation, as time.Time) invite.Result {
	return s.cloud.Send(ctx, i, as)
}

func (s sleepyReader) Cancel(ctx context.Context, listed int64, as time.Time) invite.Result {
	return s.cloud.Cancel(ctx, listed, as)
}

func (s sleepyReader) Invitations(ctx context.Context, offset int) (invite.Page[invite.Listed], error) {
	page, err := s.cloud.Invitations(ctx, offset)
	s.clock = s.clock.Add(settle + time.Minute)
	return page, err
}

func (s sleepyReader) Members(ctx context.Context, offset int) (invite.Page[invite.Member], error) {
	return s.cloud.Members(ctx, offset)
}
