package approvals

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/database/pgtest"
)

// The simulation drives people, workers, both providers, the clock and every kind of fault from one seed, over the
// real store, and has an oracle check the promises of the README after every step. These files make it up:
//
//	simulation_world_test.go     the scheduler: what happens next, and what goes wrong
//	simulation_time_test.go      processes that stand still or die at any point, the network, the clock
//	simulation_replica_test.go   processes: a desk and a worker each, and how they live and die
//	simulation_database_test.go  the real database behind connections that break
//	simulation_people_test.go    who asks, approves, doubles, repeats and presses old buttons
//	simulation_cloud_test.go     the organization at Tencent Cloud
//	simulation_slack_test.go     the workspace, and an announcer that treats it as the bot does
//	simulation_oracle_test.go    the promises, from outside: people, organization, workspace
//	simulation_ledger_test.go    the promises, from the ledger as an auditor reads it
//	simulation_delivery_test.go  the same of an invitation's delivery
//	simulation_rest_test.go      what must be true when the faults are over and time has passed
//	simulation_homes_test.go     the App Homes that people have open
//	simulation_restores_test.go  backups that are put in the database's place, and what the oracle remembers of before
//	simulation_edits_test.go     the database's owner, who changes rows behind the bot's back
//	simulation_mutations_test.go the code broken on purpose, to see that all this notices
//
// Nothing runs at the same time as anything else, so a seed replays exactly: go test ./approvals -run Simulation -seed N
var (
	onlySeed  = flag.Uint64("seed", 0, "simulate this seed only, and print all that happens in it")
	seeds     = flag.Int("seeds", usualSeeds, "how many seeds to simulate")
	firstSeed = flag.Uint64("first", 1, "the first seed to simulate")
	failures  = flag.Int("failures", 3, "how many seeds that break a promise end the run")
)

func TestSimulation(t *testing.T) {
	for _, count := range []*atomic.Int64{&foreseeable, &announced, &decisions, &misremembered, &notTried} {
		count.Store(0)
	}
	simulateAll(t, *seeds, freshFile(t))
	told, all := announced.Load(), foreseeable.Load()
	t.Logf("of %d failures whose cause the lists had before the approval, %d stood on the card", all, told)
	if all >= 20 && told*10 < all*9 {
		t.Error("these are too few")
	}
	t.Logf("%d invitations were refused without a call", notTried.Load())
	t.Logf("of %d decisions the ledger has, for %d, other warnings than those that stood with the button", decisions.Load(), misremembered.Load())
	if misremembered.Load()*500 > decisions.Load() {
		t.Error("these are too many")
	}
}

func TestSimulationOnPostgres(t *testing.T) {
	server, err := postgresServer()
	pgtest.OrSkip(t, err)
	simulateAll(t, (*seeds+29)/30, func() database.DB {
		url, err := server.Database()
		if err != nil {
			t.Fatal(err)
		}
		db, err := database.Open(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		return db
	})
}

// A seed that doesn't replay is worth nothing.
func TestSimulationReplays(t *testing.T) {
	open := freshFile(t)
	for seed := range uint64(usualReplays) {
		restores := func(s *simulation) { s.setup.restores = s.setup.restores || seed%3 == 0 }
		first, again := simulateWith(t, seed, open, restores), simulateWith(t, seed, open, restores)
		if got, want := first.trace.String(), again.trace.String(); got != want {
			t.Fatalf("seed %d went two ways:\n%s\n\nand\n%s", seed, got, want)
		}
	}
}

func simulateAll(t *testing.T, n int, open func() database.DB) {
	t.Helper()
	simulateAllWith(t, n, open, func(*simulation) {})
}

func simulateAllWith(t *testing.T, n int, open func() database.DB, arrange func(*simulation)) {
	t.Helper()
	if *onlySeed != 0 {
		s := simulateWith(t, *onlySeed, open, arrange)
		t.Logf("seed %d: %+v\n%s", *onlySeed, s.setup, s.trace.String())
		report(t, s)
		return
	}
	failed := 0
	for seed := *firstSeed; seed < *firstSeed+uint64(n) && failed < *failures; seed++ {
		if s := simulateWith(t, seed, open, arrange); s.broken != "" {
			failed++
			report(t, s)
		}
	}
}

// report tells how a promise was broken, with the end of what led to it.
func report(t *testing.T, s *simulation) {
	t.Helper()
	if s.broken == "" {
		return
	}
	lines := strings.Split(strings.TrimSpace(s.trace.String()), "\n")
	t.Errorf("seed %d breaks a promise: %s\n%+v\n%s\nReplay: go test ./approvals -run '^%s$' -seed %d",
		s.seed, s.broken, s.setup, strings.Join(lines[max(0, len(lines)-40):], "\n"), t.Name(), s.seed)
}

// simulateWith runs one seed in a bubble, whose clock moves only when the simulation sleeps.
func simulateWith(t *testing.T, seed uint64, open func() database.DB, arrange func(*simulation)) (s *simulation) {
	synctest.Test(t, func(t *testing.T) {
		s = newSimulation(seed, open())
		arrange(s)
		defer s.end()
		s.run()
	})
	return s
}

// freshFile makes an empty SQLite database at each call.
func freshFile(t *testing.T) func() database.DB {
	dir := memoryDir(t)
	empty := emptyDatabase(t, dir)
	return func() database.DB { return fileFrom(t, empty, filepath.Join(dir, "seed.db")) }
}

// memoryDir is a temporary folder, in memory where the machine has a file system for that.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "invitebot-simulation-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// emptyDatabase is the content of a database of which nothing was made yet but the tables.
func emptyDatabase(t *testing.T, dir string) []byte {
	template := filepath.Join(dir, "template.db")
	store, err := Open(t.Context(), "sqlite:"+template, Options{Log: quiet})
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	empty, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	return empty
}

func fileFrom(t *testing.T, content []byte, path string) database.DB {
	for _, old := range []string{path, path + "-wal", path + "-shm"} {
		_ = os.Remove(old)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	// Only the machine's own failure could tell the difference, and that isn't simulated; it halves the time.
	db, err := database.OpenUnsafe(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return &file{DB: db, t: t, path: path}
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError + 1}))

// note adds a line to the trace.
func (s *simulation) note(format string, args ...any) {
	fmt.Fprintf(&s.trace, "%9.3f  ", s.elapsed().Seconds())
	fmt.Fprintf(&s.trace, format, args...)
	s.trace.WriteByte('\n')
}
