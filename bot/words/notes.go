package words

import (
	"time"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// note is what an event notes beside its kind. Older rows of the ledger have a sentence instead, which is said as it is.
func (b Book) note(d ledger.Detail) string {
	switch d.Note {
	case ledger.EarlierCallMayHaveArrived:
		return b.say.earlierCallMayHaveArrived()
	case ledger.WaitsForLostCall:
		return b.say.waitsForLostCall()
	case ledger.ProcessEnded:
		return b.say.processEnded()
	}
	if d.Finding != "" {
		return b.finding(d)
	}
	return d.Reason
}

// finding is what looking an invitation up has found.
func (b Book) finding(d ledger.Detail) string {
	switch d.Finding {
	case invite.Found:
		if d.Status == invite.StatusAccepted {
			return b.say.foundAccepted()
		}
		return b.say.foundOpen()
	case invite.Absent:
		return b.say.foundNothing(d.UIN)
	case invite.Unclear:
		return b.say.unclear(d.Listed, b.status(d.Status))
	case invite.Elsewhere:
		return b.elsewhere(d)
	case invite.Forbidden:
		return b.say.listingForbidden()
	}
	if d.Reason != "" {
		return b.say.listingRefused(d.Reason)
	}
	return b.say.listingUnavailable()
}

// elsewhere is an invitation in the way that somebody else made.
func (b Book) elsewhere(d ledger.Detail) string {
	var made ledger.Account
	if d.ListedAs != nil {
		made = *d.ListedAs
	}
	on := ""
	if !d.ListedAt.IsZero() {
		on = d.ListedAt.Format(time.DateTime)
	}
	if d.Status == invite.StatusAccepted {
		return b.say.acceptedElsewhere(made.Name, made.Remark, on)
	}
	return b.say.openElsewhere(made.Name, made.Remark, on)
}

func (b Book) status(s invite.Status) string {
	switch s {
	case invite.StatusExpired:
		return b.say.asExpired()
	case invite.StatusAccepted:
		return b.say.asAccepted()
	case invite.StatusInvalid:
		return b.say.asInvalid()
	case invite.StatusCancelled:
		return b.say.asCancelled()
	}
	return b.say.asUnknown(s)
}
