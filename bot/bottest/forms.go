package bottest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Submit fills in a modal and submits it. Values are by "block_id/action_id"; what
// is left out keeps its initial value. The modal closes, unless the acknowledgement
// shows errors ([Answer].Errors) or another view, or there is none. The error says
// that the form can't be submitted like this, or is the context's.
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
	v, err := ws.viewOf(user, viewID)
	if err != nil {
		return Envelope{}, err
	}
	state, err := fillIn(v.Blocks, values)
	if err != nil {
		return Envelope{}, err
	}
	p := ws.interaction("view_submission", ws.people.users[user])
	p["view"], p["response_urls"] = ws.viewJSON(v, state), []answer{}
	e := ws.envelope("interactive", p)
	e.settle = func(a *Answer) { ws.submitted(a, v) }
	return e, nil
}

// CloseView closes a modal by its Cancel. The app is told only if it asked to be.
func (ws *Workspace) CloseView(ctx context.Context, user, viewID string) (Answer, error) {
	ws.mu.Lock()
	v, err := ws.viewOf(user, viewID)
	if err != nil {
		ws.mu.Unlock()
		return Answer{}, fmt.Errorf("close: %w", err)
	}
	delete(ws.views.open, viewID)
	ws.changes.tell()
	p := ws.interaction("view_closed", ws.people.users[user])
	p["view"], p["is_cleared"] = ws.viewJSON(v, nil), false
	e := ws.envelope("interactive", p)
	ws.mu.Unlock()
	if !v.NotifyOnClose {
		return Answer{}, nil
	}
	return ws.one(ctx, e)
}

// submitted does to the modal what the acknowledgement says.
func (ws *Workspace) submitted(a *Answer, v *View) {
	if a.Failure != "" {
		return // the modal stays and says "We had some trouble connecting. Try again?"
	}
	var said struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if a.Payload != nil && json.Unmarshal(a.Payload, &said) != nil {
		a.fail("the payload is no JSON object")
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	switch said.Action {
	case "", "clear":
		delete(ws.views.open, v.ID)
	case "errors":
		ws.showErrors(a, v, said.Errors)
	case "update":
		ws.update(a, v, said.View)
	default:
		a.fail(fmt.Sprintf("response_action %q isn't known here", said.Action))
	}
	ws.changes.tell()
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

func (ws *Workspace) update(a *Answer, v *View, raw json.RawMessage) {
	next, err := readView(string(raw))
	if err != nil {
		a.fail(problemsOf(err)...)
		return
	}
	next.ID, next.User = v.ID, v.User
	ws.show(next)
}

// input is an input block with a text field.
type input struct {
	Type     string
	BlockID  string `json:"block_id"`
	Optional bool
	Element  struct {
		ActionID     string `json:"action_id"`
		InitialValue string `json:"initial_value"`
		MinLength    int    `json:"min_length"`
		MaxLength    *int   `json:"max_length"`
	}
}

func (in input) name() string { return in.BlockID + "/" + in.Element.ActionID }

func inputsOf(blocks json.RawMessage) []input {
	var all []input
	_ = json.Unmarshal(blocks, &all) // they were checked
	return slices.DeleteFunc(all, func(in input) bool { return in.Type != "input" })
}

// fillIn returns the state of a form, or why Slack's client wouldn't send it.
func fillIn(blocks json.RawMessage, values map[string]string) (answer, error) {
	state, left := answer{}, len(values)
	for _, in := range inputsOf(blocks) {
		value, given := values[in.name()]
		if given {
			left--
		} else {
			value = in.Element.InitialValue
		}
		if err := in.check(value); err != nil {
			return nil, err
		}
		typed := answer{"type": "plain_text_input", "value": nil}
		if value != "" {
			typed["value"] = value
		}
		state[in.BlockID] = answer{in.Element.ActionID: typed}
	}
	if left > 0 {
		return nil, fmt.Errorf("the form doesn't have all of these inputs: %s", strings.Join(keys(values), ", "))
	}
	return state, nil
}

func (in input) check(value string) error {
	n := utf8.RuneCountInString(value)
	switch {
	case n == 0 && in.Optional:
		return nil
	case n == 0:
		return fmt.Errorf("%s must be filled in", in.name())
	case n < in.Element.MinLength:
		return fmt.Errorf("%s needs at least %d characters", in.name(), in.Element.MinLength)
	case in.Element.MaxLength != nil && n > *in.Element.MaxLength:
		return fmt.Errorf("%s takes at most %d characters", in.name(), *in.Element.MaxLength)
	}
	return nil
}

func keys(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
