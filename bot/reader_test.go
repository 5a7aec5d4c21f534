package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
)

// reads gives somebody a locale.
func (w *world) reads(id, name, locale string) {
	w.ws.AddUser(bottest.User{ID: id, Name: name, Locale: locale})
}

// TestEverybodyReadsTheirLanguage in what only they see, and the channel reads its own.
func TestEverybodyReadsTheirLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.reads(eve.ID, eve.Name, "zh-CN")
	contains(t, w.types(eve.ID, "帮助"), "/invite-member 撤回 12", "/invite-member 列表", "/invite-member 状态 12")
	contains(t, w.types(eve.ID, "1000 Alice"), "申请 1 已提交到 <#"+approvalsID+"> 等待审批。", "撤回 1")
	contains(t, w.types(eve.ID, "Alice"), "这不是 UIN。")
	contains(t, w.types(ann.ID, "Alice"), "This isn't a UIN.")
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 1 })
	w.recorded(1)
	card := w.ws.Messages(approvalsID)[0]
	contains(t, card.Text, "Request 1: invite 1000 (Alice).", "Remark: invitebot 1, asked by eve")

	w.clicks(eve.ID, card, words.ActionApprove)
	contains(t, w.whispered(eve.ID, 4), "只有审批人可以执行该操作")
	modal := w.opensDeny(ann.ID, card)
	contains(t, string(modal.Blocks), "Asked by ")
	w.denies(modal, "no")
	w.becomes(card, "Denied by @ann")
	w.eventually("the message to Eve", func() bool { return len(w.ws.DirectMessages(eve.ID)) == 1 })
	contains(t, w.ws.DirectMessages(eve.ID)[0].Text, "申请 1：1000（Alice）：申请已被 @ann 驳回。")
}

// TestTheChannelIsChinese, and who reads neither language reads what the channel does.
func TestTheChannelIsChinese(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{config: Config{Language: words.Chinese}})
	w.reads(eve.ID, eve.Name, "ja-JP")
	w.reads(bob.ID, bob.Name, "zh-SG")
	contains(t, w.types(eve.ID, "1000 Alice"), "申请 1 已提交到")
	w.eventually("the card", func() bool { return len(w.ws.Messages(approvalsID)) == 1 })
	w.recorded(1)
	card := w.ws.Messages(approvalsID)[0]
	contains(t, card.Text, "申请 1：邀请 1000（Alice）。", "备注：invitebot 1，申请人 eve")
	w.clicks(eve.ID, card, words.ActionApprove)
	contains(t, w.whispered(eve.ID, 2), "只有审批人可以执行该操作")
	modal := w.opensDeny(bob.ID, card)
	contains(t, string(modal.Blocks), "申请人：")
	w.clicks(ann.ID, card, words.ActionApprove)
	w.becomes(card, "批准人：@ann")
	contains(t, w.replies(card, 1)[0].Text, "申请 1：1000（Alice）：邀请已发送。")
	a, err := w.ws.Submit(w.ctx, bob.ID, modal.ID, map[string]string{reasonBox: "x"})
	w.must(err)
	if !a.OK() || len(w.hears(bob.ID)) != 1 {
		t.Fatalf("answered with %s; told %q", a.Failure, w.hears(bob.ID))
	}
	contains(t, w.hears(bob.ID)[0], "获批准，批准人：@ann。没有任何更改。")
	w.clicks(ann.ID, card, words.ActionApprove)
	contains(t, w.whispered(ann.ID, 1), "Request 1 was approved by @ann")
}

// TestNoAnswerWaitsForALanguage: where Slack doesn't say who somebody is, or not in time, they read the language of the channel, and are
// answered as soon as without it.
func TestNoAnswerWaitsForALanguage(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]bottest.Kind{"refused": bottest.Error, "hanging": bottest.Hang} {
		w := newWorld(t, options{idle: true, config: Config{Language: words.Chinese, Requesters: []string{eve.ID}}})
		w.reads(eve.ID, eve.Name, "en-US")
		w.ws.Fail("users.info", bottest.Fault{Kind: kind, Times: -1})
		began := time.Now()
		contains(t, w.types(eve.ID, "1000 Alice"), "申请 1 已提交到")
		if took := time.Since(began); took > localeLimit+time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		w.must(w.stop())
	}
}

