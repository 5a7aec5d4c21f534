package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// The people, and where they talk.
const (
	alice = "U0ALICE"
	bob   = "U0BOB"
	carol = "U0CAROL"
	dan   = "U0DAN"
	erin  = "U0ERIN"

	admins  = "C0ADMINS"
	general = "C0GENERAL"

	partner = "T0NORTHWIND"
)

// persona is somebody whom the page lets you be.
type persona struct {
	bottest.User
	role    string
	home    string // the channel that is shown first
	tip     string // what to try as this person
	example string // to be typed
}

var cast = []persona{
	{bottest.User{ID: alice, Name: "alice", RealName: "Alice Moreau"}, "requester", general,
		"Ask for an account: type `/invite-member`, its UIN and a name. Alone, it opens a form, for many accounts too. Then be Bob and decide.", "/invite-member 100012345678 Alice -- for the data team"},
	{bottest.User{ID: bob, Name: "bob", RealName: "Bob Tanaka"}, "approver", admins, decide, ""},
	{bottest.User{ID: carol, Name: "carol", RealName: "Carol Diaz"}, "approver", admins, decide, ""},
	{bottest.User{ID: dan, Name: "dan", RealName: "Dan Weber", Guest: true}, "guest, no rights", admins,
		"A guest may neither ask nor decide. Type the command or press a button, and see what you are told.", "/invite-member 100055554444 Dan"},
	{bottest.User{ID: erin, Name: "erin", RealName: "Erin Silva", TeamID: partner}, "other organization", admins,
		"You are of another organization and share this channel. Slack lets you press the buttons; the bot must not.", ""},
}

const decide = "Approve or deny what Alice asks for."

// approvers may decide, in the order in which the demo has them do it.
var approvers = []string{bob, carol}

// rules are what the variables have the bot want. Where one is nonsense, it says so and doesn't start.
type rules struct {
	required  int  // approvals of a request
	allowSelf bool // whether an approver's own request may be approved by them
}

func readRules() rules {
	required, _ := strconv.Atoi(os.Getenv("APPROVALS_REQUIRED"))
	allowSelf, _ := strconv.ParseBool(os.Getenv("ALLOW_SELF_APPROVAL"))
	return rules{min(max(required, 1), len(approvers)), allowSelf}
}

// deciders are as many approvers as a request needs, beginning with one.
func (r rules) deciders(first string) []string {
	n := slices.Index(approvers, first)
	return slices.Concat(approvers[n:], approvers[:n])[:r.required]
}

// tip is what to try as somebody.
func (r rules) tip(p persona) string {
	switch {
	case !slices.Contains(approvers, p.ID):
		return p.tip
	case r.required > 1 && r.allowSelf:
		return p.tip + " It takes both Bob and Carol to approve."
	case r.required > 1:
		return p.tip + " It takes both Bob and Carol to approve, and nobody may approve what they ask for themselves."
	case r.allowSelf:
		return p.tip + " You may approve what you ask for yourself, too."
	}
	return p.tip + " What you ask for yourself, somebody else has to approve."
}

// world is all that the demo is made of: both doubles, the bot between them, and the trouble that is made.
type world struct {
	slack *bottest.Workspace
	cloud *invitetest.Organization
	bot   *process
	rules rules

	speaking sync.Mutex // held while the language is switched

	mu        sync.Mutex
	language  string          // that people have Slack in, and the bot writes in
	ahead     time.Duration   // how far Tencent Cloud's clock was moved on
	on        map[string]bool // trouble that is switched on
	unheard   bool            // whether it kept a command or a click from the bot
	survivors map[string]bool // cards, by TS, that waited while the bot was killed
	changing  chan struct{}   // closed at the next change of the bot or of a switch
}

// newWorld starts the doubles. The bot isn't started yet.
func newWorld(database string, log io.Writer) (*world, error) {
	w := &world{
		slack:     bottest.Start(bottest.Options{TeamDomain: "example", LinkDigits: true, Keep: 500}),
		rules:     readRules(),
		language:  "en",
		on:        map[string]bool{},
		survivors: map[string]bool{},
		changing:  make(chan struct{}),
	}
	w.cloud = invitetest.Start(invitetest.Options{Now: w.cloudsClock})
	w.bot = &process{env: w.environment(database), log: log, changed: w.notify}
	w.populate()
	if err := w.chat(); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *world) close() {
	w.bot.stop()
	w.slack.Close()
	w.cloud.Close()
}

