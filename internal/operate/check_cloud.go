package operate

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/internal/tongue"
	"github.com/invitebot/invitebot/invite"
)

// What is looked at.
var (
	checkCloud        = tongue.Say("Tencent Cloud", "腾讯云")
	checkKey          = tongue.Say("Tencent Cloud key", "腾讯云密钥")
	checkLists        = tongue.Say("lists", "列表")
	checkClock        = tongue.Say("clock", "时间")
	checkOrganization = tongue.Say("organization", "组织")
)

const (
	cloudLimit   = 2500 * time.Millisecond // for one call
	clockWarns   = time.Minute
	clockRefused = 5 * time.Minute // from there on Tencent Cloud refuses every signature: its documentation of signature v3
)

var policy = tongue.Say(`give the sub-user a policy with organization:ListOrganizationInvitations and organization:ListOrganizationMembers (README, "Tencent Cloud")`,
	"请授予子用户包含 organization:ListOrganizationInvitations 和 organization:ListOrganizationMembers 的策略（见 README.zh-CN.md“腾讯云”一节）")

// checkTencentCloud makes two harmless calls.
func checkTencentCloud(ctx context.Context, s *settings.Settings) (found checkup.List) {
	client, err := invite.NewClient(invite.Config{Endpoint: s.Endpoint, Region: s.Region, Credential: s.Credential(), Language: cloudLanguage(s), Timeout: cloudLimit})
	if err != nil {
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", tongue.Say("%v", "无法使用：%v", err), tongue.Say("correct it", "请更正"))
		return found
	}
	p := client.Probe(ctx)
	if ctx.Err() != nil {
		return nil
	}
	lookAtClock(&found, p)
	if !lookAtAnswer(&found, s, p) {
		return found
	}
	for _, l := range []struct {
		name tongue.Text
		err  error
	}{{tongue.Say("invitations", "邀请"), p.Invitations}, {tongue.Say("members", "成员"), p.Members}} {
		refused, failed := errors.AsType[*invite.CallError](l.err)
		switch {
		case !failed:
			found.Pass(checkLists, tongue.Say("the key may list %s", "密钥可以读取%s列表", l.name))
		case refused.Forbidden():
			found.Warn(checkLists, "", tongue.Say("the key may not list %s: what becomes of an invitation isn't told, cards don't warn, and an approver has to look after a lost answer",
				"密钥无权读取%s列表：机器人无法告知邀请的后续结果，卡片不会预警，调用未得到应答时须由审批人查看", l.name),
				policy)
		default:
			found.Unanswered(checkLists, "", tongue.Say("Tencent Cloud doesn't list %s: %s %s",
				"腾讯云未返回%s列表：%s %s", l.name, refused.Code, refused.Message),
				tongue.Say("try again later", "请稍后重试"))
		}
	}
	return found
}

func lookAtClock(found *checkup.List, p invite.Probe) {
	remedy := tongue.Say("have it set by NTP", "请用 NTP 校准时间")
	switch off := p.Clock.Abs(); {
	case !p.HasClock:
	case off >= clockRefused:
		found.Fail(checkClock, "", tongue.Say("this machine's clock differs from Tencent Cloud's by %s, which refuses what is signed so",
			"本机时间与腾讯云相差 %s，腾讯云会拒绝这样的签名", off),
			remedy)
	case off >= clockWarns:
		found.Warn(checkClock, "", tongue.Say("this machine's clock differs from Tencent Cloud's by %s", "本机时间与腾讯云相差 %s", off),
			remedy)
	default:
		found.Pass(checkClock, tongue.Say("it agrees with Tencent Cloud's", "与腾讯云的时间一致"))
	}
}

