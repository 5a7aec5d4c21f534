package words

import (
	"fmt"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// about begins "申请 12：100012345678（Alice）：".
func (c chinese) about(s subject, what ...piece) line {
	l := line{c.number(s)}
	if i := s.invitation; i.ID != 0 {
		l = append(l, code(i.UIN.String()), text("（"+i.Name+"）："))
	}
	return append(l, what...)
}

func (chinese) number(s subject) piece { return bold(fmt.Sprintf("申请 %d：", s.request)) }

// Replies in the thread.

func (c chinese) sent(s subject) line { return c.about(s, text("邀请已发送。")) }

func (c chinese) failed(s subject) line { return c.about(s, text("邀请未发出。")) }

func (c chinese) takesLong(s subject) line {
	return c.about(s, text("发送已超过一分钟，仍未完成。"))
}

func (chinese) triedAgain() string { return "机器人会继续重试，无需操作。" }

func (c chinese) searching(s subject) line {
	return c.about(s, text("邀请是否已发送尚不清楚。"))
}

func (chinese) beingLookedUp() string {
	return "机器人正在查询，查清之前不会再次发送。"
}

func (c chinese) stuck(s subject) line {
	return c.about(s, text("邀请是否已发送尚不清楚，查询也无法确定。"))
}

func (chinese) lookAndPress() string {
	return "需要审批人确认：请在腾讯云控制台查看是否有发给该 UIN 的邀请，并按查看结果点击按钮。"
}

func (c chinese) retried(s subject, by approvals.Person, note string) line {
	l := line{c.number(s), person(by), text(" 点击了“重试”：将再次向 "), code(s.invitation.UIN.String()), text("（" + s.invitation.Name + "）发送邀请。")}
	if note != "" {
		l[2] = text(" 要求再次向 ")
		l[4] = text("（" + s.invitation.Name + "）发送邀请。" + note)
	}
	return l
}

func (c chinese) happened(s subject, kind ledger.Kind) line {
	return c.about(s, text(string(kind)+"。"))
}

func (chinese) requestID(id string) line { return line{text("RequestId "), code(id)} }

func (chinese) foundByLookup() line {
	return line{text("该次调用的结果曾不清楚；腾讯云的邀请列表中有此邀请。")}
}

func (chinese) toldByNextCall() line {
	return line{text("前一次调用的结果曾不清楚；再次调用时，腾讯云返回邀请此前已发送。")}
}

func (chinese) settledBy(who approvals.Person) line {
	return line{text("该次调用的结果曾不清楚；"), person(who), text(" 已查看并确认邀请已发送。")}
}

func (chinese) nextStep(next string) line { return line{bold("下一步："), text(next)} }

func (chinese) withHyphens(name string) string {
	return "腾讯云文档中，名称不含空格；可改用 " + name + "。"
}

func (chinese) origin(errorCode, requestID string) line {
	l := line{text("错误码 "), code(errorCode)}
	if requestID != "" {
		l = append(l, text("，RequestId "), code(requestID))
	}
	return l
}

func (c chinese) approvedBy(approvers []approvals.Person) line {
	return append(line{text("批准人：")}, c.people(approvers)...)
}

func (c chinese) stoppedBecause(s subject, why ledger.Stop) []line {
	if why == ledger.KeyLost {
		return []line{
			c.about(s, text("机器人的密钥已丢失，邀请已终止，不会发送。")),
			{text("没有密钥，就无法再证明该申请已获批准。")},
			{bold("下一步："), text("如仍需邀请，请用命令重新申请。")},
		}
	}
	what := "数据库中现有的内容与审批人看到的不一致，或批准这一内容的人数不足。"
	if why == ledger.NotApproved {
		what = "数据库要求发送该邀请，但对应的申请并未获批准。"
	}
	return []line{
		c.about(s, text("数据库中的记录被改动，邀请已终止，不会发送。")),
		{text(what)},
		{bold("下一步："), text("请告知机器人管理员：有人改动了机器人的数据库。如仍需邀请，请用命令重新申请。")},
	}
}
