package approvals

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// A request with many accounts is told as a whole. What would be a message for each of a few accounts is progress on the card while
// they are sent, tables in the thread at the end, and one direct message. What has been refused of it is tried again together, and a refusal that
// all the others would meet too ends them without a call each. The ledger tells of each account all the same.

const (
	// fewAccounts is how many accounts a request has at most whose card shows each in full, and whose thread tells of each by itself.
	fewAccounts = 10
	// fewCharacters is how many characters the names and remarks of these have together, so that one message has room for them.
	fewCharacters = 1000
	// progressEvery is how often a card is edited at most while its invitations are sent.
	progressEvery = 2 * time.Second
	// matesWait is how long the others wait at most for what isn't settled, or has to be tried again.
	matesWait = 30 * time.Second
	// tablesEvery is how long those that come later wait for each other.
	tablesEvery = time.Minute
	// rowsOfTable is how many accounts one message tells of. Slack takes more rows (100), but counts what all blocks of a message take.
	rowsOfTable = 25
)

// Many says whether a request has more accounts than can be told one by one.
func (r Request) Many() bool {
	characters := 0
	for _, i := range r.Invitations {
		characters += utf8.RuneCountInString(i.Name) + utf8.RuneCountInString(i.Remark)
	}
	return isMany(len(r.Invitations), characters)
}

func isMany(accounts, characters int) bool {
	return accounts > fewAccounts || accounts > 1 && characters > fewCharacters
}

// mates are all the accounts of a request together.
type mates struct {
	all, left int // left: those that have no outcome yet
	moving    int // of those, the ones that get one without a person
	soon      int // of those, the ones for which the others wait: neither delayed nor late
	many      bool
}

func (t *tx) matesOf(ctx context.Context, request int64) (m mates, err error) {
	var characters int
	err = t.Row(ctx, `SELECT COUNT(*), COALESCE(SUM(LENGTH(name) + LENGTH(remark)), 0),
		COALESCE(SUM(CASE WHEN state IN ('waiting', 'ready', 'sending', 'unknown') THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state IN ('waiting', 'ready', 'sending', 'unknown') AND told <> 'stuck' THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN state NOT IN ('waiting', 'ready', 'sending', 'unknown') OR told IN ('stuck', 'delayed') OR state = 'unknown' AND attempted_at <= ?
			OR state = 'ready' AND failures > 0 AND ready_at <= ? THEN 0 ELSE 1 END), 0) FROM invitations WHERE request_id = ?`,
		t.now.Add(-matesWait), t.now.Add(-matesWait), request).Scan(&m.all, &characters, &m.left, &m.moving, &m.soon)
	m.many = isMany(m.all, characters) || t.store.few > 0 && m.all > t.store.few
	return m, err
}

// dueProgress makes the card of a request due after a delay; that of one with many accounts no more often than people can read it.
func (t *tx) dueProgress(ctx context.Context, request int64, delay time.Duration) error {
	m, err := t.matesOf(ctx, request)
	if err != nil {
		return err
	}
	if m.many {
		delay = progressEvery
	}
	return t.dueCard(ctx, request, delay)
}

// tellMany tells an outcome of one of many, which is in the ledger: on the card, in tables when all have one, and in those that were posted before.
func (t *tx) tellMany(ctx context.Context, e ledger.Event, requester Person, m mates) error {
	if err := t.dueAgainAmong(ctx, e, m); err != nil {
		return err
	}
	if e.Kind.IsOutcome() {
		t.tellTablesOf(e.Request, requester)
	}
	return t.dueCard(ctx, e.Request, progressEvery)
}

// tellTablesOf has tables told at the end of the transaction, which may settle several of the same request, unless the others are still to wait.
func (t *tx) tellTablesOf(request int64, requester Person) {
	if t.tabled == nil {
		t.tabled = map[int64]Person{}
	}
	t.tabled[request] = requester
}

func (t *tx) tellAllTables(ctx context.Context) error {
	for _, request := range slices.Sorted(maps.Keys(t.tabled)) {
		m, err := t.matesOf(ctx, request)
		if err != nil {
			return err
		}
		wait, err := t.waitForMates(ctx, request, m)
		if err != nil {
			return err
		}
		if wait {
			continue
		}
		if err := t.tellTables(ctx, request, t.tabled[request]); err != nil {
			return err
		}
	}
	return nil
}

