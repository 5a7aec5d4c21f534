package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

const uin = 100012345678

func TestFromTheCommandToTheRequestId(t *testing.T) {
	w := newWorld(t)
	w.start()
	answer := w.ask(alice, "100012345678 Alice -- for the data team")
	if !strings.Contains(answer.Text, "Request 1 is with the approvers in <#"+admins+">") {
		t.Errorf("the answer is %q", answer.Text)
	}
	card := w.card(1)
	for _, fact := range []string{"100012345678", "Alice", "for the data team", "@alice"} {
		if !strings.Contains(card.Text, fact) {
			t.Errorf("the card's text lacks %q: %s", fact, card.Text)
		}
	}
	w.click(ann, card, "approve")
	w.await("the outcome everywhere", func() bool { return w.finished(1) })
	sent := w.org.Sends()[0]
	if want := `"InviteUin":100012345678`; !strings.Contains(sent.Payload, want) || !strings.Contains(sent.Payload, "for the data team") {
		t.Errorf("the call was %s", sent.Payload)
	}
	for what, text := range map[string]string{"the card": w.card(1).Text, "the thread": w.replies(1)[0].Text, "the requester": w.directs(alice, 1)[0].Text} {
		if !strings.Contains(text, sent.RequestID) {
			t.Errorf("%s isn't told the RequestId: %s", what, text)
		}
	}
	if reply := w.replies(1)[0].Text; !strings.Contains(reply, "@ann") {
		t.Errorf("the thread isn't told who approved: %s", reply)
	}
	w.stop()
	if status := w.org.AcceptedSends(uin); status != 1 {
		t.Errorf("the organization took %d invitations", status)
	}
}

// The codes that the organization's documentation lists, those of its newer version, and some that neither lists.
func TestEveryRefusalIsToldInWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	codes := []string{"FailedOperation.MemberNameUsed", "FailedOperation.NotSameRegion", "FailedOperation.ReSentInvitation",
		"FailedOperation.UserInOrganization", "FailedOperation.UserNotRegister", "LimitExceeded.Members",
		"ResourceNotFound.OrganizationNotExist", "ResourceNotFound.UserNotExist", "AuthFailure.SignatureExpire", "UnauthorizedOperation",
		"FailedOperation.AuthInfoNotSame", "UnsupportedOperation.AgentNotSame", "FailedOperation.OrganizationMemberOverLimit",
		"UnauthorizedOperation.CamNoAuth", "InvalidParameter.MemberNameIllegal"}
	for i, code := range codes {
		n := i + 1
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: "SendOrganizationInvitation", Code: code, Message: "the provider's words", Times: 1})
		w.ask(alice, fmt.Sprintf("%d Alice", uin+n))
		w.click(ann, w.card(n), "approve")
		w.await(code, func() bool { return len(w.replies(n)) > 0 && len(w.directs(alice, n)) > 0 })
		reply := w.replies(n)[0]
		for _, want := range []string{code, "“the provider's words”", "Next:", "RequestId"} {
			if !strings.Contains(reply.Text, want) {
				t.Errorf("%s: the thread isn't told %s: %q", code, want, reply.Text)
			}
		}
		if !hasButton(reply, "retry") {
			t.Errorf("%s: the reply has no button", code)
		}
	}
	w.click(bob, w.replies(1)[0], "retry")
	w.await("the second try", func() bool { return w.finished(1) && len(w.replies(1)) == 3 })
	if hasButton(w.replies(1)[0], "retry") {
		t.Error("the button is still there")
	}
	w.stop()
}

