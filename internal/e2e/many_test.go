package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

const hundred = 100 // accounts in a request, which are account(1) and so on

// rowsOf are the rows of a spreadsheet for so many accounts.
func rowsOf(accounts int) (rows []string) {
	for n := 1; n <= accounts; n++ {
		rows = append(rows, fmt.Sprintf("%d\tPerson-%d\tTeam %d", account(n), n, n%7))
	}
	return rows
}

// asksFor has somebody paste rows into both fields of the form, and returns the page that shows what was understood, and how long Slack waited
// for it.
func (w *world) asksFor(who string, rows []string) (check bottest.View, took time.Duration) {
	w.Helper()
	if _, err := w.Shortcut(w.Context(), who, "ask"); err != nil {
		w.Fatal(err)
	}
	half := len(rows) / 2
	answer := w.submits(w.top(who, inEnglish.form), map[string]string{
		"accounts/field": "UIN\tName\tRemark\n" + strings.Join(rows[:half], "\n"), "more/field": strings.Join(rows[half:], "\n"),
	})
	return w.top(who, inEnglish.check), answer.Latency
}

// told is what a table says of an account.
type told struct{ place, name, outcome, requestID string }

// tables are the rows of all tables under a card, by UIN.
func (w *world) tables(card bottest.Message) map[string][]told {
	w.Helper()
	all := map[string][]told{}
	for _, m := range w.Thread(card.Channel, card.TS)[1:] {
		var blocks []struct {
			Type string
			Rows [][]struct{ Text string }
		}
		if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
			w.Fatal(err)
		}
		for _, b := range blocks {
			for n, r := range b.Rows {
				if b.Type == "table" && n > 0 { // the first has what the columns are
					all[r[1].Text] = append(all[r[1].Text], told{r[0].Text, r[2].Text, r[3].Text, r[4].Text})
				}
			}
		}
	}
	return all
}

// sendOf is the newest call for an account, and how many there were. What came too soon behind others, as on a machine that is busy, was not
// looked at.
func (w *world) sendOf(account uint64) (newest invitetest.Call, calls int) {
	for _, c := range w.org.Sends() {
		if strings.Contains(c.Payload, fmt.Sprintf(`"InviteUin":%d,`, account)) && c.Code != "RequestLimitExceeded" {
			newest = c
			calls++
		}
	}
	return newest, calls
}

// tellsEach checks that the tables tell of each account once, and what the organization knows.
func (w *world) tellsEach(card bottest.Message, accounts int) {
	w.Helper()
	all := w.tables(card)
	for n := 1; n <= accounts; n++ {
		call, _ := w.sendOf(account(n))
		want := told{fmt.Sprint(n), fmt.Sprintf("Person-%d", n), "✅ Invited", call.RequestID}
		if call.Code != "" {
			want.outcome = "⚠️ Not sent (" + call.Code + ")"
		}
		if got := all[fmt.Sprint(account(n))]; len(got) != 1 || got[0] != want {
			w.Errorf("of account %d the tables tell %+v, want %+v", account(n), got, want)
		}
	}
	if len(all) != accounts {
		w.Errorf("the tables have %d accounts, want %d", len(all), accounts)
	}
}

// editsOf are the times at which a message was edited.
func (w *world) editsOf(m bottest.Message) (at []time.Time) {
	for _, c := range w.Calls() {
		if c.Method == "chat.update" && c.Args["ts"] == m.TS {
			at = append(at, c.At)
		}
	}
	return at
}

// callsBut counts the calls to Slack since there were so many, but for edits of a card, by method.
func (w *world) callsBut(card bottest.Message, since int) (n int, by map[string]int) {
	by = map[string]int{}
	for _, c := range w.Calls()[since:] {
		if c.Method == "chat.update" && c.Args["ts"] == card.TS {
			continue
		}
		by[c.Method]++
		n++
	}
	return n, by
}

// showsSum waits until a card shows how many accounts were invited, and the thread has so many tables.
func (w *world) showsSum(card bottest.Message, sum string, tables int) {
	w.Helper()
	w.await(sum, func() bool {
		now, _ := w.Message(card.Ref())
		return w.tablesUnder(card) == tables && strings.Contains(string(now.Blocks), sum)
	})
}

// tablesUnder is how many replies under a card have a table. Others say on the way that an outcome isn't known yet.
func (w *world) tablesUnder(card bottest.Message) (n int) {
	for _, m := range w.Thread(card.Channel, card.TS)[1:] {
		if strings.Contains(string(m.Blocks), `"type":"table"`) {
			n++
		}
	}
	return n
}

// TestAHundredAccounts is the main job for a hundred of which two are refused: one approval, a call and a row of a table for each.
func TestAHundredAccounts(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred calls take five seconds, twice")
	}
	t.Parallel()
	for name, start := range map[string]func(*testing.T) *world{
		"SQLite":     func(t *testing.T) *world { return worldOf(t, bottest.Options{}, invitetest.Options{Room: -1}) },
		"PostgreSQL": func(t *testing.T) *world { return shared(t, postgres(t), invitetest.Options{Room: -1}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			for _, n := range []int{3, 64} {
				w.org.AddMember(invitetest.Member{UIN: account(500 + n), Name: fmt.Sprintf("Person-%d", n)})
			}
			w.start()
			w.hundredWithTwoRefused()
			w.triesTheTwoAgain()
			w.asksAgainForTheOne()
			w.stop()
			w.audited(t)
		})
	}
}

