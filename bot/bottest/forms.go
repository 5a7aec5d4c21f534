package bottest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Submit fills in a modal and submits it. Values are by "block_id/action_id", those of a multi_users_select user IDs parted by
// commas; what is left out keeps what it holds ([View].Values). The view closes and uncovers the one beneath, unless the
// acknowledgement shows errors ([Answer].Errors) or another view, or there is none. The error says that the form can't be
// submitted like this, or is the context's.
func (ws *Workspace) Submit(ctx context.Context, user, viewID string, values map[string]string) (Answer, error) {
	e, err := ws.SubmitEnvelope(user, viewID, values)
	if err != nil {
		return Answer{}, fmt.Errorf("submit: %w", err)
	}
	return ws.one(ctx, e)
}

// SubmitEnvelope is what [Workspace.Submit] would send, to be sent with [Workspace.Do].
func (ws *Workspace) SubmitEnvelope(user, viewID string, values map[string]string) (Envelope, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	v, err := ws.modalOf(user, viewID)
	if err != nil {
		return Envelope{}, err
	}
	if v.Submit == "" {
		return Envelope{}, errors.New("there is no button to submit it by")
	}
	filled, err := ws.typed(v, values)
	if err != nil {
		return Envelope{}, err
	}
	if err := filled.complete(); err != nil {
		return Envelope{}, err
	}
	filled.Errors = nil // those that are shown are of an earlier try
	ws.put(filled)
	p := ws.interaction("view_submission", ws.people.users[user], v.ID)
	p["view"], p["response_urls"] = ws.viewJSON(filled, filled.state()), []answer{}
	e := ws.envelope("interactive", p)
	e.settle = func(a *Answer) { ws.submitted(a, v.ID) }
	return e, nil
}

// submitted does to the modal what the acknowledgement says. One that is gone by then is left alone.
func (ws *Workspace) submitted(a *Answer, viewID string) {
	if a.Failure != "" {
		return // the modal stays and says "We had some trouble connecting. Try again?"
	}
	var said response
	if a.Payload != nil && json.Unmarshal(a.Payload, &said) != nil {
		a.fail("the payload is no JSON object")
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if v := ws.views.open[viewID]; v != nil {
		ws.respondIn(v, a, said)
		ws.changes.tell()
	}
}

// response is the acknowledgement of a view_submission (docs.slack.dev/surfaces/modals).
type response struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
	View   json.RawMessage   `json:"view"`
}

func (ws *Workspace) respondIn(v *View, a *Answer, said response) {
	switch said.Action {
	case "":
		ws.remove(v)
	case "clear":
		ws.clear(v.RootID)
	case "errors":
		ws.showErrors(a, v, said.Errors)
	case "update", "push":
		if err := ws.showNext(v, said); err != nil {
			a.fail(problemsOf(err)...)
		}
	default:
		a.fail(fmt.Sprintf("response_action %q isn't known here", said.Action))
	}
}

// showNext shows another view in the place of one, or on top.
func (ws *Workspace) showNext(v *View, said response) error {
	next, err := readView(string(said.View), modalView)
	if err != nil {
		return err
	}
	if said.Action == "push" {
		return ws.push(v, next)
	}
	if err := ws.claim(next.ExternalID, v.ID); err != nil {
		return err
	}
	ws.replace(v, next)
	return nil
}

func (a *Answer) fail(problems ...string) { a.Failure, a.Problems = BadAnswer, problems }

// showErrors wants errors at input blocks, where alone they can be shown.
func (ws *Workspace) showErrors(a *Answer, v *View, errs map[string]string) {
	inputs := inputsOf(v.Blocks)
	for block := range errs {
		if !slices.ContainsFunc(inputs, func(in input) bool { return in.BlockID == block }) {
			a.fail(fmt.Sprintf("errors: %q is no input block", block))
			return
		}
	}
	if len(errs) == 0 {
		a.fail("errors: there are none")
		return
	}
	shown := *v // what Views gave out stays as it was
	shown.Errors, a.Errors = errs, errs
	ws.views.open[v.ID] = &shown
}
