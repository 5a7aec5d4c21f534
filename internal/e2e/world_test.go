package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// world is a workspace and an organization with the built program between them, over real sockets and on a database in
// a temporary folder. The program can be killed and started again at any moment.
type world struct {
	testing.TB
	*bottest.Workspace
	org     *invitetest.Organization
	program string // the build that is run
	env     map[string]string

	mu       sync.Mutex
	proc     *exec.Cmd
	log      bytes.Buffer
	logged   *sync.Cond     // told of each line
	others   bool           // processes of the program are connected to the workspace, too
	restarts sync.WaitGroup // kills that were armed, each with the start that follows
}

// Who there is.
const (
	admins  = "C0ADMINS"
	general = "C0GENERAL"
	alice   = "U0ALICE" // asks
	ann     = "U0ANN"   // approves
	bob     = "U0BOB"   // approves, as a member of a group
	eve     = "U0EVE"   // may do nothing
)

// newWorld makes a world in which nothing runs yet. The environment is changed by pairs of a name and a value.
func newWorld(t testing.TB, changes ...string) *world {
	t.Helper()
	return worldOf(t, bottest.Options{}, invitetest.Options{}, changes...)
}

func worldOf(t testing.TB, slack bottest.Options, cloud invitetest.Options, changes ...string) *world {
	t.Helper()
	w := &world{TB: t, program: program, Workspace: bottest.Start(slack), org: invitetest.Start(cloud)}
	w.logged = sync.NewCond(&w.mu)
	t.Cleanup(func() {
		w.kill()
		w.org.Close()
		w.Close()
		if t.Failed() {
			t.Logf("the program's log:\n%s", w.output())
		}
	})
	for _, id := range []string{alice, ann, bob} {
		w.AddUser(bottest.User{ID: id, Name: strings.ToLower(id[2:])})
	}
	w.AddUser(bottest.User{ID: eve, Name: "eve", Guest: true})
	w.AddGroup(bottest.Group{ID: "S0ADMINS", Handle: "cloud-admins", Members: []string{bob}})
	w.AddChannel(bottest.Channel{ID: admins, Name: "cloud-admins", BotIsMember: true})
	w.AddChannel(bottest.Channel{ID: general, Name: "general"})
	w.env = configured(append([]string{
		"SLACK_API_URL", w.APIURL(), "SLACK_BOT_TOKEN", w.BotToken, "SLACK_APP_TOKEN", w.AppToken,
		"APPROVAL_CHANNEL", admins, "APPROVERS", ann + ",S0ADMINS",
		"TENCENTCLOUD_ENDPOINT", w.org.URL, "TENCENTCLOUD_SECRET_ID", w.org.SecretID, "TENCENTCLOUD_SECRET_KEY", w.org.SecretKey,
		"TENCENTCLOUD_SETTLE", "1s", "OPEN_REQUESTS", "0",
		"DATABASE_URL", "sqlite:" + filepath.Join(t.TempDir(), "invitebot.db"),
	}, changes...)...)
	return w
}

// start runs the program and waits until both of its connections stand.
func (w *world) start() {
	w.Helper()
	w.launch()
	w.await("the program to connect", func() bool { return w.Connections() == 2 })
}

func (w *world) launch() {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proc = exec.Command(w.program)
	w.proc.Env, w.proc.Stderr = environment(w.env), (*logWriter)(w)
	if err := w.proc.Start(); err != nil {
		w.Fatal(err)
	}
}

// kill ends the program with SIGKILL, at any instant and from any goroutine.
func (w *world) kill() {
	w.signal(syscall.SIGKILL)
	w.reap()
	if !w.others { // whoever types next must not be heard by the dead
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = w.Wait(ctx, func() bool { return w.Connections() == 0 })
	}
}

func (w *world) signal(s os.Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proc != nil {
		_ = w.proc.Process.Signal(s)
	}
}

// reap waits for the program's end and returns its exit status.
func (w *world) reap() int {
	w.mu.Lock()
	proc := w.proc
	w.mu.Unlock()
	if proc == nil {
		return 0
	}
	_ = proc.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proc = nil
	return proc.ProcessState.ExitCode()
}

