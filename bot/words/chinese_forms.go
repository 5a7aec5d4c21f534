package words

import (
	"fmt"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/invite"
)

// Buttons.

func (chinese) approve() string { return "批准" }

func (chinese) deny() string { return "驳回" }

func (chinese) tryAgain() string { return "重试" }

func (chinese) itWasSent() string { return "已发送" }

func (chinese) sendAgain() string { return "再次发送" }

func (chinese) withdraw() string { return "撤回" }

func (chinese) cancel() string { return "取消" }

func (chinese) close() string { return "关闭" }

// Dialogs.

func (chinese) confirmApproval(request int64, digest string) string {
	return fmt.Sprintf("批准申请 %d（%s）？", request, digest)
}

func (chinese) confirmOne(account invite.UIN, name, remark string) string {
	return fmt.Sprintf("将邀请腾讯云账号 %s 加入组织，名称为“%s”，备注：%s。", account, name, remark)
}

func (c chinese) confirmAskedBy(requester approvals.Person) string {
	return "申请人：" + c.at(requester) + "。"
}

func (chinese) confirmSeveral(accounts int) string {
	return fmt.Sprintf("将邀请以下 %d 个腾讯云账号加入组织。", accounts)
}

func (chinese) confirmRest(accounts int) string {
	return fmt.Sprintf("……另有 %d 个，全部列在卡片上。", accounts)
}

func (chinese) confirmRetry() string { return "重试？" }

func (chinese) confirmRetryOf(account invite.UIN, name string) string {
	return fmt.Sprintf("将再次向 %s（“%s”）发送邀请。", account, name)
}

func (chinese) confirmResend() string { return "再次发送？" }

func (chinese) confirmResendOf(account invite.UIN, name string) string {
	return fmt.Sprintf("请仅在控制台没有发给 %s 的邀请时操作，否则可能重复邀请“%s”。", account, name)
}

func (chinese) confirmWithdrawal(request int64) string {
	return fmt.Sprintf("撤回申请 %d？", request)
}

func (chinese) confirmWithdrawalOf(accounts string) string {
	return accounts + "：撤回后将无法再批准。"
}

// Modals.

func (chinese) approveTitle(request int64) string { return fmt.Sprintf("批准申请 %d？", request) }

func (chinese) approveShortTitle() string { return "批准？" }

func (chinese) approveDigest(digest string) line { return line{text("摘要 "), code(digest)} }

func (chinese) denyTitle(request int64) string { return fmt.Sprintf("驳回申请 %d", request) }

func (chinese) denyShortTitle() string { return "驳回" }

func (chinese) denyWhose(requester approvals.Person) line {
	return line{text("申请人："), person(requester)}
}

func (chinese) reasonLabel() string { return "理由" }

func (chinese) reasonHint() string { return "申请人和频道成员都能看到。" }

func (chinese) reasonTooLong(characters, most int) string {
	return fmt.Sprintf("理由有 %d 个字符，最多 %d 个。", characters, most)
}

func (chinese) notDone() string { return "未执行" }

func (chinese) modalNotOpened(request int64) string {
	return fmt.Sprintf("Slack 未确认已打开驳回申请 %d 的窗口。如果没有看到窗口，请再次点击“驳回”；目前没有任何更改。", request)
}
