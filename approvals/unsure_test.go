package approvals

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// An approval whose commit was not answered counts, and what it claimed is done at once: nobody has to find out what became
// of a call that was never made.
func TestCommitWhoseAnswerIsLost(t *testing.T) {
	h, l := onALine(t, ann)
	r := h.ask(1)
	eventually(t, func() bool { return h.request(r).Card.TS != "" })
	l.cut(afterCommit, 0)
	if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, ""); err != nil {
		t.Errorf("the approver is told: %v", err)
	}
	h.isSentOnce(r)
}

// The same, where the database can't be reached for a moment: the approver is told to try again, and it is done all the same.
func TestCommitWhoseAnswerIsLostInAnOutage(t *testing.T) {
	h, l := onALine(t, ann)
	r := h.ask(1)
	eventually(t, func() bool { return h.request(r).Card.TS != "" })
	l.cut(afterCommit, time.Second)
	if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, ""); !errors.Is(err, database.ErrUnsure) {
		t.Errorf("the approver is told: %v", err)
	}
	h.isSentOnce(r)
}

// A card that was claimed by the commit of its request is posted at once, too.
func TestCardWhoseCommitIsNotAnswered(t *testing.T) {
	h, l := onALine(t, alice)
	l.cut(afterCommit, 0)
	r := h.ask(1)
	eventually(t, func() bool { return h.request(r).Card.TS != "" })
	if post := h.slack.order[0]; post.times != 1 || post.Doubtful {
		t.Errorf("the card was posted %d times, doubtful: %v", post.times, post.Doubtful)
	}
}

// A commit that didn't arrive is none, and nothing is done.
func TestCommitThatIsLost(t *testing.T) {
	h, l := onALine(t, ann)
	r := h.ask(1)
	eventually(t, func() bool { return h.request(r).Card.TS != "" })
	l.cut(beforeCommit, 0)
	if _, err := h.Decide(t.Context(), h.by(ann), r.ID, Approve, ""); !errors.Is(err, database.ErrUnsure) {
		t.Errorf("the approver is told: %v", err)
	}
	h.is(r, Pending, Waiting)
	h.approve(r, ann)
	h.isSentOnce(r)
}

// What a pump claims is claimed, too, although nobody said so.
func TestClaimWhoseCommitIsNotAnswered(t *testing.T) {
	for name, outage := range map[string]time.Duration{"at once": 0, "in an outage": time.Second} {
		t.Run(name, func(t *testing.T) {
			h, l := houseOnALine(t)
			r := h.ask(1)
			h.work()
			h.approve(r, ann)
			l.cut(afterCommit, outage)
			d, err := h.worker.claim(t.Context())
			if err != nil || d == nil || d.attempt != 1 {
				t.Fatalf("claimed %+v, %v", d, err)
			}
			h.is(r, Approved, Sending)
		})
	}
}

// onALine is a house with a worker at work, on a PostgreSQL at the end of a line.
func onALine(t *testing.T, who Person) (*house, *line) {
	t.Helper()
	h, l := houseOnALine(t)
	l.only = []byte(who.ID) // whose doing is lost; the worker commits, too
	ctx, stop := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { _ = h.worker.Run(ctx) })
	t.Cleanup(func() { stop(); working.Wait() })
	eventually(t, func() bool { return h.store.crew.Load() != nil })
	return h, l
}

func houseOnALine(t *testing.T) (*house, *line) {
	t.Helper()
	address, err := server(t).Database()
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, address)
	return newHouseOn(t, l.url, Rules{}), l
}

func (h *house) isSentOnce(r Request) {
	h.Helper()
	eventually(h.T, func() bool {
		now, err := h.Request(h.Context(), r.ID) // which fails while the line is down
		return err == nil && now.Invitations[0].State == Sent
	})
	h.cloud.mu.Lock()
	defer h.cloud.mu.Unlock()
	if n := len(h.cloud.sends); n != 1 {
		h.Errorf("%d calls", n)
	}
	for _, kind := range h.events(r) {
		if kind == ledger.Lost {
			h.Error("the outcome was unknown")
		}
	}
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it didn't come about")
		}
	}
}

// line is what connections to a database go through. It can be cut at a commit.
type line struct {
	url     string
	to      string
	at      atomic.Int32 // where it is to be cut next; 0: nowhere
	only    []byte       // what the transaction has to name; empty: any
	mu      sync.Mutex
	outage  time.Duration // how long it is then down, for all connections
	until   time.Time     // when it is up again
	clients []net.Conn
}

const (
	afterCommit  = 1 + iota // it arrives, its answer doesn't
	beforeCommit            // it doesn't arrive
)

func newLine(t *testing.T, address string) *line {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	l := &line{to: u.Host}
	u.Host = listener.Addr().String()
	l.url = u.String()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(client)
		}
	}()
	return l
}

// cut has the line cut at the next commit, and be down for a while.
func (l *line) cut(at int32, outage time.Duration) {
	l.mu.Lock()
	l.outage = outage
	l.mu.Unlock()
	l.at.Store(at)
}

// goDown ends all connections but the one that is being cut, where the line is to be down.
func (l *line) goDown(cut net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.outage == 0 {
		return
	}
	l.until = time.Now().Add(l.outage)
	for _, c := range l.clients {
		if c != cut {
			_ = c.Close()
		}
	}
}

// isUp says whether a connection can be made.
func (l *line) isUp(client net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clients = append(l.clients, client)
	return time.Now().After(l.until)
}

func (l *line) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	if !l.isUp(client) {
		return
	}
	server, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var cut atomic.Bool
	go func() {
		_, _ = io.Copy(unlessCut{client, &cut}, server)
		_ = client.Close()
	}()
	var commits commits
	meant := false // the transaction
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		meant = meant || bytes.Contains(buffer[:n], l.only)
		if commits.in(buffer[:n]) {
			at := int32(0)
			if meant {
				at = l.at.Swap(0)
			}
			meant = false
			switch at {
			case beforeCommit:
				return
			case afterCommit:
				cut.Store(true)
				l.goDown(client)
			}
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// commits knows a commit when it comes by: one that is prepared, under a name of the connection's own.
type commits struct{ name []byte }

func (c *commits) in(sent []byte) bool {
	if before, _, prepares := bytes.Cut(sent, []byte("\x00COMMIT\x00")); prepares { // Parse: its length in four bytes, the name
		c.name = bytes.Clone(before[bytes.LastIndexByte(before, 0)+2:])
		return false
	}
	return c.name != nil && bytes.Contains(sent, []byte("\x00"+string(c.name)+"\x00")) // Bind, behind the portal without a name
}

// unlessCut takes nothing when the line is cut.
type unlessCut struct {
	io.Writer
	cut *atomic.Bool
}

func (w unlessCut) Write(b []byte) (int, error) {
	if w.cut.Load() {
		return 0, io.ErrClosedPipe
	}
	return w.Writer.Write(b)
}
