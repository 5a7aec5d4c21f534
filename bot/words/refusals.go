package words

import (
	"fmt"
	"slices"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Refusal tells somebody why what they tried wasn't done, and what to do instead. The request is the one that they
// tried it on, zero where there is none.
func (b Book) Refusal(why approvals.Detail, r approvals.Request) Content {
	number := fmt.Sprintf("Request %d", r.ID)
	switch why.Why {
	case approvals.NotRequester:
		if r.ID != 0 {
			return prose(line{text("Only "), person(r.Requester), text(", who asked, can withdraw request " + fmt.Sprint(r.ID) + ".")})
		}
		return prose(line{text("Nothing was asked: you aren't among the people who may ask for invitations. Whoever runs this bot can add you.")})
	case approvals.NotApprover:
		return prose(line{text(number + ": only approvers can do that, and you aren't one of them. Nothing was changed.")})
	case approvals.Outsider:
		return prose(line{text("Only people of this organization can do that, and your account isn't one of its own. Nothing was changed.")})
	case approvals.Unchecked:
		return prose(line{text("Slack couldn't be asked whether you may do that, so nothing was done. Try again in a minute.")})
	case approvals.OwnRequest:
		return prose(line{text(number + " is your own, so somebody else has to decide it. To take it back, type the command with "),
			code(fmt.Sprintf("withdraw %d", r.ID))})
	case approvals.CountedBefore:
		return prose(append(line{text("Your approval of request " + fmt.Sprint(r.ID) + " counts already: ")}, progress(r)...), b.way(r))
	case approvals.DecidedBefore:
		return prose(append(append(line{text(number + " was ")}, standing(r)...), text(" Nothing was changed.")), b.way(r))
	case approvals.NotCurrent:
		return prose(append([]line{{text("That button belongs to an earlier state of request " + fmt.Sprint(r.ID) + ", so nothing was changed.")}},
			append(ending(r), b.way(r))...)...)
	case approvals.Duplicate:
		return prose(line{text(fmt.Sprintf("%s: nothing was changed, because request %d has an invitation to the same account under way.", number, why.Other))})
	case approvals.ForeignCard:
		return prose(line{text("That message belongs to another installation of this bot, so nothing was changed. If its request is still needed, ask again with the command.")})
	}
	return prose(line{text("Nothing was changed: " + string(why.Why) + ".")})
}

// Duplicate tells somebody who asks for accounts which of them another request has, and where that stands.
func (b Book) Duplicate(asked []invite.Invitation, r approvals.Request) Content {
	l := line{text("Nothing was asked: ")}
	for _, i := range r.Invitations {
		if !slices.ContainsFunc(asked, func(a invite.Invitation) bool { return a.UIN == i.UIN }) {
			continue
		}
		if len(l) > 1 {
			l = append(l, text(", "))
		}
		l = append(l, code(i.UIN.String()))
	}
	l = append(l, text(fmt.Sprintf(" is in request %d by ", r.ID)), person(r.Requester), text(", which was "))
	return prose(append(l, standing(r)...), b.way(r))
}

// standing says where a request stands and who brought it there, so that it fits behind "was".
func standing(r approvals.Request) line {
	switch r.State {
	case approvals.Approved:
		return append(append(line{text("approved by ")}, approvers(r)...), text(", "), date(r.DecidedAt), text("."))
	case approvals.Denied:
		return line{text("denied by "), person(r.Decisions[len(r.Decisions)-1].By), text(", "), date(r.DecidedAt), text(".")}
	case approvals.Withdrawn:
		return line{text("withdrawn by "), person(r.Requester), text(", "), date(r.DecidedAt), text(".")}
	case approvals.Expired:
		return line{text("closed, "), date(r.DecidedAt), text(", because nobody decided it in time.")}
	}
	return line{text("asked "), date(r.CreatedAt), text(" and waits for approval.")}
}

// way leads to the card, once it is posted.
func (b Book) way(r approvals.Request) line {
	if r.Card.TS == "" {
		return line{text("Its card isn't posted yet.")}
	}
	return line{link(b.permalink(r.Card), fmt.Sprintf("See request %d", r.ID))}
}
