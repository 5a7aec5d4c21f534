package approvals

import (
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Whoever asked may neither have it sent again nor call it sent, even where others approved it and they are an approver.
func TestOwnRequestIsSettledBySomebodyElse(t *testing.T) {
	presses := map[string]func(*house, Person, Invitation) error{
		"try again": func(h *house, by Person, i Invitation) error {
			_, err := h.Retry(h.Context(), h.by(by), i.ID, i.Attempt)
			return err
		},
		"it was sent": func(h *house, by Person, i Invitation) error {
			_, err := h.Settle(h.Context(), h.by(by), i.ID, i.Attempt, true)
			return err
		},
		"send again": func(h *house, by Person, i Invitation) error {
			_, err := h.Settle(h.Context(), h.by(by), i.ID, i.Attempt, false)
			return err
		},
	}
	for button, press := range presses {
		for _, rules := range []Rules{{}, {Required: 2}, {AllowSelf: true}} {
			everywhere(t, rules, func(t *testing.T, h *house) {
				h.cloud.results = []invite.Result{lost}
				if button == "try again" {
					h.cloud.results = []invite.Result{{Outcome: invite.Rejected, Code: "LimitExceeded.Members"}}
				}
				h.cloud.unread = []error{forbidden}
				r := h.ask(1)
				h.approve(r, ann)
				if rules.Required == 2 {
					h.approve(r, bob)
				}
				h.pass(time.Hour)
				err := press(h, alice, h.request(r).Invitations[0])
				if rules.AllowSelf {
					if err != nil {
						t.Fatal(err)
					}
				} else {
					h.refused(err, ledger.OwnRequest)
					if err := press(h, ann, h.request(r).Invitations[0]); err != nil {
						t.Fatal(err)
					}
				}
				h.pass(time.Minute)
				h.is(r, Approved, Sent)
			})
		}
	}
}

// The card names who said that it was sent, also to who reads it later.
func TestWhoSettledStaysKnown(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.cloud.results = []invite.Result{lost}
		h.cloud.unread = []error{forbidden}
		r := h.ask(1)
		h.approve(r, ann)
		h.pass(time.Hour)
		inv := h.request(r).Invitations[0]
		settled, err := h.Settle(t.Context(), h.by(bob), inv.ID, inv.Attempt, true)
		if err != nil {
			t.Fatal(err)
		}
		h.work()
		card := h.slack.find(Card, "")
		for _, got := range []Person{settled.Invitations[0].SettledBy, h.request(r).Invitations[0].SettledBy, card.Message.Request.Invitations[0].SettledBy} {
			if got != bob {
				t.Errorf("settled by %+v, want %+v", got, bob)
			}
		}
	})
}
