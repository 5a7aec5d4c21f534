package bottest

import (
	"maps"
	"unicode/utf8"
)

// maxTable is how many characters the cells of all tables of a message may have.
const maxTable = 10_000

// table is docs.slack.dev/reference/block-kit/blocks/table-block. Cells of numbers (raw_number) are refused: Slack refused them for
// a long time. So are empty cells: raw_text wants a character.
var table = block(
	fields{"rows": list(1, 100, list(1, 20, byType(map[string]rule{
		"raw_text":  typed(fields{"text": text(1, maxTable)}, nil),
		"rich_text": commonBlocks["rich_text"],
	})))},
	fields{"column_settings": list(0, 20, object(nil, fields{
		"align": enum("left", "center", "right"), "is_wrapped": boolean,
	}))},
)

// messageBlocks are all blocks of a message. A table can't be in a modal or a home.
func messageBlocks() map[string]rule {
	blocks := maps.Clone(commonBlocks)
	blocks["table"] = table
	return blocks
}

// apart are the tables of a message and all else. Tables have limits of their own, and don't count towards maxBlocks, in which what
// is documented to fit into a table wouldn't.
func apart(blocks []any) (tables, others []any) {
	for _, b := range blocks {
		if o, _ := b.(map[string]any); o["type"] == "table" {
			tables = append(tables, o["rows"])
		} else {
			others = append(others, b)
		}
	}
	return tables, others
}

// checkTables wants one table at most, and not too much in it. Slack's code for several is invalid_attachments.
func checkTables(tables []any) error {
	switch {
	case len(tables) > 1:
		return refuse("invalid_attachments", "only_one_table_allowed")
	case characters(tables) > maxTable:
		return refuse("invalid_blocks", "the tables have more than 10000 characters")
	}
	return nil
}

// characters is how many characters a document shows: its texts, and the addresses of links without one.
func characters(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			n += characters(item)
		}
	case map[string]any:
		for name, value := range v {
			s, ok := value.(string)
			switch {
			case !ok:
				n += characters(value)
			case name == "text", name == "url" && v["text"] == nil:
				n += utf8.RuneCountInString(s)
			}
		}
	}
	return n
}
