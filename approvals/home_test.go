package approvals

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// walls are the homes that people see. Errors are what its next calls answer.
type walls struct {
	drawn     []string // who, and which page
	approvers []string
	errors    []error
}

func (w *walls) ShowHome(_ context.Context, person string, page int) (bool, error) {
	w.drawn = append(w.drawn, fmt.Sprint(person, " ", page))
	if len(w.errors) > 0 {
		err := w.errors[0]
		w.errors = w.errors[1:]
		return false, err
	}
	return slices.Contains(w.approvers, person), nil
}

// take is what was drawn since it was last asked.
func (w *walls) take() []string {
	drawn := w.drawn
	w.drawn = nil
	return drawn
}

// walled is a house with homes, in which Ann is an approver.
func walled(h *house) *walls {
	w := &walls{approvers: []string{ann.ID}}
	h.worker.homes = w
	return w
}

func (h *house) opensHome(p Person, page int) {
	h.Helper()
	if err := h.OpenHome(h.Context(), p.ID, page); err != nil {
		h.Fatal(err)
	}
	h.work()
}

func (h *house) homeOf(p Person, isApprover bool, page int) Home {
	h.Helper()
	home, err := h.Home(h.Context(), p.ID, isApprover, page)
	if err != nil {
		h.Fatal(err)
	}
	return home
}

func drew(t *testing.T, when string, w *walls, want ...string) {
	t.Helper()
	if got := w.take(); !slices.Equal(got, want) {
		t.Errorf("%s: drew %q, want %q", when, got, want)
	}
}

func TestAHomeHasOnesOwnRequests(t *testing.T) {
	everywhere(t, Rules{TTL: time.Hour}, func(t *testing.T, h *house) {
		none := h.homeOf(alice, false, 3)
		if len(none.Own) != 0 || none.Page != 0 || none.Pages != 1 || none.Board != nil {
			t.Errorf("of nothing: %+v", none)
		}
		h.asks(alice, 41)
		h.asks(bob, 1)
		if _, err := h.Decide(t.Context(), h.by(ann), 41, Deny, "no"); err != nil {
			t.Fatal(err)
		}
		first, second, last := h.homeOf(alice, false, 0), h.homeOf(alice, false, 1), h.homeOf(alice, false, 99)
		for _, x := range []struct {
			home       Home
			page       int
			from, to   int64
			howManyAll int
		}{{first, 0, 41, 22, 20}, {second, 1, 21, 2, 20}, {last, 2, 1, 1, 1}} {
			own := x.home.Own
			if len(own) != x.howManyAll || own[0].ID != x.from || own[len(own)-1].ID != x.to || x.home.Page != x.page || x.home.Pages != 3 {
				t.Errorf("page %d of %d: %v", x.home.Page, x.home.Pages, numbersOf(own))
			}
		}
		if denied := first.Own[0]; denied.State != Denied || len(denied.Decisions) != 1 || denied.Decisions[0].Reason != "no" {
			t.Errorf("got %+v", denied)
		}
		h.clock = h.clock.Add(time.Hour) // and no worker has looked yet
		if late := h.homeOf(alice, false, 0).Own[1]; late.State != Expired {
			t.Errorf("out of time, and shown as %s", late.State)
		}
	})
}

func TestAnApproversHome(t *testing.T) {
	everywhere(t, Rules{Required: 2, Room: 10}, func(t *testing.T, h *house) {
		if b := h.homeOf(ann, true, 0).Board; b.Pending != 0 || b.Open != 0 || len(b.Lapsing) != 0 || !b.Roster.ReadAt.IsZero() || b.Roster.Room != 10 {
			t.Errorf("of nothing: %+v", b)
		}
		h.worker.rosterEvery = 10 * time.Minute
		sent, other, waiting, own := h.ask(1), h.ask(2), h.ask(3), h.asks(ann, 1)[0]
		h.approve(sent, ann)
		h.approve(sent, bob)
		h.approve(other, ann)
		h.cloud.joins(77)
		h.pass(11 * time.Minute)
		b := h.homeOf(ann, true, 0).Board
		h.has("waiting for ann", b.Waiting, waiting.ID)
		h.has("waiting for bob", h.homeOf(bob, true, 0).Board.Waiting, other.ID, waiting.ID, own.ID)
		if b.Pending != 3 || b.Accounts != 3 || b.Open != 1 || len(b.Lapsing) != 0 {
			t.Errorf("got %+v", b)
		}
		if r := b.Roster; r.Members != 1 || r.Open != 1 || r.Left() != 8 || h.clock.Sub(r.ReadAt) > 11*time.Minute || r.ReadAt.IsZero() {
			t.Errorf("got %+v", r)
		}
		h.clock = h.clock.Add(9 * 24 * time.Hour)
		b = h.homeOf(ann, true, 0).Board
		if len(b.Lapsing) != 1 || b.Lapsing[0].Request != sent.ID || b.Lapsing[0].UIN != "1" || b.Lapsing[0].Until.Sub(h.clock) > homeLapses || b.MoreLapsing != 0 {
			t.Errorf("%d lapse: %+v", b.Open, b.Lapsing)
		}
		h.cloud.joins(1)
		h.pass(10 * time.Minute)
		if b = h.homeOf(ann, true, 0).Board; b.Open != 0 || len(b.Lapsing) != 0 {
			t.Errorf("it was accepted: %+v", b)
		}
	})
}

