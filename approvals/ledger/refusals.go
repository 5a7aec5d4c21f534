package ledger

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/invitebot/invitebot/invite"
)

// refusal tells what somebody tried in vain, and what stood in the way.
func refusal(e Event) string {
	text := tried(e) + hindrance(e)
	switch d := e.Detail; {
	case d.Times <= 0:
		return text
	case e.ID == 0:
		return fmt.Sprintf("and %s so far: %s", moreTimes(d.Times), text)
	default:
		return fmt.Sprintf("and %s until %s: %s", moreTimes(d.Times), d.Until.Format("15:04"), text)
	}
}

func moreTimes(n int64) string {
	if n == 1 {
		return "once more"
	}
	return grouped(n) + " more times"
}

// attempts are what people can try on a request, by the bot's word for it: that of the button or of the command.
var attempts = map[string]string{
	"list":     "list requests",
	"status":   "see %s",
	"approve":  "approve %s",
	"deny":     "deny %s",
	"withdraw": "withdraw %s",
	"retry":    "have the invitation of %s sent again",
	"resend":   "have the invitation of %s sent again",
	"retries":  "have the refused accounts of %s sent again",
	"show":     "see all accounts of %s",
	"page":     "see all accounts of %s",
	"reask":    "ask again for accounts of %s",
	"arrived":  "say that the invitation of %s was sent",
}

func tried(e Event) string {
	verb, typed := e.Detail.verb(), e.Detail.typed()
	switch {
	case verb == "ask" && len(e.Detail.Accounts) > 0:
		return "asked for " + listed(e.Detail.Accounts, e.Detail.others)
	case verb == "ask" && typed == "":
		return "asked for an account"
	case verb == "ask":
		return fmt.Sprintf("asked for “%s”", typed)
	}
	on := "a request"
	if e.Request != 0 {
		on = fmt.Sprintf("request %d", e.Request)
	}
	text := "tried to " + strings.ReplaceAll(cmp.Or(attempts[verb], verb+" %s"), "%s", on)
	if typed != "" {
		text += fmt.Sprintf(" (“%s”)", typed)
	}
	return text
}

// hindrance is why it was in vain.
func hindrance(e Event) string {
	switch d := e.Detail; d.Why {
	case NotRequester:
		if e.Request != 0 {
			return ", which isn't theirs"
		}
		return ", and isn't among those who may ask"
	case NotApprover:
		return ", and isn't an approver"
	case Outsider:
		return ", and is of another organization"
	case Unchecked:
		return ", and Slack couldn't be asked whether they may"
	case OwnRequest:
		return ", which is their own"
	case DecidedBefore:
		return ", which was decided before"
	case CountedBefore:
		return ", which they had approved before"
	case Duplicate:
		return fmt.Sprintf(", and request %d has an invitation to the same account under way", d.Other)
	case TooMany:
		return ", and has as many requests open as anybody may"
	case NotCurrent:
		return ", with a button of an earlier state"
	case UnknownCard:
		return ", with a button of a request that isn't in this database"
	case Changed:
		return ", which was changed in the database after its card was posted"
	case OffRecord:
		return ", with a button on another message than its card"
	case ForeignCard:
		return ", with a button of another installation"
	case Unopened:
		return ", and Slack didn't open the form for it"
	default:
		return ", and was refused: " + string(d.Why)
	}
}

// verb is the bot's word for what was tried. Older rows have none where it was to withdraw, and for asking the typed text
// behind it.
func (d Detail) verb() string {
	if strings.HasPrefix(d.Tried, oldAsk) {
		return "ask"
	}
	return cmp.Or(d.Tried, "withdraw")
}

const oldAsk = "ask: "

// typed is what somebody typed who was turned away, as they saw it. Older rows have it as Slack delivered it.
func (d Detail) typed() string {
	if raw, old := strings.CutPrefix(d.Tried, oldAsk); old {
		return invite.AsSeen(raw, MaxTyped)
	}
	return d.Typed
}

// asked are the accounts that somebody asked for in vain, as far as they can be told.
func (d Detail) asked() []Account {
	if len(d.Accounts) > 0 || d.verb() != "ask" {
		return d.Accounts
	}
	typed := d.typed()
	if strings.HasSuffix(typed, "…") { // what was cut off may have been a part of the last account
		typed = typed[:max(strings.LastIndexByte(typed, '\n'), 0)]
	}
	invitations, err := invite.Parse(typed)
	if err != nil {
		return nil
	}
	var all []Account
	for _, i := range invitations {
		all = append(all, Account{UIN: i.UIN.String(), Name: i.Name, Remark: i.Remark})
	}
	return all
}

// grouped writes a number with a comma between thousands.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
