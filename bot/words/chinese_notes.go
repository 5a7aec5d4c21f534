package words

import (
	"fmt"

	"github.com/invitebot/invitebot/invite"
)

// What is noted of a call whose answer was lost.

func (chinese) earlierCallMayHaveArrived() string {
	return "前一次调用的结果不清楚，邀请可能已送达并被接受：请在腾讯云控制台查看。"
}

func (chinese) waitsForLostCall() string {
	return "将在丢失结果的那次调用之后等待一段时间再发送，不会提前。"
}

func (chinese) processEnded() string { return "调用过程中，机器人进程退出了。" }

// What looking it up has found.

func (chinese) foundOpen() string {
	return "腾讯云的邀请列表中有发给该账号的待接受邀请。"
}

func (chinese) foundAccepted() string { return "该账号已接受邀请。" }

func (chinese) foundNothing(account string) string {
	return fmt.Sprintf("腾讯云的邀请列表中没有该次调用时段发给 %s 的邀请。", account)
}

func (chinese) unclear(invitation int64, status string) string {
	return fmt.Sprintf("腾讯云的邀请列表中，发给该账号的邀请 %d %s；不确定是否为这一个。", invitation, status)
}

func (chinese) asExpired() string { return "已过期" }

func (chinese) asAccepted() string { return "已接受" }

func (chinese) asInvalid() string { return "已失效" }

func (chinese) asCancelled() string { return "已取消" }

func (chinese) asUnknown(status invite.Status) string {
	return fmt.Sprintf("状态未知（%d）", status)
}

func (chinese) listingForbidden() string {
	return "机器人没有权限查看组织的邀请列表。"
}

// madeIn tells an invitation of somebody else's. Its time is as Tencent Cloud writes it, in a zone that isn't documented.
func madeIn(name, remark, on string) string {
	made := fmt.Sprintf("名称为“%s”，备注为“%s”", name, remark)
	if on != "" {
		made += "，邀请时间 " + on
	}
	return made
}

func (chinese) openElsewhere(name, remark, on string) string {
	return "该账号已有在别处发出的待接受邀请（" + madeIn(name, remark, on) + "），腾讯云会拒绝第二个邀请。"
}

func (chinese) acceptedElsewhere(name, remark, on string) string {
	return "该账号已接受在别处发出的另一个邀请（" + madeIn(name, remark, on) + "）。"
}

func (chinese) listingRefused(reason string) string {
	return "无法获取组织的邀请列表：“" + reason + "”"
}

func (chinese) listingUnavailable() string { return "暂时无法获取组织的邀请列表。" }
