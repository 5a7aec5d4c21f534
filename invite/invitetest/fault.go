package invitetest

import (
	"slices"
	"time"
)

// Kind is a kind of trouble.
type Kind int

const (
	// AnswerCode answers with Fault.Code and Message, without effect.
	AnswerCode Kind = iota
	// HTTPStatus answers with Fault.Status (502 when 0) and a page of HTML, without effect.
	HTTPStatus
	// Hang answers nothing until the client leaves, or until Release, after which the connection is cut. Without effect.
	Hang
	// LostRequest cuts the connection without effect.
	LostRequest
	// LostAnswer takes effect, then cuts the connection.
	LostAnswer
	// HeldAnswer takes effect, then keeps the answer until Release, or for ever when the client leaves before.
	HeldAnswer
	// Slow takes effect late: after Fault.Delay, or when that is 0 once the client left or Release was called. Its
	// answer comes then, to whoever is still there.
	Slow
	// EmptyResponse answers {} without effect.
	EmptyResponse
	// Null answers null without effect.
	Null
	// Redirect sends the client to Fault.Location with status 307, without effect.
	Redirect
	// HTML answers with a page of HTML and status 200, without effect.
	HTML
)

// Fault is trouble to make.
type Fault struct {
	Kind   Kind
	Action string // the calls that it is for; empty means all
	UIN    uint64 // the account that it is for; 0 means all
	Times  int    // how often; 0 means until Clear

	Code, Message string        // of AnswerCode
	Status        int           // of HTTPStatus
	Location      string        // of Redirect
	Delay         time.Duration // of Slow
}

// Fail makes trouble for the calls that pass the signature and the rate from now on. Where several faults fit a call,
// the one that was told first is made.
func (o *Organization) Fail(f Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = append(o.faults, &f)
}

// Clear ends all trouble for calls to come. It lets go of no call that is being held: Release does.
func (o *Organization) Clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = nil
}

// Release lets go of the calls that are held now by Hang, HeldAnswer and Slow.
func (o *Organization) Release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.released)
	o.released = make(chan struct{})
}

// fault takes the fault that a call gets, or nil. The caller holds the lock.
func (o *Organization) fault(action string, uin uint64) *Fault {
	n := slices.IndexFunc(o.faults, func(f *Fault) bool {
		return (f.Action == "" || f.Action == action) && (f.UIN == 0 || f.UIN == uin)
	})
	if n < 0 {
		return nil
	}
	taken := *o.faults[n]
	if o.faults[n].Times == 1 {
		o.faults = slices.Delete(o.faults, n, n+1)
	} else if o.faults[n].Times > 1 {
		o.faults[n].Times--
	}
	return &taken
}
