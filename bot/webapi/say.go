package webapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"
)

// said is what matters of the answer to a call that says something.
type said struct {
	OK       bool
	Error    string
	Channel  string
	TS       string
	Whisper  string                 `json:"message_ts"` // chat.postEphemeral's
	Metadata slack.ResponseMetadata `json:"response_metadata"`
}

// Say makes one call of a method that says something (chat.postMessage, chat.update, chat.postEphemeral) with its arguments as JSON, and
// returns where the message stands. Most of the bot's calls are of this kind, and slack-go would decode the message that
// comes back, block by block, for nothing. Errors are slack-go's: [slack.RateLimitedError], [slack.StatusCodeError] and
// [slack.SlackErrorResponse].
func (c *Client) Say(ctx context.Context, method string, arguments any) (channel, ts string, err error) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false) // <, > and & would take six bytes each
	if err := e.Encode(arguments); err != nil {
		return "", "", fmt.Errorf("%s: encode the arguments: %w", method, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, &body)
	if err != nil {
		return "", "", err
	}
	request.Header.Set("Authorization", "Bearer "+c.botToken)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := c.http.Do(request)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = response.Body.Close() }()
	if err := refused(response); err != nil {
		return "", "", err
	}
	answer := said{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", "", fmt.Errorf("%s: read the answer: %w", method, err)
	}
	_, _ = io.Copy(io.Discard, response.Body) // what is left, so that the connection can be used again
	if !answer.OK {
		err := slack.SlackErrorResponse{Err: answer.Error, ResponseMetadata: answer.Metadata}
		c.heed(err)
		return "", "", err
	}
	return answer.Channel, cmp.Or(answer.TS, answer.Whisper), nil
}

// refused tells an answer that isn't the method's own.
func refused(response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if response.StatusCode == http.StatusTooManyRequests && err == nil {
		return &slack.RateLimitedError{RetryAfter: time.Duration(seconds) * time.Second}
	}
	return slack.StatusCodeError{Code: response.StatusCode, Status: response.Status}
}
