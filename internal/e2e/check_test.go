package e2e

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/invite/invitetest"
)

const aLedgerKey = "a key of the ledger that nobody else knows"

// wrong is a configuration with something wrong about it, and what check has to say of that.
type wrong struct {
	slack   bottest.Options
	cloud   invitetest.Options
	arrange func(w *world)
	env     []string // changes, as pairs

	result          checkup.Result
	variable        string
	says, andRemedy string
}

func fails(variable, says, remedy string) wrong {
	return wrong{result: checkup.Failed, variable: variable, says: says, andRemedy: remedy}
}

func warns(variable, says, remedy string) wrong {
	return wrong{result: checkup.Warning, variable: variable, says: says, andRemedy: remedy}
}

func (x wrong) when(arrange func(w *world)) wrong       { x.arrange = arrange; return x }
func (x wrong) with(env ...string) wrong                { x.env = env; return x }
func (x wrong) ofWorkspace(slack bottest.Options) wrong { x.slack = slack; return x }
func (x wrong) ofCloud(cloud invitetest.Options) wrong  { x.cloud = cloud; return x }
func (w *world) set(name, value string)                 { w.env[name] = value }

// scopesWithout are all but one.
func scopesWithout(name string) []string {
	return slices.DeleteFunc(slices.Clone(bottest.DefaultScopes), func(s string) bool { return s == name })
}

const closedPort = "127.0.0.1:1" // nobody listens there

