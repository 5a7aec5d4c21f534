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
		http.DefaultClient.Timeout = 10 * time.Second // with it the SDK asks for the role's credentials, without a limit
		f := &found{}
		go f.GetCredential()
		return f
	}
	return common.NewTokenCredential(c.SecretID.Reveal(), c.SecretKey.Reveal(), c.Token.Reveal())
}

// found are credentials that the SDK's provider chain finds, when they are first needed: those of a profile, or those
// of the machine's role, which renew themselves.
type found struct {
	common.CredentialIface
	mu sync.Mutex
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
