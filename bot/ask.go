package bot

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/invite"
)

// The form in which somebody asks for accounts. It opens from the command without anything behind it, from the shortcut, from the home, and
// from what is told of accounts that came to nothing. What was filled in is read at once and each row that can't be is named; then what was understood is
// shown, and sent from there.

// openByCommand opens the form for who typed the command alone. Where it can't be opened, they are told how to ask without it.
func (b *Bot) openByCommand(ctx context.Context, e socket.Envelope, c typed) socket.Answer {
	by := c.visitor()
	if why := b.people.mayAsk(ctx, by); why != "" {
		return b.privately(e, b.turnAway(ctx, c, by, "ask", why))
	}
	instead := func(ctx context.Context) { b.answerLate(ctx, e, b.bookOf(ctx, by.ID).FormUnopened(c.Command)) }
	return socket.Answer{Late: instead, Then: func(ctx context.Context) {
		if b.post.Open(ctx, c.Trigger, b.bookOf(ctx, by.ID).Ask(nil, 0)) != nil {
			instead(ctx)
		}
	}}
}

// openByPress opens the form for who chose the shortcut or pressed Ask, which stand nowhere that an answer could be seen but in a form.
func (b *Bot) openByPress(ctx context.Context, i interaction) socket.Answer {
	by := i.visitor()
	c := approvals.Click{Key: i.Trigger, By: by.Person, Tried: words.ActionAsk}
	if why := b.people.mayAsk(ctx, by); why != "" {
		err := b.refuse(ctx, c, words.Target{}, why)
		return socket.Answer{Then: func(ctx context.Context) {
			book := b.bookOf(ctx, by.ID)
			b.openOrTell(ctx, i, book.Refused(b.failure(book, 0, err)), b.failure(book, 0, err))
		}}
	}
	return socket.Answer{Then: func(ctx context.Context) {
		book := b.bookOf(ctx, by.ID)
		b.openOrTell(ctx, i, book.Ask(nil, 0), book.FormUnopened(words.Command))
	}}
}

// openOrTell opens a form, or says something directly where Slack doesn't open it.
func (b *Bot) openOrTell(ctx context.Context, i interaction, form slack.ModalViewRequest, instead words.Content) {
	if b.post.Open(ctx, i.Trigger, form) != nil {
		b.post.Tell(ctx, channelOf(i), i.User.ID, instead)
	}
}

// askRefused opens the form with the accounts of a request that came to nothing, so that their names can be changed.
func (b *Bot) askRefused(ctx context.Context, i interaction, c approvals.Click, t words.Target) socket.Answer {
	r, err := b.desk.CanSee(ctx, c, t.Request)
	if err != nil {
		return b.clicked(c, t, err)
	}
	own := b.book.RemarkMade(r)
	came := r.CameToNothing()
	if t.AttemptNonce != "" { // the button stands under those that were refused
		came = r.Refused()
	}
	var accounts []invite.Invitation
	for _, came := range came {
		if came.Remark == own {
			came.Remark = "" // which names the earlier request
		}
		accounts = append(accounts, came.Invitation)
	}
	if len(accounts) == 0 {
		return b.clicked(c, t, b.refuse(ctx, c, t, ledger.NotCurrent))
	}
	return socket.Answer{Then: func(ctx context.Context) {
		book := b.bookOf(ctx, c.By.ID)
		b.openOrTell(ctx, i, book.Ask(accounts, r.ID), book.FormUnopened(words.Command))
	}}
}

// checkForm reads what was filled in, and shows what was understood of it, or what is wrong with which row.
func (b *Bot) checkForm(ctx context.Context, i interaction) socket.Answer {
	by := i.visitor()
	book := b.bookOf(ctx, by.ID)
	t, err := words.TargetOf(i.View.Private)
	if err != nil {
		return socket.Answer{Payload: book.NotDone(book.DraftGone())}
	}
	if refused := b.mayNotAsk(ctx, i, by, book); refused != nil {
		return *refused
	}
	filled := words.FilledIn(i.filledIn, i.chosen)
	rows, wrong := invite.ReadTable(filled.Accounts...)
	if full := filled.Full(); len(wrong) > 0 || len(full) > 0 {
		return socket.Answer{Payload: book.RowsWrong(wrong, full)}
	}
	if problem := invite.CheckRemark(filled.Remark); problem != nil {
		return socket.Answer{Payload: book.RemarkWrong(problem)}
	}
	told, wrongly := b.mayBeTold(ctx, by.ID, filled.AlsoTold)
	if len(wrongly) > 0 {
		return socket.Answer{Payload: book.CantBeTold(wrongly)}
	}
	draft := approvals.Draft{AlsoTold: told, AgainOf: t.Request, Unread: invite.UnreadColumns(filled.Accounts...)}
	for _, row := range rows {
		if row.Remark == "" {
			row.Remark = filled.Remark
		}
		draft.Invitations = append(draft.Invitations, row.Invitation)
	}
	p, err := b.desk.KeepDraft(ctx, by.Person, draft)
	if err != nil {
		return socket.Answer{Payload: book.NotDone(b.unstored(book, err))}
	}
	if len(p.Busy) > 0 {
		return socket.Answer{Payload: book.RowsBusy(p, rows)}
	}
	next := book.Check(p, 0, words.Content{})
	return socket.Answer{Payload: slack.NewPushViewSubmissionResponse(&next)}
}

