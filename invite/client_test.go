package invite_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/invitebot/invitebot/invite"
	"github.com/invitebot/invitebot/invite/invitetest"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
)

const sendAction = "SendOrganizationInvitation"

var alice = invite.Invitation{UIN: 100012345678, Name: "Alice", Remark: "invited by bob"}

// start starts an organization and a client of it.
func start(t *testing.T, options invitetest.Options) (*invitetest.Organization, *invite.Client) {
	t.Helper()
	o := invitetest.Start(options)
	t.Cleanup(o.Close)
	return o, client(t, o.URL, common.NewTokenCredential(o.SecretID, o.SecretKey, o.Token))
}

func client(t *testing.T, endpoint string, credential common.CredentialIface) *invite.Client {
	t.Helper()
	c, err := invite.NewClient(invite.Config{Endpoint: endpoint, Credential: credential})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// await waits until the condition holds, and gives up when the test takes too long.
func await(t *testing.T, o *invitetest.Organization, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := o.Await(ctx, condition); err != nil {
		t.Fatalf("waited in vain: %v", err)
	}
}

// check compares a result with an outcome and a code, and looks for secrets in it.
func check(t *testing.T, got invite.Result, outcome invite.Outcome, code string) {
	t.Helper()
	if got.Outcome != outcome || got.Code != code || (got.Err == nil) != (outcome == invite.Sent) {
		t.Errorf("the result is %+v, want %s %s", got, outcome, code)
	}
	if all := fmt.Sprintf("%+v", got); strings.Contains(all, invitetest.DefaultSecretKey) || strings.Contains(all, "hunter2") {
		t.Errorf("the result holds a secret: %s", all)
	}
}

func TestSend(t *testing.T) {
	o, c := start(t, invitetest.Options{Token: "a session token"})
	all := []invite.Invitation{
		alice,
		{UIN: 1<<64 - 1, Name: "largest", Remark: "r"},
		{UIN: 1<<53 + 1, Name: "odd", Remark: "r"}, // not a float64
		{UIN: 7, Name: `<&>"\ 陈 ` + "\u2028", Remark: "é🦊"},
	}
	for _, i := range all {
		result := c.Send(t.Context(), i, time.Now())
		check(t, result, invite.Sent, "")
		calls := o.Calls()
		if last := calls[len(calls)-1]; result.RequestID == "" || result.RequestID != last.RequestID {
			t.Errorf("RequestID %q, want %q", result.RequestID, last.RequestID)
		}
	}
	for n, got := range o.Invitations() {
		if want := all[n]; got.UIN != uint64(want.UIN) || got.Name != want.Name || got.Remark != want.Remark {
			t.Errorf("%+v arrived as %+v", want, got)
		}
	}
	if result := c.Send(t.Context(), alice, time.Now()); !result.AlreadyInvited() || !result.Answered() {
		t.Errorf("a second invitation ended as %+v", result)
	}
}

func TestSendEveryCode(t *testing.T) {
	for outcome, codes := range map[invite.Outcome][]string{
		invite.Rejected: {
			"FailedOperation.MemberNameUsed", "FailedOperation.NotSameRegion", "FailedOperation.ReSentInvitation",
			"FailedOperation.UserInOrganization", "FailedOperation.UserNotRegister", "LimitExceeded.Members",
			"ResourceNotFound.OrganizationNotExist", "ResourceNotFound.UserNotExist", "AuthFailure.TokenFailure", "UnauthorizedOperation",
			"FailedOperation.AuthInfoNotSame", "UnauthorizedOperation.CamNoAuth", "InvalidParameter.MemberNameIllegal",
		},
		invite.NotSent: {"RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded"},
		invite.Unknown: {"InternalError", "InternalError.Db", "FailedOperation", "ServiceUnavailable", "FailedOperation.Whatever", "Whatever"},
	} {
		for _, code := range codes {
			o, c := start(t, invitetest.Options{})
			o.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Action: sendAction, Code: code, Message: "why\n\u202enot " + strings.Repeat("x", 400), Times: 1})
			result := c.Send(t.Context(), alice, time.Now())
			check(t, result, outcome, code)
			if !result.Answered() || !strings.HasPrefix(result.Message, "why not x") || len(result.Message) != 300 || result.RequestID == "" {
				t.Errorf("%s: the result is %+v", code, result)
			}
			if n := len(o.Calls()); n != 1 {
				t.Errorf("%s: %d calls were made, want 1", code, n)
			}
		}
	}
}