// stop ends the program as an operator does.
func (w *world) stop() {
	w.Helper()
	w.signal(syscall.SIGTERM)
	if status := w.reap(); status != 0 {
		w.Errorf("after SIGTERM the exit status is %d", status)
	}
}

func (w *world) output() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// awaitLog waits until the program has logged a text.
func (w *world) awaitLog(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !strings.Contains(w.log.String(), text) {
		w.logged.Wait()
	}
}

// logWriter keeps the program's log.
type logWriter world

func (l *logWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.logged.Broadcast()
	return l.log.Write(p)
}

// await waits for a condition on the workspace; it is asked again after each change there.
func (w *world) await(what string, holds func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := w.Wait(ctx, holds); err != nil {
		w.Fatalf("waiting for %s: %v; %d messages in the channel\n%s", what, err, len(w.Messages(admins)), w.transcript())
	}
}

// awaitCall waits for a condition on the organization.
func (w *world) awaitCall(what string, holds func() bool) {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := w.org.Await(ctx, holds); err != nil {
		w.Fatalf("waiting for %s: %v", what, err)
	}
}

// ask types the command and returns the answer.
func (w *world) ask(who, text string) bottest.Answer {
	w.Helper()
	answer, err := w.Command(context.Background(), who, general, "/invite-member "+text)
	if err != nil {
		w.Fatal(err)
	}
	return answer
}

// click presses a button, which must be there.
func (w *world) click(who string, m bottest.Message, action string) bottest.Answer {
	w.Helper()
	answer, err := w.Click(context.Background(), who, m.Ref(), action)
	if err != nil {
		w.Fatal(err)
	}
	return answer
}

// card waits for the card of the n-th request in the channel.
func (w *world) card(n int) bottest.Message {
	w.Helper()
	w.await(fmt.Sprintf("the card of request %d", n), func() bool { return len(w.cards(n)) > 0 })
	return w.cards(n)[0]
}

func (w *world) cards(n int) []bottest.Message {
	return slices.DeleteFunc(w.Messages(admins), func(m bottest.Message) bool {
		return !strings.HasPrefix(m.Text, fmt.Sprintf("Request %d: ", n))
	})
}

// replies are what stands under the card of a request.
func (w *world) replies(n int) []bottest.Message {
	cards := w.cards(n)
	if len(cards) == 0 {
		return nil
	}
	return w.Thread(admins, cards[0].TS)[1:]
}

// directs are the direct messages about a request.
func (w *world) directs(who string, n int) []bottest.Message {
	return slices.DeleteFunc(w.DirectMessages(who), func(m bottest.Message) bool {
		return !strings.HasPrefix(m.Text, fmt.Sprintf("Request %d:", n))
	})
}

// finished says whether everything is said of a request whose invitation was sent.
func (w *world) finished(n int) bool {
	cards := w.cards(n)
	return len(cards) > 0 && !hasButton(cards[0], "approve") && strings.Contains(cards[0].Text, "Invitation sent") &&
		len(w.replies(n)) > 0 && len(w.directs(alice, n)) > 0
}

// hasButton says whether a message shows a button.
func hasButton(m bottest.Message, action string) bool {
	var blocks []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		return false
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if e.ActionID == action {
				return true
			}
		}
	}
	return false
}

// transcript is everything that the workspace shows, for a test that failed.
func (w *world) transcript() string {
	var b strings.Builder
	for _, m := range w.Messages(admins) {
		fmt.Fprintf(&b, "#cloud-admins %s\n", m.Text)
		for _, r := range w.Thread(admins, m.TS)[1:] {
			fmt.Fprintf(&b, "  ↳ %s\n", r.Text)
		}
	}
	for _, m := range w.DirectMessages(alice) {
		fmt.Fprintf(&b, "to alice: %s\n", m.Text)
	}
	for _, c := range w.org.Calls() {
		fmt.Fprintf(&b, "organization: %s %s effect %v code %q\n", c.Action, c.Payload, c.Effect, c.Code)
	}
	return b.String()
}

// Fail makes calls to Slack fail; without it, the workspace's and the test's would be one too many.
func (w *world) Fail(method string, f bottest.Fault) { w.Workspace.Fail(method, f) }
