package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Shortcut picks one of the app's global shortcuts, which are known by their callback_id. What the app acknowledges is shown to
// nobody: it has 3 seconds to open a modal. The error says that the person can't do this, or is the context's.
func (ws *Workspace) Shortcut(ctx context.Context, user, callbackID string) (Answer, error) {
	e, err := ws.ShortcutEnvelope(user, callbackID)
	if err != nil {
		return Answer{}, err
	}
	return ws.one(ctx, e)
}

// ShortcutEnvelope is what [Workspace.Shortcut] would send, to be sent with [Workspace.Do]. It has neither channel nor response_url
// (docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload).
func (ws *Workspace) ShortcutEnvelope(user, callbackID string) (Envelope, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u, err := ws.colleague(user)
	if err != nil {
		return Envelope{}, fmt.Errorf("shortcut %s: %w", callbackID, err)
	}
	if !slices.Contains(ws.scopes, "commands") {
		return Envelope{}, errors.New("the app has no shortcuts")
	}
	p := ws.interaction("shortcut", u, "")
	p["callback_id"], p["action_ts"] = callbackID, ws.ts()
	return ws.envelope("interactive", p), nil
}
