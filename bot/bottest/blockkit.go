package bottest

import "maps"

// Block Kit as docs.slack.dev/reference/block-kit has it, of which what follows is
// known here: section, header, context, actions, divider, image, rich_text, in
// messages table and in views input; buttons, images, plain_text_input and multi_users_select. Numbers are characters or items.

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	anyText          = 3000 // a text object where nothing less is said
	anyURL           = 3000
)

// checkBlocks returns what is wrong with the blocks of a message, nil if nothing is.
func checkBlocks(blocks []any) []string {
	c := &checker{seen: map[string]bool{}}
	list(0, maxMessageBlocks, byType(messageBlocks()))(c, blocks, "/blocks")
	return c.problems
}

// checkView returns what is wrong with a view for a surface, nil if nothing is.
func checkView(view any, surface string) []string {
	c := &checker{seen: map[string]bool{}}
	byType(map[string]rule{surface: surfaces[surface]})(c, view, "/view")
	return c.problems
}

// plain is a plain_text object, texts one of either kind. Neither may be empty.
func plain(maximum int) rule {
	return byType(map[string]rule{"plain_text": plainObject(maximum)})
}

func texts(maximum int) rule { return byType(textObjects(maximum)) }

func textObjects(maximum int) map[string]rule {
	return map[string]rule{
		"plain_text": plainObject(maximum),
		"mrkdwn":     typed(fields{"text": text(1, maximum)}, fields{"verbatim": boolean}),
	}
}

func plainObject(maximum int) rule {
	return typed(fields{"text": text(1, maximum)}, fields{"emoji": boolean})
}

var confirm = object(
	fields{"title": plain(100), "text": texts(300), "confirm": plain(30), "deny": plain(30)},
	fields{"style": enum("primary", "danger")},
)

var button = typed(
	fields{"text": plain(75)},
	fields{
		"action_id": uniqueInBlock("action_id"), "value": text(1, 2000), "url": text(1, anyURL),
		"style": enum("primary", "danger"), "confirm": confirm, "accessibility_label": text(1, 75),
	},
)

var imageElement = typed(fields{"image_url": text(1, anyURL), "alt_text": text(1, 2000)}, nil)

// block is a block with a block_id that may be left out.
func block(required, optional fields) rule {
	all := fields{"block_id": unique("block_id")}
	maps.Copy(all, optional)
	return typed(required, all)
}

// commonBlocks can be in messages and in views.
var commonBlocks = map[string]rule{
	"actions": block(fields{"elements": list(1, 25, byType(map[string]rule{"button": button}))}, nil),
	"context": block(fields{"elements": list(1, 10, byType(contextElements()))}, nil),
	"divider": block(nil, nil),
	"header":  block(fields{"text": plain(150)}, fields{"level": integer(1, 4)}),
	"image": block(
		fields{"image_url": text(1, anyURL), "alt_text": text(1, 2000)},
		fields{"title": plain(2000)},
	),
	"rich_text": block(fields{"elements": list(1, 1000, byType(richTextElements))}, nil),
	"section": both(sectionHasText, block(nil, fields{
		"text": texts(3000), "fields": list(1, 10, texts(2000)), "expand": boolean,
		"accessory": byType(map[string]rule{"button": button, "image": imageElement}),
	})),
}

func contextElements() map[string]rule {
	elements := textObjects(anyText)
	elements["image"] = imageElement
	return elements
}

func sectionHasText(c *checker, v any, at string) {
	o := v.(map[string]any)
	if o["text"] == nil && o["fields"] == nil {
		c.fail(at, "must define either `text` or `fields`")
	}
}
