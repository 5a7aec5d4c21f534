package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// The official Node.js clients of Slack and of Tencent Cloud, run against the doubles: what those imagine of the services
// is wrong where a client that works with the real ones doesn't work with them.

// clients is the folder of the scripts that use them.
const clients = "testdata/node"

// script is a running Node.js program.
type script struct {
	*testing.T
	in    io.WriteCloser
	lines *bufio.Scanner
}

// run starts a script, and skips the test where Node.js or the clients aren't installed.
func run(t *testing.T, name string, environment ...string) *script {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		skip(t, "Node.js isn't installed; on Debian: apt-get install nodejs npm")
	}
	if _, err := os.Stat(filepath.Join(clients, "node_modules")); err != nil {
		skip(t, "the official Node.js clients aren't installed; with npm: npm ci --prefix internal/e2e/"+clients)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	cmd := exec.CommandContext(ctx, node, filepath.Join(clients, name))
	cmd.Env = append(os.Environ(), append(environment, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	return &script{t, in, bufio.NewScanner(out)}
}

// line is the next line of the output.
func (s *script) line() string {
	s.Helper()
	if !s.lines.Scan() {
		s.Fatalf("the script ended: %v", s.lines.Err())
	}
	return s.lines.Text()
}

func (s *script) prints(want string) {
	s.Helper()
	if got := s.line(); got != want {
		s.Fatalf("the script prints %q, want %q", got, want)
	}
}

func TestSlacksOwnClients(t *testing.T) {
	ws := bottest.Start(bottest.Options{})
	t.Cleanup(ws.Close)
	ws.AddUser(bottest.User{ID: alice, Name: "alice"})
	ws.AddChannel(bottest.Channel{ID: general, Name: "general", BotIsMember: true, Members: []string{alice}})
	s := run(t, "slack.mjs", "SLACK_API_URL="+ws.APIURL(), "SLACK_BOT_TOKEN="+ws.BotToken, "SLACK_APP_TOKEN="+ws.AppToken, "CHANNEL="+general)
	s.prints("authenticated " + ws.BotUserID + " " + ws.TeamID)
	s.prints("refused user_not_found")
	s.prints("connected")
	for _, typed := range []string{"hello", "hello again"} { // the second time over a new connection
		answer, err := ws.Command(t.Context(), alice, general, "/invite-member "+typed)
		if err != nil || answer.Text != "heard "+typed {
			t.Fatalf("the command is answered %+v, %v", answer, err)
		}
		s.prints("read " + typed + " " + typed)
		all := ws.Messages(general)
		posted := all[len(all)-1]
		if thread := ws.Thread(general, posted.TS); len(thread) == 0 || thread[len(thread)-1].Text != "a reply" {
			t.Errorf("the thread has %+v", thread)
		}
		if _, err := ws.Click(t.Context(), alice, posted.Ref(), "press"); err != nil {
			t.Fatal(err)
		}
		s.prints("pressed v")
		if m, _ := ws.Message(posted.Ref()); m.Text != "press by "+alice {
			t.Errorf("the message reads %q", m.Text)
		}
		if whispers := ws.Ephemerals(alice); len(whispers) == 0 || whispers[len(whispers)-1].Text != "thank you" {
			t.Errorf("alice was told %+v", whispers)
		}
		ws.Refresh(0)
		if typed == "hello" {
			s.prints("connected")
		}
	}
}

func TestTencentCloudsOwnClient(t *testing.T) {
	o := invitetest.Start(invitetest.Options{})
	t.Cleanup(o.Close)
	s := run(t, "tencentcloud.mjs", "ENDPOINT="+o.URL, "SECRET_ID="+o.SecretID, "SECRET_KEY="+o.SecretKey)
	call := func(action string, parameters any) (answer map[string]any) {
		t.Helper()
		request, err := json.Marshal(map[string]any{"action": action, "parameters": parameters})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(s.in, "%s\n", request)
		if err := json.Unmarshal([]byte(s.line()), &answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	send := map[string]any{"InviteUin": 100012345678, "Name": "爱丽丝", "Remark": "invitebot 12, asked by alice"}
	if got := call("SendOrganizationInvitation", send); got["RequestId"] == nil || got["code"] != nil {
		t.Fatalf("the invitation is answered %v", got)
	}
	if all := o.Invitations(); len(all) != 1 || all[0].UIN != 100012345678 || all[0].Name != "爱丽丝" {
		t.Fatalf("the organization has %+v", all)
	}
	if got := call("SendOrganizationInvitation", send); got["code"] != "FailedOperation.ReSentInvitation" || got["requestId"] == nil {
		t.Errorf("a second invitation is answered %v", got)
	}
	for _, asText := range []bool{false, true} {
		o.WriteNumbersAsText(asText)
		got := call("ListOrganizationInvitations", map[string]any{"Invited": 0, "Offset": 0, "Limit": 50})
		if total := fmt.Sprint(got["TotalCount"]); total != "1" || !strings.Contains(fmt.Sprint(got["Invitations"]), "爱丽丝") {
			t.Errorf("the list is %v", got)
		}
	}
	if got := call("GetOrganization", map[string]any{}); got["HostUin"] == nil {
		t.Errorf("the organization is %v", got)
	}
	if got := call("ListOrganizationMembers", map[string]any{"Offset": 0, "Limit": 50}); fmt.Sprint(got["TotalCount"]) != "0" {
		t.Errorf("the members are %v", got)
	}
	if got := call("CancelOrganizationInvitation", map[string]any{"Id": 1}); got["code"] != nil {
		t.Errorf("a cancellation is answered %v", got)
	}
	if got := call("CancelOrganizationInvitation", map[string]any{"Id": 1}); got["code"] != "ResourceNotFound.InvitationNotExist" {
		t.Errorf("a second cancellation is answered %v", got)
	}
}
