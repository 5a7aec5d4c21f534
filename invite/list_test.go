package invite_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

const (
	listAction    = "ListOrganizationInvitations"
	membersAction = "ListOrganizationMembers"
)

func TestInvitationsPageByPage(t *testing.T) {
	o, c := start(t, invitetest.Options{Rate: -1, Zone: time.FixedZone("", 8*3600)})
	check(t, c.Send(t.Context(), alice, time.Now()), invite.Sent, "") // listed last, as the newest come first
	for n := range 100 {
		check(t, c.Send(t.Context(), invite.Invitation{UIN: invite.UIN(n + 1), Name: fmt.Sprint("n", n), Remark: "r"}, time.Now()), invite.Sent, "")
	}
	if err := o.Cancel(uint64(alice.UIN)); err != nil {
		t.Fatal(err)
	}
	for offset, entries := range map[int]int{0: 50, 50: 50, 100: 1, 101: 0, 500: 0} {
		page, err := c.Invitations(t.Context(), offset)
		if err != nil || len(page.Entries) != entries || page.Total != 101 {
			t.Errorf("from %d on: %d of %d, %v", offset, len(page.Entries), page.Total, err)
		}
	}
	page, err := c.Invitations(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	got, now := page.Entries[0], time.Now().UTC()
	if got.ID != 1 || got.UIN != alice.UIN || got.Name != alice.Name || got.Remark != alice.Remark || got.Status != invite.StatusCancelled {
		t.Errorf("got %+v", got)
	}
	if ahead := got.Invited.Sub(now).Round(time.Hour); ahead != 8*time.Hour || got.Expires.Sub(got.Invited) != 15*24*time.Hour {
		t.Errorf("invited %v, until %v; it is %v", got.Invited, got.Expires, now)
	}
}

func TestMembers(t *testing.T) {
	o, c := start(t, invitetest.Options{})
	o.AddMember(invitetest.Member{UIN: 18446744073709551615, Name: "Largest", Remark: "r"})
	page, err := c.Members(t.Context(), 0)
	if err != nil || page.Total != 1 || page.Entries[0].UIN != 18446744073709551615 || page.Entries[0].Name != "Largest" || page.Entries[0].Joined.IsZero() {
		t.Errorf("got %+v, %v", page, err)
	}
}

// TestOddLists: numbers may come as text, and times, names and whole entries not at all.
func TestOddLists(t *testing.T) {
	for answer, want := range map[string]invite.Page[invite.Listed]{
		`"TotalCount":"2","Invitations":[{"Id":"5","Uin":"100012345678","Status":"-1","InviteTime":"2026-01-31 12:00:00"},null]`: {
			Total: 2, Entries: []invite.Listed{{ID: 5, UIN: 100012345678, Status: invite.StatusExpired, Invited: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}, {}}},
		`"Invitations":[{"Id":5,"Uin":18446744073709551615,"Status":null,"InviteTime":"yesterday"}]`: {
			Entries: []invite.Listed{{ID: 5, UIN: 18446744073709551615}}},
		`"TotalCount":0,"Invitations":null`: {},
	} {
		url := raw(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"Response":{"RequestId":"a",%s}}`, answer)
		})
		got, err := client(t, url, common.NewCredential("id", "key")).Invitations(t.Context(), 0)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %+v, %v", answer, got, err)
		}
	}
}

func TestListsThatFail(t *testing.T) {
	for code, forbidden := range map[string]bool{
		"UnauthorizedOperation": true, "UnauthorizedOperation.Whatever": true, "AuthFailure.UnauthorizedOperation": true,
		"AuthFailure.SignatureExpire": false, "RequestLimitExceeded": false, "InternalError": false, "Whatever": false,
	} {
		for _, action := range []string{listAction, membersAction} {
			o, c := start(t, invitetest.Options{})
			o.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: action, Code: code, Message: "as it says"})
			_, err := c.Invitations(t.Context(), 0)
			if action == membersAction {
				_, err = c.Members(t.Context(), 0)
			}
			failed, ok := errors.AsType[*invite.CallError](err)
			if !ok || failed.Code != code || failed.Message != "as it says" || failed.RequestID == "" || failed.Forbidden() != forbidden {
				t.Errorf("%s %s: %+v", action, code, err)
			}
		}
	}
	for _, kind := range []invitetest.Kind{
		invitetest.HTTPStatus, invitetest.LostRequest, invitetest.LostAnswer, invitetest.EmptyResponse, invitetest.Null, invitetest.HTML,
	} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: kind})
		if _, err := c.Invitations(t.Context(), 0); err == nil {
			t.Errorf("fault %d is no error", kind)
		}
	}
}
