package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/invite"
)

// envelopeTypes are those that want an acknowledgement: of the two that mean something here, and of others.
var envelopeTypes = []string{socket.Command, socket.Interactive, "events_api", "something new"}

// seedInstallation stands in the seeds where the name of the database is, which no seed can know.
const seedInstallation = "INSTALLATION"

// FuzzEnvelope: whatever an envelope carries, it is acknowledged, in words where a person waits for words, and no
// handler panics. What isn't JSON doesn't harm the connection. The seeds are commands and clicks on request 1.
func FuzzEnvelope(f *testing.F) {
	ws, bot, log := fuzzedBot(f)
	number := 0
	f.Fuzz(func(t *testing.T, kind uint8, payload string) {
		number++
		payload = strings.ReplaceAll(payload, seedInstallation, bot.desk.Installation())
		e := bottest.Envelope{ID: fmt.Sprint("envelope ", number), Type: envelopeTypes[int(kind)%len(envelopeTypes)], Payload: json.RawMessage(payload)}
		if !json.Valid(e.Payload) {
			ws.Frame([]byte(`{"envelope_id":"broken","type":"` + e.Type + `","payload":` + payload + `}`))
			e.Type, e.Payload = socket.Command, json.RawMessage(`{"text":"help"}`)
		}
		answers, err := ws.Do(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		bot.listener.WaitCalm(t.Context(), time.Minute) // for what follows the acknowledgement
		if !answers[0].OK() {
			t.Errorf("%s: %s", answers[0].Failure, e.Payload)
		}
		if e.Type == socket.Command && !bytes.Contains(answers[0].Payload, []byte(`"text":"`)) {
			t.Errorf("a command is answered with %s", answers[0].Payload)
		}
		if said := log.String(); said != "" {
			t.Error(said)
		}
	})
}

// fuzzedBot is a bot that is connected to a workspace and has one request. Its log has errors only.
func fuzzedBot(f *testing.F) (*bottest.Workspace, *Bot, *syncBuffer) {
	f.Helper()
	must := func(err error) {
		f.Helper()
		if err != nil {
			f.Fatal(err)
		}
	}
	ws, errors := bottest.Start(bottest.Options{Unlimited: true, Keep: 100, AckTimeout: time.Minute}), &syncBuffer{}
	f.Cleanup(ws.Close)
	(&world{ws: ws}).populate()
	log := slog.New(slog.NewTextHandler(errors, &slog.HandlerOptions{Level: slog.LevelError}))
	store, err := approvals.Open(f.Context(), "sqlite:"+filepath.Join(f.TempDir(), "bot.db"), approvals.Options{Log: log})
	must(err)
	f.Cleanup(func() { must(store.Close()) })
	desk := approvals.NewDesk(store, approvals.Rules{Required: 1})
	_, err = desk.Submit(f.Context(), approvals.Submission{Requester: eve, Channel: askID,
		Invitations: []invite.Invitation{{UIN: 100012345678, Name: "Alice", Remark: "r"}}})
	must(err)
	bot, err := New(Config{API: webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken), Connections: 1, Channel: approvalsID,
		Approvers: []string{ann.ID, groupID}, Log: log}, desk)
	must(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- bot.Run(ctx) }()
	f.Cleanup(func() {
		stop()
		must(<-ended)
	})
	must(ws.WaitConnected(f.Context(), 1))
	<-bot.Connected()
	return ws, bot, errors
}
