package demo

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestBehindTheScenes(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.ask("100012345678")
	b.become(bob, "Bob Tanaka")
	b.approve("Invite 100012345678")
	b.sees("#messages", "Invitation sent.")
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"a call names its account", (*browser).namesAccounts},
		{"trouble is above what grows", (*browser).hasTroubleAbove},
		{"trouble that is on shows everywhere", (*browser).marksTrouble},
		{"a bot that ended by itself is no trouble that was made", (*browser).tellsOfAnEnd},
		{"a bot that is down is started by its own button", (*browser).startsAgain},
		{"a thread hides nothing in a wide window", (*browser).showsBothPanes},
		{"a thread gives way in a narrow window and comes back", (*browser).takesTurns},
	} {
		if !b.step(step.name, step.run) {
			return
		}
	}
}

func (b *browser) namesAccounts() {
	b.sees("#calls li", "SendOrganizationInvitation")
	b.sees("#calls li", "UIN 100012345678")
}

func (b *browser) hasTroubleAbove() {
	for _, list := range []string{"invitations", "members", "calls"} {
		if !value[bool](b, fmt.Sprintf(`document.querySelector('#troubles').getBoundingClientRect().bottom <= document.querySelector('#%s').getBoundingClientRect().top`, list)) {
			b.t.Errorf("trouble is below the %s", list)
		}
	}
	if !value[bool](b, `document.querySelector('[data-trouble=bot-down]').getBoundingClientRect().bottom < innerHeight`) {
		b.t.Error("one has to scroll to make trouble")
	}
}

func (b *browser) marksTrouble() {
	const marked = `document.querySelector('#cloud .mark').checkVisibility()`
	if value[bool](b, marked) {
		b.t.Error("there is a mark without trouble")
	}
	b.turn("name-taken", true)
	b.turn("slack-outage", true)
	b.do("fold the switches", chromedp.Click(chromedp.CSS("#trouble summary")))
	b.holds("the switches are folded", `!document.querySelector('#trouble').open`)
	b.sees("#trouble summary", "2 on")
	b.click(`//button[@id='organization-close']`)
	b.holds("the pane is gone", `!document.querySelector('#organization').checkVisibility()`)
	b.holds("there is a mark", marked)
	b.sees("#cloud .mark", "2")
	b.holds("the button says what it means", `document.querySelector('#cloud').ariaLabel === 'Behind the scenes, trouble: 2 on, Tencent Cloud: Name taken, Slack: Outage'`)
	b.click(`//button[@id='cloud']`)
	b.do("unfold the switches", chromedp.Click(chromedp.CSS("#trouble summary")))
	b.turn("slack-outage", false)
	b.turn("name-taken", false)
	b.holds("the mark is gone", "!"+marked)
	b.holds("the bot is connected again", `/[12] connection/.test(document.querySelector('#bot').textContent)`)
}

const connected = `/^Process \d+, [12] connection/.test(document.querySelector('#bot').textContent)`

// process is the bot's process ID.
func (b *browser) process() int {
	b.t.Helper()
	return value[int](b, `Number(/^Process (\d+)/.exec(document.querySelector('#bot').textContent)[1])`)
}

// isReplaced waits until another process than this one is connected.
func (b *browser) isReplaced(process int) {
	b.t.Helper()
	b.holds("the bot is connected again", fmt.Sprintf(`%s && !document.querySelector('#bot').textContent.startsWith('Process %d,')`, connected, process))
}

func (b *browser) tellsOfAnEnd() {
	if err := syscall.Kill(b.process(), syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
	b.sees("#bot", "Not running: exit status 0. See the terminal.")
	b.sees("#kill", "Start the bot")
	if value[bool](b, `document.querySelector('#cloud .mark').checkVisibility() || document.querySelector('[data-trouble=bot-down]').checked`) {
		b.t.Error("that counts as trouble that somebody made")
	}
	if value[string](b, `getComputedStyle(document.querySelector('#bot')).color`) == value[string](b, `getComputedStyle(document.querySelector('#sections')).color`) {
		b.t.Error("that looks like any other state")
	}
	b.click(`//button[@id='kill']`)
	b.holds("the bot is connected again", connected)
	b.holds("it wasn't killed", `!document.querySelector('#bot').textContent.includes('Killed')`)
}

func (b *browser) startsAgain() {
	b.turn("bot-down", true)
	b.click(`//button[@id='kill' and .='Start the bot']`)
	b.holds("the bot is connected again", connected)
	b.holds("the switch is off", `!document.querySelector('[data-trouble=bot-down]').checked`)
	b.holds("the mark is gone", `!document.querySelector('#cloud .mark').checkVisibility()`)
}

// inSight is whether a pane is shown, with something of it inside of the window.
func inSight(pane string) string {
	return fmt.Sprintf(`((pane) => pane.checkVisibility() && pane.getBoundingClientRect().left >= 0 && pane.getBoundingClientRect().right <= innerWidth + 1)(document.querySelector('#%s'))`, pane)
}

func (b *browser) showsBothPanes() {
	b.click(thread("Invited · 100012345678"))
	b.sees("#replies", "the invitation was sent.")
	for _, pane := range []string{"thread", "organization"} {
		b.holds("the "+pane+" is in sight", inSight(pane))
	}
	if width := value[float64](b, `document.querySelector('#room').clientWidth`); width < 400 {
		b.t.Errorf("the channel has %.0f px", width)
	}
}

func (b *browser) takesTurns() {
	b.resize(1000, 800)
	b.holds("the thread is in sight", inSight("thread"))
	b.click(`//button[@id='cloud']`)
	b.holds("what is behind the scenes is in sight", inSight("organization"))
	b.holds("the thread has given way", "!"+inSight("thread"))
	b.holds("the button says so", `document.querySelector('#cloud').ariaExpanded === 'true'`)
	b.click(`//button[@id='cloud']`)
	b.holds("the thread is back", inSight("thread"))
	b.holds("the button says so", `document.querySelector('#cloud').ariaExpanded === 'false'`)
	b.click(`//button[@id='cloud']`)
	b.click(thread("Invited · 100012345678"))
	b.holds("a thread that is opened comes first", inSight("thread"))
}
