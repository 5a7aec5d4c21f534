package e2e

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

var chaosFor = flag.Duration("chaos.for", 2*time.Minute, "how long TestChaosOn… goes on; with -short it is 20s")

// Limits of what TestChaosOn… demands. A machine that does other things, too, is a little late with everything.
const (
	deafIsTold  = 35*time.Second + 10*time.Second // a connection counts as one for 35 seconds of silence
	noticedIn   = 10 * time.Second                // whatever a process notices by itself
	recoversIn  = 75 * time.Second                // a try to connect comes after 30 seconds at most, and may take ten
	requestsFor = 2 * time.Second                 // somebody asks for something
)

// TestChaosOn…: people ask and decide, while processes are killed and stopped, clocks are set, disks run full, tokens are revoked, proxies die or fall
// silent, and PostgreSQL goes away. Every second what the bot says of itself, by /readyz, /metrics and status, is held against what is known
// to be true; and in the end every count is exact.
func TestChaosOnPostgres(t *testing.T) {
	t.Parallel()
	server := postgres(t)
	url := must(server.Database())(t)
	c := newChaos(t, buildWith(t, "chaos"), 3, url)
	c.troubles = append(c.commonTroubles(5*time.Second), trouble{"PostgreSQL is away", func() {
		c.changes(nil, func(k *known) { k.database = false })
		server.Halt()
		c.lasts(4*time.Second, 8*time.Second)
		if err := server.Restart(); err != nil {
			t.Error(err)
		}
		c.changes(nil, func(k *known) { k.database = true })
	}})
	c.run()
}

func TestChaosOnSQLite(t *testing.T) {
	t.Parallel()
	folder, small := smallDisk(t)
	c := newChaos(t, buildWith(t, "chaos"), 1, "sqlite:"+filepath.Join(folder, "invitebot.db"))
	// What a clock that was ahead has put off is waited for in the end.
	c.troubles = c.commonTroubles(min(4*time.Minute, *chaosFor/2))
	if small {
		c.troubles = append(c.troubles, trouble{"the disk is full", func() {
			c.changes(nil, func(k *known) { k.murky = true }) // what fits into room that SQLite has already is still written
			filler := filepath.Join(folder, "filler")
			fill(t, filler)
			c.lasts(4*time.Second, 8*time.Second)
			_ = os.Remove(filler)
			c.changes(nil, func(k *known) { k.murky = false })
		}})
	}
	c.run()
}

// chaos is a siege whose processes are watched.
type chaos struct {
	*siege
	processes []*process
	troubles  []trouble
	looks     atomic.Int64 // at processes, where it was known what they have to say
	happened  sync.Map     // how often, by the trouble's name
	ctx       context.Context
	end       context.CancelFunc
}

// trouble is one thing that goes wrong, and is well again when the function returns.
type trouble struct {
	name string
	make func()
}

// process is one that is watched, and what is known to be true of it.
type process struct {
	*world
	line    *line
	address string // of its HTTP server
	clock   string // the file that says how far its clock is off

	mu    sync.Mutex
	known known
}

// known is what is true of a process, since when.
type known struct {
	up, tokens, database bool
	line                 mode
	murky                bool // nobody can tell
	since                time.Time
}

func (k known) isWell() bool { return k.up && k.tokens && k.database && k.line == open && !k.murky }

