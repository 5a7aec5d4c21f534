package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// typist types commands at a steady pace, whatever becomes of them.
type typist struct {
	*world
	mu         sync.Mutex
	typed      int
	underWay   map[int]bool // typed and not answered yet
	cut        map[int]bool // under way when a connection was cut
	unanswered []int        // of which Slack said that they failed
}

// socketWorld is a world in which nothing but connections goes wrong: a disk that stalls is no business of these tests,
// and people have the patience to tell an answer that is late from one that is lost.
func socketWorld(t *testing.T) *world {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "invitebot")
	if err != nil {
		folder = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	w := worldOf(t, bottest.Options{RefreshNotice: 1100 * time.Millisecond, AckTimeout: 10 * time.Second}, invitetest.Options{},
		"DATABASE_URL", "sqlite:"+filepath.Join(folder, "invitebot.db"))
	w.start()
	return w
}

// whileTyping runs do while somebody types a command every 50 ms.
func whileTyping(w *world, do func(*typist)) *typist {
	p := &typist{world: w, underWay: map[int]bool{}, cut: map[int]bool{}}
	ctx, stop := context.WithCancel(w.Context())
	var typing sync.WaitGroup
	typing.Go(func() { p.typeOn(ctx) })
	do(p)
	stop()
	typing.Wait()
	return p
}

func (p *typist) typeOn(ctx context.Context) {
	var commands sync.WaitGroup
	defer commands.Wait()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		p.mu.Lock()
		p.typed++
		p.underWay[n] = true
		p.mu.Unlock()
		commands.Go(func() { p.command(n) })
		<-tick.C
	}
}

func (p *typist) command(n int) {
	answer := p.ask(alice, fmt.Sprintf("%d Name %d", account(n), n))
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.underWay, n)
	if !answer.OK() {
		p.unanswered = append(p.unanswered, n)
	}
}

// Cut cuts the oldest connection and notes what was under way at this instant. What is typed next is sent after it.
func (p *typist) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := range p.underWay {
		p.cut[n] = true
	}
	p.world.Cut(0)
}

// replaced does something to a connection, and waits until the program has replaced it and so many stand.
func (p *typist) replaced(connections int, do func()) {
	p.Helper()
	opened := p.Opened()
	do()
	p.await("another connection", func() bool { return p.Opened() > opened && p.Connections() == connections })
}

// lost are the commands that the program never got: they are in no ledger.
func (p *typist) lost() (lost []int) {
	p.Helper()
	got := p.requested()
	for n := range p.typed {
		if got[account(n)] == 0 {
			lost = append(lost, n)
		}
	}
	return lost
}

// requested counts the requests in the ledger, by account.
func (w *world) requested() map[uint64]int {
	w.Helper()
	store, err := approvals.OpenReadOnly(w.Context(), w.env["DATABASE_URL"], approvals.Options{})
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	got := map[uint64]int{}
	for e, err := range store.Events(w.Context(), ledger.Filter{}) {
		if err != nil {
			w.Fatal(err)
		}
		if e.Kind == ledger.Requested {
			account, _ := strconv.ParseUint(e.Detail.Accounts[0].UIN, 10, 64)
			got[account]++
		}
	}
	return got
}

func (p *typist) report(what string, times int) {
	late := slices.DeleteFunc(slices.Clone(p.unanswered), func(n int) bool { return !p.toldOf(n) })
	p.Logf("%d commands through %d %s: %d lost; %d not acknowledged, %d of which were answered by their response_url",
		p.typed, times, what, len(p.lost()), len(p.unanswered), len(late))
}

// toldOf says whether the person was told that a command was done.
func (p *typist) toldOf(n int) bool {
	return slices.ContainsFunc(p.Ephemerals(alice), func(m bottest.Message) bool {
		return strings.Contains(m.Text, "is with the approvers") && strings.Contains(m.Text, fmt.Sprint(account(n)))
	})
}

// TestCommandsThroughRefreshes: Slack refreshes connections every few hours. A command that is under way when one ends
// is done, even where its acknowledgement comes too late for Slack.
func TestCommandsThroughRefreshes(t *testing.T) {
	t.Parallel()
	const times = 20
	p := whileTyping(socketWorld(t), func(p *typist) {
		for range times {
			p.replaced(2, func() { p.Refresh(0) })
		}
	})
	p.report("refreshes", times)
	if lost := p.lost(); len(lost) > 0 {
		t.Errorf("lost: %v", lost)
	}
}

