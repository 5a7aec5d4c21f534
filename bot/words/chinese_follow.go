package words

import (
	"fmt"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// What becomes of invitations.

// chineseStandings are a sign and a word for each standing.
var chineseStandings = map[approvals.State]string{
	approvals.Pending: "待审批", approvals.Denied: "⛔ 已驳回", approvals.Withdrawn: "↩️ 已撤回", approvals.Expired: "⌛ 已超时",
	approvals.Sending: "⏳ 发送中", approvals.Sent: "✅ 已邀请", approvals.Failed: "⚠️ 未发出", approvals.Stopped: "⚠️ 未发出", approvals.Unknown: "❓ 结果不明",
	approvals.Joined: "🎉 已加入", approvals.Lapsed: "⌛ 邀请已过期", approvals.Cancelled: "🚫 邀请已取消", approvals.Declined: "🙅 已拒绝邀请", approvals.Left: "👋 已退出",
}

func (chinese) standing(s approvals.State) string { return chineseStandings[s] }

func (chinese) accounts(n int) string { return fmt.Sprintf("%d 个账号", n) }

func (chinese) mixed(s approvals.State, c counts) string {
	sign, _, _ := strings.Cut(chineseStandings[s], " ")
	text := fmt.Sprintf("%s 已邀请 %d/%d 个账号", sign, c.invited, c.of)
	if c.joined > 0 {
		text += fmt.Sprintf("，%d 个已加入", c.joined)
	}
	if c.ended() > 0 {
		text += fmt.Sprintf("，%d 个已结束", c.ended())
	}
	return text
}

func (chinese) beingCancelled(by approvals.Person) line {
	return line{bold("正在取消邀请"), text("，由 "), person(by), text(" 发起。")}
}

func (chinese) joined() line { return line{bold("已加入"), text("组织。")} }

func (chinese) lapsed() line {
	return line{bold("邀请已过期"), text("：未在有效期内接受。")}
}

func (chinese) declined() line {
	return line{bold("已拒绝邀请"), text("：腾讯云显示邀请已失效。")}
}

func (chinese) left() line { return line{bold("已退出"), text("组织。")} }

func (chinese) cancelled(by approvals.Person) line {
	if by.ID == "" {
		return line{bold("邀请已取消"), text("：是在腾讯云取消的，并非由本机器人操作。")}
	}
	return line{bold("邀请已取消"), text("，取消人："), person(by), text("。")}
}

func (c chinese) hasJoined(s subject) line {
	return c.about(s, text("🎉 该账号已加入组织。"))
}

func (c chinese) hasLapsed(s subject) line {
	return c.about(s, text("⌛ 邀请未在有效期内接受，已过期。"))
}

func (c chinese) wasDeclined(s subject) line {
	return c.about(s, text("🙅 邀请已被拒绝：腾讯云显示邀请已失效。"))
}

func (c chinese) hasLeft(s subject) line {
	return c.about(s, text("👋 该账号已不在组织中。"))
}

func (c chinese) wasCancelled(s subject, by approvals.Person) line {
	if by.ID == "" {
		return c.about(s, text("🚫 邀请已在腾讯云取消，并非由本机器人操作。"))
	}
	return c.about(s, text("🚫 "), person(by), text(" 取消了邀请。"))
}

func (c chinese) notCancelled(s subject) line { return c.about(s, text("未能取消邀请。")) }

func (chinese) cancelUnproved() string {
	return "数据库中的记录无法证明是审批人要求取消的。请告知机器人管理员：有人改动了机器人的数据库。"
}

func (chinese) deliveredOf(request int64, sent, of int) line {
	l := line{bold(fmt.Sprintf("申请 %d：", request))}
	switch sent {
	case of:
		return append(l, text(fmt.Sprintf("%d 个账号已全部邀请。", of)))
	case 0:
		return append(l, text(fmt.Sprintf("%d 个账号均未邀请成功。", of)))
	}
	return append(l, text(fmt.Sprintf("共 %d 个账号，已邀请 %d 个。", of, sent)))
}

func (chinese) forwardThis() string { return "可转发给账号所有者：" }

func (c chinese) forwardable(account invite.UIN, name string, until time.Time, known bool) line {
	l := line{text("您已受邀加入腾讯云组织，成员名称为“" + name + "”。请使用账号 "), code(account.String()),
		text(" 登录腾讯云控制台，进入“集团账号管理”，")}
	switch {
	case until.IsZero():
		return append(l, text("接受邀请。"))
	case !known:
		return append(l, text("在 15 天内（约 "), c.date(until), text(" 之前）接受邀请。"))
	}
	return append(l, text("在 "), c.date(until), text(" 之前接受邀请。"))
}

func (chinese) runningOut(n int) string {
	if n == 1 {
		return "⌛ 这个邀请尚未被接受，且即将过期。请提醒账号所有者。"
	}
	return fmt.Sprintf("⌛ 这 %d 个邀请尚未被接受，且即将过期。请提醒账号所有者。", n)
}

func (c chinese) endsAt(request int64, account, name string, until time.Time) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), code(account), text("（" + name + "），有效期至 "), c.date(until)}
}

