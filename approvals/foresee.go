package approvals

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/invite"
)

// A card says what Tencent Cloud would refuse, by the organization's lists as they were last read (roster.go): so it is known before
// the approval, and not after it. What is foreseen decides nothing: Tencent Cloud has the last word. It is found out when a card is said, and
// when a list was read; where it differs from what a card says, the card is said anew.

// Foresight is what is known of a request before it is approved.
type Foresight struct {
	Warnings []Foreseen `json:"warnings,omitempty"`
	AsOf     time.Time  `json:"-"` // when the lists were read that tell it; zero: they weren't yet
}

// Foreseen is one thing that is known.
type Foreseen struct {
	Kind       ForeseenKind `json:"kind"`
	Invitation int64        `json:"invitation,omitempty"` // 0: it concerns the request as a whole
	UIN        invite.UIN   `json:"uin,omitempty"`        // whose the name is
	Name       string       `json:"name,omitempty"`       // of the member, or in the invitation that is open
	Since      time.Time    `json:"since,omitzero"`       // as Tencent Cloud writes it
	Members    int          `json:"members,omitempty"`
	Open       int          `json:"open,omitempty"` // invitations
	Room       int          `json:"room,omitempty"`
	Request    int64        `json:"request,omitempty"` // that was denied
	By         Person       `json:"by,omitzero"`
	Reason     string       `json:"reason,omitempty"`
}

// ForeseenKind says what is known.
type ForeseenKind string

// The kinds.
const (
	IsMember       ForeseenKind = "member"          // the account is one already
	IsInvited      ForeseenKind = "invited"         // an invitation is open
	NameTaken      ForeseenKind = "name taken"      // by a member, or an open invitation
	NameTwice      ForeseenKind = "name twice"      // in this very request
	OrgFull        ForeseenKind = "full"            // the organization has no room
	OrgWouldBeFull ForeseenKind = "would be full"   // if all that is open is accepted
	NoOrganization ForeseenKind = "no organization" // the key's account has none
	DeniedBefore   ForeseenKind = "denied before"   // another request for the account
)

// noOrganization is Tencent Cloud's code where there is none.
const noOrganization = "ResourceNotFound.OrganizationNotExist"

// foresee finds out what is known of a pending request.
func (t *tx) foresee(ctx context.Context, r Request, room int) (Foresight, error) {
	o, err := t.outline(ctx)
	if err != nil {
		return Foresight{}, err
	}
	return t.foreseeIn(ctx, o, r, room)
}

// foreseeIn is foresee where it is known how large the organization is.
func (t *tx) foreseeIn(ctx context.Context, o outline, r Request, room int) (f Foresight, err error) {
	f.AsOf = o.asOf
	if o.none {
		f.Warnings = append(f.Warnings, Foreseen{Kind: NoOrganization})
	}
	f.Warnings = append(f.Warnings, o.crowded(len(r.Invitations), room)...)
	for n, i := range r.Invitations {
		about, err := t.foreseeOne(ctx, o, r, i)
		if err != nil {
			return f, err
		}
		f.Warnings = append(f.Warnings, about...)
		if slices.ContainsFunc(r.Invitations[:n], func(other Invitation) bool { return other.Name == i.Name }) {
			f.Warnings = append(f.Warnings, Foreseen{Kind: NameTwice, Invitation: i.ID})
		}
	}
	return f, nil
}

// outline is how large the organization is.
type outline struct {
	members, open int
	asOf          time.Time // zero: nobody has read it yet
	from          time.Time // when the newest whole reading of the invitations was begun
	none          bool      // there is no organization
}

func (t *tx) outline(ctx context.Context) (o outline, err error) {
	var asOf, from int64
	var code string
	err = t.Row(ctx, `SELECT (SELECT COUNT(*) FROM listed_members), (SELECT COUNT(*) FROM listed_invitations WHERE status = 0),
		COALESCE(MIN(completed_at), 0), MAX(CASE WHEN list = 'invitations' THEN completed_from ELSE 0 END), MAX(code) FROM sweeps`).Scan(&o.members, &o.open, &asOf, &from, &code)
	o.asOf, o.from, o.none = database.Unstamp(asOf), database.Unstamp(from), code == noOrganization
	return o, err
}

