package e2e

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// aPast is a world in which the program ran: request 1, for two accounts, was approved, and one invitation was sent and one
// refused; 2 was denied; 3 taken back; 4 waits. Somebody without rights tried to approve 4 and to ask.
func aPast(t *testing.T) *world {
	t.Helper()
	w := worldOf(t, bottest.Options{LinkDigits: true}, invitetest.Options{})
	w.org.NoSuchAccount(uin + 1)
	w.start()
	w.ask(alice, fmt.Sprintf("%d Alice\n%d A name of more than twenty-five characters! -- for data", uin, uin+1))
	w.click(ann, w.card(1), "approve")
	w.await("both outcomes", func() bool { return len(w.replies(1)) == 2 && len(w.directs(alice, 1)) == 1 })
	w.ask(alice, fmt.Sprintf("%d Again", uin))
	w.click(bob, w.card(2), "deny")
	w.await("the form", func() bool { return len(w.Views(bob)) == 1 })
	if _, err := w.Submit(t.Context(), bob, w.Views(bob)[0].ID, map[string]string{"reason/text": "=2+2"}); err != nil {
		t.Fatal(err)
	}
	w.await("the denial", func() bool { return len(w.directs(alice, 2)) == 1 })
	w.ask(bob, fmt.Sprintf("%d Carol", uin+3))
	w.card(3)
	w.ask(alice, "withdraw 3")
	w.ask(bob, "withdraw 3")
	w.ask(alice, fmt.Sprintf("%d Dan", uin+4))
	w.click(eve, w.card(4), "approve")
	w.ask(eve, fmt.Sprintf("%d Mallory & friends", uin+5))
	w.stop()
	return w
}

// audits runs the audit on what the program left.
func (w *world) audits(t *testing.T, args ...string) ended {
	t.Helper()
	e := invoke(t, map[string]string{"DATABASE_URL": w.env["DATABASE_URL"], "TZ": "Asia/Shanghai"}, append([]string{"audit"}, args...)...)
	if e.status != 0 || e.errors != "" {
		t.Fatalf("audit %q: exit status %d, %s", args, e.status, e.errors)
	}
	return e
}

