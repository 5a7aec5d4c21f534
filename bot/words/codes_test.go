package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

// TestEveryCodeHasASentence: exactly the codes that are known have words.
func TestEveryCodeHasASentence(t *testing.T) {
	said := make(map[string]string)
	for _, code := range invite.Codes() {
		if _, ok := testBook.say.meaning(code); !ok {
			t.Errorf("%s has no meaning of its own", code)
		}
		what, next := testBook.explain(code, "")
		checkSentence(t, code, what)
		checkSentence(t, code, next)
		if invite.OutcomeOf(code) == invite.Rejected {
			if other, twice := said[what]; twice {
				t.Errorf("%s and %s read the same: %s", code, other, what)
			}
			said[what] = code
		}
		if what, _ = testBook.explain(code, "the provider's words"); !strings.HasSuffix(what, " Tencent Cloud says: “the provider's words”") {
			t.Errorf("%s: the provider isn't quoted: %s", code, what)
		}
	}
	for code := range englishMeanings {
		if !slices.Contains(invite.Codes(), code) {
			t.Errorf("%s isn't a code that is known", code)
		}
	}
}

// checkSentence checks that a text for people is whole and has no code in it.
func checkSentence(t *testing.T, code, s string) {
	t.Helper()
	if !strings.HasSuffix(s, ".") || strings.ToUpper(s[:1]) != s[:1] || len(s) < 20 || strings.Contains(s, "Failure") {
		t.Errorf("%s: %q isn't a sentence for people", code, s)
	}
}

func TestUnlistedCodes(t *testing.T) {
	for _, code := range []string{
		"AuthFailure.Whatever", "LimitExceeded.Whatever", "ResourceNotFound.Whatever.Else", "RequestLimitExceeded.Whatever",
		"InternalError.Whatever", "ClientError.Whatever", "FailedOperation.Whatever", "InvalidParameter.MemberNameIllegal", "Answered.ClientError.NotConnected",
		"UnauthorizedOperation.CamNoAuth", "", "Whatever", "AuthFailureWhatever", "LimitExceededs", "authfailure.x", ".AuthFailure",
		"Request.LimitExceeded", "AuthFailure ",
	} {
		what, next := testBook.explain(code, "two\n\u202elines")
		if !strings.HasSuffix(what, " Tencent Cloud says: “two lines”") || next == "" {
			t.Errorf("explain(%q) = %q, %q", code, what, next)
		}
		if what, next := testBook.explain(code, " \x00 "); what == "" || next == "" || strings.Contains(what, "“") {
			t.Errorf("explain(%q) without a message = %q, %q", code, what, next)
		}
	}
}

// TestEveryDocumentedCodeHasAWayOn: each code that Tencent Cloud documents for an invitation, in both versions of the API, and
// each family with a subcode that nobody has heard of, leaves a known outcome and tells people what to do next.
func TestEveryDocumentedCodeHasAWayOn(t *testing.T) {
	for _, tt := range []struct {
		outcome invite.Outcome
		next    string // is in the next step
		codes   []string
	}{
		{invite.Rejected, "another name", []string{"FailedOperation.MemberNameUsed", "FailedOperation.OrganizationMemberNameUsed"}},
		{invite.Rejected, "organization's site", []string{"FailedOperation.NotSameRegion"}},
		{invite.Rejected, "owner can accept it", []string{"FailedOperation.ReSentInvitation", "FailedOperation.InvitationExist"}},
		{invite.Rejected, "has to leave", []string{"FailedOperation.UserInOrganization", "FailedOperation.MemberExistInOtherOrganization"}},
		{invite.Rejected, "Nothing to do", []string{"FailedOperation.OrganizationMemberExist"}},
		{invite.Rejected, "primary account", []string{"FailedOperation.UserNotRegister"}},
		{invite.Rejected, "make room", []string{"LimitExceeded.Members", "FailedOperation.OrganizationMemberOverLimit"}},
		{invite.Rejected, "check its Tencent Cloud credentials", []string{"ResourceNotFound.OrganizationNotExist"}},
		{invite.Rejected, "Check the number", []string{"ResourceNotFound.UserNotExist"}},
		{invite.Rejected, "verified as an enterprise", []string{"FailedOperation.AuthInfoEmpty", "FailedOperation.AuthNotEnterprise"}},
		{invite.Rejected, "verified as the organization's enterprise", []string{"FailedOperation.AuthInfoNotSame"}},
		{invite.Rejected, "try again later", []string{"FailedOperation.GetAuthInfo", "ResourceInUse.X", "ResourceInsufficient.X", "ResourceUnavailable.X"}},
		{invite.Rejected, "organization's reseller", []string{"UnsupportedOperation.AgentNotSame"}},
		{invite.Rejected, "another account", []string{"UnsupportedOperation.MemberIsAgent"}},
		{invite.Rejected, "Check the UIN, the name and the remark", []string{
			"InvalidParameter.ParamError", "InvalidParameter.MemberNameIllegal", "InvalidParameterValue.X"}},
		{invite.Rejected, "organization:SendOrganizationInvitation", []string{
			"UnauthorizedOperation.CamNoAuth", "AuthFailure.UnauthorizedOperation"}},
		{invite.Rejected, "check its Tencent Cloud credentials", []string{"AuthFailure.X", "AuthFailure.SecretIdNotFound", "AuthFailure.TokenFailure"}},
		{invite.Rejected, "set its clock", []string{"AuthFailure.SignatureExpire"}},
		{invite.Rejected, "administrator of the Tencent Cloud organization", []string{
			"IpInBlacklist.X", "IpNotInWhitelist.X", "LimitExceeded.X", "OperationDenied.X", "UnsupportedOperation.X"}},
		{invite.Rejected, "whoever runs the bot to look into it", []string{"ActionOffline.X", "DryRunOperation.X", "InvalidAction.X",
			"InvalidRequest.X", "MissingParameter.X", "NoSuchProduct.X", "NoSuchVersion.X", "UnknownParameter.X", "UnsupportedProtocol.X"}},
		{invite.Rejected, "shorter name", []string{"RequestSizeLimitExceeded.X"}},
		{invite.Rejected, "Check the UIN", []string{"ResourceNotFound.X"}},
		{invite.Rejected, "TENCENTCLOUD_REGION", []string{"UnsupportedRegion.X"}},
		{invite.NotSent, "tries again by itself", []string{"RequestLimitExceeded", "RequestLimitExceeded.X"}},
		{invite.Unknown, "asks Tencent Cloud whether", []string{"FailedOperation", "FailedOperation.X", "InternalError", "InternalError.X",
			"ServiceUnavailable.X", "ResponseSizeLimitExceeded.X", "Unheard", "Unheard.Of"}},
	} {
		for _, code := range tt.codes {
			if got := invite.OutcomeOf(code); got != tt.outcome {
				t.Errorf("%s leaves %s, want %s", code, got, tt.outcome)
			}
			if _, next := testBook.explain(code, ""); !strings.Contains(next, tt.next) {
				t.Errorf("%s: the next step is %q, without %q", code, next, tt.next)
			}
		}
	}
}
