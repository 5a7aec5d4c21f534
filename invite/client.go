package invite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"

	"github.com/invitebot/invitebot/internal/tongue"
)

// DefaultTimeout is how long one call may take.
const DefaultTimeout = 15 * time.Second

// Config tells a [Client] where and as whom to call.
type Config struct {
	// Endpoint is read by [ParseEndpoint]; empty means [DefaultEndpoint].
	Endpoint string
	// Region may be empty: the organization API doesn't need one.
	Region string
	// Credential is asked for its values at every call, as they may rotate. It need not be quick: waiting for it counts
	// as part of the call.
	Credential common.CredentialIface
	// Language is that of Tencent Cloud's own messages, zh-CN or en-US; empty means en-US.
	Language string
	// Timeout bounds one call from asking for the credentials to the last byte of the answer; 0 means [DefaultTimeout].
	Timeout time.Duration
	// Observe is told of each call when it is over: the action, how long it took, and the code, which is empty where it succeeded.
	// nil: nobody is told.
	Observe func(action string, took time.Duration, code string)
}

// Client calls the organization API. It is safe for concurrent use, and it keeps to no rate when it sends: the API
// takes 20 calls a second, and whoever calls Send sees to that.
type Client struct {
	sdk        *common.Client // never sends itself: every call copies it
	credential common.CredentialIface
	asking     chan struct{} // holds one token while the credentials are being asked for
	timeout    time.Duration
	observe    func(action string, took time.Duration, code string)
}

// NewClient makes a client. It fails on an endpoint that [ParseEndpoint] refuses, a missing credential and a negative
// timeout; it calls nobody.
func NewClient(config Config) (*Client, error) {
	endpoint, err := ParseEndpoint(config.Endpoint)
	if err != nil {
		return nil, err
	}
	if config.Credential == nil {
		return nil, errors.New("the Tencent Cloud credentials are missing")
	}
	if config.Timeout < 0 {
		return nil, fmt.Errorf("the timeout %v is negative", config.Timeout)
	}
	if config.Observe == nil {
		config.Observe = func(string, time.Duration, string) {}
	}
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	// NewClientProfile and not a literal: a zero profile would turn on rerouting to another region's host. The SDK's
	// retries and its debug mode stay off: they would send twice, or log the credentials.
	p := profile.NewClientProfile()
	p.Language = cmp.Or(config.Language, "en-US")
	p.HttpProfile.Scheme, p.HttpProfile.Endpoint = endpoint.scheme, endpoint.host
	p.HttpProfile.ReqTimeout = 0 // the context has the deadline; http.Client's own hides why a call failed
	sdk := new(common.Client).Init(config.Region).WithHttpTransport(newTransport()).WithProfile(p)
	return &Client{
		sdk:        sdk,
		credential: config.Credential,
		asking:     make(chan struct{}, 1),
		timeout:    config.Timeout,
		observe:    config.Observe,
	}, nil
}

// sendRequest is SendOrganizationInvitation's. All three parameters are required, so none is left
// out when it is empty.
type sendRequest struct {
	*tchttp.BaseRequest
	InviteUin uint64
	Name      string
	Remark    string
}

// changeResponse is what a call answers that changes something: nothing but that it did.
type changeResponse struct {
	tchttp.BaseResponse
	Response *answer
}

// answer is what every answer of the API holds.
type answer struct {
	RequestId string
	Error     *struct{ Code, Message string } // the SDK overlooks an error without a code
}

// check tells whether an answer without an error code is a success. Only one with a RequestId and no error is.
func (a *answer) check() error {
	if a == nil || a.RequestId == "" || a.Error != nil {
		return &callError{codeNoRequestID, tongue.Error{Text: tongue.Say("the answer has neither a RequestId nor an error code", "应答中既没有 RequestId，也没有错误码")}}
	}
	return nil
}

// Send sends one invitation, once, and reports how much is known of its fate. A cancelled context and a panic in the
// SDK are reported like any other failure. The remark is sent as it is, so it must not be empty.
//
// The call is signed as of the time given, when the attempt was recorded. Tencent Cloud refuses a signature that differs
// from its clock by more than 5 minutes, so a call that comes late, even from a machine that stood still in between,
// can't take effect any more.
func (c *Client) Send(ctx context.Context, i Invitation, as time.Time) Result {
	const action = "SendOrganizationInvitation"
	base := newRequest(action)
	return c.change(ctx, action, base, &sendRequest{base, uint64(i.UIN), i.Name, i.Remark}, as)
}

