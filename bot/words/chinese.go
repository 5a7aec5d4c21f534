package words

import (
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Chinese is Simplified Chinese, in Tencent Cloud's own terms (集团账号管理).
var Chinese Language = chinese{}

type chinese struct{}

// Sentences end in a full-width stop, which is as wide as a space.
func (chinese) together(sentences ...string) string { return strings.Join(sentences, "") }

func (chinese) says() string { return "：" }

func (chinese) inBrackets(what string) string { return "（" + what + "）" }

// date has digits only: Slack's words for a day are in the reader's language, which needn't be this one.
func (chinese) date(t time.Time) piece { return date(t, "{date_num} {time}") }

// people reads "@ann、@bob".
func (chinese) people(list []approvals.Person) line {
	var l line
	for n, p := range list {
		if n > 0 {
			l = append(l, text("、"))
		}
		l = append(l, person(p))
	}
	return l
}

// at is somebody where nobody can be mentioned.
func (chinese) at(who approvals.Person) string { return "@" + invite.Harmless(who.Name) }
