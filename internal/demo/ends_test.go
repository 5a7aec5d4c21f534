package demo

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestHowItEnds looks at what becomes of invitations: each end shows on the card and in the thread, without anybody asking for it.
func TestHowItEnds(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	for uin, end := range map[string]struct{ button, card, thread string }{
		"100000000501": {"Accept", "🎉 Joined · 100000000501", "the account has joined the organization."},
		"100000000502": {"Decline", "🙅 Declined · 100000000502", "the invitation was declined"},
		"100000000503": {"Cancel", "🚫 Cancelled · 100000000503", "the invitation was cancelled at Tencent Cloud, not by this bot."},
	} {
		b.invites(uin)
		b.click(`//ul[@id='invitations']/li[contains(., '` + uin + `')]//button[.='` + end.button + `']`)
		b.sees("#messages", end.card)
		b.click(thread(end.card))
		b.sees("#replies .message:last-child", end.thread)
		b.do("close the thread", chromedp.Click(chromedp.ID("thread-close")))
	}
	b.step("a member leaves", func(b *browser) {
		b.click(`//ul[@id='members']/li[contains(., '100000000501')]//button[.='Leave']`)
		b.sees("#messages", "👋 Left · 100000000501")
	})
	b.step("an approver cancels", func(b *browser) {
		b.invites("100000000504")
		b.click(thread("Invited · 100000000504"))
		b.click(`//div[@id='replies']//button[.='Cancel invitation']`)
		b.click(`//dialog//footer//button[.='Cancel invitation']`)
		b.sees("#replies .message:last-child", "@Bob Tanaka cancelled the invitation.")
		b.sees("#messages", "🚫 Cancelled · 100000000504")
		b.do("close the thread", chromedp.Click(chromedp.ID("thread-close")))
	})
	b.step("time runs out, and it is asked for again", func(b *browser) {
		b.invites("100000000505")
		b.click(`//button[@id='pass']`)
		b.sees("#messages", "⌛ Lapsed · 100000000505")
		b.become(alice, "Alice Moreau")
		b.open("invitebot")
		b.sees("#messages .message:last-child", "the invitation lapsed")
		b.click(`//div[@id='messages']//article[contains(., '100000000505') and contains(., 'lapsed')]//button[.='Invite again']`)
		b.click(`//dialog//footer//button[.='Invite again']`)
		b.sees("#messages .message:last-child", "It was asked for again: request 6.")
	})
}

// invites has Alice ask for an account, and Bob approve.
func (b *browser) invites(uin string) {
	b.t.Helper()
	b.become(alice, "Alice Moreau")
	b.ask(uin)
	b.become(bob, "Bob Tanaka")
	b.approve("Invite " + uin)
	b.sees("#messages", "✅ Invited · "+uin)
}
