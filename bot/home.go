package bot

import (
	"context"
	"errors"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// The App Home. That somebody opened it is committed before it is acknowledged, and drawn by the worker, as it is when something of theirs
// changes: that is approvals' to see to. Here is what is drawn, and for whom; and what its buttons do.

var _ approvals.Homes = (*Bot)(nil)

// event is something that Slack tells: docs.slack.dev/reference/events/app_home_opened.
type event struct {
	Event struct {
		Type string `json:"type"`
		User string `json:"user"`
		Tab  string `json:"tab"`
	} `json:"event"`
}

// hear takes in what Slack tells. An event comes again until it is acknowledged; a home that is opened twice is drawn twice.
func (b *Bot) hear(ctx context.Context, e event) socket.Answer {
	if opened := e.Event; opened.Type == "app_home_opened" && opened.Tab == homeTab && opened.User != "" {
		b.openHome(ctx, opened.User, 0)
	}
	return socket.Answer{}
}

// homeTab is what the Home tab is called in an event, and the view in it in an interaction.
const homeTab = "home"

func (b *Bot) openHome(ctx context.Context, user string, page int) {
	if err := b.desk.OpenHome(ctx, user, page); err != nil {
		b.log.Error("a home can't be drawn", "person", user, "error", err)
	}
}

// ShowHome shows somebody a page of their home, as [approvals.Homes] wants it. It gives way to envelopes in hand, as messages do. Of which
// team they are no event says, so that is asked, when it may be (asking.go). Where Slack asks to wait for that, nothing is drawn until then. Where it
// doesn't answer, what is known is shown, and the home is drawn again.
func (b *Bot) ShowHome(ctx context.Context, user string, page int) (isApprover bool, err error) {
	select {
	case <-b.identified:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	b.listener.WaitCalm(ctx, yieldLimit)
	if wait := b.homeWait(user); wait > 0 {
		return false, later(wait)
	}
	notApprover, notRequester := b.mayLook(ctx, visitor{Person: approvals.Person{ID: user}})
	unchecked := notApprover == ledger.Unchecked || notRequester == ledger.Unchecked
	if wait := b.people.closedFor(); unchecked && wait > 0 {
		return false, later(wait)
	}
	h, err := b.desk.Home(ctx, user, notApprover == "", page)
	if err != nil {
		return false, err
	}
	view := b.bookOf(ctx, user).Home(h, words.Rights{NotApprover: notApprover, NotRequester: notRequester})
	err = b.post.Publish(ctx, user, view)
	if err == nil && unchecked {
		err = errUnchecked
	}
	return notApprover == "", err
}

// errUnchecked is why a home that was shown is drawn again.
var errUnchecked = errors.New("it wasn't found out who they are, and what depends on that is missing")

// isAtHome says whether a button of a home was pressed.
func (i interaction) isAtHome() bool { return i.View.Type == homeTab }

// pressAtHome answers a button of a home. Nothing is decided there. There is no channel to tell a refusal in: it is told in a form over the
// home, or else directly.
func (b *Bot) pressAtHome(ctx context.Context, i interaction) socket.Answer {
	user, action := i.User.ID, i.Actions[0]
	switch action.ID {
	case words.ActionOlder, words.ActionNewer:
		b.openHome(ctx, user, words.PageOf(action.Value))
	case words.ActionWithdraw:
		i.Channel.ID = user
		does := b.click(ctx, i, i.visitor())
		return socket.Answer{Then: func(ctx context.Context) {
			b.openHome(ctx, user, words.PageOf(i.View.Private))
			if does.Then != nil {
				does.Then(ctx)
			}
		}}
	}
	return socket.Answer{}
}
