package approvals

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What becomes of an invitation that was sent is seen in the organization's lists (roster.go). Each whole reading notes what it
// has found; what that means is told from here, a few at a time, in the order in which it was found. Who is a member has joined,
// whatever the list says of the invitation, so an end of another kind is told only when the members were read after it.

const (
	nudgedBefore = 3 * 24 * time.Hour // the end of an invitation's time, its requester is told
	nudgedEvery  = 24 * time.Hour     // a person is, at most
	mostNudged   = 500                // invitations that one message tells of
	mostEnds     = 100                // that are told in one transaction: all of a request with many, as a rule
)

// wasSent are the states of what was sent, whatever became of it.
const wasSent = `('sent', 'joined', 'lapsed', 'cancelled', 'declined', 'left')`

// follow begins to follow an invitation that was sent, by its newest call.
func (t *tx) follow(ctx context.Context, invitation int64) error {
	return t.Run(ctx, `INSERT INTO followed (invitation_id, sent_at, called_at) SELECT id, CAST(? AS BIGINT), attempted_at FROM invitations WHERE id = ?
		ON CONFLICT (invitation_id) DO NOTHING`, t.now, invitation)
}

// findEnds notes what a whole reading of the invitations says of those that are open.
func (t *tx) findEnds(ctx context.Context, p page) error {
	if err := t.findListed(ctx, p); err != nil {
		return err
	}
	t.ends = t.now
	return t.Run(ctx, `UPDATE followed SET found_at = ?, found = CASE l.status WHEN ? THEN 'joined' WHEN ? THEN 'lapsed' WHEN ? THEN 'cancelled' ELSE 'declined' END
		FROM listed_invitations AS l WHERE l.id = followed.listed AND l.status IN (?, ?, ?, ?) AND followed.found = ''
		AND followed.invitation_id IN (SELECT id FROM invitations WHERE state = 'sent')`,
		t.now, int64(invite.StatusAccepted), int64(invite.StatusExpired), int64(invite.StatusCancelled),
		int64(invite.StatusAccepted), int64(invite.StatusExpired), int64(invite.StatusCancelled), int64(invite.StatusInvalid))
}

// findListed finds Tencent Cloud's numbers of those invitations of which they aren't known yet, the newest first: of several to
// one account the newest in the list is the newest that was sent.
func (t *tx) findListed(ctx context.Context, p page) error {
	type open struct {
		invite.Invitation
		id           int64
		called, sent time.Time
	}
	var unlisted []open
	err := t.Rows(ctx, func(scan func(...any) error) error {
		var o open
		var uin string
		var called, sent int64
		err := scan(&o.id, &uin, &o.Name, &o.Remark, &called, &sent)
		if err == nil {
			o.UIN, err = parseUIN(uin)
		}
		o.called, o.sent = database.Unstamp(called), database.Unstamp(sent)
		unlisted = append(unlisted, o)
		return err
	}, `SELECT id, uin, name, remark, called_at, sent_at FROM invitations JOIN followed ON invitation_id = id
		WHERE state = 'sent' AND listed = 0 AND sent_at < ? ORDER BY id DESC`, p.beganAt)
	if err != nil {
		return err
	}
	for _, o := range unlisted {
		l, err := t.listedAs(ctx, o.Invitation, o.called, o.sent)
		if err != nil {
			return err
		}
		if l.ID == 0 {
			continue
		}
		if err := t.isListed(ctx, o.id, l, o.called); err != nil {
			return err
		}
	}
	return nil
}