// newChaos makes a world whose Slack is reached through proxies alone.
func newChaos(t *testing.T, program string, processes int, database string) *chaos {
	t.Helper()
	certificate, trusted := certificate(t, slackHost)
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	slack := bottest.Options{Unlimited: true, Origin: "https://" + slackHost, Listener: tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}})}
	w := worldOf(t, slack, invitetest.Options{Room: -1}, "DATABASE_URL", database, "SSL_CERT_FILE", trusted)
	w.program = program
	length := *chaosFor
	if testing.Short() {
		length = 20 * time.Second
	}
	c := &chaos{siege: newSiege(w, int(length/requestsFor))}
	c.ctx, c.end = context.WithCancel(t.Context())
	for n := range processes {
		p := &process{world: c.another(), line: newLine(t, listener.Addr().String()), address: freeAddress(t), clock: filepath.Join(t.TempDir(), fmt.Sprint("clock", n))}
		p.known = known{tokens: true, database: true, line: open, since: time.Now()}
		p.env = maps.Clone(w.env)
		p.set("HTTPS_PROXY", p.line.url())
		p.set("HTTP_ADDR", p.address)
		p.set("CHAOS_CLOCK", p.clock)
		c.processes, c.replicas = append(c.processes, p), append(c.replicas, p.world)
	}
	return c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// buildWith builds the program with a tag.
func buildWith(t *testing.T, tag string) string {
	t.Helper()
	built := filepath.Join(t.TempDir(), "invitebot")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-race="+buildSetting("-race", "false"), "-tags", tag, "-o", built, module)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, output)
	}
	return built
}

// smallDisk is a folder on a disk that is soon full, where this machine lets one be made.
func smallDisk(t *testing.T) (folder string, small bool) {
	t.Helper()
	folder = t.TempDir()
	if output, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Logf("no disk runs full: %v %s", err, output)
		return folder, false
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", folder).Run() })
	return folder, true
}

