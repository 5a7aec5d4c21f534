package bottest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Message is what one message looks like now.
type Message struct {
	// Channel and TS identify a message. TS is "seconds.micros" and unique in the workspace.
	Channel, TS string
	// ThreadTS is the TS of the thread that a reply belongs to; empty outside of threads.
	ThreadTS string
	// User wrote the message: the bot's user ID, a person's, or empty for Slack's own words.
	User string
	// Text is the notification text, or all there is without Blocks.
	Text string
	// Blocks is the JSON array of blocks as the app sent it, with a block_id added
	// where it had none; nil without blocks.
	Blocks json.RawMessage
	// Metadata is {"event_type":…,"event_payload":…}; nil without metadata.
	Metadata json.RawMessage
	// EphemeralTo is the only person who sees the message; empty: everybody does.
	EphemeralTo string
	// Versions are the earlier contents, oldest first. Empty: never edited.
	Versions []Version
	// EditedTS is the time of the last edit, empty if there was none.
	EditedTS string
	// Replies is the number of replies in the thread below the message.
	Replies int
}

// Version is what a message contained before an edit.
type Version struct {
	Text             string
	Blocks, Metadata json.RawMessage
}

// Ref names one message.
type Ref struct{ Channel, TS string }

// Ref returns the message's name.
func (m Message) Ref() Ref { return Ref{m.Channel, m.TS} }

// room is a channel with what was said in it.
type room struct {
	Channel
	top     []*Message            // outside of threads, oldest first
	threads map[string][]*Message // replies by the parent's TS, oldest first
	byTS    map[string]*Message   // all of these and the ephemeral ones
}

func newRoom(c Channel) *room {
	return &room{Channel: c, threads: map[string][]*Message{}, byTS: map[string]*Message{}}
}

// post returns a message that everybody in the channel sees.
func (r *room) post(ts string) (*Message, bool) {
	m, ok := r.byTS[ts]
	if !ok || m.EphemeralTo != "" {
		return nil, false
	}
	return m, true
}

// add puts a message where it belongs and lets go of what is too old to keep.
func (r *room) add(m *Message, keep int) {
	r.byTS[m.TS] = m
	if m.ThreadTS == "" {
		r.top = append(r.top, m)
		r.top = trim(r.top, keep, r.forget)
		return
	}
	replies := append(r.threads[m.ThreadTS], m)
	r.threads[m.ThreadTS] = trim(replies, keep, r.forget)
	r.byTS[m.ThreadTS].Replies++
}

func (r *room) forget(m *Message) {
	delete(r.byTS, m.TS)
	for _, reply := range r.threads[m.TS] {
		delete(r.byTS, reply.TS)
	}
	delete(r.threads, m.TS)
}

// remove deletes a message. A parent takes its thread along.
func (r *room) remove(m *Message) {
	same := func(other *Message) bool { return other == m }
	if m.ThreadTS == "" {
		r.top = slices.DeleteFunc(r.top, same)
	} else if parent, ok := r.byTS[m.ThreadTS]; ok {
		r.threads[m.ThreadTS] = slices.DeleteFunc(r.threads[m.ThreadTS], same)
		parent.Replies--
	}
	r.forget(m)
}

// trim drops the oldest elements above keep, 0 keeping all. Each is told to drop.
func trim[E any](list []E, keep int, drop func(E)) []E {
	for keep > 0 && len(list) > keep {
		if drop != nil {
			drop(list[0])
		}
		var none E
		list[0] = none // the array behind lives on until append moves it
		list = list[1:]
	}
	return list
}

// edit replaces what the message contains and keeps what it was.
func (m *Message) edit(to Version, ts string, keep int) {
	m.Versions = trim(append(m.Versions, Version{m.Text, m.Blocks, m.Metadata}), keep, nil)
	m.Text, m.Blocks, m.Metadata = to.Text, to.Blocks, to.Metadata
	m.EditedTS = ts
}

func (m *Message) copy() Message {
	c := *m
	c.Versions = slices.Clone(m.Versions)
	return c
}

// ts gives out the next timestamp: the time, or a microsecond after the last one. ws.mu is held.
func (ws *Workspace) ts() string {
	ws.lastTS = max(ws.now().UnixMicro(), ws.lastTS+1)
	return formatTS(ws.lastTS)
}

func formatTS(micros int64) string {
	return fmt.Sprintf("%010d.%06d", micros/1e6, micros%1e6)
}

