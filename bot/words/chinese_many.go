package words

import (
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Many accounts in one request.

func (chinese) andMoreAccounts(n int) line {
	return line{text(fmt.Sprintf("……以及另外 %d 个。", n))}
}

func (chinese) moreOnCard(n int, button string) line {
	return line{text(fmt.Sprintf("……另有 %d 个，可在卡片上点击 ", n)), bold(button), text(" 查看。")}
}

func (chinese) listed(all []string) string { return strings.Join(all, "、") }

func (chinese) countedWarning(kind warningKind, n int) string {
	what, known := map[warningKind]string{
		warningKind(ledger.IsMember):     "已是成员",
		warningKind(ledger.IsInvited):    "已有待接受的邀请",
		warningKind(ledger.NameTaken):    "名称已被其他账号使用",
		warningKind(ledger.NameTwice):    "名称在本申请中重复",
		warningKind(ledger.DeniedBefore): "此前被驳回",
		wasSentBefore:                    "此前已由本机器人邀请",
		warningKind(invite.UnusualUIN):   "UIN 位数不常见",
		warningKind(invite.LongName):     "名称超过文档规定的长度",
		warningKind(invite.OddName):      "名称含有可能被拒绝的字符",
		warningKind(invite.LookAlike):    "名称含有形似其他字母的字母",
		warningKind(invite.NumberFirst):  "名称以数字开头",
		warningKind(invite.OtherUIN):     "名称是另一个 UIN",
		warningKind(invite.LongRemark):   "备注超过文档规定的长度",
	}[kind]
	if !known {
		what = string(kind)
	}
	return fmt.Sprintf("%d 个%s", n, spaced(what))
}

// spaced has a space before a word that isn't Chinese.
func spaced(what string) string {
	if what[0] < 0x80 {
		return " " + what
	}
	return what
}

func (chinese) howMany(c counts) line {
	parts := []string{fmt.Sprintf("共 %d 个，已邀请 %d 个", c.of, c.invited)}
	if c.refused > 0 {
		parts = append(parts, fmt.Sprintf("未邀请 %d 个", c.refused))
	}
	if c.unknown > 0 {
		parts = append(parts, fmt.Sprintf("结果不明 %d 个", c.unknown))
	}
	if c.going > 0 {
		parts = append(parts, fmt.Sprintf("待发送 %d 个", c.going))
	}
	return line{bold(strings.Join(parts, "，") + "。")}
}

func (chinese) sinceInvited(c counts) line {
	return line{bold(fmt.Sprintf("已邀请的 %d 个账号中：%d 个已加入，%d 个已结束，%d 个待接受。", c.invited, c.joined, c.ended(), c.open))}
}

func (e chinese) manyDelivered(request int64, c counts) line {
	return append(line{bold(fmt.Sprintf("申请 %d：", request))}, e.howMany(c)...)
}

func (chinese) refusedFor(n int) string { return fmt.Sprintf("%d 个未邀请", n) }

func (chinese) otherReasons() string { return "其他原因，错误码见表格。" }

func (chinese) othersNotTried() string {
	return "其余账号也会因同样的原因被腾讯云拒绝，因此未再尝试。"
}

func (chinese) askWithOtherNames() string {
	return "请换名称重新申请。只有名称空出后，重试才有用。"
}

func (chinese) tableGoesOn(request int64) line {
	return line{bold(fmt.Sprintf("申请 %d（续）", request))}
}

func (chinese) columns() [5]string {
	return [5]string{"序号", "UIN", "名称", "结果", "RequestId"}
}

func (chinese) tryAllAgain(n int) string { return fmt.Sprintf("重试这 %d 个", n) }

func (chinese) askAgainFor(n int) string { return fmt.Sprintf("重新申请这 %d 个", n) }

func (chinese) confirmRetryAll(n int, which string) string {
	return fmt.Sprintf("将再次向 %d 个账号发送邀请：%s。", n, which)
}

func (chinese) manyRetried(request int64, n int, by approvals.Person) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), person(by), text(fmt.Sprintf(" 正在重试 %d 个账号。", n))}
}

func (chinese) manyConcluded(request int64, n int) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text(fmt.Sprintf("%d 个账号有新进展。", n))}
}

func (chinese) manyStuck(request int64) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text("部分账号的邀请是否已发送尚不清楚，也无法查询。")}
}

