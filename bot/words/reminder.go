package words

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
)

// Notify says who is mentioned, by IDs of people (U…, W…) and user groups (S…), and on what: "card", "reminder" or "never".
type Notify struct {
	Who []string
	On  string
}

// What somebody can be mentioned on.
const (
	NotifyCard     = "card"
	NotifyReminder = "reminder"
)

// Notifying is the book with people to mention.
func (b Book) Notifying(n Notify) Book {
	b.notify = n
	return b
}

// on are the mentions for something: on a reminder, those who are mentioned on cards are, too.
func (n Notify) on(what string) (l line) {
	if n.On != what && (n.On != NotifyCard || what != NotifyReminder) {
		return nil
	}
	for _, id := range n.Who {
		if len(l) > 0 {
			l = append(l, text(" "))
		}
		l = append(l, mention(id))
	}
	return l
}

// mention calls somebody, or all of a group.
func mention(id string) piece {
	if strings.HasPrefix(id, "S") {
		return piece{slack.NewRichTextSectionUserGroupElement(id), "<!subteam^" + id + ">"}
	}
	return piece{slack.NewRichTextSectionUserElement(id, nil), "<@" + id + ">"}
}

// Reminder lists what waits, the oldest first, with so many more; nothing when all is decided.
func (b Book) Reminder(waiting []approvals.Request, more int) Content {
	if len(waiting) == 0 {
		return b.saying(b.say.allDecided())
	}
	lines := []line{append(line{bold(b.say.reminder(len(waiting)+more) + " ")}, b.notify.on(NotifyReminder)...)}
	for _, r := range waiting {
		r.Requester.Name = fitted(r.Requester.Name, mostOfName)
		lines = append(lines, append(b.row(r), b.say.reminderRow(r.Requester, r.CreatedAt, r.ExpiresAt)...))
	}
	if more > 0 {
		lines = append(lines, line{text(b.say.moreRequests(more))})
	}
	return b.prose(lines...)
}
