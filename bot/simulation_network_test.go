package bot

import (
	"context"
	"errors"
	"net"
	"sync"
)

// wire is a network in memory: in a bubble of testing/synctest time stands still while anybody waits for a socket of the machine.
type wire struct {
	arriving chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newWire() *wire { return &wire{arriving: make(chan net.Conn), closed: make(chan struct{})} }

func (w *wire) Accept() (net.Conn, error) {
	select {
	case c := <-w.arriving:
		return c, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return nil
}

func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// line is one process's way to the wire.
type line struct {
	*wire
	mu    sync.Mutex
	conns []net.Conn
	dead  bool
}

var errUnplugged = errors.New("the network is unreachable")

func (l *line) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	if err := l.keep(here); err != nil {
		return nil, err
	}
	select {
	case l.arriving <- there:
		return here, nil
	case <-l.closed:
		return nil, errUnplugged
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *line) keep(c net.Conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return errUnplugged
	}
	l.conns = append(l.conns, c)
	return nil
}

// unplug cuts all connections, and lets none be made again.
func (l *line) unplug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
	for _, c := range l.conns {
		_ = c.Close()
	}
}
