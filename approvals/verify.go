package approvals

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Verified is what holding the database against its ledger has found. Where Falsehoods is empty nothing is wrong.
type Verified struct {
	Chain      ledger.Verified
	Requests   int
	Falsehoods []ledger.Falsehood // the chain's comes first, then in the order of the events that show them
}

// Verify holds the ledger against itself, and requests, decisions and invitations against the ledger. It reads only, also
// while a bot runs. Of what is older than the chain only what became of it since can be held against anything.
func (s *Store) Verify(ctx context.Context) (v Verified, err error) {
	if v.Chain, err = ledger.Verify(ctx, s.db, s.keys); err != nil {
		return v, err
	}
	err = s.db.Read(ctx, func(d *database.Tx) error {
		c := &comparison{t: &tx{Tx: d, store: s}, told: map[int64]*told{}, since: v.Chain.Since, rekeyed: v.Chain.Rekeyed}
		if err := c.readLedger(ctx); err != nil {
			return err
		}
		if err := c.readRequests(ctx); err != nil {
			return err
		}
		v.Requests = c.requests
		v.Falsehoods = c.found
		return nil
	})
	slices.SortStableFunc(v.Falsehoods, func(a, b ledger.Falsehood) int { return cmp.Compare(a.Event, b.Event) })
	if v.Chain.First != nil { // everything else is held against a ledger that is itself in doubt
		v.Falsehoods = slices.Insert(v.Falsehoods, 0, *v.Chain.First)
	}
	return v, err
}

// comparison holds tables against the ledger.
type comparison struct {
	t        *tx
	since    int64
	rekeyed  int64           // no seal of what was decided before this event is demanded
	told     map[int64]*told // by request
	setBack  bool            // once, which leaves what was approved unknown
	requests int
	found    []ledger.Falsehood
}

// told is what the ledger tells of a request.
type told struct {
	made      ledger.Event // that it was requested, or held
	state     State
	approvals int
	decisions map[decided]int64 // and the event that tells it
	delivery  map[int64]ledger.Event
	last      int64
}

type decided struct {
	approver, digest string
	verdict          Verdict
}

func (c *comparison) wrong(event int64, format string, args ...any) {
	c.found = append(c.found, ledger.Falsehood{Event: event, What: fmt.Sprintf(format, args...)})
}

func (c *comparison) readLedger(ctx context.Context) error {
	return c.t.Rows(ctx, func(scan func(...any) error) error {
		var e ledger.Event
		var detail []byte
		if err := scan(&e.ID, &e.Request, &e.Invitation, &e.Attempt, &e.Actor.ID, &e.Kind, &detail); err != nil {
			return err
		}
		if err := json.Unmarshal(detail, &e.Detail); err != nil {
			c.wrong(e.ID, "event %d can't be read", e.ID)
			return nil
		}
		c.tell(e)
		return nil
	}, `SELECT id, COALESCE(request_id, 0), COALESCE(invitation_id, 0), attempt, actor, kind, detail FROM events WHERE kind <> 'refused' ORDER BY id`)
}

// tell follows the ledger with one event.
func (c *comparison) tell(e ledger.Event) {
	if e.Kind == ledger.SetBack {
		c.setBack = true
	}
	if e.Request == 0 {
		return
	}
	r := c.told[e.Request]
	if r == nil {
		r = &told{state: Pending, decisions: map[decided]int64{}, delivery: map[int64]ledger.Event{}}
		c.told[e.Request] = r
	}
	r.last = e.ID
	switch e.Kind {
	case ledger.Requested:
		r.made = e
	case ledger.Held:
		r.made.ID, r.made.Detail.Digest, r.approvals = e.ID, e.Detail.Digest, 0
	case ledger.Approved:
		r.decisions[decided{e.Actor.ID, e.Detail.Digest, Approve}] = e.ID
		if r.approvals++; r.approvals >= e.Detail.Required {
			r.state = Approved
		}
	case ledger.Denied:
		r.decisions[decided{e.Actor.ID, e.Detail.Digest, Deny}] = e.ID
		r.state = Denied
	case ledger.Withdrawn:
		r.state = Withdrawn
	case ledger.Expired:
		r.state = Expired
	case ledger.Unseen, ledger.Untold, ledger.Delivered, ledger.Concluded:
	default:
		r.delivery[e.Invitation] = e
	}
}

