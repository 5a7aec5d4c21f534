package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/invitebot/invitebot/invite"
)

// organization is the one at Tencent Cloud, for which calls get lost.
type organization struct {
	chance func(percent int) bool

	mu     sync.Mutex
	listed []invite.Listed // the oldest first
	calls  []invite.Invitation
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
		if l.UIN == i.UIN {
			return refused("FailedOperation.ReSentInvitation")
		}
	}
	o.listed = append(o.listed, invite.Listed{ID: int64(len(o.listed) + 1), UIN: i.UIN, Name: i.Name, Remark: i.Remark, Invited: time.Now().UTC().Truncate(time.Second)})
	if o.chance(8) {
		return invite.Result{Outcome: invite.Unknown, Code: "ClientError.NetworkError"}
	}
	return invite.Result{Outcome: invite.Sent, RequestID: fmt.Sprintf("req-%d", len(o.calls))}
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

func (o *organization) Members(context.Context, int) (page invite.Page[invite.Member], err error) {
	return page, nil
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
