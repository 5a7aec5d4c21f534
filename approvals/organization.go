package approvals

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Organization is what Tencent Cloud lists of the organization.
type Organization struct {
	Invitations []invite.Listed
	Members     []invite.Member
}

// Compared is what holding the database against the organization has found.
type Compared struct {
	Confirmed  int                // invitations that the ledger says were sent, and that Tencent Cloud has
	Elsewhere  []string           // who was let in, or invited, otherwise than by this bot: no falsehood of the ledger's
	Falsehoods []ledger.Falsehood // in the order of the events that show them
}

// Compare holds what the ledger says was sent against what Tencent Cloud has, both ways. It reads only.
func (s *Store) Compare(ctx context.Context, o Organization) (Compared, error) {
	c := &outside{Organization: o, invited: map[invite.UIN][]*outgoing{}}
	if err := s.read(ctx, func(t *tx) error { return c.readDeliveries(ctx, t) }); err != nil {
		return c.Compared, err
	}
	c.listed()
	c.members()
	for _, d := range c.all {
		c.sent(d)
	}
	slices.SortStableFunc(c.Falsehoods, func(a, b ledger.Falsehood) int { return cmp.Compare(a.Event, b.Event) })
	return c.Compared, nil
}

// outside holds deliveries against the organization.
type outside struct {
	Organization
	Compared
	all     []*outgoing
	invited map[invite.UIN][]*outgoing
}

// outgoing is an invitation of the database, and what the ledger has of its calls.
type outgoing struct {
	invite.Invitation
	request  int64
	state    State
	standing State     // of its request
	asked    time.Time // when it was requested
	moved    time.Time // when something last became of its delivery; zero: nothing has
	event    int64     // the newest of its delivery
	settled  string
	listed   bool // Tencent Cloud has it
}

func (d *outgoing) called() bool { return !d.moved.IsZero() }

func (c *outside) readDeliveries(ctx context.Context, t *tx) error {
	byNumber := map[int64]*outgoing{}
	err := t.Rows(ctx, func(scan func(...any) error) error {
		d := &outgoing{}
		var id int64
		var uin string
		var asked int64
		if err := scan(&id, &d.request, &uin, &d.Name, &d.Remark, &d.state, &d.standing, &d.settled, &asked); err != nil {
			return err
		}
		d.asked = database.Unstamp(asked)
		var err error
		d.UIN, err = parseUIN(uin)
		byNumber[id] = d
		c.all, c.invited[d.UIN] = append(c.all, d), append(c.invited[d.UIN], d)
		return err
	}, `SELECT i.id, request_id, uin, name, remark, i.state, r.state, settled_by_name, r.created_at FROM invitations AS i JOIN requests AS r ON r.id = request_id ORDER BY i.id`)
	if err != nil {
		return err
	}
	return t.Rows(ctx, func(scan func(...any) error) error {
		var invitation, at int64
		var e ledger.Event
		err := scan(&e.ID, &invitation, &at)
		if d := byNumber[invitation]; d != nil {
			d.event, d.moved = e.ID, database.Unstamp(at)
		}
		return err
	}, `SELECT id, invitation_id, at FROM events WHERE invitation_id IS NOT NULL ORDER BY id`)
}

// listed looks for the call of each invitation that Tencent Cloud has.
func (c *outside) listed() {
	for _, l := range c.Invitations {
		made := c.madeBy(l)
		switch {
		case len(made) == 0:
			c.elsewhere(l)
		case !slices.ContainsFunc(made, func(d *outgoing) bool { return d.state != Failed && d.state != Stopped }):
			d := made[len(made)-1]
			c.Falsehoods = append(c.Falsehoods, ledger.Falsehood{Event: d.event,
				What: fmt.Sprintf("the invitation to %s of request %d is %s by the ledger, and Tencent Cloud has it as number %d", l.UIN, d.request, d.state, l.ID)})
		}
		for _, d := range made {
			d.listed = true
		}
	}
}

// madeBy are the invitations that a listed one may have come from.
func (c *outside) madeBy(l invite.Listed) (made []*outgoing) {
	for _, d := range c.invited[l.UIN] {
		if d.called() && l.Fits(d.Invitation, d.asked, d.moved) {
			made = append(made, d)
		}
	}
	return made
}

func (c *outside) elsewhere(l invite.Listed) {
	text := fmt.Sprintf("%s was invited as “%s” (%s)%s, not by this bot", l.UIN, l.Name, l.Remark, on(l.Invited))
	c.Elsewhere = append(c.Elsewhere, text+c.askedFor(l.UIN))
}

// members looks for whoever is in the organization without an invitation of this bot's.
func (c *outside) members() {
	for _, m := range c.Members {
		ours := false
		for _, d := range c.invited[m.UIN] {
			ours = ours || d.called() && d.state != Failed
			d.listed = d.listed || d.called() // whatever became of the list's entry, it was accepted
		}
		if !ours {
			text := fmt.Sprintf("%s is a member as “%s”%s, and this bot has not invited it", m.UIN, m.Name, on(m.Joined))
			c.Elsewhere = append(c.Elsewhere, text+c.askedFor(m.UIN))
		}
	}
}

// askedFor are the requests for an account from which no invitation came.
func (c *outside) askedFor(uin invite.UIN) string {
	var asked []string
	for _, d := range c.invited[uin] {
		asked = append(asked, fmt.Sprintf("request %d is %s", d.request, d.standing))
	}
	if len(asked) == 0 {
		return ""
	}
	return "; " + strings.Join(asked, ", ")
}

// sent looks for an invitation that the ledger says was sent.
func (c *outside) sent(d *outgoing) {
	switch {
	case d.state != Sent && d.state != Joined && d.state != Lapsed && d.state != Cancelled && d.state != Declined && d.state != Left:
	case d.listed:
		c.Confirmed++
	default:
		by := "by the ledger"
		if d.settled != "" {
			by = "by the word of " + d.settled
		}
		c.Falsehoods = append(c.Falsehoods, ledger.Falsehood{Event: d.event,
			What: fmt.Sprintf("the invitation to %s of request %d was sent %s, and Tencent Cloud has none like it", d.UIN, d.request, by)})
	}
}

func on(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " on " + at.Format(time.DateTime) + " (as Tencent Cloud writes it)"
}
