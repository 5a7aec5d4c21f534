package approvals

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// homes are the App Homes that people open in some of the seeds, and what each shows. They draw from a luck of their own, so that the other
// seeds are what they were without them.
type homes struct {
	s      *simulation
	luck   *rand.Rand
	exist  bool
	opened map[string]time.Time // by person; since then their home follows what happens, for an hour
	shown  map[string]string
}

func newHomes(s *simulation) *homes {
	luck := rand.New(rand.NewPCG(s.seed, 1))
	return &homes{s: s, luck: luck, exist: luck.IntN(100) < 30, opened: map[string]time.Time{}, shown: map[string]string{}}
}

// wall is where a process draws homes.
type wall struct {
	*homes
	r *replica
}

// happen has somebody open their home now and then, and a process look whether one is to be drawn.
func (h *homes) happen() {
	if !h.exist {
		return
	}
	r := h.s.alive()
	switch n := h.luck.IntN(100); {
	case r == nil:
	case n < 3:
		everybody := h.everybody()
		h.open(everybody[h.luck.IntN(len(everybody))], r)
	case n < 12 && r.heard:
		r.poll(homesKind, 1+h.luck.IntN(3))
	}
}

func (h *homes) everybody() []Person { return append(slices.Clone(approvers), zed, eve) }

// open has somebody open their home, of which Slack tells a process.
func (h *homes) open(p Person, r *replica) {
	began, ctx := time.Now(), r.ctx
	h.s.begin("home", r, func() {
		if err := r.desk.OpenHome(ctx, p.ID, h.luck.IntN(2)); err == nil {
			h.opened[p.ID] = began
		}
	})
}

// manyLook has many open their homes. Others have theirs open from before.
func (h *homes) manyLook() {
	if r := h.s.alive(); h.exist && r != nil {
		for _, p := range h.everybody() {
			if h.luck.IntN(2) == 0 {
				h.open(p, r)
			}
		}
	}
}

// ShowHome is what package bot's does: it reads how all stands, and then calls Slack.
func (w wall) ShowHome(ctx context.Context, person string, page int) (bool, error) {
	isApprover := slices.ContainsFunc(approvers, func(p Person) bool { return p.ID == person })
	home, err := w.r.desk.Home(ctx, person, isApprover, page)
	if err != nil {
		return false, err
	}
	w.s.pause()
	slack := w.s.workspace
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case slack.gone[person]:
		delete(w.opened, person)
		return false, &UnsayableError{Reason: "user_disabled"}
	case w.fails(8):
		return false, &NotSaidError{RetryAfter: time.Duration(1+w.luck.IntN(60)) * time.Second, Reason: "ratelimited"}
	case w.fails(8) || time.Now().Before(slack.down):
		return false, &NotSaidError{Reason: "dial"}
	}
	lost, unheard, answered := w.fails(8), w.fails(8), false
	deadline, _ := ctx.Deadline()
	w.s.arrive(toSlack, min(time.Duration(w.luck.IntN(3000))*time.Millisecond, time.Until(deadline)), func() {
		if answered = true; !lost {
			w.shown[person] = outlineOf(home)
			w.s.note("Slack: the home of %s shows %s", person, w.shown[person])
		}
	})
	w.s.await(func() bool { return answered }, time.Time{})
	if lost || unheard {
		return false, errors.New("EOF")
	}
	return isApprover, nil
}

func (h *homes) fails(percent int) bool {
	return h.s.setup.slack && !h.s.calm && h.luck.IntN(100) < percent
}

// outlineOf is what of a home changes by what people and the bot do, and not by time alone.
func outlineOf(h Home) string {
	var b strings.Builder
	fmt.Fprintf(&b, "page %d of %d:", h.Page, h.Pages)
	for _, r := range h.Own {
		fmt.Fprintf(&b, " %d %s %d", r.ID, r.State, len(r.Decisions))
		for _, i := range r.Invitations {
			fmt.Fprintf(&b, " %s", i.State)
		}
	}
	if h.Board != nil {
		fmt.Fprintf(&b, "; %d wait (%d accounts), %d open, for them:", h.Board.Pending, h.Board.Accounts, h.Board.Open)
		for _, r := range h.Board.Waiting.Requests {
			fmt.Fprintf(&b, " %d", r.ID)
		}
	}
	return b.String()
}

// homesAtRest checks that who has opened their home within the hour sees how all stands.
func (o *oracle) homesAtRest() {
	h := o.s.homes
	if !h.exist {
		return
	}
	desk := NewDesk(o.reads(), o.s.setup.rules)
	for _, p := range h.everybody() {
		at, opened := h.opened[p.ID]
		if !opened || time.Since(at) >= homeOpen {
			continue
		}
		isApprover := slices.Contains(approvers, p)
		if !slices.ContainsFunc([]int{0, 1}, func(page int) bool {
			home, err := desk.Home(context.Background(), p.ID, isApprover, page)
			return err == nil && outlineOf(home) == h.shown[p.ID]
		}) {
			home, err := desk.Home(context.Background(), p.ID, isApprover, 0)
			o.s.breaks("the home of %s shows %q; it is %q %v", p.Name, h.shown[p.ID], outlineOf(home), err)
		}
	}
}
