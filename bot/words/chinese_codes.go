package words

// Next steps that several codes of Tencent Cloud share, in Chinese.
const (
	thenRetry       = "无需操作：机器人会自动重试。"
	thenCredentials = "机器人会自动重试。如果一直如此，请机器人管理员为机器人配置腾讯云密钥。"
	thenLookUp      = "机器人会先向腾讯云查询邀请是否已送达，再进行其他操作。"
	thenAgain       = "审批人可稍后重试；如果一直如此，请联系机器人管理员。"
	thenOperator    = "请机器人管理员检查。"
	thenKeys        = "请机器人管理员检查机器人的腾讯云密钥，然后重试。"
	thenOther       = "请检查 UIN、名称和备注，然后重新申请。"
	thenAllow       = "请腾讯云组织的管理员检查，然后重试。"
	thenRename      = "请换一个名称重新申请，例如使用下面的命令。只有在该名称空出之后，重试才有用。"
	thenAccept      = "账号所有者可在腾讯云控制台接受该邀请。"
	thenRoom        = "请组织管理员移除部分成员或申请提高上限，然后重试。"
	thenVerify      = "请账号所有者在腾讯云控制台完成企业实名认证，然后重新申请。"
	thenPermission  = "请管理员为机器人的账号授予 organization:SendOrganizationInvitation 权限，然后重试。"
)

