package post

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// The people and places of the tests' workspace.
const (
	approvalsID = "C0APPROVE"
	askID       = "C0ASK"
)

var (
	ann = approvals.Person{ID: "U0ANN", Name: "ann"}
	eve = approvals.Person{ID: "U0EVE", Name: "eve"} // asks
)

// world is a workspace and a poster in it.
type world struct {
	*testing.T
	ctx    context.Context
	ws     *bottest.Workspace
	poster *Poster
	speaks words.Language
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &world{T: t, ctx: ctx, ws: bottest.Start(bottest.Options{Unlimited: true}), speaks: words.English}
	t.Cleanup(w.ws.Close)
	for _, p := range []approvals.Person{ann, eve} {
		w.ws.AddUser(bottest.User{ID: p.ID, Name: p.Name})
	}
	w.ws.AddChannel(bottest.Channel{ID: approvalsID, Name: "approvals", BotIsMember: true, Members: []string{ann.ID, eve.ID}})
	w.ws.AddChannel(bottest.Channel{ID: askID, Name: "ask"})
	api := webapi.NewClient(w.ws.APIURL(), w.ws.BotToken, w.ws.AppToken)
	who, err := api.Slack.AuthTestContext(ctx)
	w.must(err)
	w.poster = New(Config{API: api, Channel: approvalsID, User: who.UserID, Bot: who.BotID, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// say says a message in its slot.
func (w *world) say(m approvals.Message) (approvals.Place, error) {
	w.Helper()
	book := words.NewBook(w.speaks, "inst1", "https://home.slack.com/")
	switch m.Slot {
	case approvals.Card:
		return w.poster.Card(w.ctx, m, book.Lasting(func(in words.Book) words.Content { return in.Card(m.Request) }))
	case approvals.Thread:
		return w.poster.Reply(w.ctx, m, book.Lasting(func(in words.Book) words.Content { return in.Reply(m.Request, m.Event) }))
	case approvals.Direct:
		return w.poster.Direct(w.ctx, m, book.Lasting(func(in words.Book) words.Content { return in.Direct(m.Request, m.Event) }))
	}
	return w.poster.Whisper(w.ctx, m, book.Refusal(m.Event.Detail, m.Request))
}

// now is a message as it stands.
func (w *world) now(m bottest.Message) bottest.Message {
	w.Helper()
	m, ok := w.ws.Message(m.Ref())
	if !ok {
		w.Fatal("the message is gone")
	}
	return m
}

func contains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
}

// sent is request 12, approved and sent.
func sent() approvals.Request {
	asked := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	return approvals.Request{
		ID: 12, Requester: eve, AskedIn: askID, State: approvals.Approved, Required: 1,
		CreatedAt: asked, ExpiresAt: asked.Add(72 * time.Hour), DecidedAt: asked.Add(time.Minute),
		Decisions: []approvals.Decision{{By: ann, Verdict: approvals.Approve, At: asked.Add(time.Minute)}},
		Invitations: []approvals.Invitation{{ID: 7, State: approvals.Sent, Attempt: 1,
			Invitation: invite.Invitation{UIN: 100012345678, Name: "Alice", Remark: "invitebot 12, asked by eve"}}},
	}
}

// said is a message of each slot, about request 12.
func said(slot approvals.Slot) approvals.Message {
	m := approvals.Message{ID: "inst1." + string(slot), Slot: slot, DueSince: time.Now(), Request: sent()}
	m.Event = ledger.Event{Kind: ledger.Sent, Invitation: 7, Attempt: 1, Detail: ledger.Detail{RequestID: "req-1"}}
	switch slot {
	case approvals.Card:
		m.Event = ledger.Event{}
	case approvals.Direct:
		m.Recipient = eve.ID
	case approvals.Ephemeral:
		m.Recipient, m.Channel = eve.ID, approvalsID
		m.Event = ledger.Event{Kind: ledger.Refused, Detail: ledger.Detail{Why: ledger.DecidedBefore}}
	}
	return m
}

// withCard posts the card of a message's request.
func (w *world) withCard(m approvals.Message) approvals.Message {
	w.Helper()
	card := said(approvals.Card)
	card.ID, card.Request = "inst1.first", m.Request
	var err error
	m.Request.Card, err = w.say(card)
	w.must(err)
	return m
}

// shown is everything that everybody can see where a message may be posted.
func (w *world) shown(m approvals.Message) []bottest.Message {
	switch m.Slot {
	case approvals.Thread:
		return w.ws.Thread(m.Request.Card.Channel, m.Request.Card.TS)[1:]
	case approvals.Direct:
		return w.ws.DirectMessages(m.Recipient)
	case approvals.Ephemeral:
		return w.ws.Ephemerals(m.Recipient)
	}
	return w.ws.Messages(approvalsID)
}

func (w *world) message(slot approvals.Slot) approvals.Message {
	w.Helper()
	if slot == approvals.Thread {
		return w.withCard(said(slot))
	}
	return said(slot)
}

var lasting = []approvals.Slot{approvals.Card, approvals.Thread, approvals.Direct}

// place is where a message stands.
func place(m bottest.Message) approvals.Place { return approvals.Place{Channel: m.Channel, TS: m.TS} }

// isSure tells whether an error says that nothing was said.
func isSure(err error) bool {
	_, sure := errors.AsType[*approvals.NotSaidError](err)
	return sure
}