func (w *world) hundredWithTwoRefused() {
	w.Helper()
	since := len(w.Calls())
	check, _ := w.asksFor(alice, rowsOf(hundred))
	w.submits(check, nil)
	w.closes(w.top(alice, inEnglish.form))
	card := w.card(1)
	begin := time.Now()
	w.click(ann, card, "approve")
	w.showsSum(card, "98 of 100 invited, 2 not invited.", 4)
	w.await("the direct message", func() bool { return len(w.directs(alice, 1)) == 1 })
	w.Logf("told %.1f s after the approval", time.Since(begin).Seconds())
	for n := 1; n <= hundred; n++ {
		if _, calls := w.sendOf(account(n)); calls != 1 {
			w.Errorf("%d calls for account %d", calls, account(n))
		}
	}
	w.tellsEach(card, hundred)
	edits := w.editsOf(card)
	// One every two seconds, of which each may be on its way for a moment longer than the next.
	if took := edits[len(edits)-1].Sub(edits[0]); len(edits) > 2+int(took/(2*time.Second)) {
		w.Errorf("the card is edited %d times in %v", len(edits), took)
	}
	calls, by := w.callsBut(card, since)
	if w.Logf("%d edits of the card, other calls: %v", len(edits), by); calls > 12 {
		w.Errorf("%d calls to Slack: %v", calls, by)
	}
	w.reads("the direct message", w.directs(alice, 1)[0].Text, "98 of 100 invited, 2 not invited", "FailedOperation.MemberNameUsed", fmt.Sprint(account(3)), fmt.Sprint(account(64)))
}

// triesTheTwoAgain once one of the names is free.
func (w *world) triesTheTwoAgain() {
	w.Helper()
	if err := w.org.Leave(account(503)); err != nil {
		w.Fatal(err)
	}
	card := w.card(1)
	w.click(bob, w.replies(1)[0], "retries")
	w.showsSum(card, "99 of 100 invited, 1 not invited.", 5)
	w.await("another direct message", func() bool { return len(w.directs(alice, 1)) == 2 })
	for n := 1; n <= hundred; n++ {
		if _, calls := w.sendOf(account(n)); (n == 3 || n == 64) != (calls == 2) || calls > 2 {
			w.Errorf("%d calls for account %d", calls, account(n))
		}
	}
	w.await("only the newest table to have buttons", func() bool {
		replies := w.replies(1)
		return !hasButtons(replies[0]) && strings.Contains(string(replies[len(replies)-1].Blocks), "Try the one again")
	})
	w.await("only the newest direct message to have one", func() bool {
		told := w.directs(alice, 1)
		return !hasButtons(told[0]) && strings.Contains(string(told[1].Blocks), "Ask again for the one")
	})
}

func hasButtons(m bottest.Message) bool {
	return strings.Contains(string(m.Blocks), `"type":"actions"`)
}

// cancelsTheFirst in Show all. What an approver has cancelled isn't asked for again with what was refused.
func (w *world) cancelsTheFirst(card bottest.Message) {
	w.Helper()
	w.click(ann, card, "show")
	all := w.top(ann, "Request 1")
	if _, err := w.ClickView(context.Background(), ann, all.ID, "cancel.1", nil); err != nil {
		w.Fatal(err)
	}
	w.await("it to be told", func() bool {
		return slices.ContainsFunc(w.replies(1), func(m bottest.Message) bool { return strings.Contains(m.Text, "Cancelled") })
	})
}

// asksAgainForTheOne with another name, in a request of its own, from the direct message: who asks need not be in the approvers' channel.
func (w *world) asksAgainForTheOne() {
	w.Helper()
	told := w.directs(alice, 1)[1]
	w.cancelsTheFirst(w.card(1))
	w.click(alice, told, "reask")
	form := w.top(alice, inEnglish.form)
	// The remark that all of them have stands in its own field.
	row := strings.TrimSuffix(rowsOf(64)[63], "\t"+form.Values["remark/field"]) + "\n"
	if form.Values["accounts/field"] != row || form.Values["remark/field"] == "" {
		w.Errorf("the form begins with %q and the remark %q, want %q", form.Values["accounts/field"], form.Values["remark/field"], row)
	}
	w.submits(form, map[string]string{"accounts/field": fmt.Sprintf("%d Person-64-II", account(64))})
	w.submits(w.top(alice, inEnglish.check), nil)
	w.click(ann, w.card(2), "approve")
	w.await("the outcome", func() bool { return w.finished(2) })
	if n := w.org.AcceptedSends(account(64)); n != 1 {
		w.Errorf("%d invitations", n)
	}
}

// audited checks what the ledger has of one of them, and that all of it is proved.
func (w *world) audited(t *testing.T) {
	t.Helper()
	events := strings.Join(slices.Compact(w.rows(t, []string{"request", "kind"}, "--uin", fmt.Sprint(account(64)))), ", ")
	if events != "1 requested, 1 approved, 1 sending, 1 failed, 1 delivered, 1 retried, 1 sending, 1 failed, 1 delivered, 2 requested, 2 approved, 2 sending, 2 sent" {
		t.Errorf("the audit finds %s", events)
	}
	call, _ := w.sendOf(account(42))
	if story := w.audits(t, "--summary", "--uin", fmt.Sprint(account(42))).out; !strings.Contains(story, call.RequestID) {
		t.Errorf("the summary lacks RequestId %s: %s", call.RequestID, story)
	}
	if e := invoke(t, map[string]string{"DATABASE_URL": w.env["DATABASE_URL"]}, "audit", "verify"); e.status != 0 {
		t.Errorf("audit verify: exit status %d, %s%s", e.status, e.out, e.errors)
	}
}
