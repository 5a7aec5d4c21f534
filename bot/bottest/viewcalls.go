package bottest

// The methods are those of docs.slack.dev/reference/methods/views.open, views.push and views.update. None needs a scope.

// viewsOpen opens a modal. With a trigger from within a modal it answers ok, and nothing opens on the screen
// (github.com/slackapi/bolt-js/issues/1072; of buttons the maintainers say that it may not work, so here it doesn't): push or update.
func (ws *Workspace) viewsOpen(a args) (answer, error) {
	v, err := readView(a["view"], modalView)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	t, err := ws.exchangeable(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	if err := ws.claim(v.ExternalID, ""); err != nil {
		return nil, err
	}
	t.used = true
	v.ID, v.User = ws.id("V"), t.user
	v.RootID = v.ID
	ws.show(v, nil)
	if t.modal != "" {
		delete(ws.views.open, v.ID)
	}
	return answer{"view": ws.viewJSON(v, nil)}, nil
}

// viewsPush wants a trigger that comes from within a modal which is still open. Of others Slack says that the trigger is invalid
// (github.com/slackapi/python-slack-sdk/issues/804, where it is that of a shortcut).
func (ws *Workspace) viewsPush(a args) (answer, error) {
	next, err := readView(a["view"], modalView)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	t, err := ws.exchangeable(a["trigger_id"])
	if err != nil {
		return nil, err
	}
	from := ws.views.open[t.modal]
	if from == nil {
		return nil, refuse("invalid_trigger_id", "the trigger is of no modal that is open")
	}
	if err := ws.push(from, next); err != nil {
		return nil, err
	}
	t.used = true
	return answer{"view": ws.viewJSON(next, nil)}, nil
}

func (ws *Workspace) viewsUpdate(a args) (answer, error) {
	next, err := readView(a["view"], modalView)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	before, err := ws.updatableView(a["view_id"], a["external_id"])
	if err != nil {
		return nil, err
	}
	if hash := a["hash"]; hash != "" && hash != before.Hash {
		return nil, refuse("hash_conflict")
	}
	if err := ws.claim(next.ExternalID, before.ID); err != nil {
		return nil, err
	}
	ws.replace(before, next)
	return answer{"view": ws.viewJSON(next, next.state())}, nil
}

// updatableView finds a modal by exactly one of its IDs. A home is changed by views.publish alone.
func (ws *Workspace) updatableView(id, externalID string) (*View, error) {
	if (id == "") == (externalID == "") {
		return nil, refuse("invalid_arguments", "exactly one of `view_id` and `external_id` is needed")
	}
	if v := ws.views.open[id]; v != nil {
		return v, nil
	}
	for _, v := range ws.views.open {
		if externalID != "" && v.ExternalID == externalID {
			return v, nil
		}
	}
	return nil, refuse("not_found")
}

// exchangeable returns a trigger that can still be exchanged for a view. ws.mu is held.
func (ws *Workspace) exchangeable(id string) (*trigger, error) {
	t, ok := ws.triggers.get(id)
	switch {
	case !ok:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case ws.now().Sub(t.at) > triggerLife:
		return nil, refuse("expired_trigger_id")
	}
	return t, nil
}

// claim refuses an external ID that another view has: it "must be unique for all views on a team". ws.mu is held.
func (ws *Workspace) claim(externalID, by string) error {
	for _, all := range []map[string]*View{ws.views.open, ws.views.homes} {
		for _, v := range all {
			if externalID != "" && v.ExternalID == externalID && v.ID != by {
				return refuse("duplicate_external_id")
			}
		}
	}
	return nil
}
