package words

import (
	"fmt"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Refusals.

func (chinese) notRequester() string {
	return "未提交申请：您不在可申请邀请的人员之列。可请机器人管理员添加。"
}

func (chinese) mayNotWithdraw() string {
	return "没有任何更改：您不在可申请邀请的人员之列，因此不能撤回申请。可请机器人管理员添加。"
}

func (chinese) mayNotLook() string {
	return "无法显示：您不在可申请邀请的人员之列，也不是审批人。可请机器人管理员添加。"
}

func (chinese) notYourRequest(request int64) string {
	return fmt.Sprintf("您不能撤回申请 %d：只有申请人可以撤回。没有任何更改。", request)
}

func (chinese) notYoursToSee(request int64) string {
	return fmt.Sprintf("您不能查看申请 %d：只有申请人和审批人可以查看。", request)
}

func (chinese) notApprover(request int64) string {
	return fmt.Sprintf("申请 %d：只有审批人可以执行该操作，您不是审批人。没有任何更改。", request)
}

func (chinese) outsider() string {
	return "只有本 Slack 组织的人员可以执行该操作，您的 Slack 账号不属于该组织。没有任何更改。"
}

func (chinese) unchecked() string {
	return "暂时无法向 Slack 确认您是否有权执行该操作，因此未执行。请一分钟后再试。"
}

func (chinese) ownRequest(request int64) line {
	return line{text(fmt.Sprintf("申请 %d 是您自己的申请，须由他人审批。如需撤回，请在命令后输入 ", request)), code(fmt.Sprintf("撤回 %d", request))}
}

func (chinese) ownInvitation(request int64) string {
	return fmt.Sprintf("申请 %d 是您自己的申请，须由另一位审批人点击该按钮。没有任何更改。", request)
}

func (c chinese) countedBefore(request int64, have, required int, approvers []approvals.Person) line {
	return append(line{text(fmt.Sprintf("您已批准过申请 %d：", request))}, c.progress(have, required, approvers)...)
}

func (chinese) decidedBefore(request int64, standing line) line {
	return append(append(line{text(fmt.Sprintf("申请 %d ", request))}, standing...), text("没有任何更改。"))
}

func (chinese) notCurrent(request int64) string {
	return fmt.Sprintf("该按钮对应申请 %d 之前的状态，因此没有任何更改。", request)
}

func (chinese) duplicateOf(request, other int64) string {
	return fmt.Sprintf("申请 %d：没有任何更改，因为申请 %d 正在邀请同一账号。", request, other)
}

func (chinese) foreignCard() string {
	return "该消息属于另一套机器人，因此没有任何更改。如仍需邀请，请用命令重新申请。"
}

func (chinese) othersRefused(n int) string {
	return fmt.Sprintf("您在此期间点击的另外 %d 个按钮也没有带来任何更改。", n)
}

func (chinese) tooManyOpen(open int) string {
	return fmt.Sprintf("未提交申请：您有 %d 个申请待审批，已达每人上限。请等待审批，或撤回不再需要的申请。", open)
}

func (chinese) requestLine(request int64) string { return fmt.Sprintf("申请 %d：", request) }

func (chinese) andMore(accounts int) string { return fmt.Sprintf(" 及另外 %d 个账号", accounts) }

func (chinese) withdrawSome(command string) line {
	return line{text("撤回申请："), code(command + " 撤回 12")}
}

func (chinese) refused(why ledger.Why) string { return fmt.Sprintf("没有任何更改：%s。", why) }

func (chinese) askedBefore(accounts []invite.UIN, request int64, by approvals.Person, standing line) line {
	l := line{text("未提交申请：")}
	for n, uin := range accounts {
		if n > 0 {
			l = append(l, text("、"))
		}
		l = append(l, code(uin.String()))
	}
	l = append(l, text(fmt.Sprintf(" 已在申请 %d 中（申请人 ", request)), person(by), text("），该申请"))
	return append(l, standing...)
}

// Standings fit behind "申请 12 ".

func (c chinese) standsApproved(approvers []approvals.Person, at time.Time) line {
	return append(append(line{text("已于 "), c.date(at), text(" 获批准，批准人：")}, c.people(approvers)...), text("。"))
}

func (c chinese) standsDenied(by approvals.Person, at time.Time) line {
	return line{text("已于 "), c.date(at), text(" 被 "), person(by), text(" 驳回。")}
}

func (c chinese) standsWithdrawn(by approvals.Person, at time.Time) line {
	return line{text("已于 "), c.date(at), text(" 由 "), person(by), text(" 撤回。")}
}

func (c chinese) standsExpired(at time.Time) line {
	return line{text("已于 "), c.date(at), text(" 关闭，因为未在有效期内审批。")}
}

func (c chinese) standsPending(askedAt time.Time) line {
	return line{text("已于 "), c.date(askedAt), text(" 提交，正在等待审批。")}
}

func (chinese) seeRequest(request int64) string { return fmt.Sprintf("查看申请 %d", request) }

func (chinese) cardNotPosted() string { return "其卡片尚未发布。" }

// Answers to commands.

func (chinese) usage(command string, most int) []line {
	return []line{
		{text("只输入 "), code(command), text(" 即可打开表单，一次填写一个或多个账号；也可以从 Slack 的快捷方式菜单中打开。")},
		{text("如需直接邀请一个腾讯云账号加入组织，请输入其 UIN 和名称：")},
		{code(command + " 100012345678 Alice")},
		{text("可在两个短横线之后填写给腾讯云的备注：")},
		{code(command + " 100012345678 Alice -- 数据团队")},
		{text("也可以粘贴电子表格中的行：UIN、名称、备注。如果名称的一部分被误认为其他内容，请用引号括起名称。")},
		{text(fmt.Sprintf("可以一次邀请多个账号，最多 %d 个，每行一个。申请由审批人审批，结果会以私信告知您。", most))},
		{text("查看您提交的申请，以及待您审批的申请（如果您是审批人）："), code(command + " 列表")},
		{text("查看某个申请的状态："), code(command + " 状态 12")},
		{text("撤回尚未审批的申请："), code(command + " 撤回 12"), text("，或输入 "), code(command + " 撤回"), text(" 从列表中选择。")},
	}
}

func (chinese) defaultRemark(request int64, name string) string {
	return fmt.Sprintf("invitebot %d，申请人 %s", request, name)
}

func (chinese) accepted(request int64, approvers string) line {
	return line{text(fmt.Sprintf("申请 %d 已提交到 ", request)), channel(approvers), text(" 等待审批。")}
}

func (chinese) warned(warnings int) string {
	return fmt.Sprintf("有 %d 条提醒，已在卡片上向审批人显示。", warnings)
}

func (chinese) spacesInNames(names int, first invite.UIN, hyphenated string) line {
	if names == 1 {
		return line{text(fmt.Sprintf("腾讯云文档中，名称不含空格。如果腾讯云拒绝 %s 的名称，请改用此名称重新申请：", first)), code(hyphenated)}
	}
	return line{text(fmt.Sprintf("腾讯云文档中，名称不含空格，而其中 %d 个名称含有空格。如果腾讯云拒绝，请改用连字符重新申请，例如 %s：", names, first)), code(hyphenated)}
}

func (chinese) howToWithdraw(request int64, command string) line {
	return line{text("审批结果会以私信告知您。如需撤回："), code(fmt.Sprintf("%s 撤回 %d", command, request))}
}

func (chinese) misread(where misreading, problem string) line {
	l := line{text("未提交申请。")}
	if where.line != 0 {
		l = append(l, text(fmt.Sprintf("第 %d 行：", where.line)))
	}
	if where.part != "" {
		l = append(l, code(where.part), text(" – "))
	}
	return append(l, text(problem))
}

func (chinese) seeHelp(command string) line {
	return line{text("查看用法："), code(command + " 帮助")}
}

func (chinese) forCopying() string { return "您输入的内容，可复制：" }

func (chinese) beginningForCopying() string { return "您输入内容的开头部分，可复制：" }

func (chinese) meantForCopying() string { return "如果是，请复制：" }

func (chinese) whichRequest(command string) line {
	return line{text("请输入申请编号，例如："), code(command + " 撤回 12")}
}

func (chinese) whichStatus(command string) []line {
	return []line{
		{text("请输入申请编号，例如："), code(command + " 状态 12")},
		{text("查看您的申请编号："), code(command + " 列表")},
	}
}

func (chinese) listAlone(command string) []line {
	return []line{
		{code("列表"), text(" 后面不需要其他内容，请单独输入："), code(command + " 列表")},
		{text("查看某个申请："), code(command + " 状态 12")},
		{text("申请邀请账号，请以其 UIN 开头："), code(command + " 100012345678 Alice")},
	}
}

func (chinese) withdrawn(request int64) string { return fmt.Sprintf("申请 %d 已撤回。", request) }

func (chinese) noRequest(request int64) string {
	return fmt.Sprintf("没有编号为 %d 的申请。没有任何更改。", request)
}

func (chinese) noButton() string {
	return "该按钮不是本机器人当前的按钮。没有任何更改。"
}

func (chinese) askUnstored() string {
	return "暂时无法保存您的申请。请一分钟后重新输入；如果其实已经保存，届时会告知您。"
}

func (chinese) clickUnstored() string {
	return "暂时无法保存该操作。请一分钟后再试；已完成的操作不会重复执行。"
}

func (chinese) unread() string { return "暂时无法查询。请一分钟后重新输入。" }

func (chinese) restarting() string {
	return "机器人正在重启，未执行任何操作。请一分钟后重新输入命令。"
}

func (chinese) trouble(approvers string) line {
	return line{text("机器人出现故障，机器人管理员可在日志中查看。再次尝试之前，请先在 "), channel(approvers), text(" 确认操作是否已完成。")}
}

func (chinese) unknownCard() string {
	return "该卡片对应的申请不在当前数据库中，因此没有任何更改。如仍需邀请，请用命令重新申请。"
}

func (chinese) unknownList() string {
	return "该列表中有申请不在当前数据库中，因此没有任何更改。请重新输入命令查看现有的申请。"
}

func (chinese) offRecord(request int64) string {
	return fmt.Sprintf("该按钮不在申请 %d 的有效卡片上，因此没有任何更改。请在有效卡片上点击。", request)
}

func (chinese) changedSince(request int64) string {
	return fmt.Sprintf("申请 %d 提交之后在数据库中被改动，因此无法批准。卡片现已显示数据库中的内容。请驳回该申请，让申请人重新申请，并告知机器人管理员。", request)
}

func (chinese) setBack(head string) []line {
	return []line{
		{bold("机器人的数据库被回退了。"), text("本频道中有它不知道的消息，最新到 ledger " + head + "。")},
		{text("待审批的申请已在下方重新发布，只有在新卡片上作出的批准才有效。已批准但尚未发送的邀请，会先在腾讯云查询再决定是否发送。旧卡片不再起作用。")},
		{text("如果没有人恢复过备份，请告知机器人管理员。")},
	}
}

func (chinese) rekeyed() []line {
	return []line{
		{bold("机器人的密钥已丢失，并已更换。"), text("因此无法再证明之前的批准，它们不再有效。")},
		{text("待审批的申请已在下方重新发布，只有在新卡片上作出的批准才有效。已批准但尚未发送的邀请不会发送；如仍需邀请，请重新申请。旧卡片不再起作用。")},
		{text("如果没有人告知过您此事，请告知机器人管理员。")},
	}
}
