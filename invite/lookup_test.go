package invite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

const listAction = "ListOrganizationInvitations"

// lookUp looks alice up, and checks the finding and that it says of what.
func lookUp(t *testing.T, c *invite.Client, attempted time.Time, want invite.Finding) invite.Traces {
	t.Helper()
	got := c.Lookup(t.Context(), alice, attempted)
	failed := want == invite.Forbidden || want == invite.Unavailable
	if got.Finding != want || (got.Err != nil) != failed {
		t.Errorf("the look-up found %+v, want %s", got, want)
	}
	if identified := want == invite.Found || want == invite.Unclear; (got.InvitationID != 0) != identified {
		t.Errorf("the look-up found %+v", got)
	}
	return got
}

func TestLookupAfterLostAnswers(t *testing.T) {
	for kind, want := range map[invitetest.Kind]invite.Finding{
		invitetest.LostAnswer:  invite.Found,
		invitetest.LostRequest: invite.Absent,
		invitetest.HTTPStatus:  invite.Absent,
	} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: kind, Times: 1})
		if result := c.Send(t.Context(), alice, time.Now()); result.Outcome != invite.Unknown {
			t.Fatalf("the result is %+v", result)
		}
		lookUp(t, c, time.Now(), want)
	}
}

func TestLookupByStatus(t *testing.T) {
	for _, tt := range []struct {
		end         func(*invitetest.Organization, uint64) error
		status      invite.Status
		fresh, aged invite.Finding // for an attempt at the time of the invitation, and one 15 hours later
	}{
		{func(*invitetest.Organization, uint64) error { return nil }, invite.StatusOpen, invite.Found, invite.Found},
		{(*invitetest.Organization).Accept, invite.StatusAccepted, invite.Found, invite.Absent},
		{(*invitetest.Organization).Cancel, invite.StatusCancelled, invite.Unclear, invite.Absent},
		{(*invitetest.Organization).Expire, invite.StatusExpired, invite.Unclear, invite.Absent},
	} {
		for _, hours := range []int{-12, 0, 8, 14} { // the zone that times are written in
			o, c := start(t, invitetest.Options{Zone: time.FixedZone("", hours*3600), Rate: -1})
			check(t, c.Send(t.Context(), alice, time.Now()), invite.Sent, "")
			if err := tt.end(o, uint64(alice.UIN)); err != nil {
				t.Fatal(err)
			}
			if got := lookUp(t, c, time.Now(), tt.fresh); got.Status != tt.status {
				t.Errorf("the look-up found %+v, want the status %d", got, tt.status)
			}
			lookUp(t, c, time.Now().Add(15*time.Hour+time.Duration(hours)*time.Hour), tt.aged)
		}
	}
}

func TestLookupPassesOverOthers(t *testing.T) {
	o, c := start(t, invitetest.Options{})
	check(t, c.Send(t.Context(), invite.Invitation{UIN: alice.UIN + 1, Name: alice.Name, Remark: "r"}, time.Now()), invite.Sent, "")
	lookUp(t, c, time.Now(), invite.Absent)
	o.AddMember(invitetest.Member{UIN: uint64(alice.UIN)})
	lookUp(t, c, time.Now(), invite.Absent)
}

func TestLookupReadsAllPages(t *testing.T) {
	o, c := start(t, invitetest.Options{Rate: -1})
	check(t, c.Send(t.Context(), alice, time.Now()), invite.Sent, "") // listed last, as the newest come first
	for n := range 100 {
		check(t, c.Send(t.Context(), invite.Invitation{UIN: invite.UIN(n + 1), Name: fmt.Sprint("n", n), Remark: "r"}, time.Now()), invite.Sent, "")
	}
	lookUp(t, c, time.Now(), invite.Found)
	if err := o.Cancel(uint64(alice.UIN)); err != nil {
		t.Fatal(err)
	}
	lookUp(t, c, time.Now(), invite.Unclear)
	var pages int
	for _, call := range o.Calls() {
		if call.Action == listAction {
			pages++
		}
	}
	if pages != 6 {
		t.Errorf("%d pages were read, want 3 by each look-up", pages)
	}
}

