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
func (b Book) ShowAll(r approvals.Request, page int, mayAct bool) slack.ModalViewRequest {
	first, last, page, pages := b.pageOf(r, page)
	blocks := []slack.Block{paragraph(append(b.everyWarning(r), b.commonRemark(r), b.say.approveDigest(ledger.Short(r.Digest)), b.say.accountsShown(first+1, last, len(r.Invitations)))...)}
	for n, i := range r.Invitations[first:last] {
		blocks = append(blocks, paragraph(b.inFull(r, first+n, i)...))
		if mayAct && isStuck(i) {
			blocks = append(blocks, b.settlingButtons(r, i))
		}
	}
	target := Target{Installation: b.installation, Request: r.ID, Nonce: r.Nonce, Digest: r.Digest, Page: page}
	blocks = append(blocks, b.pageButtons(pages, target)...)
	var cancels Content
	if mayAct {
		cancels = b.withCancel(cancels, r, r.Invitations[first:last]...)
	}
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
