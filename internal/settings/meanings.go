package settings

import (
	"reflect"

	"github.com/invitebot/invitebot/internal/tongue"
)

// meaning is what an operator reads of a variable.
type meaning struct {
	want  tongue.Text // what to write there
	unset tongue.Text // what holds where it isn't set and has no default
}

var (
	required    = tongue.Say("required", "必填")
	none        = tongue.Say("none", "无")
	anyLedger   = tongue.Say("any", "任意")
	allMembers  = tongue.Say("all members", "所有成员")
	groupsOrFew = tongue.Say("the groups in APPROVERS, or up to three people", "APPROVERS 中的用户组，或不超过三人时的人员")
	chain       = tongue.Say("SDK's chain", "SDK 的凭证链")
	byTerminal  = tongue.Say("json (text on a terminal)", "json（终端上为 text）")
)

// meanings are those of all variables; a test sees to it that none is without.
var meanings = map[string]meaning{
	"SLACK_APP_TOKEN": {unset: required, want: tongue.Say("an app-level token with connections:write, xapp-…, from Basic Information of your Slack app",
		"具有 connections:write 权限的应用级令牌，xapp-…，见 Slack 应用的 Basic Information")},
	"SLACK_CONNECTIONS": {want: tongue.Say("how many Socket Mode connections to hold, 1 to 9",
		"保持多少个 Socket Mode 连接，1 到 9")},
	"APPROVERS": {unset: required, want: tongue.Say("who may decide: IDs of people (U… or W…, from ⋮ in their profile) and user groups (S…, from ⋮ at the group), with commas between",
		"谁可以审批：人员 ID（U… 或 W…，见其个人资料的 ⋮ 菜单）和用户组 ID（S…，见用户组的 ⋮ 菜单），以英文逗号分隔")},
	"REQUESTERS":         {unset: allMembers, want: tongue.Say("who may ask: IDs as in APPROVERS", "谁可以申请：ID 写法同 APPROVERS")},
	"APPROVALS_REQUIRED": {want: tongue.Say("how many approvers a request needs, 1 or more", "一个申请需要多少位审批人批准，1 或以上")},
	"ALLOW_SELF_APPROVAL": {want: tongue.Say("true if approvers may approve their own requests, else false",
		"true 表示审批人可以批准自己的申请，否则为 false")},
	"REQUEST_TTL": {want: tongue.Say("how long a request waits for its decision, such as 72h (three days) or 90m, at least 1m, or 0 for ever",
		"申请等待审批的时长，例如 72h（三天）或 90m，至少 1m；0 表示永久等待")},
	"REMIND_AFTER": {want: tongue.Say("after how long approvers are reminded of what waits, such as 24h, at least 1m, or 0 for never",
		"申请待审批多久后提醒审批人，例如 24h，至少 1m；0 表示从不提醒")},
	"NOTIFY": {unset: groupsOrFew, want: tongue.Say("who is mentioned: IDs of people and groups as in APPROVERS",
		"提及（@）谁：人员和用户组的 ID，写法同 APPROVERS")},
	"NOTIFY_ON": {want: tongue.Say("card, reminder or never: when they are mentioned",
		"card、reminder 或 never：何时提及")},
	"LANGUAGE": {want: tongue.Say("en or zh-CN: what the approvals channel reads, and everybody whose own language in Slack is neither English nor Simplified Chinese",
		"en 或 zh-CN：审批频道所用的语言，也用于 Slack 语言既非英文也非简体中文的人员")},
	"OPEN_REQUESTS": {want: tongue.Say("how many requests of one person may wait for a decision at once, or 0 for any number",
		"每人最多可有多少个待审批的申请；0 表示不限")},
	"TENCENTCLOUD_RATE": {want: tongue.Say("how many calls a second to make at most, from 0.01 to 20",
		"每秒最多调用多少次，0.01 到 20")},
	"TENCENTCLOUD_SETTLE": {want: tongue.Say("how long to wait before a call whose answer was lost, and that isn't found in the organization's list, is made again: 1m or more",
		"调用未得到应答、且组织的列表中没有该邀请时，等待多久再重新调用：1m 或以上")},
	"ROSTER_EVERY": {want: tongue.Say("how late people learn at most that an account has joined, or an invitation lapsed, such as 10m, at least 1m, or 0 to read the organization's lists only where an outcome is unknown",
		"账号加入组织或邀请过期后，最迟多久告知，例如 10m，至少 1m；0 表示仅在结果不明时读取组织的列表")},
	"ORGANIZATION_ROOM": {want: tongue.Say("how many members the organization may have, for warnings, or 0 where nobody knows",
		"组织最多可有多少个成员，用于提醒；0 表示未知")},
	"HTTP_ADDR": {unset: none, want: tongue.Say("where /healthz, /readyz and /metrics answer, such as 127.0.0.1:8080, or :8080 for every address of this machine",
		"/healthz、/readyz 和 /metrics 的监听地址，例如 127.0.0.1:8080，或 :8080 表示本机所有地址")},
	"HEARTBEAT_URL": {unset: none, want: tongue.Say("an https:// URL that is called once a minute while the bot is ready, of a service that tells you when the calls stop",
		"机器人就绪期间每分钟调用一次的 https:// URL，由该服务在调用中断时通知您")},
	"LOG_LEVEL":  {want: tongue.Say("debug, info, warn or error", "debug、info、warn 或 error")},
	"LOG_FORMAT": {unset: byTerminal, want: tongue.Say("json or text", "json 或 text")},
	"SLACK_BOT_TOKEN": {unset: required, want: tongue.Say("the bot token, xoxb-…, from OAuth & Permissions of your Slack app",
		"机器人令牌，xoxb-…，见 Slack 应用的 OAuth & Permissions")},
	"SLACK_API_URL": {want: tongue.Say("the base of Slack's Web API, https://… (http:// on this machine only)",
		"Slack Web API 的根地址，https://…（http:// 仅限本机）")},
	"APPROVAL_CHANNEL": {unset: required, want: tongue.Say("the ID of the channel for approvals, C…, from the end of the channel's details",
		"审批频道的 ID，C…，见频道详情末尾")},
	"TENCENTCLOUD_SECRET_ID": {unset: chain, want: tongue.Say("the SecretId of an API key; without one, a profile or the machine's role is looked for",
		"API 密钥的 SecretId；未设置时查找配置文件或本机的角色")},
	"TENCENTCLOUD_SECRET_KEY": {want: tongue.Say("the SecretKey that belongs to TENCENTCLOUD_SECRET_ID",
		"与 TENCENTCLOUD_SECRET_ID 对应的 SecretKey")},
	"TENCENTCLOUD_TOKEN": {want: tongue.Say("the session token, where the key is temporary", "临时密钥的会话令牌（Token）")},
	"TENCENTCLOUD_ENDPOINT": {want: tongue.Say("the URL or host of the organization API (http:// on this machine only)",
		"组织 API 的 URL 或主机（http:// 仅限本机）")},
	"TENCENTCLOUD_REGION": {want: tongue.Say("a region, though the organization API needs none", "地域，组织 API 不需要")},
	"DATABASE_URL": {want: tongue.Say("sqlite:PATH for one process, or postgres://USER:PASSWORD@HOST/DATABASE for several",
		"单个进程用 sqlite:PATH，多个进程用 postgres://USER:PASSWORD@HOST/DATABASE")},
	"EXPECT_LEDGER": {unset: anyLedger, want: tongue.Say("the ID of the ledger, 12 characters as \"invitebot status\" shows it: a database with another one is refused",
		"账本的 ID，即 \"invitebot status\" 显示的 12 个字符：账本不同的数据库会被拒绝")},
	"LEDGER_KEY": {unset: none, want: tongue.Say("a key of 32 characters or more that isn't in the database, with which decisions and events are sealed; to replace it write the new one, a comma, and the old one",
		"不保存在数据库中的密钥，至少 32 个字符，用于为审批决定和事件加封；更换时写新密钥、英文逗号、旧密钥")},
}

// meaningOf is the meaning of the variable that a field stands for, and what holds where nobody has set it.
func meaningOf(f reflect.StructField) (m meaning, otherwise tongue.Text) {
	m = meanings[f.Tag.Get("envconfig")]
	switch value := f.Tag.Get("default"); {
	case value != "":
		return m, tongue.Same(value)
	case m.unset != tongue.Text{}:
		return m, m.unset
	}
	return m, tongue.Same("-")
}