// cancelRequest is CancelOrganizationInvitation's.
type cancelRequest struct {
	*tchttp.BaseRequest
	Id uint64
}

// Cancel cancels an open invitation by its number in the list, in one call like that of [Client.Send]; the outcome [Sent] means that it is done. An invitation that isn't open
// is refused ([Result.NotOpen]), so a call whose answer was lost may be made again.
func (c *Client) Cancel(ctx context.Context, listed int64, as time.Time) Result {
	const action = "CancelOrganizationInvitation"
	base := newRequest(action)
	return c.change(ctx, action, base, &cancelRequest{base, uint64(listed)}, as)
}

// change makes one call that changes something, signed as of the time given.
func (c *Client) change(ctx context.Context, action string, base *tchttp.BaseRequest, request tchttp.Request, as time.Time) Result {
	var response changeResponse
	base.SetHeader(map[string]string{"X-TC-Timestamp": strconv.FormatInt(as.Unix(), 10)})
	began := time.Now()
	err := c.call(ctx, request, &response)
	if err == nil {
		err = response.Response.check()
	}
	if err != nil {
		result := failed(action, err)
		c.observe(action, time.Since(began), result.Code)
		return result
	}
	c.observe(action, time.Since(began), "")
	return Result{Outcome: Sent, RequestID: Clean(response.Response.RequestId)}
}

// newRequest makes the base of one request. It is good for one call: the SDK writes into it.
func newRequest(action string) *tchttp.BaseRequest {
	return new(tchttp.BaseRequest).Init().WithApiInfo("organization", "2018-12-25", action)
}

// call makes one call within the timeout.
func (c *Client) call(ctx context.Context, request tchttp.Request, response tchttp.Response) (err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	credential, err := c.ask(ctx)
	if err != nil {
		return &callError{codeCredential, err}
	}
	defer func() {
		if p := recover(); p != nil {
			err = &callError{codePanic, fmt.Errorf("the SDK panicked: %v", p)}
		}
	}()
	sdk := *c.sdk // a copy with the credentials of this call; the connections are shared
	request.SetContext(ctx)
	err = sdk.WithCredential(credential).Send(request, response)
	c.heed(err)
	return err
}

// heed has credentials found anew that Tencent Cloud doesn't take, where they know how: the next call has others if there are.
func (c *Client) heed(err error) {
	refused, ok := errors.AsType[*answeredError](err)
	if !ok || !strings.HasPrefix(refused.code, "AuthFailure") {
		return
	}
	if r, can := c.credential.(interface{ Renew() }); can {
		r.Renew()
	}
}

// ask asks for the credentials. Those of a virtual machine's role come from a server that the SDK asks without a
// timeout and without a context, so this is done aside, by one goroutine at a time.
func (c *Client) ask(ctx context.Context) (*common.Credential, error) {
	select {
	case c.asking <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the credentials: %w", ctx.Err())
	}
	answered := make(chan *common.Credential, 1)
	go func() {
		defer func() {
			if recover() != nil {
				answered <- &common.Credential{}
			}
			<-c.asking
		}()
		id, key, token := c.credential.GetCredential()
		answered <- common.NewTokenCredential(id, key, token)
	}()
	select {
	case credential := <-answered:
		if credential.SecretId == "" || credential.SecretKey == "" {
			return nil, errors.New("the SecretId or the SecretKey is empty")
		}
		return credential, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the credentials: %w", ctx.Err())
	}
}

// failed makes the result of a call that returned an error. What the SDK says of an answer that it can't read isn't
// kept, as it repeats all of the answer.
func failed(action string, err error) Result {
	if a, ok := errors.AsType[*answeredError](err); ok {
		return Result{Outcome: OutcomeOf(a.code), Code: a.code, Message: a.message, RequestID: a.requestID,
			Err: fmt.Errorf("%s: %s", action, strings.TrimSuffix(a.Error(), ": "))}
	}
	if local, ok := errors.AsType[*callError](err); ok {
		return Result{Outcome: OutcomeOf(local.code), Code: local.code, Err: fmt.Errorf("%s: %w", action, local)}
	}
	sdk, ok := errors.AsType[*tcerr.TencentCloudSDKError](err)
	if !ok {
		return Result{Outcome: Unknown, Code: codeClient, Err: fmt.Errorf("%s: %w", action, err)}
	}
	code := Clean(sdk.Code)
	if !isOurs(code) || OutcomeOf(code) != Unknown { // not an answer: those are answeredErrors; nor this package's own word
		code = codeNoRequestID
	}
	return Result{Outcome: Unknown, Code: code, Err: fmt.Errorf("%s: %s", action, code)}
}
