package invite

// meaning is what one error code stands for.
type meaning struct {
	outcome    Outcome
	what, next string
	vague      bool // the code covers many cases, so the provider's message is quoted
}

// Codes of this package for failures on the way to Tencent Cloud or back, beside those of its SDK.
const (
	codeClient       = "ClientError"
	codeCredential   = "ClientError.CredentialError"
	codeNotConnected = "ClientError.NotConnected"
	codeNetwork      = "ClientError.NetworkError"
	codeTimeout      = "ClientError.Timeout"
	codeStatus       = "ClientError.HttpStatusCodeError"
	codeAnswer       = "ClientError.ParseJsonError"
	codeTooLong      = "ClientError.AnswerTooLong"
	codeNoRequestID  = "ClientError.NoRequestId"
	codePanic        = "ClientError.Panic"
)

// Next steps that several codes share.
const (
	nextRetry       = "Nothing to do: the bot tries again by itself."
	nextCredentials = "The bot tries again by itself. If it stays so, ask whoever runs the bot to give it Tencent Cloud credentials."
	nextLookUp      = "The bot asks Tencent Cloud whether the invitation arrived before anything else is done."
	nextAgain       = "An approver can try again later; if it stays so, ask whoever runs the bot."
	nextOperator    = "Ask whoever runs the bot to look into it."
	nextKeys        = "Ask whoever runs the bot to check its Tencent Cloud credentials, then try again."
	nextAllow       = "Ask an administrator of the Tencent Cloud organization to look into it, then try again."
)

// families are the codes whose subcodes, also the unlisted ones, mean what they mean.
var families = []string{"AuthFailure", "LimitExceeded", "ResourceNotFound", "RequestLimitExceeded", "InternalError", codeClient}

