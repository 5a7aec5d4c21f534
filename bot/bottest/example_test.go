package bottest_test

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

func Example() {
	ws := bottest.Start(bottest.Options{})
	defer ws.Close()
	ws.AddUser(bottest.User{ID: "U0ALICE", Name: "alice"})
	ws.AddChannel(bottest.Channel{ID: "C0GENERAL", Name: "general"})

	// The app: it greets whoever types a command.
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	app := socketmode.New(slack.New(ws.BotToken,
		slack.OptionAPIURL(ws.APIURL()), slack.OptionAppLevelToken(ws.AppToken)))
	go func() { _ = app.RunContext(ctx) }()
	go func() {
		for e := range app.Events {
			if c, ok := e.Data.(slack.SlashCommand); ok {
				_ = app.Ack(*e.Request, map[string]string{"text": "Hello " + c.Text})
			}
		}
	}()

	// The person: she types one.
	if err := ws.WaitConnected(ctx, 1); err != nil {
		panic(err)
	}
	answer, err := ws.Command(ctx, "U0ALICE", "C0GENERAL", "/greet Bob")
	fmt.Println(answer.Text, err)
	// Output: Hello Bob <nil>
}
