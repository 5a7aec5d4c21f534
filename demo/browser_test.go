package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a Chromium with the page in it. What its console says, and every address outside of the page's own, is
// collected.
type browser struct {
	t    *testing.T
	ctx  context.Context
	page string

	mu   sync.Mutex
	said []string
}

// openPage starts Chromium on a page, and fails the test in the end if the console said anything.
func openPage(t *testing.T, url string) *browser {
	t.Helper()
	path, err := findChromium()
	if err != nil {
		if os.Getenv("INVITEBOT_NO_SKIP") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800)}
	for _, flag := range chromiumFlags() {
		name, value, given := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if given {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // in order, so that its folder can be removed
		leave()
		stop()
		cancel()
	})
	b := &browser{t: t, ctx: ctx, page: url}
	chromedp.ListenTarget(ctx, b.listen)
	b.do("open the page", network.Enable(), log.Enable(), chromedp.Navigate(url))
	b.sees("#messages", "No more tickets")
	return b
}

func (b *browser) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.note("console.%s: %s", e.Type, e.Args[0].Value)
	case *runtime.EventExceptionThrown:
		b.note("exception: %s", e.ExceptionDetails.Error())
	case *log.EventEntryAdded: // violations of the policy, and what can't be loaded
		b.note("log: %s %s", e.Entry.Text, e.Entry.URL)
	case *page.EventJavascriptDialogOpening:
		b.note("dialog: %s", e.Message)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.page) {
			b.note("asked another site: %s", e.Request.URL)
		}
	}
}

func (b *browser) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, fmt.Sprintf(format, args...))
}

// console returns what the console said since it was last asked.
func (b *browser) console() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.said
	b.said = nil
	return said
}

// quiet fails where the console said anything.
func (b *browser) quiet() {
	b.t.Helper()
	for _, line := range b.console() {
		b.t.Errorf("the browser's console: %s", line)
	}
}

func (b *browser) do(what string, actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.fail(what, err)
	}
}

// fail ends the test and tells what the page showed.
func (b *browser) fail(what string, err error) {
	b.t.Helper()
	var shown string
	_ = chromedp.Run(context.WithoutCancel(b.ctx), chromedp.Evaluate(`document.body?.innerText ?? ''`, &shown))
	b.t.Fatalf("%s: %v\nconsole: %q\nthe page shows:\n%s", what, err, b.console(), shown)
}

// holds waits until an expression is true on the page.
func (b *browser) holds(what, expression string) {
	b.t.Helper()
	b.do(what, chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(0)))
}

// sees waits until an element shows a text.
func (b *browser) sees(selector, text string) {
	b.t.Helper()
	b.holds(fmt.Sprintf("see %q in %s", text, selector), fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? '').includes(%q)`, selector, text))
}

// value is what an expression is now.
func (b *browser) value(expression string) (text string) {
	b.t.Helper()
	b.do("read "+expression, chromedp.Evaluate(expression, &text))
	return text
}

// become switches to a person by a click, and waits until the page is theirs.
func (b *browser) become(id, name string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//form[@id='people']//label[contains(., %q)]`, name))
	b.holds("become "+name, fmt.Sprintf(`new URLSearchParams(location.search).get('as') === %q`, id))
}

// click clicks what an XPath names, with the mouse.
func (b *browser) click(xpath string) {
	b.t.Helper()
	b.do("click "+xpath, chromedp.Click(xpath, chromedp.BySearch, chromedp.NodeVisible))
}

// button is a button of the newest message in the channel that has a text.
func button(message, label string) string {
	return fmt.Sprintf(`(//div[@id='messages']//article[contains(., %q)]//button[.=%q])[last()]`, message, label)
}

// open shows a channel or the direct messages.
func (b *browser) open(name string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//nav//button[contains(., %q)]`, name))
	b.holds("open "+name, fmt.Sprintf(`document.querySelector('nav [aria-current]').innerText.includes(%q)`, name))
}

// write types into the message box and sends.
func (b *browser) write(text string) {
	b.t.Helper()
	b.do("type "+text, chromedp.SendKeys(`#composer textarea`, text+kb.Enter, chromedp.ByQuery))
}

// turn turns one of the switches for trouble.
func (b *browser) turn(trouble string, on bool) {
	b.t.Helper()
	b.do("turn "+trouble, chromedp.Click(fmt.Sprintf(`[data-trouble=%q]`, trouble), chromedp.ByQuery))
	b.holds(fmt.Sprintf("turn %s %v", trouble, on), fmt.Sprintf(`document.querySelector('[data-trouble=%q]').checked === %v`, trouble, on))
}

// approve presses Approve on a card and confirms.
func (b *browser) approve(card string) {
	b.t.Helper()
	b.click(button(card, "Approve"))
	b.click(`//dialog//footer//button[.='Approve']`)
}

