package invite

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// PageSize is the most that a list of the API gives at once.
const PageSize = 50

// Status is what became of an invitation, as ListOrganizationInvitations numbers it.
type Status int64

// The statuses that are documented.
const (
	StatusExpired   Status = -1
	StatusOpen      Status = 0
	StatusAccepted  Status = 1
	StatusInvalid   Status = 2
	StatusCancelled Status = 3
)

// Listed is an invitation that the organization sent, as Tencent Cloud lists it. Times are written there without a zone,
// and which one it is isn't documented: they are read as UTC, and zero where they can't be read.
type Listed struct {
	ID      int64
	UIN     UIN
	Name    string
	Remark  string
	Status  Status
	Invited time.Time
	Expires time.Time
}

// Member is an account of the organization, as Tencent Cloud lists it. Its time is like those of [Listed].
type Member struct {
	UIN    UIN
	Name   string
	Remark string
	Joined time.Time
}

// Page is a part of a list, and how long the whole list was when it was read; 0 where the list doesn't say.
type Page[T any] struct {
	Entries []T
	Total   int
}

// Ends says whether the list ends with this page, with which so many of its entries are read. A list that ends before it has as
// many as it says that it has wasn't read.
func (p Page[T]) Ends(read int) (bool, error) {
	if len(p.Entries) > 0 {
		return p.Total == read, nil // where there is more than it says, or it doesn't say, the empty page behind is the end
	}
	if read < p.Total {
		return false, fmt.Errorf("the list says that it has %d entries, and ends after %d", p.Total, read)
	}
	return true, nil
}

// Lifetime is how long an invitation is open, by the documentation of Tencent Cloud's console. The list has the last word.
const Lifetime = 15 * 24 * time.Hour

const (
	listInvitations = "ListOrganizationInvitations"
	listMembers     = "ListOrganizationMembers"
)

type invitationsAnswer struct {
	answer
	Invitations []struct {
		Id, Uin, Status                      number
		Name, Remark, InviteTime, ExpireTime string
	}
	TotalCount number
}

// Invitations reads one page of at most [PageSize] of the invitations that the organization sent, in one call. An error is a [*CallError].
func (c *Client) Invitations(ctx context.Context, offset int) (page Page[Listed], err error) {
	read, err := readPage[invitationsAnswer](ctx, c, listInvitations, &struct {
		*tchttp.BaseRequest
		Invited, Offset, Limit int // Invited 0 asks for those that the organization sent
	}{newRequest(listInvitations), 0, offset, PageSize})
	if err != nil {
		return page, err
	}
	for _, i := range read.Invitations {
		page.Entries = append(page.Entries, Listed{int64(i.Id), UIN(i.Uin), i.Name, i.Remark, Status(i.Status), listedTime(i.InviteTime), listedTime(i.ExpireTime)})
	}
	page.Total = int(read.TotalCount)
	return page, nil
}

type membersAnswer struct {
	answer
	Members []struct {
		Uin                    number
		Name, Remark, JoinTime string
	}
	TotalCount number
}

// Members reads one page of at most [PageSize] of the organization's members, in one call. An error is a [*CallError].
func (c *Client) Members(ctx context.Context, offset int) (page Page[Member], err error) {
	read, err := readPage[membersAnswer](ctx, c, listMembers, &struct {
		*tchttp.BaseRequest
		Offset, Limit int
	}{newRequest(listMembers), offset, PageSize})
	if err != nil {
		return page, err
	}
	for _, m := range read.Members {
		page.Entries = append(page.Entries, Member{UIN(m.Uin), m.Name, m.Remark, listedTime(m.JoinTime)})
	}
	page.Total = int(read.TotalCount)
	return page, nil
}

// readPage makes one call and returns its answer, where that is one.
func readPage[R any, P interface {
	*R
	check() error
}](ctx context.Context, c *Client, action string, request tchttp.Request) (P, error) {
	var response struct {
		tchttp.BaseResponse
		Response P
	}
	began := time.Now()
	err := c.call(ctx, request, &response)
	switch {
	case err != nil:
	case response.Response == nil:
		err = (*answer)(nil).check()
	default:
		err = response.Response.check()
	}
	if err != nil {
		result := failed(action, err)
		c.observe(action, time.Since(began), result.Code)
		return nil, &CallError{result}
	}
	c.observe(action, time.Since(began), "")
	return response.Response, nil
}

// CallError is a call that read nothing.
type CallError struct{ Result }

func (e *CallError) Error() string { return e.Err.Error() }

func (e *CallError) Unwrap() error { return e.Err }

// Forbidden says whether the credentials may not make that call: only a person can change that.
func (e *CallError) Forbidden() bool {
	return strings.HasPrefix(e.Code, "UnauthorizedOperation") || e.Code == "AuthFailure.UnauthorizedOperation"
}

// number is an integer, which may come as text.
type number int64

func (n *number) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	signed, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		unsigned, large := strconv.ParseUint(text, 10, 64)
		if large != nil {
			return fmt.Errorf("%s is no number", json.RawMessage(raw))
		}
		signed = int64(unsigned) // a UIN has 64 bits
	}
	*n = number(signed)
	return nil
}

// listedTime reads a time like 2021-03-04 12:22:21; zero where it isn't one.
func listedTime(text string) time.Time {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// TimeSlack is how far a time of a list may be off: zones reach from 12 hours behind UTC to 14 ahead, and clocks differ.
const TimeSlack = 15 * time.Hour

// Fits says whether a listed invitation may be the one that was sent between two times: to the same account, under the same
// name and remark, and then, as far as its time can be read.
func (l Listed) Fits(i Invitation, from, to time.Time) bool {
	then := l.Invited.IsZero() || !l.Invited.Before(from.Add(-TimeSlack)) && !l.Invited.After(to.Add(TimeSlack))
	return l.UIN == i.UIN && l.Name == i.Name && l.Remark == i.Remark && then
}

// Until is until when a listed invitation can be accepted, which was sent by a call of ours; zero where the list doesn't tell, or another call may have sent it. Its
// times are in a zone that isn't documented: that in which it was made when we made it. Zones differ by quarters of hours.
func (l Listed) Until(called time.Time) time.Time {
	if l.Expires.IsZero() || l.Invited.IsZero() {
		return time.Time{}
	}
	const quarter, prompt = 15 * time.Minute, 3 * time.Minute
	ahead := l.Invited.Sub(called)
	zone := ahead.Round(quarter)
	if (ahead - zone).Abs() > prompt { // it wasn't made when that call was: after a set-back nobody knows which it was
		return time.Time{}
	}
	return l.Expires.Add(-zone)
}
