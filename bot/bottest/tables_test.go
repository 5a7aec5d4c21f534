package bottest_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func rawCell(text string) string { return `{"type":"raw_text","text":"` + text + `"}` }

func richCell(elements string) string {
	return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + elements + `]}]}`
}

func tableOf(rows, more string) string { return `{"type":"table","rows":[` + rows + `]` + more + `}` }

// tableWith is a table of so many rows and columns, with the same text in each cell.
func tableWith(rows, columns int, text string) string {
	return tableOf(times(rows, func(int) string {
		return "[" + times(columns, func(int) string { return rawCell(text) }) + "]"
	}), "")
}

func TestTables(t *testing.T) {
	ws := start(t, bottest.Options{Unlimited: true})
	one := "[" + rawCell("x") + "]"
	settings := func(s string) string { return tableOf(one, `,"column_settings":[`+s+`]`) }
	for _, c := range []struct{ name, blocks, code, want string }{
		{"of all sizes", tableWith(100, 20, "12345"), "", ""},
		{"101 rows", tableWith(101, 1, "x"), "invalid_blocks", "no more than 100 items allowed [json-pointer:/blocks/0/rows]"},
		{"21 columns", tableWith(1, 21, "x"), "invalid_blocks", "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"},
		{"no row", tableOf("", ""), "invalid_blocks", "no fewer than 1 items allowed"},
		{"no cell", tableOf("[]", ""), "invalid_blocks", "no fewer than 1 items allowed"},
		{"an empty cell", tableWith(1, 1, ""), "invalid_blocks", "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"},
		{"null", tableOf("[null]", ""), "invalid_blocks", "must be an object"},
		{"a number", tableOf(`[{"type":"raw_number","value":1}]`, ""), "invalid_blocks", "unsupported type: raw_number"},
		{"mrkdwn", tableOf(`[{"type":"mrkdwn","text":"x"}]`, ""), "invalid_blocks", "unsupported type: mrkdwn"},
		{"rich text", tableOf("["+richCell(`{"type":"link","url":"https://x"}`)+","+rawCell("x")+"]", ""), "", ""},
		{"rich text that isn't", tableOf("["+richCell(`{"type":"blink"}`)+"]", ""), "invalid_blocks", "unsupported type: blink"},
		{"settings", settings(`{"align":"right"},{"is_wrapped":true}`), "", ""},
		{"an unknown setting", settings(`{"width":3}`), "invalid_blocks", "invalid additional property: width"},
		{"an unknown side", settings(`{"align":"top"}`), "invalid_blocks", "must be one of"},
		{"21 settings", settings(times(21, func(int) string { return "{}" })), "invalid_blocks", "no more than 20 items allowed"},
		{"10,000 characters", tableWith(10, 10, x(100)), "", ""},
		{"one more", tableOf("["+times(4, func(int) string { return rawCell(x(2500)) })+","+richCell(`{"type":"text","text":"x"}`)+"]", ""), "invalid_blocks", "more than 10000 characters"},
		{"an address counts", tableOf("["+rawCell(x(9995))+","+richCell(`{"type":"link","url":"https://x"}`)+"]", ""), "invalid_blocks", "more than 10000 characters"},
		{"two tables", tableOf(one, "") + "," + tableOf(one, ""), "invalid_attachments", "only_one_table_allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var blocks []slack.Block
			for _, b := range must(split(c.blocks)) {
				blocks = append(blocks, raw(b))
			}
			_, _, err := client(ws).PostMessage(approval, says("x"), slack.MsgOptionBlocks(blocks...))
			wantCode(t, err, c.code)
			if got := messagesOf(err); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestATableOfSlackGo(t *testing.T) {
	ws := start(t, bottest.Options{})
	rows := slack.NewTableBlock("t").AddRow(slack.NewTableRawTextCell("Name"), slack.NewTableRawTextCell("State")).
		AddRow(slack.NewTableRichTextCell(slack.NewRichTextSection(slack.NewRichTextSectionUserElement(alice, nil))), slack.NewTableRawTextCell("done")).
		WithColumnSettings(slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true}, slack.ColumnSetting{Align: slack.ColumnAlignmentRight})
	ref := post(t, ws, approval, says("x"), slack.MsgOptionBlocks(section("before"), rows))
	m, _ := ws.Message(ref)
	if !strings.Contains(string(m.Blocks), `"table"`) {
		t.Errorf("got %s", m.Blocks)
	}
}

func TestATableInAModal(t *testing.T) {
	ws := start(t, bottest.Options{})
	v := formModal()
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, raw(tableWith(1, 1, "x")))
	_, err := client(ws).OpenView("1.2.3", v)
	wantCode(t, err, "invalid_arguments")
	if got := messagesOf(err); !strings.Contains(got, "unsupported type: table") {
		t.Errorf("got %s", got)
	}
}