// TestManyLapse: twenty are named, and the others counted.
func TestManyLapse(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		for n := range 23 {
			h.approve(h.ask(invite.UIN(n+1)), ann)
		}
		h.work()
		h.clock = h.clock.Add(10 * 24 * time.Hour)
		b := h.homeOf(ann, true, 0).Board
		if len(b.Lapsing) != 20 || b.MoreLapsing != 3 || b.Lapsing[0].UIN != "1" {
			t.Errorf("%d and %d more: %+v", len(b.Lapsing), b.MoreLapsing, b.Lapsing)
		}
	})
}

// TestAHomeIsDrawnAnew by what concerns whoever has it open: their own requests, and for an approver what is to be decided.
func TestAHomeIsDrawnAnew(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		w := walled(h)
		for _, p := range []Person{alice, bob, ann} {
			h.opensHome(p, 0)
		}
		drew(t, "opened", w, "UALICE 0", "UBOB 0", "UANN 0")
		h.opensHome(alice, 1)
		drew(t, "another page", w, "UALICE 1")
		h.pass(10 * time.Minute)
		drew(t, "nothing happens", w)
		h.restart()
		h.worker.homes = w
		r := h.ask(1)
		h.pass(time.Second)
		drew(t, "she has asked", w, "UALICE 1", "UANN 0")
		h.approve(r, ann)
		h.pass(time.Second)
		drew(t, "too soon", w)
		h.pass(3 * time.Second)
		drew(t, "it was approved and sent", w, "UALICE 1", "UANN 0")
		h.is(r, Approved, Sent)
		h.cloud.joins(1)
		h.worker.rosterEvery = 10 * time.Minute
		h.pass(10 * time.Minute)
		h.is(r, Approved, Joined)
		drew(t, "it has joined, and there is less room", w, "UALICE 1", "UANN 0")
		h.asks(bob, 1)
		if _, err := h.Decide(t.Context(), h.by(bob), r.ID, Approve, ""); err == nil {
			t.Error("it was decided twice")
		}
		h.pass(5 * time.Second)
		drew(t, "bob has asked, and was refused", w, "UANN 0", "UBOB 0")
		h.pass(time.Hour)
		w.take()
		h.asks(alice, 1)
		h.pass(time.Minute)
		drew(t, "they were opened long ago", w)
		h.opensHome(bob, 0)
		drew(t, "opened again", w, "UBOB 0")
	})
}

// TestWhoDrawsAHomeMayDie: it is nobody else's until the lease is over, and then it is drawn.
func TestWhoDrawsAHomeMayDie(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		w := walled(h)
		if err := h.OpenHome(t.Context(), alice.ID, 0); err != nil {
			t.Fatal(err)
		}
		jobs, _, err := h.worker.nextHome(t.Context(), 4)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("%d jobs, %v", len(jobs), err)
		}
		jobs, next, err := h.worker.nextHome(t.Context(), 4)
		if err != nil || len(jobs) != 0 || !next.Equal(h.clock.Add(homeLease)) {
			t.Fatalf("%d jobs, then %s, %v", len(jobs), next, err)
		}
		h.pass(homeLease)
		drew(t, "when the lease is over", w, "UALICE 0")
	})
}

// TestWhatIsAskedForWhileAHomeIsDrawn isn't lost, whatever becomes of that.
func TestWhatIsAskedForWhileAHomeIsDrawn(t *testing.T) {
	for _, becomes := range []error{nil, errors.New("EOF"), &UnsayableError{Reason: "not_enabled"}} {
		everywhere(t, Rules{}, func(t *testing.T, h *house) {
			w := walled(h)
			w.errors = []error{becomes}
			if err := h.OpenHome(t.Context(), alice.ID, 0); err != nil {
				t.Fatal(err)
			}
			jobs, _, err := h.worker.nextHome(t.Context(), 4)
			if err != nil || len(jobs) != 1 {
				t.Fatalf("%d jobs, %v", len(jobs), err)
			}
			if err := h.OpenHome(t.Context(), alice.ID, 2); err != nil {
				t.Fatal(err)
			}
			jobs[0](t.Context())
			h.pass(2 * time.Second)
			drew(t, "both", w, "UALICE 0", "UALICE 2")
		})
	}
}

func TestAHomeThatCanNotBeDrawn(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		w := walled(h)
		w.errors = []error{&NotSaidError{RetryAfter: 20 * time.Second, Reason: "ratelimited"}, errors.New("EOF"), nil}
		h.opensHome(alice, 0)
		h.pass(19 * time.Second)
		drew(t, "Slack asked to wait", w, "UALICE 0")
		h.pass(10 * time.Second)
		drew(t, "tried again until it can", w, "UALICE 0", "UALICE 0")
		w.errors = []error{&UnsayableError{Reason: "not_enabled"}}
		h.ask(1)
		h.pass(time.Minute)
		drew(t, "it never can", w, "UALICE 0")
		h.ask(2)
		h.pass(10 * time.Minute)
		drew(t, "nor is it tried", w)
		h.opensHome(alice, 0)
		drew(t, "until it is opened", w, "UALICE 0")
	})
}
