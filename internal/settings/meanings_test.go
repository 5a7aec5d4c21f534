package settings

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/internal/tongue"
)

// TestMeanings: every variable has its meaning, in words and in the table of each README, and there is none without a variable.
func TestMeanings(t *testing.T) {
	t.Parallel()
	tables := map[string]map[string]bool{"README.md": table(t, "README.md", "## Configuration"), "README.zh-CN.md": table(t, "README.zh-CN.md", "## 配置")}
	all := map[string]bool{}
	for _, f := range variables(&Settings{}) {
		name := f.Tag.Get("envconfig")
		all[name] = true
		if meanings[name].want == (tongue.Text{}) {
			t.Errorf("%s has no meaning", name)
		}
		for readme, has := range tables {
			if !has[name] {
				t.Errorf("%s isn't in the table of %s", name, readme)
			}
		}
	}
	for name := range meanings {
		if !all[name] {
			t.Errorf("%s has a meaning, and isn't a variable", name)
		}
	}
	for readme, has := range tables {
		for name := range has {
			if !all[name] {
				t.Errorf("%s of %s isn't a variable", name, readme)
			}
		}
	}
}

var inCode = regexp.MustCompile("`([A-Z_]+)`")

// table are the variables that the first column of a README's table names. One that begins with _ is in the family of the one before.
func table(t *testing.T, readme, heading string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("../../" + readme)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n"+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	names := map[string]bool{}
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cell, _, _ := strings.Cut(line[2:], "|")
		family := ""
		for _, m := range inCode.FindAllStringSubmatch(cell, -1) {
			name := m[1]
			if strings.HasPrefix(name, "_") {
				name = family + name
			} else {
				family, _, _ = strings.Cut(name, "_")
			}
			names[name] = true
		}
	}
	return names
}
