package demo

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestThirtyAccountsInABrowser goes from the form to the tables, and to the one that was refused.
func TestThirtyAccountsInABrowser(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"the form names a bad row", (*browser).fillsInBadly},
		{"a spreadsheet is pasted", (*browser).pastes},
		{"back leads to what was typed", (*browser).goesBack},
		{"it is sent", (*browser).sendsForm},
		{"all are shown", (*browser).showsAll},
		{"it is approved", (*browser).approvesAll},
		{"tables tell the end", (*browser).readsTables},
		{"the one that was refused is tried again", (*browser).triesAgain},
	} {
		if !b.step(step.name, step.run) {
			return // what follows builds on it
		}
	}
}

const accountsField = `dialog textarea[name='accounts/field']`

func (b *browser) pressesInDialog(label string) {
	b.t.Helper()
	b.click(fmt.Sprintf(`//dialog//button[.=%q]`, label))
}

// isClosed waits until no dialog is in front of the page any more.
func (b *browser) isClosed() {
	b.t.Helper()
	b.holds("the dialog is closed", `!document.querySelector('dialog')`)
}

func (b *browser) fillsInBadly() {
	b.write("/invite-member")
	b.sees("dialog h2", "Invite to Tencent Cloud")
	b.hasFocus(accountsField)
	b.do("type a row", chromedp.SendKeys(chromedp.CSS(accountsField), "TBD Bob"))
	b.pressesInDialog("Next")
	b.sees("dialog .error", "Row 1: This isn't a UIN")
	b.hasFocus(accountsField + "[aria-invalid=true]")
	b.holds("what was typed is there", fmt.Sprintf(`document.querySelector(%q).value.startsWith('TBD')`, accountsField))
}

func (b *browser) pastesExample() {
	b.t.Helper()
	b.pressesInDialog("Paste an example")
	b.holds("it is in the field", fmt.Sprintf(`document.querySelector(%q).value.includes('warehouse')`, accountsField))
}

func (b *browser) pastes() {
	b.pastesExample()
	b.click(`//dialog//label[contains(., 'Bob Tanaka')]`)
	b.pressesInDialog("Next")
	b.sees("dialog", "30 accounts were understood. Nothing is sent yet.")
	b.sees("dialog", "Told as well: @Bob Tanaka")
	b.sees("dialog", "100012350001 analytics")
	b.pressesInDialog("Next →")
	b.sees("dialog", "Accounts 21 to 30 of 30")
	b.sees("dialog", "100012350030 warehouse")
}

func (b *browser) goesBack() {
	b.pressesInDialog("Back")
	b.sees("dialog h2", "Invite to Tencent Cloud")
	b.holds("the rows are there", fmt.Sprintf(`document.querySelector(%q).value.split('\n').length === 32`, accountsField))
	b.holds("who was chosen still is", `document.querySelector('dialog input[value=U0BOB]').checked && !document.querySelector('dialog .error')`)
	b.pressesInDialog("Next")
	b.sees("dialog h2", "Is this right?")
}

func (b *browser) sendsForm() {
	b.pressesInDialog("Send")
	b.sees("dialog", "Request 1 is with the approvers in #cloud-admins.")
	b.do("close it", chromedp.KeyEvent(kb.Escape))
	b.holds("no form is left", `!document.querySelector('dialog')`)
	b.become(bob, "Bob Tanaka")
	b.sees("#messages .message:last-child", "… and 25 more")
}

func (b *browser) showsAll() {
	b.click(button("and 25 more", "Show all 30"))
	b.sees("dialog", "100012350020 maps")
	b.pressesInDialog("Next →")
	b.sees("dialog", "100012350030 warehouse")
	b.pressesInDialog("← Before")
	b.sees("dialog", "100012350001 analytics")
	b.pressesInDialog("Close")
	b.isClosed()
}

func (b *browser) approvesAll() {
	b.approve("and 25 more")
	b.sees("#messages .message:last-child", "29 of 30 invited, 1 not invited.")
}

