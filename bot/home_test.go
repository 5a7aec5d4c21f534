package bot

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// opensHome has somebody open the Home tab, and returns what it shows them when all of that is there.
func (w *world) opensHome(user string, wants ...string) bottest.View {
	w.Helper()
	a, err := w.ws.OpenHome(w.ctx, user)
	w.must(err)
	if !a.OK() || a.Payload != nil {
		w.Fatalf("answered %+v", a)
	}
	return w.homeShows(user, wants...)
}

// homeShows waits until somebody's home has parts of a text.
func (w *world) homeShows(user string, wants ...string) (v bottest.View) {
	w.Helper()
	w.eventually(fmt.Sprintf("a home with %q", wants), func() bool {
		var ok bool
		v, ok = w.ws.Home(user)
		for _, want := range wants {
			ok = ok && strings.Contains(w.readable(v.Blocks), want)
		}
		return ok
	})
	return v
}

// pressesAtHome presses a button of a home.
func (w *world) pressesAtHome(v bottest.View, action string) {
	w.Helper()
	a, err := w.ws.ClickView(w.ctx, v.User, v.ID, action, nil)
	w.must(err)
	if !a.OK() {
		w.Fatalf("the click was answered with %s\n%s", a.Failure, w.log)
	}
}

// atHome is what a home says in blocks and buttons.
func atHome(v bottest.View) string { return string(v.Blocks) }

func offers(v bottest.View, action string) bool {
	return strings.Contains(atHome(v), `"action_id":"`+action+`"`)
}

func TestAHomeChangesWithWhatIsAsked(t *testing.T) {
	w := newWorld(t, options{})
	v := w.opensHome(eve.ID, "You have asked for nothing so far.", words.Command+" 100012345678 Alice")
	if !offers(v, "ask") || strings.Contains(atHome(v), "How all stands") {
		t.Error("eve may ask and is no approver, which isn't what she is shown")
	}
	card := w.asks("1000 Alice")
	v = w.homeShows(eve.ID, "Request 1", "1000 Alice", "Waits for approval")
	if !offers(v, words.ActionWithdraw) {
		t.Error("it can't be withdrawn")
	}
	w.clicks(ann.ID, card, words.ActionApprove)
	v = w.homeShows(eve.ID, "✅ Invited, open until")
	contains(t, w.readable(v.Blocks), w.ws.Permalink(card.Ref()))
	if offers(v, words.ActionWithdraw) {
		t.Error("what was decided can be withdrawn")
	}
}

func TestAHomeSaysWhyItWasDenied(t *testing.T) {
	w := newWorld(t, options{})
	w.opensHome(eve.ID)
	w.denies(w.opensDeny(ann.ID, w.asks("1000 Alice")), "not our <team>")
	w.homeShows(eve.ID, "⛔ Denied: not our <team>")
}

// TestAnApproversHome has what waits for them, as long as it does, with the way to the card; there it is decided.
func TestAnApproversHome(t *testing.T) {
	w := newWorld(t, options{rules: approvals.Rules{Room: 10}})
	w.opensHome(ann.ID, "Nothing waits for your decision", "its lists haven't been read", "0 requests wait")
	first, second := w.asks("1000 Alice"), w.asks("2000 Bob\n3000 Carol")
	v := w.homeShows(ann.ID, "2 requests wait for approval, with 3 accounts", "2000 Bob and 1 more, asked by @eve")
	inOrder(t, w.readable(v.Blocks), w.ws.Permalink(first.Ref()), w.ws.Permalink(second.Ref()))
	for _, action := range []string{words.ActionApprove, words.ActionDeny, words.ActionReview} {
		if offers(v, action) {
			t.Errorf("it can be decided in the home: %s", action)
		}
	}
	w.clicks(ann.ID, first, words.ActionApprove)
	v = w.homeShows(ann.ID, "1 request waits for approval, with 2 accounts")
	if strings.Contains(w.readable(v.Blocks), "1000 Alice") {
		t.Errorf("it waits no more, and is shown:\n%s", w.readable(v.Blocks))
	}
}

