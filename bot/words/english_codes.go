package words

// Next steps that several codes of Tencent Cloud share, in English.
const (
	nextRetry       = "Nothing to do: the bot tries again by itself."
	nextCredentials = "The bot tries again by itself. If it stays so, ask whoever runs the bot to give it Tencent Cloud credentials."
	nextLookUp      = "The bot asks Tencent Cloud whether the invitation arrived before anything else is done."
	nextAgain       = "An approver can try again later; if it stays so, ask whoever runs the bot."
	nextOperator    = "Ask whoever runs the bot to look into it."
	nextKeys        = "Ask whoever runs the bot to check its Tencent Cloud credentials, then try again."
	nextOther       = "Check the UIN, the name and the remark, and ask again."
	nextAllow       = "Ask an administrator of the Tencent Cloud organization to look into it, then try again."
)

// englishMeanings are the codes that [invite.Codes] knows, in English.
var englishMeanings = map[string]meaning{
	// What SendOrganizationInvitation documents.
	"FailedOperation.MemberNameUsed": {"The name is already in use in the organization.",
		"Ask again with another name, for example with the command below. Trying again helps only once this name is free."},
	"FailedOperation.NotSameRegion": {"The account belongs to another Tencent Cloud site (the international and the Chinese one are apart), and only accounts of the same site can be invited.",
		"Ask again with an account of the organization's site."},
	"FailedOperation.ReSentInvitation": {"An invitation to this account is open already.",
		"The account's owner can accept it in the Tencent Cloud console."},
	"FailedOperation.UserInOrganization": {"The account is already in an organization.",
		"If it is another organization, the account has to leave it first; then ask again."},
	"FailedOperation.UserNotRegister": {"Tencent Cloud wants a primary account here, and the account that invites or the one that is invited isn't one.",
		"Check that the UIN is that of a primary account; if it is, ask whoever runs the bot to check the inviting one."},
	"LimitExceeded.Members": {"The organization has as many members as it may have.",
		"Ask an administrator of the organization to make room or to have the limit raised, then try again."},
	"ResourceNotFound.InvitationNotExist": {"The invitation isn't open any more: it was accepted or cancelled, or its time ran out.",
		"Nothing to do: the bot reads Tencent Cloud's list, and tells what became of it."},
	"ResourceNotFound.OrganizationNotExist": {"The bot's account has no organization at Tencent Cloud.", nextKeys},
	"ResourceNotFound.UserNotExist":         {"There is no account with this UIN.", "Check the number and ask again."},

	// What the newer version has for the same refusals.
	"FailedOperation.AuthInfoEmpty": {"The account's owner has not verified who they are at Tencent Cloud.",
		"The account's owner has to have it verified as an enterprise in the Tencent Cloud console; then ask again."},
	"FailedOperation.AuthInfoNotSame": {"The account is verified as another enterprise than the organization's, and only accounts of the same one can be invited.",
		"Have the account verified as the organization's enterprise in the Tencent Cloud console, then ask again."},
	"FailedOperation.AuthNotEnterprise": {"The account isn't verified as an enterprise, and only such accounts can be invited.",
		"The account's owner has to have it verified as an enterprise in the Tencent Cloud console; then ask again."},
	"FailedOperation.GetAuthInfo": {"Tencent Cloud couldn't find out which enterprise the account belongs to.",
		"An approver can try again later; if it stays so, check in the console that the account is verified."},
	"FailedOperation.InvitationExist": {"There is an open invitation to this account already.",
		"The account's owner can accept it in the Tencent Cloud console."},
	"FailedOperation.MemberExistInOtherOrganization": {"The account belongs to another organization.",
		"The account has to leave that organization first; then ask again."},
	"FailedOperation.OrganizationMemberExist": {"The account is a member of the organization already.",
		"Nothing to do: it can be used as it is."},
	"FailedOperation.OrganizationMemberNameUsed": {"Another member of the organization has this name already.",
		"Ask again with another name, for example with the command below. Trying again helps only once this name is free."},
	"FailedOperation.OrganizationMemberOverLimit": {"The organization is full.",
		"Ask an administrator of the organization to make room or to have the limit raised, then try again."},
	"InvalidParameter.ParamError": {"Tencent Cloud refused the UIN, the name or the remark.", nextOther},
	"UnsupportedOperation.AgentNotSame": {"The account is another reseller's customer than the organization's, and only accounts of the same reseller can be invited.",
		"Ask again with an account of the organization's reseller, or have the account moved to it."},
	"UnsupportedOperation.MemberIsAgent": {"The account is a reseller's, or a reseller's customer's, and those can't be invited.",
		"Ask again with another account."},

	// Who calls, and what it may do.
	"AuthFailure":                      {"Tencent Cloud didn't accept the bot's credentials.", nextKeys},
	"AuthFailure.InvalidAuthorization": {"Tencent Cloud couldn't read how the bot identified itself.", nextOperator},
	"AuthFailure.InvalidSecretId":      {"The bot's SecretId isn't one for Tencent Cloud's API.", nextKeys},
	"AuthFailure.MFAFailure":           {"Tencent Cloud wants a second factor for the bot's account.", nextKeys},
	"AuthFailure.SecretIdNotFound":     {"Tencent Cloud doesn't know the bot's SecretId, or it was disabled.", nextKeys},
	"AuthFailure.SignatureExpire": {"The clocks of the bot and of Tencent Cloud differ by more than 5 minutes.",
		"Ask whoever runs the bot to set its clock, then try again."},
	"AuthFailure.SignatureFailure": {"The bot's signature is wrong, most likely because of a wrong SecretKey.", nextKeys},
	"AuthFailure.TokenFailure":     {"The bot's session token is wrong or has run out.", nextKeys},
	"AuthFailure.UnauthorizedOperation": {"The bot's account isn't allowed to send invitations.",
		"Ask an administrator to allow it organization:SendOrganizationInvitation, then try again."},
	"UnauthorizedOperation": {"The bot's account isn't allowed to do this.",
		"Ask an administrator to allow it organization:SendOrganizationInvitation, then try again."},
	"OperationDenied":  {"Tencent Cloud doesn't let the bot's account do this.", nextAllow},
	"IpInBlacklist":    {"The bot's network address is blocked for this account.", nextAllow},
	"IpNotInWhitelist": {"The bot's network address isn't among those allowed for this account.", nextAllow},

	// What is asked for.
	"ActionOffline":            {"Tencent Cloud no longer offers this operation.", nextOperator},
	"DryRunOperation":          {"The call was only a trial, and nothing was sent.", nextOperator},
	"InvalidAction":            {"Tencent Cloud doesn't know this operation.", nextOperator},
	"InvalidParameter":         {"Tencent Cloud refused what was entered.", nextOther},
	"InvalidParameterValue":    {"Tencent Cloud refused a value that was entered.", nextOther},
	"InvalidRequest":           {"Tencent Cloud couldn't read the request.", nextOperator},
	"MissingParameter":         {"Tencent Cloud misses a value.", nextOperator},
	"NoSuchProduct":            {"Tencent Cloud doesn't know this service.", nextOperator},
	"NoSuchVersion":            {"Tencent Cloud doesn't know this version of the service.", nextOperator},
	"RequestSizeLimitExceeded": {"The request was too large for Tencent Cloud.", "Ask again with a shorter name and remark."},
	"UnknownParameter":         {"Tencent Cloud doesn't know a value that the bot sends.", nextOperator},
	"UnsupportedOperation":     {"Tencent Cloud doesn't support this for the account.", nextAllow},
	"UnsupportedProtocol":      {"Tencent Cloud doesn't accept this kind of connection.", nextOperator},
	"UnsupportedRegion": {"Tencent Cloud doesn't offer this in the region that the bot is set to.",
		"Ask whoever runs the bot to check TENCENTCLOUD_REGION."},

	// What it is asked of.
	"LimitExceeded":        {"A limit of the account or the organization is reached.", nextAllow},
	"ResourceInUse":        {"What is asked for is in use.", nextAgain},
	"ResourceInsufficient": {"Tencent Cloud hasn't enough room for this.", nextAgain},
	"ResourceNotFound":     {"Tencent Cloud can't find what this is about.", "Check the UIN and ask again."},
	"ResourceUnavailable":  {"What is asked for isn't available.", nextAgain},

	// Not sent, and may be sent again.
	"RequestLimitExceeded":                              {"Tencent Cloud had too many calls at once and did not take this one.", nextRetry},
	"RequestLimitExceeded.GlobalRegionUinLimitExceeded": {"The bot's account has made too many calls at once.", nextRetry},
	"RequestLimitExceeded.IPLimitExceeded":              {"Too many calls came from the bot's network address at once.", nextRetry},
	"RequestLimitExceeded.UinLimitExceeded":             {"The bot's account has made too many calls at once.", nextRetry},
	"ClientError.NotConnected":                          {"Tencent Cloud can't be reached; nothing was sent.", nextRetry},
	"ClientError.CredentialError":                       {"The bot has no Tencent Cloud credentials at the moment; nothing was sent.", nextCredentials},

	// Nobody knows.
	"FailedOperation":                 {"Tencent Cloud says that the operation failed, and not whether it took effect.", nextLookUp},
	"InternalError":                   {"Tencent Cloud had an error of its own, and doesn't say whether the call took effect.", nextLookUp},
	"ServiceUnavailable":              {"Tencent Cloud said that it was unavailable, and not whether the call took effect.", nextLookUp},
	"ResponseSizeLimitExceeded":       {"Tencent Cloud said that its answer was too large to be given.", nextLookUp},
	"ClientError":                     {"The call's answer was lost: the call went wrong on the way.", nextLookUp},
	"ClientError.NetworkError":        {"The call's answer was lost: the connection broke before it came.", nextLookUp},
	"ClientError.Timeout":             {"The call's answer was lost: none came in time.", nextLookUp},
	"ClientError.HttpStatusCodeError": {"The call's answer was lost: a server on the way answered in Tencent Cloud's place.", nextLookUp},
	"ClientError.ParseJsonError":      {"Tencent Cloud's answer can't be read.", nextLookUp},
	"ClientError.AnswerTooLong":       {"Tencent Cloud's answer was too long to be read.", nextLookUp},
	"ClientError.NoRequestId":         {"Tencent Cloud's answer says neither yes nor no.", nextLookUp},
	"ClientError.Panic":               {"The call's answer was lost: the bot failed during the call.", nextLookUp},
	"ClientError.IOError":             {"The call's answer was lost: it broke off.", nextLookUp},
	"ClientError.TypeError":           {"Tencent Cloud's answer can't be read.", nextLookUp},
	"ClientError.InvalidParameter":    {"The call's answer was lost: the call couldn't be made as it should.", nextLookUp},
	"ClientError.CircuitBreakerError": {"The call's answer was lost: the call was cut short.", nextLookUp},
}

func (english) meaning(errorCode string) (meaning, bool) {
	m, ok := englishMeanings[errorCode]
	return m, ok
}

func (english) unknownCode() meaning {
	return meaning{what: "Tencent Cloud answered with an error that the bot doesn't know, which may or may not have taken effect.", next: nextLookUp}
}

func (english) quoting(what, message string) string {
	return what + " Tencent Cloud says: “" + message + "”"
}

func (english) notListed(message string) meaning {
	what := "Tencent Cloud answered with an error, and doesn't list the invitation."
	if message != "" {
		what += " It says: “" + message + "”"
	}
	return meaning{what: what, next: nextAgain}
}
