package bot

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// organization is the one at Tencent Cloud, for which calls get lost.
type organization struct {
	chance func(percent int) bool

	mu       sync.Mutex
	listed   []invite.Listed // the oldest first
	members  []invite.Member
	lifetime time.Duration // of an invitation
	calls    []invite.Invitation
}

func (o *organization) Send(_ context.Context, i invite.Invitation, _ time.Time) invite.Result {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, i)
	switch {
	case o.chance(6):
		return invite.Result{Outcome: invite.NotSent, Code: "RequestLimitExceeded"}
	case o.chance(8):
		return invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError"}
	case o.chance(10):
		return refused("InvalidParameter.NameIllegal")
	}
	for _, l := range o.listed {
		if l.UIN == i.UIN && l.Status == invite.StatusOpen {
			return refused("FailedOperation.ReSentInvitation")
		}
	}
	if o.isMember(i.UIN) {
		return refused("FailedOperation.UserInOrganization")
	}
	now := time.Now().UTC().Truncate(time.Second)
	o.listed = append(o.listed, invite.Listed{ID: int64(len(o.listed) + 1), UIN: i.UIN, Name: i.Name, Remark: i.Remark, Invited: now, Expires: now.Add(o.lifetime)})
	if o.chance(8) {
		return invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError"}
	}
	return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("req-%d", len(o.calls))}
}

func (o *organization) isMember(uin invite.UIN) bool {
	return slices.ContainsFunc(o.members, func(m invite.Member) bool { return m.UIN == uin })
}

func (o *organization) Cancel(_ context.Context, listed int64, _ time.Time) invite.Result {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.chance(6) {
		return invite.Result{Outcome: invite.NotSent, Code: "RequestLimitExceeded"}
	}
	l := &o.listed[listed-1]
	if l.Status != invite.StatusOpen {
		return refused("ResourceNotFound.InvitationNotExist")
	}
	l.Status = invite.StatusCancelled
	if o.chance(20) {
		return invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError"}
	}
	return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("cancel-%d", listed)}
}

// happens is what the owners of accounts do with their invitations.
func (o *organization) happens(dice int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.listed) == 0 {
		return
	}
	l := &o.listed[dice%len(o.listed)]
	switch {
	case l.Status != invite.StatusOpen:
		o.members = slices.DeleteFunc(o.members, func(m invite.Member) bool { return m.UIN == l.UIN && dice%7 == 0 })
	case dice%3 > 0:
		l.Status = invite.StatusAccepted
		o.members = append(o.members, invite.Member{UIN: l.UIN, Name: l.Name, Remark: l.Remark, Joined: time.Now().UTC()})
	default:
		l.Status = []invite.Status{invite.StatusExpired, invite.StatusInvalid, invite.StatusCancelled}[dice/3%3]
	}
}

func refused(code string) invite.Result {
	return invite.Result{Outcome: invite.OutcomeOf(code), Code: code, RequestID: "req-refused"}
}

func (o *organization) Invitations(_ context.Context, offset int) (page invite.Page[invite.Listed], err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	page.Total = len(o.listed)
	for n := offset; n < min(offset+invite.PageSize, page.Total); n++ {
		page.Entries = append(page.Entries, o.listed[page.Total-1-n])
	}
	return page, nil
}

func (o *organization) Members(_ context.Context, offset int) (page invite.Page[invite.Member], err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	page.Total = len(o.members)
	page.Entries = slices.Clone(o.members[min(offset, page.Total):min(offset+invite.PageSize, page.Total)])
	return page, nil
}

// open counts the invitations to an account that it can accept.
func (o *organization) open(uin invite.UIN) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.listed {
		if l.UIN == uin && l.Status == invite.StatusOpen {
			n++
		}
	}
	return n
}

// invited counts the invitations that arrived for an account.
func (o *organization) invited(uin invite.UIN) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.listed {
		if l.UIN == uin {
			n++
		}
	}
	return n
}
