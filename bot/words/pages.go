package words

import (
	"encoding/json"
	"strconv"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Many accounts in a form, a page of them at a time.

// ShowAll is the form that shows all accounts of a request, a page of them, as its digest has them. An approver can
// cancel there those that are open, and settle those of which nobody else can find out what became.
func (b Book) ShowAll(r approvals.Request, number int, mayAct bool) slack.ModalViewRequest {
	p := b.pageOf(r, number)
	shown := r.Invitations[p.first:p.last]
	blocks := []slack.Block{paragraph(append(b.everyWarning(r), b.commonRemark(r), b.say.approveDigest(ledger.Short(r.Digest)), b.say.accountsShown(p.first+1, p.last, len(r.Invitations)))...)}
	for n, i := range shown {
		blocks = append(blocks, p.rows[n])
		if mayAct && isStuck(i) {
			blocks = append(blocks, b.settlingButtons(r, i))
		}
	}
	target := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest, Page: p.number}
	blocks = append(blocks, b.pageButtons(p.of, target)...)
	var cancels Content
	if mayAct {
		cancels = b.withCancel(cancels, r, shown...)
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: ShowAllModal, PrivateMetadata: target.value(),
		Title: plain(fit(b.say.showAllTitle(r.ID), b.say.showAllShortTitle(), maxTitle)), Close: plain(b.say.close()),
		Blocks: slack.Blocks{BlockSet: append(blocks, cancels.Blocks...)},
	}
}

// page is a page of a request's accounts.
type page struct {
	number, of  int // from 0
	first, last int // which accounts it shows; last is behind it
	rows        []slack.Block
}

// pageOf is a page of a request's accounts, or the last one that there is. A page goes into an acknowledgement, and Slack drops one of 20 KB.
func (b Book) pageOf(r approvals.Request, number int) page {
	rows := b.inFull(r)
	starts := pageStarts(rows)
	number = max(0, min(number, len(starts)-1))
	p := page{number: number, of: len(starts), first: starts[number], last: len(rows)}
	if number+1 < p.of {
		p.last = starts[number+1]
	}
	p.rows = rows[p.first:p.last]
	return p
}

// pageStarts is with which row each page begins.
func pageStarts(rows []slack.Block) []int {
	starts, size := []int{0}, 0
	for n, row := range rows {
		raw, err := json.Marshal(row)
		if err != nil {
			panic(err) // strings and numbers
		}
		if size += len(raw); n-starts[len(starts)-1] == rowsOfPage || size > bytesOfPage && n > 0 {
			starts, size = append(starts, n), len(raw)
		}
	}
	return starts
}

// inFull is each account of a request with all that is to be said of it.
func (b Book) inFull(r approvals.Request) []slack.Block {
	common := b.commonRemark(r) != nil
	rows := make([]slack.Block, len(r.Invitations))
	for n, i := range r.Invitations {
		i.Message = ""
		lines := []line{{text(strconv.Itoa(n+1) + ". "), code(i.UIN.String()), text(" "), bold(i.Name)}}
		if i.Remark != "" && !common {
			lines = append(lines, line{text(b.say.remarkOfOne(i.Remark))})
		}
		rows[n] = paragraph(append(append(lines, b.warnings(r, i)...), b.outcome(i)...)...)
	}
	return rows
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
