package words

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// A request with many accounts: the card has the first ones and counts the rest, Show all has all of them, and tables tell the end.

const (
	firstAccounts = 5  // on a card
	rowsOfPage    = 20 // of Show all, and of what was understood of a form
	bytesOfPage   = 12_000
	mostNamed     = 3   // accounts behind a warning, and behind a reason
	mostReasons   = 5   // for which accounts were refused
	mostOfMessage = 150 // characters of Tencent Cloud's own words
	mostOfCell    = 60  // characters
)

// manyCard is what stands on the card of a request with many accounts, but for how it ended.
func (b Book) manyCard(r approvals.Request) []slack.Block {
	var lines []line
	for n, i := range r.Invitations[:min(firstAccounts, len(r.Invitations))] {
		lines = append(lines, b.counted(n, i))
	}
	lines = append(lines, b.say.andMoreAccounts(len(r.Invitations)-min(firstAccounts, len(r.Invitations))), b.commonRemark(r))
	about := append(b.countedWarnings(r), b.circumstances(r)...)
	return []slack.Block{paragraph(lines...), paragraph(append(about, b.say.approveDigest(ledger.Short(r.Digest)))...)}
}

// manyText is what matters of such a card.
func (b Book) manyText(r approvals.Request) []line {
	lines := append(sentences(b.say.together(b.say.cardOfSeveral(r.ID, len(r.Invitations)), b.stands(r))), b.circumstances(r)...)
	lines = append(append(lines, b.ending(r)...), b.countedWarnings(r)...)
	for n, i := range r.Invitations {
		lines = append(lines, b.counted(n, i))
	}
	return lines
}

// counted is an account with its place in the request.
func (b Book) counted(n int, i approvals.Invitation) line {
	return line{text(strconv.Itoa(n+1) + ". "), code(i.UIN.String()), text(" "), bold(fitted(i.Name, mostOfCell))}
}

// commonRemark is the remark that all accounts have, if they have one.
func (b Book) commonRemark(r approvals.Request) line {
	for _, i := range r.Invitations {
		if i.Remark != r.Invitations[0].Remark || i.Remark == "" {
			return nil
		}
	}
	return b.say.remark(r.Invitations[0].Remark)
}

// countedWarnings are what is to be looked at of the accounts before the approval: each kind once, with how many accounts it concerns, and the first of them.
func (b Book) countedWarnings(r approvals.Request) []line {
	which := map[warningKind][]string{}
	var kinds []warningKind
	note := func(kind warningKind, uin invite.UIN) {
		if which[kind] == nil {
			kinds = append(kinds, kind)
		}
		which[kind] = append(which[kind], uin.String())
	}
	for _, i := range r.Invitations {
		for _, kind := range warningKinds(r, i) {
			note(kind, i.UIN)
		}
	}
	var lines []line
	for _, kind := range kinds {
		lines = append(lines, warning(b.say.countedWarning(kind, len(which[kind]))+b.say.says()+b.someOf(which[kind])))
	}
	return lines
}

// everyWarning is what is to be looked at of the request as a whole, and of its accounts.
func (b Book) everyWarning(r approvals.Request) []line {
	return append(b.foreseen(r, 0), b.countedWarnings(r)...)
}

// warningKind is an [approvals.ForeseenKind], an [invite.WarningKind] or wasSentBefore.
type warningKind string

const wasSentBefore warningKind = "sent before"

