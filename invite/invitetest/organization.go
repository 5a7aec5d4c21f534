// Package invitetest is a double of Tencent Cloud's organization API: a real HTTP server on the loopback interface that
// checks signatures, enforces the documented 20 calls a second, keeps an organization with its invitations and members,
// and makes trouble when told to.
//
// Tests, benchmarks and the demo drive it from three sides: a client calls [Organization.URL], a person uses methods
// such as [Organization.Accept], and whoever watches reads [Organization.Calls] or waits with [Organization.Await].
package invitetest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Defaults of [Options].
const (
	DefaultSecretID  = "AKIDEXAMPLE0000000000000000000000000"
	DefaultSecretKey = "SecretKeyExample0000000000000000"
	DefaultRate      = 20  // calls a second of each action, as documented
	DefaultRoom      = 100 // accounts in an organization, as documented
)

// lifetime is how long an invitation stays open, by the documentation of Tencent Cloud's console.
const lifetime = 15 * 24 * time.Hour

// Options of an organization. The zero value is usable.
type Options struct {
	SecretID, SecretKey string // the one account that may call; empty means the defaults
	Token               string // the session token that calls must carry; empty means none

	Rate int // calls a second of each action; 0 means DefaultRate, less than 0 no limit
	Room int // members that the organization may have; 0 means DefaultRoom, less than 0 no limit

	Addr string           // to listen on; empty means a free port of 127.0.0.1
	Now  func() time.Time // the server's clock, except for the rate, which is always real; nil means time.Now
	Zone *time.Location   // that times are written in; nil means UTC
}

// Organization is a running double. Its methods may be called at any time from any goroutine.
type Organization struct {
	URL                 string // like http://127.0.0.1:12345
	SecretID, SecretKey string
	Token               string

	options  Options
	server   *http.Server
	listener net.Listener
	closed   chan struct{}
	once     sync.Once // closes closed

	mu            sync.Mutex
	changed       chan struct{}
	released      chan struct{}
	invitations   []*Invitation // oldest first
	members       []Member
	traits        map[uint64]Trait
	newer         bool // refuses with the newer version's codes
	listForbidden bool
	numbersAsText bool
	total         func(int) int
	faults        []*Fault
	calls         []*Call
	admitted      map[string][]time.Time // by action: the latest calls that the rate let in
	limited       int
}

// Status is what became of an invitation, with Tencent Cloud's numbers.
type Status int

// The statuses that ListOrganizationInvitations documents.
const (
	Expired   Status = -1
	Open      Status = 0
	Accepted  Status = 1
	Invalid   Status = 2
	Cancelled Status = 3
)

// Invitation is one that the organization sent.
type Invitation struct {
	ID           int64
	UIN          uint64
	Name, Remark string
	Status       Status
	Invited      time.Time
	Expires      time.Time
}

// Member is an account in the organization.
type Member struct {
	UIN          uint64
	Name, Remark string
	Joined       time.Time
}

// Start starts an organization without members. It panics when it can't listen. Close it when done.
func Start(options Options) *Organization {
	options.SecretID = cmp.Or(options.SecretID, DefaultSecretID)
	options.SecretKey = cmp.Or(options.SecretKey, DefaultSecretKey)
	options.Rate = cmp.Or(options.Rate, DefaultRate)
	options.Room = cmp.Or(options.Room, DefaultRoom)
	options.Zone = cmp.Or(options.Zone, time.UTC)
	if options.Now == nil {
		options.Now = time.Now
	}
	listener, err := net.Listen("tcp", cmp.Or(options.Addr, "127.0.0.1:0"))
	if err != nil {
		panic(fmt.Sprintf("invitetest: listen: %v", err))
	}
	o := &Organization{
		URL:      "http://" + listener.Addr().String(),
		SecretID: options.SecretID, SecretKey: options.SecretKey, Token: options.Token,
		options: options, listener: listener, closed: make(chan struct{}),
		changed: make(chan struct{}), released: make(chan struct{}),
		traits: make(map[uint64]Trait), admitted: make(map[string][]time.Time),
	}
	o.server = &http.Server{Handler: o, ReadHeaderTimeout: 10 * time.Second}
	go o.server.Serve(listener) // returns when Close closes the listener
	return o
}

// Close stops the server, cutting what is under way without an answer.
func (o *Organization) Close() {
	o.once.Do(func() { close(o.closed) })
	o.server.Close()
	o.listener.Close() // which Serve would do, but may not have begun to
}

// Changed returns a channel that is closed at the next change: a call that arrived or was answered, an invitation, a
// member. Take it before looking at the state, so that no change is missed.
func (o *Organization) Changed() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.changed
}