// kill kills the bot, and returns when Slack has noticed: until then it may hand a click to a connection that is dead.
func (w *world) kill() {
	w.remember()
	w.bot.kill()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = w.slack.Wait(ctx, func() bool { return w.slack.Connections() == 0 })
}

// restart kills the bot, if it runs, and starts it again.
func (w *world) restart() error {
	w.kill()
	if err := w.bot.start(); err != nil {
		return err
	}
	w.mu.Lock()
	w.on[botDown] = false
	w.mu.Unlock()
	w.notify()
	return nil
}

// environment configures the bot as in production, with the doubles in place of Slack and Tencent Cloud. A lost call
// is believed lost after 5 seconds instead of a minute, who has joined is seen after 4 seconds instead of 10 minutes, and
// approvers are reminded after 3 minutes instead of a day, so that one can watch it.
func (w *world) environment(database string) []string {
	variables := []string{
		"SLACK_BOT_TOKEN=" + w.slack.BotToken,
		"SLACK_APP_TOKEN=" + w.slack.AppToken,
		"SLACK_API_URL=" + w.slack.APIURL(),
		"APPROVAL_CHANNEL=" + admins,
		"APPROVERS=" + strings.Join(approvers, ","),
		"TENCENTCLOUD_SECRET_ID=" + w.cloud.SecretID,
		"TENCENTCLOUD_SECRET_KEY=" + w.cloud.SecretKey,
		"TENCENTCLOUD_ENDPOINT=" + w.cloud.URL,
		"TENCENTCLOUD_SETTLE=5s",
		"ROSTER_EVERY=4s",
		"REMIND_AFTER=3m",
		"DATABASE_URL=sqlite:" + database,
		"LOG_LEVEL=error", // the warnings would be of trouble that somebody made on purpose
		"LOG_FORMAT=text",
	}
	for _, name := range []string{"APPROVALS_REQUIRED", "ALLOW_SELF_APPROVAL", "REQUEST_TTL", "REMIND_AFTER", "LOG_LEVEL", "LOG_FORMAT", "TMPDIR"} {
		if value := os.Getenv(name); value != "" {
			variables = append(variables, name+"="+value) // of two the later one counts
		}
	}
	return variables
}

// cloudsClock is what time it is at Tencent Cloud.
func (w *world) cloudsClock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// populate lets the people and the members of the organization in.
func (w *world) populate() {
	var everybody, employees []string
	for _, p := range cast {
		w.slack.AddUser(p.User)
		everybody = append(everybody, p.ID)
		if p.TeamID == "" {
			employees = append(employees, p.ID)
		}
	}
	w.slack.AddChannel(bottest.Channel{ID: general, Name: "general", BotIsMember: true, Members: employees})
	w.slack.AddChannel(bottest.Channel{ID: admins, Name: "cloud-admins", BotIsMember: true, Members: everybody})
	for _, p := range cast {
		if p.TeamID == "" {
			w.slack.DM(p.ID)
		}
	}
	for n, name := range []string{"website", "data-platform", "finance"} {
		w.cloud.AddMember(invitetest.Member{UIN: 100000000201 + uint64(n), Name: name, Remark: "Set up with the organization",
			Joined: time.Now().AddDate(0, -3, 0)})
	}
}

// chat says what was said before you came.
func (w *world) chat() error {
	needed := "One approval from Carol or me sends the invitation."
	if w.rules.required > 1 {
		needed = "Two approvals, one from Carol and one from me, send the invitation."
	}
	for _, line := range []struct{ user, channel, text string }{
		{carol, general, "Morning all! From today, Tencent Cloud accounts join our organization through `/invite-member`, here or in any channel. No more tickets."},
		{alice, general, "Nice, I have one for the data team."},
		{bob, admins, "Requests from `/invite-member` come in here. " + needed},
	} {
		if _, err := w.slack.Say(line.user, line.channel, "", line.text); err != nil {
			return fmt.Errorf("fill the workspace: %w", err)
		}
	}
	return nil
}

// changed returns a channel that is closed at the next change of the bot or of a switch.
func (w *world) changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changing
}

func (w *world) notify() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.changing)
	w.changing = make(chan struct{})
}
