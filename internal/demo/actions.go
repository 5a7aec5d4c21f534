package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// deed is what somebody does on the page. Only the fields that the action needs are set.
type deed struct {
	As      string            `json:"as"` // who
	Channel string            `json:"channel"`
	TS      string            `json:"ts"` // the message that is meant, or the thread
	Text    string            `json:"text"`
	Button  string            `json:"button"` // "block_id/action_id", or a shortcut's callback_id
	View    string            `json:"view"`
	Values  map[string]string `json:"values"` // of a modal, by "block_id/action_id"
	UIN     string            `json:"uin"`
	Trouble string            `json:"trouble"`
	On      bool              `json:"on"`
}

// actions are what can be done. The text that they return, and an error, is what the person is told at once; what
// follows shows in the state. With an error nothing was done, and what was typed stays in the box.
var actions = map[string]func(*world, context.Context, deed) (string, error){
	"say":      (*world).say,
	"shortcut": (*world).shortcut,
	"click":    (*world).click,
	"press":    (*world).pressInView,
	"submit":   (*world).submit,
	"close":    (*world).closeView,
	"dismiss":  (*world).dismissView,
	"home":     (*world).openHome,
	"language": (*world).speak,
	"accept":   owners((*invitetest.Organization).Accept),
	"decline":  owners((*invitetest.Organization).Decline),
	"cancel":   owners((*invitetest.Organization).Cancel),
	"leave":    owners((*invitetest.Organization).Leave),
	"pass":     (*world).pass,
	"trouble":  func(w *world, _ context.Context, d deed) (string, error) { return "", w.makeTrouble(d.Trouble, d.On) },
	"restart":  func(w *world, _ context.Context, d deed) (string, error) { return "", w.restart() },
}

// refusal is an error in sentences, for the person who did something.
type refusal string

func (r refusal) Error() string { return string(r) }

// maxDeed bounds what the page may send.
const maxDeed = 64 << 10

// serveAction does one thing. It asks for JSON, which no form of another page can send.
func (w *world) serveAction(rw http.ResponseWriter, r *http.Request) {
	act, ok := actions[r.PathValue("action")]
	if !ok {
		http.NotFound(rw, r)
		return
	}
	var d deed
	if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(http.MaxBytesReader(rw, r.Body, maxDeed)).Decode(&d) != nil {
		http.Error(rw, "this isn't what the page sends", http.StatusBadRequest)
		return
	}
	notice, err := act(w, r.Context(), d)
	if err != nil {
		notice = err.Error()
	}
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(map[string]any{"notice": notice, "done": err == nil}) // fails where the page is gone
}

// say posts a message, or runs a command where it begins like one.
func (w *world) say(ctx context.Context, d deed) (string, error) {
	text := strings.TrimSpace(d.Text)
	if text == "" {
		return "", nil
	}
	if !strings.HasPrefix(text, "/") {
		_, err := w.slack.Say(d.As, d.Channel, d.TS, text)
		return "", err
	}
	name, rest := text, ""
	if end := strings.IndexFunc(text, unicode.IsSpace); end >= 0 {
		name, rest = text[:end], strings.TrimSpace(text[end:])
	}
	switch {
	case d.TS != "":
		return "", refusal(name + " is not supported in threads. Sorry!") // in Slack's words
	case name != commands[0].Name:
		return "", refusal(fmt.Sprintf("%s is not a command of this workspace. Try %s.", name, commands[0].Name))
	case w.isStranger(d.As):
		return fmt.Sprintf("Slack gives %s to people of this workspace only, and you are a guest from Northwind. The buttons in a shared channel are there for you too: try one.", name), nil
	}
	a, err := w.slack.Command(ctx, d.As, d.Channel, name+" "+rest) // the answer shows as an ephemeral message
	w.noteUnheard(a)
	return "", err
}

func (w *world) isStranger(user string) bool {
	for _, p := range cast {
		if p.ID == user {
			return p.TeamID != ""
		}
	}
	return true
}

func (w *world) click(ctx context.Context, d deed) (string, error) {
	return w.told(w.slack.Click(ctx, d.As, bottest.Ref{Channel: d.Channel, TS: d.TS}, d.Button))
}

// told is what somebody is told of a click or of a modal that was sent off.
func (w *world) told(a bottest.Answer, err error) (string, error) {
	w.noteUnheard(a)
	return failed(a), err
}

// failed is what Slack says where the bot doesn't answer a click or a modal. The bot may have got it and done it before
// it was killed, unless there was no connection to send it over.
func failed(a bottest.Answer) string {
	switch a.Failure {
	case "":
		return ""
	case bottest.Undispatched:
		return fmt.Sprintf("invitebot didn't answer (%s). Nothing was done; try again in a moment.", a.Failure)
	}
	return fmt.Sprintf("invitebot didn't answer (%s). It isn't known whether it was done: look at the card.", a.Failure)
}

// owners is what somebody does at Tencent Cloud about one account: its owner, or an administrator in the console.
func owners(do func(*invitetest.Organization, uint64) error) func(*world, context.Context, deed) (string, error) {
	return func(w *world, _ context.Context, d deed) (string, error) {
		uin, err := strconv.ParseUint(d.UIN, 10, 64)
		if err != nil {
			return "", err
		}
		return "", do(w.cloud, uin)
	}
}

// pass lets days pass at Tencent Cloud, so that invitations lapse. Signatures would be too old then, so the clock goes back when it has happened:
// what has lapsed stays so.
func (w *world) pass(context.Context, deed) (string, error) {
	w.setAhead(invite.Lifetime)
	w.cloud.Invitations() // which lets them lapse
	w.setAhead(0)
	w.notify()
	return "", nil
}

func (w *world) setAhead(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead = d
}
