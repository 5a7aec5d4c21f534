package words

import (
	"slices"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals/ledger"
)

// Witnessing adds, small, the number and the beginning of the hash of the ledger's newest event: what the database's owner
// could rewrite, Slack still shows. The text doesn't have it, as it differs from try to try.
func (c Content) Witnessing(head ledger.Head) Content {
	if head.Hash == "" {
		return c
	}
	c.Blocks = append(slices.Clip(c.Blocks), slack.NewContextBlock("", plain("ledger "+head.String())))
	return c
}

// Notice is what the approvals channel is told of an event that is about no request.
func (b Book) Notice(e ledger.Event) Content {
	if e.Kind == ledger.SetBack && e.Detail.Seen != nil {
		return b.prose(b.say.setBack(e.Detail.Seen.String())...)
	}
	if e.Kind == ledger.Rekeyed {
		return b.prose(b.say.rekeyed()...)
	}
	return b.prose(b.say.happened(subject{}, e.Kind))
}
