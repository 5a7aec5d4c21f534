package bot

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/url"
	"slices"

	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
)

// Whether those are there who may decide, and whether there are enough of them.

// deciders are who can approve, as far as Slack could be asked.
type deciders struct {
	known map[string]bool
	all   bool // there are no others
}

// lookWhetherEnough refuses rules by which nothing can ever be approved, and warns where nothing can be now, or some people's requests
// can't: who is in a group changes.
func (i *inspection) lookWhetherEnough() {
	rules, n := i.rules, len(i.able.known)
	switch {
	case !i.able.all:
	case n < rules.Required && len(i.people.approvers.groups) > 0:
		i.Warn(checkEnough, "APPROVERS", "add people to the groups, or list more", "nothing can be approved: of those who are listed %d can, and APPROVALS_REQUIRED asks for %d", n, rules.Required)
	case n < rules.Required:
		i.Fail(checkEnough, "APPROVERS", "list more people of this workspace", "%d of those who are listed can approve, and APPROVALS_REQUIRED asks for %d", n, rules.Required)
	case n == rules.Required && !rules.AllowSelf:
		i.Warn(checkEnough, "APPROVERS", "list one more", "requests of some people can't be approved: nobody decides their own, and there are only as many approvers as are needed, %d: %s",
			rules.Required, checkup.Names(slices.Sorted(maps.Keys(i.able.known)), 10))
	default:
		i.Pass(checkEnough, "%d people can approve, and a request needs %d", n, rules.Required)
	}
}

func (i *inspection) lookAtGroup(ctx context.Context, group string) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	const variable = "APPROVERS, REQUESTERS"
	members, err := i.people.groups.get(ctx, group)
	switch code := webapi.CodeOf(err); {
	case code == "no_such_subteam", code == "subteam_not_found":
		i.Fail(checkGroups, variable, "correct the ID or leave it out", "there is no user group %s, or it was disabled", group)
		return
	case code == "plan_upgrade_required":
		i.Fail(checkGroups, variable, "write the IDs of people instead", "this workspace's plan has no user groups, so nobody is known to be in %s", group)
		return
	case err != nil:
		i.able.all = false
		i.refused(checkGroups, variable, nil, err)
		return
	case len(members) == 0:
		i.Warn(checkGroups, variable, "add somebody, or leave it out", "the user group %s has no members", group)
	default:
		i.Pass(checkGroups, "%s has %d members", group, len(members))
	}
	if slices.Contains(i.people.approvers.groups, group) {
		for _, id := range members {
			i.able.known[id] = true
		}
	}
}

// lookedAt is at how many people at most it is looked one by one.
const lookedAt = 100

// lookAtApprovers looks at those who are listed by ID.
func (i *inspection) lookAtApprovers(ctx context.Context) {
	users := i.people.approvers.users
	found := i.askAbout(ctx, users)
	for n := range found {
		i.lookAtApprover(users[n], found[n])
	}
	if len(found) < len(users) {
		i.able.all = false
		i.Pass(checkApprovers, "%d are listed, of whom the first %d were looked at", len(users), len(found))
	}
}

// about is what Slack says of somebody.
type about struct {
	*slack.User
	err error
}

// askAbout asks Slack about people, some at a time; when Slack doesn't answer, about no more.
func (i *inspection) askAbout(ctx context.Context, ids []string) []about {
	found := make([]about, min(len(ids), lookedAt))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for n := range found {
		group.Go(func() error {
			call, cancel := context.WithTimeout(asking, callLimit)
			defer cancel()
			u, err := i.api.Slack.GetUserInfoContext(call, ids[n])
			found[n] = about{u, err}
			if isUnreachable(err) {
				return err
			}
			return nil
		})
	}
	_ = group.Wait() // it is in found
	return found
}

// isUnreachable says whether an error isn't an answer of Slack's.
func isUnreachable(err error) bool {
	_, call := errors.AsType[*url.Error](err)
	_, network := errors.AsType[net.Error](err)
	return call || network
}

