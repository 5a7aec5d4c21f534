package bot

import (
	"log/slog"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/webapi"
)

func newTestPeople(t *testing.T, ws *bottest.Workspace, self identity, approvers, requesters []string, now func() time.Time) *people {
	t.Helper()
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: ann.ID, Name: "ann"})
	ws.AddUser(bottest.User{ID: bob.ID, Name: "bob"})
	ws.AddUser(bottest.User{ID: strangerID, TeamID: "T0OTHER"})
	ws.AddGroup(bottest.Group{ID: groupID, Members: []string{bob.ID}})
	self.team = ws.TeamID
	return newPeople(webapi.NewClient(ws.APIURL(), ws.BotToken, ws.AppToken).Slack, &self, approvers, requesters, now, slog.New(slog.DiscardHandler))
}

func TestMayDecide(t *testing.T) {
	ws := bottest.Start(bottest.Options{EnterpriseID: "E0HOME"})
	p := newTestPeople(t, ws, identity{enterprise: "E0HOME"}, []string{ann.ID, "S0GONE", groupID, "U0SISTER", strangerID}, nil, time.Now)
	ws.AddUser(bottest.User{ID: "U0SISTER", TeamID: "T0SISTER", EnterpriseID: "E0HOME"})
	for name, x := range map[string]struct {
		who  visitor
		want ledger.Why
	}{
		"listed":                              {visitor{Person: ann, team: ws.TeamID}, ""},
		"listed, organization's ID":           {visitor{Person: ann, team: "E0HOME"}, ""},
		"listed, team unknown":                {visitor{Person: ann}, ""},
		"in a group behind one that is gone":  {visitor{Person: bob, team: ws.TeamID}, ""},
		"listed, of a sister workspace":       {visitor{Person: approvals.Person{ID: "U0SISTER"}, team: "T0SISTER"}, ""},
		"listed, of another organization":     {visitor{Person: approvals.Person{ID: strangerID}, team: "T0OTHER"}, ledger.Outsider},
		"listed, says nothing of its team":    {visitor{Person: approvals.Person{ID: strangerID}}, ledger.Outsider},
		"listed, a bot":                       {visitor{Person: ann, team: ws.TeamID, bot: true}, ledger.NotApprover},
		"not listed, but a group went unread": {visitor{Person: eve, team: ws.TeamID}, ledger.Unchecked},
		"nobody":                              {visitor{Person: approvals.Person{ID: "U0NOBODY"}, team: "T0NOWHERE"}, ledger.Outsider},
	} {
		if _, got := p.mayDecide(t.Context(), x.who); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestMayAsk(t *testing.T) {
	ws := bottest.Start(bottest.Options{})
	p := newTestPeople(t, ws, identity{}, []string{ann.ID}, nil, time.Now)
	for _, u := range []bottest.User{{ID: guestID, Guest: true}, {ID: "U0SINGLE", SingleChannelGuest: true}, {ID: "U0AUTO", Bot: true}, {ID: "U0LEFT", Deleted: true}} {
		ws.AddUser(u)
	}
	for id, want := range map[string]ledger.Why{
		ann.ID: "", bob.ID: "", guestID: ledger.NotRequester, "U0SINGLE": ledger.NotRequester, "U0AUTO": ledger.NotRequester,
		"U0LEFT": ledger.NotRequester, strangerID: ledger.Outsider, "U0NOBODY": ledger.Outsider,
	} {
		if got := p.mayAsk(t.Context(), visitor{Person: approvals.Person{ID: id}, team: ws.TeamID}); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// TestWhoLeavesAListLosesTheSay within a minute.
func TestWhoLeavesAListLosesTheSay(t *testing.T) {
	ws := bottest.Start(bottest.Options{})
	now := time.Now()
	p := newTestPeople(t, ws, identity{}, []string{groupID}, nil, func() time.Time { return now })
	who := visitor{Person: bob, team: ws.TeamID}
	may := func() ledger.Why { _, why := p.mayDecide(t.Context(), who); return why }
	if why := may(); why != "" {
		t.Fatal(why)
	}
	ws.AddGroup(bottest.Group{ID: groupID})
	if why := may(); why != "" {
		t.Errorf("asked again at once: %s", why)
	}
	now = now.Add(memory)
	if why := may(); why != ledger.NotApprover {
		t.Errorf("after a minute: %q", why)
	}
	now = now.Add(memory)
	ws.Fail("usergroups.users.list", bottest.Fault{Kind: bottest.ServerError})
	if why := may(); why != ledger.Unchecked {
		t.Errorf("when it can't be asked: %q", why)
	}
}
