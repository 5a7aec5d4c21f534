package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/invitebot/invitebot/bot/webapi"
)

// The connection is ours, and not slack-go's socketmode.Client, for three things that the latter can't do: when Slack
// refreshes a connection it closes the old one before it opens the next, so that what is sent in between is lost; it
// queues acknowledgements and can't say whether they were written, so that a shutdown may drop some; and it keeps to
// itself why Slack disconnects, so that Socket Mode switched off looks like a network that fails.

const (
	maxAnswer   = 20*1024 - 1      // bytes; Slack drops longer acknowledgements in silence
	maxEnvelope = 4 << 20          // bytes; the largest carries a message with all its blocks
	halfOpen    = 35 * time.Second // Slack pings about every 10 seconds: after three that didn't come, nobody is there any more
	linger      = 30 * time.Second // how long a connection that Slack said it would close may bring envelopes yet
	writeLimit  = 5 * time.Second  // for one acknowledgement
	handshake   = 10 * time.Second // to open a connection, at most
	writeBuffer = 32 << 10         // above maxAnswer: Slack is said not to put fragmented messages together
)

// Types of envelopes about the connection itself, and reasons of a disconnect.
const (
	typeHello      = "hello"
	typeDisconnect = "disconnect"

	reasonWarning      = "warning"           // it will be closed in about 10 seconds
	reasonRefresh      = "refresh_requested" // it is closed
	reasonLinkDisabled = "link_disabled"     // Socket Mode was switched off

	reasonTooMany = "too_many_websockets" // it is one more than the ten that an app may have
)

// errAnswerTooLong: Slack would drop the acknowledgement in silence.
var errAnswerTooLong = errors.New("the answer is longer than Slack takes")

// errMalformed: what came isn't an envelope. The connection is none the worse for it.
var errMalformed = errors.New("not an envelope")

// connection is one Socket Mode connection.
type connection struct {
	conn    *websocket.Conn
	opened  time.Time
	silence time.Duration // after so long without a sign of life it counts as half open
	leaving chan string   // gets, once, why another connection is wanted
	gone    chan struct{} // closed when nothing is read from it any more
	writing sync.Mutex
	closing atomic.Bool // by this side
}

// dial opens a connection. Its address holds a ticket, so no error shows it.
func dial(ctx context.Context, api *webapi.Client, silence time.Duration) (*connection, error) {
	_, address, err := api.Slack.StartSocketModeContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("apps.connections.open: %w", webapi.WithoutAddress(err))
	}
	if _, err := url.Parse(address); err != nil {
		return nil, errors.New("apps.connections.open: the address can't be read")
	}
	d := websocket.Dialer{NetDialContext: api.Dial, Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshake, WriteBufferSize: writeBuffer}
	conn, _, err := d.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("open the websocket: %w", webapi.WithoutAddress(err))
	}
	c := &connection{conn: conn, opened: time.Now(), silence: silence, leaving: make(chan string, 1), gone: make(chan struct{})}
	conn.SetReadLimit(maxEnvelope)
	conn.SetPingHandler(c.pong)
	return c, c.heard()
}

// pong answers a ping. Where that fails the connection is broken, and reading will tell.
func (c *connection) pong(data string) error {
	_ = c.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeLimit))
	return c.heard()
}

// heard allows the other side to be silent for another while.
func (c *connection) heard() error { return c.conn.SetReadDeadline(time.Now().Add(c.silence)) }

// receive waits for an envelope. After any error but errMalformed there won't be another.
func (c *connection) receive() (Envelope, error) {
	var e Envelope
	_, raw, err := c.conn.ReadMessage()
	if err != nil {
		return e, err
	}
	if json.Unmarshal(raw, &e) != nil {
		return e, errMalformed
	}
	return e, c.heard()
}

// acknowledge answers an envelope. When it returns without an error the answer is on its way.
func (c *connection) acknowledge(id string, payload any) error {
	raw, err := encode(struct {
		ID      string `json:"envelope_id"`
		Payload any    `json:"payload,omitempty"`
	}{id, payload})
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	if len(raw) > maxAnswer {
		return fmt.Errorf("%w: %d bytes", errAnswerTooLong, len(raw))
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return err
	}
	return c.conn.WriteMessage(websocket.TextMessage, raw)
}

// encode leaves <, > and & as they are, which take six bytes each otherwise.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// leave says that another connection is wanted. Only the first reason counts.
func (c *connection) leave(reason string) {
	select {
	case c.leaving <- reason:
	default:
	}
}

// farewell is how much its end matters to the log: one that this side has closed is none.
func (c *connection) farewell() slog.Level {
	if c.closing.Load() {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// close ends the connection, in good manners where the other side still listens.
func (c *connection) close() {
	c.closing.Store(true)
	c.sayGoodbye()
	_ = c.conn.Close()
}

// sayGoodbye asks the other side to send nothing more, and to answer that.
func (c *connection) sayGoodbye() {
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = c.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
	_ = c.conn.SetReadDeadline(time.Now().Add(time.Second))
}
