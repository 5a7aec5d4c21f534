package operate

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/settings"
	"github.com/invitebot/invitebot/invite"
)

// What is looked at.
const (
	checkCloud        = "Tencent Cloud"
	checkKey          = "Tencent Cloud key"
	checkLists        = "lists"
	checkClock        = "clock"
	checkOrganization = "organization"
)

const (
	cloudLimit   = 2500 * time.Millisecond // for one call
	clockWarns   = time.Minute
	clockRefused = 5 * time.Minute // from there on Tencent Cloud refuses every signature: its documentation of signature v3
)

const (
	policy    = `give the sub-user a policy with organization:ListOrganizationInvitations and organization:ListOrganizationMembers (README, "Tencent Cloud")`
	otherSite = "; a key of the Chinese site needs TENCENTCLOUD_ENDPOINT=https://organization.tencentcloudapi.com, and one of the international site the default"
)

// checkTencentCloud makes two harmless calls.
func checkTencentCloud(ctx context.Context, s *settings.Settings) (found checkup.List) {
	client, err := invite.NewClient(invite.Config{Endpoint: s.Endpoint, Region: s.Region, Credential: s.Credential(), Timeout: cloudLimit})
	if err != nil {
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", "correct it", "%v", err)
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
		name string
		err  error
	}{{"invitations", p.Invitations}, {"members", p.Members}} {
		refused, failed := errors.AsType[*invite.CallError](l.err)
		switch {
		case !failed:
			found.Pass(checkLists, "the key may list %s", l.name)
		case refused.Forbidden():
			found.Warn(checkLists, "", policy, "the key may not list %s: what becomes of an invitation isn't told, cards don't warn, and an approver has to look after a lost answer", l.name)
		default:
			found.Unanswered(checkLists, "", "try again later", "Tencent Cloud doesn't list %s: %s %s", l.name, refused.Code, refused.Message)
		}
	}
	return found
}

func lookAtClock(found *checkup.List, p invite.Probe) {
	const remedy = "have it set by NTP"
	switch off := p.Clock.Abs(); {
	case !p.HasClock:
	case off >= clockRefused:
		found.Fail(checkClock, "", remedy, "this machine's clock differs from Tencent Cloud's by %s, which refuses what is signed so", off)
	case off >= clockWarns:
		found.Warn(checkClock, "", remedy, "this machine's clock differs from Tencent Cloud's by %s", off)
	default:
		found.Pass(checkClock, "it agrees with Tencent Cloud's")
	}
}

// lookAtAnswer says what the first call tells of the key and of who answers, and whether that is the organization's API.
func lookAtAnswer(found *checkup.List, s *settings.Settings, p invite.Probe) bool {
	refused, failed := errors.AsType[*invite.CallError](p.Invitations)
	if !failed || refused.Forbidden() {
		found.Pass(checkKey, "Tencent Cloud takes it at %s", s.Endpoint)
		if !failed {
			found.Pass(checkOrganization, "the key's account has one")
		}
		return true
	}
	head, _, _ := strings.Cut(refused.Code, ".")
	switch {
	case refused.Code == "ClientError.CredentialError":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", "set it and TENCENTCLOUD_SECRET_KEY, or give the machine a profile or a role", "no key was found")
	case refused.Code == "AuthFailure.SecretIdNotFound", refused.Code == "AuthFailure.InvalidSecretId":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", "write that of a key which exists and isn't disabled"+otherSite, "%s doesn't know this SecretId (%s)", s.Endpoint, refused.Code)
	case refused.Code == "AuthFailure.SignatureFailure":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_KEY", "write the SecretKey that was shown with TENCENTCLOUD_SECRET_ID", "it doesn't belong to TENCENTCLOUD_SECRET_ID (%s)", refused.Code)
	case refused.Code == "AuthFailure.TokenFailure":
		found.Fail(checkKey, "TENCENTCLOUD_TOKEN", "write the newest one, or leave it out where the key isn't temporary", "the session token isn't valid, or no longer (%s)", refused.Code)
	case refused.Code == "AuthFailure.SignatureExpire":
		found.Fail(checkKey, "", "put the clock right", "Tencent Cloud takes what is signed for too old or too new (%s)", refused.Code)
	case head == "AuthFailure":
		found.Fail(checkKey, "TENCENTCLOUD_SECRET_ID", "write a key that is valid", "Tencent Cloud doesn't take it (%s: %s)", refused.Code, refused.Message)
	case head == "IpNotInWhitelist", head == "IpInBlacklist":
		found.Fail(checkKey, "", "let this machine's address in, where the key is restricted", "the key isn't for calls from here (%s: %s)", refused.Code, refused.Message)
	case refused.Code == "ResourceNotFound.OrganizationNotExist":
		found.Pass(checkKey, "Tencent Cloud takes it at %s", s.Endpoint)
		found.Fail(checkOrganization, "TENCENTCLOUD_SECRET_ID", "write a key of the organization's management account, or create the organization", "the key's account has none")
	case head == "NoSuchProduct", head == "NoSuchVersion", head == "InvalidAction":
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", "write "+invite.DefaultEndpoint+", or that of the Chinese site", "%s isn't the organization API (%s)", s.Endpoint, refused.Code)
	case refused.Code == "ClientError.HttpStatusCodeError", refused.Code == "ClientError.ParseJsonError", refused.Code == "ClientError.NoRequestId":
		found.Fail(checkCloud, "TENCENTCLOUD_ENDPOINT", "write "+invite.DefaultEndpoint+", or have the proxy on the way pass it on", "%s doesn't answer as Tencent Cloud does: %v", s.Endpoint, refused.Err)
	case head == "RequestLimitExceeded":
		found.Unanswered(checkCloud, "", "try again; other programs call as the same account", "Tencent Cloud has had too many calls (%s)", refused.Code)
	default:
		what, remedy, certificate := checkup.Untrusted(refused.Err, s.Endpoint)
		if !certificate {
			what, remedy = s.Endpoint+" doesn't answer: "+refused.Err.Error(), "see to it that this machine may connect there, or set HTTPS_PROXY"
		}
		found.Unanswered(checkCloud, "", remedy, "%s", what)
	}
	return false
}