// TestALocaleIsRememberedForAnHour, and that there is none for a minute.
func TestALocaleIsRememberedForAnHour(t *testing.T) {
	t.Parallel()
	ws := bottest.Start(bottest.Options{})
	now := time.Now()
	p := newTestPeople(t, ws, identity{}, nil, nil, func() time.Time { return now })
	is := func(want string) {
		t.Helper()
		if got, err := p.locales.get(t.Context(), eve.ID); got != want || err != nil {
			t.Errorf("locale %q, want %q; %v", got, want, err)
		}
	}
	ws.Fail("users.info", bottest.Fault{Kind: bottest.ServerError})
	is("")
	ws.AddUser(bottest.User{ID: eve.ID, Locale: "zh-CN"})
	is("")
	now = now.Add(memory)
	is("zh-CN")
	ws.AddUser(bottest.User{ID: eve.ID, Locale: "en-US"})
	now = now.Add(localeMemory - time.Second)
	is("zh-CN")
	now = now.Add(time.Second)
	is("en-US")
}

// TestVerbs: words in English and in Chinese, with what a Chinese keyboard makes of spaces, digits, # and punctuation.
func TestVerbs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		verb string
		id   int64
	}{
		"": {"", 0}, "HELP": {"help", 0}, "帮助": {"help", 0}, "列表": {"list", 0}, "list": {"list", 0}, "　列表　": {"list", 0},
		"withdraw #12": {"withdraw", 12}, "撤回": {"withdraw", 0}, "撤回 12": {"withdraw", 12}, "撤回　＃１２": {"withdraw", 12}, "撤回12": {"withdraw", 12},
		"撤回＃12": {"withdraw", 12}, "撤回 １2": {"withdraw", 12}, "状态 12": {"status", 12}, "状态#12": {"status", 12}, "状态１２": {"status", 12},
		"撤回：12": {"withdraw", 12}, "撤回12。": {"withdraw", 12}, "撤回，12": {"withdraw", 12}, "撤回（12）": {"withdraw", 12}, "撤回第12号": {"withdraw", 12},
		"撤回 第 １２ 号。": {"withdraw", 12}, "撤回 ＋１２": {"withdraw", 12}, "撤回 # 12": {"withdraw", 12}, "状态：１２": {"status", 12}, "撤回。": {"withdraw", 0},
		"帮助。": {"help", 0}, "帮助！": {"help", 0}, "列表。": {"list", 0},
		"withdraw: 12": {"withdraw", 12}, "withdraw:12": {"withdraw", 12}, "Withdraw 12.": {"withdraw", 12}, "help.": {"help", 0}, "help?": {"help", 0},
		"status #12": {"status", 12}, "status#12": {"status", 12}, "status, # 12": {"status", 12}, "list.": {"list", 0},

		// What isn't a number is for the command to answer, and an account's number isn't part of one.
		"撤回0": {"withdraw", 0}, "撤回-1": {"withdraw", 0}, "撤回 －１": {"withdraw", 0}, "撤回：陈": {"withdraw", 0}, "撤回 12，13": {"withdraw", 0},
		"撤回：100012345678 Alice": {"withdraw", 0}, "撤回100012345678 Alice": {"withdraw", 0}, "withdraw: 12 13": {"withdraw", 0}, "withdraw 1.2": {"withdraw", 0},
		"撤回者": {"撤回者", 0}, "撤回第一": {"撤回第一", 0}, "帮助者。": {"帮助者。", 0}, "withdraw12": {"withdraw12", 0},
		"help@a.example Alice": {"help@a.example", 0}, "list.a@b.example": {"list.a@b.example", 0}, "helper": {"helper", 0},
		"100012345678 help": {"100012345678", 0},
	} {
		verb, rest := cutVerb(text)
		if id, _ := requestNumber(rest); verb != want.verb || id != want.id {
			t.Errorf("%q reads as %q and %d of %q", text, verb, id, rest)
		}
	}
}

// TestChineseCommands do what the English ones do.
func TestChineseCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{idle: true})
	w.types(eve.ID, "1000 Alice")
	contains(t, w.types(eve.ID, "列表"), "You have asked for these:")
	contains(t, w.types(eve.ID, "状态1"), "Request 1: Waits for approval")
	contains(t, w.types(eve.ID, "列表。"), "You have asked for these:")
	contains(t, w.types(eve.ID, "帮助。"), "/invite-member list")
	contains(t, w.types(eve.ID, "撤回：一"), "Write the request's number")
	contains(t, w.types(eve.ID, "撤回：100012345678 Alice"), "Write the request's number")
	contains(t, w.types(eve.ID, "撤回（１）。"), "Request 1 is withdrawn.")
	if answer := w.types(eve.ID, "撤回者 Alice"); !strings.Contains(answer, "This isn't a UIN.") {
		t.Errorf("another word is answered with %s", answer)
	}
}