// misconfigurations are what operators get wrong.
var misconfigurations = map[string]wrong{
	// The variables.
	"no bot token":     fails("SLACK_BOT_TOKEN", "not set", "write the bot token").with("SLACK_BOT_TOKEN", ""),
	"tokens swapped":   fails("SLACK_APP_TOKEN", "this is a bot token", "xapp-").with("SLACK_APP_TOKEN", aBotToken),
	"no approvers":     fails("APPROVERS", "not set", "who may decide").with("APPROVERS", ""),
	"no secret key":    fails("TENCENTCLOUD_SECRET_KEY", "not set", "SecretKey").with("TENCENTCLOUD_SECRET_KEY", ""),
	"unknown database": fails("DATABASE_URL", "no database that this program knows", "write sqlite:PATH").with("DATABASE_URL", "mysql://x"),
	"short ledger key": fails("LEDGER_KEY", "one of the keys has 5 characters", "32 characters").with("LEDGER_KEY", "short"),
	"no ledger key":    warns("LEDGER_KEY", "there is none", "openssl rand").with("LEDGER_KEY", ""),
	"missing secret file": fails("SLACK_BOT_TOKEN_FILE", "doesn't exist", "correct the path").when(func(w *world) {
		w.set("SLACK_BOT_TOKEN", "")
		w.set("SLACK_BOT_TOKEN_FILE", filepath.Join(w.TempDir(), "nothing"))
	}),
	"secret file for all": fails("LEDGER_KEY_FILE", "can be read or written by every user", "chmod").when(func(w *world) {
		file := filepath.Join(w.TempDir(), "key")
		if err := os.WriteFile(file, []byte(aLedgerKey), 0o644); err != nil {
			w.Fatal(err)
		}
		w.set("LEDGER_KEY", "")
		w.set("LEDGER_KEY_FILE", file)
	}),
	"secret twice": fails("SLACK_BOT_TOKEN", "has it too", "leave one of them out").when(func(w *world) {
		file := filepath.Join(w.TempDir(), "token")
		if err := os.WriteFile(file, []byte(w.BotToken), 0o600); err != nil {
			w.Fatal(err)
		}
		w.set("SLACK_BOT_TOKEN_FILE", file)
	}),

	// Slack's tokens and the way to it.
	"wrong bot token":    fails("SLACK_BOT_TOKEN", "invalid_auth", "OAuth & Permissions").with("SLACK_BOT_TOKEN", aBotToken),
	"revoked":            fails("SLACK_BOT_TOKEN", "no longer valid", "install the app again").when(func(w *world) { w.RevokeTokens() }),
	"wrong app token":    fails("SLACK_APP_TOKEN", "invalid_auth", "connections:write").with("SLACK_APP_TOKEN", anAppToken),
	"Socket Mode is off": fails("SLACK_APP_TOKEN", "Socket Mode is switched off", "under Socket Mode").when(func(w *world) { w.LinkDisabled() }),
	"scope missing":      fails("SLACK_BOT_TOKEN", "the scope chat:write is missing", "install the app again").when(func(w *world) { w.SetScopes(scopesWithout("chat:write")) }),
	"no scope to look":   fails("APPROVAL_CHANNEL", "may not look at", "channels:read").when(func(w *world) { w.SetScopes(scopesWithout("channels:read")) }),
	"Slack isn't there":  fails("", "Slack can't be reached", "port 443").with("SLACK_API_URL", "http://"+closedPort+"/api/"),
	"Slack doesn't answer": fails("", "doesn't answer within", "port 443").when(func(w *world) {
		w.OnCall(func(bottest.Call) bottest.Fault { return bottest.Fault{Kind: bottest.Hang} })
	}),
	"Slack is down": fails("", "Slack can't be reached", "").when(func(w *world) { w.Outage(true) }),

	// The channel.
	"no such channel": fails("APPROVAL_CHANNEL", "no channel C0NOWHERE", "correct the ID").with("APPROVAL_CHANNEL", "C0NOWHERE"),
	"not a member":    fails("APPROVAL_CHANNEL", "isn't a member of #general", "/invite @").with("APPROVAL_CHANNEL", general),
	"archived": fails("APPROVAL_CHANNEL", "is archived", "unarchive it").when(func(w *world) {
		w.AddChannel(bottest.Channel{ID: admins, Name: "old", BotIsMember: true, Archived: true})
	}),
	"only admins post": warns("APPROVAL_CHANNEL", "not everybody may post", "let the bot post there").when(func(w *world) {
		w.AddChannel(bottest.Channel{ID: admins, Name: "cloud-admins", BotIsMember: true, OnlyAdminsPost: true})
	}),
	"shared with others": warns("APPROVAL_CHANNEL", "shared with another organization", "of this organization alone").when(func(w *world) {
		w.AddUser(bottest.User{ID: "U0OTHER", Name: "other", TeamID: "T0OTHER"})
		w.AddChannel(bottest.Channel{ID: admins, Name: "cloud-admins", BotIsMember: true, Members: []string{alice, ann, bob, "U0OTHER"}})
	}),

	// Who decides.
	"no such approver": fails("APPROVERS", "no user U0NOBODY", "correct the ID").with("APPROVERS", "U0NOBODY,"+ann+","+bob),
	"a bot approves":   fails("APPROVERS", "is a bot", "leave it out").when(func(w *world) { w.set("APPROVERS", w.BotUserID+","+ann+","+bob) }),
	"an approver left": warns("APPROVERS", "was deactivated", "leave it out").when(func(w *world) {
		w.AddUser(bottest.User{ID: "U0LEFT", Name: "left", Deleted: true})
		w.set("APPROVERS", "U0LEFT,"+ann+","+bob)
	}),
	"a guest approves": warns("APPROVERS", "is a guest, and may decide", "leave it out").with("APPROVERS", eve+","+ann+","+bob),
	"a stranger approves": warns("APPROVERS", "is of another organization", "leave it out").when(func(w *world) {
		w.AddUser(bottest.User{ID: "U0OTHER", Name: "other", TeamID: "T0OTHER"})
		w.set("APPROVERS", "U0OTHER,"+ann+","+bob)
	}),
	"an approver isn't there": warns("APPROVERS", "aren't in the approvals channel: "+bob, "invite them").when(func(w *world) {
		w.AddChannel(bottest.Channel{ID: admins, Name: "cloud-admins", BotIsMember: true, Members: []string{alice, ann}})
	}),
	"no such group":         fails("APPROVERS, REQUESTERS", "no user group S0GONE", "correct the ID").with("APPROVERS", ann+","+bob+",S0GONE"),
	"group disabled":        fails("APPROVERS, REQUESTERS", "no user group S0ADMINS, or it was disabled", "leave it out").when(func(w *world) { w.AddGroup(bottest.Group{ID: "S0ADMINS", Disabled: true}) }),
	"group empty":           warns("APPROVERS, REQUESTERS", "S0ADMINS has no members", "add somebody").when(func(w *world) { w.AddGroup(bottest.Group{ID: "S0ADMINS"}) }),
	"no groups in the plan": fails("APPROVERS, REQUESTERS", "plan has no user groups", "IDs of people").ofWorkspace(bottest.Options{WithoutGroups: true}),
	"a guest in a group": warns("APPROVERS", "can't decide, as they are guests", "by ID").when(func(w *world) {
		w.AddGroup(bottest.Group{ID: "S0ADMINS", Members: []string{bob, eve}})
	}),
	"too few approvers":          fails("APPROVERS", "lists 2 of the 3 people", "add more").with("APPROVERS", ann+","+bob, "APPROVALS_REQUIRED", "3"),
	"none can approve their own": warns("APPROVERS", "nobody decides their own", "list one more").with("APPROVERS", ann+","+bob, "APPROVALS_REQUIRED", "2"),

	// Tencent Cloud.
	"unknown SecretId": fails("TENCENTCLOUD_SECRET_ID", "doesn't know this SecretId", "exists and isn't disabled").with("TENCENTCLOUD_SECRET_ID", "AKIDOTHER"),
	"wrong SecretKey":  fails("TENCENTCLOUD_SECRET_KEY", "doesn't belong to", "SecretKey").with("TENCENTCLOUD_SECRET_KEY", aSecretKey),
	"wrong token":      fails("TENCENTCLOUD_TOKEN", "session token isn't valid", "the newest one").ofCloud(invitetest.Options{Token: "right"}).with("TENCENTCLOUD_TOKEN", "wrong"),
	"clock a little off": warns("", "differs from Tencent Cloud's by", "NTP").ofCloud(invitetest.Options{Now: func() time.Time {
		return time.Now().Add(3 * time.Minute).Truncate(time.Second).Add(500 * time.Millisecond)
	}}),
	"clock off":    fails("", "differs from Tencent Cloud's by", "NTP").ofCloud(invitetest.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }}),
	"may not list": warns("", "may not list invitations", "ListOrganizationInvitations").when(func(w *world) { w.org.ForbidListing(true) }),
	"no organization": fails("TENCENTCLOUD_SECRET_ID", "the key's account has none", "management account").when(func(w *world) {
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Code: "ResourceNotFound.OrganizationNotExist"})
	}),
	"from the wrong address": fails("", "isn't for calls from here", "let this machine's address in").when(func(w *world) {
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Code: "IpNotInWhitelist"})
	}),
	"another API": fails("TENCENTCLOUD_ENDPOINT", "isn't the organization API", "organization.intl").when(func(w *world) {
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Code: "InvalidAction"})
	}),
	"not Tencent Cloud": fails("TENCENTCLOUD_ENDPOINT", "doesn't answer as Tencent Cloud does", "organization.intl").when(func(w *world) {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Welcome!")) }))
		w.Cleanup(other.Close)
		w.set("TENCENTCLOUD_ENDPOINT", other.URL)
	}),
	"Tencent Cloud isn't there": fails("", "doesn't answer", "HTTPS_PROXY").with("TENCENTCLOUD_ENDPOINT", "http://"+closedPort),
	"Tencent Cloud hangs":       fails("", "doesn't answer", "HTTPS_PROXY").when(func(w *world) { w.org.Fail(invitetest.Fault{Kind: invitetest.Hang}) }),
	"certificate of nobody": fails("", "nobody whom this machine trusts has signed", "SSL_CERT_FILE").when(func(w *world) {
		other := httptest.NewTLSServer(http.NotFoundHandler())
		w.Cleanup(other.Close)
		w.set("TENCENTCLOUD_SETTLE", "1m")
		w.set("TENCENTCLOUD_ENDPOINT", other.URL)
	}),
	"no key anywhere": fails("TENCENTCLOUD_SECRET_ID", "no key was found", "profile or a role").with("TENCENTCLOUD_SECRET_ID", "", "TENCENTCLOUD_SECRET_KEY", ""),

	"too many calls": fails("", "has had too many calls", "try again").when(func(w *world) {
		w.org.Fail(invitetest.Fault{Kind: invitetest.AnswerCode, Code: "RequestLimitExceeded"})
	}),

	// Who watches.
	"an address of another machine": fails("HTTP_ADDR", "can't be listened on", "address of this machine").with("HTTP_ADDR", "192.0.2.1:8080"),
	"an address that is taken": fails("HTTP_ADDR", "address already in use", "that is free").when(func(w *world) {
		taken := httptest.NewServer(http.NotFoundHandler())
		w.Cleanup(taken.Close)
		w.set("HTTP_ADDR", strings.TrimPrefix(taken.URL, "http://"))
	}),
	"nobody hears the heartbeat":  warns("HEARTBEAT_URL", "can't be reached", "connect there").with("HEARTBEAT_URL", "http://"+closedPort+"/"),
	"nobody is mentioned":         warns("NOTIFY", "no user U0NOBODY", "correct the ID").with("NOTIFY", "U0NOBODY"),
	"a requester who isn't there": warns("REQUESTERS", "no user U0NOBODY", "correct the ID").with("REQUESTERS", alice+",U0NOBODY"),

	// The way there.
	"a proxy that isn't there": fails("HTTPS_PROXY", "can't be: connect: connection refused", "NO_PROXY").with("SLACK_API_URL", "https://slack.example/api/", "HTTPS_PROXY", "http://"+closedPort),
	"a proxy that asks who": fails("", "wants to know who it is", "USER:PASSWORD").when(func(w *world) {
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
		w.Cleanup(proxy.Close)
		w.set("SLACK_API_URL", "https://slack.example/api/")
		w.set("HTTPS_PROXY", proxy.URL)
	}),

	// The database.
	"no folder": fails("DATABASE_URL", "does not exist", "").with("DATABASE_URL", "sqlite:/no/such/folder/invitebot.db"),
	"no database file": fails("DATABASE_URL", "file is not a database", "restore a backup").when(func(w *world) {
		file := filepath.Join(w.TempDir(), "text.db")
		if err := os.WriteFile(file, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
			w.Fatal(err)
		}
		w.set("DATABASE_URL", "sqlite:"+file)
	}),
	"a newer schema": fails("DATABASE_URL", "run invitebot v9.8.7", "").when(func(w *world) {
		w.used(`INSERT INTO schema_versions (version, program) VALUES (999, 'v9.8.7')`)
	}),
	"another ledger": fails("EXPECT_LEDGER", "asks for 0123456789ab", "").when(func(w *world) {
		w.used("")
		w.set("EXPECT_LEDGER", "0123456789ab")
	}),
	"no ledger where one was":    fails("DATABASE_URL", "there is no ledger yet", "restore a backup").with("EXPECT_LEDGER", "0123456789ab"),
	"another ledger key":         fails("", "sealed with another key", "").when(func(w *world) { w.used(""); w.set("LEDGER_KEY", aLedgerKey+" but another") }),
	"moved":                      fails("", "was moved on", "").when(func(w *world) { w.used(`INSERT INTO moved (single, at, address) VALUES (1, 1, 'sqlite:/elsewhere')`) }),
	"a parameter that isn't one": fails("DATABASE_URL", "sslmode is invalid", "correct it").with("DATABASE_URL", "postgres://bot@"+closedPort+"/bot?sslmode=sometimes"),
	"no server":                  fails("DATABASE_URL", "can't be reached", "start it").with("DATABASE_URL", "postgres://bot:secret@"+closedPort+"/bot"),
}

