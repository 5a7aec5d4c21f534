package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// The App Home.

func (chinese) askHere() string { return "申请邀请" }

func (chinese) homeWaiting() string { return "待您审批" }

func (chinese) homeBoard() string { return "总体情况" }

func (chinese) homeOwn() string { return "您的申请" }

func (chinese) homeHelp() string { return "如何申请" }

func (chinese) decidedOnCards() string {
	return "按时间排列，最早的在前。请点击编号打开卡片，在卡片上审批。"
}

func (chinese) openRequests(requests, accounts int) string {
	return fmt.Sprintf("%d 个申请待审批，共 %d 个账号。", requests, accounts)
}

func (chinese) openInvitations(invitations int) string {
	return fmt.Sprintf("%d 个邀请已发送，尚未接受。", invitations)
}

func (chinese) nothingLapses() string { return "一周内没有邀请会过期。" }

func (chinese) theseLapse() string { return "以下邀请如未被接受，将在一周内过期：" }

func (c chinese) rosterRead(members, open int, at time.Time) line {
	return line{text("根据 "), c.date(at), text(fmt.Sprintf(" 读取的列表，组织有 %d 个成员，%d 个待接受的邀请。", members, open))}
}

func (chinese) roomLeft(left, room int) string {
	return fmt.Sprintf("如果这些邀请全部被接受，还可加入 %d 个成员，上限为 %d 个。", left, room)
}

func (chinese) roomUnknown() string { return "组织的成员上限未知。" }

func (chinese) rosterUnread() string {
	return "组织的成员数尚不清楚：还没有读取列表。"
}

func (c chinese) askedOn(at time.Time) line { return line{text("，申请于 "), c.date(at)} }

func (c chinese) standsUntil(state string, until time.Time) line {
	if until.IsZero() {
		return line{text(state)}
	}
	return line{text(state + "，有效期至 "), c.date(until)}
}

func (chinese) standsBecause(state, why string) line { return line{text(state + "：" + why)} }

func (chinese) soFar(have, required int) string {
	return fmt.Sprintf("，需 %d 人批准，已有 %d 人", required, have)
}

func (chinese) comma() string { return "，" }

func (c chinese) openOf(accounts int, until time.Time, first bool) line {
	switch {
	case until.IsZero():
		return line{text(fmt.Sprintf("%d 个待接受", accounts))}
	case first:
		return line{text(fmt.Sprintf("%d 个待接受（最早的有效期至 ", accounts)), c.date(until), text("）")}
	}
	return line{text(fmt.Sprintf("%d 个待接受（有效期至 ", accounts)), c.date(until), text("）")}
}

// chineseTally are the words for several accounts in a state.
var chineseTally = map[approvals.State]string{
	approvals.Joined: "已加入", approvals.Sending: "正在发送", approvals.Unknown: "结果不明", approvals.Failed: "未发出", approvals.Lapsed: "已过期",
	approvals.Declined: "已拒绝", approvals.Cancelled: "已取消", approvals.Left: "已退出",
}

func (chinese) soManyAre(accounts int, s approvals.State) string {
	return fmt.Sprintf("%d 个%s", accounts, chineseTally[s])
}

func (chinese) pageOf(page, of int) string { return fmt.Sprintf("第 %d 页，共 %d 页", page, of) }

func (chinese) older() string { return "较早" }

func (chinese) newer() string { return "较新" }

func (chinese) mayNotAsk() string {
	return "您不在可申请邀请的人员之列。可请机器人管理员添加。"
}

func (chinese) askUnchecked() string {
	return "暂时无法向 Slack 确认您是否可以申请邀请。机器人会自动重试。"
}
