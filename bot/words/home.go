package words

import (
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// What the buttons of a home are called in an envelope, beside [ActionWithdraw].
const (
	ActionOlder = "older"
	ActionNewer = "newer"
)

// HomeView is what a home is called in an envelope; its private metadata has the page that it shows.
const HomeView = "home"

// Rights are why somebody may not decide, and why they may not ask; empty: they may.
type Rights struct{ NotApprover, NotRequester ledger.Why }

// Home is somebody's App Home: what waits for them and how all stands, where they are an approver; what they have asked; and how to ask. It has
// a block or two for each request, so that all of it has room: a page has 20, and a view takes 100 blocks.
func (b Book) Home(h approvals.Home, may Rights) slack.HomeTabViewRequest {
	var blocks []slack.Block
	if may.NotRequester == "" {
		blocks = append(blocks, slack.NewActionBlock(ActionAsk, button(ActionAsk, b.say.askHere(), "", slack.StylePrimary)))
	}
	if may.NotApprover == ledger.Unchecked {
		blocks = append(blocks, paragraph(sentences(b.say.approverUnchecked())...))
	}
	if h.Board != nil {
		blocks = slices.Concat(blocks, b.waiting(h.Board.Waiting), b.board(*h.Board))
	}
	blocks = slices.Concat(blocks, b.ownRequests(h, may), b.help(may))
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: HomeView, PrivateMetadata: strconv.Itoa(h.Page), Blocks: slack.Blocks{BlockSet: blocks}}
}

// PageOf reads which page a home shows, or a button leads to. What can't be read is the first.
func PageOf(value string) int {
	page, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return max(page, 0)
}

func header(title string) slack.Block { return slack.NewHeaderBlock(plain(title)) }

// waiting is what waits for an approver, each a link to the card, where it is decided.
func (b Book) waiting(l approvals.Listing) []slack.Block {
	blocks := []slack.Block{header(b.say.homeWaiting())}
	if len(l.Requests) == 0 {
		return append(blocks, paragraph(sentences(b.say.nothingWaitsForYou())...))
	}
	blocks = append(blocks, paragraph(sentences(b.say.decidedOnCards())...))
	for _, r := range l.Requests {
		r.Requester.Name = fitted(r.Requester.Name, mostOfName)
		blocks = append(blocks, paragraph(append(b.row(r), b.say.waitsSince(r.Requester, r.ExpiresAt)...)))
	}
	if l.More > 0 {
		blocks = append(blocks, paragraph(sentences(b.say.moreRequests(l.More))...))
	}
	return blocks
}

// board is how all stands: what is open, what lapses, and how full the organization is.
func (b Book) board(all approvals.Board) []slack.Block {
	lines := sentences(b.say.openRequests(all.Pending, all.Accounts), b.say.openInvitations(all.Open))
	blocks := []slack.Block{header(b.say.homeBoard()), paragraph(append(lines, b.roster(all.Roster)...)...)}
	if len(all.Lapsing) == 0 {
		return append(blocks, paragraph(sentences(b.say.nothingLapses())...))
	}
	lines = sentences(b.say.theseLapse())
	for _, e := range all.Lapsing {
		lines = append(lines, b.say.endsAt(e.Request, e.UIN, fitted(e.Name, mostOfName), e.Until))
	}
	if all.MoreLapsing > 0 {
		lines = append(lines, line{text(b.say.moreRequests(all.MoreLapsing))})
	}
	return append(blocks, paragraph(lines...))
}

func (b Book) roster(r approvals.RosterState) []line {
	switch {
	case r.NoOrganization:
		return sentences(b.say.noOrganization())
	case r.ReadAt.IsZero():
		return sentences(b.say.rosterUnread())
	case r.Room <= 0:
		return []line{b.say.rosterRead(r.Members, r.Open, r.ReadAt), {text(b.say.roomUnknown())}}
	}
	return []line{b.say.rosterRead(r.Members, r.Open, r.ReadAt), {text(b.say.roomLeft(r.Left(), r.Room))}}
}

