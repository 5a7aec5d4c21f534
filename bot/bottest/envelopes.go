package bottest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Envelope is what a connection carries to the app.
type Envelope struct {
	// ID is what the app answers by. Two envelopes with one ID are one told twice.
	ID string
	// Type is slash_commands, interactive, events_api, or anything.
	Type string
	// Payload is the JSON inside. It needn't make sense.
	Payload json.RawMessage
	// RetryAttempt is 0 for the first delivery.
	RetryAttempt int

	// settle turns the acknowledgement into what the person sees.
	settle func(*Answer)
}

// What a person is told when a command or a click comes to nothing, in Slack's words.
const (
	// TimedOut: the app didn't acknowledge in time.
	TimedOut = "operation_timeout"
	// Undispatched: the app has no connection.
	Undispatched = "dispatch_failed"
	// BadAnswer: the acknowledgement's content can't be shown.
	BadAnswer = "invalid_command_response"
)

// Answer is what became of something that a person did.
type Answer struct {
	// Text and Blocks are what the acknowledgement of a command said. If it failed,
	// Text is what Slack says in its place.
	Text   string
	Blocks json.RawMessage
	// Payload is the acknowledgement's payload as it came, nil if it had none.
	Payload json.RawMessage
	// Failure is empty if the app acknowledged, or [TimedOut], [Undispatched] or [BadAnswer].
	Failure string
	// Problems say what [BadAnswer] found, one a line.
	Problems []string
	// Message is the message that shows the answer to a command, empty if there is none.
	Message Ref
	// Errors are what a modal that was submitted shows, by block_id.
	Errors map[string]string
	// Latency is the time from sending to the acknowledgement.
	Latency time.Duration
}

// OK reports whether the app acknowledged in time with something that can be shown.
func (a Answer) OK() bool { return a.Failure == "" }

// waiting is an envelope on its way.
type waiting struct {
	sent time.Time
	over []*socket // what it was sent over; an acknowledgement must come back the same way
	done chan acknowledgement
	lost bool // there was no connection to send it over
}

type acknowledgement struct {
	payload json.RawMessage
	at      time.Time
}

// DoubleEnvelopes has every envelope delivered twice, over two connections if there are.
func (ws *Workspace) DoubleEnvelopes(on bool) {
	ws.sockets.mu.Lock()
	defer ws.sockets.mu.Unlock()
	ws.sockets.double = on
}

// Redeliver has an envelope that nobody acknowledged in time delivered once more,
// with retry_attempt 1. Slack isn't known to do so for commands and clicks; whatever
// the app answers then reaches nobody. Events are delivered again without it.
func (ws *Workspace) Redeliver(on bool) {
	ws.sockets.mu.Lock()
	defer ws.sockets.mu.Unlock()
	ws.sockets.again = on
}

// Do sends envelopes in the order given, each to one of the connections, and
// returns what became of them, in the same order. Envelopes from
// [Workspace.CommandEnvelope] and its kin have their effect for the person;
// others have none. The error is the context's, or tells of a payload that is no JSON.
func (ws *Workspace) Do(ctx context.Context, envelopes ...Envelope) ([]Answer, error) {
	sent := map[string]*waiting{}
	defer func() { ws.sockets.forget(sent) }()
	for _, e := range envelopes {
		if err := ws.sockets.dispatch(e, sent); err != nil {
			return nil, err
		}
	}
	answers := make([]Answer, len(envelopes))
	first := map[string]int{}
	for i, e := range envelopes {
		if j, told := first[e.ID]; told {
			answers[i] = answers[j] // the same envelope, told twice
			continue
		}
		first[e.ID] = i
		if err := ws.await(ctx, e, sent[e.ID], &answers[i]); err != nil {
			return nil, err
		}
		if e.settle != nil {
			e.settle(&answers[i])
		}
	}
	return answers, nil
}

// one is Do for one envelope.
func (ws *Workspace) one(ctx context.Context, e Envelope) (Answer, error) {
	answers, err := ws.Do(ctx, e)
	if err != nil {
		return Answer{}, err
	}
	return answers[0], nil
}

// Frame sends raw bytes over one of the connections, false if there is none.
func (ws *Workspace) Frame(raw []byte) bool {
	s := ws.sockets.pick()
	return s != nil && s.write(raw, time.Second) == nil
}

