package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/internal/cli"
)

// Problems are what is wrong with the configuration, a line each that begins with the variable's name.
type Problems []string

func (p Problems) Error() string {
	return "the configuration must be put right:\n  " + strings.Join(p, "\n  ")
}

// ExitStatus is [cli.ExitMisconfigured].
func (Problems) ExitStatus() int { return cli.ExitMisconfigured }

// wrongs are what was found to be wrong so far, by variable.
type wrongs map[string]string

// add notes a problem, unless the variable has one that explains this one too.
func (w wrongs) add(name, format string, args ...any) {
	if w[name] == "" {
		w[name] = fmt.Sprintf(format, args...)
	}
}

// refuse notes a problem together with what the variable wants.
func (w wrongs) refuse(name, problem string) {
	for _, f := range variables(&Settings{}) {
		if f.Tag.Get("envconfig") == name {
			w.add(name, "%s; write %s", problem, f.Tag.Get("want"))
		}
	}
}

// err is nil where nothing is wrong.
func (w wrongs) err() error {
	if len(w) == 0 {
		return nil
	}
	lines := make(Problems, 0, len(w))
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if w[name+"_FILE"] == "" { // which explains it
			lines = append(lines, name+": "+w[name])
		}
	}
	return lines
}
