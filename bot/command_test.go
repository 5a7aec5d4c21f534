package bot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

func TestUsageUnderTheNameTyped(t *testing.T) {
	w := newWorld(t, options{idle: true})
	for _, typed := range []string{"/invite-member help", "/invite help", "/add  HELP ", "/add help\t"} {
		a, err := w.ws.Command(w.ctx, eve.ID, askID, typed)
		w.must(err)
		name, _, _ := strings.Cut(typed, " ")
		contains(t, a.Text, name+" 100012345678 Alice", name+" withdraw 12", name+" list", name+" status 12")
	}
}

func TestAsk(t *testing.T) {
	w := newWorld(t, options{idle: true, workspace: bottest.Options{LinkDigits: true}})
	contains(t, w.types(eve.ID, "100012345678 Tom & Jerry <3"), "Request 1 is with the approvers in <#"+approvalsID+">", "100012345678 Tom &amp; Jerry &lt;3", "withdraw 1")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	i := r.Invitations[0]
	if i.UIN != 100012345678 || i.Name != "Tom & Jerry <3" || i.Remark != "invitebot 1, asked by eve" {
		t.Errorf("stored %+v", i)
	}
	if r.Requester != eve || r.AskedIn != askID {
		t.Errorf("stored %+v in %s", r.Requester, r.AskedIn)
	}
}

func TestAskWithRemark(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(eve.ID, "1000 Alice — for the data team"), "Request 1 is")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if got := r.Invitations[0].Remark; got != "for the data team" {
		t.Errorf("remark %q", got)
	}
}

func TestRemarkOfALongOrOddName(t *testing.T) {
	w := newWorld(t, options{idle: true})
	for n, tt := range []struct{ name, remark string }{
		{strings.Repeat("é", 50), "invitebot 1, asked by " + strings.Repeat("é", 18)},
		{"\u202eeve\u200b\n", "invitebot 2, asked by eve"},
		{"\u200b", "invitebot 3, asked by U0ODD2"},
	} {
		id := fmt.Sprintf("U0ODD%d", n)
		w.ws.AddUser(bottest.User{ID: id, Name: tt.name})
		contains(t, w.types(id, fmt.Sprintf("%d Alice", 1000+n)), fmt.Sprintf("Request %d is", n+1))
		r, err := w.desk.Request(w.ctx, int64(n+1))
		w.must(err)
		if got := r.Invitations[0].Remark; got != tt.remark {
			t.Errorf("remark %q, want %q", got, tt.remark)
		}
	}
}

func TestAskForSeveral(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(eve.ID, "1000 Alice\n\n2000 Bob Builder -- x"), "Request 1 is", "1000 Alice", "2000 Bob Builder", "Warnings: 2", "ask again with Bob-Builder")
}

func TestTheLongestAnswerFits(t *testing.T) {
	w := newWorld(t, options{idle: true})
	const accounts, share = 10, 100
	var lines []string
	for n := range accounts {
		lines = append(lines, fmt.Sprintf("%d %s -- %s", 1000+n, strings.Repeat("𝔸&", share/4), strings.Repeat("&", share/2)))
	}
	contains(t, w.types(eve.ID, strings.Join(lines, "\n")), "Request 1 is")
}

func TestBadInput(t *testing.T) {
	w := newWorld(t, options{idle: true})
	for typed, wants := range map[string][]string{
		"alice":                        {"No request was made", "alice", "isn't a UIN", "100012345678 Alice", "/invite-member help"},
		"1000":                         {"1000", "name is missing"},
		"1000 A\n2000":                 {"Line 2: 2000", "name is missing"},
		"<!channel> *x*":               {"&lt;!channel&gt;", "isn't a UIN"},
		"1000 Al\u202eice":             {"Al�ice", "U+202E"},
		"withdraw":                     {"None of your requests waits for approval"},
		"status":                       {"/invite-member status 12", "/invite-member list"},
		"status twelve":                {"/invite-member status 12"},
		"status 99":                    {"Request 99 isn't yours to see"},
		"list 100012345678":            {"/invite-member list", "/invite-member 100012345678 Alice"},
		"list of mine":                 {"Nothing goes behind list"},
		"withdraw twelve":              {"/invite-member withdraw 12"},
		"withdraw 99":                  {"Request 99 isn't yours to withdraw"},
		strings.Repeat("9", 30) + " A": {"too large"},
	} {
		answer := w.types(eve.ID, typed)
		contains(t, answer, wants...)
		if strings.ContainsAny(answer, "<>") {
			t.Errorf("%q: the answer has markup: %s", typed, answer)
		}
	}
	if _, err := w.desk.Request(w.ctx, 1); err == nil {
		t.Error("a request was made")
	}
}

