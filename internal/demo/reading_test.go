package demo

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// atEnd is whether the channel's newest message is in sight, above the composer.
const atEnd = `(() => {
	const list = document.querySelector('#messages'), last = list.firstElementChild.lastElementChild;
	return list.scrollHeight - list.scrollTop - list.clientHeight <= 1 && last.getBoundingClientRect().bottom <= document.querySelector('#composer').getBoundingClientRect().top + 1;
})()`

const pill = `document.querySelector('#messages-below').checkVisibility()`

func TestTheNewestMessageIsInSight(t *testing.T) {
	t.Parallel()
	b := openPage(t, startDemo(t))
	b.resize(1280, 460)
	b.ask("100012345678")
	b.ask("100012345679")
	b.become(dan, "Dan Weber")
	b.sees("#messages", "Invite 100012345679")
	for _, step := range []struct {
		name string
		run  func(*browser)
	}{
		{"after loading", (*browser).loadsAtEnd},
		{"when one comes while the end is in sight", (*browser).followsMessages},
		{"when the composer grows", (*browser).followsComposer},
		{"by a button, when something is whispered below the fold", (*browser).tellsOfMessagesBelow},
		{"by a button that goes away at the end", (*browser).tellsUntilTheEnd},
		{"after sending", (*browser).returnsAfterSending},
	} {
		if !b.step(step.name, step.run) {
			return
		}
	}
}

func (b *browser) loadsAtEnd() {
	b.load(dan, admins, "")
	if !value[bool](b, `document.querySelector('#messages').scrollHeight > document.querySelector('#messages').clientHeight + 100`) {
		b.t.Fatal("all fits: this shows nothing")
	}
	b.holds("the end is in sight", atEnd)
	for _, width := range []int64{1000, 700, 1280} {
		b.resize(width, 460)
		b.holds("the end is still in sight", atEnd)
	}
}

func (b *browser) followsMessages() {
	b.says(carol, admins, "One\nof\nmany\nlines")
	b.sees("#messages .message:last-child", "of")
	b.holds("the end is in sight", atEnd)
	if value[bool](b, pill) {
		b.t.Error("a message in sight is told of")
	}
}

func (b *browser) followsComposer() {
	b.do("write many lines", chromedp.Focus(chromedp.CSS("#composer textarea")))
	for range 6 {
		b.do("break the line", chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierShift)))
	}
	b.holds("the box has grown", `document.querySelector('#composer textarea').rows === 7`)
	b.holds("the end is in sight", atEnd)
	b.do("empty the box", chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent("a"), chromedp.KeyEvent(kb.Backspace))
	b.holds("the box has shrunk", `document.querySelector('#composer textarea').rows === 1`)
	b.holds("the end is in sight", atEnd)
}

func (b *browser) tellsOfMessagesBelow() {
	value[bool](b, `(document.querySelector('#messages').scrollTop = 0, true)`)
	b.says(carol, admins, "One more,\nbelow")
	b.sees("#messages .message:last-child", "below")
	b.holds("the reader is told", pill)
	if value[bool](b, atEnd) {
		b.t.Fatal("the answer is in sight: this shows nothing")
	}
	b.sees("#messages-below", "New message")
	b.do("press it", chromedp.Focus(chromedp.ID("messages-below")), chromedp.KeyEvent(kb.Enter))
	b.holds("the end is in sight", atEnd)
	b.holds("the button is gone", "!"+pill)
	b.hasFocus("#messages")
}

func (b *browser) tellsUntilTheEnd() {
	b.do("scroll up", chromedp.Evaluate[chromedp.Void](`document.querySelector('#messages').scrollTop = 0`))
	b.says(carol, admins, "Something new")
	b.holds("the reader is told", pill)
	b.do("scroll down", chromedp.Evaluate[chromedp.Void](`document.querySelector('#messages').scrollTop = 1e6`))
	b.holds("the button is gone", "!"+pill)
	b.open("general")
	b.open("cloud-admins")
	b.holds("the end is in sight", atEnd)
}

func (b *browser) returnsAfterSending() {
	b.do("scroll up", chromedp.Evaluate[chromedp.Void](`document.querySelector('#messages').scrollTop = 0`))
	b.write("So do I")
	b.sees("#messages .message:last-child", "So do I")
	b.holds("the end is in sight", atEnd)
}
