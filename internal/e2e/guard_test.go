package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// with is an environment with one variable changed.
func with(env map[string]string, name, value string) map[string]string {
	env = maps.Clone(env)
	env[name] = value
	return env
}

// TestASecondNameOfTheFile: another name for the database's file, and a lock file removed beside it, let no second bot in.
func TestASecondNameOfTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	path := strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:")
	_ = os.Remove(path + ".lock")
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Link(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		e := invoke(t, with(w.env, "DATABASE_URL", "sqlite:"+name))
		if e.status != 1 || !strings.Contains(e.errors, "another process is using this database") {
			t.Errorf("%s: exit status %d, errors\n%s", name, e.status, e.errors)
		}
	}
	if e := invoke(t, w.env, "audit"); e.status != 0 {
		t.Errorf("audit beside the bot: exit status %d, errors\n%s", e.status, e.errors)
	}
	w.ask(alice, "1000 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the end", func() bool { return w.finished(1) })
}