// TestWhatIsAskedBackCanBeCopied: what was meant stands in a code block, and typing that makes the request.
func TestWhatIsAskedBackCanBeCopied(t *testing.T) {
	w := newWorld(t, options{idle: true, workspace: bottest.Options{LinkDigits: true}})
	for n, tt := range []struct{ typed, asks, back string }{
		{"100 012 345 671 Alice", "Was the UIN 100012345671 meant?", "100012345671 Alice"},
		{"Alice 100012345699", "Was the UIN 100012345699 meant?", "100012345699 Alice"},
		{"1OOO12345678 Alice", "Was the UIN 100012345678 meant?", "100012345678 Alice"},
		{"100012345672 Tom & Jerry for the data team", "Was “for the data team” meant as the remark?", "100012345672 Tom & Jerry -- for the data team"},
		{"100012345673 Alice - for data\n100012345674 Bob", "Was “for data” meant as the remark?", "100012345673 Alice -- for data\n100012345674 Bob"},
	} {
		a, err := w.ws.Command(w.ctx, eve.ID, askID, "/invite-member "+tt.typed)
		w.must(err)
		contains(t, strings.ReplaceAll(a.Text, "&amp;", "&"), "No request was made", tt.asks, "/invite-member "+tt.back)
		if got := codeBlock(t, a.Payload); got != "/invite-member "+tt.back {
			t.Errorf("%q: %q is offered for copying", tt.typed, got)
		}
		contains(t, w.types(eve.ID, tt.back), fmt.Sprintf("Request %d is", n+1))
	}
}

// TestWhatIsRefusedIsGivenBack in a code block, where nothing of it means anything, at most as much as Slack takes.
func TestWhatIsRefusedIsGivenBack(t *testing.T) {
	w := newWorld(t, options{idle: true})
	for typed, want := range map[string]string{
		"1000 A\n2000\tBob\tx\n3000":   "/invite-member 1000 A\n2000\tBob\tx\n3000",
		"<!channel> *x* ```y``` & z":   "/invite-member <!channel> *x* ```y``` & z",
		"1000 Al\u202eice":             "/invite-member 1000 Alice",
		strings.Repeat("&𝔸\"\n", 1000): "/invite-member " + strings.Repeat("&𝔸\"\n", 371) + "&",
		strings.Repeat("&𝔸𝔸", 1000):    "/invite-member " + strings.Repeat("&𝔸𝔸", 495),
	} {
		a, err := w.ws.Command(w.ctx, eve.ID, askID, "/invite-member "+typed)
		w.must(err)
		if len(a.Payload) > 20_000 {
			t.Errorf("%q: Slack drops an answer of %d bytes", typed, len(a.Payload))
		}
		if got := codeBlock(t, a.Payload); got != want {
			t.Errorf("%q: %q is given back, want %q", typed, got, want)
		}
	}
}

// codeBlock is what stands in the code block of an answer.
func codeBlock(t *testing.T, answer []byte) string {
	t.Helper()
	var a struct {
		Blocks []struct {
			Elements []struct {
				Type     string
				Elements []struct{ Text string }
			}
		}
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatal(err)
	}
	for _, b := range a.Blocks {
		for _, e := range b.Elements {
			if e.Type == "rich_text_preformatted" {
				return e.Elements[0].Text
			}
		}
	}
	return ""
}

// TestANameThatHidesSomething: a Slack name is shown and kept without what can't be seen, wherever it stands.
func TestANameThatHidesSomething(t *testing.T) {
	w := newWorld(t, options{})
	w.ws.AddUser(bottest.User{ID: "U0HIDDEN", Name: "al\u202eice\u3164 ❤\ufe0f Z" + strings.Repeat("\u0336", 9)})
	const shown = "al ice ❤\ufe0f Z\u0336\u0336\u0336"
	contains(t, w.types("U0HIDDEN", "100012345678 Alice"), "Request 1 is")
	r, err := w.desk.Request(w.ctx, 1)
	w.must(err)
	if r.Requester.Name != shown || r.Invitations[0].Remark != "invitebot 1, asked by "+shown {
		t.Errorf("stored %+v", r)
	}
	if e := w.ledger(ledger.Requested); e.Actor.Name != shown {
		t.Errorf("the ledger has %+q", e.Actor)
	}
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 1 })
	contains(t, w.ws.Messages(approvalsID)[0].Text, "@"+shown)
}

