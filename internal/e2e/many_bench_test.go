package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite/invitetest"
)

// BenchmarkForm: how long Next and Send take with a hundred accounts in the form, until Slack has what was understood of them, and that the
// request is made.
func BenchmarkForm(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		const forms = 100
		w.start()
		w.ask(alice, "1 First") // so that nothing is looked up for the first time below
		var next, send []time.Duration
		cpu := w.processor()
		for n := range forms {
			check, took := w.asksFor(alice, manyRows(1000+n*hundred))
			next = append(next, took)
			send = append(send, w.submits(check, nil).Latency)
			w.closes(w.top(alice, inEnglish.form))
			w.await("the card", func() bool { return len(w.Messages(admins)) == n+2 })
		}
		f.add("cpu-ms/form", float64((w.processor()-cpu).Milliseconds())/forms)
		f.addTimes(next, "next")
		f.addTimes(send, "send")
		w.stop()
	})
}

// manyRows are those of a hundred accounts that nobody has asked for yet.
func manyRows(from int) (rows []string) {
	for n := from; n < from+hundred; n++ {
		rows = append(rows, fmt.Sprintf("%d\tSomebody-%d\tTeam %d", account(n), n, n%7))
	}
	return rows
}

// BenchmarkHundredSent: the organization takes 20 calls a second, so the last of a hundred comes after 5 seconds at the least.
func BenchmarkHundredSent(b *testing.B) {
	onEachDatabase(b, func(w *world, f figures) {
		w.org.Close()
		w.org = invitetest.Start(invitetest.Options{Room: -1})
		w.env["TENCENTCLOUD_ENDPOINT"] = w.org.URL
		w.start()
		check, _ := w.asksFor(alice, manyRows(0))
		w.submits(check, nil)
		card, cpu := w.card(1), w.processor()
		begin := time.Now()
		w.click(ann, card, "approve")
		w.awaitCall("every invitation", func() bool { return len(w.org.Invitations()) == hundred })
		calls := w.org.Sends()
		f.add("s/100-sent", slices.MaxFunc(calls, func(a, b invitetest.Call) int { return a.At.Compare(b.At) }).At.Sub(begin).Seconds())
		f.add("RequestLimitExceeded", float64(w.org.RateLimited()))
		w.showsSum(card, "100 of 100 invited.", 4)
		f.add("s/100-told", time.Since(begin).Seconds())
		f.add("cpu-s/100", (w.processor() - cpu).Seconds())
		w.stop()
	})
}
