package demo

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
)

// program is the path of the built program: the demo runs it as the bot, so that tests need the real one.
var program string

func TestMain(m *testing.M) { os.Exit(withProgram(m.Run)) }

func withProgram(run func() int) int {
	dir, err := os.MkdirTemp("", "invitebot")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "invitebot")
	build := exec.Command("go", "build", "-buildvcs=false", "-race="+raceDetector(), "-o", program, ".")
	build.Dir = "../.."
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, output)
		return 1
	}
	return run()
}

// raceDetector tells whether this test runs under the race detector; the program then does, too.
func raceDetector() string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" {
			return s.Value
		}
	}
	return "false"
}

// invoke runs the demo to its end.
func invoke(t *testing.T, args ...string) (status int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 7*limit) // for all of the pictures, each of which starts Chromium
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"demo"}, args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the status tells
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// startDemo starts the demo and returns the address of its page. It must end in order when the test does.
func startDemo(t *testing.T, args ...string) string {
	t.Helper()
	return startDemoLogging(t, &bytes.Buffer{}, args...)
}

// startDemoLogging is startDemo with what the demo says in the terminal, to be read when it has ended.
func startDemoLogging(t *testing.T, log *bytes.Buffer, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the demo ended with %v", err)
		}
		if t.Failed() || strings.Contains(log.String(), "DATA RACE") {
			t.Errorf("the demo said:\n%s", log.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "The demo is at ")
	if err != nil || !found {
		t.Fatalf("the demo began with %q, %v", line, err)
	}
	return url
}

