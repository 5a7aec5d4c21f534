package invite

import "time"

// Finding is what the organization's list of invitations says of an attempt whose outcome is unknown.
type Finding string

const (
	// Found: the attempt's own invitation is open, or was accepted.
	Found Finding = "found"
	// Absent: there is no invitation that could be the attempt's, and none in its way.
	Absent Finding = "absent"
	// Elsewhere: the account has an invitation that somebody else made, open or accepted: another would be refused. A person must decide.
	Elsewhere Finding = "elsewhere"
	// Unclear: there is one that could be the attempt's but is no longer open. A person must decide.
	Unclear Finding = "unclear"
	// Forbidden: the credentials may not list invitations. Somebody has to look in the console.
	Forbidden Finding = "forbidden"
	// Unavailable: the list can't be read. It is tried again.
	Unavailable Finding = "unavailable"
)

// String returns the finding as a lower-case word.
func (f Finding) String() string { return string(f) }

// Traces is what a list says of an attempt.
type Traces struct {
	Finding Finding
	Listed  Listed // the invitation that was found, is elsewhere or is unclear; else zero
}

// Judge tells what a list of invitations says about an attempt to send one, made between two times. The API doesn't tell which call an
// invitation came from, so this goes by the account, the name, the remark and the time:
//
//   - One that has all of them, and is open or was accepted, is the attempt's own: [Found].
//   - One that lacks some, and is open, or was accepted and isn't certainly older than the attempt, was made elsewhere: [Elsewhere].
//     To call it sent would be wrong, and sending another would be refused.
//   - One that has all of them and lapsed or was cancelled may be the attempt's, ended on purpose meanwhile. Sending
//     again would undo that, and calling it sent may be wrong: [Unclear]. So is one whose time or status can't be read.
//   - Otherwise it wasn't sent, as far as Tencent Cloud knows now: [Absent]. A call that is still under way can take
//     effect later; the one sent then is refused as a repetition ([Result.AlreadyInvited]), so no account gets two.
//
// Where several of these hold, the first does. Times are off by [TimeSlack] at most.
func Judge(i Invitation, from, to time.Time, list []Listed) Traces {
	best := Traces{Finding: Absent}
	for _, l := range list {
		if f := judge(i, from, to, l); rank[f] > rank[best.Finding] {
			best = Traces{f, l}
		}
	}
	return best
}

var rank = map[Finding]int{Absent: 0, Unclear: 1, Elsewhere: 2, Found: 3}

func judge(i Invitation, from, to time.Time, l Listed) Finding {
	if l.UIN != i.UIN {
		return Absent
	}
	own, timed := l.Fits(i, from, to), !l.Invited.IsZero()
	older := timed && l.Invited.Before(from.Add(-TimeSlack))
	switch {
	case own && (l.Status == StatusOpen || l.Status == StatusAccepted && timed):
		return Found
	case l.Status == StatusOpen, l.Status == StatusAccepted && !own && !older:
		return Elsewhere
	case own:
		return Unclear
	}
	return Absent
}
