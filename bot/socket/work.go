package socket

import (
	"context"
	"sync"
	"time"
)

const (
	atOnce     = 64               // envelopes in hand, over all connections
	drainLimit = 10 * time.Second // for them when the listener is told to stop
)

// work is what is under way: connections that are read, and envelopes in hand.
type work struct {
	places   chan struct{} // one is taken by each envelope in hand
	stopping chan struct{} // closed when no more is begun

	mu          sync.Mutex
	stopped     bool
	inHand      int
	calm        chan struct{}        // closed while nothing is in hand
	connections map[*connection]bool // whether Slack has said hello, and nothing went wrong since
	reading     sync.WaitGroup
}

func newWork() *work {
	w := &work{places: make(chan struct{}, atOnce), stopping: make(chan struct{}), calm: make(chan struct{}), connections: map[*connection]bool{}}
	close(w.calm)
	return w
}

// begin waits for a place. It returns false where nothing more is begun.
func (w *work) begin() bool {
	select {
	case w.places <- struct{}{}:
	case <-w.stopping:
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		<-w.places
		return false
	}
	if w.inHand == 0 {
		w.calm = make(chan struct{})
	}
	w.inHand++
	return true
}

func (w *work) end() {
	<-w.places
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inHand--
	if w.inHand == 0 {
		close(w.calm)
	}
}

// wait returns true when nothing is in hand, false when that takes longer than the limit or ctx.
func (w *work) wait(ctx context.Context, limit time.Duration) bool {
	w.mu.Lock()
	calm := w.calm
	w.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-calm:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// open counts a connection that is about to be read. It returns false, and closes it, where nothing more is begun.
func (w *work) open(c *connection) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		c.close()
		return false
	}
	w.connections[c] = false
	w.reading.Add(1)
	return true
}

// connected notes that a connection brings envelopes, or no longer.
func (w *work) connected(c *connection, does bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, read := w.connections[c]; read {
		w.connections[c] = does
	}
}

// live is how many connections bring envelopes.
func (w *work) live() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, does := range w.connections {
		if does {
			n++
		}
	}
	return n
}

func (w *work) closed(c *connection) {
	c.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.connections, c)
	w.reading.Done()
}

// finish begins nothing more, waits for what is in hand, and then closes the connections, so that every
// acknowledgement was written before. It returns false where the limit cut that short.
func (w *work) finish(limit time.Duration) bool {
	w.mu.Lock()
	w.stopped = true
	close(w.stopping)
	w.mu.Unlock()
	finished := w.wait(context.Background(), limit)
	w.mu.Lock()
	for c := range w.connections {
		c.close()
	}
	w.mu.Unlock()
	w.reading.Wait()
	return finished
}