// rows are what an audit as CSV has, each the values of some columns.
func (w *world) rows(t *testing.T, wanted []string, args ...string) (rows []string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(w.audits(t, append(args, "--format", "csv")...).out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for n, name := range all[0] {
		column[name] = n
	}
	for _, row := range all[1:] {
		var cells []string
		for _, name := range wanted {
			cells = append(cells, row[column[name]])
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	return rows
}

func TestAuditAnswers(t *testing.T) {
	t.Parallel()
	w := aPast(t)
	tomorrow := time.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	t.Run("finds", func(t *testing.T) {
		first, second := fmt.Sprint(uin), fmt.Sprint(uin+1)
		for _, x := range []struct {
			args string
			want string // request, kind and UIN of each row
		}{
			{"2", "2 requested A, 2 denied A"},
			{"--uin " + second, "1 requested B, 1 approved B, 1 sending B, 1 failed B, 1 delivered B"},
			{"--uin " + first, "1 requested A, 1 approved A, 1 sending A, 1 sent A, 1 delivered A, 2 requested A, 2 denied A"},
			{"--uin " + first + " --outcome denied", "2 requested A, 2 denied A"},
			{"--outcome failed", "1 requested B, 1 approved B, 1 sending B, 1 failed B, 1 delivered B"},
			{"--outcome SENT", "1 requested A, 1 approved A, 1 sending A, 1 sent A, 1 delivered A"},
			{"--outcome unknown", ""},
			{"--person Ann", "1 approved A, 1 approved B"},
			{"--person @BOB --outcome denied", "2 denied A"},
			{"--person u0bob 3", "3 requested D, 3 withdrawn D"},
			{"--person eve", "4 refused E, - refused F"},
			{fmt.Sprintf("--uin %d", uin+5), "- refused F"},
			{fmt.Sprintf("--uin %d", uin/10), ""},
			{"2 --uin " + second, ""},
			{"2 --until yesterday", ""},
			{"2 --since yesterday --until " + tomorrow, "2 requested A, 2 denied A"},
			{"2 --since 1h --until 2999-01-31T00:00:00Z", "2 requested A, 2 denied A"},
			{"2 --until 1h", ""},
		} {
			got := strings.Join(w.rows(t, []string{"request", "kind", "UIN"}, strings.Fields(x.args)...), ", ")
			for n := range 6 {
				got = strings.ReplaceAll(got, fmt.Sprint(uin+n), string(rune('A'+n)))
			}
			if got != x.want {
				t.Errorf("audit %s has %s\nwant %s", x.args, got, x.want)
			}
		}
	})
	t.Run("tells a story", func(t *testing.T) {
		story := w.audits(t, "1").out
		card := w.cards(1)[0]
		for _, want := range []string{
			"Request 1 is approved.", "Asked by   alice (U0ALICE) in channel " + general,
			fmt.Sprintf("Account    %d as “Alice”, remark “invitebot 1, asked by alice”", uin),
			"Warning  long name: 43 characters, and Tencent Cloud documents 25 at most", "Warning  odd characters in the name: \"!\"",
			"1 approval needed, open until ", "channel " + admins + " message " + card.TS,
			"https://YOUR-WORKSPACE.slack.com/archives/" + admins + "/p" + strings.ReplaceAll(card.TS, ".", ""),
			"alice (U0ALICE) asked to invite", "ann (U0ANN) approved, 1 of 1",
			fmt.Sprintf("invitebot calls Tencent Cloud for an invitation to %d, attempt 1", uin),
			fmt.Sprintf("Tencent Cloud took the invitation to %d, attempt 1, RequestId %s", uin, w.org.Sends()[0].RequestID),
			fmt.Sprintf("Tencent Cloud refused the invitation to %d, attempt 1: ", uin+1),
			fmt.Sprintf("%d: sent, approved by ann (U0ANN), calls: 1, RequestId %s", uin, w.org.Sends()[0].RequestID),
			fmt.Sprintf("%d: failed, approved by ann (U0ANN), calls: 1, ", uin+1),
		} {
			if !strings.Contains(story, want) {
				t.Errorf("the story lacks %q:\n%s", want, story)
			}
		}
		if story := w.audits(t, "2").out; !strings.Contains(story, "Warning  an invitation to this account was sent before by request 1") ||
			!strings.Contains(story, "bob (U0BOB) denied: =2+2") || !strings.Contains(story, "denied by bob (U0BOB)") {
			t.Errorf("got\n%s", story)
		}
		if story := w.audits(t, "3").out; !strings.Contains(story, "alice (U0ALICE) tried to withdraw request 3, which isn't theirs") || !strings.Contains(story, "withdrawn by bob (U0BOB)") {
			t.Errorf("got\n%s", story)
		}
		if story := w.audits(t, "4").out; !strings.Contains(story, "eve (U0EVE) tried to approve request 4, and isn't an approver") || !strings.Contains(story, "pending, 0 of 1 approved") {
			t.Errorf("got\n%s", story)
		}
	})
	t.Run("sums up", func(t *testing.T) {
		for _, x := range []struct {
			args string
			want []string
		}{
			{"--summary", []string{
				fmt.Sprintf("%d Alice 1 alice (U0ALICE) ann (U0ANN) sent %s", uin, w.org.Sends()[0].RequestID),
				fmt.Sprintf("%d A name of more than twenty-five characters! 1 alice (U0ALICE) ann (U0ANN) failed %s", uin+1, w.org.Sends()[1].RequestID),
				fmt.Sprintf("%d Again 2 alice (U0ALICE) bob (U0BOB) denied -", uin),
				fmt.Sprintf("%d Carol 3 bob (U0BOB) bob (U0BOB) withdrawn -", uin+3),
				fmt.Sprintf("%d Dan 4 alice (U0ALICE) - pending -", uin+4),
			}},
			{"--summary --outcome failed", []string{fmt.Sprintf("%d A name of more than twenty-five characters! 1 alice (U0ALICE) ann (U0ANN) failed %s", uin+1, w.org.Sends()[1].RequestID)}},
			{"--summary --person eve", []string{fmt.Sprintf("%d Dan 4 alice (U0ALICE) - pending -", uin+4)}},
			{"--summary 3", []string{fmt.Sprintf("%d Carol 3 bob (U0BOB) bob (U0BOB) withdrawn -", uin+3)}},
		} {
			got := w.rows(t, []string{"UIN", "name", "request", "asked by", "decided by", "state", "RequestId"}, strings.Fields(x.args)...)
			if strings.Join(got, "\n") != strings.Join(x.want, "\n") {
				t.Errorf("audit %s has\n%s\nwant\n%s", x.args, strings.Join(got, "\n"), strings.Join(x.want, "\n"))
			}
		}
		if out := w.audits(t, "--summary", "--outcome", "sent").out; strings.Count(out, "\n") != 2 || !strings.HasPrefix(out, "UIN ") {
			t.Errorf("got\n%s", out)
		}
	})
	t.Run("as people saw it", func(t *testing.T) {
		out := w.audits(t, "--person", "eve").out
		if want := fmt.Sprintf("asked for “%d Mallory & friends”, and isn't among those who may ask", uin+5); !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	})
	t.Run("in the reader's zone", func(t *testing.T) {
		if out := w.audits(t, "--local", "--person", "ann").out; !strings.HasPrefix(out, "time (CST) ") || !strings.Contains(out, " +08:00  1 ") {
			t.Errorf("got\n%s", out)
		}
		if out := w.audits(t, "--local", "1").out; !strings.Contains(out, "What happened (CST):") || !strings.Contains(out, " CST\n") {
			t.Errorf("got\n%s", out)
		}
		if out := w.audits(t, "1").out; strings.Contains(out, "CST") || !strings.Contains(out, "What happened (UTC):") {
			t.Errorf("got\n%s", out)
		}
	})
}

// TestTheStoryTellsWhatTheCardWarnedOf when somebody decided, and of which account.
func TestTheStoryTellsWhatTheCardWarnedOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.ask(alice, fmt.Sprintf("%d Alice", account(1)))
	w.deny(bob, 1, w.card(1))
	w.await("the denial", func() bool { return len(w.directs(alice, 1)) == 1 })
	w.ask(alice, fmt.Sprintf("%d Alice", account(1)))
	w.click(ann, w.card(2), "approve")
	w.await("the outcome", func() bool { return w.finished(2) })
	w.stop()
	story := w.audits(t, "2").out
	if want := fmt.Sprintf("    Warning  %d: request 1 for it was denied by bob (U0BOB)", account(1)); !strings.Contains(story, "ann (U0ANN) approved, 1 of 1, after 1 warning") || !strings.Contains(story, want) {
		t.Errorf("no %q in\n%s", want, story)
	}
}
