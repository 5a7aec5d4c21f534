package words

import (
	"slices"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Refusal tells somebody why what they tried wasn't done, and what to do instead. The request is the one that they
// tried it on, zero where there is none.
func (b Book) Refusal(why ledger.Detail, r approvals.Request) Content {
	switch why.Why {
	case ledger.NotRequester:
		switch {
		case r.ID != 0:
			return b.NotTheirs(r.ID)
		case why.Tried == "withdraw":
			return b.saying(b.say.mayNotWithdraw())
		case why.Tried == "list", why.Tried == "status":
			return b.saying(b.say.mayNotLook())
		}
		return b.saying(b.say.notRequester())
	case ledger.NotApprover:
		return b.saying(b.say.notApprover(r.ID))
	case ledger.Outsider:
		return b.saying(b.say.outsider())
	case ledger.Unchecked:
		return b.saying(b.say.unchecked())
	case ledger.OwnRequest:
		if r.State == approvals.Approved {
			return b.saying(b.say.ownInvitation(r.ID))
		}
		return b.prose(b.say.ownRequest(r.ID))
	case ledger.CountedBefore:
		return b.prose(b.say.countedBefore(r.ID, r.Approvals(), r.Required, approvers(r)), b.way(r))
	case ledger.DecidedBefore:
		return b.prose(b.say.decidedBefore(r.ID, b.standing(r)), b.way(r))
	case ledger.NotCurrent:
		return b.prose(append(append(sentences(b.say.notCurrent(r.ID)), b.ending(r)...), b.way(r))...)
	case ledger.Duplicate:
		return b.saying(b.say.duplicateOf(r.ID, why.Other))
	case ledger.ForeignCard:
		return b.saying(b.say.foreignCard())
	case ledger.Unopened:
		return b.saying(b.say.modalNotOpened(r.ID))
	case ledger.UnknownCard:
		if why.Tried == ActionWithdraw { // whose button is on no card
			return b.saying(b.say.unknownList())
		}
		return b.UnknownCard()
	case ledger.Changed:
		return b.prose(append(sentences(b.say.changedSince(r.ID)), b.way(r))...)
	case ledger.OffRecord:
		return b.prose(append(sentences(b.say.offRecord(r.ID)), b.way(r))...)
	}
	return b.saying(b.say.refused(why.Why))
}

// Others says that more of somebody's clicks were refused; nothing where none were.
func (b Book) Others(n int) Content {
	if n == 0 {
		return Content{}
	}
	return b.saying(b.say.othersRefused(n))
}

// UnknownCard is what a card says, and who pressed it is told, of a request that isn't in this database.
func (b Book) UnknownCard() Content { return b.saying(b.say.unknownCard()) }

// NotTheirs tells somebody that a request isn't theirs to take back. It tells nothing else of it, nor whether there is one.
func (b Book) NotTheirs(request int64) Content { return b.saying(b.say.notYourRequest(request)) }

// Duplicate tells somebody who asks for accounts which of them another request has, and where that stands.
func (b Book) Duplicate(asked []invite.Invitation, r approvals.Request) Content {
	var both []invite.UIN
	for _, i := range r.Invitations {
		if slices.ContainsFunc(asked, func(a invite.Invitation) bool { return a.UIN == i.UIN }) {
			both = append(both, i.UIN)
		}
	}
	return b.prose(b.say.askedBefore(both, r.ID, r.Requester, b.standing(r)), b.way(r))
}

// standing says where a request stands and who brought it there.
func (b Book) standing(r approvals.Request) line {
	switch r.State {
	case approvals.Approved:
		return b.say.standsApproved(approvers(r), r.DecidedAt)
	case approvals.Denied:
		return b.say.standsDenied(r.Decisions[len(r.Decisions)-1].By, r.DecidedAt)
	case approvals.Withdrawn:
		return b.say.standsWithdrawn(r.Requester, r.DecidedAt)
	case approvals.Expired:
		return b.say.standsExpired(r.DecidedAt)
	}
	return b.say.standsPending(r.CreatedAt)
}

// TooMany tells somebody who may ask for no more which of their requests are open.
func (b Book) TooMany(open []approvals.Request, command string) Content {
	lines := sentences(b.say.tooManyOpen(len(open)))
	for _, r := range open {
		l := line{text(b.say.requestLine(r.ID)), code(r.Invitations[0].UIN.String()), text(" " + fitted(r.Invitations[0].Name, mostOfName))}
		if more := len(r.Invitations) - 1; more > 0 {
			l = append(l, text(b.say.andMore(more)))
		}
		lines = append(lines, append(append(l, text(" – ")), b.way(r)...))
	}
	return b.prose(append(lines, b.say.withdrawSome(command))...)
}