// TestTheEndpointCannotSpeakForTheClient: that nothing was sent is for the client to know, whatever is answered.
func TestTheEndpointCannotSpeakForTheClient(t *testing.T) {
	for _, code := range []string{"ClientError.NotConnected", "ClientError.CredentialError", "ClientError", "ClientError.NetworkError", " \u200bClientError.NotConnected"} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Code: code, Message: "trust me", Times: 1})
		result := c.Send(t.Context(), alice, time.Now())
		check(t, result, invite.Unknown, "Answered."+invite.Clean(code))
		if !result.Answered() || result.Message != "trust me" || result.RequestID == "" {
			t.Errorf("%s: the result is %+v", code, result)
		}
	}
}

// TestSendRefusals: whatever the organization can have against an invitation is a refusal, in the codes of both versions.
func TestSendRefusals(t *testing.T) {
	o, c := start(t, invitetest.Options{Rate: -1})
	for trait := invitetest.Missing; trait <= invitetest.Reseller; trait++ {
		o.Mark(trait, uint64(alice.UIN))
		for _, newer := range []bool{false, true} {
			o.SpeakNewer(newer)
			if result := c.Send(t.Context(), alice, time.Now()); result.Outcome != invite.Rejected || result.AlreadyInvited() || result.Message == "" {
				t.Errorf("trait %d: %+v", trait, result)
			}
		}
	}
	bob := invite.Invitation{UIN: 100012345679, Name: "Bob", Remark: "r"}
	check(t, c.Send(t.Context(), bob, time.Now()), invite.Sent, "")
	if again := c.Send(t.Context(), bob, time.Now()); !again.AlreadyInvited() || again.Code != "FailedOperation.InvitationExist" {
		t.Errorf("a second invitation ended as %+v", again)
	}
}

