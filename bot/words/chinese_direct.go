package words

import (
	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
)

// Direct messages.

func (c chinese) directSent(s subject) line { return c.about(s, text("邀请已发送。")) }

func (c chinese) directFailed(s subject) line {
	return c.about(s, text("申请已获批准，但邀请未发出。"))
}

func (c chinese) directStuck(s subject) line {
	return c.about(s, text("申请已获批准，但邀请是否已发送尚不清楚。"))
}

func (chinese) approverLooks() string {
	return "已通知审批人确认，结果会以私信告知您。"
}

func (c chinese) directDenied(s subject, by approvals.Person) line {
	return c.about(s, text("申请已被 "), person(by), text(" 驳回。"))
}

func (c chinese) directExpired(s subject) line {
	return c.about(s, text("申请未在有效期内审批，已超时。"))
}

func (c chinese) directHeld(s subject) line {
	return c.about(s, text("机器人的数据库被回退，或其密钥已丢失，此前的审批结果不再有效。该申请已重新提交给审批人，只有在新卡片上作出的批准才有效。"))
}

func (c chinese) directUnseen(s subject) line {
	return c.about(s, text("申请已保存，但 Slack 未接受发往审批频道的消息，审批人暂时看不到。"))
}

func (chinese) slackSays(errorCode string) line {
	return line{text("Slack 返回："), code(errorCode)}
}

func (chinese) keepsTrying() string {
	return "机器人会继续重试。如果一直如此，请联系机器人管理员。"
}

func (chinese) seeTheRequest() string { return "查看申请" }

func (c chinese) directStopped(s subject, why ledger.Stop) line {
	if why == ledger.KeyLost {
		return c.about(s, text("邀请未发出：机器人的密钥已丢失，无法再证明该申请已获批准。如仍需邀请，请重新申请。"))
	}
	return c.about(s, text("邀请未发出：数据库中的记录被改动，需要机器人管理员检查。如仍需邀请，请重新申请。"))
}
