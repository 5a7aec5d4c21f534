package bottest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// triggerLife is how long a trigger_id can be exchanged for a modal, once. It is
// remembered for longer, to tell expired from unknown.
const (
	triggerLife   = 3 * time.Second
	triggerMemory = time.Minute
)

type trigger struct {
	user  string
	modal string // the view that it comes from, if that is a modal
	at    time.Time
	used  bool
}

// Command types a slash command in a channel, e.g. "/invite-member 100012345678 Alice",
// and returns what the person sees: the acknowledgement, or Slack's words if it
// failed. Both are kept as an ephemeral message, unless the app answers in_channel
// or with nothing. The error says that the person can't do this there, or is the context's.
func (ws *Workspace) Command(ctx context.Context, user, channel, typed string) (Answer, error) {
	e, err := ws.CommandEnvelope(user, channel, typed)
	if err != nil {
		return Answer{}, err
	}
	return ws.one(ctx, e)
}

// CommandEnvelope is what [Workspace.Command] would send, to be sent with [Workspace.Do].
func (ws *Workspace) CommandEnvelope(user, channel, typed string) (Envelope, error) {
	command, text := typed, ""
	if i := strings.IndexAny(typed, " \n"); i > 0 {
		command, text = typed[:i], typed[i:]
	}
	if !strings.HasPrefix(command, "/") {
		return Envelope{}, fmt.Errorf("%q is no command", typed)
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.roomFor(user, channel)
	if err != nil {
		return Envelope{}, err
	}
	if !slices.Contains(ws.scopes, "commands") {
		return Envelope{}, errors.New("the app has no commands")
	}
	u, err := ws.colleague(user)
	if err != nil {
		return Envelope{}, err
	}
	e := ws.envelope("slash_commands", ws.commandPayload(u, r, command, ws.received(text)))
	e.settle = func(a *Answer) { ws.answered(a, r, user, command) }
	return e, nil
}

// received is typed text as the app gets it.
func (ws *Workspace) received(typed string) string {
	text := escape(strings.Trim(typed, " \n"))
	if ws.opts.LinkDigits {
		text = linkDigits(text)
	}
	return text
}

// commandPayload has is_enterprise_install as a string, as Slack sends it for commands.
func (ws *Workspace) commandPayload(u User, r *room, command, text string) answer {
	p := answer{
		"token": "bottest", "team_id": ws.TeamID, "team_domain": ws.opts.TeamDomain,
		"channel_id": r.ID, "channel_name": r.commandName(), "user_id": u.ID, "user_name": u.Name,
		"command": command, "text": text, "api_app_id": ws.AppID, "is_enterprise_install": "false",
		"response_url": ws.responseURL(r, u.ID, ""), "trigger_id": ws.trigger(u.ID, ""),
	}
	if ws.opts.EnterpriseID != "" {
		p["enterprise_id"], p["enterprise_name"] = ws.opts.EnterpriseID, "Home Enterprise"
	}
	return p
}

// commandName is the channel_name of a command: Slack hides the names of private channels.
func (c *Channel) commandName() string {
	switch {
	case c.DirectWith != "":
		return "directmessage"
	case c.Private:
		return "privategroup"
	}
	return c.Name
}

func (ws *Workspace) envelope(kind string, payload answer) Envelope {
	ws.lastID++
	id := fmt.Sprintf("%08x-0000-4000-8000-%012x", ws.lastID>>32, ws.lastID)
	return Envelope{ID: id, Type: kind, Payload: frame(payload)}
}

// Trigger is a trigger_id as a person's doing gives it, for who only wants to see whether Slack takes a form.
func (ws *Workspace) Trigger(user string) string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	return ws.trigger(user, "")
}

func (ws *Workspace) trigger(user, modal string) string {
	now := ws.now()
	ws.lastID++
	id := fmt.Sprintf("%d.%d.%016x", ws.lastID, now.UnixMilli(), ws.lastID)
	ws.triggers.put(id, &trigger{user: user, modal: modal, at: now}, now, now.Add(triggerMemory))
	return id
}

// answered shows the person what came of a command.
func (ws *Workspace) answered(a *Answer, r *room, user, command string) {
	var said reply
	if a.Failure == "" && a.Payload != nil {
		said = readReply(a.Payload)
		if a.Problems = said.problems; a.Problems != nil {
			a.Failure = BadAnswer
		}
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if a.Failure != "" {
		a.Text = fmt.Sprintf("%s failed with the error %q", command, a.Failure)
		a.Message = ws.add(r, &Message{EphemeralTo: user, Text: a.Text}).Ref()
		return
	}
	if said.empty() {
		return
	}
	a.Message = ws.say(said, r, user, "").Ref()
	a.Text, a.Blocks = said.Text, said.Blocks
}

// reply is what an app says in an acknowledgement or to a response_url.
type reply struct {
	content
	inChannel, replace, remove bool
	thread                     string
	problems                   []string
}

func (r reply) empty() bool { return r.Text == "" && r.Blocks == nil }

func readReply(raw json.RawMessage) reply {
	a, err := jsonArgs(raw)
	if err != nil {
		return reply{problems: []string{"the payload is no JSON object"}}
	}
	said := reply{
		inChannel: a["response_type"] == "in_channel",
		replace:   a.is("replace_original"), remove: a.is("delete_original"),
		thread: a["thread_ts"],
	}
	if a["text"] == "" && a["blocks"] == "" {
		return said
	}
	if said.content, err = readContent(args{"text": a["text"]}.with(a, "blocks"), maxPostText); err != nil {
		said.problems = problemsOf(err)
	}
	return said
}

// with adds the arguments of another call that it has.
func (a args) with(other args, names ...string) args {
	for _, name := range names {
		if v := other[name]; v != "" { // null reads as empty
			a[name] = v
		}
	}
	return a
}

func problemsOf(err error) []string {
	var r refusal
	if errors.As(err, &r) && len(r.messages) > 0 {
		return r.messages
	}
	return []string{err.Error()}
}

// say shows a reply to the person, or to all in the channel. ws.mu is held.
func (ws *Workspace) say(said reply, r *room, user, thread string) *Message {
	if !said.inChannel {
		return ws.whisper(r, user, thread, said.content)
	}
	return ws.add(r, &Message{
		User: ws.BotUserID, ThreadTS: thread,
		Text: said.Text, Blocks: ws.withBlockIDs(said.Blocks),
	})
}
