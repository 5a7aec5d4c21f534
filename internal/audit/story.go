package audit

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// tell writes one request as a story: what was asked and under which rules, then what happened, to its end.
func (s search) tell(ctx context.Context, out io.Writer, store *approvals.Store) error {
	r, err := store.Request(ctx, s.Request)
	if err != nil {
		return err
	}
	lines := append(s.heading(r), "", "What happened ("+ledger.ZoneName(s.zone)+"):")
	nothing := true
	for e, err := range s.events(ctx, store) {
		if err != nil {
			return err
		}
		nothing = false
		lines = append(append(lines, s.step(e)), s.warned(e, r)...)
	}
	if nothing {
		lines = append(lines, "  nothing that was looked for")
	}
	lines = append(lines, "", "How it stands:")
	for _, i := range r.Invitations {
		lines = append(lines, "  "+ending(r, i))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, ledger.Visible(line)); err != nil {
			return err
		}
	}
	return nil
}

// heading is what there is to know of a request before anything happened to it.
func (s search) heading(r approvals.Request) []string {
	lines := []string{
		fmt.Sprintf("Request %d is %s.", r.ID, r.State), "",
		fmt.Sprintf("Asked by   %s %s, %s", ledger.Called(r.Requester), askedIn(r), s.at(r.CreatedAt)),
	}
	for _, i := range r.Invitations {
		lines = append(lines, fmt.Sprintf("Account    %s as “%s”, remark “%s”", i.UIN, i.Name, i.Remark))
		for _, w := range warnings(i) {
			lines = append(lines, "  Warning  "+w)
		}
	}
	return append(lines, "Rules      "+s.rules(r), "Card       "+card(r.Card, ""))
}

// rules are those that the request was made under; it keeps them whatever is configured later.
func (s search) rules(r approvals.Request) string {
	text := fmt.Sprintf("%d approvals needed", r.Required)
	if r.Required == 1 {
		text = "1 approval needed"
	}
	if r.AllowSelf {
		text += ", the requester's own counts"
	}
	if r.ExpiresAt.IsZero() {
		return text + ", no time limit"
	}
	return text + ", open until " + s.at(r.ExpiresAt)
}

// step tells an event, with what it rests on.
func (s search) step(e ledger.Event) string {
	e = e.In(s.zone).Of(s.UIN)
	return fmt.Sprintf("  %s  %s%s%s", ledger.Time(e.At), ledger.Tell(e), basis(e), digest(e))
}

// warned is what the card said, when somebody decided, of what Tencent Cloud would refuse.
func (s search) warned(e ledger.Event, r approvals.Request) (lines []string) {
	for _, f := range e.Detail.Foreseen {
		about := ""
		for _, i := range r.Invitations {
			if i.ID == f.Invitation {
				about = i.UIN.String() + ": "
			}
		}
		lines = append(lines, "    Warning  "+about+f.Tell(s.zone))
	}
	return lines
}

// basis is why an approver's word counted: by their ID in APPROVERS, or as a member of which group.
func basis(e ledger.Event) string {
	if e.Detail.Basis == "" {
		return ""
	}
	return ", as " + ledger.Visible(e.Detail.Basis)
}

// digest is the beginning of the digest of what was asked for or decided on.
func digest(e ledger.Event) string {
	if e.Detail.Digest == "" {
		return ""
	}
	return ", digest " + ledger.Short(ledger.Visible(e.Detail.Digest))
}

// ending is how far an account is, by whom, and what Tencent Cloud said last.
func ending(r approvals.Request, i approvals.Invitation) string {
	text, by := fmt.Sprintf("%s: %s", i.UIN, stands(r, i)), deciders(r)
	switch r.State {
	case approvals.Pending:
		text += fmt.Sprintf(", %d of %d approved", r.Approvals(), r.Required)
	case approvals.Approved:
		text += ", approved by " + by
	case approvals.Expired:
		text += ", nobody decided in time"
	default:
		text += " by " + by
	}
	if i.Attempt > 0 {
		text += fmt.Sprintf(", calls: %d", i.Attempt)
	}
	if i.Code != "" {
		text += fmt.Sprintf(", %s (%s)", i.Code, i.Message)
	}
	if i.RequestID != "" {
		text += ", RequestId " + i.RequestID
	}
	return text
}

// warnings are those of what was asked for, which stood on the card all the time. What the lists said is told where somebody decided.
func warnings(i approvals.Invitation) (all []string) {
	for _, w := range i.Warnings() {
		switch w.Kind {
		case invite.LongName, invite.LongRemark:
			all = append(all, fmt.Sprintf("%s: %d characters, and Tencent Cloud documents %d at most", w.Kind, w.Characters, w.Most))
		case invite.UnusualUIN:
			all = append(all, fmt.Sprintf("%s: %d digits, and real ones have %d", w.Kind, w.Characters, w.Most))
		case invite.OddName:
			all = append(all, fmt.Sprintf("%s: %q", w.Kind, string(w.Odd)))
		case invite.LookAlike:
			all = append(all, fmt.Sprintf("%s: %c (U+%04X)", w.Kind, w.Letter, w.Letter))
		case invite.OtherUIN:
			all = append(all, fmt.Sprintf("%s: %s", w.Kind, w.UIN))
		default:
			all = append(all, string(w.Kind))
		}
	}
	if i.SentBefore != 0 {
		all = append(all, fmt.Sprintf("an invitation to this account was sent before by request %d", i.SentBefore))
	}
	return all
}

// card is where the approval message stands, and its permalink. Which workspace that is in only Slack knows, so the ledger
// leaves it to the reader: teamURL, https://….slack.com/, is empty.
func card(at approvals.Place, teamURL string) string {
	if at.TS == "" {
		return "not posted yet"
	}
	if teamURL == "" {
		teamURL = "https://YOUR-WORKSPACE.slack.com/"
	}
	return fmt.Sprintf("channel %s message %s, %sarchives/%s/p%s", at.Channel, at.TS, teamURL, at.Channel, strings.ReplaceAll(at.TS, ".", ""))
}

func (s search) at(t time.Time) string {
	name, _ := t.In(s.zone).Zone()
	return t.In(s.zone).Format(time.DateTime) + " " + name
}

// askedIn is where somebody asked, and who is told as well.
func askedIn(r approvals.Request) string {
	where := "in channel " + r.AskedIn
	if r.AskedIn == "" {
		where = "in a form"
	}
	if len(r.AlsoTold) > 0 {
		where += "; told as well: " + strings.Join(r.AlsoTold, ", ")
	}
	return where
}