func TestTheStoryInTheTerminal(t *testing.T) {
	t.Parallel()
	status, out, errs := invoke(t, "--script")
	if status != 0 || errs != "" {
		t.Fatalf("exit status %d\n%s\n%s", status, out, errs)
	}
	for _, want := range []string{
		"/invite-member 100012345678 Alice",
		"Request 1 is with the approvers in #cloud-admins.",
		"[Approve] [Deny]",
		"Request 1: 100012345678 (Alice): the invitation was sent.\n    RequestId ",
		"Code FailedOperation.MemberNameUsed, RequestId ",
		"SIGKILL",
		"Request 3: 100087654321 (Reports): the invitation was sent.\n    RequestId ",
		"All of it happened once, and all of it was told.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the story doesn't say %q", want)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

// Where two have to approve, they do.
func TestTheStoryWithTwoApprovals(t *testing.T) {
	t.Setenv("APPROVALS_REQUIRED", "2")
	status, out, errs := invoke(t, "--script")
	if status != 0 || errs != "" {
		t.Fatalf("exit status %d\n%s\n%s", status, out, errs)
	}
	for _, want := range []string{
		"Alice asks for an account, and Bob and Carol approve", "1 of 2 approved: @bob\n", "Approved by @bob, @carol\n", "1 of 2 approved: @carol\n",
		"All of it happened once, and all of it was told.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the story doesn't say %q", want)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestTheStoryFailsWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	s := story{w, &bytes.Buffer{}}
	if err := s.check("1", nil, 100012345678, 1, "RequestId"); err == nil {
		t.Error("an invitation that was never sent passes")
	}
}

// A bot that doesn't start ends the demo, whatever it was to do.
func TestTheBotsOwnWordsWhereItDoesNotStart(t *testing.T) {
	pictures, missing := t.TempDir(), filepath.Join(t.TempDir(), "missing", "invitebot.db")
	for _, c := range []struct {
		variable, value string
		args            []string
		status          int
		want            string
	}{
		{"REQUEST_TTL", "nonsense", []string{"--script"}, 2, "REQUEST_TTL"},
		{"REQUEST_TTL", "3", []string{"--screenshots", pictures}, 2, "REQUEST_TTL"},
		{"REQUEST_TTL", "3", []string{"--addr", "127.0.0.1:0"}, 2, "REQUEST_TTL"},
		{"APPROVALS_REQUIRED", "x", []string{"--addr", "127.0.0.1:0"}, 2, "APPROVALS_REQUIRED"},
		{"APPROVALS_REQUIRED", "5", []string{"--addr", "127.0.0.1:0"}, 2, "lists 2 of the 5 people"},
		{"APPROVALS_REQUIRED", "5", []string{"--script"}, 2, "lists 2 of the 5 people"},
		{"APPROVALS_REQUIRED", "1", []string{"--addr", "127.0.0.1:0", "--db", missing}, 2, "does not exist"},
	} {
		t.Run(c.variable+"="+c.value+" "+c.args[0], func(t *testing.T) {
			if c.args[0] == "--screenshots" {
				needChromium(t)
			}
			t.Setenv(c.variable, c.value)
			status, out, errs := invoke(t, c.args...)
			ended := fmt.Sprintf("the bot ended: exit status %d", c.status)
			if status != c.status || !strings.Contains(errs, c.want) || !strings.Contains(errs, ended) {
				t.Errorf("exit status %d, %s", status, errs)
			}
			if strings.Contains(out, "The demo is at") {
				t.Error("the address of a page without a bot is told")
			}
		})
	}
}

// Trouble that somebody makes on the page is told there, and not in the terminal.
func TestTroubleIsQuietInTheTerminal(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	t.Run("make it", func(t *testing.T) {
		page := startDemoLogging(t, &log)
		trouble := func(id string, on bool) {
			body := fmt.Sprintf(`{"trouble": %q, "on": %v}`, id, on)
			answer, err := http.Post(page+"do/trouble", "application/json", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if said, _ := io.ReadAll(answer.Body); !strings.Contains(string(said), `"done":true`) {
				t.Fatalf("%s: %s", body, said)
			}
		}
		for _, id := range []string{slackOutage, botDown} {
			trouble(id, true)
			time.Sleep(time.Second) // in which the bot tries to connect more than once
			trouble(id, false)
		}
	})
	if log.Len() > 0 {
		t.Errorf("the terminal says:\n%s", log.String())
	}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--help"}, 0, "--screenshots DIR"},
		{[]string{"--addr", "0.0.0.0:8080"}, 2, "this machine only"},
		{[]string{"--addr", "192.0.2.1:8080"}, 2, "this machine only"},
		{[]string{"--addr", ":8080"}, 2, "this machine only"},
		{[]string{"--addr", "8080"}, 2, "HOST:PORT"},
		{[]string{"--nonsense"}, 2, "invitebot demo --help"},
		{[]string{"more"}, 2, "one argument too many"},
		{[]string{"--script", "--screenshots", "x"}, 2, "go together"},
		{[]string{"--script", "--db", "x"}, 2, "go together"},
	} {
		status, out, errs := invoke(t, c.args...)
		if status != c.status || !strings.Contains(out+errs, c.want) {
			t.Errorf("demo %s: exit status %d, %q; want %d and %q", strings.Join(c.args, " "), status, out+errs, c.status, c.want)
		}
	}
}

// newTestWorld is a world whose bot isn't started.
func newTestWorld(t *testing.T) *world {
	t.Helper()
	w, err := newWorld(filepath.Join(t.TempDir(), "invitebot.db"), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return w
}

func TestThePageIsForThisMachineOnly(t *testing.T) {
	t.Parallel()
	h := handler(newTestWorld(t))
	for _, c := range []struct {
		what, method, path, host string
		header                   map[string]string
		body                     string
		want                     int
	}{
		{"the page", "GET", "/", "127.0.0.1:8765", nil, "", 200},
		{"the page by name", "GET", "/", "localhost:8765", nil, "", 200},
		{"the page by IPv6", "GET", "/", "[::1]:8765", nil, "", 200},
		{"a script", "GET", "/main.js", "127.0.0.1:8765", nil, "", 200},
		{"another name for this machine", "GET", "/", "attacker.example:8765", nil, "", 403},
		{"a name that only looks like ours", "GET", "/", "localhost.attacker.example", nil, "", 403},
		{"another machine's address", "GET", "/events", "192.0.2.1:8765", nil, "", 403},
		{"what the page sends", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}, `{"as":"U0ALICE","channel":"C0GENERAL","text":"hello"}`, 200},
		{"a script of another site", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, `{}`, 403},
		{"an older browser on another site", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json", "Origin": "https://attacker.example"}, `{}`, 403},
		{"a form", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, `{}`, 400},
		{"what isn't JSON", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json"}, `as=U0ALICE`, 400},
		{"more than a page sends", "POST", "/do/say", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json"}, `{"text":"` + strings.Repeat("a", maxDeed) + `"}`, 400},
		{"what can't be done", "POST", "/do/nothing", "127.0.0.1:8765", map[string]string{"Content-Type": "application/json"}, `{}`, 404},
		{"doing by reading", "GET", "/do/say", "127.0.0.1:8765", nil, "", 404},
	} {
		r := httptest.NewRequest(c.method, "http://"+c.host+c.path, strings.NewReader(c.body))
		for name, value := range c.header {
			r.Header.Set(name, value)
		}
		ctx := t.Context()
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r.WithContext(ctx))
		if answer.Code != c.want {
			t.Errorf("%s: status %d, want %d", c.what, answer.Code, c.want)
		}
		if c.want == http.StatusOK && answer.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s comes without its policy", c.what)
		}
	}
}

// Only what reached nobody is said not to have been done.
func TestWhatIsSaidWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for failure, want := range map[string]string{
		"":                   "",
		bottest.Undispatched: "invitebot didn't answer (dispatch_failed). Nothing was done; try again in a moment.",
		bottest.TimedOut:     "invitebot didn't answer (operation_timeout). It isn't known whether it was done: look at the card.",
		bottest.BadAnswer:    "invitebot didn't answer (invalid_command_response). It isn't known whether it was done: look at the card.",
	} {
		if said := failed(bottest.Answer{Failure: failure}); said != want {
			t.Errorf("%q: %q, want %q", failure, said, want)
		}
	}
}

// The page offers what the manifest registers.
func TestTheCommandIsTheManifests(t *testing.T) {
	manifest, err := os.ReadFile("../../manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		for _, want := range []string{"command: " + c.Name + "\n", "usage_hint: " + c.Hint + "\n", "description: " + c.Text + "\n"} {
			if !strings.Contains(string(manifest), want) {
				t.Errorf("manifest.yml doesn't have %q", want)
			}
		}
	}
	for _, s := range shortcuts {
		want := fmt.Sprintf("    - name: %s\n      type: global\n      callback_id: %s\n      description: %s\n", s.Name, s.ID, s.Text)
		if !strings.Contains(string(manifest), want) {
			t.Errorf("manifest.yml doesn't have %q", want)
		}
	}
}

// limit is how long a step in the browser may take: far longer than it does, as the machine may be busy.
const limit = 2 * time.Minute
