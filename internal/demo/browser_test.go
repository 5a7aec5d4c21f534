package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a Chromium with the page in it. What its console says, and every address outside of the page's own, is
// noted.
type browser struct {
	t    *testing.T
	ctx  context.Context
	page string
	said *notes
}

type notes struct {
	mu    sync.Mutex
	lines []string
}

// needChromium returns its path, and skips the test where there is none.
func needChromium(t *testing.T) string {
	t.Helper()
	path, err := findChromium()
	if err != nil {
		skip(t, err.Error())
	}
	return path
}

// skip skips a test for which this machine lacks something, except where nothing may be skipped.
func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("INVITEBOT_NO_SKIP") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// openPage starts Chromium on a page.
func openPage(t *testing.T, url string) *browser {
	t.Helper()
	path := needChromium(t)
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.Headless, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800)}
	for _, flag := range chromiumFlags() {
		name, value, found := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if !found {
			value = "true"
		}
		options = append(options, chromedp.Flag(name, value))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // in order, so that its folder can be removed
		leave()
		stop()
	})
	b := &browser{t, ctx, url, &notes{}}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	command(b, "listen to the network", network.Enable, network.EnableParams{})
	b.do("open the page", chromedp.Navigate(url))
	b.sees("#messages", "No more tickets")
	t.Logf("the first message was on the page %.0f ms after the page was asked for", value[float64](b, `performance.now()`))
	return b
}

// listen is called for an event before the command that follows it returns, so nothing is missed by looking at the end.
func (b *browser) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		b.note("console.%s: %s", e.Type, e.Args[0].Value)
	case *runtime.EventExceptionThrown:
		b.note("exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
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
	b.said.mu.Lock()
	defer b.said.mu.Unlock()
	b.said.lines = append(b.said.lines, fmt.Sprintf(format, args...))
}

// console returns what was noted since it was last asked.
func (b *browser) console() []string {
	b.said.mu.Lock()
	defer b.said.mu.Unlock()
	lines := b.said.lines
	b.said.lines = nil
	return lines
}

// step is a part of a test, which fails where the console said anything.
func (b *browser) step(name string, run func(*browser)) bool {
	return b.t.Run(name, func(t *testing.T) {
		run(&browser{t, b.ctx, b.page, b.said})
		for _, line := range b.console() {
			t.Errorf("the browser: %s", line)
		}
	})
}

// within limits a step.
func (b *browser) within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, limit)
}

func (b *browser) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.within()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.fail(what, err)
	}
}

// command sends a command of the protocol.
func command[P, R any](b *browser, what string, c cdp.Command[P, R], params P) R {
	b.t.Helper()
	answer, err := chromedp.Call(b.ctx, c, params)
	if err != nil {
		b.fail(what, err)
	}
	return answer
}

// fail ends the test and tells what the page showed.
func (b *browser) fail(what string, err error) {
	b.t.Helper()
	shown, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ''`))
	b.t.Fatalf("%s: %v\nthe browser: %q\nthe page shows:\n%s", what, err, b.console(), shown)
}

// resize gives the window a size.
func (b *browser) resize(width, height int64) {
	b.t.Helper()
	b.do("resize the window", chromedp.EmulateViewport(width, height))
}

// load asks for the page anew, as somebody in a channel, with more of the address if there is any.
func (b *browser) load(as, in, more string) {
	b.t.Helper()
	b.do("load the page", chromedp.Navigate(fmt.Sprintf("%s?as=%s&in=%s%s", b.page, as, in, more)))
	b.holds("the page is drawn", `document.querySelector('#messages .message')`)
}

// does has something done behind the page's back, as another window would.
func (b *browser) does(action string, d deed) {
	b.t.Helper()
	body, err := json.Marshal(d)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(action, chromedp.Evaluate[chromedp.Void](fmt.Sprintf(
		`fetch('do/%s', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(%s)}).then(() => undefined)`, action, body),
		chromedp.EvalAwaitPromise))
}

// says posts what another person writes in a channel.
func (b *browser) says(user, channel, text string) {
	b.t.Helper()
	b.does("say", deed{As: user, Channel: channel, Text: text})
}

// ask has the person whose page it is ask for an account, and returns what its card is called.
func (b *browser) ask(uin string) (card string) {
	b.t.Helper()
	b.write("/invite-member " + uin + " account-" + uin)
	b.sees("#messages .ephemeral:last-child", uin)
	return "Invite " + uin
}

// hasFocus waits until the keyboard is on what a selector names.
func (b *browser) hasFocus(selector string) {
	b.t.Helper()
	b.holds("the keyboard is on "+selector, fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
}

// holds waits until an expression is true on the page.
func (b *browser) holds(what, expression string) {
	b.t.Helper()
	b.do(what, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(0)))
}

// sees waits until an element shows a text.
func (b *browser) sees(selector, text string) {
	b.t.Helper()
	b.holds(fmt.Sprintf("see %q in %s", text, selector), fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? '').includes(%q)`, selector, text))
}

// value is what an expression is now.
func value[T any](b *browser, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.fail("read "+expression, err)
	}
	return v
}

// click clicks what a CSS selector or an XPath names, with the mouse.
func (b *browser) click(what string) {
	b.t.Helper()
	b.do("click "+what, chromedp.Click(what, chromedp.NodeVisible))
}

// become switches to a person, and waits until the page is theirs.
func (b *browser) become(id, name string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//form[@id='people']//label[contains(., %q)]`, name))
	b.holds("become "+name, fmt.Sprintf(`new URLSearchParams(location.search).get('as') === %q`, id))
}

// button is a button of the card that has a text.
func button(card, label string) string {
	return fmt.Sprintf(`//div[@id='messages']//article[contains(., %q)]//button[.=%q]`, card, label)
}

// thread is what opens the thread of a card.
func thread(card string) string {
	return fmt.Sprintf(`//div[@id='messages']//article[contains(., %q)]//button[contains(@class, 'replies')]`, card)
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
	b.do("type "+text, chromedp.SendKeys(chromedp.CSS(`#composer textarea`), text+kb.Enter))
}

// turn turns one of the switches for trouble.
func (b *browser) turn(trouble string, on bool) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//input[@data-trouble=%q]`, trouble))
	b.holds(fmt.Sprintf("turn %s %v", trouble, on), fmt.Sprintf(`document.querySelector('[data-trouble=%q]').checked === %v`, trouble, on))
}

// approve presses Approve on a card and confirms.
func (b *browser) approve(card string) {
	b.t.Helper()
	b.click(button(card, "Approve"))
	b.click(`//dialog//footer//button[.='Approve']`)
}
