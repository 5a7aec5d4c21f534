package bottest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// maxView is the size of a view in bytes (view_too_large).
const maxView = 250_000

// View is a modal that a person has open.
type View struct {
	// ID begins with V.
	ID string
	// User sees it.
	User string
	// Title, Submit and Close are the words on top and on its two buttons, with
	// Slack's own where the app gave none.
	Title, Submit, Close string
	// CallbackID and PrivateMetadata are the app's.
	CallbackID, PrivateMetadata string
	// Blocks is the JSON array of its blocks.
	Blocks json.RawMessage
	// Errors are what it shows at its inputs after a submission, by block_id.
	Errors map[string]string
	// NotifyOnClose has the app told when it is closed.
	NotifyOnClose bool

	raw  map[string]json.RawMessage // the view as the app sent it
	hash string
}

// views are the modals that are open, by ID.
type views struct{ open map[string]*View }

func (ws *Workspace) viewsOpen(a args) (answer, error) {
	v, err := readView(a["view"])
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	t, ok := ws.triggers.get(a["trigger_id"])
	switch {
	case !ok:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case ws.now().Sub(t.at) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	v.ID, v.User = ws.id("V"), t.user
	ws.show(v)
	return answer{"view": ws.viewJSON(v, nil)}, nil
}

// show opens a view or replaces the one with its ID. ws.mu is held.
func (ws *Workspace) show(v *View) {
	if ws.views.open == nil {
		ws.views.open = map[string]*View{}
	}
	v.Blocks = ws.withBlockIDs(v.Blocks)
	v.hash = ws.ts()
	ws.views.open[v.ID] = v
	ws.changes.tell()
}

// readView checks a view and reads it.
func readView(raw string) (*View, error) {
	if len(raw) > maxView {
		return nil, refuse("view_too_large")
	}
	if problems := checkView(decode([]byte(raw))); problems != nil {
		return nil, refuse("invalid_arguments", problems...)
	}
	var fields struct {
		Title, Submit, Close struct{ Text string }
		CallbackID           string `json:"callback_id"`
		PrivateMetadata      string `json:"private_metadata"`
		NotifyOnClose        bool   `json:"notify_on_close"`
		Blocks               json.RawMessage
	}
	v := &View{}
	if err := errors.Join(json.Unmarshal([]byte(raw), &fields), json.Unmarshal([]byte(raw), &v.raw)); err != nil {
		return nil, refuse("invalid_arguments", err.Error())
	}
	v.Title, v.Submit, v.Close = fields.Title.Text, cmp.Or(fields.Submit.Text, "Submit"), cmp.Or(fields.Close.Text, "Cancel")
	v.CallbackID, v.PrivateMetadata = fields.CallbackID, fields.PrivateMetadata
	v.NotifyOnClose, v.Blocks = fields.NotifyOnClose, fields.Blocks
	return v, nil
}

// viewJSON is the view as the app gets it, with what was typed into it.
func (ws *Workspace) viewJSON(v *View, values answer) answer {
	a := answer{}
	for key, value := range v.raw {
		a[key] = value
	}
	if values == nil {
		values = answer{}
	}
	a["id"], a["team_id"], a["app_id"], a["bot_id"] = v.ID, ws.TeamID, ws.AppID, ws.BotID
	a["blocks"], a["hash"], a["root_view_id"] = v.Blocks, v.hash, v.ID
	a["state"], a["app_installed_team_id"] = answer{"values": values}, ws.TeamID
	a["callback_id"], a["private_metadata"] = v.CallbackID, v.PrivateMetadata
	return a
}

// Views returns the modals that a person has open, oldest first.
func (ws *Workspace) Views(user string) []View {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	list := []View{}
	for _, v := range ws.views.open {
		if v.User == user {
			list = append(list, *v)
		}
	}
	slices.SortFunc(list, func(a, b View) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (ws *Workspace) viewOf(user, viewID string) (*View, error) {
	v := ws.views.open[viewID]
	if v == nil || v.User != user {
		return nil, fmt.Errorf("%s has no view %s open", user, viewID)
	}
	return v, nil
}
