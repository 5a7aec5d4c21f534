package demo

import (
	"context"
	"errors"
	"strings"

	"github.com/invitebot/invitebot/bot/bottest"
)

// The pictures of the form and what comes of it, of the home, and of the other language.

// many is a request with as many accounts as the example has, from the form to its tables.
func (p photographer) many(ctx context.Context, _ bottest.Message, _ string) error {
	if _, err := p.slack.Shortcut(ctx, alice, shortcuts[0].ID); err != nil {
		return err
	}
	rows, err := assets.ReadFile("page/example.tsv")
	if err != nil {
		return err
	}
	if err := p.submitsTop(ctx, alice, shortcuts[0].ID, map[string]string{"accounts/field": string(rows), "also_told/field": carol}); err != nil {
		return err
	}
	check, err := p.top(ctx, alice, "send")
	if err != nil {
		return err
	}
	if _, err := p.slack.CloseView(ctx, alice, check.ID); err != nil { // back to what is filled in
		return err
	}
	if err := p.take(ctx, picture{name: "form", as: alice, in: general}); err != nil {
		return err
	}
	err = errors.Join(p.submitsTop(ctx, alice, shortcuts[0].ID, nil), p.submitsTop(ctx, alice, "send", nil))
	card, unposted := p.cardThat(ctx, "has all accounts", func(m bottest.Message) bool { return isWaiting(m) && strings.Contains(m.Text, "30 accounts") })
	if err := errors.Join(err, unposted); err != nil {
		return err
	}
	return errors.Join(p.atHome(ctx), p.tables(ctx, card))
}

// top waits until somebody sees a certain modal.
func (w *world) top(ctx context.Context, user, callback string) (v bottest.View, err error) {
	err = w.await(ctx, "the modal "+callback+" doesn't open", func() bool {
		if all := w.slack.Views(user); len(all) > 0 {
			v = all[len(all)-1]
		}
		return v.CallbackID == callback
	})
	return v, err
}

func (w *world) submitsTop(ctx context.Context, user, callback string, values map[string]string) error {
	v, err := w.top(ctx, user, callback)
	if err != nil {
		return err
	}
	a, err := w.slack.Submit(ctx, user, v.ID, values)
	if err == nil && (!a.OK() || len(a.Errors) > 0) {
		err = errors.New("the form is answered with " + a.Failure)
	}
	return err
}

// cardThat waits for a card of which something holds.
func (w *world) cardThat(ctx context.Context, what string, holds func(bottest.Message) bool) (card bottest.Message, err error) {
	err = w.await(ctx, "no card "+what, func() bool {
		found := newest(w.requests(), holds)
		if found != nil {
			card = *found
		}
		return found != nil
	})
	return card, err
}

// atHome is what an approver sees at the app's home.
func (p photographer) atHome(ctx context.Context) error {
	if _, err := p.slack.OpenHome(ctx, bob); err != nil {
		return err
	}
	if err := p.await(ctx, "the home isn't drawn", func() bool { return p.homeOf(bob) != nil }); err != nil {
		return err
	}
	return p.take(ctx, picture{name: "home", as: bob, in: p.slack.DM(bob), home: true})
}

// tables are those in the thread of a card.
func (p photographer) tables(ctx context.Context, card bottest.Message) error {
	if err := p.approve(ctx, card); err != nil {
		return err
	}
	if _, err := p.cardThat(ctx, "tells the end", func(m bottest.Message) bool { return strings.Contains(m.Text, "28 of 30 invited") }); err != nil {
		return err
	}
	_, silent := p.replies(ctx, card)
	return errors.Join(silent, p.take(ctx, picture{name: "tables", as: bob, in: admins, thread: card.TS}))
}

// chinese is an approved request in Chinese.
func (p photographer) chinese(ctx context.Context, _ bottest.Message, _ string) error {
	if _, err := p.speak(ctx, deed{Text: "zh-CN"}); err != nil {
		return err
	}
	if err := p.begin(ctx); err != nil {
		return err
	}
	if _, err := p.slack.Command(ctx, alice, general, "/invite-member 100012345690，数据平台——财务部"); err != nil {
		return err
	}
	ours := func(m bottest.Message) bool { return strings.Contains(m.Text, "100012345690") }
	card, err := p.cardThat(ctx, "is in Chinese", ours)
	if err != nil {
		return err
	}
	if err := p.approve(ctx, card); err != nil {
		return err
	}
	_, err = p.cardThat(ctx, "tells the end", func(m bottest.Message) bool { return ours(m) && isDecided(m) })
	_, silent := p.replies(ctx, card)
	return errors.Join(err, silent, p.take(ctx, picture{name: "chinese", as: bob, in: admins, thread: card.TS}))
}
