package bottest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// maxStack is how many views a modal holds (docs.slack.dev/surfaces/modals): the one that was opened and two that were pushed.
const maxStack = 3

// stack returns the views of a modal, the one that can be seen first. ws.mu is held.
func (ws *Workspace) stack(rootID string) []*View {
	var all []*View
	for _, v := range ws.views.open {
		if v.RootID == rootID {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b *View) int { return cmp.Compare(b.ID, a.ID) }) // IDs grow
	return all
}

// above returns the view that lies on another, nil if none does. ws.mu is held.
func (ws *Workspace) above(v *View) *View {
	for _, other := range ws.views.open {
		if other.PreviousID == v.ID {
			return other
		}
	}
	return nil
}

// push lays a view on top of the stack that another is in. ws.mu is held.
func (ws *Workspace) push(on, next *View) error {
	stack := ws.stack(on.RootID)
	if len(stack) >= maxStack {
		return refuse("push_limit_reached")
	}
	if err := ws.claim(next.ExternalID, ""); err != nil {
		return err
	}
	next.ID, next.User = ws.id("V"), on.User
	next.RootID, next.PreviousID = on.RootID, stack[0].ID
	ws.show(next, nil)
	return nil
}

// remove closes one view, from within the stack if the app has pushed another meanwhile. ws.mu is held.
func (ws *Workspace) remove(v *View) {
	if above := ws.above(v); above != nil {
		sunk := *above
		sunk.PreviousID = v.PreviousID
		ws.put(&sunk)
	}
	delete(ws.views.open, v.ID)
}

// clear closes all views of a modal. ws.mu is held.
func (ws *Workspace) clear(rootID string) {
	for _, v := range ws.stack(rootID) {
		delete(ws.views.open, v.ID)
	}
}

// CloseView closes a modal by the button named [View].Close: the view beneath shows again with what was typed into it, unless
// clear_on_close has all of them closed. The app is told only of those that asked for it. The answer is that to what it was told
// first, of the view on top.
func (ws *Workspace) CloseView(ctx context.Context, user, viewID string) (Answer, error) {
	return ws.leave(ctx, user, viewID, false)
}

// DismissView closes a modal by the x in its corner, which closes all views of the stack. Else it is [Workspace.CloseView].
func (ws *Workspace) DismissView(ctx context.Context, user, viewID string) (Answer, error) {
	return ws.leave(ctx, user, viewID, true)
}

func (ws *Workspace) leave(ctx context.Context, user, viewID string, all bool) (Answer, error) {
	told, err := ws.takeAway(user, viewID, all)
	if err != nil {
		return Answer{}, fmt.Errorf("close: %w", err)
	}
	answers, err := ws.Do(ctx, told...)
	if err != nil || len(answers) == 0 {
		return Answer{}, err
	}
	return answers[0], nil
}

// takeAway closes a view, or its whole stack, and returns what the app is told.
func (ws *Workspace) takeAway(user, viewID string, all bool) (told []Envelope, err error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	v, err := ws.modalOf(user, viewID)
	if err != nil {
		return nil, err
	}
	all = all || v.ClearOnClose
	gone := []*View{v}
	if all {
		gone = ws.stack(v.RootID)
	}
	for _, v := range gone {
		delete(ws.views.open, v.ID)
		if v.NotifyOnClose {
			told = append(told, ws.closedEnvelope(v, all))
		}
	}
	ws.changes.tell()
	return told, nil
}

// closedEnvelope has no trigger_id (docs.slack.dev/reference/interaction-payloads/view-interactions-payload).
func (ws *Workspace) closedEnvelope(v *View, all bool) Envelope {
	p := ws.interaction("view_closed", ws.people.users[v.User], v.ID)
	p["view"], p["is_cleared"] = ws.viewJSON(v, nil), all
	delete(p, "trigger_id")
	return ws.envelope("interactive", p)
}
