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
			testBook.Misread("/invite-member", &invite.ParseError{Part: typed, Problem: invite.NotUIN}),
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

func TestTidy(t *testing.T) {
	if got := tidy(" one\n\ttwo\u202e\u0000three\u200b "); got != "one two three" {
		t.Errorf("tidy: %q", got)
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
