package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

// TestEveryCodeHasASentence: exactly the codes that are known have words.
func TestEveryCodeHasASentence(t *testing.T) {
	said := make(map[string]string)
	for _, code := range invite.Codes() {
		m, ok := testBook.say.meaning(code)
		if !ok {
			t.Errorf("%s has no meaning of its own", code)
		}
		what, next := testBook.explain(code, "")
		checkSentence(t, code, what)
		checkSentence(t, code, next)
		if invite.OutcomeOf(code) == invite.Rejected {
			if other, twice := said[what]; twice {
				t.Errorf("%s and %s read the same: %s", code, other, what)
			}
			said[what] = code
		}
		what, _ = testBook.explain(code, "the provider's words")
		if quoted := strings.HasSuffix(what, "“the provider's words”"); quoted != m.vague {
			t.Errorf("%s: quotes the provider: %t, want %t", code, quoted, m.vague)
		}
	}
	for code := range englishMeanings {
		if !slices.Contains(invite.Codes(), code) {
			t.Errorf("%s isn't a code that is known", code)
		}
	}
}

// checkSentence checks that a text for people is whole and has no code in it.
func checkSentence(t *testing.T, code, s string) {
	t.Helper()
	if !strings.HasSuffix(s, ".") || strings.ToUpper(s[:1]) != s[:1] || len(s) < 20 || strings.Contains(s, "Failure") {
		t.Errorf("%s: %q isn't a sentence for people", code, s)
	}
}

func TestUnlistedCodes(t *testing.T) {
	for _, code := range []string{
		"AuthFailure.Whatever", "LimitExceeded.Whatever", "ResourceNotFound.Whatever.Else", "RequestLimitExceeded.Whatever",
		"InternalError.Whatever", "ClientError.Whatever", "FailedOperation.Whatever", "InvalidParameter.MemberNameIllegal",
		"UnauthorizedOperation.Whatever", "", "Whatever", "AuthFailureWhatever", "LimitExceededs", "authfailure.x", ".AuthFailure",
		"Request.LimitExceeded", "AuthFailure ",
	} {
		what, next := testBook.explain(code, "two\n\u202elines")
		if !strings.HasSuffix(what, " Tencent Cloud says: “two lines”") || next == "" {
			t.Errorf("explain(%q) = %q, %q", code, what, next)
		}
		if what, next := testBook.explain(code, " \x00 "); what == "" || next == "" || strings.Contains(what, "“") {
			t.Errorf("explain(%q) without a message = %q, %q", code, what, next)
		}
	}
}
