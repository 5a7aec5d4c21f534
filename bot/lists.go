package bot

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// What people look at before they do something: list, status, and withdraw without a number, whose answer has buttons. These read in
// one transaction each, and leave nothing in the ledger but that somebody was refused.

// list tells somebody what they have asked and what waits for their decision. An approver who may not ask still decides.
func (b *Bot) list(ctx context.Context, c typed, by visitor, rest string) words.Content {
	if strings.TrimSpace(rest) != "" {
		return b.bookOf(ctx, by.ID).ListAlone(c.Command)
	}
	notApprover, notRequester := b.mayLook(ctx, by)
	if notApprover != "" && notRequester != "" {
		return b.turnAway(ctx, c, by, "list", notRequester)
	}
	l, err := b.desk.ListFor(ctx, by.ID, notApprover == "")
	if err != nil {
		return b.unread(b.bookOf(ctx, by.ID), err)
	}
	book := b.bookOf(ctx, by.ID)
	shown := book.Lists(l, notApprover == "")
	if notApprover == ledger.Unchecked {
		return shown.And(book.ApproverUnchecked())
	}
	return shown
}

// mayLook says why somebody doesn't count as an approver, and why they may not ask: one of the two is enough to look. Both are found
// out at once, as Slack may take its time for each.
func (b *Bot) mayLook(ctx context.Context, by visitor) (notApprover, notRequester ledger.Why) {
	var decides sync.WaitGroup
	decides.Go(func() { _, notApprover = b.people.mayDecide(ctx, by) })
	notRequester = b.people.mayAsk(ctx, by)
	decides.Wait()
	return notApprover, notRequester
}

// status tells how one request stands. To everybody but its requester and the approvers the answer is that of a request that doesn't
// exist.
func (b *Bot) status(ctx context.Context, c typed, by visitor, number string) words.Content {
	id, _ := requestNumber(number)
	if id == 0 {
		return b.bookOf(ctx, by.ID).WhichStatus(c.Command)
	}
	notApprover, notRequester := b.mayLook(ctx, by)
	if notApprover != "" && notRequester != "" {
		return b.turnAway(ctx, c, by, "status", notRequester)
	}
	r, err := b.desk.Look(ctx, id)
	missing := errors.Is(err, approvals.ErrNotFound)
	switch {
	case err != nil && !missing:
		return b.unread(b.bookOf(ctx, by.ID), err)
	case !missing && (notApprover == "" || r.Requester.ID == by.ID):
		return b.bookOf(ctx, by.ID).Status(r)
	case notApprover == "":
		return b.bookOf(ctx, by.ID).NoSuchRequest(id)
	}
	return b.hide(ctx, c, by, id, notApprover)
}

// hide refuses to show a request that isn't somebody's own, or isn't there. Where it isn't known whether they are an approver, that
// is why.
func (b *Bot) hide(ctx context.Context, c typed, by visitor, id int64, notApprover ledger.Why) words.Content {
	book := b.bookOf(ctx, by.ID)
	why, answer := ledger.NotRequester, book.NotTheirsToSee(id)
	if notApprover == ledger.Unchecked {
		why, answer = ledger.Unchecked, book.Refusal(ledger.Detail{Why: ledger.Unchecked}, approvals.Request{})
	}
	_, err := b.desk.Refuse(ctx, approvals.Click{Key: c.Trigger, By: by.Person, Tried: "status"}, id, why)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) {
		return b.unread(b.bookOf(ctx, by.ID), err)
	}
	return answer
}

// withdrawable lists what somebody may take back.
func (b *Bot) withdrawable(ctx context.Context, by visitor) words.Content {
	l, err := b.desk.ListOpen(ctx, by.ID)
	if err != nil {
		return b.unread(b.bookOf(ctx, by.ID), err)
	}
	return b.bookOf(ctx, by.ID).Withdrawable(l)
}

func (b *Bot) unread(book words.Book, err error) words.Content {
	b.log.Error("a command's answer could not be looked up", "error", err)
	return book.Unread()
}

// takeBack withdraws a request by a button of such a list. That is an answer of which the database has no record, so it isn't known
// where the button stands; the nonce and the digest say that it is this request's. Whose it is, the desk sees to.
func (b *Bot) takeBack(ctx context.Context, i interaction, c approvals.Click, t words.Target, by visitor) socket.Answer {
	c.Button.At = approvals.Place{}
	if t.Installation != b.desk.Installation() {
		return b.clicked(c, t, b.refuse(ctx, c, t, ledger.ForeignCard))
	}
	if why := b.people.mayAsk(ctx, by); why != "" {
		t.Request = 0 // they learn nothing of any request
		return b.clicked(c, t, b.refuse(ctx, c, t, why))
	}
	r, err := b.desk.Withdraw(ctx, c, t.Request)
	told := b.clicked(c, t, err).Then
	return socket.Answer{Then: func(ctx context.Context) {
		if told != nil {
			told(ctx)
		}
		if i.isAtHome() { // which shows it by itself
			return
		}
		book := b.bookOf(ctx, by.ID)
		var done words.Content
		if err == nil {
			done = book.Withdrawn(r)
		}
		b.showLeft(ctx, i, c, book, done)
	}}
}

// showLeft puts what is left in the place of the list that a button was pressed in. Where that can't be done, what the button did is
// said all the same.
func (b *Bot) showLeft(ctx context.Context, i interaction, c approvals.Click, book words.Book, done words.Content) {
	l, err := b.desk.ListOpen(ctx, c.By.ID)
	if err != nil {
		b.log.Error("what is left to withdraw could not be looked up", "error", err)
	}
	now := done
	if err == nil {
		now = book.Left(done, l)
	}
	if now.Text == "" || b.replace(ctx, i, now) || done.Text == "" {
		return
	}
	b.post.Tell(ctx, c.Channel, c.By.ID, done)
}

// replace puts something in the place of a message that only one person sees, by its response_url: no method can edit it.
func (b *Bot) replace(ctx context.Context, i interaction, now words.Content) bool {
	if i.ResponseURL == "" {
		return false
	}
	err := b.respond(ctx, channelOf(i), i.ResponseURL, now, slack.MsgOptionReplaceOriginal(i.ResponseURL))
	if err != nil {
		b.log.Warn("a list could not be replaced", "error", err)
	}
	return err == nil
}