// meanings has every documented code: those of SendOrganizationInvitation (version 2018-12-25), the codes that all of
// Tencent Cloud's APIs share, those of its SDK, and this package's own.
var meanings = map[string]meaning{
	// What SendOrganizationInvitation documents.
	"FailedOperation.MemberNameUsed": {Rejected,
		"The name is already in use in the organization.", "Ask again with another name. Trying again helps only once this name is free.", false},
	"FailedOperation.NotSameRegion": {Rejected,
		"The account belongs to another Tencent Cloud site (the international and the Chinese one are apart), and only accounts of the same site can be invited.",
		"Ask again with an account of the organization's site.", false},
	"FailedOperation.ReSentInvitation": {Rejected,
		"An invitation to this account is open already.", "The account's owner can accept it in the Tencent Cloud console.", false},
	"FailedOperation.UserInOrganization": {Rejected,
		"The account is already in an organization.", "If it is another organization, the account has to leave it first; then ask again.", false},
	"FailedOperation.UserNotRegister": {Rejected,
		"Tencent Cloud wants a primary account here, and the account that invites or the one that is invited isn't one.",
		"Check that the UIN is that of a primary account; if it is, ask whoever runs the bot to check the inviting one.", false},
	"LimitExceeded.Members": {Rejected,
		"The organization has as many members as it may have.", "Ask an administrator of the organization to make room or to have the limit raised, then try again.", false},
	"ResourceNotFound.OrganizationNotExist": {Rejected,
		"The bot's account has no organization at Tencent Cloud.", nextKeys, false},
	"ResourceNotFound.UserNotExist": {Rejected,
		"There is no account with this UIN.", "Check the number and ask again.", false},

	// Who calls, and what it may do.
	"AuthFailure": {Rejected, "Tencent Cloud didn't accept the bot's credentials.", nextKeys, true},
	"AuthFailure.InvalidAuthorization": {Rejected,
		"Tencent Cloud couldn't read how the bot identified itself.", nextOperator, false},
	"AuthFailure.InvalidSecretId": {Rejected,
		"The bot's SecretId isn't one for Tencent Cloud's API.", nextKeys, false},
	"AuthFailure.MFAFailure": {Rejected,
		"Tencent Cloud wants a second factor for the bot's account.", nextKeys, false},
	"AuthFailure.SecretIdNotFound": {Rejected,
		"Tencent Cloud doesn't know the bot's SecretId, or it was disabled.", nextKeys, false},
	"AuthFailure.SignatureExpire": {Rejected,
		"The clocks of the bot and of Tencent Cloud differ by more than 5 minutes.", "Ask whoever runs the bot to set its clock, then try again.", false},
	"AuthFailure.SignatureFailure": {Rejected,
		"The bot's signature is wrong, most likely because of a wrong SecretKey.", nextKeys, false},
	"AuthFailure.TokenFailure": {Rejected,
		"The bot's session token is wrong or has run out.", nextKeys, false},
	"AuthFailure.UnauthorizedOperation": {Rejected,
		"The bot's account isn't allowed to send invitations.", "Ask an administrator to allow it organization:SendOrganizationInvitation, then try again.", false},
	"UnauthorizedOperation": {Rejected,
		"The bot's account isn't allowed to do this.", "Ask an administrator to allow it organization:SendOrganizationInvitation, then try again.", true},
	"IpInBlacklist": {Rejected,
		"The bot's network address is blocked for this account.", nextAllow, false},
	"IpNotInWhitelist": {Rejected,
		"The bot's network address isn't among those allowed for this account.", nextAllow, false},

	// What is asked for.
	"ActionOffline":            {Rejected, "Tencent Cloud no longer offers this operation.", nextOperator, false},
	"DryRunOperation":          {Rejected, "The call was only a trial, and nothing was sent.", nextOperator, false},
	"InvalidAction":            {Rejected, "Tencent Cloud doesn't know this operation.", nextOperator, false},
	"InvalidParameter":         {Rejected, "Tencent Cloud refused what was entered.", "Check the UIN, the name and the remark, and ask again.", true},
	"InvalidParameterValue":    {Rejected, "Tencent Cloud refused a value that was entered.", "Check the UIN, the name and the remark, and ask again.", true},
	"InvalidRequest":           {Rejected, "Tencent Cloud couldn't read the request.", nextOperator, true},
	"MissingParameter":         {Rejected, "Tencent Cloud misses a value.", nextOperator, true},
	"NoSuchProduct":            {Rejected, "Tencent Cloud doesn't know this service.", nextOperator, false},
	"NoSuchVersion":            {Rejected, "Tencent Cloud doesn't know this version of the service.", nextOperator, false},
	"RequestSizeLimitExceeded": {Rejected, "The request was too large for Tencent Cloud.", "Ask again with a shorter name and remark.", false},
	"UnknownParameter":         {Rejected, "Tencent Cloud doesn't know a value that the bot sends.", nextOperator, true},
	"UnsupportedOperation":     {Rejected, "Tencent Cloud doesn't support this for the account.", nextAllow, true},
	"UnsupportedProtocol":      {Rejected, "Tencent Cloud doesn't accept this kind of connection.", nextOperator, false},
	"UnsupportedRegion":        {Rejected, "Tencent Cloud doesn't offer this in the region that the bot is set to.", "Ask whoever runs the bot to check TENCENTCLOUD_REGION.", false},

	// What it is asked of.
	"LimitExceeded":        {Rejected, "A limit of the account or the organization is reached.", nextAllow, true},
	"ResourceInUse":        {Rejected, "What is asked for is in use.", nextAgain, true},
	"ResourceInsufficient": {Rejected, "Tencent Cloud hasn't enough room for this.", nextAgain, true},
	"ResourceNotFound":     {Rejected, "Tencent Cloud can't find what this is about.", "Check the UIN and ask again.", true},
	"ResourceUnavailable":  {Rejected, "What is asked for isn't available.", nextAgain, true},

	// Not sent, and may be sent again.
	"RequestLimitExceeded":                              {NotSent, "Tencent Cloud had too many calls at once and did not take this one.", nextRetry, false},
	"RequestLimitExceeded.GlobalRegionUinLimitExceeded": {NotSent, "The bot's account has made too many calls at once.", nextRetry, false},
	"RequestLimitExceeded.IPLimitExceeded":              {NotSent, "Too many calls came from the bot's network address at once.", nextRetry, false},
	"RequestLimitExceeded.UinLimitExceeded":             {NotSent, "The bot's account has made too many calls at once.", nextRetry, false},
	codeNotConnected:                                    {NotSent, "Tencent Cloud can't be reached; nothing was sent.", nextRetry, false},
	codeCredential:                                      {NotSent, "The bot has no Tencent Cloud credentials at the moment; nothing was sent.", nextCredentials, false},

	// Nobody knows.
	"FailedOperation":              {Unknown, "Tencent Cloud says that the operation failed, without a reason that is known.", nextLookUp, true},
	"InternalError":                {Unknown, "Tencent Cloud had an error of its own, so it isn't known whether the invitation was sent.", nextLookUp, true},
	"ServiceUnavailable":           {Unknown, "Tencent Cloud was unavailable, so it isn't known whether the invitation was sent.", nextLookUp, false},
	"ResponseSizeLimitExceeded":    {Unknown, "Tencent Cloud's answer was too large to be given, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeClient:                     {Unknown, "The call to Tencent Cloud went wrong, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeNetwork:                    {Unknown, "The connection broke before Tencent Cloud's answer came, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeTimeout:                    {Unknown, "Tencent Cloud didn't answer in time, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeStatus:                     {Unknown, "A server on the way answered in Tencent Cloud's place, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeAnswer:                     {Unknown, "Tencent Cloud's answer can't be read, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeTooLong:                    {Unknown, "Tencent Cloud's answer was too long to be read, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codeNoRequestID:                {Unknown, "Tencent Cloud's answer says neither yes nor no, so it isn't known whether the invitation was sent.", nextLookUp, false},
	codePanic:                      {Unknown, "The bot failed during the call, so it isn't known whether the invitation was sent.", nextLookUp, false},
	"ClientError.IOError":          {Unknown, "Tencent Cloud's answer broke off, so it isn't known whether the invitation was sent.", nextLookUp, false},
	"ClientError.TypeError":        {Unknown, "Tencent Cloud's answer can't be read, so it isn't known whether the invitation was sent.", nextLookUp, false},
	"ClientError.InvalidParameter": {Unknown, "The call to Tencent Cloud couldn't be made as it should, so it isn't known whether the invitation was sent.", nextLookUp, false},
	"ClientError.CircuitBreakerError": {Unknown,
		"The call to Tencent Cloud was cut short, so it isn't known whether the invitation was sent.", nextLookUp, false},
}
