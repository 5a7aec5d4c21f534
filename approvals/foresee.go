package approvals

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// A card says what Tencent Cloud would refuse, by the organization's lists as they were last read (roster.go): so it is known before
// the approval, and not after it. What is foreseen decides nothing: Tencent Cloud has the last word. It is found out when a card is said, and
// when a list was read; where it differs from what a card says, the card is said anew.

// Foresight is what is known of a request before it is approved.
type Foresight struct {
	Warnings []ledger.Foreseen `json:"warnings,omitempty"`
	AsOf     time.Time         `json:"-"` // when the lists were read that tell it; zero: they weren't yet
}

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
		f.Warnings = append(f.Warnings, ledger.Foreseen{Kind: ledger.NoOrganization})
	}
	f.Warnings = append(f.Warnings, o.crowded(len(r.Invitations), room)...)
	if len(r.Invitations) == 0 {
		return f, nil
	}
	listed, err := t.foreseeListed(ctx, o, r)
	if err != nil {
		return f, err
	}
	denied, err := t.deniedBefore(ctx, r)
	if err != nil {
		return f, err
	}
	names := map[string]bool{}
	for _, i := range r.Invitations {
		f.Warnings = append(append(f.Warnings, listed[i.ID]...), denied[i.ID]...)
		if names[i.Name] {
			f.Warnings = append(f.Warnings, ledger.Foreseen{Kind: ledger.NameTwice, Invitation: i.ID})
		}
		names[i.Name] = true
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
func (o outline) crowded(more, room int) []ledger.Foreseen {
	f := ledger.Foreseen{Members: o.members, Open: o.open, Room: room}
	switch {
	case room <= 0 || o.asOf.IsZero():
		return nil
	case o.members >= room:
		f.Kind = ledger.OrgFull
	case o.members+o.open+more > room:
		f.Kind = ledger.OrgWouldBeFull
	default:
		return nil
	}
	return []ledger.Foreseen{f}
}

// deniedBefore is, of each account, the newest other request for it that was denied.
func (t *tx) deniedBefore(ctx context.Context, r Request) (denied map[int64][]ledger.Foreseen, err error) {
	of, uins, places := accountsOf(r)
	denied = map[int64][]ledger.Foreseen{}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		f := ledger.Foreseen{Kind: ledger.DeniedBefore}
		var uin string
		err := scan(&uin, &f.Request, &f.By.ID, &f.By.Name, &f.Reason)
		f.Invitation = of[uin]
		denied[f.Invitation] = []ledger.Foreseen{f} // the newest comes last
		return err
	}, `SELECT uin, d.request_id, approver, approver_name, reason FROM decisions AS d JOIN invitations AS i ON i.request_id = d.request_id
		WHERE uin IN (`+places+`) AND verdict = 'deny' AND d.request_id <> ? ORDER BY d.request_id`, append(uins, r.ID)...)
	return denied, err
}

// accountsOf are a request's invitations by account, and its accounts as a statement takes them.
func accountsOf(r Request) (of map[string]int64, uins []any, places string) {
	of = map[string]int64{}
	for _, i := range r.Invitations {
		of[i.UIN.String()], uins = i.ID, append(uins, i.UIN.String())
	}
	return of, uins, placesFor(uins)
}

// placesFor are a statement's places for values.
func placesFor(values []any) string { return "?" + strings.Repeat(", ?", len(values)-1) }

// foreseeListed is what the lists say of each account and its name, and what was sent since they were read.
func (t *tx) foreseeListed(ctx context.Context, o outline, r Request) (listed map[int64][]ledger.Foreseen, err error) {
	of, uins, places := accountsOf(r)
	named := map[string][]Invitation{}
	var names []any
	for _, i := range r.Invitations {
		if named[i.Name] == nil {
			names = append(names, i.Name)
		}
		named[i.Name] = append(named[i.Name], i)
	}
	listed = map[int64][]ledger.Foreseen{}
	collect := func(scan func(...any) error) error {
		var f ledger.Foreseen
		var uin string
		var since int64
		if err := scan(&f.Kind, &uin, &f.Name, &since); err != nil {
			return err
		}
		f.Since = database.Unstamp(since)
		if f.Kind != ledger.NameTaken {
			f.Invitation = of[uin]
			listed[f.Invitation] = append(listed[f.Invitation], f)
			return nil
		}
		f.UIN, err = parseUIN(uin)
		for _, i := range named[f.Name] {
			if i.UIN != f.UIN {
				f.Invitation = i.ID
				listed[i.ID] = append(listed[i.ID], f)
			}
		}
		return err
	}
	byName := placesFor(names)
	args := slices.Concat(uins, uins, names, names, []any{o.from}, uins, []any{o.from}, names)
	err = t.Rows(ctx, collect, `SELECT 'member', uin, name, joined_at FROM listed_members WHERE uin IN (`+places+`)
		UNION ALL SELECT 'invited', uin, name, invited_at FROM listed_invitations WHERE uin IN (`+places+`) AND status = 0
		UNION ALL SELECT 'name taken', uin, name, joined_at FROM listed_members WHERE name IN (`+byName+`)
		UNION ALL SELECT 'name taken', uin, name, invited_at FROM listed_invitations WHERE name IN (`+byName+`) AND status = 0
		UNION ALL SELECT 'invited', uin, name, 0 FROM followed JOIN invitations ON id = invitation_id WHERE sent_at >= ? AND listed = 0 AND state = 'sent' AND uin IN (`+places+`)
		UNION ALL SELECT 'name taken', uin, name, 0 FROM followed JOIN invitations ON id = invitation_id WHERE sent_at >= ? AND listed = 0 AND state = 'sent' AND name IN (`+byName+`)`,
		args...)
	for id, all := range listed {
		slices.SortFunc(all, func(a, b ledger.Foreseen) int {
			return cmp.Or(rankOf(a.Kind)-rankOf(b.Kind), cmp.Compare(a.UIN, b.UIN), cmp.Compare(a.Name, b.Name))
		})
		listed[id] = slices.CompactFunc(all, func(a, b ledger.Foreseen) bool { return a.Kind == b.Kind && a.UIN == b.UIN })
	}
	return listed, err
}

