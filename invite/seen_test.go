package invite

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAsSeen(t *testing.T) {
	for raw, want := range map[string]string{
		"<tel:13800138000|13800138000> Tom &amp; Jerry &lt;3": "13800138000 Tom & Jerry <3",
		"<mailto:a@example.com|a@example.com>":                "a@example.com",
		"&amp;lt;":                                            "&lt;",
		"":                                                    "",
	} {
		if got := AsSeen(raw, 200); got != want {
			t.Errorf("%q was seen as %q, want %q", raw, got, want)
		}
	}
	if got := AsSeen(strings.Repeat("王&amp;", 100), 200); got != strings.Repeat("王&", 100) {
		t.Errorf("200 characters became %q", got)
	}
	if got := AsSeen(strings.Repeat("王", 201), 200); utf8.RuneCountInString(got) != 200 || !strings.HasSuffix(got, "王…") {
		t.Errorf("201 characters became %q", got)
	}
}
