package words

import (
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
	firstAccounts = 5     // on a card
	rowsOfPage    = 20    // of Show all, and of what was understood of a form
	bytesOfPage   = 8_000 // of JSON; above a page may stand why it wasn't sent
	mostReasons   = 5     // for refusals
	mostOfMessage = 200   // characters of Tencent Cloud's own words
	mostNamed     = 3     // accounts behind a warning, and behind a reason
	mostOfCell    = 60    // characters
)

// manyCard is what stands on the card of a request with many accounts, but for how it ended.
func (b Book) manyCard(r approvals.Request) []slack.Block {
	var lines []line
	for n, i := range r.Invitations[:min(firstAccounts, len(r.Invitations))] {
		lines = append(lines, b.counted(n, i))
	}
	if more := len(r.Invitations) - firstAccounts; more > 0 {
		lines = append(lines, b.say.andMoreAccounts(more))
	}
	lines = append(lines, b.commonRemark(r))
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

// warningKind is an [ledger.ForeseenKind], an [invite.WarningKind] or wasSentBefore.
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

// counts are how many accounts of a request stand how. Of the invited ones some are open, some have joined, and some have ended otherwise.
type counts struct{ invited, refused, unknown, going, of, open, joined int }

func (c counts) ended() int { return c.invited - c.open - c.joined }

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
		case approvals.Sent:
			c.invited, c.open = c.invited+1, c.open+1
		case approvals.Joined:
			c.invited, c.joined = c.invited+1, c.joined+1
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
	for _, s := range ends {
		if all := namesOf(r.Invitations, s); len(all) > 0 {
			lines = append(lines, line{text(b.say.standing(s) + b.say.says() + strconv.Itoa(len(all)))})
		}
	}
	return lines
}

// ends are the states in which a sent invitation can come to its end.
var ends = []approvals.State{approvals.Joined, approvals.Lapsed, approvals.Declined, approvals.Cancelled, approvals.Left}

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
			message[i.Code] = i.Message
		}
		which[i.Code] = append(which[i.Code], i.UIN.String())
	}
	more := 0
	for n, errorCode := range codes {
		if n >= mostReasons {
			more += len(which[errorCode])
			continue
		}
		what, next := b.explainFailed(errorCode, fitted(message[errorCode], mostOfMessage))
		about := line{text(b.say.refusedFor(len(which[errorCode])) + b.say.says()), text(what), text(b.say.inBrackets(b.someOf(which[errorCode])))}
		if refusesName(errorCode) {
			next = b.say.askWithOtherNames()
		}
		if (invite.Result{Code: errorCode}).RefusesAll() && len(which[errorCode]) > 1 {
			next = b.say.together(b.say.othersNotTried(), next)
		}
		lines = append(lines, about, line{code(errorCode)}, b.say.nextStep(next))
	}
	if more > 0 {
		lines = append(lines, line{text(b.say.refusedFor(more) + b.say.says() + b.say.otherReasons())})
	}
	if n := len(namesOf(all, approvals.Stopped)); n > 0 {
		lines = append(lines, append(line{text(b.say.refusedFor(n) + b.say.says())}, b.say.stopped()...))
	}
	return lines
}

// manyButtons are those of a card: the decision while it is open, and Show all for ever.
func (b Book) manyButtons(r approvals.Request) *slack.ActionBlock {
	show := button(ActionShowAll, b.say.showAll(len(r.Invitations)), b.whole(r), slack.StyleDefault)
	if r.State != approvals.Pending {
		return slack.NewActionBlock("", show)
	}
	buttons := b.decisionButtons(r)
	buttons.Elements.ElementSet = append(buttons.Elements.ElementSet, show)
	return buttons
}

// confirmMany is the text of the dialog that asks whether the approval of many is meant: how many, who asks, and each kind of warning.
func (b Book) confirmMany(r approvals.Request) string {
	all := []string{b.say.confirmSeveralOf(len(r.Invitations)), b.say.confirmAskedBy(r.Requester)}
	for _, w := range b.everyWarning(r) {
		all = append(all, w.plain())
	}
	return strings.Join(all, "\n")
}
