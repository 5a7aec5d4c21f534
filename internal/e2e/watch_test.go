package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/approvals"
)

// logged are the lines of the program's log, read as JSON.
func (w *world) lines() (all []map[string]any) {
	w.Helper()
	for line := range strings.Lines(w.output()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			w.Fatalf("the log has the line %q: %v", line, err)
		}
		all = append(all, fields)
	}
	return all
}

// http is where the program listens, as its log tells.
func (w *world) http() string {
	w.Helper()
	for _, l := range w.lines() {
		if address, ok := l["http"].(string); ok && address != "" {
			return "http://" + address
		}
	}
	w.Fatal("the log doesn't say where it listens")
	return ""
}

// get asks the program by HTTP.
func (w *world) get(path string) (status int, body string) {
	w.Helper()
	response, err := http.Get(w.http() + path)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// until asks until the answer has a status. That comes within the time a test has.
func (w *world) until(path string, want int) {
	w.Helper()
	for status, body := w.get(path); status != want; status, body = w.get(path) {
		if !pause(w.Context(), 50*time.Millisecond) {
			w.Fatalf("%s is answered %d %s", path, status, body)
		}
	}
}

// figure is a value of /metrics, by the line's beginning.
func (w *world) figure(name string) (value float64, found bool) {
	w.Helper()
	_, body := w.get("/metrics")
	lines := bufio.NewScanner(strings.NewReader(body))
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			value, err := strconv.ParseFloat(rest, 64)
			if err != nil {
				w.Fatal(err)
			}
			return value, true
		}
	}
	return 0, false
}

// TestHealthAndFigures: ready is who is connected to Slack and can keep what is typed; the figures tell what happened.
func TestHealthAndFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "HTTP_ADDR", "127.0.0.1:0")
	w.start()
	w.until("/readyz", 200)
	w.until("/healthz", 200)
	w.ask(alice, "100012345678 Alice")
	w.ask(alice, "100012345679 Bob")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	for name, want := range map[string]float64{
		`invitebot_ready`:                                                1,
		`invitebot_database_up`:                                          1,
		`invitebot_slack_connections`:                                    2,
		`invitebot_bots`:                                                 1,
		`invitebot_requests`:                                             2,
		`invitebot_backlog{work="pending"}`:                              1,
		`invitebot_backlog_late_seconds{work="messages"}`:                0,
		`invitebot_outcomes_total{code="",outcome="sent"}`:               1,
		`invitebot_acknowledgement_seconds_count{type="slash_commands"}`: 2,
		`invitebot_tencentcloud_calls_total{action="SendOrganizationInvitation",result="ok"}`: 1,
	} {
		if got, found := w.figure(name); !found || got != want {
			t.Errorf("%s is %v, found %v; want %v", name, got, found, want)
		}
	}
	if n, _ := w.figure(`invitebot_slack_calls_total{method="auth.test",result="ok"}`); n < 1 {
		t.Error("no call to Slack is counted")
	}
	w.Outage(true)
	w.until("/readyz", 503)
	if status, body := w.get("/readyz"); status != 503 || !strings.Contains(body, "not connected to Slack") {
		t.Errorf("deaf, it is answered %d %s", status, body)
	}
	w.until("/healthz", 200) // to start it anew would help nobody
	w.Outage(false)
	w.until("/readyz", 200)
}

// TestStatus tells who watches by its exit status whether the machine is behind with anything.
func TestStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if e := invoke(t, w.env, "status"); e.status != 2 || !strings.Contains(e.errors, "there is no database at") {
		t.Errorf("without a database: exit status %d, %s", e.status, e.errors)
	}
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.card(1)
	only := map[string]string{"DATABASE_URL": w.env["DATABASE_URL"]}
	e := invoke(t, only, "status")
	for _, says := range []string{"1 request, newest event ", "1 waiting for approvers", ": started 20", "messages     0 to be said"} {
		if e.status != 0 || !strings.Contains(e.out, says) {
			t.Errorf("no %q: exit status %d\n%s%s", says, e.status, e.out, e.errors)
		}
	}
	var s struct {
		approvals.Status
		Overdue []approvals.Overdue
	}
	if e := invoke(t, only, "status", "--format", "json"); json.Unmarshal([]byte(e.out), &s) != nil || s.Pending.Count != 1 || s.Head.Number < 2 || len(s.Bots) != 1 || s.Overdue == nil {
		t.Errorf("as JSON: %+v\n%s", s, e.out)
	}
	w.stop()
	if e := invoke(t, only, "status"); e.status != 1 || !strings.Contains(e.out, "OVERDUE      no bot runs") {
		t.Errorf("without a bot: exit status %d\n%s%s", e.status, e.out, e.errors)
	}
}

