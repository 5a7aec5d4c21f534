package approvals

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// refusals are what the ledger has of somebody, as the audit tells it.
func (h *house) refusals(by Person) (told []string) {
	h.Helper()
	for e, err := range h.store.Events(h.Context(), ledger.Filter{Person: by.ID}) {
		if err != nil {
			h.Fatal(err)
		}
		told = append(told, ledger.Tell(e))
	}
	return told
}

func (h *house) refuse(c Click, request int64, why ledger.Why) {
	h.Helper()
	if _, err := h.Refuse(h.Context(), c, request, why); err != nil {
		h.Fatal(err)
	}
}

// size is how many bytes the database has, those that wait to be swept away included.
func (h *house) size() (bytes int64) {
	h.Helper()
	query := `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	if database.IsPostgres(h.url) {
		// Of the tables alone: what PostgreSQL notes of them when it analyses them, which it does once a minute, is none of theirs.
		query = `SELECT COALESCE(SUM(pg_relation_size(c.oid)), 0)::bigint FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
			WHERE nspname = current_schema() AND relkind IN ('r', 'i')`
	}
	err := h.store.write(h.Context(), func(t *tx) error { return t.Row(h.Context(), query).Scan(&bytes) })
	if err != nil {
		h.Fatal(err)
	}
	return bytes
}

// TestManyRefusalsAreCounted: whoever may do nothing can't fill the ledger with it, and the ledger tells how often they tried.
func TestManyRefusalsAreCounted(t *testing.T) {
	for name, x := range map[string]struct {
		many    int
		request int64
		channel string
		why     ledger.Why
		tried   string
		typed   string
		first   string
		more    string
	}{
		"asking": {5000, 0, "", ledger.NotRequester, "ask", "<tel:1000|1000> " + strings.Repeat("x", 300),
			"bob (UBOB) asked for “1000 " + strings.Repeat("x", 194) + "…”, and isn't among those who may ask",
			"bob (UBOB) and 4,999 more times until 12:01: asked for an account, and isn't among those who may ask"},
		"withdrawing": {100, 0, "", ledger.NotRequester, "withdraw", "withdraw 1",
			"bob (UBOB) tried to withdraw a request (“withdraw 1”), and isn't among those who may ask",
			"bob (UBOB) and 99 more times until 12:01: tried to withdraw a request, and isn't among those who may ask"},
		"clicking": {1000, 1, "CADMINS", ledger.NotApprover, "approve", "", "bob (UBOB) tried to approve request 1, and isn't an approver",
			"bob (UBOB) and 999 more times until 12:01: tried to approve request 1, and isn't an approver"},
		"clicking from outside": {100, 1, "CADMINS", ledger.Outsider, "deny", "", "bob (UBOB) tried to deny request 1, and is of another organization",
			"bob (UBOB) and 99 more times until 12:01: tried to deny request 1, and is of another organization"},
		"unchecked": {100, 1, "CADMINS", ledger.Unchecked, "approve", "", "bob (UBOB) tried to approve request 1, and Slack couldn't be asked whether they may",
			"bob (UBOB) and 99 more times until 12:01: tried to approve request 1, and Slack couldn't be asked whether they may"},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, Rules{}, func(t *testing.T, h *house) {
				h.ask(1)
				h.work()
				before := h.size()
				var typing errgroup.Group
				typing.SetLimit(8)
				for range x.many {
					c := h.by(bob)
					c.Channel, c.Tried, c.Typed = x.channel, x.tried, x.typed
					typing.Go(func() error { _, err := h.Refuse(h.Context(), c, x.request, x.why); return err })
				}
				if err := typing.Wait(); err != nil {
					t.Fatal(err)
				}
				h.pass(time.Minute)
				if grown := h.size() - before; grown >= 100<<10 {
					t.Errorf("the database has grown by %d KiB", grown>>10)
				}
				if got := h.refusals(bob); len(got) != 2 || got[0] != x.first || got[1] != x.more {
					t.Errorf("the ledger tells %q\nwant %q", got, []string{x.first, x.more})
				}
				h.pass(10 * time.Minute)
				if got := h.refusals(bob); len(got) != 2 {
					t.Errorf("later the ledger tells %q", got)
				}
			})
		})
	}
}

// TestEachRefusalIsAnswered: also those that are counted, each by a message of its own, and their rows don't pile up.
func TestEachRefusalIsAnswered(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		const clicks = 50
		for n := range clicks {
			h.refuse(h.by(bob), r.ID, ledger.NotApprover)
			h.work()
			if got := h.answers(bob); got != n+1 {
				t.Fatalf("after %d clicks there are %d answers", n+1, got)
			}
		}
		for range clicks { // which come faster than Slack takes the answers
			h.refuse(h.by(bob), r.ID, ledger.NotApprover)
		}
		h.work()
		if got := h.answers(bob); got != clicks+5 {
			t.Errorf("there are %d answers, want those that could wait, %d", got, clicks+5)
		}
		rows := 0
		err := h.store.read(t.Context(), func(t *tx) error {
			return t.Row(h.Context(), `SELECT COUNT(*) FROM posts WHERE slot = 'ephemeral'`).Scan(&rows)
		})
		if err != nil || rows > 5 {
			t.Errorf("%d rows for answers, %v", rows, err)
		}
		if last := h.slack.order[len(h.slack.order)-1]; last.Request.ID != r.ID || last.Event.Detail.Why != ledger.NotApprover || last.times != 1 {
			t.Errorf("said %+v", last)
		}
	})
}

// answers are the messages that somebody got about refusals.
func (h *house) answers(to Person) (n int) {
	for _, s := range h.slack.order {
		if s.Slot == Ephemeral && s.Recipient == to.ID {
			n++
		}
	}
	return n
}

// TestWhoIsUnreachableFillsNothingEither: a person to whom Slack says nothing is given up once in a minute.
func TestWhoIsUnreachableFillsNothingEither(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.work()
		h.slack.errors = []error{&UnsayableError{Reason: "user_disabled"}}
		for range 20 {
			h.refuse(h.by(bob), r.ID, ledger.NotApprover)
			h.work()
		}
		h.pass(time.Minute)
		if got := h.refusals(bob); len(got) != 3 {
			t.Errorf("the ledger tells %q", got)
		}
	})
}

// TestCountsAreKeptApart by person, by what they tried, by reason and by request, and begin anew with each minute.
func TestCountsAreKeptApart(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		one, two := h.ask(1), h.ask(2)
		click := func(by Person, r Request, why ledger.Why, tried ...string) {
			c := h.by(by)
			c.Tried = strings.Join(append(tried, "approve")[:1], "")
			h.refuse(c, r.ID, why)
		}
		for range 3 {
			click(bob, one, ledger.NotApprover)
			click(bob, two, ledger.NotApprover)
			click(bob, one, ledger.Unchecked)
			click(ann, one, ledger.NotApprover)
			click(zed, one, ledger.NotApprover)
		}
		click(zed, one, ledger.NotApprover, "deny")
		click(zed, one, ledger.NotApprover, "deny")
		h.clock = h.clock.Add(time.Minute) // nobody has worked since: the next one tells of those before
		click(ann, one, ledger.NotApprover)
		if got, want := fmt.Sprint(h.refusals(ann)), "[ann (UANN) tried to approve request 1, and isn't an approver "+
			"ann (UANN) and 2 more times until 12:01: tried to approve request 1, and isn't an approver "+
			"ann (UANN) tried to approve request 1, and isn't an approver]"; got != want {
			t.Errorf("the ledger tells %s\nwant %s", got, want)
		}
		h.restart() // the counts outlive the process
		h.pass(time.Minute)
		if got := h.refusals(bob); len(got) != 6 {
			t.Errorf("the ledger tells %q", got)
		}
		if got, want := fmt.Sprint(h.refusals(zed)), "[zed (UZED) tried to approve request 1, and isn't an approver "+
			"zed (UZED) tried to deny request 1, and isn't an approver "+
			"zed (UZED) and 2 more times until 12:01: tried to approve request 1, and isn't an approver "+
			"zed (UZED) and once more until 12:01: tried to deny request 1, and isn't an approver]"; got != want {
			t.Errorf("the ledger tells %s\nwant %s", got, want)
		}
		if got := h.refusals(ann); len(got) != 3 { // nothing followed the last one
			t.Errorf("the ledger tells %q", got)
		}
	})
}

// TestTheSameEnvelopeIsCountedOnce, and so is a withdrawal by somebody who may ask, but not this.
func TestTheSameEnvelopeIsCountedOnce(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		r := h.ask(1)
		for range 3 {
			c := Click{Key: h.key(), By: bob, Tried: "withdraw"}
			for range 2 {
				_, err := h.Withdraw(t.Context(), c, r.ID)
				if got := h.refused(err, ledger.NotRequester); got.Request.ID != r.ID {
					t.Errorf("refused on request %d", got.Request.ID)
				}
			}
		}
		h.pass(time.Minute)
		want := []string{"bob (UBOB) tried to withdraw request 1, which isn't theirs", "bob (UBOB) and 2 more times until 12:01: tried to withdraw request 1, which isn't theirs"}
		if got := h.refusals(bob); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the ledger tells %q\nwant %q", got, want)
		}
	})
}
