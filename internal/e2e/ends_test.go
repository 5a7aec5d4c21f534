package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// invited is a workspace in which so many accounts were invited, one a request, and the lists are read all the time.
func invited(t *testing.T, n int, changes ...string) *world {
	t.Helper()
	w := worldOf(t, bottest.Options{}, invitetest.Options{}, append([]string{"ROSTER_EVERY", "2s"}, changes...)...)
	w.start()
	for i := 1; i <= n; i++ {
		w.ask(alice, fmt.Sprintf("%d Alice-%d", account(i), i))
		w.click(ann, w.card(i), "approve")
		w.await("the outcome", func() bool { return w.finished(i) })
	}
	return w
}

// toldOf says how often the thread and the requester were told something of a request.
func (w *world) toldOf(n int, what string) (thread, direct int) {
	for _, m := range w.replies(n) {
		thread += strings.Count(m.Text, what)
	}
	for _, m := range w.directs(alice, n) {
		direct += strings.Count(m.Text, what)
	}
	return thread, direct
}

// TestEachEndIsToldOnce, whichever it is, with the program killed before it can have seen it, and just after it has begun to tell it.
func TestEachEndIsToldOnce(t *testing.T) {
	t.Parallel()
	w := invited(t, 4)
	ends := []struct {
		happens       func(uint64) error
		title, thread string
	}{
		{w.org.Accept, "🎉 Joined", "the account has joined the organization."},
		{w.org.Decline, "🙅 Declined", "the invitation was declined"},
		{w.org.Cancel, "🚫 Cancelled", "the invitation was cancelled at Tencent Cloud"},
		{w.org.Expire, "⌛ Lapsed", "the invitation lapsed"},
	}
	w.kill()
	for i, end := range ends {
		if err := end.happens(uint64(account(i + 1))); err != nil {
			t.Fatal(err)
		}
	}
	w.start()
	w.await("the first reply that tells an end", func() bool {
		for i, end := range ends {
			if thread, _ := w.toldOf(i+1, end.thread); thread > 0 {
				return true
			}
		}
		return false
	})
	w.kill()
	w.start()
	for i, end := range ends {
		n := i + 1
		w.await(end.title, func() bool {
			thread, direct := w.toldOf(n, end.thread)
			return thread > 0 && direct > 0 && strings.Contains(w.card(n).Text, end.title) && strings.Contains(string(w.card(n).Blocks), end.title+" · ")
		})
	}
	if err := w.org.Leave(uint64(account(1))); err != nil {
		t.Fatal(err)
	}
	w.await("the one who left", func() bool { return strings.Contains(w.card(1).Text, "👋 Left") })
	w.stop()
	for i, end := range ends {
		if thread, direct := w.toldOf(i+1, end.thread); thread != 1 || direct != 1 {
			t.Errorf("%s: told %d times in the thread and %d times directly", end.title, thread, direct)
		}
	}
}

// TestCancelledFromTheThread with the program killed in the call, before and after its effect.
func TestCancelledFromTheThread(t *testing.T) {
	t.Parallel()
	for _, kind := range []invitetest.Kind{invitetest.Hang, invitetest.HeldAnswer} {
		w := invited(t, 1)
		w.org.Fail(invitetest.Fault{Kind: kind, Action: "CancelOrganizationInvitation", Times: 1})
		w.click(bob, w.replies(1)[0], "cancel")
		w.awaitCall("the call", func() bool {
			for _, c := range w.org.Calls() {
				if c.Action == "CancelOrganizationInvitation" && (kind == invitetest.Hang || w.org.Invitations()[0].Status == invitetest.Cancelled) {
					return true
				}
			}
			return false
		})
		w.kill()
		w.start()
		w.await("that it is cancelled", func() bool {
			thread, direct := w.toldOf(1, "@bob cancelled the invitation.")
			return thread == 1 && direct == 1 && strings.Contains(w.card(1).Text, "🚫 Cancelled")
		})
		if hasButton(w.replies(1)[0], "cancel") {
			t.Error("it can be cancelled again")
		}
		w.stop()
		e := invoke(t, map[string]string{"DATABASE_URL": w.env["DATABASE_URL"]}, "audit", "verify")
		if e.status != 0 {
			t.Errorf("audit verify: exit status %d, %s%s", e.status, e.out, e.errors)
		}
	}
}

// TestAWarningBeforeThePress: somebody joins while a request for them waits. The card comes to say so, and Approve asks with the warning.
func TestAWarningBeforeThePress(t *testing.T) {
	t.Parallel()
	w := worldOf(t, bottest.Options{}, invitetest.Options{}, "ROSTER_EVERY", "2s")
	w.start()
	w.ask(alice, "100012345678 Alice")
	if text := w.card(1).Text; strings.Contains(text, "⚠️") {
		t.Errorf("warned without a cause: %s", text)
	}
	w.org.AddMember(invitetest.Member{UIN: 100012345678, Name: "Ally", Joined: time.Now()})
	w.await("the warning", func() bool { return strings.Contains(w.card(1).Text, "The account is a member already, as “Ally”") })
	if !strings.Contains(string(w.card(1).Blocks), `"confirm"`) || strings.Count(string(w.card(1).Blocks), "The account is a member already") != 2 {
		t.Errorf("the dialog doesn't warn: %s", w.card(1).Blocks)
	}
}

// TestApprovedInAForm: where the dialog has no room for all that is to be said, a form asks.
func TestApprovedInAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.ask(alice, "1000 "+strings.Repeat("Wörld!", 20)+" -- "+strings.Repeat("why ", 30))
	w.click(ann, w.card(1), "review")
	w.await("the form", func() bool { return len(w.Views(ann)) == 1 })
	form := w.Views(ann)[0]
	for _, want := range []string{"1000", "Real UINs have 12 digits", "Asked by @alice", strings.Repeat("why ", 29)} {
		if !strings.Contains(string(form.Blocks), want) {
			t.Errorf("the form lacks %q: %s", want, form.Blocks)
		}
	}
	if _, err := w.Submit(t.Context(), ann, form.ID, nil); err != nil {
		t.Fatal(err)
	}
	w.await("the outcome", func() bool { return w.finished(1) })
}

// TestReminded of what waits, once, with a mention; the message is edited when it is decided.
func TestReminded(t *testing.T) {
	t.Parallel()
	w := worldOf(t, bottest.Options{}, invitetest.Options{}, "REMIND_AFTER", "1s", "REQUEST_TTL", "1h")
	w.start()
	w.ask(alice, "100012345678 Alice")
	card := w.card(1)
	reminders := func() (all []bottest.Message) {
		for _, m := range w.Messages(admins) {
			if strings.HasPrefix(m.Text, "⏰") || strings.HasPrefix(m.Text, "✅ All that was listed") {
				all = append(all, m)
			}
		}
		return all
	}
	w.await("the reminder", func() bool { return len(reminders()) == 1 })
	for _, want := range []string{"1 request waits for a decision.", "<!subteam^S0ADMINS>", w.Permalink(card.Ref()), "100012345678", "asked by @alice"} {
		if !strings.Contains(reminders()[0].Text, want) {
			t.Errorf("the reminder lacks %q: %s", want, reminders()[0].Text)
		}
	}
	w.kill()
	w.start()
	w.click(ann, w.card(1), "approve")
	w.await("the edit", func() bool { return strings.HasPrefix(reminders()[0].Text, "✅ All that was listed") })
	if n := len(reminders()); n != 1 {
		t.Errorf("%d reminders", n)
	}
}