// TestTheLogTellsARequest by one grep, from its beginning to its end, and how the program began and ended; nothing in it is alarming
// where nothing was wrong.
func TestTheLogTellsARequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.ask(alice, "100012345678 Alice")
	w.ask(eve, "100012345679 Eve")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.stop()
	var story []string
	for _, l := range w.lines() {
		if l["request"] == float64(1) {
			story = append(story, l["kind"].(string))
			if l["level"] != "INFO" || l["event"] == nil || l["by"] == nil || l["uin"] != "100012345678" {
				t.Errorf("a line of its own is %v", l)
			}
		}
		if l["level"] == "ERROR" || l["level"] == "WARN" && !strings.HasPrefix(l["msg"].(string), "new ledger at") {
			t.Errorf("it alarms: %v", l)
		}
	}
	if want := []string{"requested", "approved", "sending", "sent"}; !slices.Equal(story, want) {
		t.Errorf("the log tells %q, want %q", story, want)
	}
	lines := w.lines()
	for n, msg := range map[int]string{0: "invitebot starts", len(lines) - 1: "invitebot ends, as it was told to"} {
		if lines[n]["msg"] != msg {
			t.Errorf("line %d is %v", n, lines[n])
		}
	}
	if strings.Contains(w.output(), "use of closed network connection") {
		t.Error("it says that it closed its own connections")
	}
}

// TestAWrongKeyIsToldAtOnce: at the start, and not after somebody has approved something. The bot runs on, as keys are rotated.
func TestAWrongKeyIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "TENCENTCLOUD_SECRET_KEY", aSecretKey)
	w.start()
	w.awaitLog("it doesn't belong to TENCENTCLOUD_SECRET_ID")
	found := slices.ContainsFunc(w.lines(), func(l map[string]any) bool {
		return l["level"] == "ERROR" && strings.HasPrefix(l["msg"].(string), "TENCENTCLOUD_SECRET_KEY: ")
	})
	if !found {
		t.Errorf("it isn't an error\n%s", w.output())
	}
	w.ask(alice, "100012345678 Alice")
	w.card(1)
}

// TestEverythingIsLoggedForAWhile after a signal, but no secret.
func TestEverythingIsLoggedForAWhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.signal(syscall.SIGUSR1)
	w.awaitLog("everything is logged")
	w.ask(alice, "100012345678 Alice")
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
	w.awaitLog(`"method":"chat.postMessage"`)
	w.awaitLog(`"type":"interactive"`)
	w.awaitLog(`"action":"SendOrganizationInvitation"`)
	for _, secret := range []string{w.BotToken, w.AppToken, w.org.SecretKey} {
		if strings.Contains(w.output(), secret) {
			t.Error("it logs a secret")
		}
	}
}

// TestHeartbeat: the URL is called while the bot is ready, and never logged.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	beats := make(chan string, 100)
	service := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		beats <- r.URL.Path
		rw.WriteHeader(http.StatusNotFound)
	}))
	defer service.Close()
	w := newWorld(t, "HEARTBEAT_URL", service.URL+"/SecretThatNobodySees")
	w.start()
	if path := <-beats; path != "/SecretThatNobodySees" {
		t.Errorf("it calls %s", path)
	}
	w.awaitLog("it was answered with status 404")
	if strings.Contains(w.output(), "NobodySees") {
		t.Error("the log has the URL")
	}
}

