package e2e

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// torment is how long the replicas are; in two minutes people make 500 requests.
var torment = flag.Duration("replicas.for", 30*time.Second, "how long TestReplicasUnderTorment goes on; with -short it is 15s")

const requestsAMinute = 250

// postgres starts a server for the test.
func postgres(t testing.TB) *pgtest.Server {
	t.Helper()
	server, err := pgtest.Start()
	pgtest.OrSkip(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	return server
}

// shared is a world on a new database of the server, which several processes can share.
func shared(t testing.TB, server *pgtest.Server, cloud invitetest.Options, changes ...string) *world {
	t.Helper()
	url, err := server.Database()
	if err != nil {
		t.Fatal(err)
	}
	return worldOf(t, bottest.Options{Unlimited: true}, cloud, append([]string{"DATABASE_URL", url}, changes...)...)
}

// another is one more process of the program: the same workspace, organization, database and configuration.
func (w *world) another() *world {
	twin := &world{TB: w.TB, program: w.program, Workspace: w.Workspace, org: w.org, env: w.env, others: true}
	w.others = true
	twin.logged = sync.NewCond(&twin.mu)
	w.Cleanup(func() {
		twin.kill()
		if w.Failed() {
			w.Logf("a replica's log:\n%s", tail(twin.output(), 20_000))
		}
	})
	return twin
}

// tail is the end of a text.
func tail(text string, most int) string { return text[max(0, len(text)-most):] }

// pause waits, and returns false where ctx ended it.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// TestAnotherReplicaTakesOver: what a replica had in hand when it died is finished by another one, within a minute,
// which is how long await waits.
func TestAnotherReplicaTakesOver(t *testing.T) {
	if testing.Short() {
		t.Skip("a lease takes its time to run out")
	}
	t.Parallel()
	w := shared(t, postgres(t), invitetest.Options{})
	w.start()
	inHand := []string{"a call that Tencent Cloud took", "a call that Tencent Cloud did not take", "a card that was posted", "a card that was not posted"}
	w.callsInHand(invitetest.HeldAnswer, invitetest.Hang) // requests 1 and 2
	w.postInHand(3, true)
	w.postInHand(4, false)
	w.another().launch()
	w.await("the second replica to connect", func() bool { return w.Connections() == 4 })

	w.kill()
	died := time.Now()
	w.await("the cards", func() bool { return len(w.Messages(admins)) == 4 })
	for n := range inHand {
		w.clickUntilDecided(n + 1)
	}
	for n, what := range inHand {
		w.await("the outcome", func() bool { return w.finished(n + 1) })
		t.Logf("%s was finished %.0f s after the replica died at the latest", what, time.Since(died).Seconds())
		w.justOnce(n+1, account(n+1))
	}
}

// callsInHand has the program make calls to Tencent Cloud that aren't answered, each of another kind.
func (w *world) callsInHand(kinds ...invitetest.Kind) {
	w.Helper()
	for i, kind := range kinds {
		n := i + 1
		w.org.Fail(invitetest.Fault{Kind: kind, Action: "SendOrganizationInvitation", UIN: account(n), Times: 1})
		w.ask(alice, fmt.Sprintf("%d Alice %d", account(n), n))
		w.click(ann, w.card(n), "approve")
	}
	w.awaitCall("the calls", func() bool { return len(w.org.Sends()) == len(kinds) && len(w.org.Invitations()) == 1 })
}

// postInHand has the program post a request's card, with or without effect, and get no answer.
func (w *world) postInHand(n int, effect bool) {
	w.Helper()
	arrived, released := make(chan struct{}), make(chan struct{})
	w.Cleanup(func() { close(released) })
	hold := func() {
		close(arrived)
		<-released
	}
	if effect {
		w.Fail("chat.postMessage", bottest.Fault{After: hold})
	} else {
		w.Fail("chat.postMessage", bottest.Fault{Kind: bottest.LostRequest, Before: hold})
	}
	w.ask(alice, fmt.Sprintf("%d Alice %d", account(n), n))
	<-arrived
}

// TestReplicasShareTheRate: together they call Tencent Cloud as often as one alone would. At three times the rate the
// organization, which takes 20 calls a second, would refuse some.
func TestReplicasShareTheRate(t *testing.T) {
	t.Parallel()
	const requests, rate = 60, 10
	w := shared(t, postgres(t), invitetest.Options{Room: -1}, "TENCENTCLOUD_RATE", strconv.Itoa(rate))
	w.startReplicas(3)
	w.askAll(requests)
	w.approveAll()
	w.awaitCall("every invitation", func() bool { return len(w.org.Invitations()) == requests })
	calls := w.org.Sends()
	if n := w.org.RateLimited(); n > 0 || len(calls) != requests {
		t.Errorf("%d calls, %d of them refused as too many", len(calls), n)
	}
	// A first call that was late on its way makes the time shorter by that much; three clocks would make it a third.
	took := calls[len(calls)-1].At.Sub(calls[0].At)
	if least := time.Second * (requests - 1) / rate; took < least*8/10 {
		t.Errorf("%d calls took %v, so they were made faster than %d a second", requests, took, rate)
	}
}

// BenchmarkReplicasApprovedAtOnce: three replicas at the organization's own rate.
func BenchmarkReplicasApprovedAtOnce(b *testing.B) {
	w := shared(b, postgres(b), invitetest.Options{Room: -1})
	w.startReplicas(3)
	const requests = 200
	w.askAll(requests)
	begin := time.Now()
	w.approveAll()
	w.awaitCall("every invitation", func() bool { return len(w.org.Invitations()) == requests })
	b.ReportMetric(time.Since(begin).Seconds(), "s/200-sent")
	b.ReportMetric(float64(w.org.RateLimited()), "RequestLimitExceeded")
	b.ReportMetric(0, "ns/op")
}

// startReplicas starts as many processes and waits for their connections.
func (w *world) startReplicas(n int) {
	w.Helper()
	w.launch()
	for range n - 1 {
		w.another().launch()
	}
	w.await("the replicas to connect", func() bool { return w.Connections() == 2*n })
}

// askAll makes so many requests at once and waits for their cards.
func (w *world) askAll(requests int) {
	w.Helper()
	var people sync.WaitGroup
	for n := range requests {
		people.Go(func() { w.insist(fmt.Sprintf("%d Alice %d", uin+n, n)) })
	}
	people.Wait()
	w.await("every card", func() bool { return len(w.Messages(admins)) == requests })
}

// approveAll approves all requests at once.
func (w *world) approveAll() {
	w.Helper()
	var people sync.WaitGroup
	for n := range w.Messages(admins) {
		people.Go(func() { w.clickUntilDecided(n + 1) })
	}
	people.Wait()
}

// TestReplicasUnderTorment: three replicas are killed and started again at random while people ask, approve and deny,
// Slack and Tencent Cloud fail at times, and PostgreSQL is stopped hard once. In the end every count is exact.
func TestReplicasUnderTorment(t *testing.T) {
	t.Parallel()
	length := *torment
	if testing.Short() {
		length = 15 * time.Second
	}
	server := postgres(t)
	s := newSiege(shared(t, server, invitetest.Options{Room: -1}), int(length.Minutes()*requestsAMinute))
	end := s.keepReplicas(3)
	s.startTrouble()

	var crowd sync.WaitGroup
	every := time.NewTicker(length / time.Duration(len(s.fates)))
	defer every.Stop()
	for n := range s.fates {
		switch n {
		case len(s.fates) / 4, len(s.fates) * 3 / 4:
			crowd.Go(s.outages)
		case len(s.fates) / 2:
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
		}
		crowd.Go(func() { s.live(n) })
		<-every.C
	}
	s.endTrouble()
	crowd.Wait()
	s.awaitAll()
	end()
	s.check()
	s.report()
}
