package demo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// axe-core reads the page as it stands and tells what people with a screen reader, with a keyboard only or with weak
// eyes would stumble over.

// needAxe returns the source of axe-core, and skips the test where it isn't installed.
func needAxe(t *testing.T) string {
	t.Helper()
	const missing = "axe-core isn't installed; with Node.js and npm: npm install --global axe-core"
	root, err := exec.CommandContext(t.Context(), "npm", "root", "--global").Output()
	if err != nil {
		skip(t, fmt.Sprintf("%s (npm: %v)", missing, err))
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "axe-core", "axe.min.js"))
	if err != nil {
		skip(t, fmt.Sprintf("%s (%v)", missing, err))
	}
	return string(source)
}

// inspector looks at pages with axe-core.
type inspector struct {
	*browser
	axe string
}

// looks fails the test for each rule that is broken, whatever its impact.
func (i inspector) looks(at string) {
	i.t.Helper()
	i.do("load axe-core", chromedp.Evaluate[chromedp.Void](`if (!globalThis.axe) {`+i.axe+`}`))
	const run = `axe.run().then(({violations}) => violations.map((v) => v.impact + ': ' + v.id + ': ' + v.help + '\n' + v.nodes.map((n) => n.html.slice(0, 200) + '\n' + n.failureSummary).join('\n')))`
	ctx, cancel := i.within()
	defer cancel()
	violations, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
	if err != nil {
		i.fail("run axe-core", err)
	}
	for _, v := range violations {
		i.t.Errorf("%s: %s", at, v)
	}
}

func TestAxeFindsNothing(t *testing.T) {
	t.Parallel()
	axe := needAxe(t)
	b := openPage(t, startDemo(t))
	sent := b.prepare()
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 1000, 390} {
			b.step(fmt.Sprintf("%s at %d", theme, width), func(b *browser) {
				i := inspector{b, axe}
				b.resize(width, 800)
				i.everywhere("&theme="+theme, sent)
			})
		}
	}
}

// prepare makes a request that was sent, one that waits, a modal for Carol and trouble, and returns the first one's card.
func (b *browser) prepare() (ts string) {
	b.ask("100012345678")
	b.become(bob, "Bob Tanaka")
	b.approve("Invite 100012345678")
	b.sees("#messages .message:last-child", "Invitation sent.")
	b.become(alice, "Alice Moreau")
	b.ask("100012345679")
	b.become(carol, "Carol Diaz")
	b.click(button("Invite 100012345679", "Deny"))
	b.sees("dialog", "100012345679")
	b.load(bob, admins, "")
	b.turn("rate-limit", true)
	return value[string](b, `[...document.querySelectorAll('#messages article')].find((card) => card.innerText.includes('Invited · 100012345678')).dataset.ts`)
}

// everywhere looks at all that the page can show.
func (i inspector) everywhere(theme, sent string) {
	i.load(bob, admins, theme)
	i.looks("a channel")
	i.onCurrentChannel()
	i.load(bob, admins, theme+"&thread="+sent)
	i.sees("#replies", "the invitation was sent.")
	i.looks("a thread")
	i.load(carol, admins, theme)
	i.sees("dialog", "100012345679")
	i.looks("a modal")
	i.load(alice, general, theme)
	i.do("type a command's beginning", chromedp.SendKeys(chromedp.CSS(`#composer textarea`), "/inv"))
	i.sees("#composer [role=listbox]", "/invite-member")
	i.looks("commands to choose from")
	i.do("send it", chromedp.Evaluate[chromedp.Void](`document.querySelector('#composer form').requestSubmit()`))
	i.sees("#notice", "not a command")
	i.looks("a notice")
	i.do("show what is behind the scenes", chromedp.Evaluate[chromedp.Void](`document.querySelector('#organization').checkVisibility() || document.querySelector('#cloud').click()`))
	i.looks("behind the scenes")
	i.do("open the app's home", chromedp.Evaluate[chromedp.Void](`document.querySelector('#apps button').click(), document.querySelector('#tabs button').click()`))
	i.sees("#home", "Your requests")
	i.looks("the home")
	i.do("open the form", chromedp.Evaluate[chromedp.Void](`document.querySelector('#home [data-action=ask]').click()`))
	i.sees("dialog", "Invite to Tencent Cloud")
	i.looks("the form")
	i.do("close it", chromedp.Evaluate[chromedp.Void](`document.querySelector('dialog .icon').click()`))
	i.holds("it is closed", `!document.querySelector('dialog')`)
	i.do("ask how to set it up", chromedp.Evaluate[chromedp.Void](`document.querySelector('#tour [data-setup]').click()`))
	i.sees("dialog", "README.md")
	i.looks("how to set it up")
}

// onCurrentChannel has the mouse on the channel that is shown, in the sidebar.
func (i inspector) onCurrentChannel() {
	i.do("show the sidebar", chromedp.Evaluate[chromedp.Void](`document.querySelector('#sidebar').checkVisibility() || document.querySelector('#menu').click()`))
	at := value[[]float64](i.browser, `(({x, y, width, height}) => [x + width / 2, y + height / 2])(document.querySelector('nav [aria-current]').getBoundingClientRect())`)
	i.do("point at the current channel", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	i.holds("the mouse is on it", `document.querySelector('nav [aria-current]').matches(':hover')`)
	i.looks("the mouse on the current channel")
	i.do("take the mouse away", chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 0, 0))
}