// waitForMates says whether what is settled is to be told later, with more: at first for those that aren't late, then, that few don't come one by one,
// for all that move. These bring the matter up again by themselves.
func (t *tx) waitForMates(ctx context.Context, request int64, m mates) (bool, error) {
	if !m.many || m.soon > 0 || m.moving == 0 {
		return !m.many || m.soon > 0, nil
	}
	var told, untoldSince int64
	if err := t.Row(ctx, `SELECT COALESCE(MAX(id), 0) FROM events WHERE request_id = ? AND kind = 'delivered'`, request).Scan(&told); err != nil || told == 0 {
		return false, err
	}
	err := t.Row(ctx, `SELECT COALESCE(MIN(at), 0) FROM events WHERE request_id = ? AND id > ? AND kind IN ('sent', 'failed', 'stopped')`, request, told).Scan(&untoldSince)
	return database.Unstamp(untoldSince).After(t.now.Add(-tablesEvery)), err
}

// tellTables tells what became of the invitations that have got their outcome since that was last told. They don't wait for those that need a person
// or much time: these are told when they have theirs.
func (t *tx) tellTables(ctx context.Context, request int64, requester Person) error {
	ids, err := t.numbers(ctx, `SELECT DISTINCT invitation_id FROM events WHERE request_id = ? AND kind IN ('sent', 'failed', 'stopped')
		AND id > COALESCE((SELECT MAX(id) FROM events WHERE request_id = ? AND kind = 'delivered'), 0) ORDER BY invitation_id`, request, request)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := t.dueGoingOn(ctx, request); err != nil {
		return err
	}
	part := 0
	for rows := range slices.Chunk(ids, rowsOfTable) {
		part++
		e, err := t.record(ctx, ledger.Event{Request: request, Kind: ledger.Delivered, Detail: ledger.Detail{Invitations: rows, Part: part}}, "")
		if err != nil {
			return err
		}
		if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
			return err
		}
		if part > 1 {
			continue
		}
		if err := t.dueDirect(ctx, e, requester); err != nil {
			return err
		}
		if err := t.outdate(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// What has buttons for all accounts of a request comes again after each retry, and with all news. Only the newest keeps them: on
// the others they would have the numbers of another time. A table that goes on in the next message has none: it isn't told to the requester.
const withButtons = `event_id IN (SELECT id FROM events WHERE request_id = ? AND kind = ?) AND event_id IN (SELECT event_id FROM posts WHERE request_id = ? AND slot = 'direct')`

func (t *tx) isOutdated(ctx context.Context, slot Slot, e ledger.Event) (bool, error) {
	if e.Detail.Part != 1 && e.Kind != ledger.Concluded {
		return false, nil
	}
	var newer int
	err := t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE slot = ? AND gave_up = '' AND request_id = ? AND event_id > ? AND `+withButtons,
		string(slot), e.Request, e.ID, e.Request, string(e.Kind), e.Request).Scan(&newer)
	return newer > 0, err
}

// outdate has the one before an event said anew, without its buttons.
func (t *tx) outdate(ctx context.Context, e ledger.Event) error {
	at := t.now.Add(progressEvery)
	t.say = sooner(t.say, at)
	return t.showBy(ctx, at, `gave_up = '' AND shown > 0 AND slot IN ('thread', 'direct') AND event_id =
		(SELECT MAX(event_id) FROM posts WHERE request_id = ? AND event_id < ? AND `+withButtons+`)`,
		e.Request, e.ID, e.Request, string(e.Kind), e.Request)
}

// dueTables has the messages said anew that tell of an account, and those that say how many there are of a kind.
func (t *tx) dueTables(ctx context.Context, request, invitation int64) error {
	told, err := t.tables(ctx, request)
	if err != nil {
		return err
	}
	at := t.now.Add(progressEvery)
	for _, e := range told {
		if e.Kind == ledger.Delivered && e.Detail.Part > 1 && !slices.Contains(e.Detail.Invitations, invitation) {
			continue
		}
		t.say = sooner(t.say, at)
		if err := t.showBy(ctx, at, `event_id = ? AND slot = 'thread' AND gave_up = ''`, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// tables are the events whose messages tell of several accounts: those with tables, and those of what needs a person.
func (t *tx) tables(ctx context.Context, request int64) (told []ledger.Event, err error) {
	ids, err := t.numbers(ctx, `SELECT events.id FROM events JOIN posts ON event_id = events.id AND slot = 'thread' WHERE events.request_id = ? AND kind IN ('delivered', 'stuck') ORDER BY events.id`, request)
	for _, id := range ids {
		e, err := ledger.Numbered(ctx, t.Tx, id)
		if err != nil {
			return nil, err
		}
		told = append(told, e)
	}
	return told, err
}

// tellEnded tells of several accounts of one of many what has become of their invitations, in one message each to the thread and to the requester.
func (t *tx) tellEnded(ctx context.Context, done []ended) error {
	byRequest := map[int64][]int64{}
	requesters := map[int64]Person{}
	var requests []int64
	for _, e := range done {
		if byRequest[e.request] == nil {
			requests = append(requests, e.request)
		}
		byRequest[e.request], requesters[e.request] = append(byRequest[e.request], e.id), e.requester
	}
	for _, request := range requests {
		if m, err := t.matesOf(ctx, request); err != nil {
			return err
		} else if !m.many {
			continue
		}
		e, err := t.record(ctx, ledger.Event{Request: request, Kind: ledger.Concluded, Detail: ledger.Detail{Invitations: byRequest[request]}}, "")
		if err != nil {
			return err
		}
		if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
			return err
		}
		if err := t.due(ctx, e, Direct, requesters[request], ""); err != nil {
			return err
		}
		if err := t.outdate(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// dueGoingOn has said anew what was said of accounts that take their time: of some, or by now of none.
func (t *tx) dueGoingOn(ctx context.Context, request int64) error {
	at := t.now.Add(progressEvery)
	t.say = sooner(t.say, at)
	return t.showBy(ctx, at, `slot = 'thread' AND gave_up = '' AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND kind IN ('searching', 'delayed'))`, request)
}

// isToldOfMates says whether something that goes on was told of another account of the same request: what was said then is said anew. Where people are
// needed, it counts only as long as they are for that one: an edit calls nobody.
func (t *tx) isToldOfMates(ctx context.Context, d *delivery, kind ledger.Kind) (bool, error) {
	var others int
	if kind == ledger.Stuck {
		err := t.Row(ctx, `SELECT COUNT(*) FROM invitations WHERE request_id = ? AND id <> ? AND told = 'stuck' AND state = 'unknown'`, d.request, d.id).Scan(&others)
		return others > 0, err
	}
	err := t.Row(ctx, `SELECT COUNT(*) FROM posts WHERE request_id = ? AND slot = 'thread' AND gave_up = '' AND event_id IN
		(SELECT id FROM events WHERE request_id = ? AND kind = ?)`, d.request, d.request, string(kind)).Scan(&others)
	return others > 0, err
}

// refuseRest ends those of many that are still to be sent where a refusal says that each of them would be refused as well, and returns them. The rows
// are changed before the ledger is touched, as everywhere.
func (t *tx) refuseRest(ctx context.Context, d *delivery, r ledger.Detail) (refused []delivery, err error) {
	if !(invite.Result{Code: r.Code}).RefusesAll() {
		return nil, nil
	}
	if m, err := t.matesOf(ctx, d.request); err != nil || !m.many {
		return nil, err
	}
	// An earlier call for one that is in doubt may have arrived: only the next call tells.
	rest, err := t.deliveries(ctx, `request_id = ? AND invitations.state = 'ready' AND doubtful = 0 ORDER BY invitations.id`, d.request)
	if err != nil {
		return nil, err
	}
	for _, other := range rest {
		// It counts as an attempt, which ended before its call: so buttons for the one before are no longer current.
		ok, err := t.Change(ctx, `UPDATE invitations SET state = 'failed', attempt = attempt + 1, nonce = ?, due_at = 0, tc_request_id = '', code = ?, message = ?
			WHERE id = ? AND state = 'ready' AND attempt = ?`, newNonce(), r.Code, r.Message, other.id, other.attempt)
		if err != nil {
			return nil, err
		}
		if other.attempt++; ok {
			refused = append(refused, other)
		}
	}
	return refused, nil
}

// recordRest has the ledger tell of each that was refused without a call.
func (t *tx) recordRest(ctx context.Context, rest []delivery, why ledger.Detail) error {
	for _, other := range rest {
		e := other.event(ledger.Failed, ledger.Detail{Code: why.Code, Message: why.Message, Note: ledger.NotTried})
		if _, err := t.record(ctx, e, ""); err != nil {
			return err
		}
	}
	return nil
}

// Refused are the invitations of a request that Tencent Cloud has refused, as they stand, and that nobody has asked for again.
func (r Request) Refused() (all []Invitation) {
	for _, i := range r.Invitations {
		if i.State == Failed && i.Again == 0 {
			all = append(all, i)
		}
	}
	return all
}

// RefusedMark identifies those and their newest attempts: a button that carries it is about these and no others.
func (r Request) RefusedMark() string {
	var texts []string
	for _, i := range r.Refused() {
		texts = append(texts, i.UIN.String(), i.Nonce, i.Code)
	}
	return ledger.Hash(ledger.Canonical(texts...))[:16]
}

// RetryAll makes all refused invitations of a request ready again, but for those whose accounts have another one under way. Mark is
// [Request.RefusedMark] as the person saw it.
func (d *Desk) RetryAll(ctx context.Context, c Click, request int64, mark string) (Request, error) {
	return d.act(ctx, c, this(request), func(t *tx, r *Request) (ledger.Detail, error) {
		if isOwn(c, r) {
			return ledger.Detail{Why: ledger.OwnRequest}, nil
		}
		if len(r.Refused()) == 0 || r.RefusedMark() != mark {
			return ledger.Detail{Why: ledger.NotCurrent}, nil
		}
		return t.retryAll(ctx, c, r)
	})
}

func (t *tx) retryAll(ctx context.Context, c Click, r *Request) (ledger.Detail, error) {
	var events []ledger.Event
	var busy int64
	for _, i := range r.Refused() {
		other, err := t.otherLive(ctx, i.ID)
		if err != nil {
			return ledger.Detail{}, err
		}
		if other != 0 {
			busy = other
			continue
		}
		e, current, err := t.unfail(ctx, c, r, i.ID, i.Attempt)
		if err != nil || !current {
			return ledger.Detail{}, conflict(err)
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return ledger.Detail{Why: ledger.Duplicate, Other: busy}, nil
	}
	return ledger.Detail{}, t.tellRetried(ctx, c, r, events)
}

// tellRetried has the ledger tell of each, and the thread of all in one message.
func (t *tx) tellRetried(ctx context.Context, c Click, r *Request, events []ledger.Event) error {
	m, err := t.matesOf(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		events[0].Detail.Invitations = append(events[0].Detail.Invitations, e.Invitation)
	}
	key := c.Key
	for n, e := range events {
		e, err := t.record(ctx, e, key)
		if err != nil {
			return err
		}
		if key = ""; n > 0 {
			continue
		}
		if err := t.due(ctx, e, Thread, Person{}, ""); err != nil {
			return err
		}
	}
	for _, e := range events {
		if err := t.dueAgainAmong(ctx, e, m); err != nil {
			return err
		}
	}
	return t.dueCard(ctx, r.ID, progressEvery)
}

// dueDirect makes an event something to tell the requester, and whoever else is to be told of the request.
func (t *tx) dueDirect(ctx context.Context, e ledger.Event, requester Person) error {
	if err := t.due(ctx, e, Direct, requester, ""); err != nil {
		return err
	}
	var others string
	if err := t.Row(ctx, `SELECT also_told FROM requests WHERE id = ?`, e.Request).Scan(&others); err != nil {
		return err
	}
	for _, id := range strings.Fields(others) {
		if id == requester.ID {
			continue
		}
		if err := t.due(ctx, e, Direct, Person{ID: id}, ""); err != nil {
			return err
		}
	}
	return nil
}
