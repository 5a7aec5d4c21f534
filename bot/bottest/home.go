package bottest

import (
	"context"
	"fmt"
)

// viewsPublish shows a person the Home tab (docs.slack.dev/reference/methods/views.publish). It stays the same view when it is
// published anew, so that its hash tells one state from the next.
func (ws *Workspace) viewsPublish(a args) (answer, error) {
	next, err := readView(a["view"], homeView)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.opts.WithoutHome {
		return nil, refuse("not_enabled")
	}
	user := a["user_id"]
	if _, err := ws.colleague(user); err != nil {
		return nil, refuse("invalid_arguments", "invalid `user_id`")
	}
	before := ws.views.homes[user]
	if before == nil {
		before = &View{ID: ws.id("V"), User: user}
		before.RootID = before.ID
	}
	if hash := a["hash"]; hash != "" && hash != before.Hash {
		return nil, refuse("hash_conflict")
	}
	if err := ws.claim(next.ExternalID, before.ID); err != nil {
		return nil, err
	}
	ws.replace(before, next)
	return answer{"view": ws.viewJSON(next, nil)}, nil
}

// Home returns what the app's Home tab shows a person, false if nothing was published. Its buttons are pressed by
// [Workspace.ClickView].
func (ws *Workspace) Home(user string) (View, bool) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	v := ws.views.homes[user]
	if v == nil {
		return View{}, false
	}
	return *v, true
}

// OpenHome opens the app's Home tab, and the app is told by the event app_home_opened. The person waits for nothing: what is there
// shows at once, and changes when the app publishes ([Workspace.Wait], [Workspace.Home]). OpenHome returns when the event was
// acknowledged, or when it wasn't after all of its retries. The error says that there is no such tab, or is the context's.
func (ws *Workspace) OpenHome(ctx context.Context, user string) (Answer, error) {
	e, err := ws.OpenHomeEnvelope(user)
	if err != nil {
		return Answer{}, err
	}
	return ws.one(ctx, e)
}

// OpenHomeEnvelope is what [Workspace.OpenHome] would send, to be sent with [Workspace.Do].
func (ws *Workspace) OpenHomeEnvelope(user string) (Envelope, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u, err := ws.colleague(user)
	if err != nil {
		return Envelope{}, fmt.Errorf("open home: %w", err)
	}
	if ws.opts.WithoutHome {
		return Envelope{}, fmt.Errorf("open home: the app has no Home tab")
	}
	// docs.slack.dev/reference/events/app_home_opened
	event := answer{
		"type": "app_home_opened", "user": u.ID, "channel": ws.direct(u.ID).ID, "tab": "home", "event_ts": ws.ts(),
	}
	if v := ws.views.homes[u.ID]; v != nil {
		event["view"] = ws.viewJSON(v, v.state())
	}
	return ws.envelope(eventsAPI, ws.eventPayload(event)), nil
}