func TestWithdrawAtHome(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	w.asks("2000 Bob")
	v := w.opensHome(eve.ID, "Request 2", "Request 1")
	heard := len(w.ws.Ephemerals(eve.ID))
	w.pressesAtHome(v, "request.1/"+words.ActionWithdraw)
	w.becomes(card, "Withdrawn by @eve")
	v = w.homeShows(eve.ID, "↩️ Withdrawn")
	if strings.Contains(atHome(v), `"request.1"`) || !strings.Contains(atHome(v), `"request.2"`) {
		t.Error("it can be withdrawn again, or nothing else can")
	}
	if e := w.ledger(ledger.Withdrawn); e.Request != 1 || e.Actor != eve {
		t.Errorf("the ledger has %+v", e)
	}
	if n := len(w.ws.Ephemerals(eve.ID)) - heard; n != 0 || len(w.ws.DirectMessages(eve.ID)) != 0 {
		t.Errorf("what the home shows was said besides: %d", n)
	}
}

// TestWithdrawAtHomeTooLate: the home on the screen is older than the decision. Why nothing was done opens over it, or is told directly.
func TestWithdrawAtHomeTooLate(t *testing.T) {
	for how, trouble := range map[string]func(*world){
		"in a form": func(*world) {},
		"directly": func(w *world) {
			w.ws.Fail("views.open", bottest.Fault{Kind: bottest.Error, Error: "expired_trigger_id", Times: -1})
		},
	} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t, options{})
			card := w.asks("1000 Alice")
			v := w.opensHome(eve.ID, "Request 1")
			e, err := w.ws.ClickViewEnvelope(eve.ID, v.ID, "request.1/"+words.ActionWithdraw, nil)
			w.must(err)
			w.clicks(ann.ID, card, words.ActionApprove)
			w.replies(card, 1)
			trouble(w)
			_, err = w.ws.Do(w.ctx, e)
			w.must(err)
			w.isTold(eve.ID, "Request 1 was approved by @ann")
			w.homeShows(eve.ID, "✅ Invited")
		})
	}
}

func TestPagesOfAHome(t *testing.T) {
	w := newWorld(t, options{})
	for n := range 21 {
		_, err := w.desk.Submit(w.ctx, approvals.Submission{Key: fmt.Sprint("k", n), Requester: eve, Channel: askID,
			Invitations: []invite.Invitation{{UIN: invite.UIN(1000 + n), Name: "Alice", Remark: "r"}}})
		w.must(err)
	}
	v := w.opensHome(eve.ID, "Page 1 of 2", "1020 Alice")
	if strings.Contains(w.readable(v.Blocks), "1000 Alice") || offers(v, words.ActionNewer) {
		t.Error("the first page has the oldest, or says that there are newer ones")
	}
	w.pressesAtHome(v, "pages/"+words.ActionOlder)
	v = w.homeShows(eve.ID, "Page 2 of 2", "1000 Alice")
	if offers(v, words.ActionOlder) {
		t.Error("there are none older")
	}
	w.pressesAtHome(v, "request.1/"+words.ActionWithdraw)
	v = w.homeShows(eve.ID, "Page 2 of 2", "↩️ Withdrawn")
	w.pressesAtHome(v, "pages/"+words.ActionNewer)
	w.homeShows(eve.ID, "Page 1 of 2", "1020 Alice")
}

// TestAHomeTellsNothing to who has no rights, but what is their own.
func TestAHomeTellsNothing(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	v := w.opensHome(guestID, "You aren't among the people who may ask")
	for _, secret := range []string{"Alice", "1000", "How all stands", "Request", "member", `"ask"`} {
		if strings.Contains(atHome(v), secret) {
			t.Errorf("a guest is shown %q", secret)
		}
	}
	w.ws.AddUser(bottest.User{ID: eve.ID, Name: eve.Name, Guest: true})
	w.bot.people.members.known = map[string]known[member]{} // as a minute later
	v = w.opensHome(eve.ID, "1000 Alice", "Waits for approval", "You aren't among the people who may ask")
	if offers(v, words.ActionWithdraw) || offers(v, "ask") {
		t.Error("who may not ask any more is offered what would be refused")
	}
}