func TestWarningsAreShownToWhoAsks(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(eve.ID, "1000 "+strings.Repeat("x", 26)), "Request 1 is", "26 characters")
	contains(t, w.types(eve.ID, "12 Bob"), "Request 2 is", "Real UINs have 12 digits; this one has 2.")
	answer := w.types(eve.ID, "100012345678 Bob the builder")
	contains(t, answer, "Request 3 is", "no spaces in names", "Bob-the-builder")
	if strings.Contains(answer, "⚠️") {
		t.Errorf("a space is warned of: %s", answer)
	}
}

func TestDuplicate(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice\n2000 Bob")
	answer := w.types(bob.ID, "3000 Carol\n2000 Someone")
	contains(t, answer, "No request was made: 2000 is in request 1 by @eve", "waits for approval", w.ws.Permalink(card.Ref()))
	if e := w.ledger(ledger.Refused); e.Actor != bob || e.Detail.Why != ledger.Duplicate {
		t.Errorf("the ledger has %+v", e)
	}
	told, back, _ := strings.Cut(answer, "for copying:")
	contains(t, back, "/invite-member 3000 Carol\n2000 Someone")
	if strings.Contains(told, "3000") {
		t.Errorf("an account that nobody else asked for is named: %s", answer)
	}
}

func TestSentBeforeIsMarked(t *testing.T) {
	w := newWorld(t, options{})
	w.clicks(ann.ID, w.asks("1000 Alice"), words.ActionApprove)
	w.eventually("the outcome", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 2 is", "before, by request 1")
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 2 })
	contains(t, w.ws.Messages(approvalsID)[1].Text, "before, by request 1")
}

func TestWithdraw(t *testing.T) {
	w := newWorld(t, options{})
	card := w.asks("1000 Alice")
	contains(t, w.types(bob.ID, "withdraw 1"), "Request 1 isn't yours to withdraw")
	contains(t, w.types(eve.ID, "Withdraw\t #1 "), "Request 1 is withdrawn", w.ws.Permalink(card.Ref()))
	card = w.becomes(card, "Withdrawn by @eve")
	if strings.Contains(string(card.Blocks), `"actions"`) {
		t.Error("the card still has buttons")
	}
	contains(t, w.types(eve.ID, "withdraw 1"), "Request 1 was withdrawn by @eve")
}

// TestACommandThatComesTwice has every envelope told over two connections.
func TestACommandThatComesTwice(t *testing.T) {
	w := newWorld(t, options{config: Config{Connections: 2}})
	w.ws.DoubleEnvelopes(true)
	w.asks("1000 Alice")
	w.asks("2000 Bob")
	if n := len(w.ws.Messages(approvalsID)); n != 2 {
		t.Errorf("%d cards", n)
	}
}

func TestWhoMayAsk(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(guestID, "1000 Alice"), "No request was made", "aren't among the people who may ask")
	if e := w.ledger(ledger.Refused); e.Actor.ID != guestID || e.Detail.Why != ledger.NotRequester {
		t.Errorf("the ledger has %+v", e)
	}
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 1 is")
}

func TestWhoMayAskByList(t *testing.T) {
	w := newWorld(t, options{idle: true, config: Config{Requesters: []string{guestID, groupID}}})
	contains(t, w.types(guestID, "1000 Alice"), "Request 1 is")
	contains(t, w.types(bob.ID, "2000 Alice"), "Request 2 is")
	contains(t, w.types(eve.ID, "3000 Alice"), "aren't among the people who may ask")
}

func TestWhoCannotBeCheckedMayNotAsk(t *testing.T) {
	w := newWorld(t, options{idle: true})
	w.ws.Fail("users.info", bottest.Fault{Kind: bottest.ServerError, Times: -1})
	contains(t, w.types(eve.ID, "1000 Alice"), "couldn't be asked whether you may", "Try again")
	if e := w.ledger(ledger.Refused); e.Detail.Why != ledger.Unchecked {
		t.Errorf("the ledger has %+v", e)
	}
	w.ws.Heal("users.info")
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 1 is")
}

