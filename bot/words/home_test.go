package words

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/invite"
)

// newHomeJudge returns a function that has a workspace check homes as Slack does.
func newHomeJudge(t *testing.T) func(*testing.T, slack.HomeTabViewRequest) {
	ws := bottest.Start(bottest.Options{Unlimited: true})
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: ann.ID, Name: ann.Name})
	api := webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken)
	return func(t *testing.T, v slack.HomeTabViewRequest) {
		t.Helper()
		_, err := api.Slack.PublishViewContext(context.Background(), slack.PublishViewContextRequest{UserID: ann.ID, View: v})
		if err != nil {
			refused, _ := errors.AsType[slack.SlackErrorResponse](err)
			t.Errorf("Slack refuses it: %v %v", err, refused.ResponseMetadata.Messages)
		}
	}
}

// hundred is a request with so many accounts that stand in every way.
func hundred() approvals.Request {
	r := pending(approvedWith(ann))
	r.Invitations = nil
	for n := range 100 {
		i := invitation(invite.UIN(100000000000+n), "Alice", "x")
		i.ID = int64(n + 1)
		switch {
		case n < 57:
			i.State = approvals.Joined
		case n < 95:
			i.State, i.Expires = approvals.Sent, asked.Add(15*24*time.Hour+time.Duration(n)*time.Second)
		case n < 97:
			i.State = approvals.Stopped
		case n < 98:
			i.State = approvals.Ready
		default:
			i.State = approvals.Failed
		}
		r.Invitations = append(r.Invitations, i)
	}
	return r
}

var testBoard = approvals.Board{
	Waiting: approvals.Listing{Requests: []approvals.Request{numbered(3, cards["pending-hostile"]), numbered(4, cards["pending-several"])}, More: 2},
	Pending: 5, Accounts: 7, Open: 41,
	Lapsing:     []ledger.Ending{{Request: 2, UIN: "100012345678", Name: hostile, Until: asked.Add(48 * time.Hour)}},
	MoreLapsing: 3,
	Roster:      approvals.RosterState{ReadAt: asked, Members: 57, Open: 41, Room: 100},
}

func ownHome() approvals.Home {
	h := approvals.Home{Page: 1, Pages: 3}
	for n, r := range []approvals.Request{cards["pending"], cards["pending-1-of-2"], cards["pending-hostile"], cards["denied-because"], cards["withdrawn"], cards["expired"],
		cards["sending"], cards["sent-until"], cards["joined"], cards["lapsed"], cards["failed"], cards["unknown"], cards["several-ended"], hundred()} {
		h.Own = append(h.Own, numbered(int64(40-n), r))
	}
	return h
}

func TestHome(t *testing.T) {
	slackTakes := newHomeJudge(t)
	board, unread := testBoard, approvals.Board{Open: 1, Pending: 1, Accounts: 1}
	notAsk, notDecide := Rights{NotApprover: ledger.NotApprover, NotRequester: ledger.NotRequester}, Rights{NotApprover: ledger.NotApprover}
	full := ownHome()
	full.Board = &board
	homes := func(b Book) map[string]slack.HomeTabViewRequest {
		return map[string]slack.HomeTabViewRequest{
			"home-approver":  b.Home(full, Rights{}),
			"home-requester": b.Home(ownHome(), notDecide),
			"home-nothing":   b.Home(approvals.Home{Pages: 1, Board: &unread}, Rights{}),
			"home-nobody":    b.Home(approvals.Home{Pages: 1}, notAsk),
			"home-no-more":   b.Home(approvals.Home{Pages: 1, Own: []approvals.Request{cards["pending"]}}, notAsk),
			"home-unchecked": b.Home(approvals.Home{Pages: 1}, Rights{NotApprover: ledger.Unchecked, NotRequester: ledger.Unchecked}),
		}
	}
	for folder, b := range map[string]Book{"": testBook, "zh-CN/": chineseBook} {
		for name, v := range homes(b) {
			t.Run(folder+name, func(t *testing.T) {
				golden(t, folder+name, Content{Blocks: v.Blocks.BlockSet})
				slackTakes(t, v)
			})
		}
	}
	if v := testBook.Home(full, Rights{}); PageOf(v.PrivateMetadata) != 1 || v.CallbackID != HomeView {
		t.Errorf("it is called %q, and shows page %q", v.CallbackID, v.PrivateMetadata)
	}
	for value, want := range map[string]int{"": 0, "x": 0, "-3": 0, "7": 7} {
		if got := PageOf(value); got != want {
			t.Errorf("%q is page %d", value, got)
		}
	}
}

