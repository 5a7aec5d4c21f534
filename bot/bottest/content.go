package bottest

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Limits of a message's text, in characters: chat.postMessage cuts text above
// 40,000 (here it is refused, so that nobody relies on the cut), chat.update
// refuses text above 4,000.
const (
	maxPostText   = 40_000
	maxUpdateText = 4_000
)

// maxMetadata is the size of a message's metadata in bytes. Slack has a limit and
// doesn't name it (metadata_too_large).
const maxMetadata = 16 << 10

// maxBlocks is how many characters of JSON all blocks of a message but tables may have. Slack has such a limit and doesn't name it; reports
// are of 12,000 to 13,300.
const maxBlocks = 12_000

// content is what a message is to contain.
type content struct {
	Version
	hasBlocks, hasMetadata bool
	warning                string // of metadata that was dropped
}

// warned is an answer with the warning in it, as Slack gives it: the call has taken effect.
func (c content) warned(a answer) answer {
	if c.warning != "" {
		a["warning"] = c.warning
		a["response_metadata"] = answer{"warnings": []string{c.warning}}
	}
	return a
}

// readContent reads and checks text, blocks and metadata. All other arguments about
// looks (link_names, parse, unfurl_links, …) are ignored.
func readContent(a args, maxText int) (content, error) {
	c := content{Version: Version{Text: a["text"]}}
	if utf8.RuneCountInString(c.Text) > maxText {
		return c, refuse("msg_too_long")
	}
	var err error
	if c.Blocks, c.hasBlocks, err = readBlocks(a); err != nil {
		return c, err
	}
	if err = c.readMetadata(a); err != nil {
		return c, err
	}
	if c.Text == "" && c.Blocks == nil {
		return c, refuse("no_text")
	}
	return c, nil
}

func readBlocks(a args) (blocks json.RawMessage, given bool, err error) {
	raw, given := a["blocks"]
	if !given {
		return nil, false, nil
	}
	list, ok := decode([]byte(raw)).([]any)
	if !ok {
		return nil, true, refuse("invalid_blocks_format")
	}
	tables, others := apart(list)
	if sizeOf(others) > maxBlocks {
		return nil, true, refuse("msg_blocks_too_long")
	}
	if problems := checkBlocks(list); problems != nil {
		return nil, true, refuse("invalid_blocks", problems...)
	}
	if err := checkTables(tables); err != nil {
		return nil, true, err
	}
	if len(list) == 0 {
		return nil, true, nil
	}
	return json.RawMessage(raw), true, nil
}

// sizeOf is how many characters of JSON something takes, written as short as can be.
func sizeOf(v any) int {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // what was decoded
	return utf8.RuneCountInString(b.String())
}

// readMetadata wants an event type and a flat payload; an empty object is no metadata. What has another form is dropped, with a
// warning that nobody has to read.
func (c *content) readMetadata(a args) error {
	raw, given := a["metadata"]
	if !given {
		return nil
	}
	if len(raw) > maxMetadata {
		return refuse("metadata_too_large")
	}
	m, ok := decode([]byte(raw)).(map[string]any)
	switch {
	case !ok:
		c.warning = "invalid_metadata_format"
	case len(m) == 0:
		c.hasMetadata = true
	case !validMetadata(m):
		c.warning = "invalid_metadata_schema"
	default:
		c.Metadata, c.hasMetadata = json.RawMessage(raw), true
	}
	return nil
}

func validMetadata(m map[string]any) bool {
	kind, _ := m["event_type"].(string)
	payload, ok := m["event_payload"].(map[string]any)
	if kind == "" || !ok || len(m) != 2 {
		return false
	}
	for _, value := range payload {
		switch value.(type) {
		case map[string]any, []any:
			return false
		}
	}
	return true
}

// decode reads JSON, numbers as json.Number; nil if it isn't JSON.
func decode(raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.More() {
		return nil
	}
	return v
}

// withBlockIDs gives the blocks that have none an ID, as Slack does, and leaves the
// rest of the JSON as it came. ws.mu is held.
func (ws *Workspace) withBlockIDs(blocks json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if blocks == nil || json.Unmarshal(blocks, &list) != nil {
		return blocks
	}
	var filled bytes.Buffer
	filled.WriteByte('[')
	for i, block := range list {
		if i > 0 {
			filled.WriteByte(',')
		}
		var has struct {
			ID string `json:"block_id"`
		}
		if json.Unmarshal(block, &has) == nil && has.ID == "" {
			filled.WriteString(`{"block_id":"` + ws.id("b") + `",`)
			block = block[1:] // every block has a type, so something follows the comma
		}
		filled.Write(block)
	}
	filled.WriteByte(']')
	return filled.Bytes()
}