func (chinese) manySearching(request int64) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text("部分账号的邀请是否已发出，目前还不清楚。")}
}

func (chinese) manyTakeLong(request int64) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text("部分邀请超过一分钟仍未发出。")}
}

func (chinese) manySettled(request int64) line {
	return line{bold(fmt.Sprintf("申请 %d：", request)), text("所有账号的结果均已明确。")}
}

func (chinese) settleInShowAll() string {
	return "请审批人在腾讯云控制台中核实。“查看全部”中有针对每个账号的按钮。"
}

func (chinese) manyForward() string {
	return "请各账号的所有者在 15 天内登录腾讯云控制台，进入“集团账号管理”，接受邀请。"
}

func (chinese) tablesInThread() string { return "全部账号的表格在该申请的消息列中。" }

func (chinese) showAll(n int) string { return fmt.Sprintf("查看全部 %d 个", n) }

func (chinese) showAllTitle(request int64) string { return fmt.Sprintf("申请 %d", request) }

func (chinese) showAllShortTitle() string { return "全部账号" }

func (chinese) accountsShown(first, last, of int) line {
	return line{text(fmt.Sprintf("第 %d 至 %d 个账号，共 %d 个：", first, last, of))}
}

func (chinese) pageBefore() string { return "← 上一页" }

func (chinese) pageNext() string { return "下一页 →" }

func (chinese) confirmSeveralOf(accounts int) string {
	return fmt.Sprintf("将邀请 %d 个腾讯云账号加入组织。点击“查看全部”可逐个查看。", accounts)
}

// The form.

func (chinese) askTitle() string { return "邀请加入腾讯云组织" }

func (chinese) askGoOn() string { return "下一步" }

func (chinese) accountsLabel() string { return "账号" }

func (chinese) accountsHint(most int) string {
	return fmt.Sprintf("每行一个，UIN 和名称：100012345678 Alice。也可以粘贴电子表格中的行。最多 %d 个。", most)
}

func (chinese) moreLabel() string { return "更多账号（上面写不下时）" }

func (chinese) noRoomFor(left, of int) string {
	return fmt.Sprintf("共 %d 个账号，其中 %d 个在表单中放不下。提交这些之后，同一按钮会再次提供其余账号。", of, left)
}

func (chinese) commonRemarkLabel() string { return "备注" }

func (chinese) commonRemarkHint() string { return "用于没有单独备注的所有账号。" }

func (chinese) alsoToldLabel() string { return "同时通知" }

func (chinese) alsoToldHint() string {
	return "审批并处理完成后，他们会和您一样收到私信。"
}

func (chinese) alsoTold(people []string) line {
	l := line{bold("同时通知：")}
	for n, id := range people {
		if n > 0 {
			l = append(l, text("、"))
		}
		l = append(l, person(approvals.Person{ID: id}))
	}
	return l
}

func (chinese) cantBeTold(people int) string {
	return fmt.Sprintf("其中 %d 人不是本 Slack 组织的正式成员，或暂时无法向 Slack 确认。请另选，或不选。", people)
}

func (chinese) rowProblem(row int, problem string) string {
	return fmt.Sprintf("第 %d 行：%s", row, problem)
}

func (chinese) moreRows(n int) string { return fmt.Sprintf("另有 %d 行有问题。", n) }

func (chinese) fieldFull() string {
	return "此输入框已满，粘贴的内容末尾可能已被截断。请检查最后一行，并将该行及缺少的行移到下面的输入框。"
}

func (chinese) lastFieldFull() string {
	return "此输入框已满，粘贴的内容末尾可能已被截断。请检查最后一行，并在另一份申请中提交该行及缺少的行。"
}

func (chinese) busyIn(request int64) string {
	return fmt.Sprintf("申请 %d 已包含该账号。请删除此行。", request)
}

func (chinese) understood(n int) line {
	return line{bold(fmt.Sprintf("识别出 %d 个账号。尚未提交。", n))}
}

func (chinese) unreadColumns(which string) string {
	return "以下列未使用，因为其标题不是 UIN、名称或备注：" + which
}

func (chinese) checkTitle() string { return "请核对" }

func (chinese) send() string { return "提交" }

func (chinese) back() string { return "返回" }

func (chinese) draftGone() string {
	return "未提交：您填写的内容已不存在。请重新填写表单。"
}

func (chinese) formUnopened() string {
	return "Slack 没有打开表单。请重试，或者这样申请："
}
