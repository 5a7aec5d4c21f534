package invite

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

// codes are all codes that are known, with the outcomes that they leave: those that Tencent Cloud documents, the codes of
// its SDK's failures, and this package's own.
var codes = map[Outcome][]string{
	Rejected: {
		// SendOrganizationInvitation, version 2018-12-25.
		"FailedOperation.MemberNameUsed", "FailedOperation.NotSameRegion", "FailedOperation.ReSentInvitation",
		"FailedOperation.UserInOrganization", "FailedOperation.UserNotRegister", "LimitExceeded.Members",
		"ResourceNotFound.InvitationNotExist", "ResourceNotFound.OrganizationNotExist", "ResourceNotFound.UserNotExist",
		// The same refusals in version 2021-03-31.
		"FailedOperation.AuthInfoEmpty", "FailedOperation.AuthInfoNotSame", "FailedOperation.AuthNotEnterprise",
		"FailedOperation.GetAuthInfo", "FailedOperation.InvitationExist", "FailedOperation.MemberExistInOtherOrganization",
		"FailedOperation.OrganizationMemberExist", "FailedOperation.OrganizationMemberNameUsed",
		"FailedOperation.OrganizationMemberOverLimit", "InvalidParameter.ParamError", "UnsupportedOperation.AgentNotSame",
		"UnsupportedOperation.MemberIsAgent",
		// Families.
		"ActionOffline", "AuthFailure", "DryRunOperation", "InvalidAction", "InvalidParameter", "InvalidParameterValue",
		"InvalidRequest", "IpInBlacklist", "IpNotInWhitelist", "LimitExceeded", "MissingParameter", "NoSuchProduct",
		"NoSuchVersion", "OperationDenied", "RequestSizeLimitExceeded", "ResourceInUse", "ResourceInsufficient",
		"ResourceNotFound", "ResourceUnavailable", "UnauthorizedOperation", "UnknownParameter", "UnsupportedOperation",
		"UnsupportedProtocol", "UnsupportedRegion",
		"AuthFailure.InvalidAuthorization", "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure",
		"AuthFailure.SecretIdNotFound", "AuthFailure.SignatureExpire", "AuthFailure.SignatureFailure",
		"AuthFailure.TokenFailure", "AuthFailure.UnauthorizedOperation",
	},
	NotSent: {
		"RequestLimitExceeded", "RequestLimitExceeded.GlobalRegionUinLimitExceeded", "RequestLimitExceeded.IPLimitExceeded",
		"RequestLimitExceeded.UinLimitExceeded", "ClientError.NotConnected", "ClientError.CredentialError",
	},
	Unknown: {
		"FailedOperation", "InternalError", "ServiceUnavailable", "ResponseSizeLimitExceeded",
		"ClientError", "ClientError.NetworkError", "ClientError.Timeout", "ClientError.HttpStatusCodeError",
		"ClientError.ParseJsonError", "ClientError.IOError", "ClientError.TypeError", "ClientError.CircuitBreakerError",
		"ClientError.InvalidParameter", "ClientError.AnswerTooLong", "ClientError.NoRequestId", "ClientError.Panic",
	},
}

func TestEveryCodeHasAnOutcome(t *testing.T) {
	listed := 0
	for outcome, all := range codes {
		for _, code := range all {
			listed++
			if !slices.Contains(Codes(), code) {
				t.Errorf("%s isn't known", code)
			}
			if got := OutcomeOf(code); got != outcome {
				t.Errorf("%s leaves %s, want %s", code, got, outcome)
			}
		}
	}
	if listed != len(Codes()) {
		t.Errorf("%d codes are tested, and there are %d", listed, len(Codes()))
	}
}

func TestSubcodesOfAFamilyMeanWhatItMeans(t *testing.T) {
	for head, outcome := range families {
		if got := OutcomeOf(head + ".Whatever"); got != outcome {
			t.Errorf("%s.Whatever leaves %s, want %s", head, got, outcome)
		}
	}
}

func TestUnlistedCodes(t *testing.T) {
	for code, want := range map[string]Outcome{
		"UnauthorizedOperation.CamNoAuth": Rejected, "InvalidParameter.MemberNameIllegal": Rejected, "ResourceNotFound.Whatever.Else": Rejected,
		"RequestLimitExceeded.Whatever": NotSent,
		"InternalError.Whatever":        Unknown, "ClientError.Whatever": Unknown, "FailedOperation.Whatever": Unknown,
		"": Unknown, "Whatever": Unknown, "Whatever.InvalidParameter": Unknown,
		"AuthFailureWhatever": Unknown, "LimitExceededs": Unknown, "authfailure.x": Unknown, ".AuthFailure": Unknown,
		"Request.LimitExceeded": Unknown, "AuthFailure ": Unknown,
	} {
		if got := OutcomeOf(code); got != want {
			t.Errorf("%q leaves %s, want %s", code, got, want)
		}
	}
}

func TestProviderMessagesAreMadeHarmless(t *testing.T) {
	if got := Clean(strings.Repeat("界", 301)); got != strings.Repeat("界", 300) {
		t.Errorf("300 characters became %q", got)
	}
	if got := Clean("\x1b[31ma\r\n\tb\u200bc\xff "); got != "[31ma b c\ufffd" {
		t.Errorf("got %q", got)
	}
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSignature(t *testing.T) {
	const payload = `{"InviteUin":100000000001,"Name":"alice","Remark":"invited by slack"}`
	for endpoint, signature := range map[string]string{
		"":                      "436248cb2cc50e29bd10dfcec4c8ac1c35fd2d0e4ebe2f0c602ac5af65021c9a",
		"http://127.0.0.1:8080": "9ee7c6a9f62cd3dfa49326cd72d62c20c7419d15693449161ef62b3c91366b77",
	} {
		c, err := NewClient(Config{Endpoint: endpoint, Credential: common.NewCredential(
			"AKIDEXAMPLE0000000000000000000000000", "SecretKeyExample0000000000000000")})
		if err != nil {
			t.Fatal(err)
		}
		var signed *http.Request
		var body []byte
		c.sdk.WithHttpTransport(roundTrip(func(r *http.Request) (*http.Response, error) {
			signed = r
			body, err = io.ReadAll(r.Body)
			return nil, io.EOF
		}))
		request := &sendRequest{newRequest("SendOrganizationInvitation"), 100000000001, "alice", "invited by slack"}
		request.SetHeader(map[string]string{"X-TC-Timestamp": "1700000000"})
		if result := failed("test", c.call(context.Background(), request, new(changeResponse))); result.Code != codeNetwork {
			t.Fatalf("the call ended as %+v", result)
		}
		if string(body) != payload {
			t.Errorf("%s: sent %s, want %s", endpoint, body, payload)
		}
		want := "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE0000000000000000000000000/2023-11-14/organization/tc3_request, " +
			"SignedHeaders=content-type;host, Signature=" + signature
		if got := signed.Header.Get("Authorization"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", endpoint, got, want)
		}
		for header, want := range map[string]string{
			"X-TC-Action": "SendOrganizationInvitation", "X-TC-Version": "2018-12-25", "X-TC-Language": "en-US", "X-TC-Region": "",
		} {
			if got := signed.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", endpoint, header, got, want)
			}
		}
	}
}