// used starts the bot once on the world's database, stops it, and changes what is in it.
func (w *world) used(change string) {
	w.Helper()
	w.start()
	w.stop()
	if change == "" {
		return
	}
	db, err := sql.Open("sqlite", strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:"))
	if err == nil {
		_, err = db.Exec(change)
	}
	if err != nil {
		w.Fatal(err)
	}
	if err := db.Close(); err != nil {
		w.Fatal(err)
	}
}

// TestCheckNamesWhatIsWrong: each misconfiguration is named, with what to do about it.
func TestCheckNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, x := range misconfigurations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, found := x.world(t).checked()
			want := 0
			if x.result == checkup.Failed {
				want = 2
			}
			if status != want {
				t.Errorf("the exit status is %d, want %d", status, want)
			}
			if !x.isIn(found) {
				t.Errorf("it has %+v\nwant %s %s: %s; %s", found, x.result, x.variable, x.says, x.andRemedy)
			}
		})
	}
}

// world is one in which something is wrong so.
func (x wrong) world(t *testing.T, changes ...string) *world {
	t.Helper()
	w := worldOf(t, x.slack, x.cloud, append(changes, "LEDGER_KEY", aLedgerKey)...)
	for n := 0; n < len(x.env); n += 2 {
		w.set(x.env[n], x.env[n+1])
	}
	if x.arrange != nil {
		x.arrange(w)
	}
	return w
}