// TestHowFullItIs: what isn't known is said to be.
func TestHowFullItIs(t *testing.T) {
	for says, r := range map[string]approvals.RosterState{
		"there is room for 2 more, of 100":             {ReadAt: asked, Members: 57, Open: 41, Room: 100},
		"there is room for 0 more, of 50":              {ReadAt: asked, Members: 57, Open: 41, Room: 50},
		"How many members it may have isn't known":     {ReadAt: asked, Members: 1, Open: 1},
		"its lists haven't been read":                  {Room: 100},
		"The bot's Tencent Cloud account has no organ": {ReadAt: asked, NoOrganization: true},
	} {
		contains(t, textOf(testBook.roster(r), ""), says)
	}
}

// TestTheLongestHomeFits: 20 requests of everything, a hundred accounts each, and everything as long as it may be.
func TestTheLongestHomeFits(t *testing.T) {
	book := NewBook(English, strings.Repeat("i", 12), "https://"+strings.Repeat("long-", 8)+"name.enterprise.slack.com/")
	name := strings.Repeat("𝔸", invite.MaxCharacters)
	h := approvals.Home{Page: 999_998, Pages: 1_000_000, Board: &approvals.Board{Pending: 1_000_000, Accounts: 100_000_000, Open: 1_000_000, MoreLapsing: 1_000_000}}
	for n := range 20 {
		r := numbered(int64(999_980+n), longest())
		r.Nonce, r.Digest, r.Requester.Name = strings.Repeat("n", 32), strings.Repeat("d", 64), strings.Repeat("𝔸", 80)
		r.Invitations = slices.Repeat(r.Invitations[:1], 100)
		for i := range r.Invitations {
			r.Invitations[i].Name = name
		}
		h.Own = append(h.Own, r)
		h.Board.Waiting.Requests = append(h.Board.Waiting.Requests, r)
		h.Board.Lapsing = append(h.Board.Lapsing, ledger.Ending{Request: r.ID, UIN: fmt.Sprint(uint64(math.MaxUint64)), Name: name, Until: asked})
	}
	h.Board.Waiting.More = 1_000_000
	unchecked := Rights{NotApprover: ledger.Unchecked}
	slackTakes := newHomeJudge(t)
	slackTakes(t, book.Home(h, unchecked))
	ended := h
	ended.Own = nil
	for _, r := range h.Own {
		approvedWith(ann)(&r)
		r.Invitations[0].State = approvals.Sent
		ended.Own = append(ended.Own, r)
		deniedBy(ann, strings.Repeat("&", maxReason))(&r)
		ended.Own[len(ended.Own)/2] = r
	}
	slackTakes(t, book.Home(ended, unchecked))
}

// TestNothingIsDecidedAtHome: what waits for an approver has a way to its card, and no button.
func TestNothingIsDecidedAtHome(t *testing.T) {
	board := testBoard
	raw, err := json.Marshal(testBook.Home(approvals.Home{Pages: 1, Board: &board}, Rights{}).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{ActionApprove, ActionDeny, ActionReview, ActionWithdraw} {
		if strings.Contains(string(raw), `"action_id":"`+action+`"`) {
			t.Errorf("it has a button to %s", action)
		}
	}
	contains(t, string(raw), testBook.permalink(numbered(3, pending()).Card))
}