func TestTheMainJobInABrowser(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	t.Run("ask, with the command completed", b.asks)
	t.Run("refuse who may not", b.refuses)
	t.Run("approve through the confirm dialog", b.approves)
	t.Run("deny with a reason", b.denies)
	t.Run("kill the bot between asking and approving", b.survives)
	t.Run("lose an answer", b.findsOut)
	t.Run("accept as the invitee", b.accepts)
	t.Run("names and roles for screen readers", b.isNamed)
	t.Run("fit into a narrow window", b.fits)
}

func (b *browser) on(t *testing.T) *browser {
	on := &browser{t: t, ctx: b.ctx, page: b.page, said: b.console()}
	t.Cleanup(func() { on.said = append(on.said, b.console()...); on.quiet() })
	return on
}

func (b *browser) asks(t *testing.T) {
	b = b.on(t)
	b.do("type a command's beginning", chromedp.SendKeys(`#composer textarea`, "/inv", chromedp.ByQuery))
	b.sees("#composer [role=listbox] [aria-selected=true]", "/invite-member")
	b.do("complete it", chromedp.KeyEvent(kb.Tab))
	b.holds("the command is complete", `document.querySelector('#composer textarea').value === '/invite-member '`)
	b.write("100012345678 Alice")
	b.sees("#messages .ephemeral", "Only visible to you")
	b.sees("#messages .ephemeral", "Request 1 is with the approvers in #cloud-admins.")
	b.sees(`nav [data-channel=C0ADMINS].unread`, "1")
	b.click(`//div[@id='messages']//a[.='#cloud-admins']`)
	b.sees("#messages", "Invite 100012345678")
	b.sees("#messages", "Asked by: @Alice Moreau, today at ")
}

func (b *browser) refuses(t *testing.T) {
	b = b.on(t)
	b.become(dan, "Dan Weber")
	b.approve("Invite 100012345678")
	b.sees("#messages .ephemeral", "only approvers can do that, and you aren't one of them")
	b.write("/invite-member 100012345679 Dan")
	b.sees("#messages .ephemeral:last-child", "you aren't among the people who may ask")
	b.become(erin, "Erin Silva")
	b.approve("Invite 100012345678")
	b.sees("#messages .ephemeral", "Only people of this organization can do that")
	b.write("/invite-member 100012345679 Erin")
	b.sees("#notice", "people of this workspace only")
	b.write("/nonsense")
	b.sees("#notice", "/nonsense is not a command of this workspace")
}

