package demo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestOnAPhone(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.resize(390, 844)
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"everybody is in sight and has a name", (*browser).showsEverybody},
		{"the message box shows all that is written", (*browser).showsAllThatIsWritten},
		{"the menu's button tells what is unread", (*browser).marksUnread},
		{"the bot's direct messages have no composer", (*browser).hasNoComposer},
		{"an unknown command stays in the box", (*browser).keepsWhatWasTyped},
		{"a notice covers nothing", (*browser).coversNothing},
		{"a notice about a modal is in it", (*browser).tellsInTheModal},
	} {
		if !b.step(step.name, step.run) {
			return
		}
	}
}

// showsEverybody at the widths of phones, and at a desktop's with large letters.
func (b *browser) showsEverybody() {
	for _, width := range []int64{1080, 901, 721, 640, 390, 320} {
		b.resize(width, 844)
		const outside = `[...document.querySelectorAll('#people label')].filter((label) => {
			const {left, right, top, bottom} = label.getBoundingClientRect(), at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
			return left < 0 || right > innerWidth || !label.contains(at) || !label.querySelector('.name').checkVisibility() || label.querySelector('.name').clientHeight < 8;
		}).map((label) => label.textContent)`
		if outside := value[[]string](b, outside); len(outside) > 0 {
			b.t.Errorf("at %d px one can't reach, or doesn't see the name of, %q", width, outside)
		}
		for n, name := range b.names("radio") {
			if want := cast[n].RealName + " " + cast[n].role; name != want {
				b.t.Errorf("at %d px a screen reader says %q, not %q", width, name, want)
			}
		}
	}
	b.resize(390, 844)
}