// TestAnUnclearAnswerIsShownAsItCame: with its code, message and RequestId, also where nothing can be looked up, and never as a
// lost one. What says that it comes from the bot itself doesn't have the call repeated.
func TestAnUnclearAnswerIsShownAsItCame(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.org.ForbidListing(true)
	for i, code := range []string{"InternalError", "FailedOperation.Whatever", "ClientError.NotConnected"} {
		n := i + 1
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: "SendOrganizationInvitation", Code: code, Message: "the provider's words", Times: 1})
		w.ask(alice, fmt.Sprintf("%d Alice", uin+n))
		w.click(ann, w.card(n), "approve")
		w.await(code, func() bool { return len(w.replies(n)) > 0 })
		reply := w.replies(n)[0].Text
		for _, want := range []string{code, "RequestId", "the provider's words", "it isn't known", "looking it up"} {
			if !strings.Contains(reply, want) || strings.Contains(reply, "lost") {
				t.Errorf("%s: the thread is told %q", code, reply)
			}
		}
		w.await("an approver's choice", func() bool { return hasButton(w.replies(n)[len(w.replies(n))-1], "resend") })
	}
	if calls := len(w.org.Sends()); calls != 3 {
		t.Errorf("%d calls for 3 invitations", calls)
	}
	w.stop()
}

