package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// lists fills the organization's list with so many invitations to others.
func (c *cloud) lists(n int) {
	for i := range n {
		c.listed = append(c.listed, invite.Listed{ID: int64(1000 + i), UIN: invite.UIN(1000 + i), Name: fmt.Sprint("other ", i), Remark: "r"})
	}
}

// reader notes from where on pages are asked for.
type reader struct {
	*cloud
	offsets []int
	after   func(offset int) // what happens when a page was read
}

func (r *reader) Invitations(ctx context.Context, offset int) (invite.Page[invite.Listed], error) {
	r.offsets = append(r.offsets, offset)
	page, err := r.cloud.Invitations(ctx, offset)
	if r.after != nil {
		r.after(offset)
	}
	return page, err
}

// lose has a request's call get lost, and returns who reads the list.
func lose(h *house, uin invite.UIN) (Request, *reader) {
	h.cloud.results = append(h.cloud.results, lost)
	r := h.ask(uin)
	h.approve(r, ann)
	h.claim(h.worker.nextDelivery)
	h.is(r, Approved, Unknown)
	reads := &reader{cloud: h.cloud}
	h.worker.sender = reads
	return r, reads
}

// pages has so many pages read, of whichever list.
func (h *house) pages(n int) {
	for range n {
		h.clock = h.clock.Add(time.Second)
		h.claim(h.worker.nextPage)
	}
}

// A sweep goes on where another process left it, and reads nothing twice.
func TestASweepIsResumed(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.lists(120)
		r, reads := lose(h, 1)
		h.pages(2)
		h.restart()
		h.worker.sender = reads
		h.pages(2)
		if want := []int{0, 50, 100}; !slices.Equal(reads.offsets, want) {
			t.Errorf("pages from %v were read, want %v", reads.offsets, want)
		}
		if h.slack.find(Thread, ledger.Searching) == nil {
			h.work()
			h.is(r, Approved, Unknown)
		}
	})
}

// While one process reads a page, no other does; one that died in it holds the others up for its lease only.
func TestOneReaderAtATime(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		_, reads := lose(h, 1)
		if jobs, _, err := h.worker.nextPage(t.Context(), 1); err != nil || len(jobs) != 1 {
			t.Fatal(len(jobs), err)
		}
		h.clock = h.clock.Add(callLease - time.Second)
		if jobs, next, err := h.worker.nextPage(t.Context(), 1); err != nil || len(jobs) != 0 || !next.Equal(h.clock.Add(time.Second)) {
			t.Errorf("%d pages claimed, next %v, %v", len(jobs), next, err)
		}
		h.pages(1)
		if len(reads.offsets) != 1 {
			t.Errorf("pages from %v were read", reads.offsets)
		}
	})
}

// What moves up while a list is read, because something before it goes, isn't missed.
func TestAListThatGetsShorter(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.lists(50)
		h.cloud.listed = append(h.cloud.listed, invite.Listed{ID: 1, UIN: 1, Name: "Alice", Remark: "asked by alice", Invited: h.clock}) // first on the second page
		h.cloud.lists(20)
		r, reads := lose(h, 1)
		h.clock = h.clock.Add(settle) // the first sweep is believed
		reads.after = func(offset int) {
			if offset == 0 {
				h.cloud.listed = h.cloud.listed[1:]
				reads.after = nil
			}
		}
		h.pass(time.Minute)
		if h.is(r, Approved, Sent); len(h.cloud.sends) != 1 {
			t.Errorf("%d calls; pages from %v were read", len(h.cloud.sends), reads.offsets)
		}
	})
}

// All that is unknown is settled by the same sweeps.
func TestASweepSettlesAll(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.lists(120)
		var all []Request
		for uin := range invite.UIN(20) {
			h.cloud.arrives = uin%2 == 0
			r, _ := lose(h, uin+1)
			all = append(all, r)
		}
		h.cloud.arrives = false
		reads := h.worker.sender.(*reader)
		h.pass(settle + time.Minute)
		for _, r := range all {
			h.is(r, Approved, Sent)
		}
		if len(h.cloud.sends) != 30 {
			t.Errorf("%d calls, want 20 and once more those of which none arrived", len(h.cloud.sends))
		}
		sweeps := 0
		for _, offset := range reads.offsets {
			if offset == 0 {
				sweeps++
			}
		}
		if sweeps > 15 { // one a minute, and some at the beginning and the end
			t.Errorf("%d sweeps", sweeps)
		}
	})
}

