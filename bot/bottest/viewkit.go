package bottest

import (
	"encoding/json"
	"maps"
	"math"
	"strconv"
	"unicode/utf8"
)

// Views as docs.slack.dev/reference/views has them, and the elements that only views have
// (docs.slack.dev/reference/block-kit/block-elements).

var surfaces = map[string]rule{modalView: both(modal, submittable), homeView: home}

var modal = typed(
	fields{"title": plain(24), "blocks": list(0, maxViewBlocks, byType(viewBlocks()))},
	fields{
		"submit": plain(24), "close": plain(24), "private_metadata": text(0, 3000),
		"callback_id": text(0, 255), "external_id": text(0, 255),
		"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
	},
)

// home may have inputs (docs.slack.dev/reference/block-kit/blocks/input-block): what they hold comes with the buttons that are
// pressed.
var home = typed(
	fields{"blocks": list(0, maxViewBlocks, byType(viewBlocks()))},
	fields{"private_metadata": text(0, 3000), "callback_id": text(0, 255), "external_id": text(0, 255)},
)

func viewBlocks() map[string]rule {
	blocks := maps.Clone(commonBlocks)
	blocks["input"] = block(
		fields{"label": plain(2000), "element": byType(map[string]rule{"plain_text_input": textInput, usersInput: usersSelect})},
		fields{"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
	)
	return blocks
}

var textInput = both(lengthsAgree, typed(nil, fields{
	"action_id": uniqueInBlock("action_id"), "placeholder": plain(150), "initial_value": text(1, anyText),
	"multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000),
	"focus_on_load": focus,
}))

// usersSelect is the "multi-select menu of users".
var usersSelect = both(fewEnough, typed(nil, fields{
	"action_id": uniqueInBlock("action_id"), "placeholder": plain(150), "initial_users": list(1, 1000, text(1, 255)),
	"max_selected_items": integer(1, math.MaxInt32), "confirm": confirm, "focus_on_load": focus,
}))

// focus lets one element of a view have it.
func focus(c *checker, v any, at string) {
	boolean(c, v, at)
	if v != true {
		return
	}
	if c.seen["focus_on_load"] {
		c.fail(at, "only one element can be set to true")
	}
	c.seen["focus_on_load"] = true
}

// lengthsAgree wants an initial value that could be typed. That Slack refuses others isn't documented, but nobody could submit one.
func lengthsAgree(c *checker, v any, at string) {
	o := v.(map[string]any)
	least, most := count(o["min_length"], 0), count(o["max_length"], anyText)
	if least > most {
		c.fail(at, "min_length must not be above max_length")
	}
	if value, _ := o["initial_value"].(string); utf8.RuneCountInString(value) > most {
		c.fail(at+"/initial_value", "must be less than %d characters", most+1)
	}
}

// fewEnough wants no more people to begin with than may be chosen.
func fewEnough(c *checker, v any, at string) {
	o := v.(map[string]any)
	users, _ := o["initial_users"].([]any)
	if most := count(o["max_selected_items"], math.MaxInt32); len(users) > most {
		c.fail(at+"/initial_users", "no more than %d items allowed", most)
	}
}

// count is a number of a document, or what stands for none.
func count(v any, none int) int {
	number, _ := v.(json.Number)
	n, err := strconv.Atoi(string(number))
	if err != nil {
		return none
	}
	return n
}

// submittable wants a submit button where there is something to submit.
func submittable(c *checker, v any, at string) {
	view := v.(map[string]any)
	blocks, _ := view["blocks"].([]any)
	for _, b := range blocks {
		o, _ := b.(map[string]any)
		if o["type"] == "input" && view["submit"] == nil {
			c.fail(at, "missing required field: submit")
			return
		}
	}
}
