package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

var manyKills = flag.Int("many.kills", 100, "how often TestKilledOnTheWayOfAHundred kills the program; with -short a fifth of that")

// TestKilledOnTheWayOfAHundred kills the program at random moments from the approval of a hundred accounts on, until all is told: at the
// organization there is one invitation of each all the same, and the tables tell what became of it.
func TestKilledOnTheWayOfAHundred(t *testing.T) {
	t.Parallel()
	kills := *manyKills
	if testing.Short() {
		kills /= 5
	}
	w := worldOf(t, bottest.Options{Unlimited: true}, invitetest.Options{Room: -1})
	for _, n := range []int{3, 64} {
		w.org.AddMember(invitetest.Member{UIN: account(500 + n), Name: fmt.Sprintf("Person-%d", n)})
	}
	// Long enough for many to be under way when the program dies. They take effect all the same.
	w.org.Fail(invitetest.Fault{Kind: invitetest.Slow, Action: "SendOrganizationInvitation", Delay: 60 * time.Millisecond})
	w.start()
	check, _ := w.asksFor(alice, rowsOf(hundred))
	w.submits(check, nil)
	card := w.card(1)
	w.killedMeanwhile(kills, func() {
		w.clickUntilDecided(1)
		w.showsSum(card, "98 of 100 invited, 2 not invited.", 4)
		w.await("the direct message", func() bool { return len(w.directs(alice, 1)) == 1 })
	})
	w.toldInTheEnd(card)
	if e := invoke(t, map[string]string{"DATABASE_URL": w.env["DATABASE_URL"]}, "audit", "verify"); e.status != 0 {
		t.Errorf("audit verify: exit status %d, %s%s", e.status, e.out, e.errors)
	}
}

// killedMeanwhile kills the program so often, at random moments, while do goes on; it is started again each time, and stopped when nothing
// is due any more.
func (w *world) killedMeanwhile(kills int, do func()) {
	w.Helper()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	w.Logf("seed %d", seed)
	ctx, end := context.WithCancel(w.Context())
	var keeper, killer sync.WaitGroup
	defer func() { // also where do ends the test
		end()
		w.signal(syscall.SIGKILL)
		keeper.Wait()
		killer.Wait()
	}()
	keeper.Go(func() {
		for {
			if w.reap(); ctx.Err() != nil {
				return
			}
			w.launch()
		}
	})
	done := make(chan struct{})
	early := 0
	killer.Go(func() {
		for n := range kills {
			if !pause(ctx, time.Duration(20+random.IntN(380))*time.Millisecond) {
				return
			}
			w.signal(syscall.SIGKILL)
			select {
			case <-done:
			default:
				early = n + 1
			}
		}
	})
	begin := time.Now()
	do()
	w.Logf("told after %.1f s", time.Since(begin).Seconds())
	close(done)
	killer.Wait()
	w.await("the program to come back", func() bool { return w.Connections() == 2 })
	for w.due() > 0 {
		pause(ctx, 50*time.Millisecond)
	}
	end()
	w.signal(sigterm)
	keeper.Wait()
	w.Logf("killed %d times, %d of them before all was told", kills, early)
}

// toldInTheEnd checks what there is of each account, and what the tables tell of it. The RequestId of a call whose answer the dead took with
// them is not known to anybody.
func (w *world) toldInTheEnd(card bottest.Message) {
	w.Helper()
	tables, looked := w.tables(card), 0
	for n := 1; n <= hundred; n++ {
		want, outcome := 1, "✅ Invited"
		if n == 3 || n == 64 {
			want, outcome = 0, "⚠️ Not sent (FailedOperation.MemberNameUsed)"
		}
		if sends := w.org.AcceptedSends(account(n)); sends != want {
			w.Errorf("%d invitations of account %d, want %d", sends, account(n), want)
		}
		call, _ := w.sendOf(account(n))
		got := tables[fmt.Sprint(account(n))]
		if len(got) != 1 || got[0].outcome != outcome || got[0].place != fmt.Sprint(n) || got[0].requestID != call.RequestID && got[0].requestID != "–" {
			w.Errorf("of account %d the tables tell %+v, and the organization %+v", account(n), got, call)
		}
		if len(got) == 1 && got[0].requestID == "–" {
			looked++
		}
	}
	if n := w.tablesUnder(card); len(tables) != hundred || len(w.cards(1)) != 1 || len(w.directs(alice, 1)) != 1 || n != 4 {
		w.Errorf("%d accounts, %d cards, %d direct messages, %d tables", len(tables), len(w.cards(1)), len(w.directs(alice, 1)), n)
	}
	others := 0
	for _, r := range w.replies(1) {
		if strings.Contains(string(r.Blocks), `"type":"table"`) {
			continue
		}
		if others++; others > 1 || !strings.Contains(r.Text, "it is known of every account what became of it") {
			w.Errorf("a reply says %q", r.Text)
		}
	}
	w.Logf("%d calls, %d of them lost and looked up", len(w.org.Sends()), looked)
}