// TestAHomeWhileSlackDoesNotSay who is an approver: nothing of others is shown, and it is said that something may be missing, until Slack says.
func TestAHomeWhileSlackDoesNotSay(t *testing.T) {
	w := newWorld(t, options{})
	w.asks("1000 Alice")
	w.ws.Fail("usergroups.users.list", bottest.Fault{Kind: bottest.ServerError, Times: -1})
	w.bot.people.groups.known = map[string]known[[]string]{} // as a minute later
	v := w.opensHome(bob.ID, "couldn't be asked whether you are an approver")
	if strings.Contains(atHome(v), "Request 1") || strings.Contains(atHome(v), "How all stands") {
		t.Error("bob is shown what approvers are")
	}
	w.ws.Heal("usergroups.users.list")
	v = w.homeShows(bob.ID, "1 request waits for approval")
	if strings.Contains(atHome(v), "couldn't be asked") {
		t.Error("it still says that Slack couldn't be asked")
	}
}

// TestAHomeWaitsAsSlackAsks, and cards don't wait with it.
func TestAHomeWaitsAsSlackAsks(t *testing.T) {
	w := newWorld(t, options{})
	w.ws.Fail("views.publish", bottest.Fault{Kind: bottest.RateLimited, RetryAfter: 2 * time.Second, Times: 1})
	began := time.Now()
	_, err := w.ws.OpenHome(w.ctx, eve.ID)
	w.must(err)
	w.asks("1000 Alice")
	if _, shown := w.ws.Home(eve.ID); shown && time.Since(began) < 2*time.Second {
		t.Error("it was drawn before")
	}
	w.homeShows(eve.ID, "1000 Alice")
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("drawn after %s", took)
	}
}

// TestNoHome: where Slack shows none, that is logged, and not tried until it is opened again.
func TestNoHome(t *testing.T) {
	w := newWorld(t, options{})
	w.ws.Fail("views.publish", bottest.Fault{Kind: bottest.Error, Error: "not_enabled", Times: 1})
	_, err := w.ws.OpenHome(w.ctx, eve.ID)
	w.must(err)
	w.eventually("a call", func() bool { return w.ws.Count("views.publish") == 1 })
	w.opensHome(eve.ID, "You have asked for nothing")
	for !strings.Contains(w.log.String(), "home could not be drawn") {
		runtime.Gosched()
	}
	if n := w.ws.Count("views.publish"); n != 2 {
		t.Errorf("%d calls", n)
	}
}

// TestTheMessagesTab is no home, and other events mean nothing.
func TestTheMessagesTab(t *testing.T) {
	w := newWorld(t, options{})
	for _, payload := range []string{
		`{"event":{"type":"app_home_opened","user":"U0EVE","tab":"messages"}}`,
		`{"event":{"type":"app_home_opened","tab":"home"}}`, `{"event":{"type":"message","user":"U0EVE","tab":"home"}}`, `{}`, `[]`,
	} {
		if a := w.bot.Handle(w.ctx, socket.Envelope{Type: socket.Event, Payload: json.RawMessage(payload)}); a.Payload != nil || a.Then != nil {
			t.Errorf("%s is answered with %+v", payload, a)
		}
	}
	w.opensHome(ann.ID, "You have asked for nothing")
	if _, drawn := w.ws.Home(eve.ID); drawn {
		t.Error("eve's home was drawn, which she didn't open")
	}
}

// TestTroubleAtHome is told directly: an answer in the acknowledgement is for forms.
func TestTroubleAtHome(t *testing.T) {
	w := newWorld(t, options{idle: true})
	a := w.bot.Trouble(socket.Envelope{Type: socket.Interactive, Payload: json.RawMessage(`{"user":{"id":"U0EVE"},"view":{"id":"V1","type":"home"}}`)})
	if a.Payload != nil || a.Then == nil {
		t.Fatalf("got %+v", a)
	}
	a.Then(w.ctx)
	if told := w.ws.DirectMessages(eve.ID); len(told) != 1 {
		t.Errorf("she is told %+v", told)
	}
}
