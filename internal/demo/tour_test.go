package demo

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestTheTour(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"ask", (*browser).isLedToAsk},
		{"decide", (*browser).isLedToDecide},
		{"kill the bot in between", (*browser).isLedToKill},
		{"make trouble", (*browser).isLedToTrouble},
		{"a page that is reloaded knows", (*browser).remembersTheTour},
		{"how to set it up", (*browser).tellsHowToSetItUp},
		{"close it, for good", (*browser).closesTheTour},
	} {
		if !b.step(step.name, step.run) {
			return
		}
	}
}

// follow presses a step.
func (b *browser) follow(step string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//button[@data-step=%q]`, step))
}

// ticks waits until these steps have been done, and no others.
func (b *browser) ticks(steps string) {
	b.t.Helper()
	b.holds("done: "+steps, fmt.Sprintf(`[...document.querySelectorAll('.step.done')].map((step) => step.dataset.step).join(' ') === %q`, steps))
}

func (b *browser) isLedToAsk() {
	b.become(dan, "Dan Weber")
	b.follow("ask")
	b.holds("the page is Alice's", `new URLSearchParams(location.search).get('as') === 'U0ALICE'`)
	b.sees("#title", "#general")
	b.hasFocus("#composer textarea.pointed")
	b.holds("the command is written", `document.activeElement.value.startsWith('/invite-member 100012345678')`)
	b.ticks("")
	b.do("send it", chromedp.KeyEvent(kb.Enter))
	b.ticks("ask")
}

func (b *browser) isLedToDecide() {
	b.follow("decide")
	b.sees("#title", "#cloud-admins")
	b.hasFocus("[data-action=approve].pointed")
	b.ticks("ask")
	b.do("approve", chromedp.KeyEvent(kb.Enter))
	b.sees("dialog", "100012345678")
	b.do("confirm", chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	b.ticks("ask decide")
}

func (b *browser) isLedToKill() {
	b.click(`//button[@id='kill']`) // between nothing and nothing
	b.holds("the bot is connected again", `/[12] connection/.test(document.querySelector('#bot').textContent)`)
	b.follow("kill")
	b.holds("the command is written", `document.activeElement.value?.startsWith('/invite-member 100087654321')`)
	b.do("send it", chromedp.KeyEvent(kb.Enter))
	b.sees("#tour-help", "A request waits. Kill the bot now")
	b.do("fold it", chromedp.Click(chromedp.CSS("#sections summary")))
	b.click(`//button[@id='organization-close']`)
	b.follow("kill")
	b.hasFocus("#kill.pointed")
	b.ticks("ask decide")
	b.do("kill it", chromedp.KeyEvent(kb.Enter))
	b.sees("#tour-help", "Killed while a request waited. Now decide it")
	b.holds("the bot is connected again", `/[12] connection/.test(document.querySelector('#bot').textContent)`)
	b.follow("kill")
	b.hasFocus("[data-action=approve].pointed")
	b.ticks("ask decide")
	b.approve("Invite 100087654321")
	b.ticks("ask decide kill")
}

func (b *browser) isLedToTrouble() {
	b.follow("trouble")
	b.hasFocus("[data-trouble=cloud-outage].pointed")
	b.ticks("ask decide kill")
	b.do("switch it on", chromedp.KeyEvent(" "))
	b.ticks("ask decide kill trouble")
	b.turn("cloud-outage", false)
	b.sees("#tour-help", "That was all.")
}

func (b *browser) remembersTheTour() {
	b.load(carol, general, "")
	b.ticks("ask decide kill trouble")
}

func (b *browser) tellsHowToSetItUp() {
	b.click(`//section[@id='tour']//button[.='Set it up']`)
	b.sees("dialog", "“Set it up” of README.md")
	b.do("close it", chromedp.KeyEvent(kb.Escape))
	b.holds("it is closed", `!document.querySelector('dialog')`)
}

func (b *browser) closesTheTour() {
	const shown = `document.querySelector('#tour').checkVisibility()`
	b.click(`//button[@id='tour-close']`)
	b.holds("the tour is gone", "!"+shown)
	b.load(bob, admins, "")
	if value[bool](b, shown) {
		b.t.Error("the tour is back")
	}
	b.click(`//nav//button[.='Show the tour']`)
	b.holds("the tour is back", shown)
}
