package bottest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/invitebot/invitebot/bot/bottest"
)

// dial opens a bare connection and returns it with its first message.
func dial(t *testing.T, ws *bottest.Workspace) (*websocket.Conn, map[string]any) {
	t.Helper()
	_, url, err := client(ws).StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, next(t, conn)
}

func next(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	var m map[string]any
	if err := conn.ReadJSON(&m); err != nil {
		t.Fatalf("read: %v", err)
	}
	return m
}

func TestHello(t *testing.T) {
	ws := start(t, bottest.Options{})
	_, first := dial(t, ws)
	_, second := dial(t, ws)
	equal(t, "type", first["type"], any("hello"))
	equal(t, "connections", first["num_connections"], any(1.0))
	equal(t, "connections later", second["num_connections"], any(2.0))
	equal(t, "app", first["connection_info"].(map[string]any)["app_id"], any(ws.AppID))
	equal(t, "has debug_info", first["debug_info"] != nil, true)
}

func TestTicketsAreForOneUse(t *testing.T) {
	ws := start(t, bottest.Options{})
	_, url, err := client(ws).StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, resp, err := websocket.DefaultDialer.Dial(url, nil); err == nil || resp.StatusCode != 401 {
		t.Errorf("the second use: %v", err)
	}
}

func TestTooManySockets(t *testing.T) {
	ws := start(t, bottest.Options{})
	for range 10 {
		dial(t, ws)
	}
	conn, first := dial(t, ws)
	equal(t, "reason", first["reason"], any("too_many_websockets"))
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the connection stays open")
	}
	equal(t, "connections", ws.Connections(), 10)
}

func TestEnvelope(t *testing.T) {
	ws := start(t, bottest.Options{})
	conn, _ := dial(t, ws)
	done := make(chan bottest.Answer, 1)
	go func() { done <- must(ws.Command(limit(t), alice, approval, "/i")) }()
	e := next(t, conn)
	equal(t, "type", e["type"], any("slash_commands"))
	equal(t, "accepts", e["accepts_response_payload"], any(true))
	for _, noise := range []string{`{"envelope_id":"unknown"}`, `{`, `[]`} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(noise)); err != nil {
			t.Fatal(err)
		}
	}
	_ = conn.WriteJSON(map[string]any{"envelope_id": e["envelope_id"], "payload": map[string]string{"text": "hi"}})
	equal(t, "answer", (<-done).Text, "hi")
}

func TestLargeAcknowledgementsAreDropped(t *testing.T) {
	for _, c := range []struct {
		size    int
		timeout time.Duration
		failure string
	}{
		{20*1024 - 1, 0, ""},
		{20 * 1024, 50 * time.Millisecond, bottest.TimedOut},
	} {
		ws := start(t, bottest.Options{AckTimeout: c.timeout})
		conn, _ := dial(t, ws)
		done := make(chan bottest.Answer, 1)
		go func() { done <- must(ws.Command(limit(t), alice, approval, "/i")) }()
		ack := fmt.Sprintf(`{"envelope_id":%q,"payload":{"text":"`, next(t, conn)["envelope_id"])
		ack += strings.Repeat("x", c.size-len(ack)-3) + `"}}`
		equal(t, "size", len(ack), c.size)
		if err := conn.WriteMessage(websocket.TextMessage, []byte(ack)); err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint("failure with ", c.size, " bytes"), (<-done).Failure, c.failure)
	}
}

func TestAcknowledgementsComeBackTheSameWay(t *testing.T) {
	ws := start(t, bottest.Options{})
	first, _ := dial(t, ws)
	done := make(chan bottest.Answer, 1)
	go func() { done <- must(ws.Command(limit(t), alice, approval, "/i")) }()
	id := next(t, first)["envelope_id"]
	second, _ := dial(t, ws)
	_ = second.WriteJSON(map[string]any{"envelope_id": id, "payload": map[string]string{"text": "wrong way"}})
	// A pong shows that the workspace has read what came before it.
	pong := make(chan struct{})
	second.SetPongHandler(func(string) error { close(pong); return nil })
	_ = second.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
	go func() { _, _, _ = second.ReadMessage() }()
	<-pong
	_ = first.WriteJSON(map[string]any{"envelope_id": id, "payload": map[string]string{"text": "right way"}})
	equal(t, "answer", (<-done).Text, "right way")
}

func TestEachConnectionInTurn(t *testing.T) {
	for _, seed := range []uint64{0, 7} {
		ws := start(t, bottest.Options{Seed: seed})
		var a, b recorder
		connect(t, ws, a.handle)
		connect(t, ws, b.handle)
		for range 20 {
			must(ws.Command(limit(t), alice, approval, "/i"))
		}
		if len(a.commands)+len(b.commands) != 20 || len(a.commands) == 0 || len(b.commands) == 0 {
			t.Errorf("seed %d: %d and %d", seed, len(a.commands), len(b.commands))
		}
		if seed == 0 && len(a.commands) != 10 {
			t.Errorf("in turn: %d and %d", len(a.commands), len(b.commands))
		}
	}
}

