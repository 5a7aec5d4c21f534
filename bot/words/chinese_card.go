package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// The card.

func (chinese) title(account invite.UIN) string { return "邀请 " + account.String() }

func (chinese) titleOfSeveral(accounts int) string {
	return fmt.Sprintf("邀请 %d 个账号", accounts)
}

func (chinese) cardBegins(request int64) string { return fmt.Sprintf("申请 %d：邀请 ", request) }

func (c chinese) cardOf(request int64, account invite.UIN, name string) string {
	return fmt.Sprintf("%s%s（%s）。", c.cardBegins(request), account, name)
}

func (c chinese) cardOfSeveral(request int64, accounts int) string {
	return c.cardBegins(request) + fmt.Sprintf("%d 个账号。", accounts)
}

func (chinese) moreInside() string { return "……其余内容见消息本身。" }

func (chinese) name(name string) line { return line{bold("名称："), text(name)} }

func (chinese) account(uin invite.UIN) line { return line{bold("账号 UIN："), code(uin.String())} }

func (chinese) remark(remark string) line { return line{bold("备注："), text(remark)} }

func (chinese) remarkOfOne(remark string) string { return "备注：" + remark }

func (chinese) numbered(n, of int) string { return fmt.Sprintf("第 %d 个，共 %d 个", n, of) }

func (c chinese) askedBy(who approvals.Person, at time.Time) line {
	return line{bold("申请人："), person(who), text("，"), c.date(at)}
}

func (chinese) requestNumber(request int64) line {
	return line{bold("申请编号："), text(fmt.Sprint(request))}
}

func (c chinese) requestOpenUntil(request int64, until time.Time) line {
	return append(c.requestNumber(request), text("，有效期至 "), c.date(until))
}

// progress reads "1/2 人已批准：@ann".
func (c chinese) progress(have, required int, approvers []approvals.Person) line {
	l := line{bold(fmt.Sprintf("%d/%d 人已批准", have, required))}
	if len(approvers) == 0 {
		return l
	}
	return append(append(l, text("：")), c.people(approvers)...)
}

func (c chinese) approvedAt(by approvals.Person, at time.Time) line {
	return line{bold("批准人："), person(by), text("，"), c.date(at)}
}

func (c chinese) deniedAt(by approvals.Person, at time.Time) line {
	return line{bold("驳回人："), person(by), text("，"), c.date(at)}
}

func (c chinese) withdrawnAt(by approvals.Person, at time.Time) line {
	return line{bold("撤回人："), person(by), text("，"), c.date(at)}
}

func (c chinese) expiredAt(at time.Time) line {
	return line{bold("已超时"), text("，"), c.date(at), text("：未在有效期内审批。")}
}

func (chinese) reason(reason string) line { return line{bold("理由："), text(reason)} }

func (chinese) beingSent() line { return line{bold("邀请发送中。")} }

func (chinese) notSentYet() line {
	return line{bold("邀请尚未发出"), text("：耗时比平时长，机器人会自动重试。")}
}

func (chinese) invitationSent(requestID string) line {
	l := line{bold("邀请已发送。")}
	if requestID != "" {
		l = append(l, text("RequestId "), code(requestID))
	}
	return l
}

func (chinese) invitationSettled(by approvals.Person) line {
	return line{bold("邀请已发送"), text("，由 "), person(by), text(" 确认。")}
}

func (chinese) notSent(what, errorCode string) line {
	return line{bold("邀请未发出："), text(what + " "), code(errorCode)}
}

func (chinese) unknownYet() line {
	return line{bold("邀请是否已发送尚不清楚"), text("：正在查询。")}
}

func (chinese) unknownStuck() line {
	return line{bold("邀请是否已发送尚不清楚"), text("：需要审批人确认，请查看消息列。")}
}

func (chinese) stopped() line {
	return line{bold("邀请未发出："), text("数据库中的记录无法证明该申请已获批准，请查看消息列。")}
}

func (chinese) heldSince() string {
	return "⚠️ 机器人的数据库被回退，或其密钥已丢失：请查看频道上方的说明。该申请此前可能已有审批结果，但不再有效；只有从现在起在此处作出的批准才有效。"
}
