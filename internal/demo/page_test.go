package demo

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestTheMainJobInABrowser(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"ask, with the command completed", (*browser).asks},
		{"refuse who may not", (*browser).refuses},
		{"approve through the confirm dialog", (*browser).approves},
		{"deny with a reason", (*browser).denies},
		{"kill the bot between asking and approving", (*browser).survives},
		{"lose an answer", (*browser).findsOut},
		{"make all other trouble", (*browser).copes},
		{"kill the bot before it has answered", (*browser).doesNotKnow},
		{"accept as the invitee", (*browser).accepts},
		{"names and roles for screen readers", (*browser).isNamed},
		{"fit into a narrow window", (*browser).fits},
	} {
		if !b.step(step.name, step.run) {
			return // what follows builds on it
		}
	}
}

func (b *browser) asks() {
	b.do("type a command's beginning", chromedp.SendKeys(chromedp.CSS(`#composer textarea`), "/inv"))
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

func (b *browser) refuses() {
	b.become(dan, "Dan Weber")
	b.approve("Invite 100012345678")
	b.isRefused("only approvers can do that, and you aren't one of them")
	b.write("/invite-member 100012345679 Dan")
	b.sees("#messages .ephemeral:last-child", "you aren't among the people who may ask")
	b.become(erin, "Erin Silva")
	b.approve("Invite 100012345678")
	b.isRefused("Only people of this organization can do that")
	b.write("/invite-member 100012345679 Erin")
	b.sees("#notice", "people of this workspace only")
	b.write("/nonsense")
	b.sees("#notice", "/nonsense is not a command of this workspace")
}

// isRefused reads in a dialog why nothing was done, and closes it.
func (b *browser) isRefused(why string) {
	b.t.Helper()
	b.sees("dialog", why)
	b.click(`//dialog//footer//button[.='Close']`)
}

// approves does it with the keyboard alone.
func (b *browser) approves() {
	b.become(bob, "Bob Tanaka")
	b.do("go to the button", chromedp.Focus(button("Invite 100012345678", "Approve")), chromedp.KeyEvent(kb.Enter))
	b.sees("dialog", "This invites the Tencent Cloud account 100012345678 as “Alice” into the organization.")
	b.do("confirm", chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	b.sees("#messages", "Approved by @Bob Tanaka, today at ")
	b.sees("#messages", "Invitation sent. RequestId ")
	b.click(thread("Invited · 100012345678"))
	b.sees("#replies", "Request 1: 100012345678 (Alice): the invitation was sent.")
	answered := value[string](b, `document.querySelector('#calls code').textContent`)
	if len(answered) != 36 {
		b.t.Errorf("Tencent Cloud answered with RequestId %q", answered)
	}
	b.sees("#replies", "RequestId "+answered)
	b.do("close the thread", chromedp.Click(chromedp.ID("thread-close")))
	b.become(alice, "Alice Moreau")
	b.sees("nav #apps .unread", "1")
	b.open("invitebot")
	b.sees("#messages", answered)
	b.click(`//div[@id='messages']//a[.='See the request']`)
	b.holds("the link leads to the card", `document.activeElement.innerText.includes('Invited · 100012345678')`)
}

// denies a request whose name would be trouble on a page that took it for markup.
func (b *browser) denies() {
	const name = "<img src=x onerror=alert(1)>"
	b.open("general")
	b.write("/invite-member 100087654321 " + name)
	b.sees("#messages .ephemeral:last-child", name)
	b.become(carol, "Carol Diaz")
	b.sees("#messages", "Name: "+name)
	b.click(button("Invite 100087654321", "Deny"))
	b.sees("dialog", name)
	b.do("write the reason", chromedp.SendKeys(chromedp.CSS("dialog textarea"), "Not <b>ours</b> & never was"))
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
	if n := value[int](b, `document.querySelectorAll('img').length`); n != 0 {
		b.t.Errorf("%d elements were made of what somebody typed", n)
	}
}

func (b *browser) survives() {
	b.write("/invite-member 100011112222 Reports")
	b.sees("#messages .ephemeral:last-child", "Request 3 is with the approvers")
	process := value[string](b, `document.querySelector('#bot').textContent.split(',')[0]`)
	b.sees("#kill", "Kill the bot")
	b.turn("bot-down", true)
	b.sees("#bot", "Not running: killed at ")
	b.sees("#kill", "Start the bot")
	b.sees("#kill-help", "A new process")
	b.write("/invite-member 100033334444 Nobody")
	b.sees("#messages .ephemeral:last-child", `failed with the error "dispatch_failed"`)
	b.turn("bot-down", false)
	b.sees("#bot", "connections to Slack")
	b.click(`//button[@id='kill']`)
	b.holds("another process is connected", fmt.Sprintf(`/^Process \d+, [12] connection/.test(document.querySelector('#bot').textContent) && !document.querySelector('#bot').textContent.startsWith(%q)`, process))
	b.holds("a kill leaves a trace", `/Killed at \d\d:\d\d:\d\d, started again/.test(document.querySelector('#bot').textContent)`)
	b.sees("#kill", "Kill the bot")
	b.become(carol, "Carol Diaz")
	b.approve("Invite 100011112222")
	b.sees("#messages .message:last-child", "Invitation sent. RequestId ")
	b.sees("#invitations", "100011112222")
}

// findsOut has the answer to a call lost: the bot looks it up, and sends nothing twice.
func (b *browser) findsOut() {
	b.turn("lost-answer", true)
	b.become(alice, "Alice Moreau")
	b.write("/invite-member 100055556666 Archive")
	b.sees("#messages .ephemeral:last-child", "Request 4 is with the approvers")
	b.become(bob, "Bob Tanaka")
	b.approve("Invite 100055556666")
	b.sees("#messages .message:last-child", "Invitation sent.")
	b.click(thread("Invited · 100055556666"))
	b.sees("#replies", "What became of the call was not known; Tencent Cloud lists the invitation.")
	b.do("close the thread", chromedp.Click(chromedp.ID("thread-close")))
	b.turn("lost-answer", false)
	if n := value[int](b, `[...document.querySelectorAll('#invitations code')].filter((code) => code.textContent === '100055556666').length`); n != 1 {
		b.t.Errorf("%d invitations are open, want 1", n)
	}
}

// copes makes the trouble that is left, and sees each request end well when it is over.
func (b *browser) copes() {
	ask := func(uin string) (card string) {
		b.become(alice, "Alice Moreau")
		b.write("/invite-member " + uin + " account-" + uin)
		b.sees("#messages .ephemeral:last-child", uin)
		b.become(bob, "Bob Tanaka")
		b.sees("#messages", "Invite "+uin)
		return "Invite " + uin
	}
	newest := func(text string) { b.sees("#messages .message:last-child", text) }

	card := ask("100077770001")
	b.turn("name-taken", true)
	b.approve(card)
	newest("Not sent: The name is already in use in the organization. Tencent Cloud says: “The name is already in use.” FailedOperation.MemberNameUsed")
	b.turn("name-taken", false)
	b.click(thread("Not sent · 100077770001"))
	b.click(`//div[@id='replies']//button[.='Try again']`)
	b.click(`//dialog//footer//button[.='Try again']`)
	b.sees("#replies .message:last-child", "the invitation was sent.")
	b.do("close the thread", chromedp.Click(chromedp.ID("thread-close")))

	card = ask("100077770002")
	b.turn("no-account", true)
	b.approve(card)
	newest("Not sent: There is no account with this UIN. Tencent Cloud says: “The user does not exist.” ResourceNotFound.UserNotExist")
	b.turn("no-account", false)

	card = ask("100077770003")
	b.turn("rate-limit", true)
	b.approve(card)
	b.sees("#calls li", "RequestLimitExceeded")
	newest("Being sent.")
	b.turn("rate-limit", false)
	newest("Invitation sent. RequestId ")

	card = ask("100077770004")
	b.turn("cloud-outage", true)
	b.approve(card)
	newest("Not known whether it was sent")
	b.turn("cloud-outage", false)
	newest("Invitation sent.")

	card = ask("100077770005")
	b.turn("slack-outage", true)
	b.sees("#bot", "0 connections to Slack")
	b.approve(card)
	b.sees("#notice", "invitebot didn't answer (dispatch_failed)")
	b.turn("slack-outage", false)
	b.holds("the bot is connected again", `/[12] connection/.test(document.querySelector('#bot').textContent)`)
	b.approve(card)
	newest("Invitation sent. RequestId ")
}

// doesNotKnow has the bot hang when Approve is pressed, and killed once Slack has given up waiting: the approval is on its
// way to the bot, so that nobody can tell.
func (b *browser) doesNotKnow() {
	b.become(alice, "Alice Moreau")
	card := b.ask("100077770006")
	b.become(bob, "Bob Tanaka")
	b.sees("#messages", card)
	hanging := b.process()
	if err := syscall.Kill(hanging, syscall.SIGSTOP); err != nil {
		b.t.Fatal(err)
	}
	b.approve(card)
	b.sees("#notice", "invitebot didn't answer (operation_timeout). It isn't known whether it was done: look at the card.")
	b.click(`//button[@id='kill']`)
	b.isReplaced(hanging)
}

func (b *browser) accepts() {
	b.click(`//ul[@id='invitations']/li[contains(., '100012345678')]//button[.='Accept']`)
	b.sees("#members", "100012345678")
	b.holds("the invitation is gone", `!document.querySelector('#invitations').innerText.includes('100012345678')`)
}

// isNamed wants a name on everything that can be operated.
func (b *browser) isNamed() {
	tree := command(b, "read the accessibility tree", accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	roles := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Role == nil || n.Ignored {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		roles[role]++
		switch role {
		case "button", "radio", "switch", "combobox", "textbox", "link", "dialog", "navigation", "complementary", "log", "article":
			if n.Name == nil || strings.Trim(string(n.Name.Value), `" `) == "" {
				b.t.Errorf("a %s has no name", role)
			}
		}
	}
	for _, want := range []string{"radio", "switch", "combobox", "navigation", "main", "log", "article", "status"} {
		if roles[want] == 0 {
			b.t.Errorf("nothing on the page is a %s", want)
		}
	}
}

func (b *browser) fits() {
	b.do("make the window narrow", chromedp.EmulateViewport(360, 640))
	const wide = `[document.documentElement, ...document.querySelectorAll('#messages, #messages *')].filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth).map((node) => node.outerHTML.slice(0, 80))`
	if wide := value[[]string](b, wide); len(wide) > 0 {
		b.t.Errorf("wider than the window: %q", wide)
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

// importBlocks makes drawBlocks a global of the page.
func (b *browser) importBlocks() {
	b.do("import the module", chromedp.Evaluate[chromedp.Void](`import('./blocks.js').then((module) => { globalThis.drawBlocks = module.drawBlocks; })`))
	b.holds("the module is imported", `globalThis.drawBlocks`)
}

// An unknown block says so on the page and in the console.
func TestAnUnknownBlockShowsItself(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.importBlocks()
	b.do("draw one", chromedp.Evaluate[chromedp.Void](`document.querySelector('#messages').replaceChildren(...drawBlocks([
		{type: 'video'}, {type: 'rich_text', elements: [{type: 'rich_text_table'}, {type: 'rich_text_section', elements: [{type: 'sticker'}]}]}]))`))
	for _, want := range []string{"block “video”", "rich text element “rich_text_table”", "rich text element “sticker”"} {
		b.sees("#messages", "This page can't draw the "+want)
	}
	if said := b.console(); len(said) != 3 {
		b.t.Errorf("the console says %q", said)
	}
}

// Several rows of a list have the same button, and each is for its own request.
func TestWithdrawFromAListInABrowser(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.become(alice, "Alice Moreau")
	b.ask("100012345678")
	b.ask("100012345679")
	b.write("/invite-member withdraw")
	const list = "#messages .ephemeral:last-child"
	b.sees(list, "Which of these do you want to withdraw?")
	b.click(`//div[contains(@class, 'section') and contains(., 'Request 1: ')]//button[.='Withdraw']`)
	b.sees("dialog", "Withdraw request 1?")
	b.sees("dialog", "100012345678 account-100012345678: nobody can approve it any more.")
	b.click(`//dialog//footer//button[.='Withdraw']`)
	b.sees(list, "Request 1 is withdrawn.")
	b.sees(list, "Request 2: 100012345679")
	b.write("/invite-member list")
	b.sees(list, "Request 1: 100012345678 account-100012345678 – ↩️ Withdrawn")
}

// Whatever the bot says can be drawn: everything that its own tests have it say.
func TestEveryMessageOfTheBotCanBeDrawn(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.importBlocks()
	files, err := filepath.Glob("../../bot/words/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("the bot's messages are nowhere: %v", err)
	}
	for _, file := range files {
		b.step(filepath.Base(file), func(b *browser) {
			message, err := os.ReadFile(file)
			if err != nil {
				b.t.Fatal(err)
			}
			drawn := value[int](b, fmt.Sprintf(`drawBlocks((%s).blocks ?? [], {}).length`, message))
			if drawn == 0 {
				b.t.Error("nothing was drawn")
			}
		})
	}
}

// The pictures that are kept are those that are taken.
func TestThePictures(t *testing.T) {
	t.Parallel()
	needChromium(t)
	dir := t.TempDir()
	if status, out, errs := invoke(t, "--screenshots", dir); status != 0 {
		t.Fatalf("exit status %d\n%s\n%s", status, out, errs)
	}
	for _, folder := range []string{dir, "pictures"} {
		for _, name := range []string{"asked", "card-waiting", "denying", "refused", "card-approved", "card-approved-dark", "failed", "card-warned", "card-joined", "form", "tables", "home", "chinese"} {
			file, err := os.Open(filepath.Join(folder, name+".png"))
			if err != nil {
				t.Error(err)
				continue
			}
			defer file.Close()
			if size, err := png.DecodeConfig(file); err != nil || size.Width != 1280 || size.Height != 800 {
				t.Errorf("%s is %d by %d, %v", file.Name(), size.Width, size.Height, err)
			}
		}
	}
}
