package words

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

var chineseBook = testBook.In(Chinese)

// everything is each message of the tests, in a book's language.
func everything(b Book) map[string]Content {
	all := lists(b)
	maps.Copy(all, nudges(b))
	for name, r := range cards {
		all["card-"+name] = b.Card(r)
	}
	for name, x := range replies {
		if x.event.Invitation == 0 {
			x.event.Invitation = 7
		}
		all["reply-"+name] = b.Reply(x.request, x.event)
	}
	for name, x := range directs {
		all["direct-"+name] = b.Direct(x.request, x.event)
	}
	for _, name := range []string{"several-mixed", "denied-because"} {
		all["status-"+name] = b.Status(cards[name])
	}
	return all
}

// TestChinese has every message in Chinese, and Slack takes each.
func TestChinese(t *testing.T) {
	slackTakes, known := newJudge(t), data(t)
	all := everything(chineseBook)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		golden(t, "zh-CN/"+name, all[name])
		slackTakes(t, all[name])
		isChinese(t, known, name, all[name])
	}
	for name, group := range answers(chineseBook) {
		golden(t, "zh-CN/answers-"+name, joined(group))
		for _, c := range group {
			isChinese(t, known, name, c)
			if name != "forms" { // which are no messages
				slackTakes(t, c)
			}
		}
	}
}

var (
	word     = regexp.MustCompile(`[A-Za-z]{2,}`)
	han      = regexp.MustCompile(`\p{Han}`)
	unspaced = regexp.MustCompile(`\p{Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Han}`)
	markup   = regexp.MustCompile(`<[^|>]*[|>]`)
	// untranslated are the names of things that have no other in Chinese.
	untranslated = strings.Fields("UIN RequestId Slack SecretId SecretKey Token MFA IP API UTC UTF ledger invitebot organization SendOrganizationInvitation " +
		"TENCENTCLOUD REGION Alice date num time")
)

// data are the words that come from elsewhere: from requests and events, from what was typed, and the codes of errors. Nobody translates
// those.
func data(t *testing.T) (all []string) {
	t.Helper()
	var values func(v any)
	values = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			values(slices.Collect(maps.Values(v)))
		case []any:
			for _, v := range v {
				values(v)
			}
		case string:
			all = append(all, word.FindAllString(escape(v)+" "+v, -1)...)
		}
	}
	given := []any{cards, typed, warned, invite.Codes(), Command, "Unheard.Of"}
	for _, of := range []map[string]occasion{replies, directs} {
		for _, x := range of {
			given = append(given, x.request, x.event)
		}
	}
	raw, err := json.Marshal(given)
	var everything any
	if err = errors.Join(err, json.Unmarshal(raw, &everything)); err != nil {
		t.Fatal(err)
	}
	values(everything)
	return append(all, untranslated...)
}

// isChinese checks that no English sentence is left in a message, wherever it came from.
func isChinese(t *testing.T, known []string, name string, c Content) {
	t.Helper()
	if !han.MatchString(c.Text) {
		t.Errorf("%s has nothing Chinese: %s", name, c.Text)
	}
	for l := range strings.SplitSeq(c.Text, "\n") {
		for _, w := range word.FindAllString(markup.ReplaceAllString(l, ""), -1) {
			if !slices.Contains(known, w) {
				t.Errorf("%s: %q in: %s", name, w, l)
			}
		}
		if bad := unspaced.FindString(l); bad != "" {
			t.Errorf("%s: %q in: %s", name, bad, l)
		}
	}
}

// TestEverySentenceIsChinese reads the sentences themselves, method by method: none has an English word, and all keep to how Chinese is
// set: full-width punctuation, and a space between a Chinese character and a letter or a digit.
func TestEverySentenceIsChinese(t *testing.T) {
	files, err := filepath.Glob("chinese*.go")
	if err != nil || len(files) < 12 {
		t.Fatalf("found only %q, %v", files, err)
	}
	verb := regexp.MustCompile(`%[+\d]*[a-zX]`)
	badlySet := regexp.MustCompile(unspaced.String() + `|\p{Han}[,.:;?!()"]|[,.:;?!()"]\p{Han}|[，。：；？！、] | [，。：；？！、]`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, sentence := range sentencesIn(t, file) {
			said := strings.NewReplacer("%d", "0", "%s", "字", "organization:SendOrganizationInvitation", "organization").Replace(sentence)
			for _, w := range word.FindAllString(verb.ReplaceAllString(said, " "), -1) {
				if !slices.Contains(untranslated, w) {
					t.Errorf("%s: %q in %q", file, w, sentence)
				}
			}
			if bad := badlySet.FindString(said); bad != "" {
				t.Errorf("%s: %q in %q", file, bad, sentence)
			}
		}
	}
}

