package approvals

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// both ways make the same request: that of one statement, and the usual one.
func TestARequestIsTheSameWhicheverWayItWasMade(t *testing.T) {
	everywhere(t, Rules{TTL: time.Hour, Required: 2}, func(t *testing.T, h *house) {
		h.approve(h.ask(8), ann)
		h.approve(Request{ID: 1}, bob)
		h.work()
		if _, err := h.Retry(t.Context(), h.by(bob), 1, 1); err == nil {
			t.Fatal("what was sent can't be retried")
		}
		asked := []invite.Invitation{{UIN: 7, Name: "A", Remark: "r"}, {UIN: 8, Name: "B", Remark: "s"}}
		made, err := h.Submit(t.Context(), Submission{Key: "k", Requester: alice, Channel: "CGENERAL", Invitations: asked})
		if err != nil {
			t.Fatal(err)
		}
		if made.Invitations[1].SentBefore != 1 || made.Required != 2 || made.ID != 2 {
			t.Errorf("made %+v", made)
		}
		if got := h.request(made); fmt.Sprint(got) != fmt.Sprint(made) {
			t.Errorf("made %+v\nstored %+v", made, got)
		}
		if got := h.events(made); !slices.Equal(got, []ledger.Kind{ledger.Requested}) {
			t.Errorf("ledger %q", got)
		}
		again, err := h.Submit(t.Context(), Submission{Key: "k", Requester: alice, Channel: "CGENERAL", Invitations: asked})
		if err != nil || again.ID != made.ID {
			t.Errorf("the same command again made %+v, %v", again, err)
		}
	})
}

// TestARemarkNamesItsRequest where nobody gave one, and is part of what is approved and sent.
func TestARemarkNamesItsRequest(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		h.ask(1)
		for _, key := range []string{"", "k"} { // with a key PostgreSQL goes its own way
			h.cloud.sends = nil
			made, err := h.Submit(t.Context(), Submission{Key: key, Requester: alice,
				Invitations: []invite.Invitation{{UIN: 7, Name: "A"}, {UIN: 8, Name: "B", Remark: "for data"}},
				Remark:      func(request int64) string { return fmt.Sprintf("request %d", request) }})
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("request %d", made.ID)
			if got := h.request(made); fmt.Sprint(got) != fmt.Sprint(made) || got.Invitations[0].Remark != want || got.Invitations[1].Remark != "for data" {
				t.Errorf("made %+v\nstored %+v", made, got)
			}
			h.approve(made, ann)
			h.work()
			h.is(made, Approved, Sent) // not stopped: the remark is in the digest
			if h.pass(time.Hour); len(h.cloud.sends) != 2 {
				t.Errorf("sent %v", h.cloud.sends)
			}
		}
	})
}

// TestACardThatCannotBePosted is a word to the requester within a minute, also where Slack says no again and again.
func TestACardThatCannotBePosted(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		for range 20 {
			h.slack.errors = append(h.slack.errors, &NotSaidError{Reason: "is_archived"})
		}
		r := h.ask(1)
		h.pass(longWait)
		if got := h.events(r); !slices.Contains(got, ledger.Unseen) {
			t.Errorf("after a minute the ledger has %q", got)
		}
	})
}

// counted is a database that counts the transactions that were committed.
type counted struct {
	database.DB
	commits atomic.Int64
}

func (db *counted) Write(ctx context.Context, fn func(*database.Tx) error) error {
	err := db.DB.Write(ctx, fn)
	if err == nil {
		db.commits.Add(1)
	}
	return err
}

// On PostgreSQL each transaction that writes to the ledger waits for the one before, so people's requests share some.
func TestRequestsThatAreMadeAtOnceShareTransactions(t *testing.T) {
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	h := newHouseOn(t, url, Rules{})
	db := &counted{DB: h.store.db}
	h.store.db = db
	var wg sync.WaitGroup
	for n := range 100 {
		wg.Go(func() {
			_, err := h.Submit(t.Context(), Submission{Key: fmt.Sprint(n), Requester: alice, Invitations: []invite.Invitation{{UIN: invite.UIN(1 + n), Name: "A", Remark: "r"}}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := db.commits.Load(); n > 50 {
		t.Errorf("100 requests took %d transactions", n)
	}
}

// Those that wait at the same time share a commit, and a fate only where they are in each other's way.
func TestRequestsThatAreMadeAtOnce(t *testing.T) {
	everywhere(t, Rules{}, func(t *testing.T, h *house) {
		const people = 100
		var wg sync.WaitGroup
		var mu sync.Mutex
		made, refused := map[int64]bool{}, 0
		for n := range people {
			wg.Go(func() {
				uin := invite.UIN(1 + n%90) // ten accounts are asked for twice
				r, err := h.Submit(context.Background(), Submission{Key: fmt.Sprint("at once ", n), Requester: alice,
					Invitations: []invite.Invitation{{UIN: uin, Name: "A", Remark: "r"}}})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made[r.ID] = true
					return
				}
				h.refused(err, ledger.Duplicate)
				refused++
			})
		}
		wg.Wait()
		if len(made) != 90 || refused != 10 {
			t.Errorf("%d requests made and %d refused", len(made), refused)
		}
		events := 0
		if err := h.store.read(t.Context(), func(t *tx) error {
			return t.Row(h.Context(), `SELECT COUNT(*) FROM events`).Scan(&events)
		}); err != nil || events != people {
			t.Errorf("%d events, %v", events, err)
		}
	})
}
