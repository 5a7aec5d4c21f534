package approvals

import (
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// foreign is an event that Slack knows of, and no ledger here.
var foreign = []ledger.Head{{Number: 99, Hash: "of another time"}}

// What nobody knew before a set-back may have been settled and sent again since, and that call may be under way: no button
// of before counts, "not found" is believed only later, and what is older than the set-back is evidence all the same.
func TestASetBackDoubtsWhatIsUnknown(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.unread = []error{forbidden}
		r := h.ask(1)
		h.approve(r, ann)
		approved := h.clock
		h.pass(20 * time.Hour)
		h.is(r, Approved, Unknown)
		before := h.request(r)

		if _, err := h.Witnessed(t.Context(), foreign); err != nil {
			t.Fatal(err)
		}
		c := h.by(ann)
		c.Button = &Button{Nonce: before.Nonce, Attempt: before.Invitations[0].Nonce}
		_, err := h.Settle(t.Context(), c, before.Invitations[0].ID, before.Invitations[0].Attempt, false)
		h.refused(err, ledger.NotCurrent)

		i := before.Invitations[0].Invitation
		h.cloud.unread = nil
		h.pass(settle - time.Minute)
		h.is(r, Approved, Unknown)
		h.cloud.listed = []invite.Listed{{ID: 1, UIN: i.UIN, Name: i.Name, Remark: i.Remark, Status: invite.StatusCancelled, Invited: approved}}
		h.pass(2 * time.Minute)
		h.is(r, Approved, Unknown) // it may have been sent then, and cancelled
		h.cloud.listed = nil
		h.pass(sweepStuck)
		h.is(r, Approved, Sent)
	})
}

// A backup may be older than a call, and where nothing was said since, no message tells of it. That the account has an invitation already is then no
// refusal, but the one of that call.
func TestWhatWasSentBehindABackupCountsAsSent(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		r = h.approve(r, ann)
		i := r.Invitations[0].Invitation
		h.cloud.listed = []invite.Listed{{ID: 1, UIN: i.UIN, Name: i.Name, Remark: i.Remark, Status: invite.StatusOpen, Invited: h.clock}}
		h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "FailedOperation.ReSentInvitation"}}
		h.restart()
		if _, err := h.Witnessed(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		h.pass(time.Minute)
		h.is(r, Approved, Sent)
	})
}

// Of processes that start at the same time one notices a set-back, and none does later.
func TestASetBackIsNoticedOnce(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		var starting sync.WaitGroup
		for range 4 {
			starting.Go(func() {
				if _, err := h.Witnessed(t.Context(), foreign); err != nil {
					t.Error(err)
				}
			})
		}
		starting.Wait()
		if newest, err := h.Witnessed(t.Context(), foreign); err != nil || newest.Number != 0 {
			t.Error(newest, err)
		}
		if got := h.events(r); len(got) != 2 || got[1] != ledger.Held {
			t.Errorf("the request's events are %v", got)
		}
	})
}