// TestAnswersOfTheOlderForm are answers, too, and speak for the endpoint only.
func TestAnswersOfTheOlderForm(t *testing.T) {
	for code, want := range map[string]invite.Result{
		"ClientError.NotConnected": {Outcome: invite.Unknown, Code: "Answered.ClientError.NotConnected"},
		"AuthFailure":              {Outcome: invite.Rejected, Code: "AuthFailure"},
		"Whatever":                 {Outcome: invite.Unknown, Code: "Whatever"},
	} {
		url := raw(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"code":4000,"codeDesc":%q,"message":"as it says"}`, code)
		})
		result := client(t, url, common.NewCredential("id", "hunter2")).Send(t.Context(), alice, time.Now())
		check(t, result, want.Outcome, want.Code)
		if !result.Answered() || result.Message != "as it says" {
			t.Errorf("%s: the result is %+v", code, result)
		}
	}
}

func TestSendBusinessRules(t *testing.T) {
	o, c := start(t, invitetest.Options{Room: 2})
	o.NoSuchAccount(404)
	o.AddMember(invitetest.Member{UIN: 1, Name: "first"})
	send := func(uin invite.UIN, name string) invite.Result {
		return c.Send(t.Context(), invite.Invitation{UIN: uin, Name: name, Remark: "r"}, time.Now())
	}
	check(t, send(404, "a"), invite.Rejected, "ResourceNotFound.UserNotExist")
	check(t, send(1, "a"), invite.Rejected, "FailedOperation.UserInOrganization")
	check(t, send(2, "first"), invite.Rejected, "FailedOperation.MemberNameUsed")
	check(t, send(2, "second"), invite.Sent, "")
	check(t, send(2, "second"), invite.Rejected, "FailedOperation.ReSentInvitation")
	if err := o.Accept(2); err != nil {
		t.Fatal(err)
	}
	check(t, send(3, "third"), invite.Rejected, "LimitExceeded.Members")
	check(t, send(3, ""), invite.Rejected, "InvalidParameter")
}

func TestSendTrouble(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	for _, tt := range []struct {
		fault   invitetest.Fault
		code    string
		effects int
	}{
		{invitetest.Fault{Kind: invitetest.HTTPStatus, Status: 500}, "ClientError.HttpStatusCodeError", 0},
		{invitetest.Fault{Kind: invitetest.HTTPStatus, Status: 204}, "ClientError.HttpStatusCodeError", 0},
		{invitetest.Fault{Kind: invitetest.Redirect, Location: elsewhere.URL}, "ClientError.HttpStatusCodeError", 0},
		{invitetest.Fault{Kind: invitetest.HTML}, "ClientError.ParseJsonError", 0},
		{invitetest.Fault{Kind: invitetest.Null}, "ClientError.ParseJsonError", 0},
		{invitetest.Fault{Kind: invitetest.EmptyResponse}, "ClientError.NoRequestId", 0},
		{invitetest.Fault{Kind: invitetest.AnswerCode, Code: "", Message: "an error without a code"}, "ClientError.NoRequestId", 0},
		{invitetest.Fault{Kind: invitetest.LostRequest}, "ClientError.NetworkError", 0},
		{invitetest.Fault{Kind: invitetest.LostAnswer}, "ClientError.NetworkError", 1},
	} {
		o, c := start(t, invitetest.Options{})
		// A second call goes over a connection that is kept open, which is where net/http may repeat a request.
		check(t, c.Send(t.Context(), invite.Invitation{UIN: 1, Name: "first", Remark: "r"}, time.Now()), invite.Sent, "")
		o.Fail(tt.fault)
		result := c.Send(t.Context(), alice, time.Now())
		check(t, result, invite.Unknown, tt.code)
		if n := len(o.Calls()); n != 2 || result.Answered() {
			t.Errorf("%+v: %d calls were made, want 2; %+v", tt.fault, n, result)
		}
		if n := o.AcceptedSends(uint64(alice.UIN)); n != tt.effects {
			t.Errorf("%+v: took effect %d times, want %d", tt.fault, n, tt.effects)
		}
	}
}

// raw starts a server that gives one answer to everything.
func raw(t *testing.T, handler http.HandlerFunc) string {
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s.URL
}

func TestSendAnswersThatSayNothing(t *testing.T) {
	for body, code := range map[string]string{
		"":                              "ClientError.ParseJsonError",
		"[]":                            "ClientError.ParseJsonError",
		`{"Response":null}`:             "ClientError.NoRequestId",
		`{"Response":{}}`:               "ClientError.NoRequestId",
		`{"Response":"sent`:             "ClientError.ParseJsonError",
		`{"Response":"sent"}`:           "ClientError.ParseJsonError",
		`{"Response":{"RequestId":""}}`: "ClientError.NoRequestId",
		`{"Response":{"RequestId":7}}`:  "ClientError.ParseJsonError",
		`{"Response":{"RequestId":"a","Error":{}}}`:       "ClientError.NoRequestId",
		`{"code":4000,"codeDesc":"","message":"hunter2"}`: "ClientError.NoRequestId",
		`{"a":"` + strings.Repeat("x", 1<<20) + `"}`:      "ClientError.AnswerTooLong",
	} {
		url := raw(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream") // that the SDK would read as a stream
			w.Write([]byte(body))
		})
		result := client(t, url, common.NewCredential("id", "hunter2")).Send(t.Context(), alice, time.Now())
		if result.Outcome != invite.Unknown || result.Code != code || result.Err == nil || len(result.Err.Error()) > 500 {
			t.Errorf("%.60s: the result is %+v, want %s", body, result, code)
		}
	}
}

func TestSendAnswerBrokenOff(t *testing.T) {
	url := raw(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte(`{"Response":{"RequestId":"a"}}`))
	})
	result := client(t, url, common.NewCredential("id", "hunter2")).Send(t.Context(), alice, time.Now())
	check(t, result, invite.Unknown, "ClientError.NetworkError")
}

