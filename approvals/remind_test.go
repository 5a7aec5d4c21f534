package approvals

import (
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// reminders are what was posted to remind, in order.
func (h *house) reminders() (all []*said) {
	for _, m := range h.slack.order {
		if m.Event.Kind == ledger.Reminded {
			all = append(all, m)
		}
	}
	return all
}

func numbersOf(all []Request) (ids []int64) {
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	return ids
}

// TestReminder lists what waits, is edited as that is decided, and is made anew a day later.
func TestReminder(t *testing.T) {
	everywhere(t, Rules{RemindAfter: 24 * time.Hour, TTL: 72 * time.Hour}, func(t *testing.T, h *house) {
		for uin := range 3 {
			h.ask(invite.UIN(uin + 1))
			h.pass(2 * time.Hour)
		}
		h.pass(17 * time.Hour)
		if len(h.reminders()) != 0 {
			t.Fatal("reminded too early")
		}
		h.pass(2 * time.Hour)
		all := h.reminders()
		if len(all) != 1 || all[0].Slot != Notice || !slices.Equal(numbersOf(all[0].Waiting), []int64{1, 2, 3}) {
			t.Fatalf("%d reminders: %+v", len(all), all)
		}
		h.approve(Request{ID: 2}, ann)
		h.pass(time.Minute)
		if got := numbersOf(all[0].Waiting); !slices.Equal(got, []int64{1, 3}) || all[0].times != 1 {
			t.Errorf("it lists %v, and was posted %d times", got, all[0].times)
		}
		h.pass(22 * time.Hour)
		if len(h.reminders()) != 1 {
			t.Error("reminded twice a day")
		}
		h.pass(3 * time.Hour)
		if all := h.reminders(); len(all) != 2 || !slices.Equal(numbersOf(all[1].Waiting), []int64{1, 3}) {
			t.Errorf("%d reminders", len(all))
		}
		h.pass(72 * time.Hour) // all of it expires
		if all := h.reminders(); len(all[len(all)-1].Waiting) != 0 {
			t.Errorf("the last one still lists %v", numbersOf(all[len(all)-1].Waiting))
		}
		h.isProved()
	})
}

// TestRemindedInTime: before half of its time is over, a request was in a reminder, whenever the last one was.
func TestRemindedInTime(t *testing.T) {
	for _, ttl := range []time.Duration{time.Hour, 10 * time.Hour, 30 * time.Hour, 72 * time.Hour} {
		everywhere(t, Rules{RemindAfter: 24 * time.Hour, TTL: ttl}, func(t *testing.T, h *house) {
			made := map[int64]time.Time{}
			for uin := range 12 {
				r := h.ask(invite.UIN(uin + 1))
				made[r.ID] = h.clock
				h.pass(ttl / 7)
			}
			h.pass(2 * ttl)
			for id, at := range made {
				in := slices.ContainsFunc(h.reminders(), func(m *said) bool {
					return slices.Contains(m.Event.Detail.Requests, id) && !m.Event.At.After(at.Add(ttl/2))
				})
				if !in {
					t.Errorf("of %v: request %d wasn't in a reminder in time", ttl, id)
				}
			}
		})
	}
}

// TestNobodyIsNagged: 1,000 requests wait for 30 days, and invitations run out meanwhile. Nobody gets more than one message a day that they didn't ask for.
func TestNobodyIsNagged(t *testing.T) {
	h := newHouse(t, Rules{RemindAfter: 24 * time.Hour})
	h.worker.rosterEvery = 6 * time.Hour
	for n := range 30 {
		h.approve(h.ask(invite.UIN(n+1)), ann)
		h.work()
		l := &h.cloud.listed[n]
		l.Name, l.Expires = "Alice", l.Invited.Add(time.Duration(4+n)*24*time.Hour)
	}
	h.asks(alice, usualCrowd/2)
	h.asks(bob, usualCrowd/2)
	h.work()
	before := len(h.slack.order)
	began := h.clock
	h.pass(30 * 24 * time.Hour)
	channel, people := map[int]int{}, map[int]map[string]int{}
	for _, m := range h.slack.order[before:] {
		day := int(m.Event.At.Sub(began) / (24 * time.Hour))
		switch m.Slot {
		case Notice:
			channel[day]++
		case Direct:
			if people[day] == nil {
				people[day] = map[string]int{}
			}
			people[day][m.Recipient]++
		default:
			t.Errorf("unasked: %s %s", m.Slot, m.Event.Kind)
		}
	}
	for day := range 30 {
		if channel[day] > 1 {
			t.Errorf("day %d: %d reminders", day, channel[day])
		}
		for who, n := range people[day] {
			if n > 1 {
				t.Errorf("day %d: %s got %d messages", day, who, n)
			}
		}
	}
	if len(h.reminders()) < 28 {
		t.Errorf("%d reminders in 30 days", len(h.reminders()))
	}
	if more := h.reminders()[0]; len(more.Waiting) != mostTold || more.More != usualCrowd-mostTold {
		t.Errorf("lists %d and %d more", len(more.Waiting), more.More)
	}
}
