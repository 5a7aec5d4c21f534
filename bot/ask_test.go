package bot

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// top is the form that somebody sees, once it is the one that is expected.
func (w *world) top(user, callback string) bottest.View {
	w.Helper()
	var v bottest.View
	w.eventually("the form "+callback, func() bool {
		all := w.ws.Views(user)
		if len(all) == 0 {
			return false
		}
		v = all[len(all)-1]
		return v.CallbackID == callback
	})
	return v
}

// opensForm types the command alone.
func (w *world) opensForm(user string) bottest.View {
	w.Helper()
	a, err := w.ws.Command(w.ctx, user, askID, "/invite-member")
	w.must(err)
	if !a.OK() {
		w.Fatalf("answered with %s", a.Failure)
	}
	return w.top(user, words.AskModal)
}

func (w *world) submits(v bottest.View, values map[string]string) bottest.Answer {
	w.Helper()
	a, err := w.ws.Submit(w.ctx, v.User, v.ID, values)
	w.must(err)
	if a.Failure != "" {
		w.Fatalf("the form was answered with %s %v\n%s", a.Failure, a.Problems, w.log)
	}
	return a
}

func (w *world) presses(v bottest.View, action string) {
	w.Helper()
	a, err := w.ws.ClickView(w.ctx, v.User, v.ID, action, nil)
	w.must(err)
	if !a.OK() {
		w.Fatalf("%s was answered with %s", action, a.Failure)
	}
}

// TestForm goes from the command alone to the invitation.
func TestForm(t *testing.T) {
	w := newWorld(t, options{})
	form := w.opensForm(eve.ID)
	w.submits(form, map[string]string{
		"accounts/field": "UIN\tName\tRemark\n\n100012345678\tAlice\tfor data\t\n100012345679\tBob Lee\t\t\n", "remark/field": "new people", "also_told/field": bob.ID,
	})
	check := w.top(eve.ID, words.SendModal)
	contains(t, w.readable(check.Blocks), "2 accounts were understood", "100012345678 Alice", "for data", "100012345679 Bob Lee", "new people", "@bob")
	if n := len(w.ws.Messages(approvalsID)); n != 0 {
		t.Errorf("%d messages before it was sent", n)
	}
	w.submits(check, nil)
	done := w.top(eve.ID, "")
	contains(t, w.readable(done.Blocks), "Request 1 is with the approvers")
	_, err := w.ws.CloseView(w.ctx, eve.ID, done.ID)
	w.must(err)
	if open := w.ws.Views(eve.ID); len(open) != 0 {
		t.Errorf("%d forms stay open", len(open))
	}
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 1 })
	card := w.ws.Messages(approvalsID)[0]
	contains(t, w.readable(card.Blocks), "Told as well: @bob")
	w.recorded(1)
	w.clicks(ann.ID, card, words.ActionApprove)
	for _, told := range []string{eve.ID, bob.ID} {
		w.eventually("the direct message", func() bool { return len(w.ws.DirectMessages(told)) == 1 })
		contains(t, w.ws.DirectMessages(told)[0].Text, "all 2 accounts are invited")
	}
}

func TestFormNamesEachBadRow(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(eve.ID, "100012345670 Zoe"), "Request 1")
	form := w.opensForm(eve.ID)
	a := w.submits(form, map[string]string{"accounts/field": "UIN,Name\n100012345678,Alice\nTBD,Bob\n100012345678,Carol", "more/field": "1.00012E+11,Dan"})
	contains(t, a.Errors["accounts"], "Row 3: This isn't a UIN", "Row 4: This UIN is in row 2 already")
	contains(t, a.Errors["more"], "Row 1: The spreadsheet has rounded this number")
	if strings.Contains(a.Errors["accounts"], "Row 2") {
		t.Errorf("a good row is named: %s", a.Errors["accounts"])
	}
	form = w.top(eve.ID, words.AskModal)
	contains(t, form.Values["accounts/field"], "TBD,Bob")
	a = w.submits(form, map[string]string{"accounts/field": "100012345670 Zoe\n100012345671 Yan", "more/field": ""})
	contains(t, a.Errors["accounts"], "Row 1: Request 1 asks for this account already")
	a = w.submits(w.top(eve.ID, words.AskModal), map[string]string{"accounts/field": "\n\n"})
	contains(t, a.Errors["accounts"], "There is no account")
	var bad []string
	for range 30 {
		bad = append(bad, "x")
	}
	a = w.submits(w.top(eve.ID, words.AskModal), map[string]string{"accounts/field": strings.Join(bad, "\n")})
	contains(t, a.Errors["accounts"], "22 more rows have problems")
}

