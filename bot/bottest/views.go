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

// The surfaces that a view can be on.
const (
	modalView = "modal"
	homeView  = "home"
)

// View is a modal that a person has open, or what the app's Home tab shows one.
type View struct {
	// ID begins with V.
	ID string
	// Type is modal or home. A home has neither title nor buttons, and no stack.
	Type string
	// User sees it.
	User string
	// Title, Submit and Close are the words on top and on its two buttons. Close is Slack's own where the app gave none; without
	// Submit there is no such button.
	Title, Submit, Close string
	// CallbackID, PrivateMetadata and ExternalID are the app's.
	CallbackID, PrivateMetadata, ExternalID string
	// Blocks is the JSON array of its blocks.
	Blocks json.RawMessage
	// Values are what its inputs hold, by "block_id/action_id": their initial values until something else is typed. The user IDs of
	// a multi_users_select are parted by commas.
	Values map[string]string
	// Errors are what it shows at its inputs after a submission, by block_id.
	Errors map[string]string
	// NotifyOnClose has the app told when it is closed, ClearOnClose closes all of the stack with it.
	NotifyOnClose, ClearOnClose bool
	// RootID is the view that the stack began with, maybe this one; PreviousID the view beneath, empty if there is none.
	RootID, PreviousID string
	// Covered says that another view lies on top of it, so that it can't be seen.
	Covered bool
	// Hash is another one with each update.
	Hash string

	raw map[string]json.RawMessage // the view as the app sent it
}

// views are the modals that are open, by ID, and the homes that were published, by person. A view in here is never changed, only
// replaced: Views has given out its maps.
type views struct {
	open  map[string]*View
	homes map[string]*View
}

func newViews() views { return views{open: map[string]*View{}, homes: map[string]*View{}} }

// show opens a view, or shows it in the place of another, whose inputs keep what they hold. ws.mu is held.
func (ws *Workspace) show(v, before *View) {
	v.Blocks, v.Hash = ws.withBlockIDs(v.Blocks), ws.ts()
	v.Values = valuesOf(v.Blocks, before)
	ws.put(v)
}

// replace shows a view where another one is. ws.mu is held.
func (ws *Workspace) replace(before, next *View) {
	next.ID, next.User = before.ID, before.User
	next.RootID, next.PreviousID = before.RootID, before.PreviousID
	ws.show(next, before)
}

func (ws *Workspace) put(v *View) {
	if v.Type == homeView {
		ws.views.homes[v.User] = v
	} else {
		ws.views.open[v.ID] = v
	}
	ws.changes.tell()
}

// readView checks a view for a surface and reads it.
func readView(raw, surface string) (*View, error) {
	if len(raw) > maxView {
		return nil, refuse("view_too_large")
	}
	if problems := checkView(decode([]byte(raw)), surface); problems != nil {
		return nil, refuse("invalid_arguments", problems...)
	}
	var fields struct {
		Type                 string
		Title, Submit, Close struct{ Text string }
		CallbackID           string `json:"callback_id"`
		PrivateMetadata      string `json:"private_metadata"`
		ExternalID           string `json:"external_id"`
		NotifyOnClose        bool   `json:"notify_on_close"`
		ClearOnClose         bool   `json:"clear_on_close"`
		Blocks               json.RawMessage
	}
	v := &View{}
	if err := errors.Join(json.Unmarshal([]byte(raw), &fields), json.Unmarshal([]byte(raw), &v.raw)); err != nil {
		return nil, refuse("invalid_arguments", err.Error())
	}
	v.Type, v.Title, v.Submit, v.Close = fields.Type, fields.Title.Text, fields.Submit.Text, fields.Close.Text
	if v.Type == modalView {
		v.Close = cmp.Or(v.Close, "Cancel")
	}
	v.CallbackID, v.PrivateMetadata, v.ExternalID = fields.CallbackID, fields.PrivateMetadata, fields.ExternalID
	v.NotifyOnClose, v.ClearOnClose, v.Blocks = fields.NotifyOnClose, fields.ClearOnClose, fields.Blocks
	return v, nil
}

// viewJSON is the view as the app gets it, with what was typed into it.
func (ws *Workspace) viewJSON(v *View, values answer) answer {
	a := answer{"title": nil, "submit": nil, "close": nil, "previous_view_id": nil}
	for key, value := range v.raw {
		a[key] = value
	}
	if values == nil {
		values = answer{}
	}
	if v.PreviousID != "" {
		a["previous_view_id"] = v.PreviousID
	}
	a["id"], a["team_id"], a["app_id"], a["bot_id"] = v.ID, ws.TeamID, ws.AppID, ws.BotID
	a["blocks"], a["hash"], a["root_view_id"] = v.Blocks, v.Hash, v.RootID
	a["state"], a["app_installed_team_id"] = answer{"values": values}, ws.TeamID
	a["callback_id"], a["private_metadata"], a["external_id"] = v.CallbackID, v.PrivateMetadata, v.ExternalID
	a["clear_on_close"], a["notify_on_close"] = v.ClearOnClose, v.NotifyOnClose
	return a
}

// Views returns the modals that a person has open, oldest first: of a stack all views, of which the last can be seen.
func (ws *Workspace) Views(user string) []View {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	list := []View{}
	for _, v := range ws.views.open {
		if v.User == user {
			shown := *v
			shown.Covered = ws.above(v) != nil
			list = append(list, shown)
		}
	}
	slices.SortFunc(list, func(a, b View) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// viewOf returns the view if the person can see it.
func (ws *Workspace) viewOf(user, viewID string) (*View, error) {
	v := ws.views.open[viewID]
	if shown := ws.views.homes[user]; shown != nil && shown.ID == viewID {
		v = shown
	}
	switch {
	case v == nil || v.User != user:
		return nil, fmt.Errorf("%s has no view %s open", user, viewID)
	case ws.above(v) != nil:
		return nil, fmt.Errorf("another view covers %s", viewID)
	}
	return v, nil
}

func (ws *Workspace) modalOf(user, viewID string) (*View, error) {
	v, err := ws.viewOf(user, viewID)
	if err == nil && v.Type != modalView {
		return nil, fmt.Errorf("%s is no modal", viewID)
	}
	return v, err
}
