package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// TestABurstOfCommands: Slack takes a message a second in a channel. Cards come in the order of their requests, people by turns; what
// becomes of a request that was decided is told before the cards that wait; and the log says once that Slack asks to wait.
func TestABurstOfCommands(t *testing.T) {
	t.Parallel()
	w := worldOf(t, bottest.Options{}, invitetest.Options{})
	w.start()
	const many = 24
	w.ask(alice, fmt.Sprintf("%d First", uin))
	first := w.card(1)
	var people sync.WaitGroup
	for n := 1; n <= many; n++ {
		people.Go(func() { w.ask(alice, fmt.Sprintf("%d Name%d", uin+n, n)) })
	}
	people.Wait()
	w.ask(bob, fmt.Sprintf("%d Other", uin+100))
	w.click(ann, first, "approve")
	w.await("the reply", func() bool { return len(w.Thread(admins, first.TS)) > 1 })
	if stand := len(w.Messages(admins)); stand > many {
		t.Errorf("%d cards stand before the reply", stand)
	}
	w.await("every card", func() bool { return len(w.Messages(admins)) == many+2 })
	var alices []int
	bobs := 0
	for at, card := range w.Messages(admins) {
		var number int
		if _, err := fmt.Sscanf(card.Text, "Request %d:", &number); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(card.Text, "Other") {
			bobs = at
			continue
		}
		alices = append(alices, number)
	}
	if !slices.IsSorted(alices) {
		t.Errorf("alice's cards stand in the order %v", alices)
	}
	if bobs == many+1 {
		t.Error("bob's card came last")
	}
	if n := strings.Count(w.output(), "Slack asks to wait"); n == 0 || n > 5 {
		t.Errorf("the log says %d times that Slack asks to wait", n)
	}
	if n := strings.Count(w.output(), "could not be said"); n > 0 {
		t.Errorf("the log has %d warnings:\n%s", n, w.output())
	}
	w.stop()
}

// TestTooManyOpenRequests are refused with the list of those that are open, and how to take one back.
func TestTooManyOpenRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.env["OPEN_REQUESTS"] = "2"
	w.start()
	for n := range 2 {
		w.ask(alice, fmt.Sprintf("%d Name%d", uin+n, n))
	}
	w.await("the cards", func() bool { return len(w.Messages(admins)) == 2 })
	answer, err := w.Command(context.Background(), alice, general, fmt.Sprintf("/invite-member %d Third", uin+2))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"No request was made: 2 requests of yours wait", "Request 1: ", "Name1", "withdraw 12", "Third"} {
		if !strings.Contains(answer.Text, want) {
			t.Errorf("%q is missing in %q", want, answer.Text)
		}
	}
	w.ask(alice, "withdraw 1")
	w.ask(alice, fmt.Sprintf("%d Third", uin+2))
	w.await("the third card", func() bool { return len(w.Messages(admins)) == 3 })
	w.stop()
}