// fill writes until nothing more fits.
func fill(t *testing.T, path string) {
	file, err := os.Create(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = file.Close() }()
	for _, size := range []int{1 << 20, 4 << 10} {
		for err = nil; err == nil; {
			_, err = file.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
}

// changes notes what has become of one process, or of all: nil.
func (c *chaos) changes(one *process, how func(*known)) {
	for _, p := range c.processes {
		if one == nil || one == p {
			p.mu.Lock()
			how(&p.known)
			p.known.since = time.Now()
			p.mu.Unlock()
		}
	}
}

func (p *process) knows() known {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known
}

// lasts lets a while go by, of some length, or until the end.
func (c *chaos) lasts(least, most time.Duration) {
	pause(c.ctx, least+rand.N(most-least))
}

// commonTroubles are what every process may meet. Clocks are off by so much at most.
func (c *chaos) commonTroubles(clock time.Duration) []trouble {
	any := func() *process { return c.processes[c.chance(len(c.processes))] }
	falls := func(m mode, least, most time.Duration) func() {
		return func() {
			p := any()
			c.changes(p, func(k *known) { k.line = m })
			p.line.become(m)
			c.lasts(least, most)
			p.line.become(open)
			c.changes(p, func(k *known) { k.line = open })
		}
	}
	return []trouble{
		{"a process is killed", func() {
			c.kills.Add(1)
			any().signal(syscall.SIGKILL) // who keeps it notes that
		}},
		{"a process is stopped", func() {
			// Nothing tells how old a command is. One that came to who stood still for long would be typed again, and decided, before it is
			// read: so for long only who Slack has lost, too.
			p, long := any(), c.chance(2) == 0
			c.changes(p, func(k *known) { k.murky = true })
			if long {
				p.line.become(cut)
			}
			p.signal(syscall.SIGSTOP)
			if c.lasts(time.Second, 2*time.Second); long {
				c.lasts(2*time.Second, 30*time.Second)
			}
			p.signal(syscall.SIGCONT)
			if long {
				p.line.become(open)
			}
			c.changes(p, func(k *known) { k.line, k.murky = open, false })
		}},
		{"a clock is set", func() {
			off := rand.N(2*clock) - clock
			if err := os.WriteFile(any().clock, []byte(off.String()), 0o600); err != nil {
				c.Error(err)
			}
		}},
		{"a proxy dies", falls(cut, 5*time.Second, 15*time.Second)},
		{"a proxy falls silent", falls(silent, 50*time.Second, 60*time.Second)},
		{"the tokens are revoked", func() {
			c.changes(nil, func(k *known) { k.tokens = false })
			c.RevokeTokens()
			c.lasts(3*time.Second, 6*time.Second)
			c.RestoreTokens()
			c.changes(nil, func(k *known) { k.tokens = true })
		}},
	}
}

// run has people live, things go wrong, and everything watched; then all is well again, and has to end well.
func (c *chaos) run() {
	var keepers, watchers, evil sync.WaitGroup
	keep, stop := context.WithCancel(c.Context())
	defer func() { stop(); keepers.Wait() }()
	for _, p := range c.processes {
		keepers.Go(func() { c.keepUp(keep, p) })
		watchers.Go(func() { c.watch(keep, p) })
	}
	watchers.Go(func() { c.askForStatus(keep) })
	c.await("the processes to connect", func() bool { return c.Connections() == 2*len(c.processes) })
	for _, x := range c.troubles {
		evil.Go(func() { c.happens(x) })
	}
	var crowd sync.WaitGroup
	every := time.NewTicker(requestsFor)
	for n := range c.fates {
		crowd.Go(func() { c.live(n) })
		<-every.C
	}
	every.Stop()
	c.end()
	evil.Wait()
	for _, p := range c.processes {
		_ = os.Remove(p.clock)
	}
	crowd.Wait()
	c.awaitAll()
	c.endsWell()
	stop()
	watchers.Wait()
	c.check()
	c.report()
	c.happened.Range(func(name, n any) bool { c.Logf("%s: %d times", name, n.(*atomic.Int64).Load()); return true })
	c.Logf("what they said of themselves was true %d times", c.looks.Load())
}

// happens makes a trouble now and then, until the end.
func (c *chaos) happens(x trouble) {
	count := &atomic.Int64{}
	c.happened.Store(x.name, count)
	for c.lasts(2*time.Second, 20*time.Second); c.ctx.Err() == nil; c.lasts(8*time.Second, 30*time.Second) {
		count.Add(1)
		x.make()
	}
}

// keepUp starts a process and, as a supervisor does, starts it again when it ends.
func (c *chaos) keepUp(ctx context.Context, p *process) {
	for ctx.Err() == nil {
		p.launch()
		c.starts.Add(1)
		c.changes(p, func(k *known) { k.up = true })
		end := context.AfterFunc(ctx, func() { p.signal(sigterm) })
		status := p.reap()
		end()
		c.changes(p, func(k *known) { k.up = false })
		if ctx.Err() != nil && status != 0 {
			c.Errorf("after SIGTERM the exit status is %d", status)
		}
		pause(ctx, 200*time.Millisecond)
	}
}

// watch asks a process every second how it is, and holds that against what is known.
func (c *chaos) watch(ctx context.Context, p *process) {
	for pause(ctx, time.Second) {
		before := p.knows()
		ready, reason := p.asks(ctx, "/readyz")
		_, figures := p.asks(ctx, "/metrics")
		after := p.knows()
		if before != after || !before.up || before.murky || ctx.Err() != nil {
			continue // it has changed meanwhile
		}
		c.looks.Add(1)
		if why := before.contradicts(ready, time.Since(before.since)); why != "" {
			c.Errorf("%s says of itself that it is ready: %v (%s), but %s for %s", p.address, ready, strings.TrimSpace(reason), why, time.Since(before.since).Round(time.Second))
		}
		if ready && strings.Contains(figures, "\ninvitebot_slack_connections 0\n") && before.isWell() && time.Since(before.since) > recoversIn {
			c.Errorf("%s is ready, and its figures say that it isn't connected", p.address)
		}
	}
}

// contradicts says what is known that a process doesn't, though it has been so for long enough to notice; empty: nothing.
func (k known) contradicts(ready bool, since time.Duration) string {
	switch {
	case ready && k.line == silent && since > deafIsTold:
		return "nothing comes through its proxy"
	case ready && k.line == cut && since > noticedIn:
		return "its proxy is cut"
	case ready && !k.tokens && since > noticedIn:
		return "its tokens are revoked"
	case ready && !k.database && since > noticedIn:
		return "its database is away"
	case !ready && k.isWell() && since > recoversIn:
		return "nothing has been wrong"
	}
	return ""
}

// asks is whether a process answers 200, and what it says.
func (p *process) asks(ctx context.Context, path string) (ok bool, body string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		return false, err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	return err == nil && response.StatusCode == http.StatusOK, string(raw)
}

// askForStatus runs status every second. The ledger only grows, and who is deaf for long isn't well.
func (c *chaos) askForStatus(ctx context.Context) {
	var newest int64
	for pause(ctx, time.Second) {
		before := make([]known, len(c.processes))
		for n, p := range c.processes {
			before[n] = p.knows()
		}
		out, status := c.runsStatus(ctx)
		var s approvals.Status
		if ctx.Err() != nil || status != 0 && status != 1 || json.Unmarshal(out, &s) != nil {
			continue // the database is away, or not made yet
		}
		if s.Head.Number < newest {
			c.Errorf("the ledger ends at %d, and it was at %d before", s.Head.Number, newest)
		}
		newest = s.Head.Number
		deaf := true
		for n, p := range c.processes {
			k := p.knows()
			deaf = deaf && k == before[n] && k.line == silent && time.Since(k.since) > deafIsTold+75*time.Second
		}
		if deaf && status == 0 {
			c.Errorf("all processes are deaf, and status says that all is well")
		}
	}
}

func (c *chaos) runsStatus(ctx context.Context) (out []byte, status int) {
	cmd := exec.CommandContext(ctx, c.program, "status", "--format", "json")
	cmd.Env = environment(map[string]string{"DATABASE_URL": c.env["DATABASE_URL"]})
	out, _ = cmd.Output()
	if cmd.ProcessState == nil {
		return nil, -1
	}
	return out, cmd.ProcessState.ExitCode()
}

// endsWell waits until every process says that it is ready, and status that nothing is overdue; then the figures are those of the database.
func (c *chaos) endsWell() {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 2*time.Minute)
	defer cancel()
	for _, p := range c.processes {
		for ready, why := p.asks(ctx, "/readyz"); !ready; ready, why = p.asks(ctx, "/readyz") {
			if !pause(ctx, time.Second) {
				c.Errorf("in the end %s isn't ready: %s", p.address, why)
				return
			}
		}
		for wrong := c.lacks(ctx, p); wrong != ""; wrong = c.lacks(ctx, p) { // one that was killed counts for half a minute
			if !pause(ctx, time.Second) {
				c.Errorf("in the end the figures of %s have no %s", p.address, wrong)
				return
			}
		}
	}
	for out, status := c.runsStatus(ctx); status != 0; out, status = c.runsStatus(ctx) {
		if !pause(ctx, time.Second) {
			c.Errorf("in the end status says %d: %s", status, out)
			return
		}
	}
}

// lacks is what the figures of a process don't say that is true in the end; empty: nothing.
func (c *chaos) lacks(ctx context.Context, p *process) string {
	_, figures := p.asks(ctx, "/metrics")
	for _, line := range []string{"invitebot_ready 1", fmt.Sprintf("invitebot_requests %d", c.requestsMade()), `invitebot_backlog{work="messages"} 0`, `invitebot_backlog{work="pending"} 0`,
		`invitebot_backlog{work="unknown"} 0`, `invitebot_backlog{work="stuck"} 0`, fmt.Sprintf("invitebot_bots %d", len(c.processes))} {
		if !strings.Contains(figures, "\n"+line+"\n") {
			return line
		}
	}
	return ""
}

// requestsMade is the highest number of a request in the database.
func (c *chaos) requestsMade() (n int64) {
	c.Helper()
	for _, m := range c.Messages(admins) {
		n = max(n, int64(requestOf(m)))
	}
	return n
}
