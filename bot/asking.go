package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/invitebot/invitebot/approvals"
)

// How often Slack is asked about people. Its limits are by method, and commands, clicks and homes share them:
// docs.slack.dev/apis/web-api/rate-limits. When Slack asks to wait, nobody asks until then; who has to know goes unchecked at once. A command or a
// click asks whenever it has to. A home asks when it has its turn, so that however many are opened at once there is room for who does something.

// For homes users.info is called 40 times in a minute at most, where Slack answers 100 or more to all replicas together, and usergroups.users.list 14 times, where it answers
// 20 or more (with several groups less often, as a home may call it for each).
const (
	homeMemberEvery = 2 * time.Second
	homeMemberBurst = 10
	homeGroupEvery  = 6 * time.Second
	homeGroupBurst  = 4 // homes that are drawn at once share their calls
)

// asking is one of the methods by which Slack is asked about people.
type asking struct {
	method string
	now    func() time.Time
	log    *slog.Logger
	pace   *rate.Limiter // of homes

	mu          sync.Mutex
	closedUntil time.Time
	turns       map[string]time.Time // when those have theirs whose homes wait to be drawn
}

// ask makes a call unless Slack asked not to yet; then it fails at once as Slack would have answered.
func (a *asking) ask(call func() error) error {
	if wait := a.closedFor(); wait > 0 {
		return &slack.RateLimitedError{RetryAfter: wait}
	}
	err := call()
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		a.close(limited.RetryAfter)
	}
	return err
}

// closedFor is for how long Slack wants no more calls.
func (a *asking) closedFor() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(a.closedUntil.Sub(a.now()), 0)
}

func (a *asking) close(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if !now.Before(a.closedUntil) {
		a.log.Info("Slack asks to wait", "with", a.method, "for", d.String())
	}
	if until := now.Add(d); until.After(a.closedUntil) { // of calls that were under way together
		a.closedUntil = until
	}
}

// turn is how long it is until somebody's home has its turn, which stays theirs until it is taken.
func (a *asking) turn(person string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	at, given := a.turns[person]
	if !given {
		if len(a.turns) >= maxMemory {
			clear(a.turns) // of homes that were closed, for the most part; the others get new ones
		}
		at = now.Add(a.pace.ReserveN(now, 1).DelayFrom(now))
		a.turns[person] = at
	}
	return max(at.Sub(now), 0)
}

func (a *asking) take(person string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.turns, person)
}

// askUser asks who somebody is.
func (p *people) askUser(ctx context.Context, id string) (u *slack.User, err error) {
	err = p.users.ask(func() error {
		u, err = p.api.GetUserInfoContext(ctx, id)
		return err
	})
	return u, err
}

// askGroup asks who is in a user group.
func (p *people) askGroup(ctx context.Context, group string) (members []string, err error) {
	err = p.usergroups.ask(func() error {
		members, err = p.api.GetUserGroupMembersContext(ctx, group)
		return err
	})
	return members, err
}

// closedFor is for how long somebody can't be asked about as Slack asks to wait.
func (p *people) closedFor() time.Duration {
	return max(p.users.closedFor(), p.usergroups.closedFor())
}

// homeWait is how long somebody's home waits before Slack is asked what it has to know of them; 0: now. Where all is remembered nothing is asked.
func (p *people) homeWait(person string) (wait time.Duration) {
	var needed []*asking
	if _, known := p.members.recall(person); !known {
		needed = append(needed, p.users)
	}
	if slices.ContainsFunc(p.allGroups(), func(group string) bool { _, known := p.groups.recall(group); return !known }) {
		needed = append(needed, p.usergroups)
	}
	for _, a := range needed {
		wait = max(wait, a.closedFor(), a.turn(person))
	}
	if wait > 0 {
		return wait
	}
	for _, a := range needed {
		a.take(person)
	}
	return 0
}

func (p *people) allGroups() []string { return slices.Concat(p.approvers.groups, p.requesters.groups) }

// homeWait is how long a home waits before it is drawn, 0: now. Nobody is asked about for a home that Slack doesn't take yet.
func (b *Bot) homeWait(person string) time.Duration {
	return max(b.post.HomesOpen().Sub(b.now()), b.people.homeWait(person), 0)
}

// later has a home drawn later.
func later(wait time.Duration) error {
	return &approvals.NotSaidError{RetryAfter: wait, Reason: "ratelimited"}
}
