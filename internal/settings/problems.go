package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/cli"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Problems are what is wrong with the configuration, each of a variable.
type Problems checkup.List

func (p Problems) Error() string { return p.In(tongue.English) }

// In says all of it in a language, a line each that begins with the variable's name.
func (p Problems) In(l tongue.Language) string {
	lines := []string{tongue.Say("the configuration must be put right:", "配置有误，请更正：").In(l)}
	for _, f := range p {
		lines = append(lines, f.Problem().In(l))
	}
	return strings.Join(lines, "\n  ")
}

// ExitStatus is [cli.ExitMisconfigured].
func (Problems) ExitStatus() int { return cli.ExitMisconfigured }

// wrongs are what was found to be wrong so far, by variable.
type wrongs map[string]checkup.Finding

// add notes a problem and what to do, unless the variable has one that explains this one too.
func (w wrongs) add(name string, what, remedy tongue.Text) {
	if _, known := w[name]; !known {
		w[name] = checkup.Finding{Result: checkup.Failed, Variable: name, What: what, Remedy: remedy}
	}
}

// refuse notes a problem; what to do is to write what the variable wants.
func (w wrongs) refuse(name string, what tongue.Text) { w.add(name, what, toWrite(name)) }

func toWrite(name string) tongue.Text {
	return tongue.Say("write %s", "请填写：%s", meanings[name].want)
}

// err is nil where nothing is wrong.
func (w wrongs) err() error {
	if len(w) == 0 {
		return nil
	}
	problems := make(Problems, 0, len(w))
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if _, explained := w[name+"_FILE"]; !explained {
			problems = append(problems, w[name])
		}
	}
	return problems
}
