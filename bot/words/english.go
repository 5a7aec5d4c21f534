package words

import (
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// English is the language in which the bot speaks.
var English Language = english{}

type english struct{}

func (english) together(sentences ...string) string { return strings.Join(sentences, " ") }

func (english) says() string { return ": " }

func (english) inBrackets(what string) string { return " (" + what + ")" }

func (english) date(t time.Time) piece { return date(t, "{date_short_pretty} at {time}") }

// people reads "@ann, @bob".
func (english) people(list []approvals.Person) line {
	var l line
	for n, p := range list {
		if n > 0 {
			l = append(l, text(", "))
		}
		l = append(l, person(p))
	}
	return l
}
