package words

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// FuzzTypedText has what people type do nothing but stand there.
func FuzzTypedText(f *testing.F) {
	for _, seed := range []string{hostile, "<@U0ANN>", "<#C0APPROVE>", "&lt;!here&gt;", "<!subteam^S1>", "a\nb", "&amp;amp;", "", ">", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		r := pending(deniedBy(bob, typed))
		r.Invitations[0].Name, r.Invitations[0].Remark, r.Invitations[0].Message = typed, typed, typed
		r.Requester.Name = typed
		for _, c := range []Content{
			testBook.Card(r), testBook.Reply(r, ledger.Event{Kind: ledger.Failed, Detail: ledger.Detail{Code: "X", Message: typed}}),
			testBook.Refusal(ledger.Detail{Why: ledger.DecidedBefore}, r),
			testBook.Misread("/invite-member", &invite.ParseError{Part: typed, Problem: invite.NotUIN, Copy: typed}),
			testBook.Misread("/invite-member", &invite.ParseError{Part: typed, Problem: invite.RemarkInName, Meant: typed, Copy: typed}),
		} {
			own := strings.ReplaceAll(c.Text, "<"+testBook.permalink(r.Card)+"|See request 12>", "")
			if strings.ContainsAny(own, "<>") {
				t.Errorf("the text has markup: %q", c.Text)
			}
			if n := len([]rune(c.Text)); n > maxText {
				t.Errorf("the text has %d characters", n)
			}
		}
	})
}

func TestEscape(t *testing.T) {
	if got := escape(`<a&b>"'` + "`"); got != `&lt;a&amp;b&gt;"'`+"`" {
		t.Errorf("escape: %s", got)
	}
}

// TestReason: what can't be seen, and could hide or reorder what can, is gone; what an emoji needs stays.
func TestReason(t *testing.T) {
	for typed, want := range map[string]string{
		" one\n\ttwo\u202e\u0000three\u200b ":               "one two three",
		"a\u3164\ufe0fb ❤\ufe0f می\u200cخ":                  "a b ❤\ufe0f می\u200cخ",
		"Z" + strings.Repeat("\u0336", 9) + "e\u0301\u0302": "Z\u0336\u0336\u0336e\u0301\u0302",
	} {
		got := Reason(func(block, input string) string {
			return map[string]string{reasonBlock + reasonInput: typed}[block+input]
		})
		if got != want {
			t.Errorf("%+q reads as %+q, want %+q", typed, got, want)
		}
	}
}

// TestWhatWasStoredIsShownHarmless: also names and reasons from before they were looked at when they came in.
func TestWhatWasStoredIsShownHarmless(t *testing.T) {
	r := pending(deniedBy(bob, "no\u202etes"))
	r.Requester.Name = "e\u202eve"
	for _, c := range []Content{testBook.Card(r), testBook.Direct(r, ledger.Event{Kind: ledger.Denied, Actor: eve, Detail: ledger.Detail{Reason: "no\u202etes"}})} {
		if strings.Contains(c.Text+blocksOf(t, c), "\u202e") || !strings.Contains(c.Text, "no tes") {
			t.Errorf("it reads %q", c.Text)
		}
	}
}

// FuzzEscape: what is escaped reads as it was typed, has no markup left, and goes through Slack and back unharmed, in a
// message and in an acknowledgement.
func FuzzEscape(f *testing.F) {
	unescaper := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	f.Fuzz(func(t *testing.T, typed string) {
		escaped := escape(typed)
		if unescaper.Replace(escaped) != typed {
			t.Errorf("%q doesn't come back from %q", typed, escaped)
		}
		if strings.ContainsAny(escaped, "<>") || strings.Count(escaped, "&") != strings.Count(typed, "&")+strings.Count(typed, "<")+strings.Count(typed, ">") {
			t.Errorf("there is markup in %q", escaped)
		}
		var raw bytes.Buffer
		e := json.NewEncoder(&raw)
		e.SetEscapeHTML(false)
		if err := e.Encode(testBook.prose(line{text(typed)}).Private()); err != nil {
			t.Fatal(err)
		}
		var got struct{ Text string }
		if err := json.Unmarshal(raw.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(escaped)); utf8.RuneCountInString(typed) < maxText/6 && got.Text != want {
			t.Errorf("%q arrives as %q", want, got.Text)
		}
	})
}