func (x wrong) isIn(found []checkup.Told) bool {
	for _, f := range found {
		if f.Result == x.result && f.Variable == x.variable && strings.Contains(f.What, x.says) && strings.Contains(f.Remedy, x.andRemedy) {
			return true
		}
	}
	return false
}

// checked runs check to its end, and reads what it prints as one array.
func (w *world) checked(args ...string) (status int, found []checkup.Told) {
	w.Helper()
	t := w.TB.(*testing.T)
	e := invoke(t, w.env, append([]string{"check", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(e.out), &found); err != nil {
		w.Fatalf("it prints %q, %q: %v", e.out, e.errors, err)
	}
	if e.errors != "" {
		w.Errorf("it also says %q", e.errors)
	}
	for _, secret := range []string{w.BotToken, w.AppToken, w.org.SecretKey, aLedgerKey, aSecretKey} {
		if strings.Contains(e.out, secret) {
			w.Errorf("it shows a secret: %s", e.out)
		}
	}
	return e.status, found
}

// TestCheckPasses where nothing is wrong, also beside a bot that runs, which loses nothing by it; and it leaves no file behind.
func TestCheckPasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "LEDGER_KEY", aLedgerKey)
	status, found := w.checked("--strict")
	notPassed := func(f checkup.Told) bool { return f.Result != checkup.Passed }
	if status != 0 || slices.ContainsFunc(found, notPassed) {
		t.Errorf("exit status %d: %+v", status, found)
	}
	folder := filepath.Dir(strings.TrimPrefix(w.env["DATABASE_URL"], "sqlite:"))
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("it leaves %v", left)
	}
	w.start()
	w.ask(alice, "100012345678 Alice")
	if status, found := w.checked("--strict"); status != 0 {
		t.Errorf("beside a bot: exit status %d: %+v", status, found)
	}
	w.click(ann, w.card(1), "approve")
	w.await("the outcome", func() bool { return w.finished(1) })
}