// crowded says whether there is room for so many more accounts.
func (o outline) crowded(more, room int) []Foreseen {
	f := Foreseen{Members: o.members, Open: o.open, Room: room}
	switch {
	case room <= 0 || o.asOf.IsZero():
		return nil
	case o.members >= room:
		f.Kind = OrgFull
	case o.members+o.open+more > room:
		f.Kind = OrgWouldBeFull
	default:
		return nil
	}
	return []Foreseen{f}
}

func (t *tx) foreseeOne(ctx context.Context, o outline, r Request, i Invitation) (all []Foreseen, err error) {
	if all, err = t.foreseeListed(ctx, o, i); err != nil {
		return nil, err
	}
	f := Foreseen{Kind: DeniedBefore, Invitation: i.ID}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		return scan(&f.Request, &f.By.ID, &f.By.Name, &f.Reason)
	}, `SELECT d.request_id, approver, approver_name, reason FROM decisions AS d JOIN invitations AS i ON i.request_id = d.request_id
		WHERE uin = ? AND verdict = 'deny' AND d.request_id <> ? ORDER BY d.request_id DESC LIMIT 1`, i.UIN.String(), r.ID)
	if f.Request != 0 {
		all = append(all, f)
	}
	return all, err
}

// foreseeListed is what the lists say of an account and its name, and what was sent since they were read.
func (t *tx) foreseeListed(ctx context.Context, o outline, i Invitation) (all []Foreseen, err error) {
	uin := i.UIN.String()
	err = t.Rows(ctx, func(scan func(...any) error) error {
		f := Foreseen{Invitation: i.ID}
		var of string
		var since int64
		if err := scan(&f.Kind, &of, &f.Name, &since); err != nil {
			return err
		}
		f.Since = database.Unstamp(since)
		if of != uin {
			f.UIN, err = parseUIN(of)
		}
		all = append(all, f)
		return err
	}, `SELECT 'member', uin, name, joined_at FROM listed_members WHERE uin = ?
		UNION ALL SELECT 'invited', uin, name, invited_at FROM listed_invitations WHERE uin = ? AND status = 0
		UNION ALL SELECT 'name taken', uin, name, joined_at FROM listed_members WHERE name = ? AND uin <> ?
		UNION ALL SELECT 'name taken', uin, name, invited_at FROM listed_invitations WHERE name = ? AND status = 0 AND uin <> ?
		UNION ALL SELECT 'invited', uin, name, 0 FROM followed JOIN invitations ON id = invitation_id WHERE sent_at >= ? AND listed = 0 AND state = 'sent' AND uin = ?
		UNION ALL SELECT 'name taken', uin, name, 0 FROM followed JOIN invitations ON id = invitation_id WHERE sent_at >= ? AND listed = 0 AND state = 'sent' AND name = ? AND uin <> ?`,
		uin, uin, i.Name, uin, i.Name, uin, o.from, uin, o.from, i.Name, uin)
	slices.SortFunc(all, func(a, b Foreseen) int {
		return cmp.Or(rankOf(a.Kind)-rankOf(b.Kind), cmp.Compare(a.UIN, b.UIN), cmp.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(all, func(a, b Foreseen) bool { return a.Kind == b.Kind && a.UIN == b.UIN }), err
}

// rankOf is the order in which an account's warnings stand, whatever order a database has.
func rankOf(k ForeseenKind) int {
	return slices.Index([]ForeseenKind{IsMember, IsInvited, NameTaken}, k)
}

// text is what a card's row remembers of it.
func (f Foresight) text() string {
	if len(f.Warnings) == 0 {
		return ""
	}
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(raw)
}

// Foresee adds what is known of a pending request, for who shows it to somebody.
func (d *Desk) Foresee(ctx context.Context, r *Request) error {
	return d.store.read(ctx, func(t *tx) (err error) {
		r.Foreseen, err = t.foresee(ctx, *r, d.rules.Room)
		return err
	})
}

// foreseeFor finds out what is known of a message's request, just before its card is said. It never holds the card up: where the
// database can't be asked, the card says less, and another time more.
func (w *Worker) foreseeFor(ctx context.Context, m *Message) {
	if m.Slot != Card || m.Request.State != Pending {
		return
	}
	err := w.store.read(ctx, func(t *tx) (err error) {
		m.Request.Foreseen, err = t.foresee(ctx, m.Request, w.rules.Room)
		return err
	})
	if err != nil {
		w.log.Warn("a card is said without what Tencent Cloud would refuse", "request", m.Request.ID, "error", err)
	}
}

// nextForesight compares, when a list was read, what the cards say with what is known now.
func (w *Worker) nextForesight(ctx context.Context, _ int) (jobs []job, next time.Time, err error) {
	var behind []int64
	var upTo int64
	err = w.store.read(ctx, func(t *tx) error {
		behind = nil
		var seen int64
		if err := t.Row(ctx, `SELECT MAX(completed_at), MAX(foreseen_at) FROM sweeps`).Scan(&upTo, &seen); err != nil || upTo <= seen {
			upTo = 0
			return err
		}
		behind, err = t.behind(ctx, w.rules.Room)
		return err
	})
	if err != nil || upTo == 0 {
		return nil, next, err
	}
	err = w.store.write(ctx, func(t *tx) error {
		// Whoever reads the lists locks them first.
		current, err := t.Change(ctx, `UPDATE sweeps SET foreseen_at = ? WHERE foreseen_at < ?`, upTo, upTo)
		if err != nil || !current {
			return err
		}
		for _, request := range behind {
			if err := t.dueCard(ctx, request, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return nil, next, err
}

// behind are the pending requests whose cards say something else than what is known now. Where many wait, most have nothing to be said of.
func (t *tx) behind(ctx context.Context, room int) (all []int64, err error) {
	o, err := t.outline(ctx)
	if err != nil {
		return nil, err
	}
	everybody := 0
	if o.none || len(o.crowded(invite.MaxInvitations, room)) > 0 {
		everybody = 1
	}
	shown := map[int64]string{}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		var text string
		err := scan(&id, &text)
		shown[id] = text
		return err
	}, `SELECT r.id, foreseen FROM requests AS r JOIN posts AS p ON p.request_id = r.id AND slot = 'card'
		WHERE r.state = 'pending' AND ts <> '' AND (foreseen <> '' OR ? = 1 OR r.id IN (`+mayBeForeseen+`))`, everybody, o.from)
	if err != nil {
		return nil, err
	}
	for id, text := range shown {
		r := Request{ID: id}
		if r.Invitations, err = t.invitations(ctx, id); err != nil {
			return nil, err
		}
		now, err := t.foreseeIn(ctx, o, r, room)
		if err != nil {
			return nil, err
		}
		if now.text() != text {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all, nil
}

// mayBeForeseen are the requests of which something may be known: see foreseeOne.
const mayBeForeseen = `SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_members AS m ON m.uin = i.uin
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_members AS m ON m.name = i.name
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_invitations AS l ON l.uin = i.uin AND l.status = 0
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_invitations AS l ON l.name = i.name AND l.status = 0
	UNION SELECT i.request_id FROM followed AS f JOIN invitations AS s ON s.id = f.invitation_id AND s.state = 'sent' JOIN ` + waitingInvitations + ` ON i.uin = s.uin OR i.name = s.name WHERE f.sent_at >= ? AND f.listed = 0
	UNION SELECT i.request_id FROM decisions AS d JOIN invitations AS o ON o.request_id = d.request_id JOIN ` + waitingInvitations + ` ON i.uin = o.uin WHERE d.verdict = 'deny'`

const waitingInvitations = `(SELECT request_id, uin, name FROM invitations WHERE state IN ('waiting', 'ready', 'sending', 'unknown') AND state = 'waiting') AS i`
