package words

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// answers are what people read beside cards, replies, direct messages and lists: groups of which each stands in one golden file.
func answers(b Book) map[string][]Content {
	return map[string][]Content{
		"commands": commandAnswers(b), "misread": misreadAnswers(b), "warned": warnedAnswers(b), "refusals": refusalAnswers(b),
		"notices": noticeAnswers(b), "forms": formAnswers(b), "codes": codeAnswers(b), "notes": noteAnswers(b),
	}
}

const command = "/invite-member"

func commandAnswers(b Book) []Content {
	open := approvals.Listing{Requests: []approvals.Request{numbered(16, pending(several))}}
	asked := []invite.Invitation{cards["sent"].Invitations[0].Invitation}
	return []Content{
		b.Usage(command), b.Accepted(command, "C0APPROVE", pending()), b.Accepted(command, "C0APPROVE", pending(several)),
		b.Accepted(command, "C0APPROVE", cards["pending-warned"]), b.WhichRequest(command), b.WhichStatus(command), b.ListAlone(command),
		b.Withdrawn(pending()), b.Withdrawn(numbered(16, approvals.Request{})), b.NoRequest(12), b.NoSuchRequest(12), b.NotTheirs(12), b.NotTheirsToSee(12),
		b.GiveBack(b.AskUnstored(), command, "1000 Alice"), b.GiveBack(b.AskUnstored(), command, strings.Repeat("é", 2*maxCopied)),
		b.Duplicate(asked, cards["pending"]), b.Duplicate(asked, cards["sent"]), b.Duplicate(asked, cards["expired"]),
		b.TooMany([]approvals.Request{pending(), numbered(13, pending(several))}, command),
		b.Restarting(), b.Trouble("C0APPROVE"), b.ClickUnstored(), b.Unread(), b.ApproverUnchecked(), b.NoButton(), b.Others(1), b.Others(2),
		b.Left(b.Withdrawn(pending()), open), b.Withdrawable(approvals.Listing{}), b.Status(cards["pending-1-of-2"]),
	}
}

var (
	// typed has everything wrong that can be.
	typed = []string{
		"", "Alice", "100 012 345 671 Alice", "100012345678 Alice for the data team", "`` Alice", "0 Alice", "18446744073709551616 Alice", "100012345678",
		"1 Alice\n2 Bob\n1 Carol", manyLines(invite.MaxInvitations) + "999 Alice", "1.00012E+11 Alice", "0100012345678 Alice",
		"1 Z" + strings.Repeat("\u0336", 4), "1 Alice -- " + strings.Repeat("é", 129), "1 Al\xffice", "1 Al\u202eice",
	}
	// warned are accounts of which there is something to say.
	warned = []invite.Invitation{
		{UIN: 12, Name: "Zoë!"}, {UIN: 100012345678, Name: "Bob Аlice"}, {UIN: 100012345678, Name: "Αlice"}, {UIN: 1000, Name: "1234"},
		{UIN: 100012345678, Name: "Bob 1OO012345699", Remark: strings.Repeat("界", 41)}, {UIN: 100012345678, Name: strings.Repeat("陈", 26)},
	}
)

func manyLines(n int) (text string) {
	for i := range n {
		text += strconv.Itoa(i+1) + " a\n"
	}
	return text
}

func misreadAnswers(b Book) (all []Content) {
	for _, text := range typed {
		_, err := invite.Parse(text)
		all = append(all, b.Misread(command, err.(*invite.ParseError)))
	}
	for _, pasted := range []string{"100012345678,100012345679", "100012345678,Alice,Bob,Carol", "100012345678\tAlice\tBob\tCarol", "UIN,UIN\n1,2"} {
		_, wrong := invite.ReadTable(pasted)
		for _, w := range wrong {
			all = append(all, b.Misread(command, w.ParseError))
		}
	}
	return all
}

func warnedAnswers(b Book) (all []Content) {
	for _, i := range warned {
		all = append(all, b.Accepted(command, "C0APPROVE", pending(func(r *approvals.Request) { r.Invitations[0].Invitation = i })))
	}
	return all
}

