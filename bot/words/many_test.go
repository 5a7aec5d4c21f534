package words

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/invite"
)

// forty is a request with forty accounts, of which there is something to be said.
func forty(change ...func(*approvals.Request)) approvals.Request {
	r := pending(func(r *approvals.Request) { r.Invitations, r.AlsoTold = nil, []string{bob.ID} })
	for n := range 40 {
		i := invitation(invite.UIN(100012345600+n), fmt.Sprintf("Person%d", n+1), "invitebot 12, asked by eve")
		i.ID = int64(n + 1)
		r.Invitations = append(r.Invitations, i)
	}
	r.Invitations[3].SentBefore = 9
	r.Invitations[4].Name = "陈小明!"
	r.Foreseen = approvals.Foresight{AsOf: asked, Warnings: []ledger.Foreseen{
		{Kind: ledger.OrgWouldBeFull, Members: 50, Open: 20, Room: 100},
		{Kind: ledger.IsMember, Invitation: 1, Name: "Alice"}, {Kind: ledger.NameTaken, Invitation: 2, UIN: 100012345699}, {Kind: ledger.NameTaken, Invitation: 3, UIN: 100012345698},
	}}
	for _, c := range change {
		c(&r)
	}
	return r
}

// deliveredForty has most of them invited, some refused, and some not sent yet.
func deliveredForty(going int) approvals.Request {
	return forty(approvedWith(ann), func(r *approvals.Request) {
		r.State = approvals.Approved
		for n := range r.Invitations {
			i := &r.Invitations[n]
			i.Attempt = 1
			switch {
			case n < 2:
				i.State, i.Code, i.RequestID = approvals.Failed, "FailedOperation.MemberNameUsed", "a1"
			case n < 5:
				i.State, i.Code = approvals.Failed, "LimitExceeded.Members"
			case n < 40-going:
				i.State, i.RequestID = approvals.Sent, fmt.Sprintf("request-id-%d", n)
			default:
				i.State = approvals.Ready
			}
		}
	})
}

// stuckForty has some of which nobody knows.
func stuckForty() approvals.Request {
	r := deliveredForty(0)
	for n := 8; n < 11; n++ {
		r.Invitations[n].State, r.Invitations[n].Told = approvals.Unknown, ledger.Stuck
	}
	return r
}

func idsOf(from, to int) (ids []int64) {
	for id := from; id <= to; id++ {
		ids = append(ids, int64(id))
	}
	return ids
}

func manyMessages(b Book) map[string]Content {
	ended := deliveredForty(0)
	ended.Invitations[10].State, ended.Invitations[11].State, ended.Invitations[12].State = approvals.Joined, approvals.Joined, approvals.Lapsed
	tables := func(part int, ids []int64) ledger.Event {
		return ledger.Event{Kind: ledger.Delivered, Detail: ledger.Detail{Part: part, Invitations: ids}}
	}
	return map[string]Content{
		"many-card-pending": b.Card(forty()), "many-card-sending": b.Card(deliveredForty(20)), "many-card-ended": b.Card(ended),
		"many-table-1": b.Reply(deliveredForty(0), tables(1, idsOf(1, 25))), "many-table-2": b.Reply(deliveredForty(0), tables(2, idsOf(26, 40))),
		"many-retried":      b.Reply(deliveredForty(0), ledger.Event{Kind: ledger.Retried, Actor: bob, Invitation: 1, Detail: ledger.Detail{Invitations: idsOf(1, 5)}}),
		"many-concluded":    b.Reply(ended, ledger.Event{Kind: ledger.Concluded, Detail: ledger.Detail{Invitations: idsOf(11, 13)}}),
		"many-searching":    b.Reply(deliveredForty(3), ledger.Event{Kind: ledger.Searching, Invitation: 9, Detail: ledger.Detail{Code: "InternalError", RequestID: "x"}}),
		"many-stuck":        b.Reply(stuckForty(), ledger.Event{Kind: ledger.Stuck, Invitation: 9, Detail: ledger.Detail{Finding: invite.Forbidden}}),
		"many-stuck-direct": b.Direct(stuckForty(), ledger.Event{Kind: ledger.Stuck, Invitation: 9, Detail: ledger.Detail{Finding: invite.Forbidden}}),
		"many-settled":      b.Reply(deliveredForty(0), ledger.Event{Kind: ledger.Stuck, Invitation: 9}),
		"many-direct":       b.Direct(deliveredForty(0), tables(1, idsOf(1, 25))), "many-status": b.Status(deliveredForty(0)),
		"many-accepted": b.Accepted(Command, "C0APPROVE", forty()),
	}
}

// manyForms are the forms, as Slack gets them.
func manyForms(b Book) map[string]slack.ModalViewRequest {
	r := forty()
	p := approvals.Preview{Draft: approvals.Draft{ID: "d1", Unread: []string{"Department"}}, Request: r}
	refused := []invite.Invitation{{UIN: 100012345600, Name: "Person1"}, {UIN: 100012345601, Name: "Person2", Remark: "for data"}}
	return map[string]slack.ModalViewRequest{
		"form-ask": b.Ask(nil, 0), "form-ask-again": b.Ask(refused, 12), "form-check": b.Check(p, 0, Content{}), "form-check-2": b.Check(p, 1, b.TooMany([]approvals.Request{pending()}, Command)),
		"form-all": b.ShowAll(r, 0, true), "form-all-sent": b.ShowAll(deliveredForty(0), 1, true), "form-all-stuck": b.ShowAll(stuckForty(), 0, true), "form-review": b.Review(r, Target{Installation: "inst1", Request: 12}), "form-deny": b.AskReason(r, Target{Installation: "inst1", Request: 12}),
	}
}

// TestMany has all that is said of many accounts in both languages, as Slack takes it.
func TestMany(t *testing.T) {
	slackTakes, known := newJudge(t), append(data(t), word.FindAllString("PersonPerson eve InternalError Tencent Cloud", -1)...)
	for folder, b := range map[string]Book{"": testBook, "zh-CN/": chineseBook} {
		all := manyMessages(b)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			golden(t, folder+name, all[name])
			slackTakes(t, all[name])
			if folder != "" {
				isChinese(t, append(known, "Person"), name, all[name])
			}
		}
	}
}

func TestForms(t *testing.T) {
	ws := bottest.Start(bottest.Options{Unlimited: true})
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: eve.ID, Name: eve.Name})
	api := webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken)
	for folder, b := range map[string]Book{"": testBook, "zh-CN/": chineseBook} {
		for name, form := range manyForms(b) {
			golden(t, folder+name, Content{Text: form.Title.Text, Blocks: form.Blocks.BlockSet})
			raw, err := json.Marshal(form)
			if err != nil {
				t.Fatal(err)
			}
			if len(raw) > 18_000 && !strings.HasPrefix(name, "form-all") {
				t.Errorf("%s%s takes %d bytes, and an acknowledgement carries it", folder, name, len(raw))
			}
			if _, err := api.Slack.OpenViewContext(context.Background(), ws.Trigger(eve.ID), form); err != nil {
				t.Errorf("Slack refuses %s%s: %v", folder, name, err)
			}
		}
	}
}
