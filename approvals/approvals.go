// Package approvals keeps requests for invitations, the decisions people make on them, and the ledger of
// both, and it delivers: approved invitations to Tencent Cloud, words to Slack. It knows neither of the two;
// it calls them through [Sender] and [Announcer].
//
// # Two lifecycles
//
// A request is what people decide on; an invitation is what the machine delivers. A request carries one or
// more invitations.
//
//	request      pending ── approve (as many approvers as needed) ──▶ approved
//	                ├── deny ──▶ denied    ├── withdraw ──▶ withdrawn    └── time passes ──▶ expired
//
//	invitation   waiting ── its request is approved ──▶ ready ── claimed ──▶ sending ──▶ sent
//	                │                                     ▲                     ├──▶ failed  (an approver may try again ──▶ ready)
//	                └── its request ends otherwise        └── not found there ──┴──▶ unknown ── found there ──▶ sent
//	                    ──▶ dropped
//
// Every transition is a compare-and-swap on the state (and, while delivering, on the attempt's number), so of
// two that compete one wins and the other learns who did. No lock is held across a call over the network, and
// no state lives in the process.
//
// # Delivering once
//
// The state sending is committed, with the attempt's number and a lease, before Tencent Cloud is called. A
// lease that ran out means that the process died in the call: the invitation is then unknown, never silently
// sent again. An unknown one is looked up at Tencent Cloud. Found means sent. Not found is believed only
// when the lost call can't arrive any more ([Options.Settle]): a signed call is valid for five minutes.
//
// # The ledger is the outbox
//
// Events are append-only and written in the transaction of the change that they tell. What has to be said in
// Slack because of them is a row in posts, written in the same transaction, and stays due until the message
// that says it has a timestamp on record and shows the newest state. A post is committed as doubtful before it
// is made, and one whose answer was lost is looked for in Slack before it is made again.
package approvals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// State is where a request or an invitation stands; the package comment draws both lifecycles.
type State string

