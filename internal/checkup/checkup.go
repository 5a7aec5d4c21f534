// Package checkup is what a check of the configuration finds: a line for each thing that was looked at. The checks themselves are
// where what they look at is known: Slack's in bot, the others in internal/operate, which also prints them.
package checkup

import (
	"strings"
	"unicode"

	"github.com/invitebot/invitebot/internal/tongue"
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
	Check    tongue.Text // what was looked at
	Result   Result
	Variable string // that is to be changed, where one is
	What     tongue.Text
	Remedy   tongue.Text // what to do
	// Unanswered: it could not be looked at, which time may mend.
	Unanswered bool
}

// Told is a finding as programs read it. What they tell findings by, Check and Result and Variable, reads the same whatever the language; What and
// Remedy are for the person to whom they pass it on.
type Told struct {
	Check      string `json:"check"`
	Result     Result `json:"result"`
	Variable   string `json:"variable,omitempty"`
	What       string `json:"what"`
	Remedy     string `json:"remedy,omitempty"`
	Unanswered bool   `json:"unanswered,omitempty"`
}

// In is the finding in a language, for programs.
func (f Finding) In(l tongue.Language) Told {
	return Told{f.Check.String(), f.Result, f.Variable, f.What.In(l), f.Remedy.In(l), f.Unanswered}
}

// Problem is a finding in a line that begins with the variable's name.
func (f Finding) Problem() tongue.Text {
	text := f.What
	if f.Remedy != (tongue.Text{}) {
		text = tongue.Say("%s; %s", "%s；%s", text, f.Remedy)
	}
	if f.Variable == "" {
		return text
	}
	return tongue.Say("%s: %s", "%s：%s", f.Variable, text)
}

// List are findings of checks that are made one after the other.
type List []Finding

// Pass notes what is as it should be.
func (l *List) Pass(check, what tongue.Text) {
	*l = append(*l, Finding{Check: check, Result: Passed, What: what})
}

// Warn notes what lets the bot do its work, and may not be meant.
func (l *List) Warn(check tongue.Text, variable string, what, remedy tongue.Text) {
	*l = append(*l, Finding{Check: check, Result: Warning, Variable: variable, What: what, Remedy: remedy})
}

// Fail notes what keeps the bot from its work.
func (l *List) Fail(check tongue.Text, variable string, what, remedy tongue.Text) {
	*l = append(*l, Finding{Check: check, Result: Failed, Variable: variable, What: what, Remedy: remedy})
}

// Unanswered notes what could not be looked at.
func (l *List) Unanswered(check tongue.Text, variable string, what, remedy tongue.Text) {
	*l = append(*l, Finding{Check: check, Result: Failed, Variable: variable, What: what, Remedy: remedy, Unanswered: true})
}

// Problems are the findings that keep the bot from its work and that time doesn't mend.
func (l List) Problems() (problems List) {
	for _, f := range l {
		if f.Result == Failed && !f.Unanswered {
			problems = append(problems, f)
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
func Names(all []string, most int) tongue.Text {
	if len(all) <= most {
		return tongue.Names(all)
	}
	return tongue.Say("%s and %d more", "%s，另有 %d 个", tongue.Names(all[:most]), len(all)-most)
}