func TestLookupThatFails(t *testing.T) {
	for code, want := range map[string]invite.Finding{
		"UnauthorizedOperation":             invite.Forbidden,
		"UnauthorizedOperation.Whatever":    invite.Forbidden,
		"AuthFailure.UnauthorizedOperation": invite.Forbidden,
		"AuthFailure.SignatureExpire":       invite.Unavailable,
		"RequestLimitExceeded":              invite.Unavailable,
		"InternalError":                     invite.Unavailable,
		"Whatever":                          invite.Unavailable,
	} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: listAction, Code: code})
		lookUp(t, c, time.Now(), want)
	}
	for _, kind := range []invitetest.Kind{
		invitetest.HTTPStatus, invitetest.LostRequest, invitetest.LostAnswer, invitetest.EmptyResponse, invitetest.Null, invitetest.HTML,
	} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: kind})
		lookUp(t, c, time.Now(), invite.Unavailable)
	}
	o, c := start(t, invitetest.Options{})
	o.ForbidListing(true)
	lookUp(t, c, time.Now(), invite.Forbidden)
	o.ForbidListing(false)
	lookUp(t, c, time.Now(), invite.Absent)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := c.Lookup(ctx, alice, time.Now()); got.Finding != invite.Unavailable {
		t.Errorf("a cancelled look-up found %+v", got)
	}
}

// list starts a server that lists what page returns for an offset, and a client of it.
func list(t *testing.T, page func(offset int) (invitations []any, total int)) *invite.Client {
	url := raw(t, func(w http.ResponseWriter, r *http.Request) {
		var request struct{ Invited, Offset, Limit int }
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || request.Invited != 0 || request.Limit != 50 {
			t.Errorf("asked for %+v, %v", request, err)
		}
		invitations, total := page(request.Offset)
		json.NewEncoder(w).Encode(map[string]any{"Response": map[string]any{
			"RequestId": "a", "Invitations": invitations, "TotalCount": total,
		}})
	})
	return client(t, url, common.NewCredential("id", "key"))
}

// entry is an invitation to alice as the API lists it.
func entry(id, status int, invited string) any {
	return map[string]any{"Id": id, "Uin": alice.UIN, "Status": status, "InviteTime": invited}
}

// others are n invitations to other accounts.
func others(n int) []any {
	return make([]any, n, n+1) // null decodes to nobody
}

func TestLookupOfOddLists(t *testing.T) {
	now := time.Now()
	recent, old := now.UTC().Format(time.DateTime), now.Add(-48*time.Hour).UTC().Format(time.DateTime)
	for name, tt := range map[string]struct {
		page func(offset int) ([]any, int)
		want invite.Finding
	}{
		"open beats cancelled": {func(int) ([]any, int) { return []any{entry(1, 3, recent), entry(2, 0, old)}, 2 }, invite.Found},
		"old ones":             {func(int) ([]any, int) { return []any{entry(1, 1, old), entry(2, 3, old), entry(3, 2, old)}, 3 }, invite.Absent},
		"invalid":              {func(int) ([]any, int) { return []any{entry(1, 2, recent)}, 1 }, invite.Unclear},
		"unheard-of status":    {func(int) ([]any, int) { return []any{entry(1, 9, recent)}, 1 }, invite.Unclear},
		"accepted, no time":    {func(int) ([]any, int) { return []any{entry(1, 1, "")}, 1 }, invite.Unclear},
		"cancelled, odd time":  {func(int) ([]any, int) { return []any{entry(1, 3, "yesterday")}, 1 }, invite.Unclear},
		"open, odd time":       {func(int) ([]any, int) { return []any{entry(1, 0, "yesterday")}, 1 }, invite.Found},
		"exactly one page": {func(offset int) ([]any, int) {
			if offset > 0 {
				return nil, 50
			}
			return others(50), 50
		}, invite.Absent},
		"no total": {func(offset int) ([]any, int) {
			if offset == 50 {
				return []any{entry(1, 0, recent)}, 0
			}
			return others(50), 0
		}, invite.Found},
		"total too large": {func(offset int) ([]any, int) {
			if offset > 0 {
				return nil, 60
			}
			return others(5), 60
		}, invite.Absent},
		"short pages": {func(offset int) ([]any, int) {
			if offset == 20 {
				return []any{entry(1, 0, recent)}, 21
			}
			return others(10), 21
		}, invite.Found},
	} {
		got := list(t, tt.page).Lookup(t.Context(), alice, now)
		if got.Finding != tt.want || got.Err != nil {
			t.Errorf("%s: the look-up found %+v, want %s", name, got, tt.want)
		}
	}
}

func TestLookupReadsAListThatChangedAgain(t *testing.T) {
	calls := 0
	// While the first page is away, an entry of it goes: what was first on the second page is now last on the first.
	c := list(t, func(offset int) ([]any, int) {
		calls++
		switch {
		case calls == 1:
			return others(50), 51
		case offset == 0:
			return append(others(49), entry(1, 0, "")), 50
		}
		return nil, 50
	})
	lookUp(t, c, time.Now(), invite.Found)

	total := 100
	c = list(t, func(int) ([]any, int) { total++; return others(50), total })
	lookUp(t, c, time.Now(), invite.Unavailable)
}
