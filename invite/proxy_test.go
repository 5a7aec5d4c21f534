package invite_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

// TestProxy runs TestProxyChild in a process of its own, as the environment's proxy is read once in a process.
func TestProxy(t *testing.T) {
	asked := make(chan string, 1)
	refusing := raw(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	})
	for _, proxy := range []string{refusing, "http://user:hunter2@%zz"} {
		child := exec.Command(os.Args[0], "-test.run=^TestProxyChild$", "-test.v")
		child.Env = append(os.Environ(), "INVITE_PROXY_CHILD=1", "HTTPS_PROXY="+proxy, "NO_PROXY=")
		out, err := child.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "outcome: not sent") || strings.Contains(string(out), "hunter2") {
			t.Errorf("by way of %s: %v\n%s", proxy, err, out)
		}
	}
	if got := <-asked; got != "CONNECT organization.invalid:443" {
		t.Errorf("the proxy was asked for %s", got)
	}
}

func TestProxyChild(t *testing.T) {
	if os.Getenv("INVITE_PROXY_CHILD") == "" {
		t.Skip("TestProxy runs this")
	}
	result := client(t, "https://organization.invalid", common.NewCredential("id", "key")).Send(t.Context(), alice, time.Now())
	fmt.Println("outcome:", result.Outcome, result.Err)
	check(t, result, invite.NotSent, "ClientError.NotConnected")
}