var errBadTS = errors.New("not a timestamp")

// parseTS reads "seconds.micros" or "seconds" as microseconds.
func parseTS(ts string) (int64, error) {
	seconds, fraction, _ := strings.Cut(ts, ".")
	if len(fraction) > 6 {
		return 0, errBadTS
	}
	fraction += "000000"[len(fraction):]
	s, err := strconv.ParseUint(seconds, 10, 40)
	f, err2 := strconv.ParseUint(fraction, 10, 32)
	if err != nil || err2 != nil || s > 9_999_999_999 {
		return 0, errBadTS
	}
	return int64(s)*1e6 + int64(f), nil
}

// add posts a message with a new timestamp, for everybody or for one person. ws.mu is held.
func (ws *Workspace) add(r *room, m *Message) *Message {
	m.Channel, m.TS = r.ID, ws.ts()
	ws.changes.tell()
	if m.EphemeralTo == "" {
		r.add(m, ws.opts.Keep)
		return m
	}
	r.byTS[m.TS] = m
	ws.whispers[m.EphemeralTo] = trim(append(ws.whispers[m.EphemeralTo], m), ws.opts.Keep, ws.forget)
	return m
}

// forget drops an ephemeral message from its channel's index.
func (ws *Workspace) forget(m *Message) { delete(ws.rooms[m.Channel].byTS, m.TS) }

// Messages returns what a channel shows, oldest first: without the replies in
// threads ([Workspace.Thread]) and what only one person sees ([Workspace.Ephemerals]).
func (ws *Workspace) Messages(channel string) []Message {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r := ws.rooms[channel]
	if r == nil {
		return nil
	}
	return copies(r.top)
}

// Message returns one message, whoever sees it.
func (ws *Workspace) Message(ref Ref) (Message, bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r := ws.rooms[ref.Channel]
	if r == nil || r.byTS[ref.TS] == nil {
		return Message{}, false
	}
	return r.byTS[ref.TS].copy(), true
}

// Thread returns a message and the replies to it, oldest first; nothing if there
// is no such message.
func (ws *Workspace) Thread(channel, ts string) []Message {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r := ws.rooms[channel]
	if r == nil || r.byTS[ts] == nil {
		return nil
	}
	return append([]Message{r.byTS[ts].copy()}, copies(r.threads[ts])...)
}

// DirectMessages returns what the direct messages of a person with the bot show, oldest first.
func (ws *Workspace) DirectMessages(user string) []Message { return ws.Messages(ws.DM(user)) }

// Ephemerals returns what only this person saw, in all channels, oldest first.
func (ws *Workspace) Ephemerals(user string) []Message {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return copies(ws.whispers[user])
}

// Permalink is the address of a message: the same that the app can build from auth.test.
func (ws *Workspace) Permalink(ref Ref) string {
	return ws.TeamURL() + "archives/" + ref.Channel + "/p" + strings.Replace(ref.TS, ".", "", 1)
}

// Say posts a message as a person, in a thread unless threadTS is empty. The app
// isn't told: it would be by the Events API.
func (ws *Workspace) Say(user, channel, threadTS, text string) (Message, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.roomFor(user, channel)
	if err != nil {
		return Message{}, fmt.Errorf("say: %w", err)
	}
	if _, ok := r.post(threadTS); threadTS != "" && !ok {
		return Message{}, fmt.Errorf("say: no message %s in %s", threadTS, channel)
	}
	return ws.add(r, &Message{User: user, ThreadTS: threadTS, Text: escape(text)}).copy(), nil
}

// roomFor returns a channel that the person is in. ws.mu is held.
func (ws *Workspace) roomFor(user, channel string) (*room, error) {
	u, err := ws.person(user)
	if err != nil {
		return nil, err
	}
	r := ws.rooms[channel]
	if r == nil || !r.has(u, ws.TeamID) {
		return nil, fmt.Errorf("%s isn't in a channel %q", user, channel)
	}
	return r, nil
}

func copies(of []*Message) []Message {
	list := make([]Message, len(of))
	for i, m := range of {
		list[i] = m.copy()
	}
	return list
}

// indexOf returns where in the list, sorted by TS, the first message at or after ts is.
func indexOf(list []*Message, ts string) int {
	i, _ := slices.BinarySearchFunc(list, ts, func(m *Message, ts string) int { return cmp.Compare(m.TS, ts) })
	return i
}
