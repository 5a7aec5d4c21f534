// Package approvals has the rules: which requests there are, who decided what on them, and what is due because of
// that, an invitation to Tencent Cloud or a word in Slack, when and how often. It knows neither of the two; it calls them
// through [Sender] and [Announcer].
//
// What people do comes to the [Desk]: submit.go (submit_postgres.go makes several requests in one transaction, together.go
// has those who ask wait for it), desk.go for decisions, retry.go; again.go; many.go has requests with many
// accounts, which are told as a whole; draft.go what somebody has filled in and not sent; button.go says which clicks count, once.go what comes
// twice, refuse.go what is not allowed, tally.go what people without rights try again and again. What is due is done by the
// [Worker]: deliver.go and outcome.go for invitations, sweep.go and roster.go for
// what the organization has, by which unknown outcomes are settled, follow.go for what becomes of those that were sent, cancel.go for those
// that are to be cancelled, foresee.go for what Tencent Cloud would refuse, due.go and announce.go for messages, expire.go for time
// that runs out, remind.go for what waits too long, homes.go for the App Homes that are open (home.go has what they say); crew.go does at once what a commit has claimed, unsure.go finds out what it has where its answer is lost, bell.go wakes the worker in time for the rest.
//
// A request is stored and loaded in request.go, within the transactions of store.go; lists.go has what somebody is shown who asks
// what is open. That what is sent is what was
// approved is proved in digest.go, and all that the database says in verify.go; it is held against what Slack remembers in testimony.go, and against what Tencent Cloud has in organization.go. That a database has one history is seen
// to by process.go and rules.go (which processes run on it, all by the same rules), moved.go and copy.go (it goes on in
// one place only) and setback.go (it was restored from a backup, which backup.go makes). For who watches the bot status.go says how a database
// stands, and check.go whether a bot could work on it; logcall.go is what the log has of calls.
//
// How the record of it all is kept, read and exported is in approvals/ledger, how a transaction is made on SQLite and
// PostgreSQL in approvals/database, and which tables there are in approvals/schema. Who may ask and who may decide, and
// how anything reads, is package bot's matter.
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
//	                    ──▶ dropped                  └── it isn't what was approved ──▶ stopped
//
//	             sent ──▶ joined ──▶ left        sent ──▶ lapsed · declined · cancelled (by an approver here, or elsewhere)
//
// Every transition is a compare-and-swap on the state (and, while delivering, on the attempt's number), so of
// two that compete one wins and the other learns who did. No lock is held across a call over the network, and
// no state lives in the process.
//
// # Delivering once
//
// The state sending is committed, with the attempt's number and a lease, before Tencent Cloud is called. A
// lease that ran out means that the process died in the call: the invitation is then unknown, never silently
// sent again. All unknown ones are settled by reading the organization's lists (roster.go). Found means sent. Not found is
// believed a while after the call ([WorkerOptions.Settle]). Where the list can't be read, or doesn't tell, an approver is asked.
//
// # The ledger is the outbox
//
// Events are append-only and written in the transaction of the change that they tell. What has to be said in
// Slack because of them is a row in posts, written in the same transaction, and stays due until the message
// that says it has a timestamp on record and shows the newest state. A post is committed as doubtful before it
// is made, and one whose answer was lost is looked for in Slack before it is made again.
//
// # Claim on commit
//
// The transaction that makes something due claims it for this process, where that is free to do it at once, and the work
// begins when the commit is on disk (crew.go). The worker's pumps (worker.go) find what is left over: what was planned for
// later, what other processes left behind, and what was too much at once.
package approvals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
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
	Stopped State = "stopped" // it isn't what was approved, so it is never sent
	Dropped State = "dropped" // its request was denied, withdrawn or expired

	// What becomes of a sent one.
	Joined    State = "joined"    // the account is a member
	Lapsed    State = "lapsed"    // its time ran out
	Cancelled State = "cancelled" // here, or elsewhere
	Declined  State = "declined"  // Tencent Cloud calls it invalid
	Left      State = "left"      // the account is a member no more
)

// Person is somebody in Slack, as the ledger names them.
type Person = ledger.Person

