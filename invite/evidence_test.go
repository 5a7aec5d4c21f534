package invite_test

import (
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
)

func TestJudge(t *testing.T) {
	attempted := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	listed := func(status invite.Status, ago time.Duration, changes ...func(*invite.Listed)) invite.Listed {
		l := invite.Listed{ID: 7, UIN: alice.UIN, Name: alice.Name, Remark: alice.Remark, Status: status, Invited: attempted.Add(-ago)}
		for _, change := range changes {
			change(&l)
		}
		return l
	}
	name := func(l *invite.Listed) { l.Name = "Somebody" }
	remark := func(l *invite.Listed) { l.Remark = "in the console" }
	other := func(l *invite.Listed) { l.UIN++ }
	timeless := func(l *invite.Listed) { l.Invited = time.Time{} }
	const open, accepted, expired, invalid, cancelled = invite.StatusOpen, invite.StatusAccepted, invite.StatusExpired, invite.StatusInvalid, invite.StatusCancelled
	for says, tt := range map[string]struct {
		list []invite.Listed
		want invite.Finding
	}{
		"nothing":                                      {nil, invite.Absent},
		"its own, open":                                {[]invite.Listed{listed(open, 0)}, invite.Found},
		"its own, accepted":                            {[]invite.Listed{listed(accepted, 0)}, invite.Found},
		"its own, 14 hours ahead":                      {[]invite.Listed{listed(open, -14*time.Hour)}, invite.Found},
		"its own, 12 hours behind":                     {[]invite.Listed{listed(accepted, 12*time.Hour)}, invite.Found},
		"open, without a time":                         {[]invite.Listed{listed(open, 0, timeless)}, invite.Found},
		"accepted, without a time":                     {[]invite.Listed{listed(accepted, 0, timeless)}, invite.Unclear},
		"its own, cancelled":                           {[]invite.Listed{listed(cancelled, 0)}, invite.Unclear},
		"its own, expired":                             {[]invite.Listed{listed(expired, time.Hour)}, invite.Unclear},
		"its own, invalid":                             {[]invite.Listed{listed(invalid, 0)}, invite.Unclear},
		"its own, in an unheard-of state":              {[]invite.Listed{listed(9, 0)}, invite.Unclear},
		"cancelled, without a time":                    {[]invite.Listed{listed(cancelled, 0, timeless)}, invite.Unclear},
		"of another account":                           {[]invite.Listed{listed(open, 0, other)}, invite.Absent},
		"open, under another name":                     {[]invite.Listed{listed(open, 0, name)}, invite.Elsewhere},
		"open, with another remark":                    {[]invite.Listed{listed(open, 0, remark)}, invite.Elsewhere},
		"open since the day before":                    {[]invite.Listed{listed(open, 24*time.Hour)}, invite.Elsewhere},
		"accepted 13 hours before, under another name": {[]invite.Listed{listed(accepted, 13*time.Hour, name)}, invite.Elsewhere},
		"accepted long ago, and left since":            {[]invite.Listed{listed(accepted, 100*time.Hour)}, invite.Absent},
		"cancelled, of somebody else's":                {[]invite.Listed{listed(cancelled, 0, name)}, invite.Absent},
		"cancelled long ago":                           {[]invite.Listed{listed(cancelled, 48*time.Hour)}, invite.Absent},
		"open beats cancelled":                         {[]invite.Listed{listed(cancelled, 0), listed(open, 0)}, invite.Found},
		"its own beats another's":                      {[]invite.Listed{listed(open, 0, name), listed(accepted, 0)}, invite.Found},
		"another's beats its own, cancelled":           {[]invite.Listed{listed(cancelled, 0), listed(open, 0, name)}, invite.Elsewhere},
	} {
		got := invite.Judge(alice, attempted, attempted, tt.list)
		if got.Finding != tt.want || (got.Listed.ID != 0) != (tt.want != invite.Absent) {
			t.Errorf("%s: %+v, want %s", says, got, tt.want)
		}
	}
	long := listed(open, 100*time.Hour) // it was approved even before that, and the database was set back since
	if got := invite.Judge(alice, attempted.Add(-101*time.Hour), attempted, []invite.Listed{long}); got.Finding != invite.Found {
		t.Errorf("got %+v", got)
	}
}