// mayBeTold are those of the people whom somebody chose who can be told, each once and without themselves; and those who can't: guests, bots,
// people of other organizations, and whom Slack couldn't be asked about.
func (b *Bot) mayBeTold(ctx context.Context, by string, people []string) (told, wrongly []string) {
	if most := words.MaxAlsoTold; len(people) > most {
		return nil, people[most:]
	}
	known := make([]member, len(people))
	var asked sync.WaitGroup
	for n, id := range people {
		asked.Go(func() { known[n], _ = b.people.members.get(ctx, id) })
	}
	asked.Wait()
	for n, id := range people {
		switch {
		case id == by || slices.Contains(told, id):
		case known[n].full && known[n].ours:
			told = append(told, id)
		default:
			wrongly = append(wrongly, id)
		}
	}
	return told, wrongly
}

// mayNotAsk answers who may not ask in the form; nil: they may. Their rights may have ended since it was opened.
func (b *Bot) mayNotAsk(ctx context.Context, i interaction, by visitor, book words.Book) *socket.Answer {
	why := b.people.mayAsk(ctx, by)
	if why == "" {
		return nil
	}
	err := b.refuse(ctx, approvals.Click{Key: i.Trigger, By: by.Person, Tried: words.ActionAsk}, words.Target{}, why)
	return &socket.Answer{Payload: book.NotDone(b.failure(book, 0, err))}
}

// sendForm makes a request of what was understood.
func (b *Bot) sendForm(ctx context.Context, i interaction) socket.Answer {
	by := i.visitor()
	book := b.bookOf(ctx, by.ID)
	if refused := b.mayNotAsk(ctx, i, by, book); refused != nil {
		return *refused
	}
	p, page, err := b.draftOf(ctx, i, by)
	if err != nil {
		return socket.Answer{Payload: book.NotDone(b.draftLost(book, err))}
	}
	again, err := b.againOf(ctx, p)
	if err != nil {
		return socket.Answer{Payload: book.NotDone(b.unstored(book, err))}
	}
	r, err := b.desk.Submit(ctx, approvals.Submission{Key: p.Draft.Key(), Requester: by.Person, Invitations: p.Draft.Invitations,
		AgainOf: again, AlsoTold: p.Draft.AlsoTold, Remark: func(request int64) string { return b.book.Remark(request, by.Person) }})
	if err != nil {
		b.noteRefused(ctx, p.Draft, err)
		next := book.Check(p, page, b.turnedDown(book, typed{Command: words.Command}, p.Draft.Invitations, err))
		return socket.Answer{Payload: slack.NewUpdateViewSubmissionResponse(&next)}
	}
	return socket.Answer{Payload: book.Asked(book.Accepted(words.Command, b.channel, r))}
}

// noteRefused has a draft sent as another submission the next time, where it was refused. What couldn't be stored may have been: it is sent as the
// same one.
func (b *Bot) noteRefused(ctx context.Context, d approvals.Draft, why error) {
	if _, refused := errors.AsType[*approvals.RefusedError](why); !refused {
		return
	}
	if err := b.desk.DraftRefused(ctx, d); err != nil {
		b.log.Error("that a form was refused could not be stored; it is refused once more", "error", err)
	}
}

// draftOf is what the form shows that somebody has open, and which page of it.
func (b *Bot) draftOf(ctx context.Context, i interaction, by visitor) (p approvals.Preview, page int, err error) {
	t, err := words.TargetOf(i.View.Private)
	if err != nil || t.Installation != b.desk.Installation() {
		return p, 0, approvals.ErrNotFound
	}
	p, err = b.desk.DraftOf(ctx, by.Person, t.Draft)
	return p, t.Page, err
}

func (b *Bot) draftLost(book words.Book, err error) words.Content {
	if errors.Is(err, approvals.ErrNotFound) {
		return book.DraftGone()
	}
	return b.unstored(book, err)
}

// againOf is, for each account of a draft, the invitation that came to nothing and that it asks for once more; nil where it is about none.
func (b *Bot) againOf(ctx context.Context, p approvals.Preview) ([]int64, error) {
	if p.Draft.AgainOf == 0 {
		return nil, nil
	}
	before, err := b.desk.Request(ctx, p.Draft.AgainOf)
	if errors.Is(err, approvals.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	again := make([]int64, len(p.Draft.Invitations))
	for n, i := range p.Draft.Invitations {
		for _, came := range before.CameToNothing() {
			if came.UIN == i.UIN {
				again[n] = came.ID
			}
		}
	}
	return again, nil
}
