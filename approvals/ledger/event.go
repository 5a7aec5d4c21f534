package ledger

import (
	"time"

	"github.com/invitebot/invitebot/invite"
)

// Person is somebody in Slack. Name is what Slack called them at the time; the ID identifies them.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Kind says what an event tells.
type Kind string

// The kinds of events.
const (
	Requested  Kind = "requested"   // somebody asked
	Refused    Kind = "refused"     // somebody tried what they may not do, or what was no longer possible: Detail.Why
	Approved   Kind = "approved"    // one approver approved
	Denied     Kind = "denied"      // an approver denied
	Withdrawn  Kind = "withdrawn"   // the requester took the request back
	Expired    Kind = "expired"     // nobody decided in time
	Attempted  Kind = "sending"     // a call to Tencent Cloud is about to be made
	Postponed  Kind = "postponed"   // the call was not made or not taken; it will be repeated
	Delayed    Kind = "delayed"     // repeating takes longer than a minute
	Lost       Kind = "unknown"     // the call's outcome is unknown
	Searching  Kind = "searching"   // looking the outcome up has not settled it yet
	Stuck      Kind = "stuck"       // looking up can't settle it: a person must
	NotArrived Kind = "not arrived" // looked up: the call never arrived; it will be repeated
	Sent       Kind = "sent"        // Tencent Cloud took the invitation
	Failed     Kind = "failed"      // Tencent Cloud refused the invitation
	Delivered  Kind = "delivered"   // of a request with several invitations: all of them have an outcome; of many, Detail.Invitations
	Concluded  Kind = "concluded"   // of a request with many invitations: some of them have ended, Detail.Invitations
	Stopped    Kind = "stopped"     // what was to be sent isn't what was approved, and is never sent: Detail.Stop
	Held       Kind = "held"        // the database was set back, or its key was lost: only approvals made after this count
	SetBack    Kind = "set back"    // Slack has events that this ledger doesn't: Detail.Seen
	Retried    Kind = "retried"     // an approver had it sent again

	Joined       Kind = "joined"        // the account is a member, or Tencent Cloud says that it accepted: Detail.Seen
	Lapsed       Kind = "lapsed"        // nobody accepted the invitation in time
	Declined     Kind = "declined"      // Tencent Cloud calls the invitation invalid
	Cancelled    Kind = "cancelled"     // the invitation was cancelled: by the actor, or elsewhere
	Left         Kind = "left"          // the account is a member no more
	Reminded     Kind = "reminded"      // the approvers are reminded of what waits for them: Detail.Requests
	Nudged       Kind = "nudged"        // the requester is told whose time is running out: Detail.Ending
	CancelAsked  Kind = "cancel asked"  // an approver wants the invitation cancelled
	Cancelling   Kind = "cancelling"    // a call to cancel it is about to be made
	CancelLost   Kind = "cancel lost"   // that call's outcome is unknown; it is looked up, or made again
	NotCancelled Kind = "not cancelled" // it couldn't be cancelled: an approver may try again
	Unseen       Kind = "unseen"        // the card could not be posted for a minute
	Untold       Kind = "untold"        // a message can't be delivered and was given up
	Rules        Kind = "rules"         // the bot was configured with rules that weren't in force before
	Moved        Kind = "moved"         // the database was copied to another one, which goes on in its place
	Reopened     Kind = "reopened"      // an operator had a database that was moved go on all the same
	Rekeyed      Kind = "rekeyed"       // an operator says that the key was lost with which all before was sealed: only this one's seals count
)

// IsOutcome says whether an event tells how a delivery ended, for now.
func (k Kind) IsOutcome() bool { return k == Sent || k == Failed || k == Stopped }

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
	Hash       string    `json:"hash,omitempty"` // see [Head]; empty: older than the chain
	Seal       string    `json:"seal,omitempty"` // see [Keys]; empty: there was no key
}

