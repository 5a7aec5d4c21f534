package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// The benchmarks measure the built program from outside, against doubles that answer at once:
//
//	go test -run xxx -bench . -benchtime 1x .
//
// Each reports its figures as metrics; the time for an operation means nothing.

// onEachDatabase runs a benchmark with each kind of database.
func onEachDatabase(b *testing.B, run func(b *testing.B, w *world)) {
	fast := func(b *testing.B, changes ...string) *world {
		return worldOf(b, bottest.Options{}, invitetest.Options{Rate: -1, Room: -1}, changes...)
	}
	b.Run("sqlite", func(b *testing.B) { run(b, fast(b)) })
	b.Run("postgres", func(b *testing.B) {
		server, err := pgtest.Start()
		pgtest.OrSkip(b, err)
		b.Cleanup(func() { _ = server.Stop() })
		url, err := server.Database()
		if err != nil {
			b.Fatal(err)
		}
		run(b, fast(b, "DATABASE_URL", url))
	})
}

func BenchmarkStartToConnected(b *testing.B) {
	onEachDatabase(b, func(b *testing.B, w *world) {
		var took []time.Duration
		for range 20 {
			opened, begin := w.Opened(), time.Now()
			w.launch()
			w.await("the first connection", func() bool { return w.Opened() > opened })
			took = append(took, time.Since(begin))
			w.await("the second", func() bool { return w.Opened() > opened+1 })
			w.stop()
		}
		reportTimes(b, took, "start")
	})
}

// BenchmarkAcknowledgement: the steady case, a burst, what 2,000 commands cost, and the memory before and after.
func BenchmarkAcknowledgement(b *testing.B) {
	onEachDatabase(b, func(b *testing.B, w *world) {
		w.start()
		w.ask(alice, "1 First") // so that nothing is looked up for the first time below
		b.ReportMetric(w.memory(), "MiB-idle")

		const requests = 2000
		cpu := w.processor()
		steady := w.askAtRate(requests-200, 50)
		reportTimes(b, steady, "steady")
		reportTimes(b, w.burst(200, requests), "burst")
		w.await("every card", func() bool { return len(w.Messages(admins)) > requests })
		b.ReportMetric((w.processor() - cpu).Seconds(), "cpu-s/2000")
		b.ReportMetric(w.memory(), "MiB-after-2000")
		w.stop()
	})
}

// askAtRate types so many commands, so many a second, and returns how long each acknowledgement took.
func (w *world) askAtRate(requests, perSecond int) []time.Duration {
	w.Helper()
	took := make([]time.Duration, requests)
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	var people sync.WaitGroup
	for n := range requests {
		<-tick.C
		people.Go(func() { took[n] = w.timed(n + 10) })
	}
	people.Wait()
	return took
}

// burst types so many commands at once.
func (w *world) burst(requests, from int) []time.Duration {
	w.Helper()
	took := make([]time.Duration, requests)
	var people sync.WaitGroup
	for n := range requests {
		people.Go(func() { took[n] = w.timed(from + 10 + n) })
	}
	people.Wait()
	return took
}

func (w *world) timed(n int) time.Duration {
	answer, err := w.Command(context.Background(), alice, general, fmt.Sprintf("/invite-member %d Name%d", uin+n, n))
	if err != nil || !answer.OK() {
		w.Errorf("request %d: %v, %s", n, err, answer.Failure)
	}
	return answer.Latency
}

func BenchmarkClickToReply(b *testing.B) {
	onEachDatabase(b, func(b *testing.B, w *world) {
		w.start()
		const requests = 100
		calls := 0
		var took []time.Duration
		for n := 1; n <= requests; n++ {
			w.ask(alice, fmt.Sprintf("%d Name%d", uin+n, n))
			card := w.card(n)
			if n == 2 {
				calls = w.slackCalls()
			}
			begin := time.Now()
			w.click(ann, card, "approve")
			w.await("the reply", func() bool { return card.Replies < len(w.Thread(admins, card.TS))-1 })
			took = append(took, time.Since(begin))
			w.await("the end", func() bool { return w.finished(n) })
			// The worker may call again at once; a person's next request doesn't come that fast.
			time.Sleep(60 * time.Millisecond)
		}
		reportTimes(b, took, "reply")
		// The card that was posted before the counting began is missing at its end.
		b.ReportMetric(float64(w.slackCalls()-calls+1)/(requests-1), "slack-calls/invitation")
		w.stop()
	})
}

func (w *world) slackCalls() int {
	return w.Count(bottest.AnyMethod) - w.Count("apps.connections.open")
}

// BenchmarkApprovedAtOnce: the organization takes 20 calls a second, so 200 take 10 seconds at the least.
func BenchmarkApprovedAtOnce(b *testing.B) {
	onEachDatabase(b, func(b *testing.B, w *world) {
		w.org.Close()
		w.org = invitetest.Start(invitetest.Options{Room: -1})
		w.env["TENCENTCLOUD_ENDPOINT"] = w.org.URL
		w.start()
		const requests = 200
		w.burst(requests, 0)
		w.await("every card", func() bool { return len(w.Messages(admins)) == requests })
		begin := time.Now()
		var people sync.WaitGroup
		for _, card := range w.Messages(admins) {
			people.Go(func() { w.click(ann, card, "approve") })
		}
		people.Wait()
		w.awaitCall("every invitation", func() bool { return len(w.org.Invitations()) == requests })
		b.ReportMetric(time.Since(begin).Seconds(), "s/200-sent")
		b.ReportMetric(float64(w.org.RateLimited()), "RequestLimitExceeded")
		w.await("every outcome", func() bool {
			return !slices.ContainsFunc(w.Messages(admins), func(m bottest.Message) bool { return m.Replies == 0 })
		})
		w.stop()
	})
}

// reportTimes reports the median and the 99th percentile.
func reportTimes(b *testing.B, took []time.Duration, what string) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(took[len(took)/2]), what+"-p50-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), what+"-p99-ms")
	b.ReportMetric(0, "ns/op")
}

// memory is the program's resident memory in MiB.
func (w *world) memory() float64 {
	w.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(w.pid()), "status"))
	if err != nil {
		w.Skip("memory is read from /proc, which only Linux has")
	}
	var kB float64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kB); err == nil {
			return kB / 1024
		}
	}
	w.Fatal("/proc tells no VmRSS")
	return 0
}

// processor is the processor time that the program has used.
func (w *world) processor() time.Duration {
	w.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(w.pid()), "stat"))
	if err != nil {
		w.Skip("processor time is read from /proc, which only Linux has")
	}
	var user, system int64
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		w.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond // in ticks of a hundredth of a second
}

func (w *world) pid() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.proc.Process.Pid
}
