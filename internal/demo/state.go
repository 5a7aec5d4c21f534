package demo

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// state is all that the page shows one person. It is sent whole after every change: small, and nothing can get lost.
type state struct {
	Me           string            `json:"me"`
	People       []personState     `json:"people"`
	Channels     []channelState    `json:"channels"` // those that the person is in
	View         *viewState        `json:"view"`     // the modal that is open, if any
	Home         *viewState        `json:"home"`     // the app's Home tab, once it was drawn
	Language     string            `json:"language"` // that people have Slack in
	TeamURL      string            `json:"teamURL"`
	Commands     []commandState    `json:"commands"` // none for people of other workspaces, as of the next
	Shortcuts    []shortcutState   `json:"shortcuts"`
	Organization organizationState `json:"organization"`
	Troubles     []troubleState    `json:"troubles"`
	Bot          connectedState    `json:"bot"`
	Tour         []tourStep        `json:"tour"`
}

type personState struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Role    string `json:"role,omitempty"` // empty: not one to be
	Home    string `json:"home,omitempty"`
	Tip     string `json:"tip,omitempty"`
	Example string `json:"example,omitempty"`
	Bot     bool   `json:"bot,omitempty"`
}

type channelState struct {
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Direct   bool           `json:"direct"` // the person's direct messages with the bot
	Messages []messageState `json:"messages"`
}

type messageState struct {
	TS        string          `json:"ts"`
	User      string          `json:"user"` // empty: Slack itself
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Edited    bool            `json:"edited,omitempty"`
	Ephemeral bool            `json:"ephemeral,omitempty"`
	Thread    []messageState  `json:"thread,omitempty"`
}

type commandState struct {
	Name string `json:"name"`
	Hint string `json:"hint"`
	Text string `json:"text"`
}

// commands are those that the workspace has, as manifest.yml registers them.
var commands = []commandState{{
	"/invite-member", "<uin> <name> [-- remark]", "Ask for Tencent Cloud accounts to be invited",
}}

// organizationState has UINs as text: JavaScript's numbers can't hold all of them.
type organizationState struct {
	Members     []memberState     `json:"members"`
	Invitations []invitationState `json:"invitations"` // that are open
	Calls       []callState       `json:"calls"`       // newest first
}

type memberState struct {
	UIN    string    `json:"uin"`
	Name   string    `json:"name"`
	Joined time.Time `json:"joined"`
}

type invitationState struct {
	UIN     string    `json:"uin"`
	Name    string    `json:"name"`
	Remark  string    `json:"remark"`
	Expires time.Time `json:"expires"`
}

type callState struct {
	Action    string    `json:"action"`
	UIN       string    `json:"uin,omitempty"` // empty: the call names none
	At        time.Time `json:"at"`
	Done      bool      `json:"done"`
	Effect    bool      `json:"effect"`
	Code      string    `json:"code"`
	RequestID string    `json:"requestID"` // empty: no answer of the API's form
}

type troubleState struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Label string `json:"label"`
	Help  string `json:"help"`
	On    bool   `json:"on"`
}

type connectedState struct {
	botStatus
	Connections int `json:"connections"`
}

// maxCalls is how many of the calls that the organization received are shown.
const maxCalls = 30

// stateOf is what a person sees now.
func (w *world) stateOf(me string) state {
	s := state{
		Me:        me,
		View:      w.modalOf(me),
		Home:      w.homeOf(me),
		Language:  w.spoken(),
		TeamURL:   w.slack.TeamURL(),
		Commands:  []commandState{},
		Shortcuts: []shortcutState{},
		People:    []personState{{ID: w.slack.BotUserID, Name: "invitebot", Bot: true}},
		Bot:       connectedState{w.bot.now(), w.slack.Connections()},
		Tour:      w.tour(),
	}
	if !w.isStranger(me) {
		s.Commands, s.Shortcuts = commands, shortcuts
	}
	for _, p := range cast {
		s.People = append(s.People, personState{ID: p.ID, Name: p.RealName, Role: p.role, Home: p.home, Tip: w.rules.tip(p), Example: p.example})
	}
	whispered := w.slack.Ephemerals(me)
	for _, c := range w.slack.Channels() {
		if c.DirectWith == me || slices.Contains(c.Members, me) {
			s.Channels = append(s.Channels, w.channelOf(c, whispered))
		}
	}
	for _, t := range troubles {
		s.Troubles = append(s.Troubles, troubleState{t.id, t.group, t.label, t.help, w.isOn(t.id)})
	}
	s.Organization = w.organization()
	return s
}

// channelOf is a channel with what everybody sees there and what is whispered to one person.
func (w *world) channelOf(c bottest.Channel, whispered []bottest.Message) channelState {
	s := channelState{ID: c.ID, Name: c.Name, Direct: c.DirectWith != "", Messages: []messageState{}}
	if s.Direct {
		s.Name = "invitebot"
	}
	here := func(thread string) (list []messageState) {
		for _, m := range whispered {
			if m.Channel == c.ID && m.ThreadTS == thread {
				list = append(list, messageOf(m))
			}
		}
		return list
	}
	for _, m := range w.slack.Messages(c.ID) {
		shown := messageOf(m)
		if m.Replies > 0 {
			for _, reply := range w.slack.Thread(c.ID, m.TS)[1:] {
				shown.Thread = append(shown.Thread, messageOf(reply))
			}
		}
		shown.Thread = inOrder(append(shown.Thread, here(m.TS)...))
		s.Messages = append(s.Messages, shown)
	}
	s.Messages = inOrder(append(s.Messages, here("")...))
	return s
}

func inOrder(list []messageState) []messageState {
	slices.SortStableFunc(list, func(a, b messageState) int { return cmp.Compare(a.TS, b.TS) })
	return list
}

func messageOf(m bottest.Message) messageState {
	return messageState{TS: m.TS, User: m.User, Text: m.Text, Blocks: m.Blocks, Edited: m.EditedTS != "", Ephemeral: m.EphemeralTo != ""}
}

func (w *world) organization() organizationState {
	o := organizationState{Members: []memberState{}, Invitations: []invitationState{}, Calls: []callState{}}
	for _, m := range w.cloud.Members() {
		o.Members = append(o.Members, memberState{strconv.FormatUint(m.UIN, 10), m.Name, m.Joined})
	}
	for _, i := range w.cloud.Invitations() {
		if i.Status == invitetest.Open {
			o.Invitations = append(o.Invitations, invitationState{strconv.FormatUint(i.UIN, 10), i.Name, i.Remark, i.Expires})
		}
	}
	// The lists are read all the time, which tells nobody anything.
	calls := slices.DeleteFunc(w.cloud.Calls(), func(c invitetest.Call) bool { return strings.HasPrefix(c.Action, "List") && c.Code == "" })
	for _, c := range slices.Backward(calls[max(0, len(calls)-maxCalls):]) {
		o.Calls = append(o.Calls, callState{c.Action, invitedBy(c), c.At, c.Done, c.Effect, c.Code, c.RequestID})
	}
	return o
}

// invitedBy is the account that a call invites, if it does.
func invitedBy(c invitetest.Call) string {
	var parameters struct{ InviteUin json.Number }
	_ = json.Unmarshal([]byte(c.Payload), &parameters) // where that fails, the call says so by its code
	return parameters.InviteUin.String()
}
