package bottest

import (
	"encoding/json"
	"testing"
)

// Whatever JSON comes, the validator answers; and what it takes can be worked with.
func FuzzContent(f *testing.F) {
	f.Add(`[{"type":"section","text":{"type":"mrkdwn","text":"x"}}]`)
	f.Add(`[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]}]`)
	f.Add(`{"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[{"type":"input"},3,null]}`)
	f.Add(`[null,[],{"type":"rich_text","elements":[{"type":"rich_text_list","elements":{}}]}]`)
	ws := Start(Options{})
	f.Cleanup(ws.Close)
	f.Fuzz(func(t *testing.T, raw string) {
		_, _ = readView(raw, modalView)
		_ = readReply(json.RawMessage(raw))
		c, err := readContent(args{"blocks": raw, "metadata": raw}, maxPostText)
		if err != nil {
			return
		}
		ws.mu.Lock()
		blocks := ws.withBlockIDs(c.Blocks)
		ws.mu.Unlock()
		if !json.Valid(blocks) {
			t.Errorf("%s became %s", raw, blocks)
		}
		if _, err := findButton(blocks, "a"); err == nil && c.Blocks == nil {
			t.Error("found a button where there are no blocks")
		}
	})
}