// lookAtAnswer says what the first call tells of the key and of who answers, and whether that is the organization's API.
func lookAtAnswer(found *checkup.List, s *settings.Settings, p invite.Probe) bool {
	refused, failed := errors.AsType[*invite.CallError](p.Invitations)
	if !failed || refused.Forbidden() {
		found.Pass(checkKey, tongue.Say("Tencent Cloud takes it at %s", "位于 %s 的腾讯云接受该密钥", s.Endpoint))
		if !failed {
			found.Pass(checkOrganization, tongue.Say("the key's account has one", "密钥所属账号已有组织"))
		}
		return true
	}
	head, _, _ := strings.Cut(refused.Code, ".")
	switch {
	case refused.Code == "ClientError.CredentialError":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", tongue.Say("no key was found", "未找到密钥"),
			tongue.Say("set it and TENCENTCLOUD_SECRET_KEY, or give the machine a profile or a role",
				"请设置该变量和 TENCENTCLOUD_SECRET_KEY，或为本机提供配置文件或角色"))
	case refused.Code == "AuthFailure.SecretIdNotFound", refused.Code == "AuthFailure.InvalidSecretId":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", tongue.Say("%s doesn't know this SecretId (%s)",
			"%s 不认识该 SecretId（%s）", s.Endpoint, refused.Code),
			tongue.Say("write that of a key which exists and isn't disabled; a key of the Chinese site needs TENCENTCLOUD_ENDPOINT=https://organization.tencentcloudapi.com, "+
				"and one of the international site the default",
				"请填写存在且未被禁用的密钥的 SecretId；中国站的密钥需要 TENCENTCLOUD_ENDPOINT=https://organization.tencentcloudapi.com，国际站的密钥用默认值"))
	case refused.Code == "AuthFailure.SignatureFailure":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_KEY", tongue.Say("it doesn't belong to TENCENTCLOUD_SECRET_ID (%s)",
			"与 TENCENTCLOUD_SECRET_ID 不匹配（%s）", refused.Code),
			tongue.Say("write the SecretKey that was shown with TENCENTCLOUD_SECRET_ID", "请填写与 TENCENTCLOUD_SECRET_ID 同时显示的 SecretKey"))
	case refused.Code == "AuthFailure.TokenFailure":
		found.Fail(checkKey, "TENCENTCLOUD_TOKEN", tongue.Say("the session token isn't valid, or no longer (%s)",
			"会话令牌（Token）无效或已过期（%s）", refused.Code),
			tongue.Say("write the newest one, or leave it out where the key isn't temporary", "请填写最新的令牌；如果不是临时密钥，请去掉该变量"))
	case refused.Code == "AuthFailure.SignatureExpire":
		found.Fail(checkKey, "", tongue.Say("Tencent Cloud takes what is signed for too old or too new (%s)",
			"腾讯云认为签名的时间过早或过晚（%s）", refused.Code),
			tongue.Say("put the clock right", "请校准时间"))
	case head == "AuthFailure":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", tongue.Say("Tencent Cloud doesn't take it (%s: %s)",
			"腾讯云不接受该密钥（%s：%s）", refused.Code, refused.Message),
			tongue.Say("write a key that is valid", "请填写有效的密钥"))
	case head == "IpNotInWhitelist", head == "IpInBlacklist":
		found.Fail(checkKey, "", tongue.Say("the key isn't for calls from here (%s: %s)",
			"该密钥不允许从本机调用（%s：%s）", refused.Code, refused.Message),
			tongue.Say("let this machine's address in, where the key is restricted", "请在密钥的访问限制中允许本机地址"))
	case refused.Code == "ResourceNotFound.OrganizationNotExist":
		found.Pass(checkKey, tongue.Say("Tencent Cloud takes it at %s", "位于 %s 的腾讯云接受该密钥", s.Endpoint))
		found.Fail(checkOrganization, "TENCENTCLOUD_SECRET_ID", tongue.Say("the key's account has none", "密钥所属账号没有组织"),
			tongue.Say("write a key of the organization's management account, or create the organization", "请填写属于组织管理员账号的密钥，或创建组织"))
	case head == "NoSuchProduct", head == "NoSuchVersion", head == "InvalidAction":
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", tongue.Say("%s isn't the organization API (%s)",
			"%s 不是组织 API（%s）", s.Endpoint, refused.Code),
			tongue.Say("write %s, or that of the Chinese site", "请填写 %s，或中国站的地址", invite.DefaultEndpoint))
	case refused.Code == "ClientError.HttpStatusCodeError", refused.Code == "ClientError.ParseJsonError", refused.Code == "ClientError.NoRequestId":
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", tongue.Say("%s doesn't answer as Tencent Cloud does: %v",
			"%s 的应答不像腾讯云：%v", s.Endpoint, refused.Err),
			tongue.Say("write %s, or have the proxy on the way pass it on", "请填写 %s，或让途中的代理正确转发", invite.DefaultEndpoint))
	case head == "RequestLimitExceeded":
		found.Unanswered(checkCloud, "", tongue.Say("Tencent Cloud has had too many calls (%s)", "腾讯云收到的调用过多（%s）", refused.Code),
			tongue.Say("try again; other programs call as the same account", "请重试；有其他程序在用同一账号调用"))
	default:
		what, remedy, certificate := checkup.Untrusted(refused.Err, s.Endpoint)
		if !certificate {
			what = tongue.Say("%s doesn't answer: %v", "%s 没有应答：%v", s.Endpoint, refused.Err)
			remedy = tongue.Say("see to it that this machine may connect there, or set HTTPS_PROXY", "请确保本机可以连接该地址，或设置 HTTPS_PROXY")
		}
		found.Unanswered(checkCloud, "", what, remedy)
	}
	return false
}
