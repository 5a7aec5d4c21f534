package approvals

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

func (h *house) askMany(n int) Request {
	h.Helper()
	s := Submission{Key: h.key(), Requester: alice, Channel: "CGENERAL"}
	for i := range n {
		s.Invitations = append(s.Invitations, invite.Invitation{UIN: invite.UIN(i + 1), Name: fmt.Sprint("Account-", i+1), Remark: "asked by alice"})
	}
	r, err := h.Submit(h.Context(), s)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// delivered are how many accounts each table tells of.
func (h *house) delivered(r Request) (rows []int) {
	h.Helper()
	for e, err := range h.store.Events(h.Context(), ledger.Filter{Request: r.ID}) {
		if err != nil {
			h.Fatal(err)
		}
		if e.Kind == ledger.Delivered {
			rows = append(rows, len(e.Detail.Invitations))
		}
	}
	return rows
}

// saidOfWhatGoesOn is the request as the thread's newest message shows it that tells of what takes its time.
func (h *house) saidOfWhatGoesOn(r Request) (shown Request) {
	for _, s := range h.slack.order {
		if kind := s.Event.Kind; s.Slot == Thread && s.Message.Request.ID == r.ID && (kind == ledger.Searching || kind == ledger.Delayed) {
			shown = s.Message.Request
		}
	}
	return shown
}

// going are the invitations without an outcome.
func (r Request) going() (all []Invitation) {
	for _, i := range r.Invitations {
		if i.State == Ready || i.State == Sending || i.State == Unknown {
			all = append(all, i)
		}
	}
	return all
}

// TestManyDontWaitForAFew: those of which the answers are lost, or which Tencent Cloud puts off, are told when they have their outcomes.
func TestManyDontWaitForAFew(t *testing.T) {
	for name, answer := range map[string]invite.Result{"lost": lost, "put off": {Outcome: invite.NotSent, Code: "RequestLimitExceeded"}} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				for range 2 {
					h.cloud.results = append(h.cloud.results, answer)
				}
				r := h.askMany(12)
				h.work()
				h.approve(r, ann)
				h.work()
				for range 100 { // the two go on as they began
					h.cloud.results = append(h.cloud.results, answer)
				}
				if got := h.delivered(r); len(got) > 0 {
					t.Errorf("at once: %v", got)
				}
				h.pass(matesWait + 30*time.Second)
				if got := h.delivered(r); !slices.Equal(got, []int{10}) {
					t.Errorf("soon: %v", got)
				}
				h.cloud.results = nil
				h.pass(settle + 10*time.Minute)
				if got := h.delivered(r); !slices.Equal(got, []int{10, 2}) {
					t.Errorf("in the end: %v", got)
				}
				if got := h.saidOfWhatGoesOn(r); got.ID == 0 || len(got.going()) > 0 {
					t.Errorf("what was said of the two meanwhile says in the end that %d accounts have no outcome yet", len(got.going()))
				}
			})
		})
	}
}

// TestOneOfManyNeedsPeopleLater: whom it concerns is told, though they were told of another account before, as that one has been settled.
func TestOneOfManyNeedsPeopleLater(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.unread = []error{forbidden}
		h.cloud.results = []invite.Result{lost, {Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed"}}
		r := h.askMany(12)
		h.work()
		h.approve(r, ann)
		h.pass(settle + 10*time.Minute)
		one, two := r.Invitations[0].ID, r.Invitations[1].ID
		if _, err := h.Settle(t.Context(), h.by(bob), one, 1, true); err != nil {
			t.Fatal(err)
		}
		h.work()
		h.cloud.results = []invite.Result{lost}
		if _, err := h.Retry(t.Context(), h.by(bob), two, 1); err != nil {
			t.Fatal(err)
		}
		h.pass(settle + 10*time.Minute)
		told := map[int64]bool{}
		for _, s := range h.slack.order {
			if s.Slot == Direct && s.Event.Kind == ledger.Stuck {
				told[s.Event.Invitation] = true
			}
		}
		if !told[one] || !told[two] {
			t.Errorf("told of %v, want %d and %d", told, one, two)
		}
	})
}

// TestTriedAgainTogether: the ledger tells of each, and only the newest table keeps its buttons, also where it comes so late that what was told before
// was already said anew.
func TestTriedAgainTogether(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		taken := invite.Result{Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed"}
		h.cloud.results = []invite.Result{taken, taken}
		r := h.askMany(12)
		h.work()
		h.approve(r, ann)
		h.pass(time.Minute)
		refused, err := h.store.Request(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.cloud.results = []invite.Result{taken, lost}
		if _, err := h.RetryAll(t.Context(), h.by(bob), r.ID, refused.RefusedMark()); err != nil {
			t.Fatal(err)
		}
		h.pass(matesWait + 2*time.Minute)
		retried := 0
		for e, err := range h.store.Events(t.Context(), ledger.Filter{Request: r.ID}) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind == ledger.Retried {
				retried++
			}
		}
		if retried != 2 {
			t.Errorf("the ledger tells of %d accounts that are tried again", retried)
		}
		outdated := map[int64]bool{} // as each table stands
		var newest int64
		for _, s := range h.slack.order {
			if s.Slot == Thread && s.Event.Kind == ledger.Delivered && s.Event.Detail.Part == 1 {
				outdated[s.Event.ID], newest = s.Outdated, max(newest, s.Event.ID)
			}
		}
		for event, is := range outdated {
			if len(outdated) != 2 || is != (event != newest) {
				t.Errorf("the tables have lost their buttons, or not: %v", outdated)
			}
		}
	})
}

// TestInDoubtIsSentAllTheSame: where a refusal ends all that wait, one whose earlier call may have arrived isn't among them: only a call of its own tells.
func TestInDoubtIsSentAllTheSame(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.unread = []error{forbidden}
		h.cloud.results = []invite.Result{lost, {Outcome: invite.Rejected, Code: "FailedOperation.MemberNameUsed"}}
		r := h.askMany(12)
		h.work()
		h.approve(r, ann)
		h.pass(settle + 10*time.Minute)
		inDoubt, refused := r.Invitations[0].ID, r.Invitations[1].ID
		h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "LimitExceeded.Members"}}
		if _, err := h.Retry(t.Context(), h.by(bob), refused, 1); err != nil {
			t.Fatal(err)
		}
		h.clock = h.clock.Add(time.Second)
		if _, err := h.Settle(t.Context(), h.by(bob), inDoubt, 1, false); err != nil {
			t.Fatal(err)
		}
		h.pass(settle + 10*time.Minute)
		now, err := h.store.Request(t.Context(), r.ID)
		if err != nil || now.Invitations[0].State != Sent || now.Invitations[1].State != Failed {
			t.Errorf("%v and %v, %v", now.Invitations[0].State, now.Invitations[1].State, err)
		}
	})
}
