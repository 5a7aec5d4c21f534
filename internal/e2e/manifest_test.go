package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/invitebot/invitebot/bot"
)

// The manifest asks for exactly the scopes that the bot uses, and gives each its reason.
func TestManifestScopes(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile(filepath.Join(module, "manifest.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, line := range regexp.MustCompile(`(?m)^      - ([a-z:]+) # \w+`).FindAllSubmatch(manifest, -1) {
		got = append(got, string(line[1]))
	}
	for _, scope := range bot.Scopes {
		want = append(want, scope.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the manifest asks for %v, the bot uses %v", got, want)
	}
}
