package approvals

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

// numbers are those of a listing's requests.
func (l Listing) numbers() (all []int64) {
	for _, r := range l.Requests {
		all = append(all, r.ID)
	}
	return all
}

// lists are what concerns somebody who may decide.
func (h *house) lists(p Person) Lists {
	h.Helper()
	l, err := h.ListFor(h.Context(), p.ID, true)
	if err != nil {
		h.Fatal(err)
	}
	return l
}

func (h *house) has(what string, got Listing, want ...int64) {
	h.Helper()
	if !slices.Equal(got.numbers(), want) {
		h.Errorf("%s: got the requests %v, want %v", what, got.numbers(), want)
	}
}

func TestWhatSomebodyHasAskedIsListed(t *testing.T) {
	everywhere(t, Rules{TTL: time.Hour}, func(t *testing.T, h *house) {
		all := h.asks(alice, 4)
		h.asks(bob, 1)
		h.work()
		h.approve(all[3], ann)
		if _, err := h.Decide(t.Context(), h.by(ann), all[1].ID, Deny, "no"); err != nil {
			t.Fatal(err)
		}
		own := h.lists(alice).Own
		h.has("open ones first", own, 3, 1, 4, 2)
		if r := h.request(all[0]); own.Requests[1].Digest != r.Digest || own.Requests[1].Nonce != r.Nonce || own.Requests[1].Card != r.Card || r.Card.TS == "" {
			t.Errorf("listed %+v of %+v", own.Requests[1], r)
		}
		if got := own.Requests[2].Invitations[0]; got.State != Ready || own.Requests[2].State != Approved {
			t.Errorf("listed %+v", own.Requests[2])
		}
		open, err := h.ListOpen(t.Context(), alice.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.has("those that can be withdrawn", open, 3, 1)

		h.clock = h.clock.Add(time.Hour) // and no worker has looked yet
		own = h.lists(alice).Own
		h.has("none is open", own, 4, 3, 2, 1)
		if own.Requests[1].State != Expired || own.Requests[1].DecidedAt.IsZero() {
			t.Errorf("out of time, and listed as %+v", own.Requests[1])
		}
		if r, err := h.Look(t.Context(), 3); err != nil || r.State != Expired {
			t.Errorf("out of time, and shown as %s, %v", r.State, err)
		}
		if open, err = h.ListOpen(t.Context(), alice.ID); err != nil || len(open.Requests) > 0 {
			t.Errorf("out of time, and to be withdrawn: %+v, %v", open, err)
		}
		h.has("waiting, out of time", h.lists(ann).Waiting)
	})
}

func TestWhatWaitsForAnApproverIsListed(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		all := h.asks(alice, 2)
		h.asks(ann, 1)
		h.has("for ann", h.lists(ann).Waiting, 1, 2)
		h.has("for bob", h.lists(bob).Waiting, 1, 2, 3)
		h.approve(all[0], ann)
		h.has("for ann, who has approved one", h.lists(ann).Waiting, 2)
		h.has("for bob, who hasn't", h.lists(bob).Waiting, 1, 2, 3)
		h.approve(all[0], bob)
		h.has("decided", h.lists(bob).Waiting, 2, 3)
		l, err := h.ListFor(t.Context(), ann.ID, false)
		if err != nil || len(l.Waiting.Requests) > 0 {
			t.Errorf("for somebody who may not decide: %+v, %v", l.Waiting, err)
		}
		h.has("what ann has asked", l.Own, 3)
	})
}

func TestOnesOwnWaitsForOneselfWhereThatIsAllowed(t *testing.T) {
	everywhere(t, Rules{AllowSelf: true}, func(t *testing.T, h *house) {
		h.asks(ann, 1)
		h.has("for ann", h.lists(ann).Waiting, 1)
	})
}

// An approval from before a set-back doesn't count, so the request waits for that approver again, until they approve once more.
func TestWhatIsHeldWaitsAgain(t *testing.T) {
	everywhere(t, Rules{Required: 2}, func(t *testing.T, h *house) {
		r := h.ask(1)
		h.approve(r, ann)
		if _, err := h.Witnessed(t.Context(), foreign); err != nil {
			t.Fatal(err)
		}
		h.has("held", h.lists(ann).Waiting, r.ID)
		h.approve(r, ann)
		h.has("approved since", h.lists(ann).Waiting)
		h.has("for bob", h.lists(bob).Waiting, r.ID)
	})
}

// What has no room in a list is counted, and what is open is in it however much was asked since.
func TestListsAreShort(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		all := h.asks(alice, 26)
		for _, r := range all[1:25] {
			if _, err := h.Withdraw(t.Context(), h.by(alice), r.ID); err != nil {
				t.Fatal(err)
			}
		}
		own := h.lists(alice).Own
		if n := own.numbers(); len(n) != mostTold || n[0] != 26 || n[1] != 1 || n[2] != 25 || own.More != 6 {
			t.Errorf("listed %v and %d more", n, own.More)
		}
		h.asks(bob, 30)
		waiting := h.lists(ann).Waiting
		if n := waiting.numbers(); len(n) != mostTold || n[0] != 1 || n[1] != 26 || n[2] != 27 || waiting.More != 12 {
			t.Errorf("waiting %v and %d more", n, waiting.More)
		}
		open, err := h.ListOpen(t.Context(), bob.ID)
		if n := open.numbers(); err != nil || len(n) != mostTold || n[0] != 56 || open.More != 10 {
			t.Errorf("open %v and %d more, %v", n, open.More, err)
		}
	})
}

func TestListedWithAllAccounts(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		_, err := h.Submit(t.Context(), Submission{Key: h.key(), Requester: alice, Invitations: []invite.Invitation{
			{UIN: 3, Name: "C", Remark: "r"}, {UIN: 1, Name: "A", Remark: "r"}, {UIN: 2, Name: "B", Remark: "r"}}})
		if err != nil {
			t.Fatal(err)
		}
		listed := h.lists(alice).Own.Requests[0]
		if len(listed.Invitations) != 3 || listed.Invitations[0].UIN != 3 || listed.Digest != h.request(listed).Digest {
			t.Errorf("listed %+v", listed)
		}
	})
}

// noting is a connection that keeps the queries that are run on it.
type noting struct {
	database.Conn
	queries *[]string
}

func (n noting) Query(ctx context.Context, query string, args ...any) (database.Rows, error) {
	*n.queries = append(*n.queries, query)
	return n.Conn.Query(ctx, query, args...)
}

// TestListsReadNoWholeTable: whatever the ledger has grown to, an answer is due within 3 seconds.
func TestListsReadNoWholeTable(t *testing.T) {
	h := newHouse(t, Rules{})
	h.asks(alice, 30)
	var queries []string
	err := h.store.read(t.Context(), func(plain *tx) error {
		noted := *plain
		noted.Tx = plain.Through(func(c database.Conn) database.Conn { return noting{c, &queries} })
		_, err := noted.waitingFor(t.Context(), ann.ID)
		if err == nil {
			_, err = noted.ownOf(t.Context(), alice.ID)
		}
		if err == nil {
			_, err = noted.openOf(t.Context(), alice.ID)
		}
		if err == nil {
			_, err = noted.withdrawableOf(t.Context(), alice.ID)
		}
		for _, query := range queries {
			for step := range strings.Lines(explain(t, plain, query)) {
				if strings.HasPrefix(step, "SCAN ") && !strings.Contains(step, "requests_pending") {
					t.Errorf("%s\n%s", query, step)
				}
			}
		}
		return err
	})
	if err != nil || len(queries) != 7 {
		t.Errorf("%d queries were seen, %v", len(queries), err)
	}
}