// isListed records as which one an invitation is listed, and has the requester's message corrected where that says another end.
func (t *tx) isListed(ctx context.Context, invitation int64, l invite.Listed, called time.Time) error {
	until := l.Until(called)
	if err := t.Run(ctx, `UPDATE followed SET listed = ?, expires_at = ? WHERE invitation_id = ?`, l.ID, until, invitation); err != nil {
		return err
	}
	if until.IsZero() || until.Sub(called.Add(invite.Lifetime)).Abs() < time.Hour {
		return nil
	}
	t.say = t.now
	return t.Run(ctx, `UPDATE posts SET wanted = wanted + 1, due_at = ? WHERE slot = 'direct' AND gave_up = '' AND request_id = (SELECT request_id FROM invitations WHERE id = ?)
		AND event_id IN (SELECT id FROM events WHERE request_id = posts.request_id AND (kind = 'sent' AND invitation_id = ? OR kind = 'delivered'))`, t.now, invitation, invitation)
}

// listedAs finds an invitation in the list that is no other one's; zero where there is none.
func (t *tx) listedAs(ctx context.Context, i invite.Invitation, called, sent time.Time) (found invite.Listed, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		l := invite.Listed{UIN: i.UIN, Name: i.Name, Remark: i.Remark}
		var invited, expires int64
		err := scan(&l.ID, &invited, &expires)
		l.Invited, l.Expires = database.Unstamp(invited), database.Unstamp(expires)
		if found.ID == 0 && l.Fits(i, called, sent) {
			found = l
		}
		return err
	}, `SELECT id, invited_at, expires_at FROM listed_invitations AS l WHERE uin = ? AND name = ? AND remark = ?
		AND NOT EXISTS (SELECT 1 FROM followed WHERE listed = l.id) ORDER BY id DESC`, i.UIN.String(), i.Name, i.Remark)
	return found, err
}

// findMembers notes what a whole reading of the members says: who has joined, and who has left.
func (t *tx) findMembers(ctx context.Context, w *Worker, p page) error {
	t.ends = t.now
	const isMember = ` invitation_id IN (SELECT i.id FROM invitations AS i JOIN listed_members AS m ON m.uin = i.uin WHERE i.state IN ('sent', 'joined'))`
	if err := t.Run(ctx, `UPDATE followed SET member = 1 WHERE member = 0 AND sent_at < ? AND`+isMember, p.beganAt); err != nil {
		return err
	}
	// Of several invitations that an account got, the newest is the one that it can have accepted, where the list of invitations doesn't tell.
	err := t.Run(ctx, `UPDATE followed SET found = 'joined', found_at = ? WHERE found <> 'joined' AND sent_at < ? AND invitation_id IN
		(SELECT i.id FROM invitations AS i JOIN listed_members AS m ON m.uin = i.uin WHERE i.state = 'sent'
		AND NOT EXISTS (SELECT 1 FROM invitations AS later WHERE later.uin = i.uin AND later.id > i.id AND later.state IN `+wasSent+`))`, t.now, p.beganAt)
	if err != nil {
		return err
	}
	return t.findLeft(ctx, w, p)
}

// findLeft notes who is a member no more: who was seen among them, or joined so long before this reading that they must have been. Where most
// are gone at once, this is more likely another organization than the end of this one.
func (t *tx) findLeft(ctx context.Context, w *Worker, p page) error {
	const joined = ` FROM invitations AS i JOIN followed ON invitation_id = i.id WHERE i.state = 'joined' AND (member = 1 OR found_at > 0 AND found_at <= ?)`
	const gone = joined + ` AND NOT EXISTS (SELECT 1 FROM listed_members AS m WHERE m.uin = i.uin)`
	surely := p.beganAt.Add(-w.rosterEvery)
	var were, left int
	if err := t.Row(ctx, `SELECT (SELECT COUNT(*)`+joined+`), (SELECT COUNT(*)`+gone+`)`, surely, surely).Scan(&were, &left); err != nil || left == 0 {
		return err
	}
	if left > 3 && 2*left > were {
		w.log.Warn("most of the members that this bot has invited are gone from the organization's list, so it isn't told that they left: is this the key of another organization?",
			"gone", left, "of", were)
		return nil
	}
	return t.Run(ctx, `UPDATE followed SET found = 'left', found_at = ? WHERE found = '' AND invitation_id IN (SELECT i.id`+gone+`)`, t.now, surely)
}

