package approvals

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Home is what somebody's App Home says: what they have asked, and to an approver how all stands.
type Home struct {
	Own   []Request // the newest first, a page of at most 20
	Page  int       // which, from 0
	Pages int       // how many there are, at least 1
	Board *Board    // nil: they aren't an approver
}

// Board is what approvers see beside what is their own.
type Board struct {
	Waiting     Listing         // for this approver's decision, the oldest first
	Pending     int             // requests that wait for approvers, whoever may decide them
	Accounts    int             // of those
	Open        int             // invitations that were sent and can be accepted
	Lapsing     []ledger.Ending // those of which the time ends within a week, the soonest first, at most 20
	MoreLapsing int             // so many more of those
	Roster      RosterState
}

// RosterState is how full the organization is, as its lists were last read.
type RosterState struct {
	ReadAt         time.Time // the older one of the two lists; zero: nobody has read both yet
	NoOrganization bool      // says Tencent Cloud
	Members, Open  int       // open invitations, whoever made them
	Room           int       // members that it may have; 0: nobody knows
}

// Left is how many more accounts have room if all that is open is accepted.
func (r RosterState) Left() int { return max(r.Room-r.Members-r.Open, 0) }

// homeLapses is how long before its end an open invitation is shown to approvers.
const homeLapses = 7 * 24 * time.Hour

// Home is what somebody's home says now. A page beyond the last is the last. Whether they are an approver is for the caller to check.
func (d *Desk) Home(ctx context.Context, person string, isApprover bool, page int) (h Home, err error) {
	err = d.store.read(ctx, func(t *tx) error {
		t.now = d.store.now()
		if h, err = t.ownPage(ctx, person, page); err != nil || !isApprover {
			return err
		}
		h.Board, err = t.board(ctx, person, d.rules.Room)
		return err
	})
	return h, err
}

func (t *tx) ownPage(ctx context.Context, person string, page int) (h Home, err error) {
	var all int
	if err := t.Row(ctx, `SELECT COUNT(*) FROM requests WHERE requester = ?`, person).Scan(&all); err != nil {
		return h, err
	}
	h.Pages = max((all+mostTold-1)/mostTold, 1)
	h.Page = min(max(page, 0), h.Pages-1)
	numbers, err := t.numbers(ctx, `SELECT id FROM requests WHERE requester = ? ORDER BY id DESC LIMIT ? OFFSET ?`, person, mostTold, h.Page*mostTold)
	if err != nil {
		return h, err
	}
	for _, id := range numbers {
		r, err := t.request(ctx, id)
		if err != nil {
			return h, err
		}
		r.seenAt(t.now)
		h.Own = append(h.Own, r)
	}
	return h, nil
}

func (t *tx) board(ctx context.Context, approver string, room int) (*Board, error) {
	b := &Board{}
	o, err := t.outline(ctx)
	if err != nil {
		return nil, err
	}
	b.Roster = RosterState{ReadAt: o.asOf, NoOrganization: o.none, Members: o.members, Open: o.open, Room: room}
	if b.Waiting, err = t.waitingFor(ctx, approver); err != nil {
		return nil, err
	}
	err = t.Row(ctx, `SELECT COUNT(DISTINCT r.id), COUNT(*) FROM requests AS r JOIN invitations AS i ON i.request_id = r.id
		WHERE r.state = 'pending' AND (r.expires_at = 0 OR r.expires_at > ?)`, t.now).Scan(&b.Pending, &b.Accounts)
	if err != nil {
		return nil, err
	}
	if err := t.Row(ctx, `SELECT COUNT(*) FROM invitations WHERE state IN ('sent', 'joined') AND state = 'sent'`).Scan(&b.Open); err != nil {
		return nil, err
	}
	b.Lapsing, b.MoreLapsing, err = t.lapsing(ctx, t.now.Add(homeLapses))
	return b, err
}

// lapsing are open invitations of which the time ends before another. Where Tencent Cloud's list hasn't told when, it is counted from the call.
func (t *tx) lapsing(ctx context.Context, before time.Time) (first []ledger.Ending, more int, err error) {
	const until = `CASE WHEN f.expires_at > 0 THEN f.expires_at ELSE f.called_at + ? END`
	lifetime := invite.Lifetime.Milliseconds()
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var e ledger.Ending
		var ends int64
		err := scan(&e.Request, &e.UIN, &e.Name, &ends)
		if e.Until = database.Unstamp(ends); len(first) < mostTold {
			first = append(first, e)
		} else {
			more++
		}
		return err
	}, `SELECT i.request_id, i.uin, i.name, `+until+` AS until FROM invitations AS i JOIN followed AS f ON f.invitation_id = i.id
		WHERE i.state IN ('sent', 'joined') AND i.state = 'sent' AND f.found = '' AND `+until+` > ? AND `+until+` <= ? ORDER BY until, i.id`,
		lifetime, lifetime, t.now, lifetime, before)
	return first, more, err
}