// TestFormThatIsFull: what didn't fit may be lost, which nobody sees at the end of a long field.
func TestFormThatIsFull(t *testing.T) {
	w := newWorld(t, options{idle: true})
	full := func(end string) string {
		rows := "100012345678 Alice\n"
		return rows + strings.Repeat("\n", 3000-len(rows)-len(end)) + end
	}
	cut := "1000123456"
	a := w.submits(w.opensForm(eve.ID), map[string]string{"accounts/field": full(cut + " Bob"), "more/field": "x"})
	contains(t, a.Errors["accounts"], "This field is full", "Check the last row", "to the field below")
	contains(t, a.Errors["more"], "Row 1: This isn't a UIN")
	a = w.submits(w.top(eve.ID, words.AskModal), map[string]string{"accounts/field": "100012345678 Alice", "more/field": strings.Replace(full(cut), "5678", "5679", 1)})
	contains(t, a.Errors["more"], "This field is full", "in another request", "The name is missing")
	if len(a.Errors["accounts"]) > 0 {
		t.Errorf("the other field has %q", a.Errors["accounts"])
	}
	w.submits(w.top(eve.ID, words.AskModal), map[string]string{"accounts/field": strings.Replace(full(cut+" Bob"), "\n\n", "\n", 1), "more/field": ""})
	w.top(eve.ID, words.SendModal)
}

func TestFormBackAndAgain(t *testing.T) {
	w := newWorld(t, options{idle: true})
	form := w.opensForm(eve.ID)
	w.submits(form, map[string]string{"accounts/field": "100012345678 Alice"})
	check := w.top(eve.ID, words.SendModal)
	contains(t, w.types(ann.ID, "100012345678 Alice"), "Request 1") // meanwhile
	w.submits(check, nil)
	contains(t, w.readable(w.top(eve.ID, words.SendModal).Blocks), "100012345678 is in request 1 by @ann")
	_, err := w.ws.CloseView(w.ctx, eve.ID, check.ID)
	w.must(err)
	form = w.top(eve.ID, words.AskModal)
	contains(t, form.Values["accounts/field"], "100012345678 Alice")
	w.submits(form, map[string]string{"accounts/field": "100012345679 Bob"})
	check = w.top(eve.ID, words.SendModal)
	e, err := w.ws.SubmitEnvelope(eve.ID, check.ID, nil)
	w.must(err)
	for range 2 { // the same envelope twice
		_, err := w.ws.Do(w.ctx, e)
		w.must(err)
	}
	r, err := w.desk.Request(w.ctx, 2)
	w.must(err)
	if r.Invitations[0].Name != "Bob" || r.Requester != eve {
		t.Errorf("made %+v", r)
	}
	if _, err := w.desk.Request(w.ctx, 3); err == nil {
		t.Error("two requests were made of one form")
	}
}

func TestFormIsForThoseWhoMayAsk(t *testing.T) {
	w := newWorld(t, options{idle: true})
	a, err := w.ws.Command(w.ctx, guestID, askID, "/invite-member")
	w.must(err)
	contains(t, a.Text, "you aren't among the people who may ask")
	_, err = w.ws.Shortcut(w.ctx, guestID, words.ShortcutAsk)
	w.must(err)
	contains(t, w.whispered(guestID, 1), "you aren't among the people who may ask")
	_, err = w.ws.Shortcut(w.ctx, eve.ID, words.ShortcutAsk)
	w.must(err)
	form := w.top(eve.ID, words.AskModal)
	w.submits(form, map[string]string{"accounts/field": "100012345678 Alice"})
	check := w.top(eve.ID, words.SendModal)
	w.ws.AddUser(bottest.User{ID: eve.ID, Name: eve.Name, Guest: true}) // meanwhile
	w.bot.people.members = newMemo(time.Now, w.bot.people.askMember)
	w.submits(check, nil)
	if _, err := w.desk.Request(w.ctx, 1); err == nil {
		t.Error("a guest has asked")
	}
}

func TestFormThatSlackDoesNotOpen(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.ws.Fail("views.open", bottest.Fault{Kind: bottest.Error})
	_, err := w.ws.Command(w.ctx, eve.ID, askID, "/invite-member")
	w.must(err)
	contains(t, w.whispered(eve.ID, 1), "Slack didn't open the form", "/invite-member 100012345678 Alice")
}

func hundred(n int) (text string, uins []string) {
	for i := range n {
		uins = append(uins, fmt.Sprintf("1000123450%02d", i))
		text += fmt.Sprintf("%s\tPerson %d\n", uins[i], i+1)
	}
	return text, uins
}

