package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// numbered is a request of another number, and with the card that such a one has.
func numbered(n int64, r approvals.Request) approvals.Request {
	r.ID, r.Card.TS = n, fmt.Sprintf("1772357400.%06d", n)
	return r
}

// lists are those of somebody who has much to see, and of somebody who has nothing.
func lists(b Book) map[string]Content {
	unposted := numbered(16, pending())
	unposted.Card = approvals.Place{}
	l := approvals.Lists{
		Waiting: approvals.Listing{Requests: []approvals.Request{numbered(3, pending(several)), numbered(5, cards["pending-forever"]), numbered(6, cards["pending-hostile"])}},
		Own: approvals.Listing{More: 14, Requests: []approvals.Request{unposted, numbered(15, cards["sending"]), numbered(14, cards["sent"]), numbered(13, cards["failed"]),
			numbered(12, cards["unknown"]), numbered(11, cards["several-mixed"]), numbered(10, cards["denied"]), numbered(9, cards["withdrawn"]), numbered(8, cards["expired"])}},
	}
	return map[string]Content{
		"list-requester": b.Lists(approvals.Lists{Own: l.Own}, false),
		"list-approver":  b.Lists(l, true),
		"list-nothing":   b.Lists(approvals.Lists{}, true),
		"list-withdraw":  b.Withdrawable(approvals.Listing{Requests: []approvals.Request{numbered(16, pending(several)), numbered(3, cards["pending-hostile"])}, More: 2}),
	}
}

func TestLists(t *testing.T) {
	slackTakes := newJudge(t)
	for name, c := range lists(testBook) {
		t.Run(name, func(t *testing.T) {
			golden(t, name, c)
			slackTakes(t, c)
		})
	}
}

func TestStatus(t *testing.T) {
	slackTakes := newJudge(t)
	for name, says := range map[string]string{
		"pending": "Waits for approval", "pending-1-of-2": "Waits for approval", "sending": "⏳ Being sent", "sent": "✅ Invited", "failed": "⚠️ Not sent",
		"unknown": "❓ Unknown", "several-mixed": "❓ 1 of 3 accounts invited", "denied-because": "⛔ Denied",
		"withdrawn": "↩️ Withdrawn", "expired": "⌛ Expired", "longest": "Waits for approval",
	} {
		c := testBook.Status(cards[name])
		if !strings.HasPrefix(c.Text, "Request 12: "+says+"\n") || !strings.Contains(c.Text, "Asked by: @eve") && name != "longest" {
			t.Errorf("%s: %s", name, c.Text)
		}
		slackTakes(t, c)
	}
	golden(t, "status-several", testBook.Status(cards["several-mixed"]))
	golden(t, "status-denied", testBook.Status(cards["denied-because"]))
}

// TestSomeAreInvited: of several accounts some may have been refused.
func TestSomeAreInvited(t *testing.T) {
	r := cards["several-mixed"]
	r.Invitations = r.Invitations[:2]
	contains(t, testBook.Status(r).Text, "Request 12: ⚠️ 1 of 2 accounts invited", "Not sent: ")
}

// TestTheLongestListsFit: with everything as long as it may be, in an acknowledgement of less than 20 KB and what Slack takes of blocks.
func TestTheLongestListsFit(t *testing.T) {
	slackTakes := newJudge(t)
	book := NewBook(English, strings.Repeat("i", 12), "https://"+strings.Repeat("long-", 8)+"name.enterprise.slack.com/")
	var full approvals.Listing
	for n := range 20 {
		r := numbered(int64(999_980+n), longest())
		r.Nonce, r.Digest, r.Requester.Name = strings.Repeat("n", 32), strings.Repeat("d", 64), strings.Repeat("𝔸", 80)
		r.Invitations[0].UIN, r.Invitations[0].Name = math.MaxUint64, strings.Repeat("𝔸", invite.MaxCharacters)
		r.Card.Channel, r.ExpiresAt = "C0123456789", asked.Add(time.Hour)
		full.Requests = append(full.Requests, r)
	}
	full.More = 1_000_000
	for name, c := range map[string]Content{
		"both":     book.Lists(approvals.Lists{Waiting: full, Own: full}, true),
		"waiting":  book.Lists(approvals.Lists{Waiting: full}, true),
		"own":      book.Lists(approvals.Lists{Own: full}, true),
		"withdraw": book.Left(book.Withdrawn(full.Requests[0]), full),
	} {
		var raw bytes.Buffer
		e := json.NewEncoder(&raw)
		e.SetEscapeHTML(false) // as bot/socket writes it
		if err := e.Encode(c.Private()); err != nil || raw.Len() > 18_000 {
			t.Errorf("%s: %d bytes, %v", name, raw.Len(), err)
		}

		slackTakes(t, c)
	}
	both := blocksOf(t, book.Lists(approvals.Lists{Waiting: full, Own: full}, true))
	if strings.Count(both, "and 1000010 more") != 2 || strings.Count(both, "Request 9999") != 20 {
		t.Errorf("it isn't said that some are missing: %s", both)
	}
	if some := shared(approvals.Lists{Waiting: first(15, full), Own: first(3, full)}); len(some.Waiting.Requests) != 15 || len(some.Own.Requests) != 3 {
		t.Errorf("something is missing that has room: %d and %d", len(some.Waiting.Requests), len(some.Own.Requests))
	}
}
