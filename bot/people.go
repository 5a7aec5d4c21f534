package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// people knows who may ask and who may decide.
type people struct {
	api        *slack.Client
	self       *identity
	approvers  list
	requesters list
	users      *asking // users.info
	usergroups *asking // usergroups.users.list
	members    *memo[member]
	groups     *memo[[]string]
	locales    *memo[string] // empty: not known
}

// list is a list of people, by user ID or as members of a user group.
type list struct{ users, groups []string }

func newList(ids []string) list {
	var l list
	for _, id := range ids {
		if strings.HasPrefix(id, "S") {
			l.groups = append(l.groups, id)
		} else {
			l.users = append(l.users, id)
		}
	}
	return l
}

func (l list) empty() bool { return len(l.users)+len(l.groups) == 0 }

// visitor is somebody who typed a command or pressed a button, as far as the payload tells.
type visitor struct {
	approvals.Person
	team string // may be the organization's ID on Enterprise Grid; empty where the payload doesn't say
	bot  bool
}

// member is what users.info tells.
type member struct {
	full bool // neither a guest, a bot, deactivated nor a stranger
	ours bool // of this workspace, or of its organization on Enterprise Grid

	locale string // such as zh-CN; it decides nothing
}

func newPeople(api *slack.Client, self *identity, approvers, requesters []string, now func() time.Time, log *slog.Logger) *people {
	p := &people{api: api, self: self, approvers: newList(approvers), requesters: newList(requesters)}
	p.users = &asking{method: "users.info", now: now, log: log, turns: map[string]time.Time{},
		pace: rate.NewLimiter(rate.Every(homeMemberEvery), homeMemberBurst)}
	p.usergroups = &asking{method: "usergroups.users.list", now: now, log: log, turns: map[string]time.Time{},
		pace: rate.NewLimiter(rate.Every(homeGroupEvery*time.Duration(max(len(p.allGroups()), 1))), homeGroupBurst)}
	p.members = newMemo(now, p.askMember)
	p.groups = newMemo(now, p.askGroup)
	p.locales = newMemo(now, p.askLocale)
	p.locales.lasts = localeLasts
	return p
}

// mayDecide says why somebody may not decide; empty: they may, on the basis that is returned beside. An approver is on the
// list, of this organization, and not a bot. What can't be checked is a no.
func (p *people) mayDecide(ctx context.Context, v visitor) (basis string, _ ledger.Why) {
	if why := p.isOutside(ctx, v); why != "" {
		return "", why
	}
	basis, why := p.onList(ctx, p.approvers, v, ledger.NotApprover)
	if why != "" || slices.Contains(p.approvers.users, v.ID) {
		return basis, why
	}
	// Who is in a group isn't always known to those who wrote down the group: a guest decides only if listed by ID.
	m, err := p.members.get(ctx, v.ID)
	switch {
	case err != nil:
		return "", ledger.Unchecked
	case !m.full:
		return "", ledger.NotApprover
	}
	return basis, ""
}

// mayAsk says why somebody may not ask; empty: they may. Without a list every full member of the organization may.
func (p *people) mayAsk(ctx context.Context, v visitor) ledger.Why {
	if p.requesters.empty() {
		return p.isMember(ctx, v)
	}
	if why := p.isOutside(ctx, v); why != "" {
		return why
	}
	_, why := p.onList(ctx, p.requesters, v, ledger.NotRequester)
	return why
}

func (p *people) isMember(ctx context.Context, v visitor) ledger.Why {
	m, err := p.members.get(ctx, v.ID)
	switch {
	case err != nil:
		return ledger.Unchecked
	case !m.ours:
		return ledger.Outsider
	case !m.full:
		return ledger.NotRequester
	}
	return ""
}

// isOutside says why somebody doesn't count as one of this organization; empty: they do. Buttons in a shared channel
// can be pressed by people of others, and users.info's is_stranger is false for them: the team decides.
func (p *people) isOutside(ctx context.Context, v visitor) ledger.Why {
	if v.team != "" && p.self.isOurs(v.team) {
		return ""
	}
	if v.team != "" && p.self.enterprise == "" {
		return ledger.Outsider
	}
	// On Enterprise Grid the team may be another workspace of the same organization.
	m, err := p.members.get(ctx, v.ID)
	switch {
	case err != nil:
		return ledger.Unchecked
	case !m.ours:
		return ledger.Outsider
	}
	return ""
}

// onList looks somebody up in a list, and says how they are on it. A group that can't be read leaves the rest of the list
// as it is: only who isn't found elsewhere goes unchecked.
func (p *people) onList(ctx context.Context, l list, v visitor, otherwise ledger.Why) (basis string, _ ledger.Why) {
	if v.bot {
		return "", otherwise
	}
	if slices.Contains(l.users, v.ID) {
		return "listed by ID", ""
	}
	for _, group := range l.groups {
		members, err := p.groups.get(ctx, group)
		if err != nil {
			otherwise = ledger.Unchecked
		}
		if slices.Contains(members, v.ID) {
			return "member of " + group, ""
		}
	}
	return "", otherwise
}

func (p *people) askMember(ctx context.Context, id string) (member, error) {
	u, err := p.askUser(ctx, id)
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && slices.Contains([]string{"user_not_found", "user_not_visible"}, refused.Err) {
		return member{}, nil
	}
	if err != nil {
		return member{}, err
	}
	return member{
		full: !u.IsRestricted && !u.IsUltraRestricted && !u.IsBot && !u.Deleted && !u.IsStranger && u.ID != "USLACKBOT",
		ours: p.isOurs(u), locale: u.Locale,
	}, nil
}

// isOurs says whether somebody is of this workspace, or of its organization on Enterprise Grid.
func (p *people) isOurs(u *slack.User) bool {
	return p.self.isOurs(u.TeamID) || u.Enterprise.EnterpriseID != "" && u.Enterprise.EnterpriseID == p.self.enterprise
}