// asksForMany has Eve send a form with so many accounts, and returns the card.
func (w *world) asksForMany(n int) bottest.Message {
	w.Helper()
	text, _ := hundred(n)
	w.submits(w.opensForm(eve.ID), map[string]string{"accounts/field": text[:len(text)/2+strings.IndexByte(text[len(text)/2:], '\n')], "more/field": text[len(text)/2+strings.IndexByte(text[len(text)/2:], '\n')+1:]})
	check := w.top(eve.ID, words.SendModal)
	w.presses(check, words.ActionPage+".next")
	w.eventually("the next page", func() bool {
		return strings.Contains(w.readable(w.top(eve.ID, words.SendModal).Blocks), "Accounts 21 to 40")
	})
	w.submits(w.top(eve.ID, words.SendModal), nil)
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 1 })
	w.recorded(1)
	return w.ws.Messages(approvalsID)[0]
}

// TestAHundred is the main job for a hundred accounts, of which two are refused.
func TestAHundred(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asksForMany(100)
	contains(t, w.readable(card.Blocks), "1. 100012345000 Person 1", "5. 100012345004 Person 5", "… and 95 more", "@eve")
	w.clicks(ann.ID, card, words.ActionShowAll)
	all := w.top(ann.ID, words.ShowAllModal)
	seen := ""
	for page := 0; ; page++ {
		all = w.top(ann.ID, words.ShowAllModal)
		seen += w.readable(all.Blocks)
		if !strings.Contains(string(all.Blocks), words.ActionPage+".next") {
			break
		}
		w.presses(all, words.ActionPage+".next")
		w.eventually("the next page", func() bool {
			return !strings.Contains(seen, w.readable(w.top(ann.ID, words.ShowAllModal).Blocks))
		})
	}
	_, uins := hundred(100)
	contains(t, seen, uins...)
	w.cloud.queue(refused("FailedOperation.MemberNameUsed"), refused("FailedOperation.MemberNameUsed"))
	said := func() int {
		return w.ws.Count("chat.postMessage") + w.ws.Count("chat.postEphemeral") + w.ws.Count("conversations.open") + w.ws.Count("views.open")
	}
	w.clicks(ann.ID, card, words.ActionApprove)
	w.eventually("the tables", func() bool { return len(w.ws.Thread(approvalsID, card.TS)) == 5 })
	replies := w.ws.Thread(approvalsID, card.TS)[1:]
	contains(t, replies[0].Text, "Request 1: 98 of 100 invited, 2 not invited.", "2 × not invited", "FailedOperation.MemberNameUsed", "Approved by @ann")
	w.eventually("the direct message", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "98 of 100 invited, 2 not invited", "table")
	var tables strings.Builder
	for _, m := range replies {
		tables.Write(m.Blocks)
	}
	contains(t, tables.String(), append(uins, "req-100")...)
	if n := said(); n > 12+2 { // and what Eve and Ann had opened before
		t.Errorf("%d calls to Slack", n)
	}
	w.becomes(card, "98 of 100 invited, 2 not invited.")

	w.clicks(ann.ID, replies[0], words.ActionRetryAll)
	w.eventually("the second round", func() bool { return len(w.ws.Thread(approvalsID, card.TS)) == 7 })
	replies = w.ws.Thread(approvalsID, card.TS)[1:]
	contains(t, replies[4].Text, "Request 1: @ann tries 2 accounts again.")
	contains(t, replies[5].Text, "Request 1: 100 of 100 invited.")
	w.eventually("the buttons go", func() bool { return !hasButton(w.now(replies[0]), words.ActionRetryAll) })
	if n := len(w.cloud.calls()); n != 102 {
		t.Errorf("%d calls to Tencent Cloud", n)
	}
	w.clicks(ann.ID, replies[0], words.ActionRetryAll) // an old screen
	contains(t, w.whispered(ann.ID, 1), "an earlier state of request 1")
	if n := len(w.cloud.calls()); n != 102 {
		t.Errorf("%d calls to Tencent Cloud after a stale click", n)
	}
}

// TestARefusalOfAll ends a request with one sentence, and not with a call for each account.
func TestARefusalOfAll(t *testing.T) {
	w := newWorld(t, options{rate: 50})
	card := w.asksForMany(60)
	for range 60 {
		w.cloud.queue(refused("LimitExceeded.Members"))
	}
	w.clicks(ann.ID, card, words.ActionApprove)
	w.eventually("the tables", func() bool { return len(w.ws.Thread(approvalsID, card.TS)) == 4 })
	contains(t, w.ws.Thread(approvalsID, card.TS)[1].Text, "0 of 60 invited, 60 not invited", "so the rest wasn't tried")
	if n := len(w.cloud.calls()); n > 20 {
		t.Log(w.log)
		t.Errorf("%d calls to Tencent Cloud", n)
	}
}

