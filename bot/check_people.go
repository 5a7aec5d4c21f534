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
	"github.com/invitebot/invitebot/internal/tongue"
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
		i.Warn(checkEnough, "APPROVERS", tongue.Say("nothing can be approved: of those who are listed %d can, and APPROVALS_REQUIRED asks for %d",
			"任何申请都无法获批：所列人员中 %d 人可审批，而 APPROVALS_REQUIRED 要求 %d 人", n, rules.Required),
			tongue.Say("add people to the groups, or list more", "请向用户组添加人员，或列出更多人"))
	case n < rules.Required:
		i.Fail(checkEnough, "APPROVERS", tongue.Say("%d of those who are listed can approve, and APPROVALS_REQUIRED asks for %d",
			"所列人员中 %d 人可审批，而 APPROVALS_REQUIRED 要求 %d 人", n, rules.Required),
			tongue.Say("list more people of this workspace", "请列出更多本工作区的人员"))
	case n == rules.Required && !rules.AllowSelf:
		i.Warn(checkEnough, "APPROVERS", tongue.Say("requests of some people can't be approved: nobody decides their own, and there are only as many approvers as are needed, %d: %s",
			"部分人员的申请将无法获批：任何人都不能审批自己的申请，而审批人数恰好等于所需的 %d 人：%s", rules.Required, checkup.Names(slices.Sorted(maps.Keys(i.able.known)), 10)),
			tongue.Say("list one more", "请再列出一人"))
	default:
		i.Pass(checkEnough, tongue.Say("%d people can approve, and a request needs %d", "%d 人可审批，一个申请需要 %d 人批准", n, rules.Required))
	}
}

func (i *inspection) lookAtGroup(ctx context.Context, group string) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	const variable = "APPROVERS, REQUESTERS"
	members, err := i.people.groups.get(ctx, group)
	switch code := webapi.CodeOf(err); {
	case code == "no_such_subteam", code == "subteam_not_found":
		i.Fail(checkGroups, variable, tongue.Say("there is no user group %s, or it was disabled", "没有用户组 %s，或已被停用", group),
			tongue.Say("correct the ID or leave it out", "请更正 ID 或将其去掉"))
		return
	case code == "plan_upgrade_required":
		i.Fail(checkGroups, variable, tongue.Say("this workspace's plan has no user groups, so nobody is known to be in %s",
			"该工作区的套餐没有用户组功能，因此无法得知 %s 中有谁", group),
			tongue.Say("write the IDs of people instead", "请改填人员的 ID"))
		return
	case err != nil:
		i.able.all = false
		i.refused(checkGroups, variable, nil, err)
		return
	case len(members) == 0:
		i.Warn(checkGroups, variable, tongue.Say("the user group %s has no members", "用户组 %s 没有成员", group),
			tongue.Say("add somebody, or leave it out", "请添加人员，或将其去掉"))
	default:
		i.Pass(checkGroups, tongue.Say("%s has %d members", "%s 有 %d 个成员", group, len(members)))
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
		i.Pass(checkApprovers, tongue.Say("%d are listed, of whom the first %d were looked at",
			"列出了 %d 人，检查了其中前 %d 人", len(users), len(found)))
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
			u, err := i.people.askUser(call, ids[n])
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
		i.Fail(checkApprovers, variable, tongue.Say("there is no user %s in this workspace", "该工作区没有用户 %s", id),
			tongue.Say("correct the ID or leave it out", "请更正 ID 或将其去掉"))
		return
	case u.err != nil:
		i.able.all = false
		i.refused(checkApprovers, variable, nil, u.err)
		return
	case u.IsBot:
		i.Fail(checkApprovers, variable, tongue.Say("%s (%s) is a bot, and bots can't approve", "%s（%s）是机器人，机器人不能审批", id, u.Name),
			tongue.Say("leave it out", "请将其去掉"))
		return
	case u.Deleted:
		i.Warn(checkApprovers, variable, tongue.Say("%s (%s) was deactivated, and can't decide", "%s（%s）已被停用，不能审批", id, u.Name),
			tongue.Say("leave it out", "请将其去掉"))
		delete(i.able.known, id)
		return
	case !i.people.isOurs(u.User):
		i.Warn(checkApprovers, variable, tongue.Say("%s (%s) is of another organization, and can't decide",
			"%s（%s）属于其他组织，不能审批", id, u.Name),
			tongue.Say("leave it out", "请将其去掉"))
		delete(i.able.known, id)
		return
	case u.IsRestricted:
		i.Warn(checkApprovers, variable, tongue.Say("%s (%s) is a guest, and may decide", "%s（%s）是访客，可以审批", id, u.Name),
			tongue.Say("leave it out, if that isn't meant", "如非本意，请将其去掉"))
	default:
		i.Pass(checkApprovers, tongue.Say("%s is %s", "%s 是 %s", id, u.Name))
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
		i.Warn(checkChannel, "APPROVAL_CHANNEL", tongue.Say("more than %d people are in it, and see every request",
			"频道中有超过 %d 人，他们都能看到每个申请", len(members)),
			tongue.Say("use a channel of fewer people", "请使用人数较少的频道"))
		i.lookAtGroupMembers(ctx)
		return
	}
	i.Pass(checkChannel, tongue.Say("%d people and bots are in it, and see every request", "频道中有 %d 个人员和机器人，他们都能看到每个申请", len(members)))
	var outside []string
	for _, id := range slices.Sorted(maps.Keys(i.able.known)) {
		if !slices.Contains(members, id) {
			outside = append(outside, id)
		}
	}
	if len(outside) > 0 {
		i.Warn(checkApprovers, "APPROVERS", tongue.Say("these aren't in the approvals channel: %s",
			"以下人员不在审批频道中：%s", checkup.Names(outside, 10)),
			tongue.Say("invite them there, or they can't press a button", "请邀请他们加入该频道，否则他们无法点击按钮"))
	}
	i.lookAtGroupMembers(ctx)
}

