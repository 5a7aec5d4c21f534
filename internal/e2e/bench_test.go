package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// The benchmarks measure the built program from outside, against doubles that answer at once:
//
//	go test -run xxx -bench . -benchtime 1x ./internal/e2e
//
// Each reports its figures as metrics; the time for an operation means nothing. These machines are noisy, so two builds are
// compared in turn in one run: the figures are then medians of the rounds, and each has its ratio to the other build's.
//
//	go test ./internal/e2e -run xxx -bench Ack -benchtime 1x -against /path/to/other/invitebot -rounds 5
var (
	against = flag.String("against", "", "another build of the program, to be measured in turn with this one")
	rounds  = flag.Int("rounds", 1, "how often each build is measured")
)

// figures are what one build was measured to have, by name, a value a round.
type figures map[string][]float64

func (f figures) add(name string, value float64) { f[name] = append(f[name], value) }

// onEachDatabase runs a benchmark with each kind of database.
func onEachDatabase(b *testing.B, run func(w *world, f figures)) {
	b.Run("sqlite", func(b *testing.B) { measure(b, run) })
	b.Run("postgres", func(b *testing.B) {
		server := postgres(b)
		measure(b, func(w *world, f figures) {
			url, err := server.Database()
			if err != nil {
				b.Fatal(err)
			}
			w.env["DATABASE_URL"] = url
			run(w, f)
		})
	})
}

// measure runs a benchmark of each build in turn, each time in a new world, and reports the medians.
func measure(b *testing.B, run func(w *world, f figures)) {
	ours, theirs := figures{}, figures{}
	for range *rounds {
		run(worldOf(b, bottest.Options{Unlimited: true}, invitetest.Options{Rate: -1, Room: -1}), ours)
		if *against != "" {
			other := worldOf(b, bottest.Options{Unlimited: true}, invitetest.Options{Rate: -1, Room: -1})
			other.program = *against
			run(other, theirs)
		}
	}
	for name, values := range ours {
		b.ReportMetric(median(values), name)
		if len(theirs[name]) > 0 {
			b.ReportMetric(median(ratios(values, theirs[name])), name+"-ratio")
		}
	}
	b.ReportMetric(0, "ns/op")
}

func median(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }

func ratios(a, b []float64) (all []float64) {
	for n := range a {
		all = append(all, a[n]/b[n])
	}
	return all
}

func BenchmarkStartToConnected(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		var took []time.Duration
		for range 20 {
			opened, begin := w.Opened(), time.Now()
			w.launch()
			w.await("the first connection", func() bool { return w.Opened() > opened })
			took = append(took, time.Since(begin))
			w.await("the second", func() bool { return w.Opened() > opened+1 })
			w.stop()
		}
		f.addTimes(took, "start")
	})
}

// BenchmarkAcknowledgement: what 2,000 commands with their cards cost, half of them steady, half in bursts of 200; how
// long the acknowledgements take, and the memory before and after.
func BenchmarkAcknowledgement(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		const steady, bursts, burst = 1000, 5, 200
		w.start()
		w.ask(alice, "1 First") // so that nothing is looked up for the first time below
		f.add("MiB-idle", w.memory())
		cpu := w.processor()
		f.addTimes(w.askAtRate(steady, 50), "steady")
		var took []time.Duration
		for n := range bursts {
			requests := steady + n*burst
			took = append(took, w.burst(burst, requests)...)
			w.await("every card", func() bool { return w.Count("chat.postMessage") > requests+burst })
		}
		f.addTimes(took, "burst")
		f.add("cpu-s/2000", (w.processor() - cpu).Seconds())
		f.add("MiB-after-2000", w.memory())
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
	onEachDatabase(b, func(w *world, f figures) {
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
		f.addTimes(took, "reply")
		// The card that was posted before the counting began is missing at its end.
		f.add("slack-calls/invitation", float64(w.slackCalls()-calls+1)/(requests-1))
		w.stop()
	})
}

func (w *world) slackCalls() int {
	return w.Count(bottest.AnyMethod) - w.Count("apps.connections.open")
}

// BenchmarkApprovedAtOnce: the organization takes 20 calls a second, so 200 take 10 seconds at the least.
func BenchmarkApprovedAtOnce(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
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
		f.add("s/200-sent", time.Since(begin).Seconds())
		f.add("RequestLimitExceeded", float64(w.org.RateLimited()))
		w.await("every outcome", func() bool {
			return !slices.ContainsFunc(w.Messages(admins), func(m bottest.Message) bool { return m.Replies == 0 })
		})
		w.stop()
	})
}

// addTimes adds the median and the 99th percentile.
func (f figures) addTimes(took []time.Duration, what string) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	f.add(what+"-p50-ms", ms(took[len(took)/2]))
	f.add(what+"-p99-ms", ms(took[len(took)*99/100]))
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