// warningKinds are those of one account, each once.
func warningKinds(r approvals.Request, i approvals.Invitation) (kinds []warningKind) {
	for _, f := range r.Foreseen.Warnings {
		if f.Invitation == i.ID && r.State == approvals.Pending {
			kinds = append(kinds, warningKind(f.Kind))
		}
	}
	if i.SentBefore != 0 {
		kinds = append(kinds, wasSentBefore)
	}
	for _, w := range i.Warnings() {
		kinds = append(kinds, warningKind(w.Kind))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// someOf are the first of several, and how many more there are.
func (b Book) someOf(all []string) string {
	shown := b.say.listed(all[:min(mostNamed, len(all))])
	if more := len(all) - mostNamed; more > 0 {
		return shown + b.say.andMore(more)
	}
	return shown
}

// counts are how many accounts of a request stand how.
type counts struct{ invited, refused, unknown, going, of int }

func countsOf(all []approvals.Invitation) (c counts) {
	c.of = len(all)
	for _, i := range all {
		switch i.State {
		case approvals.Waiting, approvals.Ready, approvals.Sending:
			c.going++
		case approvals.Failed, approvals.Stopped, approvals.Dropped:
			c.refused++
		case approvals.Unknown:
			c.unknown++
		default:
			c.invited++
		}
	}
	return c
}

// standingOfMany says on a card how far the invitations are, and what has become of them since.
func (b Book) standingOfMany(r approvals.Request) []line {
	if r.State != approvals.Approved {
		return nil
	}
	lines := []line{b.say.howMany(countsOf(r.Invitations))}
	for _, s := range []approvals.State{approvals.Joined, approvals.Lapsed, approvals.Declined, approvals.Cancelled, approvals.Left} {
		if all := namesOf(r.Invitations, s); len(all) > 0 {
			lines = append(lines, line{text(b.say.standing(s) + b.say.says() + strconv.Itoa(len(all)))})
		}
	}
	return lines
}

func namesOf(all []approvals.Invitation, s approvals.State) (names []string) {
	for _, i := range all {
		if i.State == s {
			names = append(names, fitted(i.Name, mostOfName))
		}
	}
	return names
}

// refusals are why accounts weren't invited: each reason once, those that come first where there are many.
func (b Book) refusals(all []approvals.Invitation) (lines []line) {
	which := map[string][]string{}
	var codes []string
	message := map[string]string{}
	for _, i := range all {
		if i.State != approvals.Failed {
			continue
		}
		if which[i.Code] == nil {
			codes = append(codes, i.Code)
			message[i.Code] = fitted(i.Message, mostOfMessage)
		}
		which[i.Code] = append(which[i.Code], i.UIN.String())
	}
	others := 0
	for n, errorCode := range codes {
		if n >= mostReasons {
			others += len(which[errorCode])
			continue
		}
		what, next := b.explainFailed(errorCode, message[errorCode])
		about := line{text(b.say.refusedFor(len(which[errorCode])) + b.say.says()), text(what), text(b.say.inBrackets(b.someOf(which[errorCode])))}
		if refusesName(errorCode) {
			next = b.say.askWithOtherNames()
		}
		if (invite.Result{Code: errorCode}).RefusesAll() && len(which[errorCode]) > 1 {
			next = b.say.together(b.say.othersNotTried(), next)
		}
		lines = append(lines, about, line{code(errorCode)}, b.say.nextStep(next))
	}
	if others > 0 {
		lines = append(lines, line{text(b.say.refusedOtherwise(others))})
	}
	if n := len(namesOf(all, approvals.Stopped)); n > 0 {
		lines = append(lines, append(line{text(b.say.refusedFor(n) + b.say.says())}, b.say.stopped()...))
	}
	return lines
}

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
	refused := r.Refused()
	if len(refused) == 0 {
		return c
	}
	var names []string
	again := int64(0)
	for _, i := range refused {
		names, again = append(names, i.UIN.String()), max(again, i.Again)
	}
	if again != 0 {
		c = c.And(b.saying(b.say.askedAgain(again)))
	}
	value := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, AttemptNonce: r.RefusedMark()}.value()
	sure := b.confirm(b.say.confirmRetry(), b.say.confirmRetryAll(len(refused), b.someOf(names)), b.say.tryAgain())
	c.Blocks = append(slices.Clip(c.Blocks), slack.NewActionBlock("",
		button(ActionRetryAll, b.say.tryAllAgain(len(refused)), value, slack.StyleDefault).WithConfirm(sure),
		button(ActionAskRefused, b.say.askAgainFor(len(refused)), value, slack.StyleDefault)))
	return c
}

