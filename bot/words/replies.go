package words

import (
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Reply is what the thread under the card is told of an event. It begins with the request's number, as it stands in the
// channel where the thread is gone. Buttons are on it only as long as they do something.
func (b Book) Reply(r approvals.Request, e approvals.Event) Content {
	i := invitationOf(r, e.Invitation)
	it := about(r, i)
	switch e.Kind {
	case approvals.SentEvent:
		return prose(append(it.says("the invitation was sent."), append(proof(e), approvedBy(r))...)...)
	case approvals.FailedEvent:
		c := prose(append(it.says("the invitation was not sent."), append(explanation(e), approvedBy(r))...)...)
		return b.withRetry(c, r, i, e)
	case approvals.Delayed:
		what, _ := invite.Explain(e.Detail.Code, e.Detail.Message)
		return prose(append(it.says("sending takes longer than a minute."), line{text(what)},
			line{text("It is tried again by itself; there is nothing to do.")})...)
	case approvals.Searching:
		return prose(append(it.says("it isn't known yet whether the invitation was sent, because the call's answer was lost."),
			line{text(e.Detail.Reason)}, line{text("It is being looked up, and nothing is sent again before that is settled.")})...)
	case approvals.Stuck:
		return b.withSettling(prose(append(it.says("it isn't known whether the invitation was sent, and looking it up doesn't settle it."),
			line{text(e.Detail.Reason)},
			line{text("An approver has to: look in the Tencent Cloud console for an invitation to this UIN, and press what you found.")})...), r, i, e)
	case approvals.Retried:
		again := line{bold(it.number), person(e.Actor), text(" has the invitation to "), code(i.UIN.String()), text(" (" + i.Name + ") sent again.")}
		if e.Detail.Reason != "" {
			again = append(again, text(" "+e.Detail.Reason))
		}
		return prose(again)
	}
	return prose(line{bold(it.number), text(string(e.Kind) + ".")})
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
		s.start = append(s.start, code(i.UIN.String()), text(" ("+i.Name+"): "))
	}
	return s
}

func (s subject) says(what string) []line { return []line{append(s.start, text(what))} }

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
func proof(e approvals.Event) []line {
	switch e.Detail.How {
	case approvals.LookedUp:
		return []line{{text("The call's answer was lost; Tencent Cloud lists the invitation.")}}
	case approvals.Repeated:
		return []line{
			{text("An earlier call's answer was lost; to the next call Tencent Cloud said that it had been sent before.")},
			requestID(e.Detail.RequestID),
		}
	case approvals.Settled:
		return []line{{text("The call's answer was lost; "), person(e.Actor), text(" looked and says that it was sent.")}}
	}
	return []line{requestID(e.Detail.RequestID)}
}

func requestID(id string) line { return line{text("RequestId "), code(id)} }

// explanation is the sentence, the next step, the code and the RequestId of an error.
func explanation(e approvals.Event) []line {
	what, next := invite.ExplainFailed(e.Detail.Code, e.Detail.Message)
	origin := line{text("Code "), code(e.Detail.Code)}
	if e.Detail.RequestID != "" {
		origin = append(origin, text(", RequestId "), code(e.Detail.RequestID))
	}
	lines := []line{{text(what)}}
	if e.Detail.Reason != "" {
		lines = append(lines, line{text(e.Detail.Reason)})
	}
	return append(lines, line{bold("Next: "), text(next)}, origin)
}

func approvedBy(r approvals.Request) line {
	return append(line{text("Approved by ")}, approvers(r)...)
}

// Direct is what the requester is told of an event, with the way to the card.
func (b Book) Direct(r approvals.Request, e approvals.Event) Content {
	it := about(r, invitationOf(r, e.Invitation))
	var lines []line
	switch e.Kind {
	case approvals.SentEvent:
		lines = append(it.says("the invitation was sent. The account's owner accepts it in the Tencent Cloud console."), proof(e)...)
	case approvals.FailedEvent:
		lines = append(it.says("it was approved, but the invitation was not sent."), explanation(e)...)
	case approvals.DeniedBy:
		lines = []line{append(append(it.start, text("it was denied by ")), person(e.Actor), text("."))}
		if e.Detail.Reason != "" {
			lines = append(lines, line{bold("Reason: "), text(e.Detail.Reason)})
		}
	case approvals.ExpiredAt:
		lines = it.says("it expired, because it wasn't decided in time. If it is still needed, ask again.")
	case approvals.Unseen:
		lines = append(it.says("it is stored, but the approvers can't see it yet, because Slack doesn't take the message to their channel."),
			slackSays(e.Detail.Reason), line{text("The bot keeps trying. If it stays so, tell whoever runs the bot.")})
	default:
		lines = it.says(string(e.Kind) + ".")
	}
	if r.Card.TS != "" {
		lines = append(lines, line{link(b.permalink(r.Card), "See the request")})
	}
	return prose(lines...)
}

// slackSays shows an error code of Slack's. Anything else is for the operator's log.
func slackSays(reason string) line {
	reason = strings.TrimPrefix(reason, (&approvals.NotSaidError{}).Error())
	if strings.Trim(reason, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return nil
	}
	return line{text("Slack says: "), code(reason)}
}