func TestSendCompressedAnswerIsNotInflated(t *testing.T) {
	url := raw(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("the request accepts %s", got)
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"))
	})
	result := client(t, url, common.NewCredential("id", "hunter2")).Send(t.Context(), alice, time.Now())
	check(t, result, invite.Unknown, "ClientError.ParseJsonError")
}

func TestSendCancelledDuringTheCall(t *testing.T) {
	for _, kind := range []invitetest.Kind{invitetest.Hang, invitetest.Slow, invitetest.HeldAnswer} {
		o, c := start(t, invitetest.Options{})
		o.Fail(invitetest.Fault{Kind: kind, Times: 1})
		ctx, cancel := context.WithCancel(t.Context())
		results := make(chan invite.Result)
		go func() { results <- c.Send(ctx, alice, time.Now()) }()
		await(t, o, func() bool { calls := o.Calls(); return len(calls) == 1 && calls[0].Trouble != nil })
		cancel()
		result := <-results
		check(t, result, invite.Unknown, "ClientError.NetworkError")
		if !errors.Is(result.Err, context.Canceled) {
			t.Errorf("the error is %v", result.Err)
		}
		await(t, o, func() bool {
			return o.Calls()[0].Done || kind == invitetest.HeldAnswer && o.AcceptedSends(uint64(alice.UIN)) > 0
		})
		want := 1
		if kind == invitetest.Hang {
			want = 0
		}
		if n := o.AcceptedSends(uint64(alice.UIN)); n != want {
			t.Errorf("kind %d took effect %d times, want %d", kind, n, want)
		}
	}
}

func TestSendTimeout(t *testing.T) {
	o := invitetest.Start(invitetest.Options{})
	defer o.Close()
	o.Fail(invitetest.Fault{Kind: invitetest.Hang})
	c, err := invite.NewClient(invite.Config{Endpoint: o.URL, Timeout: 50 * time.Millisecond, Credential: common.NewCredential(o.SecretID, o.SecretKey)})
	if err != nil {
		t.Fatal(err)
	}
	// Establishing the connection may take all of the time on a busy machine, which is rightly told apart.
	for {
		result := c.Send(t.Context(), alice, time.Now())
		if result.Outcome == invite.NotSent {
			continue
		}
		check(t, result, invite.Unknown, "ClientError.Timeout")
		return
	}
}

