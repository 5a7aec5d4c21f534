package invite

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// ours is how the codes of this package begin, and those of the SDK for its own failures: what went wrong on the way to
// Tencent Cloud or back. None that is answered begins so, see [answeredCode].
const ours = "ClientError"

// Codes of this package.
const (
	codeClient       = ours
	codeCredential   = ours + ".CredentialError"
	codeNotConnected = ours + ".NotConnected"
	codeNetwork      = ours + ".NetworkError"
	codeTimeout      = ours + ".Timeout"
	codeStatus       = ours + ".HttpStatusCodeError"
	codeAnswer       = ours + ".ParseJsonError"
	codeTooLong      = ours + ".AnswerTooLong"
	codeNoRequestID  = ours + ".NoRequestId"
	codePanic        = ours + ".Panic"
)

// answeredCode is a code as the endpoint answered it, fit to be kept. One that reads like one of ours is marked: what the
// bot knows by itself, that nothing was sent for instance, nobody else can say.
func answeredCode(code string) string {
	code = Clean(code)
	if isOurs(code) {
		return "Answered." + code
	}
	return code
}

// isOurs tells whether a code stands for a failure on the way to Tencent Cloud or back.
func isOurs(code string) bool {
	head, _, _ := strings.Cut(code, ".")
	return head == ours
}

// RefusesAll says whether a refusal is about who asks or the organization, and not about the account: then every other account would be
// refused as well.
func (r Result) RefusesAll() bool {
	head, _, _ := strings.Cut(r.Code, ".")
	return slices.Contains(refuseAll, r.Code) || slices.Contains(refuseAll, head)
}

// refuseAll are codes, and families of codes, that don't depend on the account.
var refuseAll = []string{
	"LimitExceeded.Members", "FailedOperation.OrganizationMemberOverLimit", // the organization is full
	"ResourceNotFound.OrganizationNotExist",
	"AuthFailure", "UnauthorizedOperation", "IpInBlacklist", "IpNotInWhitelist", // the key may not do it
	"ActionOffline", "InvalidAction", "NoSuchProduct", "NoSuchVersion", "UnsupportedRegion", "UnsupportedProtocol",
}

// families are the outcomes of the codes whose subcodes, also the unlisted ones, mean what they mean. FailedOperation isn't
// among them: some of its subcodes are refusals, and others failures in the middle of something.
var families = map[string]Outcome{
	// Who calls, and what it may do.
	"AuthFailure":           Rejected,
	"UnauthorizedOperation": Rejected,
	"IpInBlacklist":         Rejected,
	"IpNotInWhitelist":      Rejected,
	"OperationDenied":       Rejected,

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
	"RequestLimitExceeded": NotSent,

	// Nobody knows.
	"InternalError":             Unknown,
	"ServiceUnavailable":        Unknown,
	"ResponseSizeLimitExceeded": Unknown,
	ours:                        Unknown,
}

// outcomes are those of the codes that say more than their family, or less: those of the calls that are made in version
// 2018-12-25 and in 2021-03-31, the subcodes that all of Tencent Cloud's APIs share, those of its SDK, and this package's own.
var outcomes = map[string]Outcome{
	// What version 2018-12-25 documents.
	"FailedOperation.MemberNameUsed":        Rejected,
	"FailedOperation.NotSameRegion":         Rejected,
	"FailedOperation.ReSentInvitation":      Rejected,
	"FailedOperation.UserInOrganization":    Rejected,
	"FailedOperation.UserNotRegister":       Rejected,
	"LimitExceeded.Members":                 Rejected,
	"ResourceNotFound.InvitationNotExist":   Rejected, // CancelOrganizationInvitation's
	"ResourceNotFound.OrganizationNotExist": Rejected,
	"ResourceNotFound.UserNotExist":         Rejected,

	// What version 2021-03-31 has for the same refusals.
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

	// Who calls.
	"AuthFailure.InvalidAuthorization":  Rejected,
	"AuthFailure.InvalidSecretId":       Rejected,
	"AuthFailure.MFAFailure":            Rejected,
	"AuthFailure.SecretIdNotFound":      Rejected,
	"AuthFailure.SignatureExpire":       Rejected,
	"AuthFailure.SignatureFailure":      Rejected,
	"AuthFailure.TokenFailure":          Rejected,
	"AuthFailure.UnauthorizedOperation": Rejected,

	// Not sent, and may be sent again.
	"RequestLimitExceeded.GlobalRegionUinLimitExceeded": NotSent,
	"RequestLimitExceeded.IPLimitExceeded":              NotSent,
	"RequestLimitExceeded.UinLimitExceeded":             NotSent,
	codeNotConnected:                                    NotSent,
	codeCredential:                                      NotSent,

	// Nobody knows.
	"FailedOperation":             Unknown,
	codeNetwork:                   Unknown,
	codeTimeout:                   Unknown,
	codeStatus:                    Unknown,
	codeAnswer:                    Unknown,
	codeTooLong:                   Unknown,
	codeNoRequestID:               Unknown,
	codePanic:                     Unknown,
	ours + ".IOError":             Unknown,
	ours + ".TypeError":           Unknown,
	ours + ".InvalidParameter":    Unknown,
	ours + ".CircuitBreakerError": Unknown,
}

// Codes are all codes that are known, in alphabetical order.
func Codes() []string {
	codes := slices.Collect(maps.Keys(outcomes))
	codes = slices.AppendSeq(codes, maps.Keys(families))
	slices.Sort(codes)
	return codes
}

// Family is the first part of a code that isn't known, where all subcodes of that mean what it means.
func Family(code string) (head string, ok bool) {
	head, _, sub := strings.Cut(code, ".")
	if _, ok := families[head]; !sub || !ok {
		return "", false
	}
	return head, true
}

// OutcomeOf returns the outcome that an error code leaves. A code of no family leaves it unknown: a guess in either
// direction would lose an invitation or send it twice, and the look-up that follows settles it.
func OutcomeOf(code string) Outcome {
	if outcome, ok := outcomes[code]; ok {
		return outcome
	}
	head, _, _ := strings.Cut(code, ".")
	return cmp.Or(families[head], Unknown)
}

// forOperator are the families of codes that say that the key, its policy or this machine must be put right: no request is at fault.
var forOperator = []string{"AuthFailure", "UnauthorizedOperation", "IpInBlacklist", "IpNotInWhitelist"}

// ForOperator says whether a code means that an operator has to do something before any call can succeed.
func ForOperator(code string) bool {
	head, _, _ := strings.Cut(code, ".")
	return code == codeCredential || slices.Contains(forOperator, head)
}
