package invite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"golang.org/x/time/rate"
)

// Finding is what a look-up found out.
type Finding string

const (
	// Found: the account has an open invitation of this organization, or accepted one that fits the attempt.
	Found Finding = "found"
	// Absent: there is no invitation that could be the attempt's.
	Absent Finding = "absent"
	// Unclear: there is one that could be the attempt's but is no longer open. A person must decide.
	Unclear Finding = "unclear"
	// Forbidden: the credentials may not list invitations. Somebody has to look in the console.
	Forbidden Finding = "forbidden"
	// Unavailable: nobody could be asked just now. Ask again later.
	Unavailable Finding = "unavailable"
)

// String returns the finding as a lower-case word.
func (f Finding) String() string { return string(f) }

// Traces is what a look-up found of an invitation.
type Traces struct {
	Finding      Finding
	InvitationID int64  // Tencent Cloud's number of the invitation that was found or is unclear; else 0
	Status       Status // of that invitation
	Err          error  // why it is forbidden or unavailable, for the operator's log; else nil; without secrets
}

const (
	pageSize = 50  // the most that the API gives at once
	maxPages = 200 // 10,000 invitations; an organization has room for 100 accounts by default
	maxReads = 3   // of the whole list, when it changes meanwhile
	// pageRate is how many pages a client asks for in a second: half of the 20 calls a second that the API takes, so
	// that two processes get along.
	pageRate = rate.Limit(10)
	// zoneSlack is how far an InviteTime can be off. Its zone isn't documented, and zones reach from 12 hours behind UTC
	// to 14 ahead; what is left allows for clocks that differ.
	zoneSlack = 14 * time.Hour
)

const listAction = "ListOrganizationInvitations"

// listRequest and listResponse are that action's. Invited 0 asks for those that the organization sent.
type listRequest struct {
	*tchttp.BaseRequest
	Invited, Offset, Limit int64
}

type listResponse struct {
	tchttp.BaseResponse
	Response *listPage
}

type listPage struct {
	answer
	Invitations []listed
	TotalCount  int64
}

// listed is one invitation of the list, as far as it matters here.
type listed struct {
	Id         int64
	Uin        uint64
	Status     Status
	InviteTime string // like 2021-03-04 12:22:21, in a zone that isn't documented
}

// Lookup finds out whether an invitation was sent by an attempt at the time attempted whose outcome is unknown. The API
// doesn't tell which call an invitation came from, so this goes by the account:
//
//   - An open invitation to it is as good as the attempt's own, and sending another would be refused: [Found].
//   - An accepted one is the attempt's unless it is older than the attempt; then it belongs to an earlier invitation,
//     after which the account left, and is passed over. Times count as UTC and may be up to 14 hours off either way, so
//     only what is more than 14 hours before the attempt is certainly older.
//   - One that lapsed or was cancelled, and isn't certainly older, may be the attempt's, cancelled on purpose meanwhile.
//     Sending again would undo that, and calling it sent may be wrong: [Unclear]. So is one whose time or status can't
//     be read.
//   - Otherwise it wasn't sent, as far as Tencent Cloud knows now: [Absent]. A call that is still under way can take
//     effect later; the one sent then is refused as a repetition ([Result.AlreadyInvited]), so no account gets two.
//
// Where several of these hold, the first does. Absent and Unclear are only said of a list that was read to its end and
// that didn't change on the way. Each page of 50 is a call with a timeout of its own; the context bounds them all.
func (c *Client) Lookup(ctx context.Context, i Invitation, attempted time.Time) Traces {
	for range maxReads {
		traces, changed := c.read(ctx, i.UIN, attempted)
		if !changed {
			return traces
		}
	}
	return unavailable(errors.New("the list of invitations keeps changing while it is read"))
}

// read reads the list once. It stops early at what can't be outdone, and where the list turns out to have changed.
func (c *Client) read(ctx context.Context, uin UIN, attempted time.Time) (best Traces, changed bool) {
	best = Traces{Finding: Absent}
	var seen, total int64
	for range maxPages {
		page, err := c.page(ctx, seen)
		if err != nil {
			return refused(err), false
		}
		for _, l := range page.Invitations {
			traces := judge(l, uin, attempted)
			if traces.Finding == Found {
				return traces, false
			}
			if traces.Finding == Unclear {
				best = traces
			}
		}
		// What moved up while a page was being asked for would be skipped.
		if seen > 0 && page.TotalCount != total {
			return Traces{}, true
		}
		total = page.TotalCount
		n := int64(len(page.Invitations))
		seen += n
		if n == 0 || n < pageSize && seen >= total {
			return best, false
		}
	}
	return unavailable(fmt.Errorf("there are more than %d invitations", maxPages*pageSize)), false
}

// page asks for one page of the list.
func (c *Client) page(ctx context.Context, offset int64) (*listPage, error) {
	if err := c.pages.Wait(ctx); err != nil {
		return nil, err
	}
	var response listResponse
	request := &listRequest{newRequest(listAction), 0, offset, pageSize}
	if err := c.call(ctx, request, &response); err != nil {
		return nil, err
	}
	if response.Response == nil {
		return nil, (*answer)(nil).check()
	}
	return response.Response, response.Response.check()
}

// judge tells what one invitation of the list says about the attempt.
func judge(l listed, uin UIN, attempted time.Time) Traces {
	if l.Uin != uint64(uin) {
		return Traces{Finding: Absent}
	}
	invited, err := time.Parse(time.DateTime, l.InviteTime)
	timed := err == nil
	older := timed && invited.Before(attempted.Add(-zoneSlack))
	traces := Traces{Finding: Unclear, InvitationID: l.Id, Status: l.Status}
	switch {
	case l.Status == StatusOpen:
		traces.Finding = Found
	case older:
		return Traces{Finding: Absent}
	case l.Status == StatusAccepted && timed:
		traces.Finding = Found
	}
	return traces
}

// refused tells a list that may not be read from one that can't be read now.
func refused(err error) Traces {
	result := failed(listAction, err)
	if code := result.Code; strings.HasPrefix(code, "UnauthorizedOperation") || code == "AuthFailure.UnauthorizedOperation" {
		return Traces{Finding: Forbidden, Err: result.Err}
	}
	return unavailable(result.Err)
}

func unavailable(err error) Traces {
	return Traces{Finding: Unavailable, Err: err}
}