// TestSystemd hears that the bot is ready when Slack has said hello, that it is still there while it is ready, and that it stops.
func TestSystemd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notify")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	heard := make(chan string, 1000)
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := socket.Read(buffer)
			if err != nil {
				close(heard)
				return
			}
			heard <- string(buffer[:n])
		}
	}()
	await := func(what string) (before []string) {
		t.Helper()
		for {
			select {
			case said := <-heard:
				if said == what {
					return before
				}
				before = append(before, said)
			case <-time.After(time.Minute):
				t.Fatalf("systemd never hears %s, but %q", what, before)
			}
		}
	}
	w := newWorld(t, "NOTIFY_SOCKET", path, "WATCHDOG_USEC", "300000")
	w.Outage(true)
	w.launch()
	if before := await("STATUS=not connected to Slack yet"); len(before) > 0 {
		t.Errorf("before Slack answers it says %q", before)
	}
	w.Outage(false)
	if before := await("READY=1"); len(before) > 0 {
		t.Errorf("before it is ready it says %q", before)
	}
	await("WATCHDOG=1")
	await("STATUS=ready, connections to Slack: 2")
	w.Outage(true)
	await("STATUS=not connected to Slack")
	if before := await("STATUS=not connected to Slack"); slices.Contains(before, "WATCHDOG=1") {
		t.Error("deaf, it says that all is well")
	}
	w.Outage(false)
	await("WATCHDOG=1")
	w.stop()
	await("STOPPING=1")
}

// TestANewLedger is told loudly, and refused where another one is expected, before anything is made.
func TestANewLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.stop()
	for _, l := range w.lines() {
		if id, ok := l["ledger"].(string); ok && l["level"] == "WARN" && strings.Contains(l["msg"].(string), ": 0 requests") {
			w.set("EXPECT_LEDGER", id)
		}
	}
	if w.env["EXPECT_LEDGER"] == "" {
		t.Fatalf("it isn't told\n%s", w.output())
	}
	w.start() // it is the one
	w.stop()
	there := w.env["DATABASE_URL"]
	w.set("DATABASE_URL", there+".lost")
	if status, log := w.ends(); status != 2 || !strings.Contains(log, "there is no ledger in this database") {
		t.Errorf("exit status %d\n%s", status, log)
	}
	if _, err := os.Stat(strings.TrimPrefix(there, "sqlite:") + ".lost"); err == nil {
		t.Error("it has made one")
	}
	w.set("DATABASE_URL", there)
	w.set("EXPECT_LEDGER", "0123456789ab")
	if status, log := w.ends(); status != 2 || !strings.Contains(log, "the database has the ledger ") {
		t.Errorf("exit status %d\n%s", status, log)
	}
}

// TestATokenThatIsRevokedIsNoticed by whatever call meets it first, and the bot ends with what to do.
func TestATokenThatIsRevokedIsNoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.RevokeBotToken()
	w.ask(alice, "100012345678 Alice") // who she is can't be asked
	w.endsWith("SLACK_BOT_TOKEN: ", "install the app again", `"method":"users.info","result":"token_revoked"`)
}

// TestManyWhoAskNothing hold their connections, and don't keep others from asking.
func TestManyWhoAskNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "HTTP_ADDR", "127.0.0.1:0")
	w.start()
	for range 200 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.http(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	w.until("/readyz", 200)
}

// TestAConfigurationThatIsWrongInJSON: whoever asks for JSON reads the log with a program.
func TestAConfigurationThatIsWrongInJSON(t *testing.T) {
	t.Parallel()
	e := invoke(t, configured("LOG_FORMAT", "json", "APPROVERS", "nobody", "SLACK_CONNECTIONS", "77"))
	if e.status != 2 || strings.Count(e.errors, "\n") != 2 {
		t.Errorf("exit status %d\n%s", e.status, e.errors)
	}
	for line := range strings.Lines(e.errors) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil || l["level"] != "ERROR" || l["problem"] == nil {
			t.Errorf("a line is %s", line)
		}
	}
}
