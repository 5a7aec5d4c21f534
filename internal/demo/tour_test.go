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

// The page says how many approvals it takes, and leads to both who give them.
func TestTheTourWithTwoApprovals(t *testing.T) {
	t.Setenv("APPROVALS_REQUIRED", "2")
	b := openPage(t, startDemo(t))
	b.ask("100012345678")
	b.become(bob, "Bob Tanaka")
	b.sees("#messages", "Two approvals, one from Carol and one from me, send the invitation.")
	b.sees("#messages .tip", "It takes both Bob and Carol to approve")
	b.sees("#tour-help", "Two approvals are needed, Bob's and Carol's.")
	for _, by := range []string{bob, carol} {
		b.become(alice, "Alice Moreau")
		b.follow("decide")
		b.holds("the page is the approver's", fmt.Sprintf(`new URLSearchParams(location.search).get('as') === %q`, by))
		b.hasFocus("[data-action=approve].pointed")
		b.ticks("ask")
		b.approve("Invite 100012345678")
		if by == bob {
			b.sees("#tour-help", "One of the two approvals is given. Now decide as Carol Diaz.")
		}
	}
	b.ticks("ask decide")
	b.sees("#messages", "Invitation sent.")
}

// What an approver is told of their own requests is what the bot does.
func TestTheTipIsTrue(t *testing.T) {
	for _, c := range []struct{ required, allowSelf, want string }{
		{"", "", "What you ask for yourself, somebody else has to approve."},
		{"2", "false", "It takes both Bob and Carol to approve, and nobody may approve what they ask for themselves."},
		{"1", "true", "You may approve what you ask for yourself, too."},
		{"2", "true", "It takes both Bob and Carol to approve."},
	} {
		t.Setenv("APPROVALS_REQUIRED", c.required)
		t.Setenv("ALLOW_SELF_APPROVAL", c.allowSelf)
		for _, p := range cast[1:3] {
			if tip, want := readRules().tip(p), decide+" "+c.want; tip != want {
				t.Errorf("%q and %q: %s is told %q, want %q", c.required, c.allowSelf, p.RealName, tip, want)
			}
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
