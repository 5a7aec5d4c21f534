package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// lists fills the organization's list with invitations that somebody else has sent. The newest come first there.
func (w *world) lists(n int) {
	for i := range n {
		w.org.AddInvitations(invitetest.Invitation{UIN: uint64(200000000000 + i), Name: fmt.Sprint("other ", i), Remark: "by hand", Status: invitetest.Expired})
	}
}

// lose has so many approved invitations whose answers are lost, every other call with it.
func (w *world) lose(n int) {
	w.Helper()
	for i := 1; i <= n; i++ {
		kind := invitetest.LostAnswer
		if i%2 == 0 {
			kind = invitetest.LostRequest
		}
		w.org.Fail(invitetest.Fault{Kind: kind, Action: "SendOrganizationInvitation", UIN: account(i), Times: 1})
		w.ask(alice, fmt.Sprintf("%d Alice %d", account(i), i))
		w.click(ann, w.card(i), "approve")
	}
}

func (w *world) listCalls() (n int) {
	for _, c := range w.org.Calls() {
		if c.Action == "ListOrganizationInvitations" {
			n++
		}
	}
	return n
}

// TestManyLostAnswers are settled together, by few readings of a long list, and each is sent just once.
func TestManyLostAnswers(t *testing.T) {
	t.Parallel()
	const lost, listed = 40, 1000
	w := worldOf(t, bottest.Options{Unlimited: true}, invitetest.Options{})
	w.lists(listed)
	w.start()
	w.lose(lost)
	for n := 1; n <= lost; n++ {
		w.await(fmt.Sprintf("request %d", n), func() bool { return w.finished(n) })
		if sent := w.org.AcceptedSends(account(n)); sent != 1 {
			t.Errorf("request %d was sent %d times", n, sent)
		}
	}
	if n, pages := w.listCalls(), listed/50+1; n > 10*pages {
		t.Errorf("the list was read %d times, page by page", n/pages)
	}
	w.stop()
}

// TestAnInvitationMadeElsewhere isn't taken for the bot's own: an approver is asked, and the requester told.
func TestAnInvitationMadeElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.org.Fail(invitetest.Fault{Kind: invitetest.LostRequest, Action: "SendOrganizationInvitation", Times: 1})
	w.ask(alice, "100012345678 Alice")
	w.org.AddInvitations(invitetest.Invitation{UIN: 100012345678, Name: "Ally", Remark: "in the console", Invited: time.Now().Add(-time.Hour)})
	w.click(ann, w.card(1), "approve")
	w.await("the question", func() bool {
		said := w.replies(1)
		return len(said) > 0 && strings.Contains(said[len(said)-1].Text, "open already, made elsewhere as “Ally” with the remark “in the console” on 20") &&
			hasButton(said[len(said)-1], "arrived")
	})
	w.await("the requester to be told", func() bool {
		said := w.directs(alice, 1)
		return len(said) > 0 && strings.Contains(said[0].Text, "it isn't known whether the invitation was sent")
	})
	w.stop()
}

// TestAnUnlistedCode is said at once, with its words and its RequestId, and nobody calls the answer lost.
func TestAnUnlistedCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.org.ForbidListing(true)
	w.start()
	w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: "SendOrganizationInvitation", Code: "FailedOperation.SomethingNew", Message: "The moon is full."})
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the answer", func() bool {
		said := w.replies(1)
		return len(said) > 0 && strings.Contains(said[0].Text, "FailedOperation.SomethingNew, RequestId ") && strings.Contains(said[0].Text, "The moon is full.")
	})
	w.await("the question", func() bool { return len(w.replies(1)) > 1 && hasButton(w.replies(1)[1], "arrived") })
	if strings.Contains(w.transcript(), "lost") {
		t.Errorf("something is called lost:\n%s", w.transcript())
	}
	w.stop()
}

// BenchmarkRoster is how long after the settle time 40 lost answers are settled with 1,000 invitations listed, and how
// long one sweep of 10,000 takes, at the end of which the one that is looked for stands.
func BenchmarkRoster(b *testing.B) {
	for range b.N {
		w := worldOf(b, bottest.Options{Unlimited: true}, invitetest.Options{}, "TENCENTCLOUD_SETTLE", "60s")
		w.lists(1000)
		w.start()
		w.lose(40)
		settle := time.Now().Add(time.Minute)
		time.Sleep(time.Until(settle))
		for n := 1; n <= 40; n++ {
			w.awaitCall("the invitations", func() bool { return w.org.AcceptedSends(account(n)) == 1 })
		}
		b.ReportMetric(time.Since(settle).Seconds(), "s-after-settle/40-lost-1000-listed")
		w.stop()

		w = worldOf(b, bottest.Options{Unlimited: true}, invitetest.Options{}, "TENCENTCLOUD_SETTLE", "60s")
		w.org.AddInvitations(invitetest.Invitation{UIN: account(1), Name: "Alice 1", Remark: "invitebot 1, asked by alice"})
		w.lists(10_000)
		w.start()
		w.org.Fail(invitetest.Fault{Kind: invitetest.LostRequest, Action: "SendOrganizationInvitation", Times: 1})
		w.ask(alice, fmt.Sprintf("%d Alice 1", account(1)))
		w.click(ann, w.card(1), "approve")
		began := time.Now()
		if err := w.Wait(b.Context(), func() bool { return w.finished(1) }); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/sweep-of-10000")
		w.stop()
	}
}
