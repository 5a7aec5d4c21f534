package bot

import (
	"context"
	"time"

	"github.com/invitebot/invitebot/bot/words"
)

// What only one person sees is in their own language, as Slack knows it, and what many see in that of the approvals channel. That decides
// nothing, so it is remembered for longer than who somebody is, and nothing waits for it long, or fails because of it.

const (
	localeMemory = time.Hour
	localeLimit  = 700 * time.Millisecond // an acknowledgement has 3 seconds, and other questions before it
)

// bookOf is the book in the language of somebody. Who can't be asked about in time, or reads neither language, has the channel's.
func (b *Bot) bookOf(ctx context.Context, person string) words.Book {
	if person == "" {
		return b.book
	}
	if l, ok := words.LanguageOf(b.people.localeOf(ctx, person)); ok {
		return b.book.In(l)
	}
	return b.book
}

// localeOf is the locale of somebody. That it couldn't be had counts no longer where Slack has told since who they are.
func (p *people) localeOf(ctx context.Context, id string) string {
	ctx, cancel := context.WithTimeout(ctx, localeLimit)
	defer cancel()
	locale, _ := p.locales.get(ctx, id)
	if locale == "" {
		m, _ := p.members.recall(id)
		locale = m.locale
	}
	return locale
}

// askLocale is the locale of somebody, from the call that tells who they are. That it couldn't be had is an answer too, or everybody would
// wait for it anew.
func (p *people) askLocale(ctx context.Context, id string) (string, error) {
	m, _ := p.members.get(ctx, id)
	return m.locale, nil
}

// localeLasts is how long a locale counts.
func localeLasts(locale string) time.Duration {
	if locale == "" {
		return memory
	}
	return localeMemory
}