// TestListsAndAButtonToWithdraw: what somebody has asked and what waits for an approver is listed, and a button in the list takes a
// request back, also after the program was started anew.
func TestListsAndAButtonToWithdraw(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.ask(alice, "100012345679 Bob")
	w.card(2)
	w.awaitAnswer(ann, "list", "These wait for your decision:", "|Request 1>: 100012345678 Alice, asked by @alice", "|Request 2>")
	list := w.ask(alice, "withdraw")
	if !strings.Contains(list.Text, "Request 2: 100012345679 Bob\nRequest 1: 100012345678 Alice") {
		t.Errorf("the list says %q", list.Text)
	}
	w.stop()
	w.start()
	shown, _ := w.Message(list.Message)
	w.click(alice, shown, "withdraw")
	w.await("the list without it", func() bool {
		now, _ := w.Message(list.Message)
		return strings.Contains(now.Text, "Request 2 is withdrawn.") && strings.Contains(now.Text, "Request 1: ") && hasAccessory(now, "withdraw")
	})
	w.await("the card", func() bool {
		return strings.Contains(w.card(2).Text, "Withdrawn by @alice") && !hasButton(w.card(2), "approve")
	})
	w.awaitAnswer(alice, "list", "|Request 1>: 100012345678 Alice – Waits for approval", "|Request 2>: 100012345679 Bob – ↩️ Withdrawn")
	w.awaitAnswer(alice, "status 2", "Request 2: ↩️ Withdrawn", "Withdrawn by @alice", "See request 2")
	w.stop()
	if calls := len(w.org.Sends()); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

// awaitAnswer types a command until its answer has all of this, in this order: where a card stands is known a moment after it stands there.
func (w *world) awaitAnswer(who, typed string, wants ...string) {
	w.Helper()
	var said string
	for range 100 {
		said = w.ask(who, typed).Text
		rest, has := said, true
		for _, want := range wants {
			var found bool
			_, rest, found = strings.Cut(rest, want)
			has = has && found
		}
		if has {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.Errorf("%q is answered %q, which lacks something of %q", typed, said, wants)
}

// hasAccessory says whether a row of a message has a button.
func hasAccessory(m bottest.Message, action string) bool {
	return strings.Contains(string(m.Blocks), `"accessory":{"type":"button"`) && strings.Contains(string(m.Blocks), `"action_id":"`+action+`"`)
}

func TestTwoApproversAtOnceAreOneDecision(t *testing.T) {
	w := newWorld(t)
	w.start()
	const requests = 10
	for n := 1; n <= requests; n++ {
		w.ask(alice, fmt.Sprintf("%d Alice %d", uin+n, n))
		card := w.card(n)
		var clicks sync.WaitGroup
		for _, who := range []string{ann, bob, ann, bob} {
			clicks.Go(func() {
				if _, err := w.ClickSeen(context.Background(), who, card, "approve"); err != nil {
					t.Error(err)
				}
			})
		}
		clicks.Wait()
		w.await("the outcome", func() bool { return w.finished(n) })
		if got := w.org.AcceptedSends(uint64(uin + n)); got != 1 {
			t.Errorf("request %d was sent %d times", n, got)
		}
	}
	w.await("every late click to be answered", func() bool { return len(w.Ephemerals(ann))+len(w.Ephemerals(bob))+w.Count("views.open") >= 3*requests })
	w.stop()
}

func TestEnvelopesThatComeTwice(t *testing.T) {
	w := newWorld(t)
	w.DoubleEnvelopes(true)
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.stop()
	w.exactlyOnce(1)
}

// exactlyOnce asserts that a request has one card, one reply, one direct message and one invitation.
func (w *world) exactlyOnce(n int) {
	w.Helper()
	cards, replies, directs, sends := len(w.cards(n)), len(w.replies(n)), len(w.directs(alice, n)), 0
	for _, i := range w.org.Invitations() {
		sends = max(sends, w.org.AcceptedSends(i.UIN))
	}
	if cards != 1 || replies != 1 || directs != 1 || sends != 1 {
		w.Errorf("request %d: %d cards, %d replies, %d direct messages, %d invitations; want one of each\n%s", n, cards, replies, directs, sends, w.transcript())
	}
}

func TestAnswersThatAreLost(t *testing.T) {
	for _, method := range []string{"chat.postMessage", "chat.update"} {
		for _, kind := range []bottest.Kind{bottest.LostAnswer, bottest.LostRequest, bottest.ServerError, bottest.RateLimited} {
			t.Run(fmt.Sprint(method, " ", kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.Fail(method, bottest.Fault{Kind: kind, Times: 2, RetryAfter: time.Second})
				w.start()
				w.ask(alice, "100012345678 Alice")
				w.click(ann, w.card(1), "approve")
				w.await("the outcome", func() bool { return w.finished(1) })
				w.stop()
				w.exactlyOnce(1)
			})
		}
	}
	for _, kind := range []invitetest.Kind{invitetest.LostAnswer, invitetest.LostRequest, invitetest.HTTPStatus, invitetest.EmptyResponse, invitetest.Null} {
		t.Run(fmt.Sprint("SendOrganizationInvitation ", kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.org.Fail(invitetest.Fault{Kind: kind, Action: "SendOrganizationInvitation", Times: 1})
			w.start()
			w.ask(alice, "100012345678 Alice")
			w.click(ann, w.card(1), "approve")
			w.await("the outcome", func() bool {
				replies := w.replies(1)
				return len(replies) > 0 && strings.Contains(replies[len(replies)-1].Text, "was sent") && len(w.directs(alice, 1)) > 0
			})
			w.stop()
			if got := w.org.AcceptedSends(uin); got != 1 {
				t.Errorf("the organization took %d invitations\n%s", got, w.transcript())
			}
		})
	}
}

func TestSlackIsDownForAWhile(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.ask(alice, "100012345678 Alice")
	card := w.card(1)
	w.org.Fail(invitetest.Fault{Kind: invitetest.HeldAnswer, Action: "SendOrganizationInvitation", Times: 1})
	w.click(ann, card, "approve")
	w.awaitCall("the call", func() bool { return w.org.AcceptedSends(uin) == 1 })
	w.Outage(true)
	w.org.Release()
	w.awaitLog("a message could not be said")
	w.Outage(false)
	w.await("the outcome", func() bool { return w.finished(1) })
	w.await("the connection", func() bool { return w.Connections() > 0 })
	if answer := w.ask(alice, "100012345679 Bob"); !strings.Contains(answer.Text, "Request 2 is with the approvers") {
		t.Errorf("afterwards the bot answers %q", answer.Text)
	}
	w.stop()
	w.exactlyOnce(1)
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.org.Fail(invitetest.Fault{Kind: invitetest.HeldAnswer, Action: "SendOrganizationInvitation", Times: 1})
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.awaitCall("the call", func() bool { return w.org.AcceptedSends(uin) == 1 })
	w.signal(sigterm)
	w.await("the connections to close", func() bool { return w.Connections() == 0 })
	w.org.Release()
	if status := w.reap(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	w.start()
	w.await("the outcome", func() bool { return w.finished(1) })
	w.stop()
	w.exactlyOnce(1)
	if strings.Contains(w.replies(1)[0].Text, "not known") {
		t.Error("the answer that came during the stop was looked up: it had been thrown away")
	}
}
