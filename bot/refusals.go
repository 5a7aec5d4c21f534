package bot

import (
	"fmt"
	"slices"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// refusal tells somebody why what they tried wasn't done, and what to do instead. The request is the one that they
// tried it on, zero where there is none.
func (p renderer) refusal(why ledger.Detail, r approvals.Request) content {
	number := fmt.Sprintf("Request %d", r.ID)
	switch why.Why {
	case ledger.NotRequester:
		if r.ID != 0 {
			return prose(line{words("Only "), person(r.Requester), words(", who asked, can withdraw request " + fmt.Sprint(r.ID) + ".")})
		}
		return prose(line{words("Nothing was asked: you aren't among the people who may ask for invitations. Whoever runs this bot can add you.")})
	case ledger.NotApprover:
		return prose(line{words(number + ": only approvers can do that, and you aren't one of them. Nothing was changed.")})
	case ledger.Outsider:
		return prose(line{words("Only people of this organization can do that, and your account isn't one of its own. Nothing was changed.")})
	case ledger.Unchecked:
		return prose(line{words("Slack couldn't be asked whether you may do that, so nothing was done. Try again in a minute.")})
	case ledger.OwnRequest:
		return prose(line{words(number + " is your own, so somebody else has to decide it. To take it back, type the command with "),
			code(fmt.Sprintf("withdraw %d", r.ID))})
	case ledger.CountedBefore:
		return prose(append(line{words("Your approval of request " + fmt.Sprint(r.ID) + " counts already: ")}, progress(r)...), p.way(r))
	case ledger.DecidedBefore:
		return prose(append(append(line{words(number + " was ")}, standing(r)...), words(" Nothing was changed.")), p.way(r))
	case ledger.NotCurrent:
		return prose(append([]line{{words("That button belongs to an earlier state of request " + fmt.Sprint(r.ID) + ", so nothing was changed.")}},
			append(ending(r), p.way(r))...)...)
	case ledger.Duplicate:
		return prose(line{words(fmt.Sprintf("%s: nothing was changed, because request %d has an invitation to the same account under way.", number, why.Other))})
	case ledger.ForeignCard:
		return prose(line{words("That message belongs to another installation of this bot, so nothing was changed. If its request is still needed, ask again with the command.")})
	}
	return prose(line{words("Nothing was changed: " + string(why.Why) + ".")})
}

// duplicate tells somebody who asks for accounts which of them another request has, and where that stands.
func (p renderer) duplicate(asked []invite.Invitation, r approvals.Request) content {
	l := line{words("Nothing was asked: ")}
	for _, i := range r.Invitations {
		if !slices.ContainsFunc(asked, func(a invite.Invitation) bool { return a.UIN == i.UIN }) {
			continue
		}
		if len(l) > 1 {
			l = append(l, words(", "))
		}
		l = append(l, code(i.UIN.String()))
	}
	l = append(l, words(fmt.Sprintf(" is in request %d by ", r.ID)), person(r.Requester), words(", which was "))
	return prose(append(l, standing(r)...), p.way(r))
}

// standing says where a request stands and who brought it there, so that it fits behind "was".
func standing(r approvals.Request) line {
	switch r.State {
	case approvals.Approved:
		return append(append(line{words("approved by ")}, approvers(r)...), words(", "), date(r.DecidedAt), words("."))
	case approvals.Denied:
		return line{words("denied by "), person(r.Decisions[len(r.Decisions)-1].By), words(", "), date(r.DecidedAt), words(".")}
	case approvals.Withdrawn:
		return line{words("withdrawn by "), person(r.Requester), words(", "), date(r.DecidedAt), words(".")}
	case approvals.Expired:
		return line{words("closed, "), date(r.DecidedAt), words(", because nobody decided it in time.")}
	}
	return line{words("asked "), date(r.CreatedAt), words(" and waits for approval.")}
}

// way leads to the card, once it is posted.
func (p renderer) way(r approvals.Request) line {
	if r.Card.TS == "" {
		return line{words("Its card isn't posted yet.")}
	}
	return line{link(p.permalink(r.Card), fmt.Sprintf("See request %d", r.ID))}
}