func (b *browser) readsTables() {
	b.click(thread("29 of 30 invited"))
	b.sees("#replies .table th:nth-child(4)", "Outcome")
	b.holds("the tables have all", `document.querySelectorAll('#replies .table tbody tr').length === 30`)
	const refused = `[...document.querySelectorAll('#replies .table tbody tr')].filter((row) => row.textContent.includes('MemberNameUsed')).map((row) => row.cells[2].textContent).join()`
	if who := value[string](b, refused); who != "finance" {
		b.t.Errorf("%q is refused, want finance", who)
	}
	b.holds("a table is as wide as it may be", `document.querySelector('#replies .list').scrollWidth <= document.querySelector('#replies').clientWidth`)
}

func (b *browser) triesAgain() {
	b.click(`//ul[@id='members']/li[contains(., 'finance')]//button[.='Leave']`)
	b.click(`//div[@id='replies']//button[.='Try the one again']`)
	b.click(`//dialog//footer//button[.='Try again']`)
	b.sees("#messages .message:last-child", "30 of 30 invited.")
	b.holds("its button is gone", `![...document.querySelectorAll('#replies button')].some((button) => button.textContent.startsWith('Try'))`)
}

// TestChineseInABrowser switches to Chinese, and asks from the home.
func TestChineseInABrowser(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"the bot is started again", (*browser).switchesToChinese},
		{"the form from the shortcut", (*browser).asksInChinese},
		{"the home shows what was asked, and follows", (*browser).looksAtHome},
		{"the home has buttons", (*browser).pressesAtHome},
		{"and back to English", (*browser).switchesBack},
	} {
		if !b.step(step.name, step.run) {
			return
		}
	}
}

func (b *browser) switchesToChinese() {
	before := b.process()
	b.click(`//div[@id='language']//button[.='简体中文']`)
	b.isReplaced(before)
	b.holds("nothing was killed", `!document.querySelector('#bot').textContent.includes('Killed')`)
}

func (b *browser) asksInChinese() {
	b.click(`//div[@id='composer']//button[@data-shortcut='ask']`)
	b.sees("dialog h2", "邀请加入腾讯云组织")
	b.sees("dialog .optional", "（可选）")
	b.pastesExample()
	b.pressesInDialog("下一步")
	b.sees("dialog", "识别出 30 个账号")
	b.pressesInDialog("提交")
	b.sees("dialog", "申请 1 已提交到 #cloud-admins 等待审批。")
	b.pressesInDialog("关闭")
	b.isClosed()
	b.ticks("ask")
}

func (b *browser) looksAtHome() {
	b.open("invitebot")
	b.click(`//nav[@id='tabs']//button[.='首页']`)
	b.sees("#home", "申请 1")
	b.does("say", deed{As: bob, Channel: admins, Text: "/invite-member 100012345678 Bob"})
	b.become(bob, "Bob Tanaka")
	b.open("invitebot")
	b.click(`//nav[@id='tabs']//button[.='首页']`)
	b.sees("#home", "及另外 29 个账号")
	b.sees("#home", "100012345678")
	b.does("say", deed{As: carol, Channel: admins, Text: "/invite-member 100012345679 Carol"})
	b.sees("#home", "100012345679")
}

func (b *browser) pressesAtHome() {
	b.click(`//div[@id='home']//button[.='撤回']`)
	b.click(`//dialog//footer//button[.='撤回']`)
	b.sees("#home", "已撤回")
	b.click(`//div[@id='home']//button[@data-action='ask']`)
	b.sees("dialog h2", "邀请加入腾讯云组织")
	b.pressesInDialog("取消")
	b.isClosed()
}

func (b *browser) switchesBack() {
	before := b.process()
	b.click(`//div[@id='language']//button[.='English']`)
	b.isReplaced(before)
	b.sees("#tabs", "Home")
	b.sees("#home", "Withdrawn")
}
