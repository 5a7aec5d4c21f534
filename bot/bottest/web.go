package bottest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is a Web API call that arrived.
type Call struct {
	// Method is the Web API method, or [ResponseURL].
	Method string
	// Args are the arguments without the token. Arguments that are JSON stay JSON.
	Args map[string]string
	// At is when it arrived.
	At time.Time
	// Error is what was answered: empty for ok, an error code ("ratelimited" with a 429),
	// "http 500", or "no answer" where the connection was cut.
	Error string
}

// Calls returns the calls that arrived, oldest first, including those that failed.
func (ws *Workspace) Calls() []Call {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return slices.Clone(ws.calls)
}

// Count returns how many calls of a method arrived, including those that failed;
// with [AnyMethod] all of them. It counts on where [Options.Keep] forgets.
func (ws *Workspace) Count(method string) int {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.counts[method]
}

// args are a call's arguments.
type args map[string]string

func (a args) is(name string) bool { return a[name] == "1" || a[name] == "true" }

// answer is the body of a successful call, "ok" aside.
type answer map[string]any

// refusal is an error that the app is told.
type refusal struct {
	code     string
	messages []string      // response_metadata.messages
	needed   []string      // the scopes that are missing
	retry    time.Duration // for ratelimited
}

func (r refusal) Error() string { return r.code }

func refuse(code string, messages ...string) error { return refusal{code: code, messages: messages} }

// errCut ends a call without an answer.
var errCut = errors.New("no answer")

func (ws *Workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", ws.serveMethod)
	mux.HandleFunc("POST /response/{key}", ws.serveResponse)
	mux.HandleFunc("GET /link/", ws.serveLink)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ws.trouble.isOut() {
			serverError(w, http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (ws *Workspace) serveMethod(w http.ResponseWriter, r *http.Request) {
	a, err := readArgs(r)
	if err != nil {
		ws.respond(w, nil, refuse("invalid_form_data"))
		return
	}
	token := token(r, a)
	delete(a, "token")
	name := r.PathValue("method")
	ws.serve(w, r, name, a, func() (answer, error) { return ws.call(name, token, a) })
}

// serve runs one call through whatever trouble awaits it, and puts it on record.
func (ws *Workspace) serve(w http.ResponseWriter, r *http.Request, name string, a args, run func() (answer, error)) {
	c := Call{Method: name, Args: a, At: ws.now()}
	ws.count(name)
	body, err := ws.troubled(r, ws.trouble.next(c), run)
	if err != nil {
		c.Error = err.Error()
	}
	ws.record(c)
	ws.respond(w, body, err)
}

func (ws *Workspace) troubled(r *http.Request, f Fault, run func() (answer, error)) (answer, error) {
	if f.Before != nil {
		f.Before()
	}
	if err := ws.hit(r, f); err != nil {
		return nil, err
	}
	body, err := run()
	if f.After != nil {
		f.After()
	}
	if f.Kind == LostAnswer {
		return nil, errCut
	}
	return body, err
}

// hit returns how the fault keeps the call from taking effect, if it does.
func (ws *Workspace) hit(r *http.Request, f Fault) error {
	switch f.Kind {
	case RateLimited:
		return refusal{code: "ratelimited", retry: max(f.RetryAfter, time.Second)}
	case ServerError:
		return errServer
	case Error:
		if f.Error == "" {
			f.Error = "internal_error"
		}
		return refuse(f.Error)
	case LostRequest:
		return errCut
	case Hang:
		select {
		case <-r.Context().Done():
		case <-ws.closed:
		}
		return errCut
	}
	return nil
}

var errServer = errors.New("http 500")

func (ws *Workspace) record(c Call) {
	ws.mu.Lock()
	ws.calls = trim(append(ws.calls, c), ws.opts.Keep, nil)
	ws.mu.Unlock()
	ws.changes.tell()
}

// count counts a call that arrives, before anybody can see what it does.
func (ws *Workspace) count(method string) {
	ws.mu.Lock()
	ws.counts[method]++
	ws.counts[AnyMethod]++
	ws.mu.Unlock()
	ws.changes.tell()
}

func (ws *Workspace) respond(w http.ResponseWriter, body answer, err error) {
	var r refusal
	switch {
	case errors.Is(err, errCut):
		panic(http.ErrAbortHandler) // the server closes the connection
	case errors.Is(err, errServer):
		serverError(w, http.StatusInternalServerError)
		return
	case errors.As(err, &r):
		body = ws.refused(w, r)
	default:
		body["ok"] = true
	}
	ws.mu.Lock()
	w.Header().Set("X-OAuth-Scopes", strings.Join(ws.scopes, ","))
	ws.mu.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if r.retry > 0 {
		w.WriteHeader(http.StatusTooManyRequests)
	}
	_ = json.NewEncoder(w).Encode(body)
}

func (ws *Workspace) refused(w http.ResponseWriter, r refusal) answer {
	body := answer{"ok": false, "error": r.code}
	if len(r.messages) > 0 {
		body["response_metadata"] = answer{"messages": r.messages}
	}
	if len(r.needed) > 0 {
		ws.mu.Lock()
		body["needed"], body["provided"] = strings.Join(r.needed, ","), strings.Join(ws.scopes, ",")
		ws.mu.Unlock()
	}
	if r.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(r.retry.Seconds()))))
	}
	return body
}

// serverError answers in HTML, which Slack does for 5xx.
func serverError(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html><title>%s</title><p>Something went wrong on our end.", http.StatusText(status))
}

// maxBody is more than any call of a bot needs; the largest, a view, is 250 kB.
const maxBody = 1 << 20

// readArgs reads the arguments from the query and from a form or a JSON object.
func readArgs(r *http.Request) (args, error) {
	a := args{}
	for name, values := range r.URL.Query() {
		a[name] = values[0]
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil || len(body) == 0 {
		return a, err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		more, err := jsonArgs(body)
		maps.Copy(a, more)
		return a, err
	}
	values, err := url.ParseQuery(string(body))
	for name := range values {
		a[name] = values.Get(name)
	}
	return a, err
}

// jsonArgs reads the arguments from an object: strings as they are, all else as JSON.
func jsonArgs(body []byte) (args, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, err
	}
	a := args{}
	for name, value := range raw {
		var s string
		if json.Unmarshal(value, &s) != nil {
			s = string(value)
		}
		a[name] = s
	}
	return a, nil
}

func token(r *http.Request, a args) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	return a["token"]
}
