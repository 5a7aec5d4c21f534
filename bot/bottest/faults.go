package bottest

import (
	"sync"
	"time"
)

// Kind is what goes wrong with a call.
type Kind int

// The kinds of trouble. What they leave behind differs: after [LostAnswer] the
// call took effect, after all others it didn't.
const (
	// None lets the call pass, for a [Fault] that only carries Before or After.
	None Kind = iota
	// RateLimited answers 429 with Retry-After.
	RateLimited
	// ServerError answers 500 with a page of HTML, as Slack does.
	ServerError
	// Error answers {"ok":false} with the fault's error code.
	Error
	// Hang never answers. It ends when the app gives up or the workspace closes.
	Hang
	// LostRequest cuts the connection before the call takes effect.
	LostRequest
	// LostAnswer cuts the connection after the call took effect.
	LostAnswer
)

// Fault is trouble for calls of a method.
type Fault struct {
	Kind Kind
	// Times is how many calls it hits: 0 is one, a negative number all until [Workspace.Heal].
	Times int
	// Skip lets that many calls pass first.
	Skip int
	// RetryAfter is told with RateLimited, in whole seconds, at least one.
	RetryAfter time.Duration
	// Error is the code for Error; internal_error if empty.
	Error string
	// Before and After, if set, are called before the effect and after it, ahead of
	// the answer: to stop the app at this very point. They must not wait for the app.
	Before, After func()
}

// trouble keeps what is to go wrong.
type trouble struct {
	mu     sync.Mutex
	queued map[string][]*Fault
	decide func(Call) Fault
	out    bool
}

// AnyMethod stands for all methods in [Workspace.Fail] and [Workspace.Heal].
const AnyMethod = "*"

// ResponseURL is the method under which posts to a response_url are counted and fail.
const ResponseURL = "response_url"

// Fail makes calls of a method fail, after the faults that were set before. A
// method's own faults come before those of [AnyMethod].
func (ws *Workspace) Fail(method string, f Fault) {
	ws.trouble.mu.Lock()
	defer ws.trouble.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	if ws.trouble.queued == nil {
		ws.trouble.queued = map[string][]*Fault{}
	}
	ws.trouble.queued[method] = append(ws.trouble.queued[method], &f)
}

// Heal takes back the faults of a method, with [AnyMethod] those of all.
func (ws *Workspace) Heal(method string) {
	ws.trouble.mu.Lock()
	defer ws.trouble.mu.Unlock()
	if method == AnyMethod {
		ws.trouble.queued = nil
		return
	}
	delete(ws.trouble.queued, method)
}

// OnCall has a function decide about each call for which [Workspace.Fail] set
// nothing: a scheduler's way in. It gets the call without its outcome, runs on the
// call's goroutine and may be called by several at once. Nil takes it back.
func (ws *Workspace) OnCall(decide func(Call) Fault) {
	ws.trouble.mu.Lock()
	defer ws.trouble.mu.Unlock()
	ws.trouble.decide = decide
}

// next returns the trouble that awaits this call.
func (t *trouble) next(c Call) Fault {
	t.mu.Lock()
	decide := t.decide
	for _, key := range []string{c.Method, AnyMethod} {
		if f, ok := t.pop(key); ok {
			t.mu.Unlock()
			return f
		}
	}
	t.mu.Unlock()
	if decide == nil {
		return Fault{}
	}
	return decide(c)
}

func (t *trouble) pop(key string) (Fault, bool) {
	if len(t.queued[key]) == 0 {
		return Fault{}, false
	}
	f := t.queued[key][0]
	if f.Skip > 0 {
		f.Skip--
		return Fault{}, false
	}
	f.Times--
	if f.Times == 0 {
		t.queued[key] = t.queued[key][1:]
	}
	return *f, true
}

// Outage makes Slack unreachable, or reachable again: all connections are cut, and
// new ones get a 503.
func (ws *Workspace) Outage(on bool) {
	ws.trouble.mu.Lock()
	ws.trouble.out = on
	ws.trouble.mu.Unlock()
	if on {
		ws.requests.cut()
		ws.sockets.cutAll()
	}
	ws.changes.tell()
}

func (t *trouble) isOut() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out
}

// RevokeBotToken makes the bot token invalid (token_revoked), and leaves the sockets as they are.
func (ws *Workspace) RevokeBotToken() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.botRevoked = true
}

// RestoreTokens makes both tokens valid again, as the app is when an admin has installed it anew, but for the tokens' being others then.
func (ws *Workspace) RestoreTokens() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.revoked, ws.botRevoked = false, false
}

// RevokeTokens makes both tokens invalid (token_revoked) and cuts the sockets, as
// when an admin removes the app.
func (ws *Workspace) RevokeTokens() {
	ws.mu.Lock()
	ws.revoked = true
	ws.mu.Unlock()
	ws.sockets.cutAll()
}