// approves does it with the keyboard alone.
func (b *browser) approves(t *testing.T) {
	b = b.on(t)
	b.become(bob, "Bob Tanaka")
	b.do("go to the button", chromedp.Focus(button("Invite 100012345678", "Approve"), chromedp.BySearch), chromedp.KeyEvent(kb.Enter))
	b.sees("dialog", "This invites the Tencent Cloud account 100012345678 as “Alice” into the organization.")
	b.do("confirm", chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	b.sees("#messages", "Approved by @Bob Tanaka, today at ")
	b.sees("#messages", "Invitation sent. RequestId ")
	b.click(`//button[contains(@class, 'replies')]`)
	b.sees("#replies", "Request 1: 100012345678 (Alice): the invitation was sent.")
	answered := b.value(`document.querySelector('#calls code').textContent`)
	if len(answered) != 36 {
		t.Errorf("Tencent Cloud answered with RequestId %q", answered)
	}
	b.sees("#replies", "RequestId "+answered)
	b.do("close the thread", chromedp.Click("#thread-close", chromedp.ByQuery))
	b.become(alice, "Alice Moreau")
	b.sees("nav #apps .unread", "1")
	b.open("invitebot")
	b.sees("#messages", answered)
	b.click(`//div[@id='messages']//a[.='See the request']`)
	b.holds("the link leads to the card", `document.activeElement.innerText.includes('Invite 100012345678')`)
}

// denies a request whose name would be trouble on a page that took it for markup.
func (b *browser) denies(t *testing.T) {
	const name = "<img src=x onerror=alert(1)>"
	b = b.on(t)
	b.open("general")
	b.write("/invite-member 100087654321 " + name)
	b.sees("#messages .ephemeral:last-child", name)
	b.become(carol, "Carol Diaz")
	b.sees("#messages", "Name: "+name)
	b.click(button("Invite 100087654321", "Deny"))
	b.sees("dialog", name)
	b.do("write the reason", chromedp.SendKeys("dialog textarea", "Not <b>ours</b> & never was", chromedp.ByQuery))
	b.click(`//dialog//footer//button[.='Deny']`)
	b.holds("the modal closes", `!document.querySelector('dialog')`)
	b.sees("#messages", "Denied by @Carol Diaz, today at ")
	b.sees("#messages", "Reason: Not <b>ours</b> & never was")
	b.become(alice, "Alice Moreau")
	b.open("invitebot")
	b.sees("#messages", "it was denied by @Carol Diaz.")
	b.sees("#messages", name)
	b.open("general")
	b.write("*not* _this_ " + name)
	b.sees("#messages .message:last-child", "not this "+name)
	if n := b.value(`String(document.querySelectorAll('img, #messages i:not(.lines i)').length)`); n != "0" {
		t.Errorf("%s elements were made of what somebody typed", n)
	}
}

func (b *browser) survives(t *testing.T) {
	b = b.on(t)
	b.write("/invite-member 100011112222 Reports")
	b.sees("#messages .ephemeral:last-child", "Request 3 is with the approvers")
	process := b.value(`document.querySelector('#bot').textContent.split(',')[0]`)
	b.turn("bot-down", true)
	b.sees("#bot", "Not running")
	b.write("/invite-member 100033334444 Nobody")
	b.sees("#messages .ephemeral:last-child", `failed with the error "dispatch_failed"`)
	b.turn("bot-down", false)
	b.sees("#bot", "connections to Slack")
	b.click(`//button[@id='kill']`)
	b.holds("another process is connected", fmt.Sprintf(`/^Process \d+, [12] connection/.test(document.querySelector('#bot').textContent) && !document.querySelector('#bot').textContent.startsWith(%q)`, process))
	b.become(carol, "Carol Diaz")
	b.approve("Invite 100011112222")
	b.sees("#messages .message:last-child", "Invitation sent. RequestId ")
	b.sees("#invitations", "100011112222")
}

// findsOut has the answer to a call lost: the bot looks it up, and sends nothing twice.
func (b *browser) findsOut(t *testing.T) {
	b = b.on(t)
	b.turn("lost-answer", true)
	b.become(alice, "Alice Moreau")
	b.write("/invite-member 100055556666 Archive")
	b.sees("#messages .ephemeral:last-child", "Request 4 is with the approvers")
	b.become(bob, "Bob Tanaka")
	b.approve("Invite 100055556666")
	b.sees("#messages .message:last-child", "Invitation sent.")
	b.click(`(//button[contains(@class, 'replies')])[last()]`)
	b.sees("#replies", "The call's answer was lost; Tencent Cloud lists the invitation.")
	b.do("close the thread", chromedp.Click("#thread-close", chromedp.ByQuery))
	b.turn("lost-answer", false)
	if n := b.value(`String([...document.querySelectorAll('#invitations code')].filter((code) => code.textContent === '100055556666').length)`); n != "1" {
		t.Errorf("%s invitations are open, want 1", n)
	}
}

func (b *browser) accepts(t *testing.T) {
	b = b.on(t)
	b.click(`//ul[@id='invitations']/li[contains(., '100012345678')]//button`)
	b.sees("#members", "100012345678")
	b.holds("the invitation is gone", `!document.querySelector('#invitations').innerText.includes('100012345678')`)
}

// isNamed wants a name on everything that can be operated.
func (b *browser) isNamed(t *testing.T) {
	b = b.on(t)
	var nodes []*accessibility.Node
	b.do("read the accessibility tree", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		nodes, err = accessibility.GetFullAXTree().Do(ctx)
		return err
	}))
	roles := map[string]int{}
	for _, n := range nodes {
		if n.Role == nil || n.Ignored {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		roles[role]++
		switch role {
		case "button", "radio", "switch", "combobox", "textbox", "link", "dialog", "navigation", "complementary", "log", "article":
			if n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == "" {
				t.Errorf("a %s has no name", role)
			}
		}
	}
	for _, want := range []string{"radio", "switch", "combobox", "navigation", "main", "log", "article", "status"} {
		if roles[want] == 0 {
			t.Errorf("nothing on the page is a %s", want)
		}
	}
}

func (b *browser) fits(t *testing.T) {
	b = b.on(t)
	b.do("make the window narrow", chromedp.EmulateViewport(360, 640))
	if wide := b.value(`String(document.documentElement.scrollWidth > innerWidth || document.querySelector('#messages').scrollWidth > innerWidth)`); wide != "false" {
		t.Error("the page is wider than the window")
	}
	b.click(`//button[@id='cloud']`)
	b.holds("the pane gives way", `!document.querySelector('#organization').checkVisibility()`)
	b.click(`//button[@id='menu']`)
	b.open("general")
	b.holds("the menu closes", `!document.querySelector('#sidebar').checkVisibility()`)
	b.sees("#title", "#general")
	b.click(`//button[@id='theme']`)
	b.holds("the page is dark", `document.documentElement.dataset.theme === 'dark'`)
}

// An unknown block says so on the page and in the console.
func TestAnUnknownBlockShowsItself(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.quiet()
	b.do("draw one", chromedp.Evaluate(`import('./blocks.js').then(({drawBlocks}) => document.querySelector('#messages').replaceChildren(...drawBlocks([
		{type: 'video'}, {type: 'rich_text', elements: [{type: 'rich_text_table'}, {type: 'rich_text_section', elements: [{type: 'sticker'}]}]}])))`, nil))
	for _, want := range []string{"block “video”", "rich text element “rich_text_table”", "rich text element “sticker”"} {
		b.sees("#messages", "This page can't draw the "+want)
	}
	if said := b.console(); len(said) != 3 {
		t.Errorf("the console says %q", said)
	}
}
