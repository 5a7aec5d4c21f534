package demo

import (
	"fmt"
	"net/http"

	"github.com/invitebot/invitebot/invite/invitetest"
)

// trouble is what can be switched on to see how the bot takes it.
type trouble struct {
	id, group, label, help string
	fault                  *invitetest.Fault        // at Tencent Cloud
	set                    func(*world, bool) error // anywhere else
}

const (
	sending     = "SendOrganizationInvitation"
	slackOutage = "slack-outage"
	botDown     = "bot-down" // ends where the bot is started by its own button, too
)

func refuses(code, message string) *invitetest.Fault {
	return &invitetest.Fault{Kind: invitetest.AnswerCode, Action: sending, Code: code, Message: message}
}

// Where several at Tencent Cloud are on, the first of them counts.
var troubles = []trouble{
	{id: "cloud-outage", group: "Tencent Cloud", label: "Outage", help: "Every call is answered 503. What it did can't be known until it ends.",
		fault: &invitetest.Fault{Kind: invitetest.HTTPStatus, Status: http.StatusServiceUnavailable}},
	{id: "lost-answer", group: "Tencent Cloud", label: "Answers get lost", help: "The invitation is made, its answer is lost. The bot must find out, not send twice.",
		fault: &invitetest.Fault{Kind: invitetest.LostAnswer, Action: sending}},
	{id: "rate-limit", group: "Tencent Cloud", label: "Rate limit", help: "RequestLimitExceeded: not taken. The bot tries again by itself.",
		fault: refuses("RequestLimitExceeded", "Your current request times exceed the limit.")},
	{id: "name-taken", group: "Tencent Cloud", label: "Name taken", help: "FailedOperation.MemberNameUsed",
		fault: refuses("FailedOperation.MemberNameUsed", "The name is already in use.")},
	{id: "no-account", group: "Tencent Cloud", label: "Account not found", help: "ResourceNotFound.UserNotExist",
		fault: refuses("ResourceNotFound.UserNotExist", "The user does not exist.")},
	{id: slackOutage, group: "Slack", label: "Outage", help: "The bot is cut off, its calls are answered 503. Words wait; none is lost.",
		set: func(w *world, on bool) error { w.slack.Outage(on); return nil }},
	{id: botDown, group: "The bot", label: "Down", help: "SIGKILL. Switched off, it starts again on the same database.",
		set: func(w *world, on bool) error {
			if !on {
				return w.bot.start()
			}
			w.kill()
			return nil
		}},
}

// makeTrouble switches one trouble on or off.
func (w *world) makeTrouble(id string, on bool) error {
	for _, t := range troubles {
		if t.id != id {
			continue
		}
		if t.set != nil {
			if err := t.set(w, on); err != nil {
				return err
			}
		}
		w.mu.Lock()
		w.on[id] = on
		w.cloud.Clear()
		for _, t := range troubles {
			if t.fault != nil && w.on[t.id] {
				w.cloud.Fail(*t.fault)
			}
		}
		w.mu.Unlock()
		w.notify()
		return nil
	}
	return fmt.Errorf("there is no trouble called %q", id)
}

// isOn tells whether a trouble is on. A bot that ended by itself is none that was made.
func (w *world) isOn(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.on[id]
}