// Detail is what an event tells beyond its kind. Only the fields that the kind needs are set.
type Detail struct {
	Accounts  []Account  `json:"accounts,omitempty"`   // requested, refused as a duplicate: what was asked, so that the ledger tells it alone
	Why       Why        `json:"why,omitempty"`        // refused
	Tried     string     `json:"tried,omitempty"`      // refused: what the person tried, in the bot's word for it; older rows have what was typed behind it
	Typed     string     `json:"typed,omitempty"`      // refused: what the person typed, as they saw it, at most [MaxTyped] characters
	Times     int64      `json:"times,omitempty"`      // refused: so many more times after the event that tells of the first one; without a number: so far
	Until     time.Time  `json:"until,omitzero"`       // refused so many times: when the minute ended in which they were counted
	UIN       string     `json:"uin,omitempty"`        // of the invitation that the event is about
	Other     int64      `json:"other,omitempty"`      // refused as a duplicate: the request that has the account
	Reason    string     `json:"reason,omitempty"`     // denied: the approver's; unseen, untold: what stood in the way
	Approvals int        `json:"approvals,omitempty"`  // approved: how many now
	Required  int        `json:"required,omitempty"`   // approved: of how many
	RequestID string     `json:"request_id,omitempty"` // Tencent Cloud's RequestId
	Code      string     `json:"code,omitempty"`       // Tencent Cloud's error code
	Message   string     `json:"message,omitempty"`    // Tencent Cloud's own words
	Digest    string     `json:"digest,omitempty"`     // requested, held: of the request; approved, denied: of what the card showed
	Basis     string     `json:"basis,omitempty"`      // approved, denied: why the person counts as an approver
	Foreseen  []Foreseen `json:"foreseen,omitempty"`   // approved, denied: what the card said of what Tencent Cloud would refuse
	Stop      Stop       `json:"stop,omitempty"`       // stopped
	AgainOf   int64      `json:"again_of,omitempty"`   // requested: the request that it asks for once more
	Requests  []int64    `json:"requests,omitempty"`   // reminded
	Ending    []Ending   `json:"ending,omitempty"`     // nudged
	AlsoTold  []string   `json:"also_told,omitempty"`  // requested: the IDs of people who are told as well how it ends

	// Of a request with many invitations: those that one message tells of. Of a retry: all that one click has had sent again.
	Invitations []int64  `json:"invitations,omitempty"`
	Part        int      `json:"part,omitempty"`    // delivered: which of the messages, from 1
	Seen        *Head    `json:"seen,omitempty"`    // set back: the newest event that Slack has
	Orphans     []string `json:"orphans,omitempty"` // set back: the hashes of all such events that were seen
	How         How      `json:"how,omitempty"`     // sent: how it is known, where not by the call's own answer
	Before      Rulebook `json:"before,omitempty"`  // rules: those that were in force; none where these are the first
	Rules       Rulebook `json:"rules,omitempty"`   // rules: those in force from now on
	From        string   `json:"from,omitempty"`    // moved: the database's address, without a password
	To          string   `json:"to,omitempty"`      // moved, reopened: the other database's, in the same way

	// Of a call whose answer was lost. Older rows have sentences for these in Reason.
	Note     Note           `json:"note,omitempty"`
	Finding  invite.Finding `json:"finding,omitempty"`   // searching, stuck, sent: what looking it up has found
	Listed   int64          `json:"listed,omitempty"`    // Tencent Cloud's number of the invitation that was found or is unclear
	Status   invite.Status  `json:"status,omitempty"`    // what became of that invitation; left out: it is open
	ListedAs *Account       `json:"listed_as,omitempty"` // of one that was made elsewhere: what it says
	ListedAt time.Time      `json:"listed_at,omitzero"`  // when it was made, as Tencent Cloud writes it

	others int // so many accounts more, see [Event.Of]
}

// MaxTyped is how much is kept of what somebody typed who was turned away.
const MaxTyped = 200 // characters

// Account is an invitation as the ledger tells it.
type Account struct {
	UIN    string `json:"uin"`
	Name   string `json:"name"`
	Remark string `json:"remark"`
}

// Ending is an invitation whose time is running out.
type Ending struct {
	Request int64     `json:"request"`
	UIN     string    `json:"uin"`
	Name    string    `json:"name"`
	Until   time.Time `json:"until"`
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
	UnknownCard   Why = "card of a request that isn't in this database"
	Changed       Why = "the request was changed in the database since its card was posted"
	OffRecord     Why = "button on another message than the one on record"
	DecidedBefore Why = "decided before"
	CountedBefore Why = "counted before"
	Duplicate     Why = "account has an open request"
	TooMany       Why = "too many open requests"
	NotCurrent    Why = "button of an earlier state"
	ForeignCard   Why = "button of another installation"
	Unopened      Why = "Slack didn't open the form"
)

// How says how it is known that an invitation was sent, where its own call's answer was lost.
type How string

// The ways.
const (
	LookedUp How = "looked up"     // it is in the organization's list of invitations
	Repeated How = "repeated"      // the next call was told that it had been sent before: older events only
	Settled  How = "by a person's" // an approver said so
)

// Stop says why an invitation isn't sent although its row says that it is to be.
type Stop string

// The reasons to stop.
const (
	NotApproved Stop = "not approved"      // its request isn't approved
	TooFew      Stop = "too few approvals" // of this content, by different people who count
	KeyLost     Stop = "key lost"          // with which its approvals were sealed
)