func (chinese) askedAgain(request int64) string {
	return fmt.Sprintf("已重新申请：申请 %d。", request)
}

// Buttons and their dialogs.

func (chinese) cancelInvitation() string { return "取消邀请" }

func (chinese) cancelInvitationOf(name string) string { return "取消邀请：" + name }

func (chinese) keep() string { return "保留" }

func (chinese) confirmCancel() string { return "取消这个邀请？" }

func (chinese) confirmCancelOf(account invite.UIN, name string) string {
	return fmt.Sprintf("取消后，%s（“%s”）将无法再接受该邀请。", account, name)
}

func (chinese) askAgain() string { return "再次邀请" }

func (chinese) confirmAgain() string { return "重新申请？" }

func (chinese) confirmAgainOf(account invite.UIN, name string) string {
	return fmt.Sprintf("将以您的名义为 %s（“%s”）提交新的申请，由审批人审批。", account, name)
}

func (chinese) confirmAgainAll(accounts int) string {
	if accounts == 1 {
		return "将以您的名义为同一账号提交新的申请，由审批人审批。"
	}
	return fmt.Sprintf("将以您的名义为同样的 %d 个账号提交新的申请，由审批人审批。", accounts)
}

// What Tencent Cloud would refuse.

// asOf puts a day behind a name, where it is known.
func asOf(name, word, on string) string {
	if on == "" {
		return "名称为“" + name + "”"
	}
	return "名称为“" + name + "”，" + word + " " + on
}

func (chinese) isMember(name, on string) string {
	return fmt.Sprintf("该账号已是组织成员（%s），腾讯云会拒绝此邀请。", asOf(name, "加入于", on))
}

func (chinese) isInvited(name, on string) string {
	return fmt.Sprintf("该账号已有待接受的邀请（%s），腾讯云会拒绝再次邀请。", asOf(name, "邀请于", on))
}

func (chinese) nameTaken(by invite.UIN) string {
	return fmt.Sprintf("该名称已被 %s 使用，腾讯云会拒绝此名称。", by)
}

func (chinese) nameTwice() string { return "该申请中有另一个账号使用了相同的名称。" }

func (chinese) isFull(members, room int) string {
	return fmt.Sprintf("组织成员数量已达上限：%d/%d。", members, room)
}

func (chinese) wouldBeFull(members, open, room int) string {
	return fmt.Sprintf("加上此申请，组织成员数量将超过上限：现有 %d 个成员和 %d 个待接受的邀请，上限为 %d。", members, open, room)
}

func (chinese) noOrganization() string {
	return "机器人的腾讯云账号没有组织，无法邀请任何账号。"
}

func (c chinese) deniedBefore(request int64, by approvals.Person, reason string) string {
	said := fmt.Sprintf("此前曾被驳回：申请 %d，驳回人 %s", request, c.at(by))
	if reason = invite.Harmless(reason); reason != "" {
		return said + "，理由：“" + strings.TrimRight(reason, ".。") + "”。"
	}
	return said + "。"
}

func (c chinese) listsReadAt(at time.Time) line {
	return line{text("依据腾讯云 "), c.date(at), text(" 的列表。")}
}