// ended is an invitation of which the lists tell more than was told.
type ended struct {
	delivery
	found  State
	listed int64
	cancel string // how far its cancelling is
	by     Person // who wants it
}

// nextEnds records and tells what became of invitations, some at a time; where there is nothing of that, whose time is running out.
func (w *Worker) nextEnds(ctx context.Context, _ int) (jobs []job, next time.Time, err error) {
	ends, nudges, next := false, false, time.Time{}
	err = w.store.read(ctx, func(t *tx) error {
		t.now = w.store.now()
		due, err := t.dueEnds(ctx)
		if err != nil {
			return err
		}
		ends = len(due) > 0
		nudges, next, err = t.dueNudge(ctx)
		return err
	})
	switch {
	case err != nil:
		return nil, next, err
	case ends:
		err = w.store.write(ctx, func(t *tx) error { return t.concludeSome(ctx) })
	case nudges:
		err = w.store.write(ctx, func(t *tx) error { return t.nudge(ctx) })
	default:
		return nil, next, nil
	}
	return nil, w.store.now(), err
}

func (t *tx) concludeSome(ctx context.Context) error {
	due, err := t.dueEnds(ctx)
	if err != nil {
		return err
	}
	var done []ended
	for _, e := range due {
		err := t.conclude(ctx, e, e.found, e.doer(), ledger.Detail{})
		switch {
		case err == nil:
			done = append(done, e)
		case !errors.Is(err, errConflict):
			return err
		}
	}
	return t.tellEnded(ctx, done)
}

// doer is who did what the list shows: the approver for whom a call to cancel was made, or nobody that the bot knows.
func (e ended) doer() Person {
	if e.found == Cancelled && (e.cancel == cancelSending || e.cancel == cancelUnknown) {
		return e.by
	}
	return Person{}
}

// dueEnds are ends that count: an account that joined or left, and others when the members were read after them. Where those
// can't be read, the invitation's own list has to do.
func (t *tx) dueEnds(ctx context.Context) ([]ended, error) {
	var from int64
	var failures int
	if err := t.Row(ctx, `SELECT completed_from, failures FROM sweeps WHERE list = 'members'`).Scan(&from, &failures); err != nil {
		return nil, err
	}
	if failures >= stuckAfter {
		from = math.MaxInt64
	}
	return t.endings(ctx, `followed.found <> '' AND (followed.found IN ('joined', 'left') OR found_at <= ?)
		ORDER BY found_at, i.id LIMIT `+strconv.Itoa(mostEnds)+t.Skip("followed"), from)
}

// endings are followed invitations for which a condition holds.
func (t *tx) endings(ctx context.Context, where string, args ...any) (all []ended, err error) {
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var e ended
		var uin string
		var called int64
		err := scan(&e.id, &e.request, &e.requester.ID, &e.requester.Name, &uin, &e.Name, &e.Remark, &e.state, &e.attempt, &called,
			&e.found, &e.listed, &e.cancel, &e.by.ID, &e.by.Name)
		if err == nil {
			e.UIN, err = parseUIN(uin)
		}
		e.attemptedAt = database.Unstamp(called)
		all = append(all, e)
		return err
	}, `SELECT i.id, i.request_id, requester, requester_name, uin, name, remark, i.state, i.attempt, called_at, followed.found, listed, cancel, cancelled_by, cancelled_by_name
		FROM followed JOIN invitations AS i ON i.id = invitation_id JOIN requests ON requests.id = i.request_id WHERE `+where, args...)
	return all, err
}

