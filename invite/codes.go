package invite

import (
	"maps"
	"slices"
	"strings"
)

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

// families are the codes whose subcodes, also the unlisted ones, mean what they mean.
// Of FailedOperation that can't be said: it stands for failures of all kinds.
var families = []string{
	"ActionOffline", "AuthFailure", "DryRunOperation", "InvalidAction", "InvalidParameter", "InvalidParameterValue", "InvalidRequest",
	"IpInBlacklist", "IpNotInWhitelist", "LimitExceeded", "MissingParameter", "NoSuchProduct", "NoSuchVersion", "OperationDenied",
	"RequestSizeLimitExceeded", "ResourceInUse", "ResourceInsufficient", "ResourceNotFound", "ResourceUnavailable",
	"UnauthorizedOperation", "UnknownParameter", "UnsupportedOperation", "UnsupportedProtocol", "UnsupportedRegion",
	"RequestLimitExceeded", "InternalError", codeClient,
}

// outcomes has every documented code, with the outcome that it leaves: those of SendOrganizationInvitation (version
// 2018-12-25), the codes that all of Tencent Cloud's APIs share, those of its SDK, and this package's own.
var outcomes = map[string]Outcome{
	// What SendOrganizationInvitation documents.
	"FailedOperation.MemberNameUsed":        Rejected,
	"FailedOperation.NotSameRegion":         Rejected,
	"FailedOperation.ReSentInvitation":      Rejected,
	"FailedOperation.UserInOrganization":    Rejected,
	"FailedOperation.UserNotRegister":       Rejected,
	"LimitExceeded.Members":                 Rejected,
	"ResourceNotFound.OrganizationNotExist": Rejected,
	"ResourceNotFound.UserNotExist":         Rejected,

	// The same in version 2021-03-31, and what else it refuses. Both versions have the same service behind them.
	"FailedOperation.AuthInfoEmpty":                  Rejected,
	"FailedOperation.AuthInfoNotSame":                Rejected,
	"FailedOperation.AuthNotEnterprise":              Rejected,
	"FailedOperation.GetAuthInfo":                    Rejected,
	"FailedOperation.InvitationExist":                Rejected,
	"FailedOperation.MemberExistInOtherOrganization": Rejected,
	"FailedOperation.OrganizationMemberExist":        Rejected,
	"FailedOperation.OrganizationMemberNameUsed":     Rejected,
	"FailedOperation.OrganizationMemberOverLimit":    Rejected,
	"InvalidParameter.ParamError":                    Rejected,
	"UnsupportedOperation.AgentNotSame":              Rejected,
	"UnsupportedOperation.MemberIsAgent":             Rejected,

	// Who calls, and what it may do.
	"AuthFailure":                       Rejected,
	"AuthFailure.InvalidAuthorization":  Rejected,
	"AuthFailure.InvalidSecretId":       Rejected,
	"AuthFailure.MFAFailure":            Rejected,
	"AuthFailure.SecretIdNotFound":      Rejected,
	"AuthFailure.SignatureExpire":       Rejected,
	"AuthFailure.SignatureFailure":      Rejected,
	"AuthFailure.TokenFailure":          Rejected,
	"AuthFailure.UnauthorizedOperation": Rejected,
	"UnauthorizedOperation":             Rejected,
	"IpInBlacklist":                     Rejected,
	"IpNotInWhitelist":                  Rejected,

	// What is asked for.
	"ActionOffline":            Rejected,
	"DryRunOperation":          Rejected,
	"InvalidAction":            Rejected,
	"InvalidParameter":         Rejected,
	"InvalidParameterValue":    Rejected,
	"InvalidRequest":           Rejected,
	"MissingParameter":         Rejected,
	"NoSuchProduct":            Rejected,
	"NoSuchVersion":            Rejected,
	"OperationDenied":          Rejected,
	"RequestSizeLimitExceeded": Rejected,
	"UnknownParameter":         Rejected,
	"UnsupportedOperation":     Rejected,
	"UnsupportedProtocol":      Rejected,
	"UnsupportedRegion":        Rejected,

	// What it is asked of.
	"LimitExceeded":        Rejected,
	"ResourceInUse":        Rejected,
	"ResourceInsufficient": Rejected,
	"ResourceNotFound":     Rejected,
	"ResourceUnavailable":  Rejected,

	// Not sent, and may be sent again.
	"RequestLimitExceeded":                              NotSent,
	"RequestLimitExceeded.GlobalRegionUinLimitExceeded": NotSent,
	"RequestLimitExceeded.IPLimitExceeded":              NotSent,
	"RequestLimitExceeded.UinLimitExceeded":             NotSent,
	codeNotConnected:                                    NotSent,
	codeCredential:                                      NotSent,

	// Nobody knows.
	"FailedOperation":                 Unknown,
	"InternalError":                   Unknown,
	"ServiceUnavailable":              Unknown,
	"ResponseSizeLimitExceeded":       Unknown,
	codeClient:                        Unknown,
	codeNetwork:                       Unknown,
	codeTimeout:                       Unknown,
	codeStatus:                        Unknown,
	codeAnswer:                        Unknown,
	codeTooLong:                       Unknown,
	codeNoRequestID:                   Unknown,
	codePanic:                         Unknown,
	"ClientError.IOError":             Unknown,
	"ClientError.TypeError":           Unknown,
	"ClientError.InvalidParameter":    Unknown,
	"ClientError.CircuitBreakerError": Unknown,
}

// Codes are all codes that are known, in alphabetical order.
func Codes() []string { return slices.Sorted(maps.Keys(outcomes)) }

// Family is the first part of a code that isn't known, where all subcodes of that mean what it means.
func Family(code string) (head string, ok bool) {
	head, _, sub := strings.Cut(code, ".")
	if !sub || !slices.Contains(families, head) {
		return "", false
	}
	return head, true
}

// OutcomeOf returns the outcome that an error code leaves. A code that isn't known leaves it unknown: a guess in either
// direction would lose an invitation or send it twice, and the organization's list settles it.
func OutcomeOf(code string) Outcome {
	if outcome, ok := outcomes[code]; ok {
		return outcome
	}
	if head, ok := Family(code); ok {
		return outcomes[head]
	}
	return Unknown
}