// ownRequests are those of whoever looks. Who may ask no more can't withdraw either.
func (b Book) ownRequests(h approvals.Home, may Rights) []slack.Block {
	if len(h.Own) == 0 && may.NotRequester != "" {
		return nil
	}
	blocks := []slack.Block{header(b.say.homeOwn())}
	if len(h.Own) == 0 {
		return append(blocks, paragraph(sentences(b.say.nothingAsked())...))
	}
	for _, r := range h.Own {
		blocks = append(blocks, paragraph(append(b.row(r), b.say.askedOn(r.CreatedAt)...), b.standsAtHome(r)))
		if r.State == approvals.Pending && may.NotRequester == "" {
			blocks = append(blocks, slack.NewActionBlock("request."+strconv.FormatInt(r.ID, 10), b.withdrawButton(r)))
		}
	}
	if h.Pages > 1 {
		blocks = append(blocks, paragraph(sentences(b.say.pageOf(h.Page+1, h.Pages))...), b.pager(h))
	}
	return blocks
}

func (b Book) pager(h approvals.Home) slack.Block {
	var buttons []slack.BlockElement
	if h.Page > 0 {
		buttons = append(buttons, button(ActionNewer, b.say.newer(), strconv.Itoa(h.Page-1), slack.StyleDefault))
	}
	if h.Page < h.Pages-1 {
		buttons = append(buttons, button(ActionOlder, b.say.older(), strconv.Itoa(h.Page+1), slack.StyleDefault))
	}
	return slack.NewActionBlock("pages", buttons...)
}

// standsAtHome is where a request stands: of one account in words, of several in numbers.
func (b Book) standsAtHome(r approvals.Request) line {
	switch {
	case r.State == approvals.Pending:
		return append(b.say.standsUntil(b.stands(r), r.ExpiresAt), b.approvedSoFar(r)...)
	case r.State == approvals.Denied:
		return b.deniedAtHome(r)
	case r.State != approvals.Approved:
		return line{text(b.stands(r))}
	case len(r.Invitations) > 1:
		return b.tally(r.Invitations)
	}
	i := r.Invitations[0]
	switch i.State {
	case approvals.Sent:
		until, _ := openUntil(i)
		return b.say.standsUntil(b.stands(r), until)
	case approvals.Failed:
		what, _ := b.explainFailed(i.Code, i.Message)
		return b.say.standsBecause(b.stands(r), what)
	}
	return line{text(b.stands(r))}
}

// approvedSoFar is how many have approved, where it takes several.
func (b Book) approvedSoFar(r approvals.Request) line {
	if r.Required <= 1 {
		return nil
	}
	return line{text(b.say.soFar(r.Approvals(), r.Required))}
}

func (b Book) deniedAtHome(r approvals.Request) line {
	for _, d := range r.Decisions {
		if d.Verdict == approvals.Deny && d.Reason != "" {
			return b.say.standsBecause(b.stands(r), invite.Harmless(d.Reason))
		}
	}
	return line{text(b.stands(r))}
}

// tallied are the states in which a tally counts, in its order.
var tallied = []approvals.State{approvals.Joined, approvals.Sent, approvals.Sending, approvals.Unknown, approvals.Failed, approvals.Lapsed,
	approvals.Declined, approvals.Cancelled, approvals.Left}

// tally counts how the accounts of a request stand, and says until when those are open that are.
func (b Book) tally(all []approvals.Invitation) line {
	counts := map[approvals.State]int{}
	var first, last time.Time
	for _, i := range all {
		counts[talliedAs(i.State)]++
		if until, _ := openUntil(i); i.State == approvals.Sent && !until.IsZero() {
			if first.IsZero() || until.Before(first) {
				first = until
			}
			if until.After(last) {
				last = until
			}
		}
	}
	var l line
	for _, s := range tallied {
		if counts[s] == 0 {
			continue
		}
		if len(l) > 0 {
			l = append(l, text(b.say.comma()))
		}
		if s == approvals.Sent {
			l = append(l, b.say.openOf(counts[s], first, last.Sub(first) > time.Hour)...)
			continue
		}
		l = append(l, text(b.say.soManyAre(counts[s], s)))
	}
	return l
}

func talliedAs(s approvals.State) approvals.State {
	switch s {
	case approvals.Ready:
		return approvals.Sending
	case approvals.Stopped:
		return approvals.Failed
	}
	return s
}

// help says how to ask, or why somebody can't.
func (b Book) help(may Rights) []slack.Block {
	lines := b.say.usage(Command, invite.MaxInvitations)
	switch may.NotRequester {
	case "":
	case ledger.Unchecked:
		lines = sentences(b.say.askUnchecked())
	default:
		lines = sentences(b.say.mayNotAsk())
	}
	return []slack.Block{header(b.say.homeHelp()), paragraph(lines...)}
}
