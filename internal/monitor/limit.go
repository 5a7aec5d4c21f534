package monitor

import (
	"net"
	"sync"
)

// connectionLimit is how many may ask at once. Each has an answer or is closed within seconds, so a flood takes neither memory nor
// descriptors from the bot.
const connectionLimit = 64

// limited is a listener that waits while as many connections are open as may be.
type limited struct {
	net.Listener
	places chan struct{}
	closed chan struct{}
	once   sync.Once
}

func limit(l net.Listener, n int) net.Listener {
	return &limited{Listener: l, places: make(chan struct{}, n), closed: make(chan struct{})}
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.places <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &place{Conn: conn, give: sync.OnceFunc(func() { <-l.places })}, nil
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// place is a connection that gives its place back when it is closed.
type place struct {
	net.Conn
	give func()
}

func (p *place) Close() error {
	defer p.give()
	return p.Conn.Close()
}
