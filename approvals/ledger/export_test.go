package ledger

import (
	"os"
	"regexp"
	"testing"
)

func TestEveryKindHasASentence(t *testing.T) {
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t\w+ +Kind = "(.+?)"`).FindAllSubmatch(source, -1)
	if len(kinds) < 10 {
		t.Fatalf("found only %d kinds", len(kinds))
	}
	for _, k := range kinds {
		if sentences[Kind(k[1])] == "" {
			t.Errorf("%s has none", k[1])
		}
	}
}