// Await waits until the condition holds. It returns the context's error when that ends first.
func (o *Organization) Await(ctx context.Context, condition func() bool) error {
	for {
		changed := o.Changed()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// notify tells everybody who waits that something changed. The caller holds the lock.
func (o *Organization) notify() {
	close(o.changed)
	o.changed = make(chan struct{})
}

// Invitations returns all invitations that were ever sent, oldest first.
func (o *Organization) Invitations() []Invitation {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lapse()
	all := make([]Invitation, len(o.invitations))
	for n, i := range o.invitations {
		all[n] = *i
	}
	return all
}

// AcceptedSends tells how often sending an invitation to an account took effect.
func (o *Organization) AcceptedSends(uin uint64) int {
	n := 0
	for _, i := range o.Invitations() {
		if i.UIN == uin {
			n++
		}
	}
	return n
}

// Members returns the members, in the order in which they joined.
func (o *Organization) Members() []Member {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.members)
}

// AddMember puts an account into the organization without an invitation.
func (o *Organization) AddMember(m Member) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if m.Joined.IsZero() {
		m.Joined = o.options.Now()
	}
	o.members = append(o.members, m)
	o.notify()
}

// AddInvitations puts invitations into the list without anybody calling, as people make them in the console, or made them long
// ago. Those without a time are made now and are open for as long as others; all get numbers of their own.
func (o *Organization) AddInvitations(all ...Invitation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, i := range all {
		o.add(i)
	}
	o.notify()
}

// add numbers an invitation and puts it into the list. The caller holds the lock.
func (o *Organization) add(i Invitation) {
	if i.Invited.IsZero() {
		i.Invited = o.options.Now()
	}
	if i.Expires.IsZero() {
		i.Expires = i.Invited.Add(lifetime)
	}
	i.ID = int64(len(o.invitations) + 1)
	o.invitations = append(o.invitations, &i)
}

// ForbidListing takes the permission to list invitations away, or gives it back.
func (o *Organization) ForbidListing(forbidden bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.listForbidden = forbidden
}

// WriteNumbersAsText has the answers of lists hold texts where the documentation has numbers.
func (o *Organization) WriteNumbersAsText(asText bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.numbersAsText = asText
}

// WriteTotals has lists say another length than they have; nil: that which they have.
func (o *Organization) WriteTotals(as func(real int) int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.total = as
}

// Accept lets the account accept its open invitation and so join the organization. It fails when there is none and
// when the organization is full.
func (o *Organization) Accept(uin uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.full() {
		return fmt.Errorf("accept for %d: the organization is full", uin)
	}
	i, err := o.end(uin, Accepted)
	if err != nil {
		return fmt.Errorf("accept for %d: %w", uin, err)
	}
	o.members = append(o.members, Member{UIN: uin, Name: i.Name, Remark: i.Remark, Joined: o.options.Now()})
	return nil
}

// Cancel cancels the account's open invitation, as an administrator can in the console. It fails when there is none.
func (o *Organization) Cancel(uin uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.end(uin, Cancelled)
	return err
}

// Expire lets the account's open invitation run out before its time. It fails when there is none.
func (o *Organization) Expire(uin uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.end(uin, Expired)
	return err
}

// Decline lets the account turn its open invitation down. It fails when there is none.
func (o *Organization) Decline(uin uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.end(uin, Invalid)
	return err
}

// Leave lets a member leave the organization. It fails when the account isn't one.
func (o *Organization) Leave(uin uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := slices.IndexFunc(o.members, func(m Member) bool { return m.UIN == uin })
	if n < 0 {
		return fmt.Errorf("account %d is no member", uin)
	}
	o.members = slices.Delete(o.members, n, n+1)
	o.notify()
	return nil
}

// end gives the account's open invitation its last status. The caller holds the lock.
func (o *Organization) end(uin uint64, status Status) (*Invitation, error) {
	i := o.open(uin)
	if i == nil {
		return nil, fmt.Errorf("account %d has no open invitation", uin)
	}
	i.Status = status
	o.notify()
	return i, nil
}

// open returns the account's open invitation, or nil. The caller holds the lock.
func (o *Organization) open(uin uint64) *Invitation {
	o.lapse()
	for _, i := range o.invitations {
		if i.UIN == uin && i.Status == Open {
			return i
		}
	}
	return nil
}

// lapse expires the invitations whose time is over. The caller holds the lock.
func (o *Organization) lapse() {
	now := o.options.Now()
	for _, i := range o.invitations {
		if i.Status == Open && !now.Before(i.Expires) {
			i.Status = Expired
		}
	}
}

// full tells whether there is no room for another member. The caller holds the lock.
func (o *Organization) full() bool {
	return o.options.Room >= 0 && len(o.members) >= o.options.Room
}

// newRequestID makes a random UUID.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