func TestDoubleEnvelopes(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.DoubleEnvelopes(true)
	came := make(chan string, 10)
	for name := range 2 {
		connect(t, ws, func(c *socketmode.Client, e socketmode.Event) {
			if e.Type == socketmode.EventTypeSlashCommand {
				came <- fmt.Sprint(name, e.Data.(slack.SlashCommand).TriggerID)
				_ = c.Ack(*e.Request)
			}
		})
	}
	a, err := ws.Command(limit(t), alice, approval, "/i")
	if err != nil || !a.OK() {
		t.Fatalf("got %+v, %v", a, err)
	}
	first, second := <-came, <-came
	if first[0] == second[0] || first[1:] != second[1:] {
		t.Errorf("got %s and %s, want the same over two connections", first, second)
	}
}

func TestRedeliver(t *testing.T) {
	ws := start(t, bottest.Options{AckTimeout: 20 * time.Millisecond})
	conn, _ := dial(t, ws)
	ws.Redeliver(true)
	a, err := ws.Command(limit(t), alice, approval, "/i")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "failure", a.Failure, bottest.TimedOut)
	first, second := next(t, conn), next(t, conn)
	equal(t, "same envelope", second["envelope_id"], first["envelope_id"])
	equal(t, "first attempt", first["retry_attempt"], nil)
	equal(t, "second attempt", second["retry_attempt"], any(1.0))
}

func TestRefresh(t *testing.T) {
	ws := start(t, bottest.Options{RefreshNotice: time.Millisecond})
	conn, _ := dial(t, ws)
	if !ws.Refresh(0) || ws.Refresh(1) {
		t.Error("there is one connection to refresh")
	}
	for _, reason := range []string{"warning", "refresh_requested"} {
		m := next(t, conn)
		equal(t, "type", m["type"], any("disconnect"))
		equal(t, "reason", m["reason"], any(reason))
	}
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the connection stays open")
	}
	equal(t, "connections", ws.Connections(), 0)
}

func TestAppReconnects(t *testing.T) {
	ws := start(t, bottest.Options{})
	connect(t, ws, ack(nil))
	for name, trouble := range map[string]func(){
		"refresh": ws.RefreshAll,
		"warn":    func() { ws.Warn(0) },
		"cut":     func() { ws.Cut(0) },
	} {
		opened := ws.Opened()
		trouble()
		again := func() bool { return ws.Opened() > opened && ws.Connections() == 1 }
		if err := ws.Wait(limit(t), again); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a, err := ws.Command(limit(t), alice, approval, "/i")
		if err != nil || !a.OK() {
			t.Errorf("after %s: %+v, %v", name, a, err)
		}
	}
}

func TestHalfOpen(t *testing.T) {
	ws := start(t, bottest.Options{PingInterval: 5 * time.Millisecond, AckTimeout: 50 * time.Millisecond})
	pings := make(chan struct{}, 1)
	conn, _ := dial(t, ws)
	conn.SetPingHandler(func(string) error {
		select {
		case pings <- struct{}{}:
		default:
		}
		return nil
	})
	frames := make(chan json.RawMessage, 10)
	go func() {
		defer close(frames)
		for {
			_, frame, err := conn.ReadMessage()
			if err != nil {
				return
			}
			frames <- frame
		}
	}()
	<-pings
	if !ws.HalfOpen(0) {
		t.Fatal("no connection")
	}
	a, err := ws.Command(limit(t), alice, approval, "/i")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "failure", a.Failure, bottest.TimedOut)
	equal(t, "frames", len(frames), 0)
	equal(t, "connections", ws.Connections(), 1)
	_ = conn.Close()
	if err := ws.Wait(limit(t), func() bool { return ws.Connections() == 0 }); err != nil {
		t.Error(err)
	}
}

func TestLinkDisabled(t *testing.T) {
	ws := start(t, bottest.Options{})
	conn, _ := dial(t, ws)
	ws.LinkDisabled()
	equal(t, "reason", next(t, conn)["reason"], any("link_disabled"))
	_, first := dial(t, ws)
	equal(t, "reason of a new one", first["reason"], any("link_disabled"))
	equal(t, "connections", ws.Connections(), 0)
}

// A socket whose notice is up ends by itself, the others stay.
func TestRefreshOfOneOfTwo(t *testing.T) {
	ws := start(t, bottest.Options{RefreshNotice: time.Millisecond})
	dial(t, ws)
	kept, _ := dial(t, ws)
	ws.Refresh(0)
	if err := ws.Wait(limit(t), func() bool { return ws.Connections() == 1 }); err != nil {
		t.Fatal(err)
	}
	ws.Warn(0)
	equal(t, "reason", next(t, kept)["reason"], any("warning"))
}

func TestRevokedTokensEndTheApp(t *testing.T) {
	ws := start(t, bottest.Options{})
	a := connect(t, ws, silent)
	ws.RevokeTokens()
	select {
	case err := <-a.done:
		wantCode(t, err, "token_revoked")
	case <-limit(t).Done():
		t.Error("the app runs on")
	}
}

func TestFrame(t *testing.T) {
	ws := start(t, bottest.Options{})
	if ws.Frame([]byte("{")) {
		t.Error("sent without a connection")
	}
	conn, _ := dial(t, ws)
	if !ws.Frame([]byte("{")) {
		t.Error("not sent")
	}
	_, got, err := conn.ReadMessage()
	if err != nil || string(got) != "{" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCloseWhileConnected(t *testing.T) {
	ws := bottest.Start(bottest.Options{})
	a := connect(t, ws, silent)
	ws.Close()
	ws.Close()
	equal(t, "connections", ws.Connections(), 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Client.RunContext(ctx); err == nil {
		t.Error("connects to a closed workspace")
	}
}