// names are the names of all elements of a role, as screen readers get them.
func (b *browser) names(role string) (names []string) {
	tree := command(b, "read the accessibility tree", accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	for _, n := range tree.Nodes {
		if !n.Ignored && n.Role != nil && string(n.Role.Value) == fmt.Sprintf("%q", role) {
			names = append(names, strings.Trim(string(n.Name.Value), `"`))
		}
	}
	return names
}

// showsAllThatIsWritten also where nobody broke the line, and where the window or a draft brings other lines.
func (b *browser) showsAllThatIsWritten() {
	const box = `document.querySelector('#composer textarea')`
	const all = box + `.scrollHeight <= ` + box + `.clientHeight`
	b.follow("ask")
	b.holds("the example is written", box+`.value.endsWith('for the data team')`)
	b.holds("all of it is in sight", all+` && `+box+`.rows > 1`)
	b.resize(320, 844)
	b.holds("all of it is in sight at 320 px", all+` && `+box+`.rows > 2`)
	b.resize(1280, 844)
	b.holds("it has a line, where there is room for it", all+` && `+box+`.rows === 1`)
	b.resize(390, 844)
	b.become(bob, "Bob Tanaka")
	b.become(alice, "Alice Moreau")
	b.holds("all of the draft is in sight", box+`.value !== '' && `+all+` && `+box+`.rows > 1`)
	b.do("write much", chromedp.Focus(chromedp.CSS("#composer textarea")), chromedp.Evaluate[chromedp.Void](`document.execCommand('insertText', false, ' and more'.repeat(100))`))
	b.holds("the box has an end", box+`.rows === 8`)
	b.do("empty it", chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(kb.Backspace))
	b.holds("the box has shrunk", box+`.rows === 1`)
}

func (b *browser) marksUnread() {
	const marked = `document.querySelector('#menu .mark').checkVisibility()`
	if value[bool](b, marked) {
		b.t.Error("there is a mark, and nothing is unread")
	}
	b.ask("100012345678")
	b.holds("there is a mark", marked)
	b.sees("#menu .mark", "1")
	b.holds("the button says what it means", `document.querySelector('#menu').ariaLabel === 'Channels, 1 unread'`)
	b.click(`//button[@id='menu']`)
	b.open("cloud-admins")
	b.holds("the mark is gone", "!"+marked)
	b.holds("the menu is closed, and its button says so", `document.querySelector('#menu').ariaExpanded === 'false'`)
}

func (b *browser) hasNoComposer() {
	b.click(`//button[@id='menu']`)
	b.open("invitebot")
	b.sees("#composer", "Sending messages to this app is turned off.")
	if value[bool](b, `document.querySelector('#room textarea, #room .send, #room .answer')`+` !== null`) {
		b.t.Error("one can write where nobody reads")
	}
	b.load(alice, general, "")
	b.hasFocus("#composer textarea")
}

func (b *browser) keepsWhatWasTyped() {
	b.write("/nonsense 100012345679 Bob")
	b.sees("#notice", "/nonsense is not a command of this workspace")
	const typed = `document.querySelector('#composer textarea').value`
	b.holds("what was typed is there", typed+` === '/nonsense 100012345679 Bob'`)
	b.hasFocus("#composer textarea")
}

func (b *browser) coversNothing() {
	for _, other := range []string{"#composer .box", "#messages", ".top", "#people"} {
		if value[bool](b, fmt.Sprintf(`((a, b) => a.bottom > b.top && b.bottom > a.top && a.right > b.left && b.right > a.left)(document.querySelector('#notice').getBoundingClientRect(), document.querySelector(%q).getBoundingClientRect())`, other)) {
			b.t.Errorf("the notice covers %s", other)
		}
	}
	b.holds("the newest message is in sight", atEnd)
	b.click(`//button[@id='notice-close']`)
	b.holds("the notice is gone", `!document.querySelector('#notice').checkVisibility()`)
	b.hasFocus("#composer textarea")
}

func (b *browser) tellsInTheModal() {
	b.load(carol, admins, "")
	b.click(button("Invite 100012345678", "Deny"))
	b.sees("dialog", "Reason")
	b.does("trouble", deed{Trouble: "slack-outage", On: true})
	b.click(`//dialog//footer//button[.='Deny']`)
	b.sees("dialog #notice", "invitebot didn't answer")
	b.does("trouble", deed{Trouble: "slack-outage"})
	b.click(`//dialog//button[@id='notice-close']`)
	b.holds("the notice is gone, the modal isn't", `!document.querySelector('#notice').checkVisibility() && document.querySelector('dialog').open`)
	b.holds("the bot is connected again", `/[12] connection/.test(document.querySelector('#bot').textContent)`)
	b.click(`//dialog//footer//button[.='Deny']`)
	b.holds("the modal is gone", `!document.querySelector('dialog')`)
	b.sees("#messages", "Denied by @Carol Diaz")
}

// The completion is for keyboards and screen readers too: as a list that the message box points into, and as a combobox
// for who doesn't know that a command begins with a slash.
func TestCompletion(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	const box = `document.querySelector('#composer textarea')`
	b.holds("the message box is a textbox", box+`.getAttribute('role') === null`)

	b.do("type a command's beginning", chromedp.SendKeys(chromedp.CSS(`#composer textarea`), "/inv"))
	b.holds("the box points at the option", `document.getElementById(`+box+`.getAttribute('aria-activedescendant')).ariaSelected === 'true'`)
	b.sees("#composer [role=status]", "/invite-member")
	b.do("close the list", chromedp.KeyEvent(kb.Escape))
	b.holds("the list is closed", `!document.querySelector('#commands').checkVisibility() && !`+box+`.hasAttribute('aria-activedescendant')`)
	b.do("empty the box", chromedp.SendKeys(chromedp.CSS(`#composer textarea`), kb.Backspace+kb.Backspace+kb.Backspace+kb.Backspace))

	b.do("go to the button", chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift)))
	b.hasFocus("#composer [role=combobox]")
	b.do("open the list", chromedp.KeyEvent(kb.ArrowDown))
	b.holds("the list is open", `document.activeElement.ariaExpanded === 'true' && document.querySelector('#commands').checkVisibility()`)
	b.do("close the list", chromedp.KeyEvent(kb.Escape))
	b.holds("the list is closed", `document.activeElement.ariaExpanded === 'false' && !document.querySelector('#commands').checkVisibility()`)
	b.do("open and choose", chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	b.holds("the command is complete", box+`.value === '/invite-member '`)
	b.hasFocus("#composer textarea")
	if names := b.names("combobox"); len(names) != 1 || names[0] != "Commands" {
		t.Errorf("the comboboxes are %q", names)
	}
}
