package bottest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"
)

// A response_url can be used 5 times within 30 minutes
// (docs.slack.dev/interactivity/handling-user-interaction).
const (
	responseUses = 5
	responseLife = 30 * time.Minute
	// responseMemory tells expired from unknown for a while.
	responseMemory = responseLife + 5*time.Minute
)

// responseURL is what one response_url stands for.
type responseURL struct {
	room   *room
	user   string
	origin string // TS of the message with the button, empty for a command
	at     time.Time
	uses   int
}

// responseURL hands out a response_url for what a person did. ws.mu is held.
func (ws *Workspace) responseURL(r *room, user, origin string) string {
	now, key := ws.now(), ws.id("")
	ws.replies.put(key, &responseURL{room: r, user: user, origin: origin, at: now}, now, now.Add(responseMemory))
	return ws.opts.Origin + "/response/" + key
}

// serveResponse answers "ok" as text, and errors as JSON with a 404, as Slack does.
func (ws *Workspace) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		ws.respond(w, nil, errCut)
		return
	}
	c := Call{Method: ResponseURL, Args: args{"body": string(body)}, At: ws.now()}
	ws.count(c.Method)
	_, err = ws.troubled(r, ws.trouble.next(c), func() (answer, error) {
		return nil, ws.useResponse(r.PathValue("key"), body)
	})
	if err != nil {
		c.Error = err.Error()
	}
	ws.record(c)
	writeResponse(ws, w, err)
}

func writeResponse(ws *Workspace, w http.ResponseWriter, err error) {
	if err == nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "ok")
		return
	}
	r, ok := err.(refusal)
	if !ok || r.retry > 0 {
		ws.respond(w, nil, err)
		return
	}
	body := ws.refused(w, r)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(body)
}

func (ws *Workspace) useResponse(key string, body []byte) error {
	said := readReply(body)
	if said.problems != nil {
		return refuse("invalid_blocks", said.problems...)
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u, ok := ws.replies.get(key)
	switch {
	case !ok, ws.now().Sub(u.at) > responseLife:
		return refuse("expired_url")
	case u.uses >= responseUses:
		return refuse("used_url")
	case said.empty() && !said.remove:
		return refuse("no_text")
	}
	thread, err := u.room.threadOf(said.thread)
	if err != nil {
		return err
	}
	said.thread = thread
	u.uses++
	ws.respondTo(u, said)
	return nil
}

// respondTo replaces or deletes the message that was acted on, or says something
// below it. After a command there is nothing to replace, and Slack posts anew.
func (ws *Workspace) respondTo(u *responseURL, said reply) {
	m := u.room.byTS[u.origin]
	switch {
	case m != nil && said.remove:
		ws.delete(u.room, m)
	case m != nil && said.replace:
		ws.edit(m, said.content)
	case !said.empty():
		ws.say(said, u.room, u.user, said.thread)
	}
}

func (ws *Workspace) delete(r *room, m *Message) {
	defer ws.changes.tell()
	if m.EphemeralTo == "" {
		r.remove(m)
		return
	}
	delete(r.byTS, m.TS)
	same := func(other *Message) bool { return other == m }
	ws.whispers[m.EphemeralTo] = slices.DeleteFunc(ws.whispers[m.EphemeralTo], same)
}