// The states of a request.
const (
	Pending   State = "pending"
	Approved  State = "approved"
	Denied    State = "denied"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// The states of an invitation.
const (
	Waiting State = "waiting" // its request is pending
	Ready   State = "ready"   // approved, to be sent when due
	Sending State = "sending" // a call is under way, or its process died in it
	Sent    State = "sent"    // Tencent Cloud took it
	Failed  State = "failed"  // Tencent Cloud refused it; an approver may try again
	Unknown State = "unknown" // a call was made and nobody knows yet what became of it
	Dropped State = "dropped" // its request was denied, withdrawn or expired
)

// Person is somebody in Slack. Name is what Slack called them at the time; the ID identifies them.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Request is what people decide on.
type Request struct {
	ID          int64
	Requester   Person
	AskedIn     string // ID of the channel in which the command was typed
	State       State
	Required    int // distinct approvers needed
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero: never
	DecidedAt   time.Time // zero while pending
	Invitations []Invitation
	Decisions   []Decision // in the order they were made
	Card        Place      // where the approval message stands; zero until it is posted
}

// Approvals is how many approvers have approved.
func (r Request) Approvals() int {
	n := 0
	for _, d := range r.Decisions {
		if d.Verdict == Approve {
			n++
		}
	}
	return n
}

// uin is the account of one of the request's invitations.
func (r Request) uin(invitation int64) string {
	for _, i := range r.Invitations {
		if i.ID == invitation {
			return i.UIN.String()
		}
	}
	return ""
}

// Invitation is one account of a request, and how far its delivery is.
type Invitation struct {
	ID int64
	invite.Invitation
	State      State
	Attempt    int    // number of the newest call, 0 before the first
	SentBefore int64  // the newest earlier request that sent an invitation to this account, 0: none
	RequestID  string // Tencent Cloud's, of the newest answer
	Code       string // Tencent Cloud's error code, where the newest answer was an error
	Message    string // Tencent Cloud's own words for Code
	Told       Kind   // what the thread was last told of a delivery that takes long
}

// Verdict is what an approver decides.
type Verdict string

// The verdicts.
const (
	Approve Verdict = "approve"
	Deny    Verdict = "deny"
)

// Decision is one approver's verdict on a request.
type Decision struct {
	By      Person
	Verdict Verdict
	Reason  string // why it was denied; may be empty
	At      time.Time
}

// Kind says what an event tells.
type Kind string

// The kinds of events.
const (
	Requested   Kind = "requested"   // somebody asked
	Refused     Kind = "refused"     // somebody tried what they may not do, or what was no longer possible: Detail.Why
	ApprovedBy  Kind = "approved"    // one approver approved
	DeniedBy    Kind = "denied"      // an approver denied
	WithdrawnBy Kind = "withdrawn"   // the requester took the request back
	ExpiredAt   Kind = "expired"     // nobody decided in time
	Attempted   Kind = "sending"     // a call to Tencent Cloud is about to be made
	Postponed   Kind = "postponed"   // the call was not made or not taken; it will be repeated
	Delayed     Kind = "delayed"     // repeating takes longer than a minute
	Lost        Kind = "unknown"     // the call's outcome is unknown
	Searching   Kind = "searching"   // looking the outcome up has not settled it yet
	Stuck       Kind = "stuck"       // looking up can't settle it: a person must
	NotArrived  Kind = "not arrived" // looked up: the call never arrived; it will be repeated
	SentEvent   Kind = "sent"        // Tencent Cloud took the invitation
	FailedEvent Kind = "failed"      // Tencent Cloud refused the invitation
	Retried     Kind = "retried"     // an approver had it sent again
	Unseen      Kind = "unseen"      // the card could not be posted for a minute
	Untold      Kind = "untold"      // a message can't be delivered and was given up
)

// Event is one line of the ledger.
type Event struct {
	ID         int64     `json:"id"`
	At         time.Time `json:"at"`
	Request    int64     `json:"request,omitempty"`    // 0: of no request
	Invitation int64     `json:"invitation,omitempty"` // 0: of the request as a whole
	Attempt    int       `json:"attempt,omitempty"`
	Actor      Person    `json:"actor"` // zero: the bot itself
	Kind       Kind      `json:"kind"`
	Detail     Detail    `json:"detail"`
}

// Detail is what an event tells beyond its kind. Only the fields that the kind needs are set.
type Detail struct {
	Accounts  []Account `json:"accounts,omitempty"`   // requested: what was asked, so that the ledger tells it alone
	Why       Why       `json:"why,omitempty"`        // refused
	Tried     string    `json:"tried,omitempty"`      // refused: what the person tried, in the bot's words for it
	UIN       string    `json:"uin,omitempty"`        // of the invitation that the event is about
	Other     int64     `json:"other,omitempty"`      // refused as a duplicate: the request that has the account
	Reason    string    `json:"reason,omitempty"`     // denied: the approver's; unseen, untold: what stood in the way
	Approvals int       `json:"approvals,omitempty"`  // approved: how many now
	Required  int       `json:"required,omitempty"`   // approved: of how many
	RequestID string    `json:"request_id,omitempty"` // Tencent Cloud's RequestId
	Code      string    `json:"code,omitempty"`       // Tencent Cloud's error code
	Message   string    `json:"message,omitempty"`    // Tencent Cloud's own words
	How       How       `json:"how,omitempty"`        // sent: how it is known, where not by the call's own answer

	// Of a call whose answer was lost. Older rows have sentences for these in Reason.
	Note    Note           `json:"note,omitempty"`
	Finding invite.Finding `json:"finding,omitempty"` // searching, stuck, sent: what looking it up has found
	Listed  int64          `json:"listed,omitempty"`  // Tencent Cloud's number of the invitation that was found or is unclear
	Status  invite.Status  `json:"status,omitempty"`  // what became of that invitation; left out: it is open
}

// Account is an invitation as the ledger tells it.
type Account struct {
	UIN    string `json:"uin"`
	Name   string `json:"name"`
	Remark string `json:"remark"`
}

// Why says why somebody was refused.
type Why string

// The reasons for a refusal.
const (
	NotRequester  Why = "not a requester"
	NotApprover   Why = "not an approver"
	Outsider      Why = "of another organization"
	Unchecked     Why = "could not be checked"
	OwnRequest    Why = "own request"
	DecidedBefore Why = "decided before"
	CountedBefore Why = "counted before"
	Duplicate     Why = "account has an open request"
	NotCurrent    Why = "button of an earlier state"
	ForeignCard   Why = "button of another installation"
)

// How says how it is known that an invitation was sent, where its own call's answer was lost.
type How string

// The ways.
const (
	LookedUp How = "looked up"     // it is in the organization's list of invitations
	Repeated How = "repeated"      // the next call was told that it had been sent before
	Settled  How = "by a person's" // an approver said so
)

// Place is where a message stands in Slack.
type Place struct{ Channel, TS string }

// ErrNotFound: there is no such request or invitation in this database.
var ErrNotFound = errors.New("not found")

// RefusedError says that something was not done, and why. The refusal is in the ledger.
type RefusedError struct {
	Why     Why
	Request Request // as it stands; for Duplicate the one that has the account
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("request %d: refused: %s", e.Request.ID, e.Why)
}

// Sender delivers to Tencent Cloud. Both methods may be called concurrently and must return soon after ctx is done.
type Sender interface {
	// Send makes one call, signed as of the time given. Whatever happens it returns an outcome; one it can't know is Unknown.
	Send(ctx context.Context, i invite.Invitation, as time.Time) invite.Result
	// Lookup says whether an invitation that was attempted at that time is known to Tencent Cloud.
	Lookup(ctx context.Context, i invite.Invitation, attempted time.Time) invite.Traces
}

// Announcer says things in Slack. Say posts the message, or edits it where m.At is set, and returns where it
// stands. Where m.Doubtful is set an earlier post may have been made: Say looks for it first. It may be called
// concurrently and must return soon after ctx is done.
//
// A [*NotSaidError] means that Slack definitely did not take it and that it may be said later, an
// [*UnsayableError] that it never will be; after any other error the message may have been posted.
type Announcer interface {
	Say(ctx context.Context, m Message) (Place, error)
}

// Kind of message: where it is to be said.
type Slot string

// The slots.
const (
	Card      Slot = "card"      // the approval message, in the approvals channel
	Thread    Slot = "thread"    // a reply under the card
	Direct    Slot = "direct"    // to one person, in a direct message
	Ephemeral Slot = "ephemeral" // to one person, in the channel where they clicked, seen by nobody else
)

// Message is one thing to say: a pure function of Request and Event says how it reads.
type Message struct {
	ID        string // the same for every try, and unique among all databases
	Slot      Slot
	Recipient string // ID of the person, for Direct and Ephemeral
	Channel   string // ID of the channel, for Ephemeral
	At        Place  // where it stands, to be edited; zero: to be posted
	Doubtful  bool   // an earlier try may have posted it
	DueSince  time.Time
	Request   Request // as it stands now; zero for an ephemeral answer about no request
	Event     Event   // zero for the card
}

// NotSaidError says that Slack did not take a message, which may be said again later.
type NotSaidError struct {
	RetryAfter time.Duration // 0: the worker's own backoff
	Reason     string        // Slack's error code, or what failed
}

func (e *NotSaidError) Error() string { return "not said: " + e.Reason }

// UnsayableError says that a message can never be said, for instance because the recipient's account is gone.
type UnsayableError struct{ Reason string }

func (e *UnsayableError) Error() string { return "can't be said: " + e.Reason }
