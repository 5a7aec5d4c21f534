package bottest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A rule checks one value of a JSON document and reports what is wrong with it and
// where. Rules are put together like the documents that they describe.
type rule func(c *checker, v any, at string)

// checker collects problems and the IDs seen so far.
type checker struct {
	problems []string
	seen     map[string]bool
}

// fail reports a problem in the form of Slack's response_metadata.messages.
func (c *checker) fail(at, format string, a ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, a...), at))
}

// text is a string of min to max characters.
func text(minimum, maximum int) rule {
	return func(c *checker, v any, at string) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			c.fail(at, "must be a string")
		case n < minimum:
			c.fail(at, "must be more than %d characters", minimum-1)
		case n > maximum:
			c.fail(at, "must be less than %d characters", maximum+1)
		}
	}
}

// unique is text(1, 255) that occurs once in the document among those of its kind.
func unique(kind string) rule { return uniqueIn(kind, func(string) string { return "" }) }

// uniqueInBlock is text(1, 255) that occurs once in its block among those of its kind: several rows of a list may have the same button.
func uniqueInBlock(kind string) rule { return uniqueIn(kind, blockOf) }

// blockOf is where the block is that something is in: "/blocks/3" of "/blocks/3/accessory/action_id".
func blockOf(at string) string {
	before, inside, _ := strings.Cut(at, "/blocks/")
	number, _, _ := strings.Cut(inside, "/")
	return before + "/blocks/" + number
}

func uniqueIn(kind string, scope func(at string) string) rule {
	length := text(1, 255)
	return func(c *checker, v any, at string) {
		length(c, v, at)
		key := fmt.Sprint(scope(at), " ", kind, " ", v)
		if c.seen[key] {
			c.fail(at, "%s %q already exists", kind, v)
		}
		c.seen[key] = true
	}
}

// enum is one of these strings.
func enum(values ...string) rule {
	return func(c *checker, v any, at string) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.fail(at, "must be one of %q", values)
		}
	}
}

func boolean(c *checker, v any, at string) {
	if _, ok := v.(bool); !ok {
		c.fail(at, "must be true or false")
	}
}

// integer is a whole number from minimum to maximum.
func integer(minimum, maximum int64) rule {
	return func(c *checker, v any, at string) {
		number, _ := v.(json.Number)
		n, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil || n < minimum || n > maximum {
			c.fail(at, "must be a whole number from %d to %d", minimum, maximum)
		}
	}
}

// list is an array of minimum to maximum items.
func list(minimum, maximum int, item rule) rule {
	return func(c *checker, v any, at string) {
		items, ok := v.([]any)
		switch {
		case !ok:
			c.fail(at, "must be an array")
		case len(items) < minimum:
			c.fail(at, "no fewer than %d items allowed", minimum)
		case len(items) > maximum:
			c.fail(at, "no more than %d items allowed", maximum)
		}
		for i, each := range items {
			item(c, each, at+"/"+strconv.Itoa(i))
		}
	}
}

// fields are an object's properties.
type fields map[string]rule

// object has the required properties, maybe the optional ones, and no others.
func object(required, optional fields) rule {
	return func(c *checker, v any, at string) {
		o, ok := v.(map[string]any)
		if !ok {
			c.fail(at, "must be an object")
			return
		}
		for _, name := range names(required) {
			if _, ok := o[name]; !ok {
				c.fail(at, "missing required field: %s", name)
			}
		}
		for _, name := range names(o) {
			check := required[name]
			if check == nil {
				check = optional[name]
			}
			if check == nil {
				c.fail(at, "invalid additional property: %s", name)
				continue
			}
			check(c, o[name], at+"/"+name)
		}
	}
}

// byType is an object that its type tells the rule for. The rule needn't know "type".
func byType(rules map[string]rule) rule {
	return func(c *checker, v any, at string) {
		o, ok := v.(map[string]any)
		if !ok {
			c.fail(at, "must be an object")
			return
		}
		kind, _ := o["type"].(string)
		check := rules[kind]
		if check == nil {
			c.fail(at, "unsupported type: %v", o["type"])
			return
		}
		check(c, o, at)
	}
}

// typed is an object with a type, which byType has looked at.
func typed(required, optional fields) rule {
	all := fields{"type": func(*checker, any, string) {}}
	for name, check := range required {
		all[name] = check
	}
	return object(all, optional)
}

// both applies two rules.
func both(first, second rule) rule {
	return func(c *checker, v any, at string) {
		first(c, v, at)
		second(c, v, at)
	}
}

func names[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