// TestCheckBesideOthers: what a replica would be refused for is told before.
func TestCheckBesideOthers(t *testing.T) {
	t.Parallel()
	w := shared(t, postgres(t), invitetest.Options{}, "LEDGER_KEY", aLedgerKey)
	w.start()
	if status, found := w.checked(); status != 0 {
		t.Errorf("exit status %d: %+v", status, found)
	}
	w.set("APPROVALS_REQUIRED", "2")
	x := fails("", "APPROVALS_REQUIRED is 1 there and 2 here", "")
	if status, found := w.checked(); status != 2 || !x.isIn(found) {
		t.Errorf("exit status %d: %+v", status, found)
	}
	w.set("APPROVALS_REQUIRED", "1")
	there := w.env["DATABASE_URL"]
	for what, x := range map[string]wrong{
		"no such database": fails("DATABASE_URL", "3D000", "").with("DATABASE_URL", strings.Replace(there, "/test", "/nothing", 1)),
		"read-only":        fails("DATABASE_URL", "takes no writes", "name the primary").with("DATABASE_URL", there+"&default_transaction_read_only=on"),
	} {
		w.set("DATABASE_URL", x.env[1])
		if status, found := w.checked(); status != 2 || !x.isIn(found) {
			t.Errorf("%s (%s): exit status %d: %+v", what, x.env[1], status, found)
		}
	}
}

// TestCheckForPeople prints lines that a person can read.
func TestCheckForPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "APPROVAL_CHANNEL", general)
	e := invoke(t, w.env, "check", "--strict")
	for _, line := range []string{"FAILED   approvals channel  APPROVAL_CHANNEL: the bot isn't a member of #general", " type there: /invite @", "warning  configuration", "1 failed"} {
		if !strings.Contains(e.out, line) {
			t.Errorf("%q isn't in\n%s", line, e.out)
		}
	}
	if e.status != 2 {
		t.Errorf("the exit status is %d", e.status)
	}
	w.set("APPROVAL_CHANNEL", admins)
	if e := invoke(t, w.env, "check", "--strict"); e.status != 1 {
		t.Errorf("with a warning the exit status is %d\n%s", e.status, e.out)
	}
}

// TestWhatTheCheckIsHanded: where nobody can tell that a bot is connected, Slack hands commands to the check's own connection, too. Whoever typed one is told
// to type it again.
func TestWhatTheCheckIsHanded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "LEDGER_KEY", aLedgerKey)
	w.start()
	elsewhere := &world{TB: t, program: w.program, Workspace: w.Workspace, org: w.org, env: with(w.env, "DATABASE_URL", "sqlite:"+filepath.Join(t.TempDir(), "other.db"))}
	stop := make(chan struct{})
	var typing sync.WaitGroup
	var unheard atomic.Int32
	for range 4 {
		typing.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if answer, err := w.Command(t.Context(), alice, general, "/invite-member list"); err == nil && !answer.OK() {
					unheard.Add(1)
				}
			}
		})
	}
	for range 8 {
		elsewhere.checked()
	}
	close(stop)
	typing.Wait()
	told := func() (n int32) {
		for _, m := range w.Ephemerals(alice) {
			if strings.Contains(m.Text, "again") && m.Channel == general {
				n++
			}
		}
		return n
	}
	w.await("everybody to be told", func() bool { return told() >= unheard.Load() })
	t.Logf("%d of the commands met the check", unheard.Load())
}
