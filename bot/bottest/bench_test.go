package bottest_test

import (
	"context"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

// What the double and slack-go cost by themselves, to be taken off what a bot is measured at.

func BenchmarkCommand(b *testing.B) {
	ws := start(b, bottest.Options{Keep: 100})
	connect(b, ws, ack(map[string]string{"text": "Request 12 is with the approvers."}))
	b.ReportAllocs()
	for b.Loop() {
		if a, err := ws.Command(context.Background(), alice, approval, "/i 100012345678 Alice"); err != nil || !a.OK() {
			b.Fatal(a, err)
		}
	}
}

func BenchmarkPostAndUpdate(b *testing.B) {
	ws := start(b, bottest.Options{Keep: 100})
	api := client(ws)
	content := []slack.MsgOption{says("card"), slack.MsgOptionBlocks(section("facts"), button("approve", "12")), metadata(12)}
	b.ReportAllocs()
	for b.Loop() {
		channel, ts, err := api.PostMessage(approval, content...)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, _, err := api.UpdateMessage(channel, ts, content...); err != nil {
			b.Fatal(err)
		}
	}
}
