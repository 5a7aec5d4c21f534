package bottest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Click presses a button of a message, by its action_id or "block_id/action_id" (the
// first one, where several blocks have it), and confirms if a dialog asks. The error says that the person doesn't see this message or this button, or
// is the context's.
func (ws *Workspace) Click(ctx context.Context, user string, ref Ref, actionID string) (Answer, error) {
	m, ok := ws.Message(ref)
	if !ok {
		return Answer{}, fmt.Errorf("click %s: there is no message %s in %s", actionID, ref.TS, ref.Channel)
	}
	return ws.ClickSeen(ctx, user, m, actionID)
}

// ClickSeen presses a button on a message as it was seen earlier: on a screen that
// hasn't caught up. Slack sends the app what that screen showed.
func (ws *Workspace) ClickSeen(ctx context.Context, user string, seen Message, actionID string) (Answer, error) {
	e, err := ws.ClickEnvelope(user, seen, actionID)
	if err != nil {
		return Answer{}, err
	}
	return ws.one(ctx, e)
}

// ClickEnvelope is what [Workspace.ClickSeen] would send, to be sent with [Workspace.Do].
func (ws *Workspace) ClickEnvelope(user string, seen Message, actionID string) (Envelope, error) {
	button, err := findButton(seen.Blocks, actionID)
	if err != nil {
		return Envelope{}, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.roomFor(user, seen.Channel)
	if err != nil {
		return Envelope{}, fmt.Errorf("click %s: %w", actionID, err)
	}
	if seen.EphemeralTo != "" && seen.EphemeralTo != user {
		return Envelope{}, fmt.Errorf("click %s: %s doesn't see this message", actionID, user)
	}
	button["action_ts"] = ws.ts()
	return ws.envelope("interactive", ws.clickPayload(ws.people.users[user], r, seen, button)), nil
}

func (ws *Workspace) clickPayload(u User, r *room, seen Message, button answer) answer {
	ephemeral := seen.EphemeralTo != ""
	container := answer{
		"type": "message", "message_ts": seen.TS, "channel_id": r.ID, "is_ephemeral": ephemeral,
	}
	if seen.ThreadTS != "" {
		container["thread_ts"] = seen.ThreadTS
	}
	p := ws.interaction("block_actions", u, "")
	p["container"] = container
	p["channel"] = answer{"id": r.ID, "name": r.commandName()}
	p["state"] = answer{"values": answer{}}
	p["actions"] = []answer{button}
	p["response_url"] = ws.responseURL(r, u.ID, seen.TS)
	if !ephemeral { // Slack doesn't hand out the content of ephemeral messages
		p["message"] = ws.messageJSON(r, &seen, true)
	}
	return p
}

// ClickView presses a button in a modal or in a home, after typing into its inputs what values has, by "block_id/action_id". The
// button is named as in [Workspace.Click]. The view stays as it is, whatever the app acknowledges. The error says that the person
// doesn't see this view or this button, or can't type this, or is the context's.
func (ws *Workspace) ClickView(ctx context.Context, user, viewID, actionID string, values map[string]string) (Answer, error) {
	e, err := ws.ClickViewEnvelope(user, viewID, actionID, values)
	if err != nil {
		return Answer{}, err
	}
	return ws.one(ctx, e)
}

// ClickViewEnvelope is what [Workspace.ClickView] would send, to be sent with [Workspace.Do].
func (ws *Workspace) ClickViewEnvelope(user, viewID, actionID string, values map[string]string) (Envelope, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	v, err := ws.viewOf(user, viewID)
	if err != nil {
		return Envelope{}, fmt.Errorf("click %s: %w", actionID, err)
	}
	button, err := findButton(v.Blocks, actionID)
	if err != nil {
		return Envelope{}, err
	}
	filled, err := ws.typed(v, values)
	if err != nil {
		return Envelope{}, fmt.Errorf("click %s: %w", actionID, err)
	}
	ws.put(filled)
	button["action_ts"] = ws.ts()
	modalID := viewID
	if v.Type != modalView {
		modalID = ""
	}
	p := ws.interaction("block_actions", ws.people.users[user], modalID)
	p["container"] = answer{"type": "view", "view_id": viewID}
	p["view"], p["actions"] = ws.viewJSON(filled, filled.state()), []answer{button}
	return ws.envelope("interactive", p), nil
}

// interaction has what all interactive payloads share. user.team_id is the person's
// own workspace, which for a stranger isn't team.id. The trigger remembers the modal that it comes from, if any.
func (ws *Workspace) interaction(kind string, u User, modalID string) answer {
	p := answer{
		"type": kind, "token": "bottest", "api_app_id": ws.AppID,
		"team":       answer{"id": ws.TeamID, "domain": ws.opts.TeamDomain},
		"user":       answer{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
		"trigger_id": ws.trigger(u.ID, modalID), "is_enterprise_install": false, "enterprise": nil,
	}
	if ws.opts.WithoutNames {
		delete(p["user"].(answer), "name")
	}
	if id := ws.opts.EnterpriseID; id != "" {
		p["enterprise"] = answer{"id": id, "name": "Home Enterprise"}
		p["team"] = answer{
			"id": ws.TeamID, "domain": ws.opts.TeamDomain,
			"enterprise_id": id, "enterprise_name": "Home Enterprise",
		}
	}
	return p
}

// findButton returns a button of the blocks as an action of the payload.
func findButton(blocks json.RawMessage, actionID string) (answer, error) {
	var list []struct {
		BlockID   string            `json:"block_id"`
		Type      string            `json:"type"`
		Elements  []json.RawMessage `json:"elements"`
		Accessory json.RawMessage   `json:"accessory"`
	}
	if blocks != nil {
		if err := json.Unmarshal(blocks, &list); err != nil {
			return nil, fmt.Errorf("click %s: read the blocks: %w", actionID, err)
		}
	}
	inBlock, actionID, named := cutLast(actionID)
	for _, b := range list {
		if named && b.BlockID != inBlock {
			continue
		}
		elements := []json.RawMessage{b.Accessory}
		if b.Type == "actions" {
			elements = b.Elements
		}
		for _, raw := range elements {
			if action := asAction(raw, actionID); action != nil {
				action["block_id"] = b.BlockID
				return action, nil
			}
		}
	}
	return nil, fmt.Errorf("click %s: there is no such button", actionID)
}

// cutLast parts "block_id/action_id". Where there is no slash it is an action_id.
func cutLast(id string) (blockID, actionID string, named bool) {
	at := strings.LastIndexByte(id, '/')
	if at < 0 {
		return "", id, false
	}
	return id[:at], id[at+1:], true
}

// asAction returns the button as an action, nil if it is another or none.
func asAction(raw json.RawMessage, actionID string) answer {
	var b answer
	if json.Unmarshal(raw, &b) != nil || b["type"] != "button" || b["action_id"] != actionID {
		return nil
	}
	action := answer{}
	for _, key := range []string{"type", "action_id", "text", "value", "style", "confirm", "url"} {
		if v, ok := b[key]; ok {
			action[key] = v
		}
	}
	return action
}