// lookAtApprover refuses what can never approve. Somebody who was deactivated can't either, but people leave: that must
// not keep the bot from starting.
func (i *inspection) lookAtApprover(id string, u about) {
	const variable = "APPROVERS"
	switch {
	case webapi.CodeOf(u.err) == "user_not_found":
		i.Fail(checkApprovers, variable, "correct the ID or leave it out", "there is no user %s in this workspace", id)
		return
	case u.err != nil:
		i.able.all = false
		i.refused(checkApprovers, variable, nil, u.err)
		return
	case u.IsBot:
		i.Fail(checkApprovers, variable, "leave it out", "%s (%s) is a bot, and bots can't approve", id, u.Name)
		return
	case u.Deleted:
		i.Warn(checkApprovers, variable, "leave it out", "%s (%s) was deactivated, and can't decide", id, u.Name)
		delete(i.able.known, id)
		return
	case !i.people.isOurs(u.User):
		i.Warn(checkApprovers, variable, "leave it out", "%s (%s) is of another organization, and can't decide", id, u.Name)
		delete(i.able.known, id)
		return
	case u.IsRestricted:
		i.Warn(checkApprovers, variable, "leave it out, if that isn't meant", "%s (%s) is a guest, and may decide", id, u.Name)
	default:
		i.Pass(checkApprovers, "%s is %s", id, u.Name)
	}
	i.able.known[id] = true
}

// lookAround looks at who is in the approvals channel, and whether the members of groups can decide.
func (i *inspection) lookAround(ctx context.Context) {
	if i.kind == unclear {
		return
	}
	members, whole, err := i.inChannel(ctx)
	if err != nil {
		i.refused(checkChannel, "", nil, err)
		return
	}
	if !whole {
		i.Warn(checkChannel, "APPROVAL_CHANNEL", "use a channel of fewer people", "more than %d people are in it, and see every request", len(members))
		i.lookAtGroupMembers(ctx)
		return
	}
	i.Pass(checkChannel, "%d people and bots are in it, and see every request", len(members))
	var outside []string
	for _, id := range slices.Sorted(maps.Keys(i.able.known)) {
		if !slices.Contains(members, id) {
			outside = append(outside, id)
		}
	}
	if len(outside) > 0 {
		i.Warn(checkApprovers, "APPROVERS", "invite them there, or they can't press a button", "these aren't in the approvals channel: %s", checkup.Names(outside, 10))
	}
	i.lookAtGroupMembers(ctx)
}

// lookAtOthers looks whether those are there who may ask, and who are mentioned: nothing depends on it, but somebody is meant.
func (i *inspection) lookAtOthers(ctx context.Context, mentioned []string) {
	for variable, ids := range map[string][]string{"REQUESTERS": i.people.requesters.users, "NOTIFY": newList(mentioned).users} {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(i.people.approvers.users, id) })
		for n, u := range i.askAbout(ctx, ids) {
			if webapi.CodeOf(u.err) == "user_not_found" || u.err == nil && u.Deleted {
				i.Warn(checkOthers, variable, "correct the ID or leave it out", "there is no user %s in this workspace, or it was deactivated", ids[n])
			}
		}
	}
	for _, group := range newList(mentioned).groups {
		if slices.Contains(slices.Concat(i.people.approvers.groups, i.people.requesters.groups), group) {
			continue
		}
		if _, err := i.people.groups.get(ctx, group); webapi.CodeOf(err) != "" {
			i.Warn(checkOthers, "NOTIFY", "correct the ID or leave it out", "there is no user group %s (%s)", group, webapi.CodeOf(err))
		}
	}
}

// inChannel are who is in the approvals channel, and whether these are all: of a very large one only the first are read.
func (i *inspection) inChannel(ctx context.Context) (all []string, whole bool, err error) {
	for cursor, pages := "", 0; pages < 5; pages++ {
		call, cancel := context.WithTimeout(ctx, callLimit)
		var page []string
		page, cursor, err = i.api.Slack.GetUsersInConversationContext(call, &slack.GetUsersInConversationParameters{ChannelID: i.channel, Limit: 999, Cursor: cursor})
		cancel()
		all = append(all, page...)
		if err != nil || cursor == "" {
			return all, true, err
		}
	}
	return all, false, nil
}

// lookAtGroupMembers warns of those in a group of approvers who can't decide.
func (i *inspection) lookAtGroupMembers(ctx context.Context) {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(i.able.known)) {
		if !slices.Contains(i.people.approvers.users, id) {
			ids = append(ids, id)
		}
	}
	var cannot []string
	for n, u := range i.askAbout(ctx, ids) {
		if u.err != nil {
			i.able.all = false
			i.refused(checkApprovers, "", nil, u.err)
		} else if u.IsRestricted || u.IsBot || u.Deleted || !i.people.isOurs(u.User) {
			cannot = append(cannot, ids[n])
			delete(i.able.known, ids[n])
		}
	}
	if len(cannot) > 0 {
		i.Warn(checkApprovers, "APPROVERS", "take them out of the group, or list a guest by ID who shall decide", "these are in a group, and can't decide, as they are guests, bots, deactivated or of another organization: %s", checkup.Names(cannot, 10))
	}
}