// chineseMeanings are the codes that [invite.Codes] knows, in Chinese.
var chineseMeanings = map[string]meaning{
	// What SendOrganizationInvitation documents.
	"FailedOperation.MemberNameUsed":        {"该名称在组织中已被使用。", thenRename},
	"FailedOperation.NotSameRegion":         {"该账号属于腾讯云的另一个站点（国际站与中国站相互独立），只能邀请同一站点内的账号。", "请用组织所在站点的账号重新申请。"},
	"FailedOperation.ReSentInvitation":      {"该账号已有待接受的邀请，不能重复发送。", thenAccept},
	"FailedOperation.UserInOrganization":    {"该账号已在某个组织中。", "如果是其他组织，该账号须先退出该组织，然后重新申请。"},
	"FailedOperation.UserNotRegister":       {"此处须为腾讯云主账号，而邀请账号或被邀请账号不是主账号。", "请确认该 UIN 是主账号的 UIN；如果是，请机器人管理员检查邀请账号。"},
	"LimitExceeded.Members":                 {"组织成员数量已达上限。", thenRoom},
	"ResourceNotFound.InvitationNotExist":   {"该邀请已不是待接受状态：已被接受、取消或过期。", "无需操作：机器人会读取腾讯云的邀请列表，并告知结果。"},
	"ResourceNotFound.OrganizationNotExist": {"机器人的账号在腾讯云没有组织。", thenKeys},
	"ResourceNotFound.UserNotExist":         {"没有使用该 UIN 的账号。", "请检查 UIN，然后重新申请。"},

	// What the newer version has for the same refusals.
	"FailedOperation.AuthInfoEmpty":                  {"该账号尚未完成实名认证。", thenVerify},
	"FailedOperation.AuthInfoNotSame":                {"该账号的企业实名认证主体与组织不一致，只能邀请同一主体的账号。", "请在腾讯云控制台将该账号的企业实名认证主体变更为组织的主体，然后重新申请。"},
	"FailedOperation.AuthNotEnterprise":              {"该账号未通过企业实名认证，只能邀请已通过企业实名认证的账号。", thenVerify},
	"FailedOperation.GetAuthInfo":                    {"腾讯云未能查询到该账号的实名认证信息。", "审批人可稍后重试；如果一直如此，请在控制台确认该账号已完成实名认证。"},
	"FailedOperation.InvitationExist":                {"该账号的邀请已存在。", thenAccept},
	"FailedOperation.MemberExistInOtherOrganization": {"该账号已在其他组织中。", "该账号须先退出该组织，然后重新申请。"},
	"FailedOperation.OrganizationMemberExist":        {"该账号已是组织成员。", "无需操作：可直接使用。"},
	"FailedOperation.OrganizationMemberNameUsed":     {"组织中已有其他成员使用该名称。", thenRename},
	"FailedOperation.OrganizationMemberOverLimit":    {"组织成员数量超过上限。", thenRoom},
	"InvalidParameter.ParamError":                    {"腾讯云拒绝了 UIN、名称或备注。", thenOther},
	"UnsupportedOperation.AgentNotSame":              {"该账号与组织的经销商不一致，只能邀请同一经销商的账号。", "请用组织所属经销商的账号重新申请，或将该账号转到该经销商名下。"},
	"UnsupportedOperation.MemberIsAgent":             {"该账号是代理商或代客账号，不能邀请。", "请换一个账号重新申请。"},

	// Who calls, and what it may do.
	"AuthFailure":                       {"腾讯云未接受机器人的云 API 密钥。", thenKeys},
	"AuthFailure.InvalidAuthorization":  {"机器人的请求签名头不符合腾讯云标准。", thenOperator},
	"AuthFailure.InvalidSecretId":       {"机器人的 SecretId 不是云 API 密钥。", thenKeys},
	"AuthFailure.MFAFailure":            {"腾讯云要求机器人的账号进行 MFA 验证。", thenKeys},
	"AuthFailure.SecretIdNotFound":      {"机器人的 SecretId 不存在，或已被禁用。", thenKeys},
	"AuthFailure.SignatureExpire":       {"签名过期：机器人与腾讯云的时间相差超过 5 分钟。", "请机器人管理员校准机器人的时间，然后重试。"},
	"AuthFailure.SignatureFailure":      {"机器人的签名错误，很可能是 SecretKey 不正确。", thenKeys},
	"AuthFailure.TokenFailure":          {"机器人的临时密钥 Token 错误或已过期。", thenKeys},
	"AuthFailure.UnauthorizedOperation": {"机器人的账号没有发送邀请的权限。", thenPermission},
	"UnauthorizedOperation":             {"机器人的账号没有执行该操作的权限。", thenPermission},
	"OperationDenied":                   {"腾讯云不允许机器人的账号执行该操作。", thenAllow},
	"IpInBlacklist":                     {"机器人的 IP 地址在其账号的黑名单中。", thenAllow},
	"IpNotInWhitelist":                  {"机器人的 IP 地址不在其账号的白名单中。", thenAllow},

	// What is asked for.
	"ActionOffline":            {"腾讯云已下线该接口。", thenOperator},
	"DryRunOperation":          {"该次调用只是试运行，没有发送任何内容。", thenOperator},
	"InvalidAction":            {"腾讯云没有该接口。", thenOperator},
	"InvalidParameter":         {"腾讯云拒绝了所填写的参数。", thenOther},
	"InvalidParameterValue":    {"腾讯云拒绝了所填写的某个参数值。", thenOther},
	"InvalidRequest":           {"腾讯云无法解析该请求。", thenOperator},
	"MissingParameter":         {"腾讯云提示缺少参数。", thenOperator},
	"NoSuchProduct":            {"腾讯云没有该产品。", thenOperator},
	"NoSuchVersion":            {"腾讯云没有该接口版本。", thenOperator},
	"RequestSizeLimitExceeded": {"请求内容超过腾讯云的大小限制。", "请缩短名称和备注，然后重新申请。"},
	"UnknownParameter":         {"腾讯云不认识机器人发送的某个参数。", thenOperator},
	"UnsupportedOperation":     {"腾讯云不支持对该账号执行此操作。", thenAllow},
	"UnsupportedProtocol":      {"腾讯云不接受这种连接协议。", thenOperator},
	"UnsupportedRegion":        {"腾讯云在机器人所配置的地域不支持该接口。", "请机器人管理员检查 TENCENTCLOUD_REGION。"},

	// What it is asked of.
	"LimitExceeded":        {"账号或组织的配额已达上限。", thenAllow},
	"ResourceInUse":        {"所操作的资源正在使用中。", thenAgain},
	"ResourceInsufficient": {"腾讯云资源不足。", thenAgain},
	"ResourceNotFound":     {"腾讯云找不到所操作的资源。", "请检查 UIN，然后重新申请。"},
	"ResourceUnavailable":  {"所操作的资源不可用。", thenAgain},

	// Not sent, and may be sent again.
	"RequestLimitExceeded":                              {"请求次数超过腾讯云的频率限制，该次调用未被处理。", thenRetry},
	"RequestLimitExceeded.GlobalRegionUinLimitExceeded": {"机器人的主账号请求次数超过频率限制。", thenRetry},
	"RequestLimitExceeded.IPLimitExceeded":              {"机器人的 IP 地址请求次数超过频率限制。", thenRetry},
	"RequestLimitExceeded.UinLimitExceeded":             {"机器人的账号请求次数超过频率限制。", thenRetry},
	"ClientError.NotConnected":                          {"无法连接腾讯云，没有发送任何内容。", thenRetry},
	"ClientError.CredentialError":                       {"机器人目前没有腾讯云密钥，没有发送任何内容。", thenCredentials},

	// Nobody knows.
	"FailedOperation":                 {"腾讯云返回操作失败，但未说明是否已生效。", thenLookUp},
	"InternalError":                   {"腾讯云发生内部错误，未说明该次调用是否已生效。", thenLookUp},
	"ServiceUnavailable":              {"腾讯云返回服务不可用，未说明该次调用是否已生效。", thenLookUp},
	"ResponseSizeLimitExceeded":       {"腾讯云返回响应内容过大，无法给出。", thenLookUp},
	"ClientError":                     {"未收到调用结果：调用途中出错。", thenLookUp},
	"ClientError.NetworkError":        {"未收到调用结果：结果返回之前连接中断。", thenLookUp},
	"ClientError.Timeout":             {"未收到调用结果：超时未返回。", thenLookUp},
	"ClientError.HttpStatusCodeError": {"未收到调用结果：途中的某个服务器代替腾讯云作出了响应。", thenLookUp},
	"ClientError.ParseJsonError":      {"无法解析腾讯云的响应。", thenLookUp},
	"ClientError.AnswerTooLong":       {"腾讯云的响应过长，无法读取。", thenLookUp},
	"ClientError.NoRequestId":         {"腾讯云的响应既未表示成功，也未表示失败。", thenLookUp},
	"ClientError.Panic":               {"未收到调用结果：机器人在调用过程中出错。", thenLookUp},
	"ClientError.IOError":             {"未收到调用结果：响应中断。", thenLookUp},
	"ClientError.TypeError":           {"无法解析腾讯云的响应。", thenLookUp},
	"ClientError.InvalidParameter":    {"未收到调用结果：未能正常发起调用。", thenLookUp},
	"ClientError.CircuitBreakerError": {"未收到调用结果：调用被提前中断。", thenLookUp},
}

func (chinese) meaning(errorCode string) (meaning, bool) {
	m, ok := chineseMeanings[errorCode]
	return m, ok
}

func (chinese) unknownCode() meaning {
	return meaning{what: "腾讯云返回了机器人不认识的错误，该次调用可能已生效，也可能未生效。", next: thenLookUp}
}

func (chinese) quoting(what, message string) string {
	return what + "腾讯云返回：“" + message + "”"
}

func (chinese) notListed(message string) meaning {
	what := "腾讯云返回了错误，且邀请列表中没有该邀请。"
	if message != "" {
		what += "返回信息：“" + message + "”"
	}
	return meaning{what: what, next: thenAgain}
}
