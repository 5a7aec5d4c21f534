package bot

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
)

// inAMoment runs a test of many minutes in a moment: in a bubble of testing/synctest, on a network in memory. Slack's limits are those that
// hold, on the same clock. Nobody is remembered when it begins but in what was asked at the start, a while ago.
func inAMoment(t *testing.T, test func(*world)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wire := newWire()
		line := &line{wire: wire}
		w := newWorld(t, options{patience: time.Hour, workspace: bottest.Options{Listener: wire},
			arrange: func(_ *world, c *Config) { c.API.Dial = line.dial }})
		t.Cleanup(line.unplug)
		time.Sleep(2 * memory)
		test(w)
	})
}

// crowd are people of whom the bot has never heard.
func (w *world) crowd(n int) (ids []string) {
	for n := range n {
		id := fmt.Sprintf("U0CROWD%03d", n)
		w.ws.AddUser(bottest.User{ID: id, Name: fmt.Sprint("crowd", n)})
		ids = append(ids, id)
	}
	return ids
}

// open opens the homes of many at once.
func (w *world) open(people []string) {
	w.Helper()
	var all sync.WaitGroup
	for _, id := range people {
		all.Go(func() {
			if a, err := w.ws.OpenHome(w.ctx, id); err != nil || !a.OK() {
				w.Errorf("%s: %v, %+v", id, err, a)
			}
		})
	}
	all.Wait()
}

// drawn counts the homes that show something.
func (w *world) drawn(people []string) (n int) {
	for _, id := range people {
		if _, ok := w.ws.Home(id); ok {
			n++
		}
	}
	return n
}

// areRight waits until all homes are drawn, and looks whether they show what these people may do: ask.
func (w *world) areRight(people []string) {
	w.Helper()
	for _, id := range people {
		v := w.homeShows(id, "You have asked for nothing so far.")
		if !offers(v, words.ActionAsk) || strings.Contains(atHome(v), "be asked whether") {
			w.Errorf("%s is shown\n%s", id, w.readable(v.Blocks))
		}
	}
}

// answered counts the calls of a method that Slack answered so.
func (w *world) answered(method, code string) (n int) {
	for _, c := range w.ws.Calls() {
		if c.Method == method && c.Error == code {
			n++
		}
	}
	return n
}

// TestAFloodOfHomes leaves room for who asks and who decides, is never too much for Slack, and in the end everybody has theirs.
func TestAFloodOfHomes(t *testing.T) {
	inAMoment(t, func(w *world) {
		card, people := w.asks("1000 Alice"), w.crowd(300)
		w.reads("U0ZED", "zed", "zh-CN")
		time.Sleep(2 * memory)
		flooded := time.Now()
		w.open(people)
		time.Sleep(5 * time.Second)
		began := time.Now()
		contains(t, w.types("U0ZED", "2000 Bob"), "已提交到")
		w.eventually("a card", func() bool { return len(w.ws.Messages(approvalsID)) == 2 })
		w.clicks(bob.ID, card, words.ActionApprove) // as a member of a group
		w.becomes(card, "Approved by @bob")
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("to ask and to approve took %v", took)
		}
		if n := w.drawn(people); n > 100 {
			t.Errorf("the flood was over before: %d homes were drawn", n)
		}
		w.areRight(people)
		t.Logf("all homes are drawn after %v", time.Since(flooded))
		if n := w.answered("users.info", "ratelimited") + w.answered("usergroups.users.list", "ratelimited"); n > 0 {
			t.Errorf("Slack said %d times that it is too much", n)
		}
	})
}

// TestSlackAsksToWait before anybody is asked about again: until then nobody asks, a command is refused, and no home is drawn half. What comes
// after that is as it always is.
func TestSlackAsksToWait(t *testing.T) {
	for _, method := range []string{"users.info", "usergroups.users.list"} {
		t.Run(method, func(t *testing.T) {
			inAMoment(t, func(w *world) {
				card, people := w.asks("1000 Alice"), w.crowd(10)
				time.Sleep(2 * memory)
				w.ws.Fail(method, bottest.Fault{Kind: bottest.RateLimited, RetryAfter: 30 * time.Second, Times: -1})
				w.open(people)
				w.eventually("a call", func() bool { return w.answered(method, "ratelimited") > 0 })
				time.Sleep(time.Second) // more may have been under way
				w.ws.Heal(method)
				asked := w.ws.Count(method)
				w.clicks(bob.ID, card, words.ActionApprove)
				contains(t, w.whispered(bob.ID, 1), "Slack couldn't be asked whether you may do that")
				time.Sleep(28 * time.Second)
				if n := w.ws.Count(method) - asked; n > 0 {
					t.Errorf("%d more calls in the time that Slack asked to wait for", n)
				}
				if n := w.drawn(people); n > 0 {
					t.Errorf("%d homes were drawn without Slack's answer", n)
				}
				time.Sleep(2 * time.Second)
				w.clicks(bob.ID, card, words.ActionApprove)
				w.becomes(card, "Approved by @bob")
				w.areRight(people)
			})
		})
	}
}

// TestAHomeIsInTheLanguageOfWhoeverReadsIt also where Slack didn't say at first who that is.
func TestAHomeIsInTheLanguageOfWhoeverReadsIt(t *testing.T) {
	inAMoment(t, func(w *world) {
		w.reads("U0ZED", "zed", "zh-CN")
		w.ws.Fail("users.info", bottest.Fault{Kind: bottest.ServerError, Times: -1})
		w.opensHome("U0ZED", "couldn't be asked")
		w.ws.Heal("users.info")
		w.homeShows("U0ZED", "您还没有提交过申请")
	})
}
