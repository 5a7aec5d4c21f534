package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Slack is the ledger's witness: each message bears in its metadata what was so when it was said. The database's owner can
// make a whole chain anew, but not what Slack has of the old one.

// Testimony is what a message bears witness of.
type Testimony struct {
	Message string      // its ID
	At      Place       // where it stands
	Head    ledger.Head // the newest event when it was said
	Trail   []string    // the beginnings of the hashes of the events up to it, the oldest first
	Tells   ledger.Head // the event that it tells; zero for a card, and where it is older than such testimony
	Digest  string      // of the request, on a card
}

// Testimony is what Slack is to keep of a message.
func (m Message) Testimony() Testimony {
	t := Testimony{Message: m.ID, At: m.At, Head: m.Head, Trail: m.Trail}
	if m.Slot == Card {
		t.Digest = m.Request.Digest
	} else if m.Event.Hash != "" {
		t.Tells = m.Event.Head()
	}
	return t
}

// Heard is what holding the ledger against Slack has found.
type Heard struct {
	Messages   int
	Newest     ledger.Head        // the newest event that Slack confirms
	Forgotten  int                // messages of before the database was set back, which was told in Slack at the time: nothing more is known of them
	Foreign    int                // messages of another database's bot
	Falsehoods []ledger.Falsehood // the first false event comes first, then all else in the order of the events that show it
}

// Hear holds the ledger against what Slack has, both ways: the events that messages know of, the messages that the database
// knows of. It reads only, also while a bot runs. What happened after the newest message nothing in Slack proves.
func (s *Store) Hear(ctx context.Context, channel string, testimonies iter.Seq2[Testimony, error]) (Heard, error) {
	h := &hearing{installation: s.installation, channel: channel, standing: map[Place]bool{}, witnessed: map[int64]string{}, digests: map[int64]string{}}
	before, err := s.said(ctx)
	if err != nil {
		return h.Heard, err
	}
	for t, err := range testimonies {
		if err != nil {
			return h.Heard, err
		}
		h.all = append(h.all, t)
		h.standing[t.At] = true
	}
	h.Messages = len(h.all)
	if h.said, err = s.said(ctx); err != nil {
		return h.Heard, err
	}
	err = s.read(ctx, func(t *tx) error { return errors.Join(h.readLedger(ctx, t), h.readDigests(ctx, t)) })
	if err != nil {
		return h.Heard, err
	}
	h.forget()
	if seen, by := h.contradiction(); seen.Hash != "" {
		err := s.read(ctx, func(t *tx) error { return h.nameFirst(ctx, t, seen, by) })
		if err != nil {
			return h.Heard, err
		}
	}
	h.messages()
	h.missing(before)
	slices.SortStableFunc(h.Falsehoods, func(a, b ledger.Falsehood) int { return cmp.Compare(a.Event, b.Event) })
	if h.first != nil {
		h.Falsehoods = slices.Insert(h.Falsehoods, 0, *h.first)
	}
	return h.Heard, nil
}

// hearing holds testimonies against the ledger.
type hearing struct {
	Heard
	installation string
	channel      string
	all          []Testimony
	standing     map[Place]bool // where they are
	said         map[int64]saying
	witnessed    map[int64]string // the ledger's hashes of the events that the messages know of, by number
	digests      map[int64]string // of the requests on the cards that stand in the channel
	setBacks     []ledger.Head
	first        *ledger.Falsehood
	newestTS     string // of a message that tells that the database was set back: what stands before is excused
}

// saying is a message that stands in Slack, by the database.
type saying struct {
	at      Place
	card    string // TS of the card that it is, or stands under; empty for a notice
	request int64
	event   int64
	slot    Slot
}

// said are the messages that stand in Slack, by their posts' numbers.
func (s *Store) said(ctx context.Context) (map[int64]saying, error) {
	said := map[int64]saying{}
	err := s.read(ctx, func(t *tx) error {
		return t.Rows(ctx, func(scan func(...any) error) error {
			var id int64
			var m saying
			err := scan(&id, &m.at.Channel, &m.at.TS, &m.card, &m.request, &m.event, &m.slot)
			said[id] = m
			return err
		}, `SELECT p.id, p.channel, p.ts, COALESCE(c.ts, ''), COALESCE(p.request_id, 0), COALESCE(p.event_id, 0), p.slot
			FROM posts AS p LEFT JOIN posts AS c ON c.request_id = p.request_id AND c.slot = 'card'`)
	})
	return said, err
}

func (h *hearing) readLedger(ctx context.Context, t *tx) error {
	for _, m := range h.all {
		h.witnessed[m.Head.Number], h.witnessed[m.Tells.Number] = "", ""
	}
	return t.Rows(ctx, func(scan func(...any) error) error {
		var e ledger.Event
		if err := scan(&e.ID, &e.Hash, &e.Kind); err != nil {
			return err
		}
		if _, asked := h.witnessed[e.ID]; asked {
			h.witnessed[e.ID] = e.Hash
		}
		if e.Kind == ledger.SetBack {
			h.setBacks = append(h.setBacks, e.Head())
		}
		return nil
	}, `SELECT id, hash, kind FROM events WHERE hash <> '' ORDER BY id`)
}

func (h *hearing) readDigests(ctx context.Context, t *tx) error {
	for _, m := range h.said {
		if m.slot != Card || m.at.Channel != h.channel {
			continue
		}
		r, err := t.request(ctx, m.request)
		if err != nil {
			return err
		}
		h.digests[m.request] = r.Digest
	}
	return nil
}

