package e2e

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

var soak = flag.Int("soak.requests", 20_000, "how many requests BenchmarkSoak makes")

const soakBatch = 250 // requests at a time

// BenchmarkSoak makes 20,000 requests through one process: most are withdrawn or denied, some approved, and some left
// to expire. Memory and open files are reported on the way; between the middle and the end they hardly grow. Goroutines
// can be counted at the end only, so they are compared with those after a twentieth as many requests.
//
//	go test -run xxx -bench Soak -benchtime 1x -timeout 30m .
func BenchmarkSoak(b *testing.B) {
	little := newSoak(b)
	little.make(*soak/20, func() {})
	few := little.goroutines()

	w := newSoak(b)
	var middle, end footprint
	w.make(*soak, func() {
		at := w.footprint()
		switch w.asked {
		case *soak / 10, *soak / 4, *soak * 3 / 4:
			at.report(b, fmt.Sprint(w.asked))
		case *soak / 2:
			middle = at
			at.report(b, fmt.Sprint(w.asked))
		case *soak:
			end = at
			at.report(b, fmt.Sprint(w.asked))
		}
	})
	w.footprint().report(b, "rest")
	many := w.goroutines()
	b.ReportMetric(float64(few), fmt.Sprintf("goroutines-%d", *soak/20))
	b.ReportMetric(float64(many), fmt.Sprintf("goroutines-%d", *soak))
	b.ReportMetric(0, "ns/op")
	if end.memory > middle.memory*1.25 || end.files > middle.files+32 || many > few+64 {
		b.Errorf("in the middle %+v, at the end %+v; %d and %d goroutines: that doesn't level off", middle, end, few, many)
	}
}

// soaking is a world in which very many requests are made.
type soaking struct {
	*world
	asked int
}

func newSoak(b *testing.B) *soaking {
	b.Helper()
	// A card that the workspace drops is gone for the program too, which would look for it everywhere and post it anew.
	keep := *soak + soakBatch
	w := worldOf(b, bottest.Options{Unlimited: true, Keep: keep, AckTimeout: time.Minute}, invitetest.Options{Rate: -1, Room: -1}, "REQUEST_TTL", "1m", "LOG_LEVEL", "error")
	w.start()
	return &soaking{world: w}
}

// make makes requests and sees each to its end. It calls measure after each batch.
func (s *soaking) make(requests int, measure func()) {
	s.Helper()
	for s.asked < requests {
		s.batch()
		measure()
	}
	s.awaitQuiet(5 * time.Minute)
}

func (s *soaking) batch() {
	s.Helper()
	var people errgroup.Group
	people.SetLimit(16)
	for n, card := range s.askBatch() {
		people.Go(func() error { return s.end(n, card) })
	}
	if err := people.Wait(); err != nil {
		s.Error(err)
	}
}

// askBatch makes requests and returns their cards by the requests' numbers.
func (s *soaking) askBatch() map[int]bottest.Message {
	s.Helper()
	before := s.asked
	s.asked += soakBatch
	var people errgroup.Group
	people.SetLimit(64)
	for n := before; n < s.asked; n++ {
		people.Go(func() error {
			s.insist(fmt.Sprintf("%d Name %d", account(n), n))
			return nil
		})
	}
	_ = people.Wait()
	return s.cardsAfter(before)
}

// cardsAfter waits for the cards of a batch. It doesn't look after each change: there are very many of both.
func (s *soaking) cardsAfter(request int) map[int]bottest.Message {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 2*time.Minute)
	defer cancel()
	cards := map[int]bottest.Message{}
	for len(cards) < soakBatch {
		if !pause(ctx, 50*time.Millisecond) {
			s.Fatalf("only %d of the cards after %d", len(cards), request)
		}
		for _, m := range s.Messages(admins) {
			if n := requestOf(m); n > request {
				cards[n] = m
			}
		}
	}
	return cards
}

// requestOf is the number of the request that a card is about.
func requestOf(card bottest.Message) (n int) {
	_, _ = fmt.Sscanf(card.Text, "Request %d: ", &n)
	return n
}

// end ends a request: one in forty is approved, eight are denied, two are left to expire, the others withdrawn.
func (s *soaking) end(n int, card bottest.Message) error {
	switch kind := n % 40; {
	case kind == 0:
		_, err := s.ClickSeen(s.Context(), ann, card, "approve")
		return err
	case kind <= 8:
		s.deny(ann, n, card)
	case kind > 10:
		_, err := s.Command(s.Context(), alice, general, fmt.Sprintf("/invite-member withdraw %d", n))
		return err
	}
	return nil
}