// sentencesIn are the strings of a file but those that it imports or looks up.
func sentencesIn(t *testing.T, file string) (all []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.KeyValueExpr:
			ast.Inspect(n.Value, func(n ast.Node) bool { return collect(n, &all) })
			return false
		}
		return collect(n, &all)
	})
	return all
}

func collect(n ast.Node, all *[]string) bool {
	if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
		s, _ := strconv.Unquote(l.Value)
		*all = append(*all, s)
	}
	return true
}

// TestChineseHasEveryCodeAndStanding that English has, with the same signs.
func TestChineseHasEveryCodeAndStanding(t *testing.T) {
	said := make(map[string]string)
	for _, code := range invite.Codes() {
		m := chineseMeanings[code]
		if !strings.HasSuffix(m.what, "。") || !strings.HasSuffix(m.next, "。") {
			t.Errorf("%s means %q, %q", code, m.what, m.next)
		}
		if other, twice := said[m.what]; twice && invite.OutcomeOf(code) == invite.Rejected {
			t.Errorf("%s and %s read the same: %s", code, other, m.what)
		}
		said[m.what] = code
	}
	if len(chineseMeanings) != len(invite.Codes()) {
		t.Errorf("%d codes have a meaning, of %d", len(chineseMeanings), len(invite.Codes()))
	}
	for state, english := range englishStandings {
		sign, _, hasSign := strings.Cut(english, " ")
		inChinese := chineseStandings[state]
		if inChinese == "" || hasSign && strings.Contains("⛔↩️⌛⏳✅⚠️❓🎉🚫🙅👋", sign) && !strings.HasPrefix(inChinese, sign+" ") {
			t.Errorf("%s reads %q, and in Chinese %q", state, english, inChinese)
		}
	}
}

// TestLanguageOf goes by what Slack has for locales.
func TestLanguageOf(t *testing.T) {
	for locale, want := range map[string]Language{
		"en": English, "en-US": English, "en-GB": English, "EN_us": English, "zh-CN": Chinese, "zh_cn": Chinese, "zh-SG": Chinese, "zh-Hans": Chinese,
		"zh-Hans-HK": Chinese, "zh": Chinese, "zh-TW": nil, "zh-Hant-HK": nil, "ja-JP": nil, "de-DE": nil, "": nil, "enm": nil,
	} {
		if got, ok := LanguageOf(locale); got != want || ok != (want != nil) {
			t.Errorf("%s: %T, %v", locale, got, ok)
		}
	}
}

// TestAMessageIsKnownInEveryLanguage, by its beginning or by all of its text, and no other is.
func TestAMessageIsKnownInEveryLanguage(t *testing.T) {
	r, sent := cards["pending"], replies["sent"]
	for _, b := range []Book{testBook, chineseBook} {
		card := b.Lasting(func(b Book) Content { return b.Card(r) })
		reply := b.Lasting(func(b Book) Content { return b.Reply(sent.request, sent.event) })
		for _, before := range []Book{testBook, chineseBook} {
			if !card.Was(before.Card(cards["sent"]).Text) || card.Was(before.Card(numbered(13, r)).Text) || card.Says(before.Card(cards["sent"]).Text) {
				t.Errorf("a card is not known by %q", before.Card(cards["sent"]).Text)
			}
			said := before.Reply(sent.request, sent.event).Text
			if !reply.Was(said) || reply.Was(said+" ") || !reply.Says(said) {
				t.Errorf("a reply is not known by %q", said)
			}
		}
	}
}

// TestTheBotsOwnRemarkIsKnown when it was made in another language.
func TestTheBotsOwnRemarkIsKnown(t *testing.T) {
	for _, made := range []Book{testBook, chineseBook} {
		r := pending()
		r.Invitations[0].Remark = made.Remark(r.ID, r.Requester)
		if got := testBook.RemarkMade(r); got != r.Invitations[0].Remark {
			t.Errorf("the remark of %q is taken for %q", r.Invitations[0].Remark, got)
		}
	}
	if got := chineseBook.RemarkMade(pending(func(r *approvals.Request) { r.Invitations[0].Remark = "typed" })); got != "invitebot 12，申请人 eve" {
		t.Errorf("a typed remark is taken for %q", got)
	}
}