func TestSendCancelledBeforeTheCall(t *testing.T) {
	o, c := start(t, invitetest.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	result := c.Send(ctx, alice, time.Now())
	if result.Outcome != invite.NotSent || !errors.Is(result.Err, context.Canceled) || len(o.Calls()) != 0 {
		t.Errorf("the result is %+v after %d calls", result, len(o.Calls()))
	}
}

func TestSendWithoutConnection(t *testing.T) {
	o, c := start(t, invitetest.Options{})
	o.Close()
	result := c.Send(t.Context(), alice, time.Now())
	check(t, result, invite.NotSent, "ClientError.NotConnected")
	if dial, ok := errors.AsType[*net.OpError](result.Err); !ok || dial.Op != "dial" {
		t.Errorf("the error is %v", result.Err)
	}
}

func TestSendWithoutTrust(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request was sent") }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{}
	s.StartTLS()
	defer s.Close()
	u, _ := url.Parse(s.URL)
	result := client(t, "https://"+u.Host, common.NewCredential("id", "hunter2")).Send(t.Context(), alice, time.Now())
	check(t, result, invite.NotSent, "ClientError.NotConnected")
}

func TestSendAfterAnIdleConnectionWasClosed(t *testing.T) {
	o, c := start(t, invitetest.Options{})
	check(t, c.Send(t.Context(), alice, time.Now()), invite.Sent, "")
	o.Close()
	again := invitetest.Start(invitetest.Options{Addr: strings.TrimPrefix(o.URL, "http://")})
	defer again.Close()
	// Whether the client has noticed already that its connection is gone is a race; both are told truthfully.
	result := c.Send(t.Context(), alice, time.Now())
	if n := again.AcceptedSends(uint64(alice.UIN)); n > 1 || (result.Outcome == invite.Sent) != (n == 1) || result.Outcome == invite.Rejected {
		t.Errorf("took effect %d times and ended as %+v", n, result)
	}
}

// rotating gives other credentials at each call.
type rotating struct {
	common.Credential
	values chan [3]string
}

func (r *rotating) GetCredential() (string, string, string) {
	v := <-r.values
	if v[0] == "panic" {
		panic("hunter2")
	}
	return v[0], v[1], v[2]
}

func TestCredentialsAreAskedForAtEachCall(t *testing.T) {
	o := invitetest.Start(invitetest.Options{Token: "today's"})
	defer o.Close()
	source := &rotating{values: make(chan [3]string, 1)}
	c := client(t, o.URL, source)
	for _, tt := range []struct {
		values  [3]string
		outcome invite.Outcome
		code    string
	}{
		{[3]string{o.SecretID, o.SecretKey, "yesterday's"}, invite.Rejected, "AuthFailure.TokenFailure"},
		{[3]string{o.SecretID, "hunter2", "today's"}, invite.Rejected, "AuthFailure.SignatureFailure"},
		{[3]string{"AKIDother", o.SecretKey, "today's"}, invite.Rejected, "AuthFailure.SecretIdNotFound"},
		{[3]string{"", "", ""}, invite.NotSent, "ClientError.CredentialError"},
		{[3]string{"panic"}, invite.NotSent, "ClientError.CredentialError"},
		{[3]string{o.SecretID, o.SecretKey, "hunter2\n"}, invite.NotSent, "ClientError.NotConnected"}, // can't be a header
		{[3]string{o.SecretID, o.SecretKey, "today's"}, invite.Sent, ""},
	} {
		source.values <- tt.values
		check(t, c.Send(t.Context(), alice, time.Now()), tt.outcome, tt.code)
	}
}

func TestCredentialsThatDoNotComeHoldNobodyUp(t *testing.T) {
	o := invitetest.Start(invitetest.Options{})
	defer o.Close()
	source := &rotating{values: make(chan [3]string)}
	c := client(t, o.URL, source)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() { check(t, c.Send(ctx, alice, time.Now()), invite.NotSent, "ClientError.CredentialError") })
	}
	cancel()
	group.Wait()
	// The one question that is still open is answered, and the next call is served.
	close(source.values)
	check(t, c.Send(t.Context(), alice, time.Now()), invite.NotSent, "ClientError.CredentialError")
}

func TestClocksThatDiffer(t *testing.T) {
	for _, offset := range []time.Duration{-6 * time.Minute, 6 * time.Minute} {
		_, c := start(t, invitetest.Options{Now: func() time.Time { return time.Now().Add(offset) }})
		check(t, c.Send(t.Context(), alice, time.Now()), invite.Rejected, "AuthFailure.SignatureExpire")
	}
}

func TestSendConcurrently(t *testing.T) {
	o, c := start(t, invitetest.Options{Rate: -1})
	var group sync.WaitGroup
	for n := range 50 {
		group.Go(func() {
			i := invite.Invitation{UIN: invite.UIN(n + 1), Name: fmt.Sprint("n", n), Remark: "r"}
			check(t, c.Send(t.Context(), i, time.Now()), invite.Sent, "")
		})
	}
	group.Wait()
	if n := len(o.Invitations()); n != 50 {
		t.Errorf("%d invitations arrived, want 50", n)
	}
}

func TestNewClientErrors(t *testing.T) {
	credential := common.NewCredential("id", "key")
	for _, config := range []invite.Config{
		{}, {Endpoint: "http://example.com", Credential: credential}, {Timeout: -1, Credential: credential},
	} {
		if c, err := invite.NewClient(config); err == nil {
			t.Errorf("NewClient(%+v) = %v, want an error", config, c)
		}
	}
}