// forget excuses what the database forgot when it was set back, if that was told in Slack: then everybody could see it.
func (h *hearing) forget() {
	for _, m := range h.all {
		if slices.Contains(h.setBacks, m.Tells) && newer(m.At.TS, h.newestTS) {
			h.newestTS = m.At.TS
		}
	}
}

func (h *hearing) excuses(m Testimony) bool { return h.newestTS != "" && newer(h.newestTS, m.At.TS) }

// contradiction holds the hashes that Slack has against the ledger's, in the order of their numbers, and finds the first that
// differs: those after it hang on it.
func (h *hearing) contradiction() (seen ledger.Head, by Testimony) {
	type witness struct {
		ledger.Head
		of Testimony
	}
	var all []witness
	for _, m := range h.all {
		for _, head := range []ledger.Head{m.Head, m.Tells} {
			if head.Hash != "" && !h.isForeign(m) {
				all = append(all, witness{head, m})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b witness) int { return cmp.Compare(a.Number, b.Number) })
	for _, w := range all {
		switch {
		case h.witnessed[w.Number] == w.Hash:
			h.Newest = w.Head
		case !h.excuses(w.of):
			return w.Head, w.of
		}
	}
	return seen, by
}

// nameFirst names the first false event, as exactly as Slack knows it: the one after the newest that it confirms, if there is
// a trail of it.
func (h *hearing) nameFirst(ctx context.Context, t *tx, seen ledger.Head, by Testimony) error {
	has, err := ledger.Hashes(ctx, t.Tx, h.Newest.Number, seen.Number)
	if err != nil {
		return err
	}
	first, last := h.Newest.Number+1, seen.Number
	for n := first; n < seen.Number; n++ {
		was := h.trailOf(n)
		if was == "" {
			break
		}
		if at := n - h.Newest.Number - 1; at >= int64(len(has)) || has[at] != was {
			last = n
			break
		}
		first = n + 1
	}
	what := fmt.Sprintf("event %d isn't what it was", first)
	switch {
	case first-h.Newest.Number > int64(len(has)):
		what = fmt.Sprintf("event %d is missing", first)
	case first < last:
		what = fmt.Sprintf("an event from %d to %d isn't what it was", first, last)
	}
	h.first = &ledger.Falsehood{Event: first, What: fmt.Sprintf("%s: the hash of event %d was %s when %s was said",
		what, seen.Number, ledger.Short(seen.Hash), where(by.At))}
	return nil
}

// trailOf is the beginning of the hash that an event had when something was said after it; empty where Slack doesn't have it.
func (h *hearing) trailOf(number int64) string {
	for _, m := range h.all {
		at := number - m.Head.Number + int64(len(m.Trail)) - 1
		if at >= 0 && at < int64(len(m.Trail)) && !h.excuses(m) && !h.isForeign(m) {
			return m.Trail[at]
		}
	}
	return ""
}

func (h *hearing) wrong(event int64, format string, args ...any) {
	h.Falsehoods = append(h.Falsehoods, ledger.Falsehood{Event: event, What: fmt.Sprintf(format, args...)})
}

func where(at Place) string { return fmt.Sprintf("message %s in channel %s", at.TS, at.Channel) }

// isForeign says whether a message is of another database. One without an ID is a mark on such a message, made for this one.
func (h *hearing) isForeign(m Testimony) bool {
	return m.Message != "" && !strings.HasPrefix(m.Message, h.installation+".")
}

// postOf is the number of the post that a message is.
func (h *hearing) postOf(m Testimony) int64 {
	number, _, _ := strings.Cut(strings.TrimPrefix(m.Message, h.installation+"."), ".") // the time of the post follows
	n, _ := strconv.ParseInt(number, 10, 64)
	return n
}

// messages holds each message in Slack against what the database knows of it.
func (h *hearing) messages() {
	for _, m := range h.all {
		known, said := h.said[h.postOf(m)]
		switch {
		case m.Message == "" || h.isForeign(m):
			h.Foreign++
		case h.excuses(m) && h.witnessed[m.Head.Number] != m.Head.Hash:
			h.Forgotten++
		case !said:
			h.wrong(m.Tells.Number, "%s is the bot's own, and the database doesn't know it", where(m.At))
		case known.at.TS != "" && known.at != m.At && !h.standing[known.at]:
			h.wrong(known.event, "%s stands by the database at %s", where(m.At), known.at.TS)
		case m.Tells.Number != 0 && m.Tells.Number != known.event:
			h.wrong(m.Tells.Number, "%s tells event %d, and by the database event %d", where(m.At), m.Tells.Number, known.event)
		case known.at == m.At && m.Digest != "" && m.Digest != h.digests[known.request]:
			h.wrong(known.event, "%s shows request %d with the digest %s, and in the database that is %s", where(m.At), known.request,
				ledger.Short(m.Digest), ledger.Short(h.digests[known.request]))
		}
	}
}

// missing holds what the database knows, since before Slack was asked, against the messages there. Of what is older than the
// oldest message Slack keeps nothing, or was not asked.
func (h *hearing) missing(before map[int64]saying) {
	oldest := ""
	for _, m := range h.all {
		if oldest == "" || newer(oldest, m.At.TS) {
			oldest = m.At.TS
		}
	}
	for id, m := range h.said {
		top := cmp.Or(m.card, m.at.TS)
		read := m.at.Channel == h.channel && m.slot != Direct && m.slot != Ephemeral && oldest != "" && !newer(oldest, top)
		if read && before[id].at == m.at && !h.standing[m.at] {
			h.wrong(m.event, "%s isn't there, which the bot has said; it may have been deleted", where(m.at))
		}
	}
}

// newer compares two of Slack's timestamps, whose fractions have the same length.
func newer(a, b string) bool {
	return len(a) > len(b) || len(a) == len(b) && a > b
}
