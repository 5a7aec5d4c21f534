package bot

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

func TestMemoAsksOnceForMany(t *testing.T) {
	var calls atomic.Int32
	release := make(chan struct{})
	m := newMemo(time.Now, func(_ context.Context, key string) (string, error) {
		calls.Add(1)
		<-release
		return "answer to " + key, nil
	})
	const many = 20
	started, answers := make(chan struct{}, many), make(chan string, many)
	for range many {
		go func() {
			started <- struct{}{}
			v, _ := m.get(context.Background(), "q")
			answers <- v
		}()
	}
	for range many {
		<-started
	}
	close(release)
	for range many {
		if v := <-answers; v != "answer to q" {
			t.Errorf("got %q", v)
		}
	}
	if n := calls.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestMemoWaitsNoLongerThanAsked(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	m := newMemo(time.Now, func(context.Context, string) (int, error) { <-hang; return 1, nil })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := m.get(ctx, "q"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMemoIsBounded(t *testing.T) {
	now := time.Now()
	m := newMemo(func() time.Time { return now }, func(context.Context, string) (int, error) { return 0, nil })
	for n := range 2*maxMemory + 1 {
		if _, err := m.get(t.Context(), fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(m.known); n > maxMemory {
		t.Errorf("%d are remembered", n)
	}
}
