package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// Lists.

func (chinese) waitingForYou() string { return "待您审批的申请：" }

func (chinese) askedByYou() string { return "您提交的申请：" }

func (chinese) nothingWaitsForYou() string { return "目前没有待您审批的申请。" }

func (chinese) nothingAsked() string { return "您还没有提交过申请。" }

func (chinese) approverUnchecked() string {
	return "暂时无法向 Slack 确认您是否为审批人，因此未显示待审批的申请。请一分钟后再试。"
}

func (chinese) requestLabel(request int64) string { return fmt.Sprintf("申请 %d", request) }

func (c chinese) waitsSince(by approvals.Person, until time.Time) line {
	l := line{text("，申请人："), person(by)}
	if until.IsZero() {
		return l
	}
	return append(l, text("，有效期至 "), c.date(until))
}

func (c chinese) standsAs(state string, askedAt time.Time) line {
	return line{text(" – " + state + "，申请时间："), c.date(askedAt)}
}

func (chinese) moreRequests(n int) string { return fmt.Sprintf("另有 %d 个", n) }

func (chinese) statusOf(request int64, state string) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text(state)}
}

func (chinese) withdrawWhich() string { return "您要撤回哪个申请？" }

func (chinese) moreToWithdraw(n int) line {
	return line{text(fmt.Sprintf("另有 %d 个，请在命令后输入编号撤回，例如 ", n)), code("撤回 12")}
}

func (chinese) nothingToWithdraw() string { return "您没有待审批的申请，无需撤回。" }

func (chinese) noSuchRequest(request int64) string {
	return fmt.Sprintf("没有编号为 %d 的申请。", request)
}
