package approvals

import (
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals/database"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// TestSimulationOfRestores has a backup put in the database's place in each seed, while people ask and approve and
// everything else goes wrong as well. What happened since the backup is forgotten there; Slack, the organization, the people
// and the oracle remember it.
func TestSimulationOfRestores(t *testing.T) {
	restores := func(s *simulation) { s.setup.restores = true }
	simulateAllWith(t, *seeds*2/3, freshFile(t), restores)
}

// file is a SQLite database of which backups can be made.
type file struct {
	database.DB
	t    *testing.T
	path string
}

// backup is the database as it stands. It is in one file between transactions, as fileFrom opens it.
func (f *file) backup() []byte {
	content, err := os.ReadFile(f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	return content
}

// restore puts a backup in the place of the database, which nobody has open.
func (f *file) restore(content []byte) {
	if err := f.Close(); err != nil {
		f.t.Fatal(err)
	}
	*f = *fileFrom(f.t, content, f.path).(*file)
}

// backups are the copies of the database that an operator has.
type backups struct {
	s        *simulation
	all      []backup
	restored int
}

type backup struct {
	content []byte
	known   memory
}

// happen is what the operator does now: mostly nothing.
func (b *backups) happen() {
	if !b.any() {
		return
	}
	switch n := b.s.IntN(100); {
	case n < 2 || n < 5 && len(b.all) == 0 || n < 8 && b.isSending():
		b.take()
	case n >= 95 && len(b.all) > 0 && (n == 99 || b.isMissed()):
		b.restore()
	}
}

func (b *backups) any() bool {
	_, possible := b.s.db.(*file)
	return possible && b.s.setup.restores && b.s.owner == nil
}

func (b *backups) take() {
	b.s.note("a backup is made at event %d", len(b.s.oracle.ledger))
	b.all = append(b.all, backup{b.s.db.(*file).backup(), b.s.oracle.memory.copy()})
}

// isSending says whether a backup would show something on its way, of which Slack and the organization will know more.
func (b *backups) isSending() bool {
	for _, d := range b.s.oracle.deliveries {
		if d.state == Sending || d.state == Unknown || d.state == Failed {
			return true
		}
	}
	return false
}

// isMissed says whether Slack knows of something that has happened since the newest backup.
func (b *backups) isMissed() bool {
	known := int64(len(b.all[len(b.all)-1].known.ledger))
	return slices.ContainsFunc(b.s.workspace.page(), func(h ledger.Head) bool { return h.Number > known })
}

// restore kills all processes, and puts one of the backups in the place of the database, mostly the newest one.
func (b *backups) restore() {
	s := b.s
	for _, r := range s.replicas {
		r.die()
		s.land(r) // this takes longer than any call to Slack
	}
	n := len(b.all) - 1
	if s.chance(30) {
		n = s.IntN(len(b.all))
	}
	s.db.(*file).restore(b.all[n].content)
	b.restored++
	clear(s.homes.opened)
	s.note("the backup of event %d is put in the place of the database, which has %d", len(b.all[n].known.ledger), len(s.oracle.ledger))
	s.oracle.goesBack(b.all[n].known.copy())
	if s.chance(30) {
		s.passTo(time.Now().Add(s.between(time.Second, 20*time.Minute)))
	}
}

// restoreOnce sees to it that there is a restore where there should be one.
func (b *backups) restoreOnce() bool {
	if !b.any() || b.restored > 0 || b.s.broken != "" {
		return false
	}
	if len(b.all) == 0 {
		b.take()
		b.s.live(10 + b.s.IntN(50))
	}
	if b.s.broken == "" && b.restored == 0 {
		b.restore()
	}
	return b.s.broken == ""
}

// memory is what the oracle knows by the ledger: it goes back with the ledger.
type memory struct {
	stories    []*story             // in the order of their numbers
	deliveries map[int64]*delivered // by the invitation's number
	ledger     []entry
	more       map[int64]map[string]bool // envelopes that were answered as refused once more, by the event of the first refusal
	rules      *Rules                    // in force, by the ledger
	made       int                       // calls, so far
}

func (m memory) copy() memory {
	c := memory{made: m.made, deliveries: map[int64]*delivered{}, ledger: slices.Clone(m.ledger), more: map[int64]map[string]bool{}, rules: m.rules}
	for _, s := range m.stories {
		again := *s
		again.approvedBy, again.approvals, again.deliveries = slices.Clone(s.approvedBy), slices.Clone(s.approvals), nil
		for _, d := range s.deliveries {
			once := *d
			once.of, once.was, once.calls = &again, slices.Clone(d.was), slices.Clone(d.calls)
			again.deliveries = append(again.deliveries, &once)
			c.deliveries[d.number] = &once
		}
		c.stories = append(c.stories, &again)
	}
	for event, keys := range m.more {
		c.more[event] = maps.Clone(keys)
	}
	return c
}

// goesBack has the oracle know only what a backup knows. What Slack shows of after is of the past now.
func (o *oracle) goesBack(to memory) {
	o.memory = to
	for _, p := range o.s.workspace.messages {
		p.past = o.isPast(p)
	}
	o.unnoticed = slices.ContainsFunc(o.s.workspace.page(), o.orphan)
	for _, c := range o.calls[to.made:] {
		c.unseen = c.unseen || !o.unnoticed
	}
	o.made = len(o.calls)
}

func (o *oracle) isPast(p *posted) bool {
	c := p.now()
	if p.slot == Card {
		s := o.story(c.request)
		return s == nil || s.digest != c.standing.Digest
	}
	return c.event.ID != 0 && !o.has(c.event)
}

// orphan says whether an event is one that the ledger doesn't have, and hasn't noticed to be missing.
func (o *oracle) orphan(h ledger.Head) bool {
	if h.Hash == "" {
		return false
	}
	return !slices.ContainsFunc(o.ledger, func(e entry) bool { return e.Hash == h.Hash || slices.Contains(e.Detail.Orphans, h.Hash) })
}

// auditSetBack checks that Slack has what the ledger is said to lack, and does what follows from it: what was under way may
// have gone on, and what is open waits for new approvals.
func (o *oracle) auditSetBack(e entry) {
	for _, hash := range e.Detail.Orphans {
		known := slices.ContainsFunc(o.ledger[:len(o.ledger)-1], func(x entry) bool { return x.Hash == hash || slices.Contains(x.Detail.Orphans, hash) })
		if known || !o.s.workspace.witnessed(hash) {
			o.s.breaks("event %d says that the ledger lacks %s, and it doesn't, or it was noticed before, or Slack doesn't have it", e.ID, hash)
		}
	}
	o.unnoticed = false
	for _, s := range o.stories {
		if s.state == Pending {
			o.toHold = append(o.toHold, s.number)
		}
	}
	for _, d := range o.deliveries {
		d.doubts(e.At)
	}
}

// doubts is for what may have been sent in the time that is forgotten: it is looked up, what had failed when an approver has
// it sent again.
func (d *delivered) doubts(now time.Time) {
	switch d.state {
	case Ready, Sending, Unknown:
		d.attempt, d.lost, d.doubted = max(d.attempt, 1), true, now
		d.is(Unknown)
	case Failed:
		d.failedBefore = true
	}
}

// auditHeld checks that a request waits for new approvals, which a new card asks for.
func (o *oracle) auditHeld(e entry) {
	n := slices.Index(o.toHold, e.Request)
	if n < 0 {
		o.s.breaks("request %d is held, and it wasn't open when the database was set back", e.Request)
		return
	}
	o.toHold = slices.Delete(o.toHold, n, n+1)
	s := o.story(e.Request)
	s.held, s.digest, s.approvedBy, s.approvals = true, e.Detail.Digest, nil, nil
	for _, d := range s.deliveries {
		d.lost, d.epoch = true, o.newEpoch()
	}
	for _, p := range o.s.workspace.messages {
		p.past = p.past || p.slot == Card && p.now().request == s.number
	}
}

// newEpoch is one more permission.
func (o *oracle) newEpoch() int {
	o.epochs++
	return o.epochs
}

// message is where a button stands, nil where it isn't a button.
func (o *oracle) messageAt(at Place) *posted {
	return o.message(func(p *posted) bool { return at.TS != "" && p.place == at })
}

// strays says whether a button is of a request that the ledger doesn't have.
func (o *oracle) strays(b button) bool {
	s := o.story(b.request)
	return b.shown != "" && (s == nil || s.digest != b.shown)
}