func refusalAnswers(b Book) (all []Content) {
	for _, x := range []struct {
		why     ledger.Why
		request approvals.Request
		tried   string
	}{
		{ledger.NotRequester, approvals.Request{}, ""}, {ledger.NotRequester, approvals.Request{}, "withdraw"}, {ledger.NotRequester, approvals.Request{}, "list"},
		{ledger.NotRequester, pending(), ""}, {ledger.NotApprover, pending(), ""}, {ledger.Outsider, pending(), ""}, {ledger.Unchecked, pending(), ""},
		{ledger.OwnRequest, pending(), ""}, {ledger.OwnRequest, cards["failed"], ""}, {ledger.CountedBefore, cards["pending-1-of-2"], ""},
		{ledger.DecidedBefore, cards["sent"], ""}, {ledger.DecidedBefore, cards["sending"], ""}, {ledger.DecidedBefore, cards["denied-because"], ""},
		{ledger.DecidedBefore, cards["withdrawn"], ""}, {ledger.DecidedBefore, cards["expired"], ""}, {ledger.NotCurrent, cards["sent"], ""},
		{ledger.Duplicate, pending(), ""}, {ledger.ForeignCard, approvals.Request{}, ""}, {ledger.Unopened, pending(), ""},
		{ledger.UnknownCard, approvals.Request{}, ""}, {ledger.UnknownCard, approvals.Request{}, ActionWithdraw}, {ledger.Changed, pending(), ""},
		{ledger.OffRecord, pending(), ""},
	} {
		all = append(all, b.Refusal(ledger.Detail{Why: x.why, Tried: x.tried, Other: 15}, x.request))
	}
	return all
}

func noticeAnswers(b Book) []Content {
	waiting := []approvals.Request{pending(), numbered(13, pending(several)), numbered(14, cards["pending-forever"])}
	return []Content{
		b.Notice(ledger.Event{Kind: ledger.SetBack, Detail: ledger.Detail{Seen: &ledger.Head{Number: 41, Hash: strings.Repeat("0", 64)}}}),
		b.Notice(ledger.Event{Kind: ledger.Rekeyed}), b.Reminder(waiting[:1], 0), b.Reminder(waiting, 2), b.Reminder(nil, 0),
	}
}

// formAnswers are forms as messages: what is on their frame, and their blocks.
func formAnswers(b Book) (all []Content) {
	shown := func(f slack.ModalViewRequest) {
		text := f.Title.Text
		for _, label := range []*slack.TextBlockObject{f.Submit, f.Close} {
			if label != nil {
				text += "\n" + label.Text
			}
		}
		all = append(all, Content{Text: text, Blocks: f.Blocks.BlockSet})
	}
	for _, id := range []int64{12, 1e15} {
		shown(b.AskReason(numbered(id, pending(several)), Target{}))
		shown(b.Review(numbered(id, cards["pending-foreseen"]), Target{}))
	}
	shown(b.Refused(b.NoButton()))
	return append(all, Content{Text: b.ReasonTooLong(strings.Repeat("a", 301)).Errors[reasonBlock]})
}

func codeAnswers(b Book) (all []Content) {
	for _, code := range append(slices.Sorted(slices.Values(invite.Codes())), "Unheard.Of") {
		what, next := b.explain(code, "")
		all = append(all, b.prose(line{text(code)}, line{text(what)}, line{text(next)}))
	}
	return all
}

func noteAnswers(b Book) (all []Content) {
	for _, d := range []ledger.Detail{
		{Note: ledger.EarlierCallMayHaveArrived}, {Note: ledger.WaitsForLostCall}, {Note: ledger.ProcessEnded}, {Finding: invite.Absent, UIN: "100012345678"},
		{Finding: invite.Unavailable}, {Finding: invite.Found, Listed: 5}, {Finding: invite.Found, Status: invite.StatusAccepted}, {Finding: invite.Forbidden},
		{Finding: invite.Unclear, Listed: 5, Status: invite.StatusExpired}, {Finding: invite.Unclear, Listed: 5, Status: invite.StatusAccepted},
		{Finding: invite.Unclear, Listed: 5, Status: invite.StatusInvalid}, {Finding: invite.Unclear, Listed: 5, Status: invite.StatusCancelled},
		{Finding: invite.Unclear, Listed: 5, Status: 9}, {Finding: invite.Elsewhere, Status: invite.StatusAccepted, ListedAs: &ledger.Account{Name: "Ally"}, ListedAt: asked},
	} {
		all = append(all, b.prose(line{text(b.note(d))}))
	}
	for _, why := range []ledger.Stop{ledger.KeyLost, ledger.NotApproved, "changed"} {
		e := ledger.Event{Kind: ledger.Stopped, Invitation: 7, Detail: ledger.Detail{Stop: why}}
		all = append(all, b.Reply(cards["ready"], e), b.Direct(cards["ready"], e))
	}
	retried := ledger.Event{Kind: ledger.Retried, Actor: bob, Detail: ledger.Detail{Note: ledger.WaitsForLostCall}}
	return append(all, b.Reply(cards["ready"], retried))
}

// joined is a group of answers as one message, for a golden file.
func joined(group []Content) (all Content) {
	for _, c := range group {
		all.Text = strings.TrimPrefix(all.Text+"\n"+c.Text, "\n")
		all.Blocks = append(all.Blocks, c.Blocks...)
	}
	return all
}

func TestAnswers(t *testing.T) {
	slackTakes := newJudge(t)
	all := answers(testBook)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		golden(t, "answers-"+name, joined(all[name]))
		for _, c := range all[name] {
			if name != "forms" { // which are no messages
				slackTakes(t, c)
			}
		}
	}
}