// TestAskAgainWithOtherNames asks for those that were refused, with names changed in the form.
func TestAskAgainWithOtherNames(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asksForMany(41)
	w.cloud.queue(refused("FailedOperation.MemberNameUsed"), refused("FailedOperation.MemberNameUsed"))
	w.clicks(ann.ID, card, words.ActionApprove)
	w.eventually("the tables", func() bool { return len(w.ws.Thread(approvalsID, card.TS)) == 3 })
	first := w.ws.Thread(approvalsID, card.TS)[1]
	w.clicks(eve.ID, first, words.ActionAskRefused)
	form := w.top(eve.ID, words.AskModal)
	lines := strings.Split(strings.TrimSpace(form.Values["accounts/field"]), "\n")
	if len(lines) != 2 {
		t.Fatalf("the form begins with %q", lines)
	}
	for n := range lines {
		lines[n] += " II"
	}
	w.submits(form, map[string]string{"accounts/field": strings.Join(lines, "\n")})
	w.submits(w.top(eve.ID, words.SendModal), nil)
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 2 })
	w.becomes(first, "It was asked for again: request 2.")
	r, err := w.desk.Request(w.ctx, 2)
	w.must(err)
	if len(r.Invitations) != 2 || !strings.HasSuffix(r.Invitations[0].Name, " II") || r.Invitations[0].AgainOf != 1 {
		t.Errorf("asked for %+v", r.Invitations)
	}
}

func TestWhoIsToldAsWell(t *testing.T) {
	w := newWorld(t, options{idle: true})
	form := w.opensForm(eve.ID)
	a := w.submits(form, map[string]string{"accounts/field": "100012345678 Alice", "also_told/field": guestID + "," + bob.ID})
	contains(t, a.Errors["also_told"], "1 of these people is not a full member")
	w.submits(w.top(eve.ID, words.AskModal), map[string]string{"accounts/field": "100012345678 Alice", "also_told/field": eve.ID + "," + bob.ID})
	w.submits(w.top(eve.ID, words.SendModal), nil)
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if len(r.AlsoTold) != 1 || r.AlsoTold[0] != bob.ID {
		t.Errorf("told as well: %v", r.AlsoTold)
	}
}

// TestCancelOneOfMany: the buttons for that are in Show all, for approvers.
func TestCancelOneOfMany(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asksForMany(41)
	w.clicks(ann.ID, card, words.ActionApprove)
	w.becomes(card, "41 of 41 invited")
	w.clicks(eve.ID, card, words.ActionShowAll)
	if seen := w.top(eve.ID, words.ShowAllModal); strings.Contains(string(seen.Blocks), `"`+words.ActionCancel) {
		t.Error("who isn't an approver is offered to cancel")
	}
	w.clicks(ann.ID, card, words.ActionShowAll)
	w.presses(w.top(ann.ID, words.ShowAllModal), words.ActionCancel+".2")
	w.eventually("what is wanted shows", func() bool {
		return strings.Contains(w.readable(w.top(ann.ID, words.ShowAllModal).Blocks), "@ann")
	})
	if e := w.ledger(ledger.CancelAsked); e.Invitation != 2 || e.Actor != ann {
		t.Errorf("the ledger has %+v", e)
	}
}

// TestManyUnknown: where nobody can find out what became of many, one message says so, the rest is told all the same, and each is settled in
// Show all.
func TestManyUnknown(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asksForMany(41)
	for range 30 {
		w.cloud.queue(invite.Result{Outcome: invite.Unknown, Code: "ClientError.Timeout"})
	}
	w.cloud.unread = &invite.CallError{Result: invite.Result{Code: "UnauthorizedOperation", Err: errors.New("no")}}
	w.clicks(ann.ID, card, words.ActionApprove)
	w.becomes(card, "11 of 41 invited, 30 not known yet.")
	said := func(what string) (n int) {
		for _, m := range w.ws.Thread(approvalsID, card.TS)[1:] {
			if strings.Contains(m.Text, what) {
				n++
			}
		}
		return n
	}
	w.eventually("the outcome of the others", func() bool { return said("11 of 41 invited") > 0 })
	if n := said("it can't be looked up"); n != 1 {
		t.Errorf("it is said %d times that nobody knows", n)
	}
	w.clicks(ann.ID, card, words.ActionShowAll)
	w.presses(w.top(ann.ID, words.ShowAllModal), words.ActionArrived)
	w.becomes(card, "12 of 41 invited, 29 not known yet.")
	w.eventually("the form shows it", func() bool {
		return strings.Contains(w.readable(w.top(ann.ID, words.ShowAllModal).Blocks), "by @ann's word")
	})
}
