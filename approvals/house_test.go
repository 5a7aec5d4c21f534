package approvals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database/pgtest"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// house is a desk and a worker on a real database, with a Tencent Cloud and a Slack that do as they are told and a
// clock that is turned by hand. Its worker takes steps when it is told to, so every test is deterministic.
type house struct {
	*testing.T
	*Desk
	url    string
	rules  Rules
	clock  time.Time
	worker *Worker
	cloud  *cloud
	slack  *slack
	keys   int
	seals  ledger.Keys
}

var (
	alice = Person{ID: "UALICE", Name: "alice"}
	ann   = Person{ID: "UANN", Name: "ann"}
	bob   = Person{ID: "UBOB", Name: "bob"}
)

const settle = 6 * time.Minute

// everywhere runs a test on every kind of database.
func everywhere(t *testing.T, rules Rules, test func(*testing.T, *house)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newHouse(t, rules)) })
	t.Run("postgres", func(t *testing.T) {
		url, err := server(t).Database()
		if err != nil {
			t.Fatal(err)
		}
		test(t, newHouseOn(t, url, rules))
	})
}

func server(t *testing.T) *pgtest.Server {
	t.Helper()
	s, err := postgresServer()
	pgtest.OrSkip(t, err)
	return s
}

// postgresServer is started by the first test that needs it, and stopped by TestMain.
var postgresServer = sync.OnceValues(func() (*pgtest.Server, error) {
	server, err := pgtest.Start()
	if err == nil {
		stopPostgres = server.Stop
	}
	return server, err
})

var stopPostgres = func() error { return nil }