// rankOf is the order in which an account's warnings stand, whatever order a database has.
func rankOf(k ledger.ForeseenKind) int {
	return slices.Index([]ledger.ForeseenKind{ledger.IsMember, ledger.IsInvited, ledger.NameTaken}, k)
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

// Mark identifies what is known: a button that carries it stood on a card that said this.
func (f Foresight) Mark() string { return ledger.Short(ledger.Hash([]byte(f.text()))) }

// shownForesight is what the card said on which somebody decides, for the ledger. It is what the card said last as far as that is on record, or,
// where the person was faster than the record, what is known now. What was said in between, by an edit whose answer was lost, isn't known any more.
func (t *tx) shownForesight(ctx context.Context, c Click, r Request, room int) ([]ledger.Foreseen, error) {
	said, err := t.saidForesight(ctx, r.ID)
	if err != nil || c.Button == nil || c.Button.Foresight == "" || c.Button.Foresight == said.Mark() {
		return said.Warnings, err
	}
	if c.Button.Foresight == (Foresight{}).Mark() {
		return nil, nil
	}
	now, err := t.foresee(ctx, r, room)
	if err == nil && c.Button.Foresight == now.Mark() {
		return now.Warnings, nil
	}
	return said.Warnings, err
}

func (t *tx) saidForesight(ctx context.Context, request int64) (f Foresight, err error) {
	var text string
	if err := t.Row(ctx, `SELECT foreseen FROM posts WHERE request_id = ? AND slot = 'card'`, request).Scan(&text); err != nil || text == "" {
		return f, err
	}
	return f, json.Unmarshal([]byte(text), &f)
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
	everybody, free := 0, int64(math.MaxInt32) // of so many accounts none is foreseen to have no place
	if o.none {
		everybody = 1
	}
	if room > 0 && !o.asOf.IsZero() {
		free = int64(room - o.members - o.open)
	}
	shown := map[int64]string{}
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var id int64
		var text string
		err := scan(&id, &text)
		shown[id] = text
		return err
	}, `SELECT r.id, foreseen FROM requests AS r JOIN posts AS p ON p.request_id = r.id AND slot = 'card'
		WHERE r.state = 'pending' AND ts <> '' AND (foreseen <> '' OR ? = 1 OR r.id IN (`+mayBeForeseen+`))`, everybody, o.from, free)
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

// mayBeForeseen are the requests of which something may be known: see foreseeIn.
const mayBeForeseen = `SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_members AS m ON m.uin = i.uin
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_members AS m ON m.name = i.name
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_invitations AS l ON l.uin = i.uin AND l.status = 0
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` JOIN listed_invitations AS l ON l.name = i.name AND l.status = 0
	UNION SELECT i.request_id FROM followed AS f JOIN invitations AS s ON s.id = f.invitation_id AND s.state = 'sent' JOIN ` + waitingInvitations + ` ON i.uin = s.uin OR i.name = s.name WHERE f.sent_at >= ? AND f.listed = 0
	UNION SELECT i.request_id FROM decisions AS d JOIN invitations AS o ON o.request_id = d.request_id JOIN ` + waitingInvitations + ` ON i.uin = o.uin WHERE d.verdict = 'deny'
	UNION SELECT i.request_id FROM ` + waitingInvitations + ` GROUP BY i.request_id HAVING COUNT(*) > ?`

const waitingInvitations = `(SELECT request_id, uin, name FROM invitations WHERE state IN ('waiting', 'ready', 'sending', 'unknown') AND state = 'waiting') AS i`