// await waits until the envelope is acknowledged, for as long as a person would. An event is delivered again where nobody did.
func (ws *Workspace) await(ctx context.Context, e Envelope, w *waiting, a *Answer) error {
	if w.lost {
		a.Failure = Undispatched
		return nil
	}
	for until := w.sent.Add(ws.opts.AckTimeout); ; until = until.Add(ws.opts.AckTimeout) {
		if done, err := ws.acknowledged(ctx, w, until, a); done || err != nil {
			return err
		}
		if e.Type != eventsAPI || e.RetryAttempt >= eventRetries {
			break
		}
		e = ws.sockets.retry(e, w)
	}
	a.Failure, a.Latency = TimedOut, time.Since(w.sent)
	if e.Type != eventsAPI {
		ws.sockets.redeliver(e)
	}
	return nil
}

// acknowledged waits until then, or the workspace's end.
func (ws *Workspace) acknowledged(ctx context.Context, w *waiting, until time.Time, a *Answer) (bool, error) {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case ack := <-w.done:
		a.Payload, a.Latency = ack.payload, ack.at.Sub(w.sent)
		return true, nil
	case <-timer.C:
	case <-ws.closed:
	case <-ctx.Done():
		return false, fmt.Errorf("wait for an acknowledgement: %w", ctx.Err())
	}
	return false, nil
}

// dispatch sends an envelope, and once more if they are to be doubled.
func (h *hub) dispatch(e Envelope, sent map[string]*waiting) error {
	raw, err := e.frame()
	if err != nil {
		return err
	}
	h.mu.Lock()
	w := sent[e.ID]
	if w == nil {
		w = &waiting{sent: time.Now(), done: make(chan acknowledgement, 1)}
		sent[e.ID], h.waiting[e.ID] = w, w
	}
	double := h.double
	h.mu.Unlock()
	w.lost = !h.send(raw, w)
	if double && !w.lost {
		h.send(raw, w)
	}
	return nil
}

// send writes a frame to the first connection that takes it.
func (h *hub) send(raw []byte, w *waiting) bool {
	for {
		s := h.pick()
		if s == nil {
			return false
		}
		h.mu.Lock()
		w.over = append(w.over, s)
		h.mu.Unlock()
		if s.write(raw, h.ws.opts.AckTimeout) == nil {
			return true
		}
		h.remove(s)
	}
}

// retry delivers an event again, and whoever waits for it waits on.
func (h *hub) retry(e Envelope, w *waiting) Envelope {
	e.RetryAttempt++
	if raw, err := e.frame(); err == nil {
		h.send(raw, w)
	}
	return e
}

func (h *hub) redeliver(e Envelope) {
	h.mu.Lock()
	again := h.again
	h.mu.Unlock()
	if !again {
		return
	}
	e.RetryAttempt++
	if raw, err := e.frame(); err == nil {
		h.send(raw, &waiting{})
	}
}

// acknowledge hands an acknowledgement to whoever waits. Unknown envelopes and what
// isn't JSON are ignored, as is what comes over a connection that the envelope
// didn't go over: Slack doesn't say that it would be taken.
func (h *hub) acknowledge(s *socket, raw []byte) {
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if json.Unmarshal(raw, &ack) != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.waiting[ack.ID]
	if w == nil || !slices.Contains(w.over, s) {
		return
	}
	delete(h.waiting, ack.ID)
	if string(ack.Payload) == "null" {
		ack.Payload = nil
	}
	w.done <- acknowledgement{ack.Payload, time.Now()}
}

// forget stops waiting.
func (h *hub) forget(sent map[string]*waiting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, w := range sent {
		if h.waiting[id] == w {
			delete(h.waiting, id)
		}
	}
}

var errNoJSON = errors.New("the payload is no JSON: send it with Frame")

func (e Envelope) frame() ([]byte, error) {
	if !json.Valid(e.Payload) {
		return nil, errNoJSON
	}
	a := answer{
		"envelope_id": e.ID, "type": e.Type, "payload": e.Payload,
		"accepts_response_payload": e.Type != eventsAPI,
	}
	if e.Type == eventsAPI {
		a["retry_attempt"], a["retry_reason"] = 0, ""
	}
	if e.RetryAttempt > 0 {
		a["retry_attempt"], a["retry_reason"] = e.RetryAttempt, "timeout"
	}
	return frame(a), nil
}