// awaitQuiet waits until nothing is left to decide, to send or to say.
func (w *world) awaitQuiet(limit time.Duration) {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), limit)
	defer cancel()
	for w.due() > 0 {
		if !pause(ctx, 500*time.Millisecond) {
			w.Fatalf("%d things are still due", w.due())
		}
	}
}

// footprint is what a process takes up.
type footprint struct {
	memory float64 // MiB, resident
	files  int     // open
}

func (w *world) footprint() footprint {
	w.Helper()
	memory := w.memory()
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", w.pid()))
	if err != nil {
		w.Fatal(err)
	}
	return footprint{memory, len(files)}
}

func (f footprint) report(b *testing.B, when string) {
	b.ReportMetric(f.memory, "MiB-"+when)
	b.ReportMetric(float64(f.files), "files-"+when)
}

// goroutines ends the program with the signal on which Go prints what each goroutine is at.
func (w *world) goroutines() int {
	w.Helper()
	w.signal(syscall.SIGQUIT)
	w.reap()
	return strings.Count(w.output(), "\ngoroutine ")
}

// BenchmarkAcknowledgementUnderLoad compares the acknowledgements of an empty ledger with those while 10,000 requests
// stand in it and a thousand approved ones wait for the organization's 20 a second.
func BenchmarkAcknowledgementUnderLoad(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		const standing, due, commands = 10_000, 1400, 1000 // some 400 are sent meanwhile
		w.start()
		w.ask(alice, "1 First")
		calm := w.typeSteadily(0, commands)
		for n := 0; n < standing; n += 200 {
			w.burst(200, commands+n)
		}
		w.await("the cards", func() bool { return w.Count("chat.postMessage") > commands+standing })
		var people errgroup.Group
		people.SetLimit(16)
		for _, card := range w.Messages(admins)[:due] {
			people.Go(func() error {
				_, err := w.ClickSeen(w.Context(), ann, card, "approve")
				return err
			})
		}
		if err := people.Wait(); err != nil {
			b.Fatal(err)
		}
		busy := w.typeSteadily(2*standing, commands)
		f.addTimes(calm, "empty")
		f.addTimes(busy, "loaded")
		f.add("p50-ratio", float64(busy[commands/2])/float64(calm[commands/2]))
		f.add("p99-ratio", float64(busy[commands*99/100])/float64(calm[commands*99/100]))
		f.add("still-due", float64(due-len(w.org.Invitations())))
		w.kill()
	})
}

// typeSteadily types so many commands, 50 a second, and returns how long the acknowledgements took, the shortest first.
func (w *world) typeSteadily(from, commands int) []time.Duration {
	w.Helper()
	took := make([]time.Duration, commands)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var people errgroup.Group
	for n := range commands {
		<-tick.C
		people.Go(func() error {
			took[n] = w.timed(from + n)
			return nil
		})
	}
	_ = people.Wait()
	slices.Sort(took)
	return took
}

// BenchmarkIdle measures what a program costs that has nothing to do.
func BenchmarkIdle(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		w.start()
		w.ask(alice, "100012345678 Alice")
		w.click(ann, w.card(1), "approve")
		w.await("the outcome", func() bool { return w.finished(1) })
		w.awaitQuiet(time.Minute)
		const seconds = 20
		pause(w.Context(), 12*time.Second) // PostgreSQL counts late what a connection did before it had nothing to do
		calls, cpu, wakings, transactions := w.slackCalls()+len(w.org.Calls()), w.processor(), w.wakings(), w.transactions()
		pause(w.Context(), seconds*time.Second)
		f.add("%-of-a-core", (w.processor()-cpu).Seconds()/seconds*100)
		f.add("wakings/s", float64(w.wakings()-wakings)/seconds)
		f.add("transactions/s", (w.transactions()-transactions)/seconds)
		if n := w.slackCalls() + len(w.org.Calls()) - calls; n > 0 {
			b.Errorf("%d calls were made while there was nothing to do", n)
		}
		w.stop()
	})
}

// wakings counts how often the program's threads have waited for something and gone on.
func (w *world) wakings() (n int) {
	w.Helper()
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", w.pid()))
	for _, thread := range threads {
		status, _ := os.ReadFile(thread) // the thread may have ended
		for line := range strings.Lines(string(status)) {
			var switches int
			if _, err := fmt.Sscanf(line, "voluntary_ctxt_switches: %d", &switches); err == nil {
				n += switches
			}
		}
	}
	return n
}

// transactions counts those of all programs in a PostgreSQL database. It knows none of SQLite's, which has no other
// process to look out for.
func (w *world) transactions() (n float64) {
	w.Helper()
	if !strings.HasPrefix(w.env["DATABASE_URL"], "postgres:") {
		return 0
	}
	db, err := sql.Open("pgx", w.env["DATABASE_URL"])
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRow(`SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()`).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}