// conclude ends what an invitation was, and tells it once. Whoever wanted it cancelled need want that no longer.
func (t *tx) conclude(ctx context.Context, e ended, to State, by Person, detail ledger.Detail) error {
	ok, err := t.Change(ctx, `UPDATE invitations SET state = ? WHERE id = ? AND state = ?`, string(to), e.id, string(e.state))
	if err == nil {
		err = t.Run(ctx, `UPDATE followed SET found = '', cancel = '', cancel_due_at = 0, cancelled_by = ?, cancelled_by_name = ? WHERE invitation_id = ?`,
			by.ID, by.Name, e.id)
	}
	if err != nil || !ok {
		return conflict(err)
	}
	detail.Listed = e.listed
	event := e.event(ends[to], detail)
	event.Actor = by
	return t.tellOutcome(ctx, event, e.requester, "")
}

// ends are the events that tell how an invitation ended.
var ends = map[State]ledger.Kind{Joined: ledger.Joined, Lapsed: ledger.Lapsed, Cancelled: ledger.Cancelled, Declined: ledger.Declined, Left: ledger.Left}

// Nobody is told more often than once a day whose time is running out, and of each invitation once.
const nudgeable = ` FROM followed JOIN invitations AS i ON i.id = invitation_id JOIN requests AS r ON r.id = i.request_id LEFT JOIN nudges ON person = r.requester
	WHERE nudged_at = 0 AND followed.expires_at > ? AND i.state = 'sent' AND followed.found = '' AND cancel = ''`

// dueNudge says whether somebody is to be told now, or when.
func (t *tx) dueNudge(ctx context.Context) (due bool, next time.Time, err error) {
	before, every := nudgedBefore.Milliseconds(), nudgedEvery.Milliseconds()
	next, err = t.earliest(ctx, `SELECT COALESCE(MIN(CASE WHEN followed.expires_at - ? > COALESCE(nudges.at, 0) + ? THEN followed.expires_at - ? ELSE nudges.at + ? END), 0)`+nudgeable,
		before, every, before, every, t.now)
	return !next.IsZero() && !next.After(t.now), next, err
}

// nudge tells one requester which of their invitations run out.
func (t *tx) nudge(ctx context.Context) error {
	soonest, often := t.now.Add(nudgedBefore), t.now.Add(-nudgedEvery)
	var who Person
	err := t.Rows(ctx, func(scan func(...any) error) error { return scan(&who.ID, &who.Name) },
		`SELECT requester, requester_name`+nudgeable+` AND followed.expires_at <= ? AND COALESCE(nudges.at, 0) <= ? ORDER BY followed.expires_at, i.id LIMIT 1`, t.now, soonest, often)
	if err != nil || who.ID == "" {
		return err
	}
	first, err := t.Change(ctx, `INSERT INTO nudges (person, at) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET at = excluded.at WHERE nudges.at <= ?`, who.ID, t.now, often)
	if err != nil || !first {
		return err // another process was faster
	}
	ending, err := t.endingOf(ctx, who, soonest)
	if err != nil {
		return err
	}
	e, err := t.record(ctx, ledger.Event{Kind: ledger.Nudged, Detail: ledger.Detail{Ending: ending}}, "")
	if err != nil {
		return err
	}
	return t.due(ctx, e, Direct, who, "")
}

// endingOf are a requester's invitations that run out before a time, from now on called told.
func (t *tx) endingOf(ctx context.Context, who Person, soonest time.Time) (ending []ledger.Ending, err error) {
	var ids []int64
	err = t.Rows(ctx, func(scan func(...any) error) error {
		var e ledger.Ending
		var id, until int64
		err := scan(&id, &e.Request, &e.UIN, &e.Name, &until)
		e.Until = database.Unstamp(until)
		ending, ids = append(ending, e), append(ids, id)
		return err
	}, `SELECT i.id, i.request_id, uin, name, followed.expires_at`+nudgeable+` AND followed.expires_at <= ? AND requester = ?
		ORDER BY followed.expires_at, i.id LIMIT `+strconv.Itoa(mostNudged), t.now, soonest, who.ID)
	for _, id := range ids {
		if err := t.Run(ctx, `UPDATE followed SET nudged_at = ? WHERE invitation_id = ?`, t.now, id); err != nil {
			return nil, err
		}
	}
	return ending, err
}
