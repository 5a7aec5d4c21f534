package bottest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// input is an input block with its element.
type input struct {
	Type     string
	BlockID  string `json:"block_id"`
	Optional bool
	Element  struct {
		Type         string
		ActionID     string   `json:"action_id"`
		InitialValue string   `json:"initial_value"`
		InitialUsers []string `json:"initial_users"`
		MinLength    int      `json:"min_length"`
		MaxLength    *int     `json:"max_length"`
		MaxSelected  *int     `json:"max_selected_items"`
	}
}

// usersInput is the element in which people are chosen; all others are text.
const usersInput = "multi_users_select"

func (in input) name() string { return in.BlockID + "/" + in.Element.ActionID }

func (in input) choosesUsers() bool { return in.Element.Type == usersInput }

// initial is what it holds before anything is typed.
func (in input) initial() string {
	if in.choosesUsers() {
		return strings.Join(in.Element.InitialUsers, ",")
	}
	return in.Element.InitialValue
}

// state is its part of a view's state.
func (in input) state(value string) answer {
	if in.choosesUsers() {
		return answer{"type": in.Element.Type, "selected_users": chosen(value)}
	}
	typed := answer{"type": in.Element.Type, "value": nil}
	if value != "" {
		typed["value"] = value
	}
	return typed
}

// chosen are the user IDs that a multi_users_select holds.
func chosen(value string) []string {
	return orEmpty(strings.FieldsFunc(value, func(r rune) bool { return r == ',' }))
}

func inputsOf(blocks json.RawMessage) []input {
	var all []input
	_ = json.Unmarshal(blocks, &all) // they were checked
	return slices.DeleteFunc(all, func(in input) bool { return in.Type != "input" })
}

// valuesOf is what the inputs of blocks hold at first. What the view before held stays where block_id and action_id are the same
// (docs.slack.dev/reference/views/modal-views, "Preserving input entry"), whatever initial value the new input has.
func valuesOf(blocks json.RawMessage, before *View) map[string]string {
	kinds := map[string]string{}
	if before != nil {
		for _, in := range inputsOf(before.Blocks) {
			kinds[in.name()] = in.Element.Type
		}
	}
	values := map[string]string{}
	for _, in := range inputsOf(blocks) {
		values[in.name()] = in.initial()
		if kinds[in.name()] == in.Element.Type {
			values[in.name()] = before.Values[in.name()]
		}
	}
	return values
}

// typed is the view after values were typed into it, or why they can't be. ws.mu is held.
func (ws *Workspace) typed(v *View, values map[string]string) (*View, error) {
	filled := *v
	filled.Values = maps.Clone(v.Values)
	for _, in := range inputsOf(v.Blocks) {
		value, given := values[in.name()]
		if !given {
			continue
		}
		if err := ws.choosable(in, value); err != nil {
			return nil, err
		}
		filled.Values[in.name()] = value
	}
	for name := range values {
		if _, ok := v.Values[name]; !ok {
			return nil, fmt.Errorf("the form doesn't have all of these inputs: %s", strings.Join(names(values), ", "))
		}
	}
	return &filled, nil
}

// choosable says why Slack's client wouldn't let these people be chosen: it shows those of the workspace, each once.
func (ws *Workspace) choosable(in input, value string) error {
	if !in.choosesUsers() {
		return nil
	}
	ids := chosen(value)
	for i, id := range ids {
		if u, ok := ws.people.users[id]; !ok || u.Deleted || slices.Contains(ids[:i], id) {
			return fmt.Errorf("%s: %q can't be chosen", in.name(), id)
		}
	}
	if most := in.Element.MaxSelected; most != nil && len(ids) > *most {
		return fmt.Errorf("%s takes at most %d people", in.name(), *most)
	}
	return nil
}

// state is what the inputs hold, as the app gets it.
func (v *View) state() answer {
	state := answer{}
	for _, in := range inputsOf(v.Blocks) {
		state[in.BlockID] = answer{in.Element.ActionID: in.state(v.Values[in.name()])}
	}
	return state
}

// complete says why Slack's client wouldn't submit the form.
func (v *View) complete() error {
	for _, in := range inputsOf(v.Blocks) {
		if err := in.check(v.Values[in.name()]); err != nil {
			return err
		}
	}
	return nil
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
