package approvals

import (
	"errors"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// join makes the house's store that of a running bot with so many connections.
func (h *house) join(connections int) *Presence {
	h.Helper()
	p, err := h.store.Join(h.Context(), h.rules)
	if err != nil {
		h.Fatal(err)
	}
	p.Live = func() int { return connections }
	if err := p.say(h.Context(), p.stay); err != nil {
		h.Fatal(err)
	}
	return p
}

// overdue are the names of what is, at a time after now.
func (h *house) overdue(after time.Duration) (all []string) {
	h.Helper()
	s, err := h.store.Status(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	s.At = s.At.Add(after)
	for _, o := range s.Overdue() {
		all = append(all, o.What)
	}
	return all
}

func (h *house) expectOverdue(what string, got []string, want ...string) {
	h.Helper()
	if len(got) != len(want) {
		h.Errorf("%s: overdue is %q, want %q", what, got, want)
		return
	}
	for n := range want {
		if got[n] != want[n] {
			h.Errorf("%s: overdue is %q, want %q", what, got, want)
		}
	}
}

// TestWhatIsOverdue is the machine's own: what waits for people never is, and what fails is from its first failure on, however often
// it is tried.
func TestWhatIsOverdue(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.join(2)
		waiting := h.ask(1)
		h.work()
		h.expectOverdue("a request waits for people", h.overdue(0))

		h.slack.errors = make([]error, 100)
		for n := range h.slack.errors {
			h.slack.errors[n] = errors.New("Slack is away")
		}
		h.ask(2)
		h.work()
		h.expectOverdue("a card just failed", h.overdue(0))
		h.expectOverdue("a card fails for two minutes", h.overdue(2*time.Minute), "messages to be said in Slack")
		h.slack.errors = nil
		h.pass(5 * time.Minute)
		h.join(2)
		h.expectOverdue("it is said", h.overdue(0))

		h.cloud.results = []invite.Result{notSent, notSent, notSent, notSent, notSent, notSent, notSent, notSent, notSent}
		h.approve(waiting, ann)
		h.work()
		h.expectOverdue("a call fails for two minutes", h.overdue(2*time.Minute), "invitations to be sent")
	})
}

var notSent = invite.Result{Outcome: invite.NotSent, Code: "RequestLimitExceeded", Err: errors.New("RequestLimitExceeded")}

// TestABotThatIsntThere: no bot, and one that Slack doesn't reach.
func TestABotThatIsntThere(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.expectOverdue("nobody runs", h.overdue(0), "no bot runs on this database")
		p := h.join(0)
		h.expectOverdue("it has just started", h.overdue(0))
		h.expectOverdue("it is deaf", h.overdue(2*time.Minute), "no bot is connected to Slack")
		p.Live = func() int { return 1 }
		if err := p.say(t.Context(), p.stay); err != nil {
			t.Fatal(err)
		}
		h.expectOverdue("it hears", h.overdue(2*time.Minute))
		p.Leave()
		h.expectOverdue("it has ended", h.overdue(0), "no bot runs on this database")
	})
}

// TestAListThatIsForbidden is for a person; one that fails is overdue.
func TestAListThatIsForbidden(t *testing.T) {
	h := newHouse(t, Rules{})
	h.join(2)
	h.worker.rosterEvery = 10 * time.Minute
	h.cloud.unread = []error{forbidden}
	h.pass(time.Second)
	h.join(2)
	h.expectOverdue("it is forbidden", h.overdue(2*time.Minute))
	h.cloud.unread = []error{&invite.CallError{Result: invite.Result{Code: "InternalError", Err: errors.New("InternalError")}}}
	h.pass(20 * time.Minute)
	h.join(2)
	h.expectOverdue("it fails", h.overdue(0), "the organization's list of invitations to be read")
}
