package bot

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// reply is what the thread under the card is told of an event. It begins with the request's number, as it stands in the
// channel where the thread is gone. Buttons are on it only as long as they do something.
func (p renderer) reply(r approvals.Request, e ledger.Event) content {
	i := invitationOf(r, e.Invitation)
	it := about(r, i)
	switch e.Kind {
	case ledger.Sent:
		return prose(append(it.says("the invitation was sent."), append(proof(e), approvedBy(r))...)...)
	case ledger.Failed:
		c := prose(append(it.says("the invitation was not sent."), append(explanation(e), approvedBy(r))...)...)
		return p.withRetry(c, r, i, e)
	case ledger.Delayed:
		what, _ := invite.Explain(e.Detail.Code, e.Detail.Message)
		return prose(append(it.says("sending takes longer than a minute."), line{words(what)},
			line{words("It is tried again by itself; there is nothing to do.")})...)
	case ledger.Searching:
		return prose(append(it.says("it isn't known yet whether the invitation was sent, because the call's answer was lost."),
			line{words(e.Detail.Reason)}, line{words("It is being looked up, and nothing is sent again before that is settled.")})...)
	case ledger.Stuck:
		return p.withSettling(prose(append(it.says("it isn't known whether the invitation was sent, and looking it up doesn't settle it."),
			line{words(e.Detail.Reason)},
			line{words("An approver has to: look in the Tencent Cloud console for an invitation to this UIN, and press what you found.")})...), r, i, e)
	case ledger.Retried:
		again := line{bold(it.number), person(e.Actor), words(" has the invitation to "), code(i.UIN.String()), words(" (" + i.Name + ") sent again.")}
		if e.Detail.Reason != "" {
			again = append(again, words(" "+e.Detail.Reason))
		}
		return prose(again)
	}
	return prose(line{bold(it.number), words(string(e.Kind) + ".")})
}

// subject is what a message is about: "Request 12: 100012345678 (Alice): ".
type subject struct {
	number string
	start  line
}

func about(r approvals.Request, i approvals.Invitation) subject {
	s := subject{number: fmt.Sprintf("Request %d: ", r.ID)}
	s.start = line{bold(s.number)}
	if i.ID != 0 {
		s.start = append(s.start, code(i.UIN.String()), words(" ("+i.Name+"): "))
	}
	return s
}

func (s subject) says(what string) []line { return []line{append(s.start, words(what))} }

// invitationOf finds the invitation that an event is about; for an event of a request with only one, that one.
func invitationOf(r approvals.Request, id int64) approvals.Invitation {
	for _, i := range r.Invitations {
		if i.ID == id || id == 0 && len(r.Invitations) == 1 {
			return i
		}
	}
	return approvals.Invitation{}
}

// proof is how it is known that an invitation was sent.
func proof(e ledger.Event) []line {
	switch e.Detail.How {
	case ledger.LookedUp:
		return []line{{words("The call's answer was lost; Tencent Cloud lists the invitation.")}}
	case ledger.Repeated:
		return []line{
			{words("An earlier call's answer was lost; to the next call Tencent Cloud said that it had been sent before.")},
			requestID(e.Detail.RequestID),
		}
	case ledger.Settled:
		return []line{{words("The call's answer was lost; "), person(e.Actor), words(" looked and says that it was sent.")}}
	}
	return []line{requestID(e.Detail.RequestID)}
}

func requestID(id string) line { return line{words("RequestId "), code(id)} }

// explanation is the sentence, the next step, the code and the RequestId of an error.
func explanation(e ledger.Event) []line {
	what, next := invite.ExplainFailed(e.Detail.Code, e.Detail.Message)
	origin := line{words("Code "), code(e.Detail.Code)}
	if e.Detail.RequestID != "" {
		origin = append(origin, words(", RequestId "), code(e.Detail.RequestID))
	}
	lines := []line{{words(what)}}
	if e.Detail.Reason != "" {
		lines = append(lines, line{words(e.Detail.Reason)})
	}
	return append(lines, line{bold("Next: "), words(next)}, origin)
}

func approvedBy(r approvals.Request) line {
	return append(line{words("Approved by ")}, approvers(r)...)
}

func (p renderer) withRetry(c content, r approvals.Request, i approvals.Invitation, e ledger.Event) content {
	if i.State != approvals.Failed || i.Attempt != e.Attempt {
		return c
	}
	c.blocks = append(c.blocks, slack.NewActionBlock("", button(actionRetry, "Try again", p.attempt(r, e), slack.StyleDefault).
		WithConfirm(confirm("Try again?", fmt.Sprintf("This sends the invitation to %s (“%s”) once more.", i.UIN, i.Name), "Try again"))))
	return c
}

func (p renderer) withSettling(c content, r approvals.Request, i approvals.Invitation, e ledger.Event) content {
	if i.State != approvals.Unknown || i.Attempt != e.Attempt {
		return c
	}
	value := p.attempt(r, e)
	again := confirm("Send again?", fmt.Sprintf("Only if the console shows no invitation to %s: otherwise “%s” may be invited twice.", i.UIN, i.Name), "Send again")
	c.blocks = append(c.blocks, slack.NewActionBlock("",
		button(actionArrived, "It was sent", value, slack.StyleDefault),
		button(actionResend, "Send again", value, slack.StyleDanger).WithConfirm(again)))
	return c
}

func (p renderer) attempt(r approvals.Request, e ledger.Event) string {
	return target{Installation: p.installation, Request: r.ID, Invitation: e.Invitation, Attempt: e.Attempt}.value()
}

// direct is what the requester is told of an event, with the way to the card.
func (p renderer) direct(r approvals.Request, e ledger.Event) content {
	it := about(r, invitationOf(r, e.Invitation))
	var lines []line
	switch e.Kind {
	case ledger.Sent:
		lines = append(it.says("the invitation was sent. The account's owner accepts it in the Tencent Cloud console."), proof(e)...)
	case ledger.Failed:
		lines = append(it.says("it was approved, but the invitation was not sent."), explanation(e)...)
	case ledger.Denied:
		lines = []line{append(append(it.start, words("it was denied by ")), person(e.Actor), words("."))}
		if e.Detail.Reason != "" {
			lines = append(lines, line{bold("Reason: "), words(e.Detail.Reason)})
		}
	case ledger.Expired:
		lines = it.says("it expired, because it wasn't decided in time. If it is still needed, ask again.")
	case ledger.Unseen:
		lines = append(it.says("it is stored, but the approvers can't see it yet, because Slack doesn't take the message to their channel."),
			slackSays(e.Detail.Reason), line{words("The bot keeps trying. If it stays so, tell whoever runs the bot.")})
	default:
		lines = it.says(string(e.Kind) + ".")
	}
	if r.Card.TS != "" {
		lines = append(lines, line{link(p.permalink(r.Card), "See the request")})
	}
	return prose(lines...)
}

// slackSays shows an error code of Slack's. Anything else is for the operator's log.
func slackSays(reason string) line {
	reason = strings.TrimPrefix(reason, (&approvals.NotSaidError{}).Error())
	if strings.Trim(reason, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return nil
	}
	return line{words("Slack says: "), code(reason)}
}
