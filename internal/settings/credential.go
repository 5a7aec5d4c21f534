package settings

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

// Credential is what the calls to Tencent Cloud are signed with. Where none is configured the SDK's chain is asked, at
// once, so that the log says early where it finds nothing.
func (c *Cloud) Credential() common.CredentialIface {
	if c.SecretID.text == nil {
		askRoleDirectly()
		f := &found{}
		go f.GetCredential()
		return f
	}
	return common.NewTokenCredential(c.SecretID.Reveal(), c.SecretKey.Reveal(), c.Token.Reveal())
}

// askRoleDirectly bounds how the SDK asks for the credentials of the machine's role, which it does with the default client: without a
// limit, and by way of a proxy, which can't know of this machine.
func askRoleDirectly() {
	direct := http.DefaultTransport.(*http.Transport).Clone()
	direct.Proxy = nil
	http.DefaultClient.Timeout, http.DefaultClient.Transport = 10*time.Second, direct
}

// found are credentials that the SDK's provider chain finds, when they are first needed: those of a profile, or those
// of the machine's role, which renew themselves.
type found struct {
	common.CredentialIface
	mu sync.Mutex
}

// Renew has them found anew when they are next needed: those of a profile may have been replaced.
func (f *found) Renew() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.CredentialIface = nil
}

// GetCredential returns empty ones where there are none.
func (f *found) GetCredential() (id, key, token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.CredentialIface == nil {
		credential, err := common.DefaultProviderChain().GetCredential()
		if err != nil {
			slog.Warn("no Tencent Cloud credentials: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY", "err", err)
			return "", "", ""
		}
		f.CredentialIface = credential
	}
	return f.CredentialIface.GetCredential()
}