func TestMain(m *testing.M) {
	status := m.Run()
	if err := stopPostgres(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func newHouse(t *testing.T, rules Rules) *house {
	t.Helper()
	return newHouseOn(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), rules)
}

func newHouseOn(t *testing.T, url string, rules Rules) *house {
	t.Helper()
	if rules.Required == 0 {
		rules.Required = 1
	}
	h := &house{T: t, rules: rules, clock: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	h.url = url
	h.cloud = &cloud{}
	h.slack = &slack{posted: map[string]*said{}}
	h.start()
	t.Cleanup(h.stop)
	return h
}

func (h *house) start() {
	h.Helper()
	store, err := Open(h.Context(), h.url, Options{Now: func() time.Time { return h.clock }, Log: slog.New(slog.DiscardHandler), Keys: h.seals})
	if err != nil {
		h.Fatal(err)
	}
	h.Desk = NewDesk(store, h.rules)
	h.worker = NewWorker(h.Desk, h.cloud, h.slack, WorkerOptions{Rate: 1e9, Settle: settle, Log: slog.New(slog.DiscardHandler)})
}

func (h *house) stop() {
	h.Helper()
	if err := h.store.Close(); err != nil {
		h.Error(err)
	}
}

// restart is what a new process finds after the old one was killed.
func (h *house) restart() {
	h.stop()
	h.start()
}

// work takes steps until nothing is due, and says when something will be.
func (h *house) work() (next time.Time) {
	h.Helper()
	for busy := true; busy; {
		busy, next = false, time.Time{}
		for _, from := range []source{h.worker.nextExpiry, h.worker.nextDelivery, h.worker.nextPage, h.worker.nextEnds, h.worker.nextCancel, h.worker.nextForesight, h.worker.nextCard, h.worker.nextWords, h.worker.nextHome} {
			n, due := h.claim(from)
			busy = busy || n > 0 || !due.IsZero() && !due.After(h.clock)
			if !due.IsZero() && (next.IsZero() || due.Before(next)) {
				next = due
			}
		}
	}
	return next
}

func (h *house) claim(from source) (n int, next time.Time) {
	h.Helper()
	jobs, next, err := from(h.Context(), 1)
	if err != nil {
		h.Fatal(err)
	}
	for _, do := range jobs {
		do(h.Context())
	}
	return len(jobs), next
}

// pass lets time go by, and has the worker do what becomes due on the way.
func (h *house) pass(d time.Duration) {
	h.Helper()
	end := h.clock.Add(d)
	for {
		next := h.work()
		if next.IsZero() || next.After(end) {
			break
		}
		h.clock = next
	}
	h.clock = end
	h.work()
}

func (h *house) key() string {
	h.keys++
	return fmt.Sprintf("key-%d", h.keys)
}

func (h *house) by(p Person) Click { return Click{Key: h.key(), By: p, Channel: "CADMINS"} }

func (h *house) ask(uin invite.UIN) Request {
	h.Helper()
	r, err := h.Submit(h.Context(), Submission{Key: h.key(), Requester: alice, Channel: "CGENERAL",
		Invitations: []invite.Invitation{{UIN: uin, Name: "Alice", Remark: "asked by alice"}}})
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func (h *house) approve(r Request, by Person) Request {
	h.Helper()
	r, err := h.Decide(h.Context(), h.by(by), r.ID, Approve, "")
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func (h *house) request(r Request) Request {
	h.Helper()
	r, err := h.Request(h.Context(), r.ID)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// is asserts how far a request's first invitation is.
func (h *house) is(r Request, request, invitation State) {
	h.Helper()
	r = h.request(r)
	if r.State != request || r.Invitations[0].State != invitation {
		h.Fatalf("request %d is %s with an invitation %s; want %s, %s", r.ID, r.State, r.Invitations[0].State, request, invitation)
	}
}

func (h *house) refused(err error, why ledger.Why) *RefusedError {
	h.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Why != why {
		h.Fatalf("got %v; want a refusal: %s", err, why)
	}
	return refused
}

// events are the kinds in the ledger of a request.
func (h *house) events(r Request) (kinds []ledger.Kind) {
	h.Helper()
	for e, err := range h.store.Events(h.Context(), ledger.Filter{Request: r.ID}) {
		if err != nil {
			h.Fatal(err)
		}
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// cloud answers calls with the results it was given, then with Sent. It lists what it has sent, and what arrived though it
// answered otherwise.
type cloud struct {
	mu      sync.Mutex
	sends   []invite.UIN
	cancels []int64 // by the numbers in the list
	results []invite.Result
	arrives bool // whatever it answers
	listed  []invite.Listed
	members []invite.Member
	unread  []error // what its lists answer; the last one stays so
	pages   int     // that were read of the invitations
	during  func()  // runs in the middle of a call
}

// withoutMembers is a cloud that doesn't list the members.
type withoutMembers struct{ *cloud }

func (c withoutMembers) Members(context.Context, int) (page invite.Page[invite.Member], err error) {
	return page, forbidden
}

// forbidden is what lists answer that may not be read.
var forbidden = &invite.CallError{Result: invite.Result{Outcome: invite.Rejected, Code: "UnauthorizedOperation", Err: errors.New("UnauthorizedOperation")}}

func (c *cloud) Send(_ context.Context, i invite.Invitation, as time.Time) invite.Result {
	if c.during != nil {
		c.during()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sends = append(c.sends, i.UIN)
	if c.arrives || len(c.results) == 0 {
		c.listed = append(c.listed, invite.Listed{ID: int64(len(c.listed) + 1), UIN: i.UIN, Name: i.Name, Remark: i.Remark, Invited: as})
	}
	if len(c.results) == 0 {
		return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("request-id-%d", len(c.sends))}
	}
	r := c.results[0]
	c.results = c.results[1:]
	return r
}

// Cancel cancels what is open, and takes its answers from the same results as Send.
func (c *cloud) Cancel(_ context.Context, listed int64, _ time.Time) invite.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancels = append(c.cancels, listed)
	answer := invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("cancel-id-%d", len(c.cancels))}
	scripted := len(c.results) > 0
	if scripted {
		answer, c.results = c.results[0], c.results[1:]
	}
	for n := range c.listed {
		if l := &c.listed[n]; l.ID == listed && l.Status == invite.StatusOpen && (c.arrives || !scripted) {
			l.Status = invite.StatusCancelled
			return answer
		}
	}
	if scripted {
		return answer
	}
	return invite.Result{Outcome: invite.Rejected, Code: "ResourceNotFound.InvitationNotExist", RequestID: answer.RequestID}
}

func (c *cloud) Invitations(_ context.Context, offset int) (invite.Page[invite.Listed], error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages++
	return pageOf(c.listed, offset), c.reads()
}

func (c *cloud) Members(_ context.Context, offset int) (invite.Page[invite.Member], error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return pageOf(c.members, offset), nil
}

func (c *cloud) reads() (err error) {
	if len(c.unread) > 0 {
		err = c.unread[0]
	}
	if len(c.unread) > 1 {
		c.unread = c.unread[1:]
	}
	return err
}

func pageOf[T any](all []T, offset int) invite.Page[T] {
	from := min(offset, len(all))
	return invite.Page[T]{Entries: slices.Clone(all[from:min(from+invite.PageSize, len(all))]), Total: len(all)}
}

// slack keeps what was said. Errors are what its next calls answer; with lost, a message is posted all the same.
type slack struct {
	mu     sync.Mutex
	order  []*said
	posted map[string]*said // by the message's ID
	errors []error
	lost   bool
	opens  map[Way]time.Time
}

type said struct {
	Message
	times int // posted; must never exceed 1
	edits int
	place Place
}

func (s *slack) Opens(w Way) time.Time { return s.opens[w] }

func (s *slack) Say(_ context.Context, m Message) (Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var fail error
	if len(s.errors) > 0 {
		fail, s.errors = s.errors[0], s.errors[1:]
		if fail != nil && !s.lost {
			return Place{}, fail
		}
	}
	old := s.posted[m.ID]
	if old != nil && (m.At.TS != "" || m.Doubtful) {
		old.Message = m
		old.edits++
		return old.place, fail
	}
	if old != nil {
		old.times++
		return old.place, fail
	}
	at := Place{Channel: "CADMINS", TS: fmt.Sprintf("%d.000001", len(s.order)+1)}
	post := &said{Message: m, times: 1, place: at}
	s.posted[m.ID] = post
	s.order = append(s.order, post)
	if fail != nil {
		return Place{}, fail
	}
	return at, nil
}

// slots tells in order what was posted for a request: the slot, and of which event.
func (s *slack) slots(r Request) (all []string) {
	for _, p := range s.order {
		if p.Message.Request.ID == r.ID {
			all = append(all, fmt.Sprint(p.Slot, " ", p.Event.Kind))
		}
	}
	return all
}

func (s *slack) find(slot Slot, kind ledger.Kind) *said {
	for _, p := range s.order {
		if p.Slot == slot && p.Event.Kind == kind {
			return p
		}
	}
	return nil
}
