package bot

import (
	"sync"
	"time"
)

const (
	atOnce     = 64               // envelopes in hand, over all connections
	drainLimit = 10 * time.Second // for them when the bot is told to stop
)

// work is what is under way: connections that are read, and envelopes in hand.
type work struct {
	places   chan struct{} // one is taken by each envelope in hand
	stopping chan struct{} // closed when no more is begun

	mu      sync.Mutex
	stopped bool
	sockets map[*socket]struct{}
	reading sync.WaitGroup
	inHand  sync.WaitGroup
}

func newWork() *work {
	return &work{places: make(chan struct{}, atOnce), stopping: make(chan struct{}), sockets: map[*socket]struct{}{}}
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
	w.inHand.Add(1)
	return true
}

func (w *work) end() {
	<-w.places
	w.inHand.Done()
}

// open counts a connection that is about to be read. It returns false, and closes it, where nothing more is begun.
func (w *work) open(s *socket) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		s.close()
		return false
	}
	w.sockets[s] = struct{}{}
	w.reading.Add(1)
	return true
}

func (w *work) closed(s *socket) {
	s.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sockets, s)
	w.reading.Done()
}

// finish begins nothing more, waits for what is in hand, and then closes the connections, so that every
// acknowledgement was written before. It returns false where the limit cut that short.
func (w *work) finish(limit time.Duration) bool {
	w.mu.Lock()
	w.stopped = true
	close(w.stopping)
	w.mu.Unlock()
	done := make(chan struct{})
	go func() {
		w.inHand.Wait()
		close(done)
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	finished := true
	select {
	case <-done:
	case <-timer.C:
		finished = false
	}
	w.closeAll()
	w.reading.Wait()
	return finished
}

func (w *work) closeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for s := range w.sockets {
		s.close()
	}
}
