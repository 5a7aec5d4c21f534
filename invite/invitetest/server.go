package invitetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// Call is one request that the server received.
type Call struct {
	At        time.Time // when it arrived, by the server's clock
	Action    string
	Payload   string // the body, as it came
	Language  string // the one that is asked for; messages are in English in any but zh-CN
	Done      bool   // whether the rest is final
	Effect    bool   // whether it changed the organization
	Code      string // the error's code that was answered; empty when there was none
	RequestID string // empty when no answer of the API's form was given
	Trouble   *Fault // the fault that was made, if any
}

// Calls returns all requests that came, oldest first, those under way included.
func (o *Organization) Calls() []Call {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := make([]Call, len(o.calls))
	for n, c := range o.calls {
		all[n] = *c
	}
	return all
}

// Sends are those of all calls that were to send an invitation.
func (o *Organization) Sends() []Call {
	return slices.DeleteFunc(o.Calls(), func(c Call) bool { return c.Action != "SendOrganizationInvitation" })
}

// RateLimited tells how many calls were refused because there were too many in a second.
func (o *Organization) RateLimited() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.limited
}

// apiError is an error as the API answers it.
type apiError struct{ Code, Message string }

// object is a JSON object to answer with.
type object map[string]any

// ServeHTTP serves the API.
func (o *Organization) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", o.options.Now().UTC().Format(http.TimeFormat))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10<<20)) // the API's limit for signature version 3
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	call := o.arrived(r.Header, body)
	defer o.done(call)
	if problem := o.admit(r, body, call.Action); problem != nil {
		o.answer(w, call, nil, problem)
		return
	}
	params := parameters(body)
	o.mu.Lock()
	call.Trouble = o.fault(call.Action, params.uin())
	released := o.released
	o.notify()
	o.mu.Unlock()
	if call.Trouble != nil {
		o.trouble(w, r, call, params, released)
		return
	}
	o.perform(w, call, params)
}

// arrived notes that a call came.
func (o *Organization) arrived(header http.Header, body []byte) *Call {
	o.mu.Lock()
	defer o.mu.Unlock()
	call := &Call{At: o.options.Now(), Action: header.Get("X-TC-Action"), Payload: string(body), Language: header.Get("X-TC-Language")}
	o.calls = append(o.calls, call)
	o.notify()
	return call
}

// done notes that nothing more comes of a call.
func (o *Organization) done(call *Call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	call.Done = true
	o.notify()
}

// admit checks what the API checks before it looks at what is asked.
func (o *Organization) admit(r *http.Request, body []byte, action string) *apiError {
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
		return &apiError{"UnsupportedProtocol", "Only POST with application/json is supported."}
	}
	if problem := o.authenticate(r, body); problem != nil {
		return problem
	}
	if v := r.Header.Get("X-TC-Version"); v != version {
		return &apiError{"NoSuchVersion", fmt.Sprintf("The version %q is not found.", v)}
	}
	if actions[action] == nil {
		return &apiError{"InvalidAction", fmt.Sprintf("The action %q is not found.", action)}
	}
	if !o.withinRate(action, time.Now()) {
		return &apiError{"RequestLimitExceeded", fmt.Sprintf("Your current request times exceed the limit %d in 1 second.", o.options.Rate)}
	}
	return nil
}

// withinRate lets a call in unless as many as are allowed were let in during the second before it.
func (o *Organization) withinRate(action string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	limit := o.options.Rate
	if limit < 0 {
		return true
	}
	latest := o.admitted[action]
	if len(latest) == limit && now.Sub(latest[0]) < time.Second {
		o.limited++
		return false
	}
	if len(latest) == limit {
		latest = latest[1:]
	}
	o.admitted[action] = append(latest, now)
	return true
}

// perform does what a call asks for and answers.
func (o *Organization) perform(w http.ResponseWriter, call *Call, params params) {
	result, problem := o.effect(call, params)
	o.answer(w, call, result, problem)
}

// effect does what a call asks for.
func (o *Organization) effect(call *Call, params params) (object, *apiError) {
	o.mu.Lock()
	defer o.mu.Unlock()
	action := actions[call.Action]
	if problem := params.check(action.parameters); problem != nil {
		return nil, problem
	}
	result, problem := action.do(o, params)
	call.Effect = problem == nil && action.changes
	o.notify()
	return result, problem
}

// answer writes an answer of the API's form. Errors too come with HTTP status 200.
func (o *Organization) answer(w http.ResponseWriter, call *Call, result object, problem *apiError) {
	id := newRequestID()
	response := object{"RequestId": id}
	for key, value := range result {
		response[key] = value
	}
	o.mu.Lock()
	call.RequestID = id
	if problem != nil {
		call.Code = problem.Code
		response["Error"] = call.inItsLanguage(problem)
	}
	o.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(object{"Response": response}) // an error means that the client left
}

// trouble makes a fault.
func (o *Organization) trouble(w http.ResponseWriter, r *http.Request, call *Call, params params, released <-chan struct{}) {
	f := call.Trouble
	switch f.Kind {
	case AnswerCode:
		o.answer(w, call, nil, &apiError{f.Code, f.Message})
	case HTTPStatus:
		write(w, cmp.Or(f.Status, http.StatusBadGateway), "text/html", page)
	case HTML:
		write(w, http.StatusOK, "text/html", page)
	case EmptyResponse:
		write(w, http.StatusOK, "application/json", "{}")
	case Null:
		write(w, http.StatusOK, "application/json", "null")
	case Redirect:
		http.Redirect(w, r, f.Location, http.StatusTemporaryRedirect)
	case LostRequest:
		panic(http.ErrAbortHandler) // closes the connection without a word
	case LostAnswer:
		o.effect(call, params)
		panic(http.ErrAbortHandler)
	case Hang:
		o.hold(r, released)
		panic(http.ErrAbortHandler)
	case HeldAnswer:
		result, problem := o.effect(call, params)
		o.hold(r, released)
		o.answer(w, call, result, problem)
	case Slow:
		o.slow(w, r, call, params, released)
	default:
		panic(fmt.Sprintf("invitetest: no such kind of fault: %d", f.Kind))
	}
}

// slow takes effect late, also for a client that left.
func (o *Organization) slow(w http.ResponseWriter, r *http.Request, call *Call, params params, released <-chan struct{}) {
	if delay := call.Trouble.Delay; delay > 0 {
		select {
		case <-time.After(delay):
		case <-released:
		case <-o.closed:
			panic(http.ErrAbortHandler)
		}
	} else {
		o.hold(r, released)
	}
	o.perform(w, call, params)
}

// hold waits until the client leaves or the call is released. When the server closes, it ends the call.
func (o *Organization) hold(r *http.Request, released <-chan struct{}) {
	select {
	case <-r.Context().Done():
	case <-released:
	case <-o.closed:
		panic(http.ErrAbortHandler)
	}
}

const page = "<html><body><h1>Something on the way is broken</h1></body></html>"

func write(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	io.WriteString(w, body)
}