// Request is what people decide on.
type Request struct {
	ID          int64
	Requester   Person
	Nonce       string   // random, so that no other request is taken for this one
	AskedIn     string   // ID of the channel in which the command was typed; empty: in a form
	AlsoTold    []string // IDs of people who are told as well how it ends
	State       State
	Required    int    // distinct approvers needed
	AllowSelf   bool   // whether the requester's own approval counts
	Held        bool   // the database was set back since, or its key was lost, and only approvals made after that count
	Digest      string // of all that is decided on
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero: never
	DecidedAt   time.Time // zero while pending
	Invitations []Invitation
	Decisions   []Decision // that count, in the order they were made
	Card        Place      // where the approval message stands; zero until it is posted
	Foreseen    Foresight  // of a pending one, when its card is said: what Tencent Cloud would refuse
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

// invitation is one of the request's own, by its number.
func (r *Request) invitation(id int64) *Invitation {
	for n := range r.Invitations {
		if r.Invitations[n].ID == id {
			return &r.Invitations[n]
		}
	}
	return &Invitation{}
}

// Invitation is one account of a request, and how far its delivery is.
type Invitation struct {
	ID int64
	invite.Invitation
	State      State
	Attempt    int         // number of the newest call, 0 before the first
	Nonce      string      // random, of that call
	SentBefore int64       // the newest earlier request that sent an invitation to this account, 0: none
	RequestID  string      // Tencent Cloud's, of the newest answer
	Code       string      // Tencent Cloud's error code, where the newest answer was an error
	Message    string      // Tencent Cloud's own words for Code
	Told       ledger.Kind // what the thread was last told of a delivery that takes long
	SettledBy  Person      // who said that it was sent, where looking it up couldn't settle that; else zero

	CalledAt    time.Time // of a sent one: when that call was made
	Expires     time.Time // until when it can be accepted; zero: Tencent Cloud's list hasn't told yet
	CancelledBy Person    // who wants it cancelled, or had it cancelled; else zero
	AgainOf     int64     // the request that this one asks for once more, 0: none
	Again       int64     // the newest request that asks for this one once more, 0: none
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
	Digest  string // of the request as the person saw it
	Basis   string // why the person counts as an approver
}

// Place is where a message stands in Slack.
type Place struct{ Channel, TS string }

// ErrNotFound: there is no such request or invitation in this database.
var ErrNotFound = errors.New("not found")

// RefusedError says that something was not done, and why. The refusal is in the ledger.
type RefusedError struct {
	Why     ledger.Why
	Request Request     // as it stands; for Duplicate the one that has the account
	Event   int64       // that tells of the refusal
	Stray   bool        // for UnknownCard: the message with the button is none of this database's
	Head    ledger.Head // the newest event, where Stray: a message that is edited because of that has it as a witness
	Open    []Request   // for TooMany: the oldest of theirs that are open, with their accounts and cards
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("request %d: refused: %s", e.Request.ID, e.Why)
}

// Sender delivers to Tencent Cloud, and reads what it has. All methods may be called concurrently and must return soon after ctx is done.
type Sender interface {
	// Send makes one call, signed as of the time given. Whatever happens it returns an outcome; one it can't know is Unknown.
	Send(ctx context.Context, i invite.Invitation, as time.Time) invite.Result
	// Cancel makes one call to cancel an open invitation, by its number in the list, signed likewise.
	Cancel(ctx context.Context, listed int64, as time.Time) invite.Result
	// Invitations and Members read a page of the organization's lists, from an offset on. An error that Tencent Cloud
	// answered with is a [*invite.CallError].
	Invitations(ctx context.Context, offset int) (invite.Page[invite.Listed], error)
	Members(ctx context.Context, offset int) (invite.Page[invite.Member], error)
}

// Announcer says things in Slack. Say posts the message, or edits it where m.At is set, and returns where it
// stands. Where m.Doubtful is set an earlier post may have been made: Say looks for it first. It may be called
// concurrently and must return soon after ctx is done.
//
// A [*NotSaidError] means that Slack definitely did not take it and that it may be said later, an
// [*UnsayableError] that it never will be; after any other error the message may have been posted.
type Announcer interface {
	Say(ctx context.Context, m Message) (Place, error)
	// Opens says when the approvals channel takes messages of a kind again; zero or past: it does. Until then none is handed
	// to Say that can wait.
	Opens(Way) time.Time
}

// Way is how something is said in the approvals channel: each has a limit of its own there.
type Way int

// The ways.
const (
	Posting Way = iota
	Editing
)

// Kind of message: where it is to be said.
type Slot string

// The slots.
const (
	Card      Slot = "card"      // the approval message, in the approvals channel
	Thread    Slot = "thread"    // a reply under the card
	Direct    Slot = "direct"    // to one person, in a direct message
	Notice    Slot = "notice"    // to everybody in the approvals channel, about no request
	Ephemeral Slot = "ephemeral" // to one person, in the channel where they clicked, seen by nobody else
)

// Message is one thing to say: a pure function of Request and Event says how it reads.
type Message struct {
	ID        string // the same for every try, and unique among all databases
	Slot      Slot
	Recipient string // ID of the person, for Direct and Ephemeral
	Channel   string // ID of the channel, for Ephemeral
	At        Place  // where it stands, to be edited; zero: to be posted
	Others    int    // of Ephemeral: so many more of the person's clicks were refused, of which nothing else tells
	Doubtful  bool   // an earlier try may have posted it
	DueSince  time.Time
	Request   Request      // as it stands now; zero for an ephemeral answer about no request
	Event     ledger.Event // zero for the card
	Outdated  bool         // a newer message offers what this one did, for all accounts: its buttons are there
	Head      ledger.Head  // the newest event when this was claimed: Slack keeps it, as a witness
	Waiting   []Request    // of a reminder: what it reminds of that still waits, the oldest first, at most 20
	More      int          // so many more of those
	Trail     []string     // the beginnings of the hashes up to it, likewise
}

// NotSaidError says that Slack did not take a message, which may be said again later.
type NotSaidError struct {
	RetryAfter  time.Duration // 0: the worker's own backoff
	Reason      string        // Slack's error code, or what failed
	ForOperator bool          // it won't, until an operator has done something
}

func (e *NotSaidError) Error() string { return "not said: " + e.Reason }

// UnsayableError says that a message can never be said, for instance because the recipient's account is gone.
type UnsayableError struct{ Reason string }

func (e *UnsayableError) Error() string { return "can't be said: " + e.Reason }
