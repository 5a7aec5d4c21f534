package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// top waits for the form on top of what somebody has open, once it has a title.
func (w *world) top(who, title string) (v bottest.View) {
	w.Helper()
	w.await("the form "+title, func() bool {
		all := w.Views(who)
		if len(all) == 0 {
			return false
		}
		v = all[len(all)-1]
		return v.Title == title
	})
	return v
}

// submits fills in a form and sends it off.
func (w *world) submits(v bottest.View, values map[string]string) bottest.Answer {
	w.Helper()
	answer, err := w.Submit(w.Context(), v.User, v.ID, values)
	if err != nil {
		w.Fatal(err)
	}
	if !answer.OK() || len(answer.Errors) > 0 {
		w.Fatalf("the form %q is answered with %s %v %v", v.Title, answer.Failure, answer.Problems, answer.Errors)
	}
	return answer
}

// closes closes a form, and all that lie beneath it.
func (w *world) closes(v bottest.View) {
	w.Helper()
	if _, err := w.CloseView(w.Context(), v.User, v.ID); err != nil {
		w.Fatal(err)
	}
	w.await("no form", func() bool { return len(w.Views(v.User)) == 0 })
}

// tongue is how something of each kind reads in a language.
type tongue struct {
	locale                                     string
	form, fields, check, understood, asked     string // of a form; asked has the request's number
	card, decided, thread, direct, toldOf, sum string // of what is said of a request, with its number
}

var (
	inEnglish = tongue{
		locale: "en-US", form: "Invite to Tencent Cloud", fields: "Who is told as well", check: "Is this right?", understood: "One account was understood",
		asked: "Request %d is with the approvers", card: "Request %d: invite ", decided: "Approved by ", thread: "the invitation was sent.",
		direct: "Request %d: ", toldOf: "See the request", sum: "No request was made",
	}
	inChinese = tongue{
		locale: "zh-CN", form: "邀请加入腾讯云组织", fields: "同时通知", check: "请核对", understood: "识别出 1 个账号",
		asked: "申请 %d 已提交到 ", card: "申请 %d：邀请 ", decided: "批准人：", thread: "邀请已发送。",
		direct: "申请 %d：", toldOf: "查看申请", sum: "未提交申请",
	}
)

func (l tongue) String() string { return l.locale }

// waysIn are how somebody can come to ask. All but the command line lead to the form.
var waysIn = []struct {
	name string
	open func(w *world, who string) error
}{
	{"command line", nil},
	{"command alone", func(w *world, who string) error {
		_, err := w.Command(w.Context(), who, general, "/invite-member")
		return err
	}},
	{"shortcut", func(w *world, who string) error {
		_, err := w.Shortcut(w.Context(), who, "ask")
		return err
	}},
	{"home", func(w *world, who string) error {
		if _, err := w.OpenHome(w.Context(), who); err != nil {
			return err
		}
		var home bottest.View
		w.await("the home", func() (drawn bool) {
			home, drawn = w.Home(who)
			return drawn
		})
		_, err := w.ClickView(w.Context(), who, home.ID, "ask", nil)
		return err
	}},
}

const mei = "U0MEI" // asks, and has Slack in Chinese

// TestEveryWayInEachLanguage goes from each way in to the invitation: what one person reads is in their language, and what all read in LANGUAGE.
func TestEveryWayInEachLanguage(t *testing.T) {
	t.Parallel()
	for language, all := range map[string]tongue{"en": inEnglish, "zh-CN": inChinese} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			asksEveryWay(worldOf(t, bottest.Options{}, invitetest.Options{}, "LANGUAGE", language), all)
		})
	}
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		asksEveryWay(shared(t, postgres(t), invitetest.Options{}, "LANGUAGE", "zh-CN"), inChinese)
	})
}

func asksEveryWay(w *world, all tongue) {
	w.AddUser(bottest.User{ID: mei, Name: "mei", Locale: "zh-CN"})
	w.start()
	n := 0
	for _, who := range []string{alice, mei} {
		own := map[string]tongue{alice: inEnglish, mei: inChinese}[who]
		for _, way := range waysIn {
			n++
			if way.open == nil {
				w.typesIn(who, own, n)
			} else if err := way.open(w, who); err != nil {
				w.Fatal(way.name, err)
			} else {
				w.fillsIn(who, own, n)
			}
			w.endsIn(who, own, all, n)
		}
	}
	w.stop()
}

func aRow(n int) string { return fmt.Sprintf("%d Name-%d", account(n), n) }

func (w *world) typesIn(who string, own tongue, n int) {
	w.Helper()
	w.reads("what can't be read", w.ask(who, "Name-1").Text, own.sum)
	w.reads("the answer", w.ask(who, aRow(n)).Text, fmt.Sprintf(own.asked, n), aRow(n))
}

// fillsIn goes through the form that is open.
func (w *world) fillsIn(who string, own tongue, n int) {
	w.Helper()
	form := w.top(who, own.form)
	w.reads("the form", string(form.Blocks), own.fields)
	w.submits(form, map[string]string{"accounts/field": aRow(n)})
	check := w.top(who, own.check)
	w.reads("what was understood", string(check.Blocks), own.understood, fmt.Sprint(account(n)))
	w.submits(check, nil)
	done := w.top(who, own.form)
	w.reads("the form's end", string(done.Blocks), fmt.Sprintf(own.asked, n))
	w.closes(done)
}

// endsIn approves the n-th request, and looks at all that is said of it.
func (w *world) endsIn(who string, own, all tongue, n int) {
	w.Helper()
	w.await("the card", func() bool { return len(w.Messages(admins)) == n })
	card := w.Messages(admins)[n-1]
	w.reads("the card", card.Text, fmt.Sprintf(all.card, n), fmt.Sprint(account(n)))
	w.click(ann, card, "approve")
	told := func() []bottest.Message { return about(w.DirectMessages(who), fmt.Sprintf(own.direct, n)) }
	w.await("the end", func() bool {
		now, _ := w.Message(card.Ref())
		return len(told()) == 1 && now.Replies == 1 && strings.Contains(now.Text, all.decided)
	})
	sent := w.org.Sends()[n-1]
	w.reads("the thread", w.Thread(admins, card.TS)[1].Text, all.thread, sent.RequestID)
	w.reads("the direct message", told()[0].Text, own.thread, own.toldOf, sent.RequestID)
	if sent.Language != all.locale {
		w.Errorf("Tencent Cloud is asked to answer in %s, want %s", sent.Language, all.locale)
	}
}

// about are those messages that begin like this.
func about(all []bottest.Message, begins string) (some []bottest.Message) {
	for _, m := range all {
		if strings.HasPrefix(m.Text, begins) {
			some = append(some, m)
		}
	}
	return some
}

func (w *world) reads(what, text string, wants ...string) {
	w.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			w.Errorf("%s lacks %q: %s", what, want, text)
		}
	}
}