// concluded tells what became of several of many accounts after they were invited.
func (b Book) concluded(r approvals.Request, e ledger.Event) Content {
	var all []approvals.Invitation
	for _, i := range rowsOf(r, e.Detail.Invitations) {
		all = append(all, i.Invitation)
	}
	lines := []line{b.say.manyConcluded(r.ID, len(all))}
	for _, s := range []approvals.State{approvals.Joined, approvals.Lapsed, approvals.Declined, approvals.Cancelled, approvals.Left} {
		if names := namesOf(all, s); len(names) > 0 {
			lines = append(lines, line{text(b.say.standing(s) + b.say.says() + b.say.listed(names))})
		}
	}
	c := b.prose(append(lines, b.say.howMany(countsOf(r.Invitations)))...)
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

// manyButtons are those of a card: the decision while it is open, and Show all for ever.
func (b Book) manyButtons(r approvals.Request) *slack.ActionBlock {
	value := b.whole(r)
	show := button(ActionShowAll, b.say.showAll(len(r.Invitations)), value, slack.StyleDefault)
	if r.State != approvals.Pending {
		return slack.NewActionBlock("", show)
	}
	return slack.NewActionBlock("", b.approveButton(r, value), button(ActionDeny, b.say.deny(), value, slack.StyleDanger), show)
}

// confirmMany is the text of the dialog that asks whether the approval of many is meant: how many, who asks, and each kind of warning.
func (b Book) confirmMany(r approvals.Request) string {
	all := []string{b.say.confirmSeveralOf(len(r.Invitations)), b.say.confirmAskedBy(r.Requester)}
	for _, w := range b.everyWarning(r) {
		all = append(all, w.plain())
	}
	return strings.Join(all, "\n")
}

// ShowAll is the form that shows all accounts of a request, a page of them, as its digest has them.
func (b Book) ShowAll(r approvals.Request, page int) slack.ModalViewRequest {
	first, last, page, pages := b.pageOf(r, page)
	blocks := []slack.Block{paragraph(append(b.everyWarning(r), b.commonRemark(r), b.say.approveDigest(ledger.Short(r.Digest)), b.say.accountsShown(first+1, last, len(r.Invitations)))...)}
	for n, i := range r.Invitations[first:last] {
		blocks = append(blocks, paragraph(b.inFull(r, first+n, i)...))
	}
	target := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest, Page: page}
	blocks = append(blocks, b.pageButtons(pages, target)...)
	cancels := b.withCancel(Content{}, r, r.Invitations[first:last]...)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: ShowAllModal, PrivateMetadata: target.value(),
		Title: plain(fit(b.say.showAllTitle(r.ID), b.say.showAllShortTitle(), maxTitle)), Close: plain(b.say.close()),
		Blocks: slack.Blocks{BlockSet: append(blocks, cancels.Blocks...)},
	}
}

// inFull is an account with all that is to be said of it.
func (b Book) inFull(r approvals.Request, n int, i approvals.Invitation) []line {
	i.Message = ""
	first := line{text(strconv.Itoa(n+1) + ". "), code(i.UIN.String()), text(" "), bold(i.Name)}
	lines := []line{first}
	if i.Remark != "" && b.commonRemark(r) == nil {
		lines = append(lines, line{text(b.say.remarkOfOne(i.Remark))})
	}
	return append(append(lines, b.warnings(r, i)...), b.outcome(i)...)
}

// pageOf is which accounts a page shows, the page that there is if it is asked for one that isn't, and how many there are. A page goes into an
// acknowledgement, and Slack drops one of 20 KB.
func (b Book) pageOf(r approvals.Request, page int) (first, last, there, pages int) {
	starts, size := []int{0}, 0
	for n, i := range r.Invitations {
		raw, err := json.Marshal(paragraph(b.inFull(r, n, i)...))
		if err != nil {
			panic(err) // strings and numbers
		}
		if size += len(raw); n-starts[len(starts)-1] == rowsOfPage || size > bytesOfPage && n > 0 {
			starts, size = append(starts, n), len(raw)
		}
	}
	there = max(0, min(page, len(starts)-1))
	starts = append(starts, len(r.Invitations))
	return starts[there], starts[there+1], there, len(starts) - 1
}

// pageButtons lead to the pages before and behind.
func (b Book) pageButtons(pages int, t Target) []slack.Block {
	var buttons []slack.BlockElement
	page := t.Page
	if page > 0 {
		t.Page = page - 1
		buttons = append(buttons, button(ActionPage+".before", b.say.pageBefore(), t.value(), slack.StyleDefault))
	}
	if page+1 < pages {
		t.Page = page + 1
		buttons = append(buttons, button(ActionPage+".next", b.say.pageNext(), t.value(), slack.StyleDefault))
	}
	if len(buttons) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("pages", buttons...)}
}