// lookAtOthers looks whether those are there who may ask, and who are mentioned: nothing depends on it, but somebody is meant.
func (i *inspection) lookAtOthers(ctx context.Context, mentioned []string) {
	for variable, ids := range map[string][]string{"REQUESTERS": i.people.requesters.users, "NOTIFY": newList(mentioned).users} {
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(i.people.approvers.users, id) })
		for n, u := range i.askAbout(ctx, ids) {
			if webapi.CodeOf(u.err) == "user_not_found" || u.err == nil && u.Deleted {
				i.Warn(checkOthers, variable, tongue.Say("there is no user %s in this workspace, or it was deactivated",
					"该工作区没有用户 %s，或已被停用", ids[n]),
					tongue.Say("correct the ID or leave it out", "请更正 ID 或将其去掉"))
			}
		}
	}
	for _, group := range newList(mentioned).groups {
		if slices.Contains(slices.Concat(i.people.approvers.groups, i.people.requesters.groups), group) {
			continue
		}
		if _, err := i.people.groups.get(ctx, group); webapi.CodeOf(err) != "" {
			i.Warn(checkOthers, "NOTIFY", tongue.Say("there is no user group %s (%s)", "没有用户组 %s（%s）", group, webapi.CodeOf(err)),
				tongue.Say("correct the ID or leave it out", "请更正 ID 或将其去掉"))
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
		i.Warn(checkApprovers, "APPROVERS", tongue.Say("these are in a group, and can't decide, as they are guests, bots, deactivated or of another organization: %s",
			"以下人员在用户组中，但不能审批，因为是访客、机器人、已停用或属于其他组织：%s", checkup.Names(cannot, 10)),
			tongue.Say("take them out of the group, or list a guest by ID who shall decide", "请将其移出用户组；如需由访客审批，请按 ID 列出"))
	}
}
