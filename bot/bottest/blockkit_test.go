package bottest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

// raw is a block of any JSON.
type raw string

func (raw) BlockType() slack.MessageBlockType { return "raw" }
func (raw) ID() string                        { return "" }
func (r raw) MarshalJSON() ([]byte, error)    { return []byte(r), nil }

func x(n int) string { return strings.Repeat("é", n) } // 2n bytes

func plainText(s string) string {
	return string(must(json.Marshal(map[string]string{"type": "plain_text", "text": s})))
}

func buttonWith(id, more string) string {
	return fmt.Sprintf(`{"type":"button","action_id":%q,"text":%s%s}`, id, plainText("Go"), more)
}

func actions(elements ...string) string {
	return `{"type":"actions","elements":[` + strings.Join(elements, ",") + `]}`
}

func confirmWith(title, body, yes, no string) string {
	return fmt.Sprintf(`,"confirm":{"title":%s,"text":%s,"confirm":%s,"deny":%s}`,
		plainText(title), plainText(body), plainText(yes), plainText(no))
}

func times(n int, f func(i int) string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = f(i)
	}
	return strings.Join(list, ",")
}

func TestBlocks(t *testing.T) {
	ws := start(t, bottest.Options{Unlimited: true})
	api := client(ws)
	const fine = ""
	sectionText := func(n int) string {
		return fmt.Sprintf(`{"type":"section","text":{"type":"mrkdwn","text":%q}}`, x(n))
	}
	sectionFields := func(n, long int) string {
		return `{"type":"section","fields":[` + times(n, func(int) string { return plainText(x(long)) }) + `]}`
	}
	header := func(text string) string { return `{"type":"header","text":` + text + `}` }
	buttons := func(n int) string {
		return actions(times(n, func(i int) string { return buttonWith(fmt.Sprint("a", i), "") }))
	}
	rich := func(element string) string { return `{"type":"rich_text","elements":[` + element + `]}` }
	line := func(elements string) string {
		return rich(`{"type":"rich_text_section","elements":[` + elements + `]}`)
	}
	for _, c := range []struct{ name, blocks, want string }{
		{"50 blocks", times(50, func(int) string { return `{"type":"divider"}` }), fine},
		{"51 blocks", times(51, func(int) string { return `{"type":"divider"}` }), "no more than 50 items allowed [json-pointer:/blocks]"},
		{"a type that isn't", `{"type":"carousel2"}`, "unsupported type: carousel2 [json-pointer:/blocks/0]"},
		{"no type", `{}`, "unsupported type"},
		{"no object", `3`, "must be an object [json-pointer:/blocks/0]"},
		{"unknown key", `{"type":"divider","colour":"red"}`, "invalid additional property: colour [json-pointer:/blocks/0]"},
		{"input in a message", `{"type":"input"}`, "unsupported type: input"},

		{"section", sectionText(3000), fine},
		{"section too long", sectionText(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{"section empty", sectionText(0), "must be more than 0 characters"},
		{"section with nothing", `{"type":"section"}`, "must define either `text` or `fields` [json-pointer:/blocks/0]"},
		{"fields", sectionFields(10, 1000), fine},
		{"fields too many", sectionFields(11, 1), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{"field too long", sectionFields(1, 2001), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},
		{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "invalid additional property: emoji"},
		{"text of another type", `{"type":"section","text":{"type":"html","text":"x"}}`, "unsupported type: html [json-pointer:/blocks/0/text]"},
		{"text that is a number", `{"type":"section","text":{"type":"mrkdwn","text":1}}`, "must be a string"},
		{"button beside", `{"type":"section","text":` + plainText("x") + `,"accessory":` + buttonWith("a", "") + `}`, fine},

		{"header", header(plainText(x(150))), fine},
		{"header too long", header(plainText(x(151))), "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
		{"header in mrkdwn", header(`{"type":"mrkdwn","text":"x"}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/text]"},

		{"context", `{"type":"context","elements":[` + times(10, func(int) string { return plainText("x") }) + `]}`, fine},
		{"context too long", `{"type":"context","elements":[` + times(11, func(int) string { return plainText("x") }) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
		{"context empty", `{"type":"context","elements":[]}`, "no fewer than 1 items allowed"},
		{"image", `{"type":"image","image_url":"https://x","alt_text":"x"}`, fine},
		{"image without alt_text", `{"type":"image","image_url":"https://x"}`, "missing required field: alt_text [json-pointer:/blocks/0]"},

		{"25 buttons", buttons(25), fine},
		{"26 buttons", buttons(26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
		{"a menu", actions(`{"type":"static_select"}`), "unsupported type: static_select [json-pointer:/blocks/0/elements/0]"},
		{"button text", actions(`{"type":"button","text":` + plainText(x(75)) + `}`), fine},
		{"button text too long", actions(`{"type":"button","text":` + plainText(x(76)) + `}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{"button value", actions(buttonWith("a", `,"value":"`+x(2000)+`"`)), fine},
		{"button value too long", actions(buttonWith("a", `,"value":"`+x(2001)+`"`)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
		{"button style", actions(buttonWith("a", `,"style":"huge"`)), "must be one of"},
		{"action_id", actions(buttonWith(x(255), "")), fine},
		{"action_id too long", actions(buttonWith(x(256), "")), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"},
		{"action_id twice", actions(buttonWith("a", ""), buttonWith("a", "")), `action_id "a" already exists [json-pointer:/blocks/0/elements/1/action_id]`},
		{"action_id in two blocks", actions(buttonWith("a", "")) + "," + actions(buttonWith("a", "")), fine},
		{"block_id twice", `{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}`, `block_id "b" already exists [json-pointer:/blocks/1/block_id]`},
		{"block_id too long", `{"type":"divider","block_id":"` + x(256) + `"}`, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},

		{"confirm", actions(buttonWith("a", confirmWith(x(100), x(300), x(30), x(30)))), fine},
		{"confirm title", actions(buttonWith("a", confirmWith(x(101), "x", "x", "x"))), "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]"},
		{"confirm text", actions(buttonWith("a", confirmWith("x", x(301), "x", "x"))), "must be less than 301 characters"},
		{"confirm yes", actions(buttonWith("a", confirmWith("x", "x", x(31), "x"))), "must be less than 31 characters"},
		{"confirm no", actions(buttonWith("a", confirmWith("x", "x", "x", x(31)))), "must be less than 31 characters"},

		{"rich text", line(`{"type":"text","text":"x","style":{"bold":true}},{"type":"user","user_id":"U1"},{"type":"date","timestamp":1720710212,"format":"{date}"}`), fine},
		{"rich text, empty", line(`{"type":"text","text":""}`), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"},
		{"rich text, unknown", line(`{"type":"blink"}`), "unsupported type: blink [json-pointer:/blocks/0/elements/0/elements/0]"},
		{"rich text, unknown style", line(`{"type":"text","text":"x","style":{"loud":true}}`), "invalid additional property: loud"},
		{"rich text, list", rich(`{"type":"rich_text_list","style":"bullet","indent":0,"elements":[{"type":"rich_text_section","elements":[]}]}`), fine},
		{"rich text, code", rich(`{"type":"rich_text_preformatted","border":0,"elements":[{"type":"text","text":"x"}]}`), fine},
	} {
		t.Run(c.name, func(t *testing.T) {
			var blocks []slack.Block
			for _, b := range must(split(c.blocks)) {
				blocks = append(blocks, raw(b))
			}
			_, _, err := api.PostMessage(approval, says("x"), slack.MsgOptionBlocks(blocks...))
			if c.want == fine {
				wantCode(t, err, "")
				return
			}
			wantCode(t, err, "invalid_blocks")
			var refused slack.SlackErrorResponse
			errors.As(err, &refused)
			if got := strings.Join(refused.ResponseMetadata.Messages, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func split(blocks string) (list []json.RawMessage, err error) {
	return list, json.Unmarshal([]byte("["+blocks+"]"), &list)
}

func TestBlocksThatAreNone(t *testing.T) {
	ws := start(t, bottest.Options{Unlimited: true})
	_, _, err := client(ws).PostMessage(approval, slack.UnsafeMsgOptionEndpoint(ws.APIURL()+"chat.postMessage",
		func(v url.Values) { v.Set("blocks", `[{"type":`) }))
	wantCode(t, err, "invalid_blocks_format")
}

// What slack-go's constructors make is what the validator takes.
func TestBlocksOfSlackGo(t *testing.T) {
	ws := start(t, bottest.Options{Unlimited: true})
	text := func(s string) *slack.TextBlockObject { return slack.NewTextBlockObject("plain_text", s, false, false) }
	button := slack.NewButtonBlockElement("approve", "12", text("Approve")).WithStyle(slack.StylePrimary).
		WithConfirm(slack.NewConfirmationBlockObject(text("Sure?"), text("Alice"), text("Yes"), text("No")))
	style := &slack.RichTextSectionTextStyle{Code: true}
	post(t, ws, approval, says("x"), slack.MsgOptionBlocks(
		slack.NewHeaderBlock(text("Invite")),
		slack.NewDividerBlock(),
		slack.NewSectionBlock(nil, []*slack.TextBlockObject{text("a"), text("b")}, slack.NewAccessory(
			slack.NewButtonBlockElement("more", "", text("More")))),
		slack.NewRichTextBlock("r",
			slack.NewRichTextSection(
				slack.NewRichTextSectionTextElement("x", style),
				slack.NewRichTextSectionUserElement(alice, nil),
				slack.NewRichTextSectionLinkElement("https://example.com", "", nil),
				slack.NewRichTextSectionDateElement(time.Now().Unix(), "{date}", nil, nil),
			),
			slack.NewRichTextList(slack.RTEListBullet, 0, slack.NewRichTextSection(slack.NewRichTextSectionTextElement("x", nil))),
			&slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement("x", nil)}},
		),
		slack.NewContextBlock("", slack.NewTextBlockObject("mrkdwn", "x", false, true)),
		slack.NewActionBlock("decide", button),
	))
}
