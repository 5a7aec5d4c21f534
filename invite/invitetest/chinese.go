package invitetest

// inItsLanguage is an error in the language that a call asks for. What a test wants answered stays as the test has it.
func (c *Call) inItsLanguage(problem *apiError) *apiError {
	message, ok := inChinese[problem.Code]
	if c.Language != "zh-CN" || !ok || c.Trouble != nil && c.Trouble.Kind == AnswerCode {
		return problem
	}
	return &apiError{problem.Code, message}
}

// inChinese are the messages of the double's errors, in Simplified Chinese.
var inChinese = map[string]string{
	"FailedOperation.MemberNameUsed":                 "名字已经被使用。",
	"FailedOperation.OrganizationMemberNameUsed":     "成员名已存在。",
	"FailedOperation.NotSameRegion":                  "只能邀请同一个站点内的账号。",
	"FailedOperation.ReSentInvitation":               "重复发送邀请。",
	"FailedOperation.InvitationExist":                "邀请已存在。",
	"FailedOperation.UserInOrganization":             "用户已经加入企业组织。",
	"FailedOperation.MemberExistInOtherOrganization": "成员已存在于其他组织中。",
	"FailedOperation.OrganizationMemberExist":        "成员已存在。",
	"FailedOperation.UserNotRegister":                "邀请账户不是主账号。",
	"FailedOperation.AuthInfoEmpty":                  "用户未实名。",
	"FailedOperation.AuthNotEnterprise":              "用户非企业实名。",
	"FailedOperation.AuthInfoNotSame":                "企业实名不一样。",
	"FailedOperation.GetAuthInfo":                    "查询实名信息出错。",
	"FailedOperation.OrganizationMemberOverLimit":    "成员数量超过上限。",
	"LimitExceeded.Members":                          "企业组织成员数量超过上限。",
	"ResourceNotFound.InvitationNotExist":            "邀请信息不存在。",
	"ResourceNotFound.UserNotExist":                  "用户不存在。",
	"UnsupportedOperation.AgentNotSame":              "管理员和成员的经销商不一致。",
	"UnsupportedOperation.MemberIsAgent":             "账号是代理商或代客。",
	"AuthFailure.InvalidAuthorization":               "请求头部的 Authorization 不符合腾讯云标准。",
	"AuthFailure.SecretIdNotFound":                   "密钥不存在。",
	"AuthFailure.SignatureExpire":                    "签名过期。",
	"AuthFailure.SignatureFailure":                   "签名错误。",
	"AuthFailure.TokenFailure":                       "token 错误。",
	"UnauthorizedOperation":                          "未授权操作。",
	"InvalidAction":                                  "接口不存在。",
	"InvalidParameter":                               "参数错误。",
	"InvalidParameterValue":                          "参数取值错误。",
	"InvalidRequest":                                 "请求 body 格式错误。",
	"MissingParameter":                               "缺少参数。",
	"NoSuchVersion":                                  "接口版本不存在。",
	"RequestLimitExceeded":                           "请求的次数超过了频率限制。",
	"UnknownParameter":                               "未知参数错误。",
	"UnsupportedProtocol":                            "HTTP(S) 请求协议错误。",
}