func (c *comparison) readRequests(ctx context.Context) error {
	ids, err := c.t.numbers(ctx, `SELECT id FROM requests ORDER BY id`)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := c.t.request(ctx, id)
		if err != nil {
			return err
		}
		all, err := c.t.allDecisions(ctx, id)
		if err != nil {
			return err
		}
		c.request(r, all)
		c.requests++
		if t := c.told[id]; t != nil {
			t.last = 0 // it has a row
		}
	}
	for id, t := range c.told {
		if t.last != 0 {
			c.wrong(t.made.ID, "the ledger has request %d, and the database doesn't", id)
		}
	}
	return nil
}

func (c *comparison) request(r Request, decisions []sealedDecision) {
	t := c.told[r.ID]
	if t == nil || t.made.ID == 0 {
		c.wrong(0, "the ledger doesn't have request %d", r.ID)
		return
	}
	if r.State != t.state {
		c.wrong(t.last, "request %d is %s, and by the ledger %s", r.ID, r.State, t.state)
	}
	if t.made.Detail.Digest != "" && t.made.Detail.Digest != r.Digest {
		c.wrong(t.made.ID, "request %d isn't what was asked: its digest is %s, and was %s", r.ID, ledger.Short(r.Digest), ledger.Short(t.made.Detail.Digest))
	}
	for _, d := range decisions {
		of := decided{d.By.ID, d.Digest, d.Verdict}
		older := decided{d.By.ID, "", d.Verdict} // decided before digests, and stamped since
		event := max(t.decisions[of], t.decisions[older])
		if event == 0 {
			c.wrong(t.made.ID, "%s by %s on request %d isn't in the ledger", d.Verdict, d.By.ID, r.ID)
		} else if event > c.rekeyed && !c.t.store.keys.Sealed(d.seal, sealed(r.ID, d.Decision)...) {
			c.wrong(event, "%s by %s on request %d bears no seal of LEDGER_KEY", d.Verdict, d.By.ID, r.ID)
		}
		delete(t.decisions, of)
		delete(t.decisions, older)
	}
	for d, event := range t.decisions {
		c.wrong(event, "%s by %s on request %d is in the ledger, and not in the database", d.verdict, d.approver, r.ID)
	}
	for _, i := range r.Invitations {
		c.invitation(r, t, i)
	}
}

// follows are the states in which an event leaves an invitation.
var follows = map[ledger.Kind][]State{
	ledger.Attempted: {Sending}, ledger.Postponed: {Ready}, ledger.Delayed: {Ready}, ledger.NotArrived: {Ready}, ledger.Retried: {Ready},
	ledger.Lost: {Unknown}, ledger.Searching: {Unknown}, ledger.Stuck: {Unknown}, ledger.Sent: {Sent}, ledger.Failed: {Failed}, ledger.Stopped: {Stopped},
	ledger.Joined: {Joined}, ledger.Lapsed: {Lapsed}, ledger.Declined: {Declined}, ledger.Cancelled: {Cancelled}, ledger.Left: {Left},
	ledger.CancelAsked: {Sent}, ledger.Cancelling: {Sent}, ledger.CancelLost: {Sent}, ledger.NotCancelled: {Sent},
}

func (c *comparison) invitation(r Request, t *told, i Invitation) {
	e, delivered := t.delivery[i.ID]
	right := follows[e.Kind]
	switch {
	case delivered:
	case t.state == Pending:
		right = []State{Waiting}
	case t.state == Approved:
		right = []State{Ready}
	default:
		right = []State{Dropped}
	}
	if c.setBack && (slices.Contains(right, Ready) || slices.Contains(right, Sending)) {
		right = append(slices.Clone(right), Unknown)
	}
	if !slices.Contains(right, i.State) {
		c.wrong(cmp.Or(e.ID, t.made.ID), "the invitation to %s of request %d is %s, and by the ledger %s", i.UIN, r.ID, i.State, right[0])
	}
}
