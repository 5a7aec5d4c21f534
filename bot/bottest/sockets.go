package bottest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// maxSockets is how many connections an app may have at once
// (docs.slack.dev/apis/events-api/using-socket-mode).
const maxSockets = 10

// maxAck is the size at which Slack silently drops an acknowledgement, in bytes.
const maxAck = 20 * 1024

// ticketLife is how long the address from apps.connections.open can be used, once.
const ticketLife = 30 * time.Second

// hub holds the app's connections and the envelopes that wait for an acknowledgement.
type hub struct {
	ws      *Workspace
	running sync.WaitGroup

	mu       sync.Mutex
	live     []*socket // oldest first
	waiting  map[string]*waiting
	turn     int
	random   *rand.Rand
	double   bool
	again    bool
	lastHost int // also how many there were
}

// socket is one Socket Mode connection.
type socket struct {
	conn    *websocket.Conn
	host    int
	writing sync.Mutex
	half    atomic.Bool   // half open: nothing comes or goes, and nobody notices
	gone    chan struct{} // closed when the socket is
}

func newHub(ws *Workspace) *hub {
	h := &hub{ws: ws, waiting: map[string]*waiting{}}
	if ws.opts.Seed != 0 {
		h.random = rand.New(rand.NewPCG(ws.opts.Seed, 0))
	}
	return h
}

func (ws *Workspace) appsConnectionsOpen(args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ticket := ws.id("ticket-")
	ws.tickets.put(ticket, struct{}{}, ws.now(), ws.now().Add(ticketLife))
	return answer{"url": "ws" + strings.TrimPrefix(ws.opts.Origin, "http") + "/link/?ticket=" + ticket + "&app_id=" + ws.AppID}, nil
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (ws *Workspace) serveLink(w http.ResponseWriter, r *http.Request) {
	ws.mu.Lock()
	_, ok := ws.tickets.take(r.URL.Query().Get("ticket"))
	unlinked := ws.unlinked
	ws.mu.Unlock()
	if !ok {
		http.Error(w, "the ticket is unknown, used or too old", http.StatusUnauthorized)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	s := &socket{conn: conn, gone: make(chan struct{})}
	if unlinked {
		s.refuse("link_disabled")
		return
	}
	ws.sockets.welcome(s)
}

// refuse tells a new connection why it can't stay.
func (s *socket) refuse(reason string) {
	_ = s.write(disconnect(reason, s.host), time.Second)
	_ = s.conn.Close()
}

// welcome takes a connection in. Envelopes may come for it as soon as it is live,
// and hello must be first: so it is live with its writing lock held.
func (h *hub) welcome(s *socket) {
	s.conn.SetPingHandler(func(data string) error {
		if s.half.Load() {
			return nil
		}
		return s.conn.WriteControl(websocket.PongMessage, []byte(data), deadline(time.Second))
	})
	s.writing.Lock()
	n := h.add(s)
	if n == 0 {
		s.writing.Unlock()
		s.refuse("too_many_websockets")
		return
	}
	_ = s.conn.WriteMessage(websocket.TextMessage, hello(n, s.host, h.ws.AppID))
	s.writing.Unlock()
	h.ws.changes.tell()
	go h.read(s)
	go h.ping(s)
}

// add returns how many connections there are now, 0 if this one is too many.
func (h *hub) add(s *socket) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.ws.closed:
		return 0
	default:
	}
	if len(h.live) >= maxSockets {
		return 0
	}
	h.lastHost++
	s.host = h.lastHost
	h.live = append(h.live, s)
	h.running.Add(2) // read and ping; here, so that Close sees both or neither
	return len(h.live)
}

func (h *hub) remove(s *socket) {
	h.mu.Lock()
	i := slices.Index(h.live, s)
	if i >= 0 {
		h.live = slices.Delete(h.live, i, i+1)
		close(s.gone)
	}
	h.mu.Unlock()
	_ = s.conn.Close()
	h.ws.changes.tell()
}

// read takes acknowledgements until the connection ends.
func (h *hub) read(s *socket) {
	defer h.running.Done()
	defer h.remove(s)
	for {
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		if !s.half.Load() && len(frame) < maxAck {
			h.acknowledge(s, frame)
		}
	}
}

func (s *socket) write(frame []byte, within time.Duration) error {
	if s.half.Load() {
		return nil // into the void
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.conn.SetWriteDeadline(deadline(within))
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// ping pings until the connection ends.
func (h *hub) ping(s *socket) {
	defer h.running.Done()
	ticker := time.NewTicker(h.ws.opts.PingInterval)
	defer ticker.Stop()
	for {
		s.ping()
		select {
		case <-s.gone:
			return
		case <-ticker.C:
		}
	}
}

func (s *socket) ping() {
	if !s.half.Load() {
		_ = s.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink"), deadline(time.Second))
	}
}

func deadline(d time.Duration) time.Time { return time.Now().Add(d) }

// pick returns a connection for the next envelope, nil if there is none. A half
// open one counts: Slack doesn't know either.
func (h *hub) pick() *socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.live) == 0 {
		return nil
	}
	if h.random != nil {
		return h.live[h.random.IntN(len(h.live))]
	}
	h.turn++
	return h.live[h.turn%len(h.live)]
}

// at returns the i-th connection, the oldest being 0.
func (h *hub) at(i int) (*socket, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i < 0 || i >= len(h.live) {
		return nil, false
	}
	return h.live[i], true
}

func (h *hub) all() []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.live)
}

func (h *hub) cutAll() {
	for _, s := range h.all() {
		h.remove(s)
	}
}

// Connections returns how many Socket Mode connections the app has.
func (ws *Workspace) Connections() int { return len(ws.sockets.all()) }

// Opened returns how many connections the app has opened so far. After a connection
// was refreshed or cut, the app is back when this has grown: a connection that the
// app has just closed may count as live for a moment longer.
func (ws *Workspace) Opened() int {
	ws.sockets.mu.Lock()
	defer ws.sockets.mu.Unlock()
	return ws.sockets.lastHost
}

// WaitConnected waits until the app has at least n connections. The error is the context's.
func (ws *Workspace) WaitConnected(ctx context.Context, n int) error {
	return ws.Wait(ctx, func() bool { return ws.Connections() >= n })
}