// What never ends without a person is told to one, soon: whatever the list answers for ever.
func TestEveryUnknownOutcomeHasAnExit(t *testing.T) {
	refuses := func(code, message string) func(*house) {
		return func(h *house) {
			h.cloud.unread = []error{&invite.CallError{Result: invite.Result{Code: code, Message: message, RequestID: "l-1", Err: errors.New(code)}}}
		}
	}
	own := func(changes func(*invite.Listed)) func(*house) {
		return func(h *house) {
			l := invite.Listed{ID: 7, UIN: 1, Name: "Alice", Remark: "asked by alice", Invited: h.clock}
			changes(&l)
			h.cloud.listed = append(h.cloud.listed, l)
		}
	}
	for fault, c := range map[string]struct {
		lasts func(*house)
		finds invite.Finding
	}{
		"forbidden":         {func(h *house) { h.cloud.unread = []error{forbidden} }, invite.Forbidden},
		"no such action":    {refuses("InvalidAction", "not found"), invite.Unavailable},
		"denied":            {refuses("OperationDenied", "not now"), invite.Unavailable},
		"signature":         {refuses("AuthFailure.SignatureFailure", "no"), invite.Unavailable},
		"unreachable":       {refuses("ClientError.NetworkError", ""), invite.Unavailable},
		"ends too early":    {func(h *house) { h.worker.sender = &endsEarly{h.cloud} }, invite.Unavailable},
		"cancelled":         {own(func(l *invite.Listed) { l.Status = invite.StatusCancelled }), invite.Unclear},
		"somebody else's":   {own(func(l *invite.Listed) { l.Name = "Ally" }), invite.Elsewhere},
		"another's, joined": {own(func(l *invite.Listed) { l.Remark, l.Status = "by hand", invite.StatusAccepted }), invite.Elsewhere},
	} {
		t.Run(fault, func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				r, _ := lose(h, 1)
				c.lasts(h)
				h.pass(settle + 2*time.Minute)
				h.is(r, Approved, Unknown)
				asked, told := h.slack.find(Thread, ledger.Stuck), h.slack.find(Direct, ledger.Stuck)
				if asked == nil || told == nil || asked.Event.Detail.Finding != c.finds || told.Recipient != alice.ID {
					t.Fatalf("said %q", h.slack.slots(r))
				}
				h.pass(time.Hour)
				if asked.times != 1 || len(h.cloud.sends) != 1 {
					t.Errorf("asked %d times, %d calls", asked.times, len(h.cloud.sends))
				}
				h.cloud.unread, h.cloud.listed, h.worker.sender = nil, nil, h.cloud // somebody has mended it
				h.pass(sweepStuck + time.Minute)
				h.is(r, Approved, Sent)
			})
		})
	}
}

// endsEarly says that its list is longer than it is.
type endsEarly struct{ *cloud }

func (e *endsEarly) Invitations(ctx context.Context, offset int) (invite.Page[invite.Listed], error) {
	page, err := e.cloud.Invitations(ctx, offset)
	page.Total += 10
	return page, err
}

// What can't be sent, although it is surely not sent, isn't tried for ever.
func TestWhatCannotBeSentHasAnEnd(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = slices.Repeat([]invite.Result{{Outcome: invite.NotSent, Code: "ClientError.NotConnected"}}, 500)
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(2 * time.Minute)
		if h.is(r, Approved, Ready); h.slack.find(Thread, ledger.Delayed) == nil {
			t.Errorf("said %q", h.slack.slots(r))
		}
		h.pass(time.Hour)
		if h.is(r, Approved, Failed); h.slack.find(Direct, ledger.Failed) == nil {
			t.Errorf("said %q", h.slack.slots(r))
		}
	})
}
