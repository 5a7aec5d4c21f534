package bot

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
)

// What is used of Slack's payloads, and nothing else is read: whatever Slack makes of the rest, a command and a click are
// answered. Fields are as docs.slack.dev/interactivity names them.

// typed is a slash command.
type typed struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	User        string `json:"user_id"`
	UserName    string `json:"user_name"`
	Team        string `json:"team_id"`
	Channel     string `json:"channel_id"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

// interaction is a button that was pressed, a form that was submitted, or a shortcut that was chosen.
type interaction struct {
	Type        string `json:"type"`
	Callback    string `json:"callback_id"` // of a shortcut
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
		Team     string `json:"team_id"`
		Bot      bool   `json:"is_bot"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		Channel string `json:"channel_id"`
		TS      stamp  `json:"message_ts"`
	} `json:"container"`
	Message struct {
		TS stamp `json:"ts"`
	} `json:"message"`
	Actions []struct {
		ID    string `json:"action_id"`
		Value string `json:"value"`
	} `json:"actions"`
	View struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Callback string `json:"callback_id"`
		Private  string `json:"private_metadata"`
		Hash     string `json:"hash"` // of what it shows
		State    struct {
			Values map[string]map[string]struct {
				Value string   `json:"value"`
				Users []string `json:"selected_users"`
			} `json:"values"`
		} `json:"state"`
	} `json:"view"`
}

// Types of interactions.
const (
	pressed   = "block_actions"
	submitted = "view_submission"
	chosen    = "shortcut"
)

func (i interaction) visitor() visitor {
	return visitor{Person: person(i.User.ID, cmp.Or(i.User.Name, i.User.Username)), team: i.User.Team, bot: i.User.Bot}
}

func (t typed) visitor() visitor {
	return visitor{Person: person(t.User, t.UserName), team: t.Team}
}

// filledIn is what somebody wrote into a field of a form.
func (i interaction) filledIn(block, input string) string {
	return i.View.State.Values[block][input].Value
}

// chosen are the people whom somebody chose in a field of a form.
func (i interaction) chosen(block, input string) []string {
	return i.View.State.Values[block][input].Users
}

// read reads a payload. A field of another type than it should have is as one that is missing.
func read(payload []byte, into any) error {
	err := json.Unmarshal(payload, into)
	if _, other := errors.AsType[*json.UnmarshalTypeError](err); other {
		return nil
	}
	return err
}

// stamp is the timestamp of a message, which may come as a number too, of which every digit counts.
type stamp string

func (s *stamp) UnmarshalJSON(raw []byte) error {
	*s = stamp(strings.Trim(string(raw), `"`))
	return nil
}
