package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// isOutcome says whether a reply tells how an invitation ended.
func isOutcome(text string) bool {
	return strings.Contains(text, "): the invitation was sent") || strings.Contains(text, "): the invitation was not sent")
}

const sigterm = syscall.SIGTERM

// The steps of the main job between which the program is killed, in their order. Each arms the kill for one moment.
var moments = []struct {
	name string
	arm  func(w *world)
}{
	{"before the card is posted", func(w *world) { w.killAt("chat.postMessage", 0, false) }},
	{"after the card is posted, before its answer", func(w *world) { w.killAt("chat.postMessage", 0, true) }},
	{"before the invitation arrives", func(w *world) { w.killInCall(invitetest.Hang) }},
	{"after the invitation took effect, before its answer", func(w *world) { w.killInCall(invitetest.HeldAnswer) }},
	{"before the reply is posted", func(w *world) { w.killAt("chat.postMessage", 1, false) }},
	{"after the reply is posted, before its answer", func(w *world) { w.killAt("chat.postMessage", 1, true) }},
	{"before the requester is told", func(w *world) { w.killAt("chat.postMessage", 2, false) }},
	{"after the requester is told, before its answer", func(w *world) { w.killAt("chat.postMessage", 2, true) }},
	{"before the card is edited", func(w *world) { w.killAt("chat.update", 0, false) }},
	{"after the card is edited, before its answer", func(w *world) { w.killAt("chat.update", 0, true) }},
}

// killAt kills the program before or after the effect of a call to Slack, and starts it again.
func (w *world) killAt(method string, skip int, after bool) {
	f := bottest.Fault{Skip: skip, Times: 1}
	die := func() { w.signal(syscall.SIGKILL) }
	if f.Before = die; after {
		f.Before, f.After = nil, die
	}
	if !after {
		f.Kind = bottest.LostRequest // the dead can't have sent it
	}
	w.Fail(method, f)
	w.restarts.Go(w.restartWhenDead)
}

// killInCall kills the program while its call is with the organization.
func (w *world) killInCall(kind invitetest.Kind) {
	w.org.Fail(invitetest.Fault{Kind: kind, Action: "SendOrganizationInvitation", Times: 1})
	go func() {
		if err := w.org.Await(context.Background(), func() bool {
			return len(w.org.Sends()) > 0 && (kind == invitetest.Hang || w.org.AcceptedSends(uin) > 0)
		}); err != nil {
			return
		}
		w.signal(syscall.SIGKILL)
	}()
	w.restarts.Go(w.restartWhenDead)
}

func (w *world) restartWhenDead() {
	w.reap()
	w.launch()
}

func TestKilledBetweenEveryTwoSteps(t *testing.T) {
	for _, moment := range moments {
		t.Run(moment.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			opened := w.Opened()
			moment.arm(w)
			w.ask(alice, "100012345678 Alice")
			w.clickUntilDecided(1)
			w.await("the outcome", func() bool { return w.finished(1) })
			w.restarts.Wait()
			w.await("the program to come back", func() bool { return w.Opened() > opened })
			w.stop()
			w.justOnce(1, uin)
		})
	}
}

// clickUntilDecided approves as a person would: again, where Slack says that it went wrong, or the bot, or where nothing changes.
func (w *world) clickUntilDecided(n int) {
	w.Helper()
	w.card(n)
	waits := func() bool { return hasButton(w.cards(n)[0], "approve") }
	for waits() {
		answer, err := w.ClickSeen(context.Background(), ann, w.cards(n)[0], "approve")
		if err != nil {
			w.Fatal(err)
		}
		if !answer.OK() {
			w.await("the program to come back", func() bool { return w.Connections() > 0 })
			continue
		}
		w.look(func() bool { return !waits() })
	}
}

// justOnce is exactlyOnce where the thread may also have been told that the outcome was looked up.
func (w *world) justOnce(n int, uin uint64) {
	w.Helper()
	cards, directs, sends := len(w.cards(n)), len(w.directs(alice, n)), w.org.AcceptedSends(uin)
	outcomes := 0
	for _, r := range w.replies(n) {
		if isOutcome(r.Text) {
			outcomes++
		}
	}
	if cards != 1 || outcomes != 1 || directs != 1 || sends != 1 {
		w.Errorf("request %d: %d cards, %d outcomes in the thread, %d direct messages, %d invitations; want one of each\n%s",
			n, cards, outcomes, directs, sends, w.transcript())
	}
}

// The program is killed again and again at random calls and random moments while requests are made and approved.
func TestKilledAtRandomInstants(t *testing.T) {
	const requests, kills = 30, 25
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	w := worldOf(t, bottest.Options{Unlimited: true}, invitetest.Options{Rate: -1})
	w.start()
	var mu sync.Mutex
	calls, next, left := 0, 1+random.IntN(6), kills
	die := func() { w.signal(syscall.SIGKILL) }
	w.OnCall(func(bottest.Call) bottest.Fault {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls < next || left == 0 {
			return bottest.Fault{}
		}
		calls, next = 0, 1+random.IntN(12)
		left--
		if random.IntN(2) == 0 {
			return bottest.Fault{Kind: bottest.LostRequest, Before: die}
		}
		return bottest.Fault{After: die}
	})
	ctx, cancel := context.WithCancel(t.Context())
	var keeper sync.WaitGroup
	keeper.Go(func() {
		for ctx.Err() == nil {
			w.reap()
			if ctx.Err() == nil {
				w.launch()
			}
		}
	})
	var people sync.WaitGroup
	for n := range requests {
		people.Go(func() { w.insist(fmt.Sprintf("%d Alice %d", uin+n, n)) })
	}
	people.Wait()
	for n := 1; n <= requests; n++ {
		people.Go(func() { w.clickUntilDecided(n) })
	}
	people.Wait()
	w.await("every outcome", func() bool {
		for n := 1; n <= requests; n++ {
			if !w.finished(n) {
				return false
			}
		}
		return true
	})
	cancel()
	w.signal(sigterm)
	keeper.Wait()
	for n := 1; n <= requests; n++ {
		w.justOnce(n, w.uinOf(n))
	}
	t.Logf("killed %d times", kills-left)
	if left == kills {
		t.Error("the program was never killed")
	}
}

// uinOf reads from the card which account a request is about.
func (w *world) uinOf(n int) (account uint64) {
	w.Helper()
	_, err := fmt.Sscanf(w.cards(n)[0].Text, fmt.Sprintf("Request %d: invite %%d", n), &account)
	if err != nil {
		w.Fatal(err, w.cards(n)[0].Text)
	}
	return account
}