// TestCommandsThroughWarnings: the refresh that was announced doesn't come, so connections pile up for a while. Slack
// allows ten.
func TestCommandsThroughWarnings(t *testing.T) {
	t.Parallel()
	const times = 6
	p := whileTyping(socketWorld(t), func(p *typist) {
		for n := range times {
			p.replaced(3+n, func() { p.Warn(p.Connections() - 1) })
		}
	})
	p.report("warnings", times)
	if lost := p.lost(); len(lost)+len(p.unanswered) > 0 {
		t.Errorf("lost: %v, without an answer: %v", lost, p.unanswered)
	}
}

// TestCommandsThroughCuts: of a connection that ends without a word, only what was under way may be lost.
func TestCommandsThroughCuts(t *testing.T) {
	t.Parallel()
	const times = 20
	p := whileTyping(socketWorld(t), func(p *typist) {
		for range times {
			p.replaced(2, p.Cut)
			pause(p.Context(), 600*time.Millisecond) // a connection that doesn't live for a second counts as one that fails
		}
	})
	p.report("cuts", times)
	for _, n := range slices.Concat(p.lost(), p.unanswered) {
		if !p.cut[n] {
			t.Errorf("command %d was lost or not answered, and was not under way when a connection was cut", n)
		}
	}
}

// TestAHalfOpenSocketIsReplaced: it says nothing and answers nothing. Slack's double never ends it: the program has to.
func TestAHalfOpenSocketIsReplaced(t *testing.T) {
	if testing.Short() {
		t.Skip("the program waits for 30 seconds")
	}
	t.Parallel()
	w := newWorld(t)
	w.start()
	opened, begin := w.Opened(), time.Now()
	w.HalfOpen(0)
	w.await("another connection", func() bool { return w.Opened() > opened && w.Connections() == 2 })
	t.Logf("replaced after %.1f s", time.Since(begin).Seconds())
	for n := range 4 { // each connection in turn
		if answer := w.ask(alice, fmt.Sprintf("%d Name %d", account(n), n)); !answer.OK() {
			t.Errorf("a command is answered with %s", answer.Failure)
		}
	}
	w.stop()
}

// TestSlackShutsTheProgramOut: then it ends and says what to do, at its start and while it runs.
func TestSlackShutsTheProgramOut(t *testing.T) {
	for _, c := range []struct {
		name, says, remedy string
		strike             func(*world)
	}{
		{"Socket Mode is switched off", "SLACK_APP_TOKEN: Socket Mode is switched off for this app", "switch it on at api.slack.com/apps", func(w *world) { w.LinkDisabled() }},
		{"the tokens are revoked", "the token is no longer valid (token_revoked)", "install the app again", func(w *world) { w.RevokeTokens() }},
	} {
		t.Run(c.name+" before it starts", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c.strike(w)
			w.launch()
			w.endsWith(c.says, c.remedy)
		})
		t.Run(c.name+" while it runs", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			c.strike(w)
			w.endsWith(c.says, c.remedy)
		})
	}
}

// TestTheBotTokenIsRevoked while the connections stay: the bot ends at the first thing that it can't say any more, and sends nothing
// after it.
func TestTheBotTokenIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.ask(alice, "100012345678 Alice")
	card := w.card(1)
	w.RevokeBotToken()
	w.ask(alice, "100012345679 Bob")
	w.endsWith("SLACK_BOT_TOKEN: the token is no longer valid (token_revoked)", "install the app again")
	if answer, err := w.Click(context.Background(), ann, card.Ref(), "approve"); err == nil && answer.OK() {
		t.Error("a click is taken")
	}
	if n := len(w.org.Invitations()); n != 0 {
		t.Errorf("%d invitations were sent", n)
	}
}

// endsWith asserts that the program ends by itself, says why, and has the exit status of what a person has to mend.
func (w *world) endsWith(texts ...string) {
	w.Helper()
	impatient := time.AfterFunc(time.Minute, func() { w.signal(syscall.SIGKILL) })
	defer impatient.Stop()
	if status := w.reap(); status != 2 {
		w.Errorf("the exit status is %d, want 2", status)
	}
	for _, text := range texts {
		if !strings.Contains(w.output(), text) {
			w.Errorf("the program doesn't say %q:\n%s", text, w.output())
		}
	}
}
