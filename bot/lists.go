package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
)

// Questions that change nothing: which requests somebody has, what waits for an approver, how one stands.

// list tells somebody what they asked for, and an approver what waits for them.
func (b *Bot) list(ctx context.Context, c typed, by visitor, rest string) words.Content {
	if strings.TrimSpace(rest) != "" {
		return b.book.JustList(c.Command)
	}
	asks, decides, refused := b.looks(ctx, c, by, "list")
	if refused != nil {
		return *refused
	}
	var mine, waiting approvals.Listed
	var err error
	if decides {
		waiting, err = b.desk.WaitFor(ctx, by.ID)
	}
	if err == nil && (asks || !decides) {
		mine, err = b.desk.Mine(ctx, by.ID)
	}
	if err != nil {
		return b.unread(err)
	}
	return b.book.List(waiting, mine, decides, c.Command)
}

// status tells how one request stands, to who asked and to approvers. To everybody else the answer is the same as where there is none.
func (b *Bot) status(ctx context.Context, c typed, by visitor, number string) words.Content {
	id, ok := requestNumber(number)
	if !ok {
		return b.book.WhichStatus(c.Command)
	}
	_, decides, refused := b.looks(ctx, c, by, "status")
	if refused != nil {
		return *refused
	}
	r, err := b.desk.Request(ctx, id)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) {
		return b.unread(err)
	}
	if err != nil || r.Requester.ID != by.ID && !decides {
		return b.book.NotYours(id)
	}
	return b.book.Status(r)
}

// requestNumber reads a request's number as people write it.
func requestNumber(text string) (int64, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(text), "#"), 10, 64)
	return id, err == nil && id >= 1
}

// looks says whether somebody may ask, or decide; who may do neither is turned away.
func (b *Bot) looks(ctx context.Context, c typed, by visitor, tried string) (asks, decides bool, refused *words.Content) {
	why := b.people.mayAsk(ctx, by)
	_, no := b.people.mayDecide(ctx, by)
	if why != "" && no != "" {
		told := b.turnAway(ctx, c, by, tried, why)
		return false, false, &told
	}
	return why == "", no == "", nil
}

func (b *Bot) unread(err error) words.Content {
	b.log.Error("the requests could not be read", "error", err)
	return b.book.Unread()
}

// withdrawable lists what somebody can take back, each with a button.
func (b *Bot) withdrawable(ctx context.Context, c typed, by visitor) words.Content {
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.turnAway(ctx, c, by, "withdraw", why)
	}
	open, err := b.desk.Open(ctx, by.ID)
	if err != nil {
		return b.unread(err)
	}
	return b.book.Withdrawable(open, c.Command)
}

// withdrawClicked takes a request back by a button of that list, which is no message on record.
func (b *Bot) withdrawClicked(ctx context.Context, i interaction, c approvals.Click, t words.Target, by visitor) socket.Answer {
	c.Button.At = approvals.Place{}
	if t.Installation != b.desk.Installation() {
		return b.clicked(c, t, b.refuse(ctx, c, t, ledger.ForeignCard))
	}
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.clicked(c, t, b.refuse(ctx, c, t, why))
	}
	r, err := b.desk.Withdraw(ctx, c, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	return socket.Answer{Then: func(ctx context.Context) { b.tellWithdrawn(ctx, i, c, r) }}
}

// tellWithdrawn puts into the list's place what was taken back, and what else can be.
func (b *Bot) tellWithdrawn(ctx context.Context, i interaction, c approvals.Click, r approvals.Request) {
	told := b.book.Withdrawn(r)
	if open, err := b.desk.Open(ctx, c.By.ID); err == nil && open.All > 0 {
		told = told.And(b.book.Withdrawable(open, words.Command))
	}
	if err := b.respond(ctx, c.Channel, i.ResponseURL, told, slack.MsgOptionReplaceOriginal(i.ResponseURL)); err != nil {
		b.post.Tell(ctx, c.Channel, c.By.ID, told)
	}
}
