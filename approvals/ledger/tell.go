package ledger

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Tell tells an event in a sentence, with who did it.
func Tell(e Event) string {
	switch {
	case e.Kind == Untold:
		return fmt.Sprintf("a message to %s was given up: %s", Called(e.Actor), e.Detail.because())
	case e.Actor == Person{} && (e.Kind == Attempted || e.Kind == Cancelling):
		return self + " " + sentence(e)
	case e.Actor == Person{}:
		return sentence(e)
	}
	return Called(e.Actor) + " " + sentence(e)
}

// self is what the bot is called in its ledger.
const self = "invitebot"

// Called is somebody's name and ID, as far as they are known.
func Called(p Person) string {
	if p.Name == "" {
		return cmp.Or(p.ID, self)
	}
	return fmt.Sprintf("%s (%s)", p.Name, p.ID)
}

// In is an event with its times in a zone.
func (e Event) In(zone *time.Location) Event {
	e.At = e.At.In(zone)
	if !e.Detail.Until.IsZero() {
		e.Detail.Until = e.Detail.Until.In(zone)
	}
	return e
}

// Of is an event as it is told to who asks for one account: the others that were asked for with it are only counted.
func (e Event) Of(uin string) Event {
	for _, a := range e.Detail.Accounts {
		if a.UIN == uin {
			e.Detail.others = len(e.Detail.Accounts) - 1
			e.Detail.Accounts = []Account{a}
			break
		}
	}
	return e
}

// sentences say what an event of each kind tells; its detail follows.
var sentences = map[Kind]string{
	Requested:  "asked to invite",
	Refused:    "was refused",
	Approved:   "approved",
	Denied:     "denied",
	Withdrawn:  "took the request back",
	Expired:    "nobody decided in time",
	Attempted:  "calls Tencent Cloud for an invitation",
	Postponed:  "not sent, to be tried again",
	Delayed:    "still not sent after a minute",
	Lost:       "nobody knows what became of the call",
	Searching:  "not found out yet what became of the call",
	Stuck:      "an approver must find out what became of the call",
	NotArrived: "the call never arrived, to be made again",
	Sent:       "Tencent Cloud took the invitation",
	Failed:     "Tencent Cloud refused the invitation",
	Delivered:  "every invitation of it has an outcome",
	Concluded:  "told how invitations ended",

	Joined:       "the account joined the organization",
	Lapsed:       "nobody accepted the invitation in time",
	Declined:     "the invitation was declined",
	Cancelled:    "the invitation was cancelled",
	Left:         "the account left the organization",
	Reminded:     "the approvers were reminded of what waits for them",
	Nudged:       "the requester was told whose time is running out",
	CancelAsked:  "asked to cancel the invitation",
	Cancelling:   "calls Tencent Cloud to cancel an invitation",
	CancelLost:   "nobody knows what became of the call to cancel it",
	NotCancelled: "the invitation couldn't be cancelled",

	Rules:    "rules in force, by configuration",
	Moved:    "the database was moved",
	Reopened: "the database was opened again",
	Rekeyed:  "the key was replaced by an operator's command: it was lost, and no seal proves what came before",
	Stopped:  "not sent, because the record doesn't prove that it was approved",
	Held:     "held: only approvals from now on count",
	SetBack:  "Slack has events that this ledger doesn't have",
	Retried:  "asked to try again",
	Unseen:   "the approval message could not be posted for a minute",
	Untold:   "a message was given up",
}

// sentence tells an event in words that fit behind the name of who did it.
func sentence(e Event) string {
	d := e.Detail
	if e.Kind == Refused {
		return refusal(e)
	}
	text := cmp.Or(sentences[e.Kind], string(e.Kind))
	if e.Kind == Cancelled && e.Actor != (Person{}) {
		text = "cancelled the invitation"
	}
	if e.Kind == Sent && d.How == Settled {
		text, d.How = "found out and says that Tencent Cloud took the invitation", ""
	}
	if e.Kind == Delivered && d.Part > 0 {
		text = "told in a table what became of " + times(len(d.Invitations), "invitation")
	}
	if e.Kind == Concluded {
		text = "told how " + times(len(d.Invitations), "invitation") + " ended"
	}
	if len(d.Accounts) > 0 {
		text += " " + listed(d.Accounts, d.others)
	}
	add := func(format string, value any) {
		if !reflect.ValueOf(value).IsZero() {
			text += fmt.Sprintf(format, value)
		}
	}
	if d.Approvals > 0 {
		text += fmt.Sprintf(", %d of %d", d.Approvals, d.Required)
	}
	add(" to %s", d.UIN)
	add(": %s", d.because())
	if n := len(d.Foreseen); n > 0 {
		text += ", after " + times(n, "warning")
	}
	add(": %s", d.Rules.tell(d.Before))
	add(" from %s", d.From)
	if e.Kind == Moved {
		add(" to %s", d.To)
	}
	if e.Kind == Reopened {
		add(", after it had been moved to %s", d.To)
	}
	add(", attempt %d", e.Attempt)
	add(": %s", d.Code)
	add(" (%s)", d.Message)
	add(", RequestId %s", d.RequestID)
	add(", known by: %s", d.How)
	add(", again after request %d", d.AgainOf)
	if len(d.Requests) > 0 {
		text += fmt.Sprintf(": requests %s", strings.Trim(fmt.Sprint(d.Requests), "[]"))
	}
	for _, i := range d.Ending {
		text += fmt.Sprintf("; %s (request %d) is open until %s", i.UIN, i.Request, i.Until.Format(time.RFC3339))
	}
	return text
}

// times is so many of something.
func times(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// listed are accounts, and so many others.
func listed(accounts []Account, others int) string {
	var all []string
	for _, a := range accounts {
		account := fmt.Sprintf("%s as “%s”", a.UIN, a.Name)
		if a.Remark != "" {
			account += " (" + a.Remark + ")"
		}
		all = append(all, account)
	}
	if others > 0 {
		all = append(all, "and "+times(others, "other"))
	}
	return strings.Join(all, ", ")
}