// TestAskedOnceForABurst: one call finds out who somebody is, however often they ask within a minute.
func TestAskedOnceForABurst(t *testing.T) {
	w := newWorld(t, options{idle: true})
	var burst []bottest.Envelope
	for n := range 20 {
		e, err := w.ws.CommandEnvelope(eve.ID, askID, fmt.Sprintf("/invite-member %d Alice", 1000+n))
		w.must(err)
		burst = append(burst, e)
	}
	answers, err := w.ws.Do(w.ctx, burst...)
	w.must(err)
	for _, a := range answers {
		contains(t, a.Text, "is with the approvers")
	}
	asked := 0
	for _, c := range w.ws.Calls() {
		if c.Method == "users.info" && c.Args["user"] == eve.ID {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

// TestAResponseURLIsASecret: whoever knows one can speak as the bot, so no failure to use it shows it.
func TestAResponseURLIsASecret(t *testing.T) {
	w := newWorld(t, options{idle: true})
	redirecting := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/NobodySees", http.StatusFound))
	defer redirecting.Close()
	for _, address := range []string{
		"http://127.0.0.1:1/NobodySees", "http://127.0.0.1:NobodySees/", "http://127.0.0.1:1/%NobodySees", "http://h h/NobodySees", ":NobodySees", "ftp://127.0.0.1/NobodySees",
		"http://127.0.0.1:1/\x7fNobodySees", "http:///NobodySees", "http://[NobodySees/", "http://u:NobodySees@127.0.0.1:1/", w.ws.APIURL() + "NobodySees", redirecting.URL + "/NobodySees",
	} {
		payload, err := json.Marshal(map[string]string{"response_url": address, "channel_id": askID, "user_id": eve.ID})
		w.must(err)
		before := strings.Count(w.log.String(), "a command stays unanswered")
		w.bot.answerLate(w.ctx, socket.Envelope{Type: socket.Command, Payload: payload}, w.bot.book.Restarting())
		if strings.Count(w.log.String(), "a command stays unanswered") != before+1 {
			t.Errorf("%q: nothing is logged", address)
		}
	}
	if strings.Contains(w.log.String(), "NobodySees") {
		t.Errorf("the log has a response_url:\n%s", w.log)
	}
}

// TestWithdrawTellsNothing: who may not ask is refused before anything is looked at, and to everybody else but the requester
// a request reads the same as one that doesn't exist.
func TestWithdrawTellsNothing(t *testing.T) {
	w := newWorld(t, options{idle: true})
	contains(t, w.types(eve.ID, "1000 Alice"), "Request 1 is")
	mine, none := w.types(bob.ID, "withdraw 1"), w.types(bob.ID, "withdraw 99")
	if strings.ReplaceAll(none, "99", "1") != mine || strings.Contains(mine, "eve") || strings.Contains(mine, eve.ID) {
		t.Errorf("it reads %q, and %q where there is none", mine, none)
	}
	for _, typed := range []string{"withdraw 1", "withdraw 99"} {
		answer := w.types(guestID, typed)
		contains(t, answer, "Nothing was changed", "aren't among the people who may ask")
		if strings.ContainsAny(answer, "0123456789") {
			t.Errorf("%s is answered: %s", typed, answer)
		}
	}
	if e := w.ledger(ledger.Refused); e.Actor.ID != guestID || e.Request != 0 || e.Detail.Typed != "withdraw 1" {
		t.Errorf("the ledger has %+v", e)
	}
}

// TestWhatSomebodyTypedIsKeptAsTheySawIt, and not all of it.
func TestWhatSomebodyTypedIsKeptAsTheySawIt(t *testing.T) {
	w := newWorld(t, options{idle: true, workspace: bottest.Options{LinkDigits: true}})
	w.types(guestID, "100012345678 Tom & Jerry <3")
	if e := w.ledger(ledger.Refused); e.Detail.Tried != "ask" || e.Detail.Typed != "100012345678 Tom & Jerry <3" {
		t.Errorf("the ledger has %+v", e)
	}
	w.ws.AddUser(bottest.User{ID: "U0GUEST2", Name: "guest2", Guest: true})
	w.types("U0GUEST2", "1000 "+strings.Repeat("王", 120)+" -- "+strings.Repeat("é", 120))
	if e := w.ledger(ledger.Refused); utf8.RuneCountInString(e.Detail.Typed) != 200 || !strings.HasSuffix(e.Detail.Typed, "é…") {
		t.Errorf("the ledger has %+v", e)
	}
}
