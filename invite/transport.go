package invite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/invitebot/invitebot/internal/tongue"
)

// maxAnswer is the longest answer that is read, in bytes. A page of 50 invitations takes some 20 KiB.
const maxAnswer = 1 << 20

// callError is a failure on the way to Tencent Cloud or back, with this package's code for it.
type callError struct {
	code string
	err  error
}

func (e *callError) Error() string { return fmt.Sprintf("%s: %v", e.code, e.err) }
func (e *callError) Unwrap() error { return e.err }

// answeredError is an error that the endpoint answered, in its own words.
type answeredError struct{ code, message, requestID string }

func (e *answeredError) Error() string { return e.code + ": " + e.message }

// transport makes one HTTP exchange, and gives the SDK only answers that it can handle: status 200, a JSON object, at
// most maxAnswer long and read to its end, without an error in it. An error that was answered is an *answeredError; all
// other answers and all failures are a *callError. So what the endpoint says is told by its type from what the SDK or this
// package says, whatever the endpoint says.
//
// It follows no redirect, because a redirected request would take its body and session token to another host. It never
// sends a request twice: net/http does so by itself only where not a byte was written yet (a connection kept open that
// the server had closed), or for requests that it takes for idempotent, which a POST without an Idempotency-Key header
// isn't (Request.isReplayable and persistConn.shouldRetryRequest in net/http). HTTP/2 would retry more on the server's
// word, so it is left off.
type transport struct{ base *http.Transport }

func newTransport() *transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &transport{base: &http.Transport{
		Proxy:                  proxy,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxIdleConnsPerHost:    20, // calls a second that the API takes
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // so that maxAnswer bounds what is read
		Protocols:              protocols,
	}}
}

// proxy honours HTTPS_PROXY, HTTP_PROXY and NO_PROXY. The standard library's error would repeat the proxy's password.
func proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if err != nil {
		return nil, errors.New("HTTPS_PROXY or HTTP_PROXY isn't a URL")
	}
	return u, nil
}

// RoundTrip makes the exchange. A request that failed before it had a connection was not sent: this covers names that
// don't resolve, refused connections, proxies, TLS handshakes, and calls cancelled on the way there.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	answer, err := t.base.RoundTrip(r.WithContext(ctx))
	if err != nil && !connected.Load() {
		return nil, &callError{codeNotConnected, err}
	}
	if err != nil {
		return nil, broken(err)
	}
	defer answer.Body.Close()
	noteDate(r.Context(), answer.Header)
	if answer.StatusCode != http.StatusOK {
		return nil, &callError{codeStatus, fmt.Errorf("HTTP status %d", answer.StatusCode)}
	}
	body, err := readAnswer(answer.Body)
	if err != nil {
		return nil, err
	}
	if err := errorIn(body); err != nil {
		return nil, err
	}
	// Headers aren't passed on: the SDK would decompress without a limit, or take the answer for a stream.
	return &http.Response{
		Status: answer.Status, StatusCode: answer.StatusCode, Header: make(http.Header),
		Proto: answer.Proto, ProtoMajor: answer.ProtoMajor, ProtoMinor: answer.ProtoMinor,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// noteDate notes the time of an answer for whoever wants to know it.
func noteDate(ctx context.Context, h http.Header) {
	if wanted, ok := ctx.Value(dateKey{}).(*time.Time); ok {
		if at, err := http.ParseTime(h.Get("Date")); err == nil {
			*wanted = at
		}
	}
}

// readAnswer reads a JSON object of at most maxAnswer bytes.
func readAnswer(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	switch {
	case err != nil:
		return nil, broken(err)
	case len(body) > maxAnswer:
		return nil, &callError{codeTooLong, tongue.Error{Text: tongue.Say("the answer is longer than %d bytes", "应答超过 %d 字节", maxAnswer)}}
	case !json.Valid(body), !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")):
		return nil, &callError{codeAnswer, tongue.Error{Text: tongue.Say("the answer of %d bytes isn't a JSON object", "%d 字节的应答不是 JSON 对象", len(body))}}
	}
	return body, nil
}

// errorIn is the error that a JSON object answers with, if it can be read: as the API documents it, or in the older form that
// the SDK still reads.
func errorIn(body []byte) error {
	var a struct {
		Response answer

		Code              int // of the older form: 0 where there is no error
		CodeDesc, Message string
	}
	if json.Unmarshal(body, &a) != nil {
		return nil
	}
	var code, message string
	switch {
	case a.Response.Error != nil:
		code, message = answeredCode(a.Response.Error.Code), a.Response.Error.Message
	case a.Code != 0:
		code, message = answeredCode(a.CodeDesc), a.Message
	}
	if code == "" {
		return nil
	}
	return &answeredError{code, Clean(message), Clean(a.Response.RequestId)}
}

// broken is a failure after the request may have left.
func broken(err error) *callError {
	if errors.Is(err, context.DeadlineExceeded) {
		return &callError{codeTimeout, err}
	}
	return &callError{codeNetwork, err}
}
