package words

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// What the thread and the requester are told of many accounts: tables when all have an outcome, and what became of them since.

// tables is the message that tells of the accounts of one table; the first of several also tells of all together, and has the buttons.
func (b Book) tables(r approvals.Request, e ledger.Event) Content {
	rows := rowsOf(r, e.Detail.Invitations)
	var c Content
	if e.Detail.Part == 1 {
		lines := append([]line{b.say.manyDelivered(r.ID, countsOf(r.Invitations))}, b.refusals(r.Invitations)...)
		c = b.prose(append(lines, b.say.approvedBy(approvers(r)))...)
	} else {
		c = b.prose(b.say.tableGoesOn(r.ID))
	}
	var texts []line
	for _, i := range rows {
		texts = append(texts, append(named(i.Invitation), text(b.say.says()+b.outcomeInShort(i.Invitation))))
	}
	c.Text = textOf(append([]line{{piece{text: c.Text}}}, texts...), b.say.moreInside())
	c.Blocks = append(c.Blocks, b.table(rows))
	if e.Detail.Part == 1 {
		return b.withRefused(c, r)
	}
	return c
}

// numberedInvitation is an invitation with its place in the request, from 0.
type numberedInvitation struct {
	approvals.Invitation
	place int
}

func rowsOf(r approvals.Request, ids []int64) (rows []numberedInvitation) {
	for n, i := range r.Invitations {
		if slices.Contains(ids, i.ID) {
			rows = append(rows, numberedInvitation{i, n})
		}
	}
	return rows
}

func (b Book) table(rows []numberedInvitation) *slack.TableBlock {
	t := slack.NewTableBlock("")
	var head []slack.TableCell
	for _, label := range b.say.columns() {
		head = append(head, slack.NewTableRawTextCell(label))
	}
	t.AddRow(head...)
	for _, i := range rows {
		t.AddRow(cell(strconv.Itoa(i.place+1)), cell(i.UIN.String()), cell(i.Name), cell(b.outcomeInShort(i.Invitation)), cell(i.RequestID))
	}
	return t
}

// cell is never empty, which Slack refuses.
func cell(s string) slack.TableCell {
	return slack.NewTableRawTextCell(cmp.Or(fitted(s, mostOfCell), "–"))
}

// outcomeInShort is where an account stands, and the code of what was refused.
func (b Book) outcomeInShort(i approvals.Invitation) string {
	if i.State == approvals.Failed {
		return b.say.standing(i.State) + b.say.inBrackets(i.Code)
	}
	return b.say.standing(i.State)
}

// withRefused adds what can be done about the accounts that were refused: try them again, or ask for them with other names.
func (b Book) withRefused(c Content, r approvals.Request) Content {
	again := int64(0)
	for _, i := range r.Invitations {
		again = max(again, i.Again)
	}
	if again != 0 {
		c = c.And(b.saying(b.say.askedAgain(again)))
	}
	refused := r.Refused()
	if len(refused) == 0 {
		return c
	}
	var names []string
	for _, i := range refused {
		names = append(names, i.UIN.String())
	}
	value := b.refusedOf(r)
	sure := b.confirm(b.say.confirmRetry(), b.say.confirmRetryAll(len(refused), b.someOf(names)), b.say.tryAgain())
	c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("",
		button(ActionRetryAll, b.say.tryAllAgain(len(refused)), value, slack.StyleDefault).WithConfirm(sure),
		button(ActionAskRefused, b.say.askAgainFor(len(refused)), value, slack.StyleDefault)))
	return c
}

func (b Book) refusedOf(r approvals.Request) string {
	return Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, AttemptNonce: r.RefusedMark()}.value()
}

// withAskingForRefused adds to what the requester is told of many the button that opens the form with those that were refused: who asks need not be
// in the channel that has the thread. To try them again is for approvers.
func (b Book) withAskingForRefused(c Content, r approvals.Request, e ledger.Event) Content {
	if n := len(r.Refused()); n > 0 && e.Detail.Part > 0 {
		c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("", button(ActionAskRefused, b.say.askAgainFor(n), b.refusedOf(r), slack.StyleDefault)))
	}
	return c
}

// concluded tells what became of several of many accounts after they were invited.
func (b Book) concluded(r approvals.Request, e ledger.Event) Content {
	var all []approvals.Invitation
	for _, i := range rowsOf(r, e.Detail.Invitations) {
		all = append(all, i.Invitation)
	}
	lines := []line{b.say.manyConcluded(r.ID, len(all))}
	for _, s := range ends {
		if names := namesOf(all, s); len(names) > 0 {
			lines = append(lines, line{text(b.say.standing(s) + b.say.says() + b.say.listed(names))})
		}
	}
	c := b.prose(append(lines, b.say.sinceInvited(countsOf(r.Invitations)))...)
	n := 0
	for _, i := range r.CameToNothing() {
		if slices.Contains(e.Detail.Invitations, i.ID) {
			n++
		}
	}
	if n > 0 {
		value := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce}.value()
		c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("", button(ActionAskRefused, b.say.askAgainFor(len(r.CameToNothing())), value, slack.StyleDefault)))
	}
	return c
}

// directOfMany tells the requester how it ended; the tables are in the thread.
func (b Book) directOfMany(r approvals.Request) []line {
	lines := append([]line{b.say.manyDelivered(r.ID, countsOf(r.Invitations))}, b.refusals(r.Invitations)...)
	if countsOf(r.Invitations).invited > 0 {
		lines = append(lines, sentences(b.say.manyForward())...)
	}
	return append(lines, sentences(b.say.tablesInThread())...)
}

// stuckOfMany tells that only people can find out what became of some accounts; the buttons for each are in Show all.
func (b Book) stuckOfMany(r approvals.Request, e ledger.Event) Content {
	if !slices.ContainsFunc(r.Invitations, isStuck) {
		return b.prose(b.say.manySettled(r.ID))
	}
	c := b.prose(append(append([]line{b.say.manyStuck(r.ID)}, b.known(e.Detail)...), sentences(b.say.settleInShowAll())...)...)
	c.Blocks = append(c.Blocks, slack.NewActionBlock("", button(ActionShowAll, b.say.showAll(len(r.Invitations)), b.whole(r), slack.StyleDefault)))
	return c
}

// isStuck says whether a person must say what became of an invitation.
func isStuck(i approvals.Invitation) bool {
	return i.State == approvals.Unknown && i.Told == ledger.Stuck
}
