package words

import (
	"fmt"
	"strings"

	"github.com/invitebot/invitebot/invite"
)

// Warnings.

func (chinese) sentBefore(request int64) string {
	return fmt.Sprintf("此前已通过申请 %d 向该账号发送过邀请。", request)
}

func (chinese) unusualUIN(digits, usual int) string {
	return fmt.Sprintf("账号 UIN 通常为 %d 位数字，这个是 %d 位。", usual, digits)
}

func (chinese) longName(characters, most int) string {
	return fmt.Sprintf("名称有 %d 个字符，腾讯云文档规定最多 %d 个。", characters, most)
}

func (chinese) oddName(odd []rune) string {
	var shown []string
	for _, r := range odd {
		shown = append(shown, string(r))
	}
	return fmt.Sprintf("名称中含有 %s，腾讯云可能会拒绝。", strings.Join(shown, " "))
}

func (chinese) lookAlike(letter rune, script string) string {
	return fmt.Sprintf("名称中的 %c 是%s字母，可能只是看起来像拉丁字母。", letter, script)
}

func (chinese) greek() string { return "希腊" }

func (chinese) cyrillic() string { return "西里尔" }

func (chinese) numberFirst(uin invite.UIN) string {
	return fmt.Sprintf("名称以数字开头，请确认 %s 是完整的 UIN。", uin)
}

func (chinese) otherUIN(other invite.UIN) string {
	return fmt.Sprintf("名称看起来是另一个 UIN：%s，与所邀请的账号不同。", other)
}

func (chinese) longRemark(characters, most int) string {
	return fmt.Sprintf("备注有 %d 个字符，腾讯云文档规定最多 %d 个。", characters, most)
}

// Problems.

func (chinese) noAccount() string { return "没有要邀请的账号。" }

func (chinese) noName() string { return "该 UIN 后缺少名称。" }

func (chinese) noUIN() string { return "缺少 UIN。" }

func (chinese) notUIN() string { return "这不是 UIN。" }

func (chinese) uinTooLarge() string { return "这个数字太大，不是 UIN。" }

func (chinese) uinZero() string { return "没有编号为 0 的账号。" }

func (chinese) notText() string { return "这不是有效的文本（UTF-8）。" }

// field is what a field is called.
func (chinese) field(f invite.Field) string {
	if f == invite.RemarkField {
		return "备注"
	}
	return "名称"
}

func (c chinese) hidden(field invite.Field, character rune) string {
	return fmt.Sprintf("%s中含有不可见字符（U+%04X）。", c.field(field), character)
}

func (c chinese) piled(field invite.Field) string {
	return fmt.Sprintf("%s中有字母叠加了过多的附加符号，会遮挡周围的内容。", c.field(field))
}

func (c chinese) tooLong(field invite.Field, characters int) string {
	return fmt.Sprintf("%s有 %d 个字符。", c.field(field), characters)
}

func (chinese) twiceTheUIN(first int) string {
	return fmt.Sprintf("该 UIN 已在第 %d 行出现。", first)
}

func (c chinese) twiceInForm(first, field int) string {
	if field > 0 {
		return fmt.Sprintf("该 UIN 已在第 %d 个输入框的第 %d 行出现。", field, first)
	}
	return c.twiceTheUIN(first)
}

func (chinese) tooMany(most int) string { return fmt.Sprintf("邀请超过 %d 个。", most) }

func (chinese) roundedUIN() string {
	return "表格软件已将该数字取整，末尾几位已丢失。"
}

func (chinese) severalUINs() string {
	return "该行还有另一个 UIN，无法判断指的是哪一个。"
}

func (chinese) extraColumn() string { return "这一列既不是 UIN，也不是名称或备注。" }

func (chinese) unclearColumns() string { return "无法判断哪一列是名称。" }

func (chinese) uinMeant(uin string) string {
	return fmt.Sprintf("您要输入的 UIN 是 %s 吗？", uin)
}

func (chinese) zerosInFront(uin string) string {
	return fmt.Sprintf("UIN 不会以 0 开头。您要输入的是 %s 吗？", uin)
}

func (chinese) remarkMeant(remark string) string {
	return fmt.Sprintf("您要把“%s”作为备注吗？", remark)
}

// Remedies.

func (chinese) writeLikeThis() string {
	return "请依次输入 UIN、空格和名称，例如：100012345678 Alice"
}

func (chinese) writeUINFirst() string {
	return "请先输入账号 UIN，只用数字，中间不要有空格或短横线，例如：100012345678 Alice"
}

func (chinese) typeByHand() string { return "请手动重新输入，不要粘贴。" }

func (chinese) writeShorter(most int) string { return fmt.Sprintf("最多 %d 个字符。", most) }

func (chinese) writeOnce() string { return "每个 UIN 只写一次。" }

func (chinese) sendOthers() string { return "请在另一份申请中提交其余账号。" }

func (chinese) formatAsText() string {
	return "请在表格中将该列设为文本格式，重新输入 UIN，然后再复制。"
}

func (chinese) writeOneUIN() string {
	return "请每行只写一个账号；如有其他 12 位数字，请在前面加上文字，例如：付款账号 100012345699"
}

func (chinese) writeThreeColumns() string {
	return "请删除该列，或在上方加一行表头，写明其余各列：UIN，名称，备注。名称中如有逗号，请用引号括起名称。"
}

func (chinese) nameColumns() string {
	return "请在上方加一行表头，每列只写一次，例如：UIN，名称，备注"
}

func (chinese) writeUINTogether() string {
	return "请将 UIN 写成一串连续的数字。如果其余部分确实是名称，请用引号括起名称。"
}

func (chinese) checkZeros() string {
	return "请在腾讯云控制台核对该 UIN，去掉开头的 0 后重新填写。"
}

func (chinese) writeDashes() string {
	return "备注写在两个短横线（--）之后。如果这些全部是名称，请用引号括起名称。"
}
