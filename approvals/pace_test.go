package approvals

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

// Replicas whose commits take now longer and now shorter make no more calls in any second than are allowed.
func TestNoSecondHasMoreCallsThanTheRate(t *testing.T) {
	url, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	const rate, requests = 20, 70
	calls := &stopwatch{}
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	var desks []*Desk
	for range 2 {
		store, err := Open(t.Context(), url, Options{Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		store.db = &uneven{DB: store.db}
		desk := NewDesk(store, Rules{Required: 1})
		worker := NewWorker(desk, calls, &slack{posted: map[string]*said{}}, WorkerOptions{Rate: rate, Settle: settle, Log: quiet})
		working.Go(func() { _ = worker.Run(ctx) })
		eventually(t, func() bool { return store.crew.Load() != nil })
		desks = append(desks, desk)
	}
	var deciding sync.WaitGroup
	for n := range requests {
		desk := desks[n%len(desks)]
		r, err := desk.Submit(t.Context(), Submission{Key: fmt.Sprint("ask-", n), Requester: alice,
			Invitations: []invite.Invitation{{UIN: invite.UIN(n + 1), Name: "Alice", Remark: "x"}}})
		if err != nil {
			t.Fatal(err)
		}
		deciding.Go(func() {
			if _, err := desk.Decide(t.Context(), Click{Key: fmt.Sprint("approve-", n), By: ann}, r.ID, Approve, ""); err != nil {
				t.Error(err)
			}
		})
	}
	deciding.Wait()
	eventually(t, func() bool { return len(calls.all()) == requests })
	all := calls.all()
	for n := rate; n < len(all); n++ {
		if d := all[n].Sub(all[n-rate]); d <= time.Second {
			t.Errorf("calls %d to %d, more than %d, were made within %s", n-rate+1, n+1, rate, d)
		}
	}
	t.Logf("%d calls in %s", requests, all[requests-1].Sub(all[0]))
}

// stopwatch is a Tencent Cloud that notes when it is called.
type stopwatch struct {
	cloud
	times []time.Time
}

func (s *stopwatch) Send(ctx context.Context, i invite.Invitation, as time.Time) invite.Result {
	if ctx.Err() != nil {
		return invite.Result{Outcome: invite.NotSent}
	}
	s.mu.Lock()
	s.times = append(s.times, time.Now())
	s.mu.Unlock()
	return s.cloud.Send(ctx, i, as)
}

func (s *stopwatch) all() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.times), time.Time.Compare)
}

// uneven is a database some of whose commits take longer, to be answered.
type uneven struct{ database.DB }

func (u *uneven) Write(ctx context.Context, fn func(*database.Tx) error) error {
	err := u.DB.Write(ctx, fn)
	if rand.IntN(3) == 0 {
		time.Sleep(rand.N(200 * time.Millisecond))
	}
	return err
}
