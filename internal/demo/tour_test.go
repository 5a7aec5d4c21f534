package demo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/invitebot/invitebot/bot/bottest"
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

// The tour's bar has one height whatever it says, its steps are in a row, and what closes it is at the right.
func TestTheToursBarStaysAsItIs(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	heights := map[int64]float64{}
	measure := func(state string) {
		t.Helper()
		for _, width := range []int64{1280, 1121, 1000, 821, 760, 721, 700, 390, 320} {
			b.resize(width, 800)
			if height := value[float64](b, `document.querySelector('#tour').getBoundingClientRect().height`); heights[width] == 0 {
				heights[width] = height
			} else if height != heights[width] && width > 320 {
				t.Errorf("%s: at %d px the bar is %.0f px high, and was %.0f px before", state, width, height, heights[width])
			}
			const row = `(([first, ...others], close) => others.every((step) => Math.abs(step.getBoundingClientRect().top - first.getBoundingClientRect().top) < 1)
				&& close.left > others.at(-1).getBoundingClientRect().right && innerWidth - close.right < 20)([...document.querySelectorAll('.step')], document.querySelector('#tour-close').getBoundingClientRect())`
			if !value[bool](b, row) {
				t.Errorf("%s: at %d px the steps aren't in a row with the button that closes the tour at the right", state, width)
			}
		}
		b.resize(1280, 800)
	}
	measure("before anything")
	card := b.ask("100012345678")
	b.ticks("ask")
	measure("asked")
	b.become(bob, "Bob Tanaka")
	b.approve(card)
	b.ticks("ask decide")
	measure("decided")
	b.become(alice, "Alice Moreau")
	card = b.ask("100087654321")
	b.sees("#tour-help", "A request waits.")
	measure("asked again")
	killed := b.process()
	b.click(`//button[@id='kill']`)
	b.sees("#tour-help", "Now decide it")
	measure("killed")
	b.isReplaced(killed)
	b.become(bob, "Bob Tanaka")
	b.approve(card)
	b.ticks("ask decide kill")
	measure("decided after a kill")
	b.turn("bot-down", true)
	b.sees("#tour-help", "It is on.")
	measure("trouble is on")
	b.become(alice, "Alice Moreau")
	b.write("/invite-member 100055556666 Archive")
	b.ticks("ask decide kill trouble")
	measure("finished")
}

// Trouble that keeps a command or a click from the bot is met by it.
func TestTroubleOnTheWayToTheBotIsMet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		deed func(*world) error
	}{
		{"a command", func(w *world) error {
			_, err := w.say(t.Context(), deed{As: alice, Channel: general, Text: "/invite-member 100012345678 Alice"})
			return err
		}},
		{"a click", func(w *world) error {
			_, err := w.told(bottest.Answer{Failure: bottest.Undispatched}, nil)
			return err
		}},
	} {
		w := newTestWorld(t)
		if err := c.deed(w); err != nil {
			t.Fatal(err)
		}
		if w.metTrouble() {
			t.Errorf("%s that came to nothing without trouble counts", c.name)
		}
		for _, on := range []bool{true, false} {
			if err := w.makeTrouble(slackOutage, on); err != nil {
				t.Fatal(err)
			}
			if w.metTrouble() {
				t.Error("trouble that nobody met counts")
			}
		}
		if err := w.makeTrouble(slackOutage, true); err != nil {
			t.Fatal(err)
		}
		if err := c.deed(w); err != nil {
			t.Fatal(err)
		}
		if !w.metTrouble() {
			t.Errorf("%s that came to nothing doesn't count", c.name)
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
	if said, typed := value[string](b, `document.querySelector('#tour-help').textContent`), value[string](b, `document.querySelector('#composer textarea').value`); typed != "" || !strings.HasPrefix(said, "Press the step to have the command written") {
		b.t.Errorf("the box holds %q, and the tour says: %s", typed, said)
	}
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
	killed := b.process()
	b.click(`//button[@id='kill']`) // between nothing and nothing
	b.isReplaced(killed)
	b.follow("kill")
	b.holds("the command is written", `document.activeElement.value?.startsWith('/invite-member 100087654321')`)
	b.do("send it", chromedp.KeyEvent(kb.Enter))
	b.sees("#tour-help", "A request waits. Kill the bot now")
	b.do("fold it", chromedp.Click(chromedp.CSS("#sections summary")))
	b.click(`//button[@id='organization-close']`)
	b.follow("kill")
	b.hasFocus("#kill.pointed")
	b.ticks("ask decide")
	killed = b.process()
	b.do("kill it", chromedp.KeyEvent(kb.Enter))
	b.sees("#tour-help", "Killed while a request waited. Now decide it")
	b.isReplaced(killed)
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
	b.sees("#tour-help", "It is on. Ask for another account")
	b.ticks("ask decide kill") // nobody has met it
	b.turn("cloud-outage", false)
	b.sees("#tour-help", "Switch something on")
	b.ticks("ask decide kill")
	b.turn("cloud-outage", true)
	b.sees("#tour-help", "It is on. Ask for another account") // by then the step leads on
	b.follow("trouble")
	b.holds("the page is Alice's", `new URLSearchParams(location.search).get('as') === 'U0ALICE'`)
	b.sees("#title", "#general")
	b.hasFocus("#composer textarea.pointed")
	b.holds("the command is written", `document.activeElement.value?.startsWith('/invite-member 100055556666')`)
	b.do("send it", chromedp.KeyEvent(kb.Enter))
	b.sees("#tour-help", "It is on, and a request waits.")
	b.ticks("ask decide kill")
	b.follow("trouble")
	b.hasFocus("[data-action=approve].pointed")
	b.approve("Invite 100055556666")
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
