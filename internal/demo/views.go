package demo

import (
	"context"
	"encoding/json"

	"github.com/invitebot/invitebot/bot/bottest"
)

// What people see and do in modals and in the app's Home tab.

// viewState is a modal, or what the Home tab shows. Whether a modal lies on another is said by Back.
type viewState struct {
	ID       string            `json:"id"`
	Callback string            `json:"callback"`
	Title    string            `json:"title"`
	Submit   string            `json:"submit"`
	Close    string            `json:"close"`
	Back     bool              `json:"back"`
	Blocks   json.RawMessage   `json:"blocks"`
	Values   map[string]string `json:"values"`
	Errors   map[string]string `json:"errors"`
}

func viewOf(v bottest.View) *viewState {
	return &viewState{ID: v.ID, Callback: v.CallbackID, Title: v.Title, Submit: v.Submit, Close: v.Close, Back: v.PreviousID != "",
		Blocks: v.Blocks, Values: v.Values, Errors: v.Errors}
}

// modalOf is the modal that somebody sees, nil if none is open.
func (w *world) modalOf(me string) *viewState {
	views := w.slack.Views(me)
	if len(views) == 0 {
		return nil
	}
	return viewOf(views[len(views)-1])
}

// homeOf is what the app's Home tab shows somebody, nil before the bot has drawn it.
func (w *world) homeOf(me string) *viewState {
	v, published := w.slack.Home(me)
	if !published {
		return nil
	}
	return viewOf(v)
}

// shortcutState is one of the app's global shortcuts.
type shortcutState struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// shortcuts are those that the workspace has, as manifest.yml registers them.
var shortcuts = []shortcutState{{"ask", "Invite to Tencent Cloud", "Ask for accounts to be invited"}}

func (w *world) shortcut(ctx context.Context, d deed) (string, error) {
	return w.told(w.slack.Shortcut(ctx, d.As, d.Button))
}

// openHome tells the bot that somebody looks at its Home tab. Where it doesn't hear, Slack goes on showing what was there.
func (w *world) openHome(ctx context.Context, d deed) (string, error) {
	_, err := w.slack.OpenHome(ctx, d.As)
	return "", err
}

// pressInView presses a button of a modal or of the home, with what is typed there.
func (w *world) pressInView(ctx context.Context, d deed) (string, error) {
	return w.told(w.slack.ClickView(ctx, d.As, d.View, d.Button, d.Values))
}

func (w *world) submit(ctx context.Context, d deed) (string, error) {
	return w.told(w.slack.Submit(ctx, d.As, d.View, d.Values))
}

// closeView goes back to the modal beneath, if there is one.
func (w *world) closeView(ctx context.Context, d deed) (string, error) {
	a, err := w.slack.CloseView(ctx, d.As, d.View)
	return failed(a), err
}

// dismissView closes a modal with all that lies beneath it.
func (w *world) dismissView(ctx context.Context, d deed) (string, error) {
	a, err := w.slack.DismissView(ctx, d.As, d.View)
	return failed(a), err
}
