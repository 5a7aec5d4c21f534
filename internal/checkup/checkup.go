// Package checkup is what a check of the configuration finds: a line for each thing that was looked at. The checks themselves are
// where what they look at is known: Slack's in bot, the others in internal/operate, which also prints them.
package checkup

import (
	"fmt"
	"strings"
	"unicode"
)

// Result is how a check ended.
type Result string

// The results.
const (
	Passed  Result = "passed"
	Warning Result = "warning"
	Failed  Result = "failed"
)

// Finding is what a check found.
type Finding struct {
	Check    string `json:"check"` // what was looked at
	Result   Result `json:"result"`
	Variable string `json:"variable,omitempty"` // that is to be changed, where one is
	What     string `json:"what"`
	Remedy   string `json:"remedy,omitempty"` // what to do
	// Unanswered: it could not be looked at, which time may mend.
	Unanswered bool `json:"unanswered,omitempty"`
}

// Problem is a finding in a line that begins with the variable's name.
func (f Finding) Problem() string {
	text := f.What
	if f.Remedy != "" {
		text += "; " + f.Remedy
	}
	if f.Variable == "" {
		return text
	}
	return f.Variable + ": " + text
}

// List are findings of checks that are made one after the other.
type List []Finding

// Pass notes what is as it should be.
func (l *List) Pass(check, format string, args ...any) {
	*l = append(*l, Finding{Check: check, Result: Passed, What: fmt.Sprintf(format, args...)})
}

// Warn notes what lets the bot do its work, and may not be meant.
func (l *List) Warn(check, variable, remedy, format string, args ...any) {
	*l = append(*l, Finding{Check: check, Result: Warning, Variable: variable, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// Fail notes what keeps the bot from its work.
func (l *List) Fail(check, variable, remedy, format string, args ...any) {
	*l = append(*l, Finding{Check: check, Result: Failed, Variable: variable, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// Unanswered notes what could not be looked at.
func (l *List) Unanswered(check, variable, remedy, format string, args ...any) {
	*l = append(*l, Finding{Check: check, Result: Failed, Variable: variable, What: fmt.Sprintf(format, args...), Remedy: remedy, Unanswered: true})
}

// Problems are the findings that keep the bot from its work and that time doesn't mend, a line each.
func (l List) Problems() (problems []string) {
	for _, f := range l {
		if f.Result == Failed && !f.Unanswered {
			problems = append(problems, f.Problem())
		}
	}
	return problems
}

// Worst is the worst result of all.
func (l List) Worst() Result {
	worst := Passed
	for _, f := range l {
		if f.Result == Failed || f.Result == Warning && worst == Passed {
			worst = f.Result
		}
	}
	return worst
}

// OneLine keeps what others have written, as a group's or a person's name, from looking like a line of its own, or steering a terminal.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

// Names lists at most so many, and how many more there are.
func Names(all []string, most int) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}
