// Package bot is the Slack side: it keeps Socket Mode connections, answers commands and clicks, and says in Slack what
// the ledger wants said. It decides nothing about requests: who may ask and who may decide is looked up here
// (people.go), everything else is [approvals.Desk]'s.
//
// # An envelope
//
// Check, commit, acknowledge with the answer in it, in this order and well inside Slack's 3 seconds; what calls the
// network comes after the acknowledgement. There is one exception: who somebody is may have to be asked (2 seconds at
// most, remembered for a minute), because the answer depends on it. A person always gets an answer: commands and
// modals in the acknowledgement, clicks by an ephemeral message that the ledger remembers until it is said.
//
// # A message
//
// What a message shows is a pure function of a request and an event: card.go, replies.go and refusals.go. What people
// typed stands in plain text objects and rich text elements only, where it can't mention, link or format. [Bot.Say]
// posts it once: Slack has no idempotent post, so one whose answer was lost is looked for before it is made again.
package bot

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals"
)

// Config is what a bot needs to know.
type Config struct {
	API         *slack.Client    // from [NewClient]
	Connections int              // Socket Mode connections, 1 to 10, which is the most that Slack allows
	Channel     string           // ID of the approvals channel
	Approvers   []string         // user IDs (U…, W…) and user group IDs (S…); empty is an error
	Requesters  []string         // the same; empty: every full member of the organization
	Log         *slog.Logger     // nil: slog.Default
	Now         func() time.Time // nil: time.Now
}

// Bot is the app in a Slack workspace. It is an [approvals.Announcer].
type Bot struct {
	api         *slack.Client
	desk        *approvals.Desk
	connections int
	channel     string
	people      *people
	gates       gates
	silence     time.Duration // see halfOpen
	log         *slog.Logger
	now         func() time.Time

	self       identity
	identified chan struct{} // closed when self is set
	connected  chan struct{} // closed at the first hello
	greeting   sync.Once
	work       *work
}

// identity is who the bot is, as auth.test tells.
type identity struct {
	team, enterprise string // enterprise is empty outside of Enterprise Grid
	user, bot        string
	teamURL          string
	scopes           string // as the X-OAuth-Scopes header has them; empty where it is missing
}

// isOurs tells whether a team's ID is that of the workspace, or of its organization on Enterprise Grid.
func (i identity) isOurs(team string) bool {
	return team != "" && (team == i.team || team == i.enterprise)
}

// New returns a bot that takes people's requests and decisions to the desk. Errors are [*ConfigError].
func New(c Config, desk *approvals.Desk) (*Bot, error) {
	if problems := c.problems(); len(problems) > 0 {
		return nil, &ConfigError{problems}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	b := &Bot{
		api: c.API, desk: desk, connections: c.Connections, channel: c.Channel, log: c.Log, now: c.Now,
		silence:    halfOpen,
		gates:      gates{now: c.Now},
		identified: make(chan struct{}),
		connected:  make(chan struct{}),
		work:       newWork(),
	}
	b.people = newPeople(c.API, &b.self, c.Approvers, c.Requesters, c.Now)
	return b, nil
}

var (
	personOrGroup = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)
	channelID     = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
)

func (c Config) problems() []string {
	var problems []string
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if c.Connections < 1 || c.Connections > 10 {
		wrong("SLACK_CONNECTIONS: %d is not from 1 to 10", c.Connections)
	}
	if !channelID.MatchString(c.Channel) {
		wrong("APPROVAL_CHANNEL: %q is not a channel ID; write the one at the end of the channel's details in Slack, like C0123456789", c.Channel)
	}
	if len(c.Approvers) == 0 {
		wrong("APPROVERS: nobody is listed, so nothing could ever be approved; write user IDs (U…) or user group IDs (S…)")
	}
	for _, id := range slices.Concat(c.Approvers, c.Requesters) {
		if !personOrGroup.MatchString(id) {
			wrong("APPROVERS, REQUESTERS: %q is neither a user ID (U…, W…) nor a user group ID (S…)", id)
		}
	}
	return problems
}

// Connected is closed when the first connection is ready for commands and clicks.
func (b *Bot) Connected() <-chan struct{} { return b.connected }

// Run serves the workspace until ctx is done. Then it takes no more envelopes, finishes those in hand, for 10 seconds
// at most, and returns nil. A Slack that can't be reached is waited for, for as long as it takes. Where Slack says
// definitely no (to a token, a scope, the channel, a listed group), Run ends at once with a [*ConfigError].
func (b *Bot) Run(ctx context.Context) error {
	if err := b.identify(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	group, serving := errgroup.WithContext(ctx)
	for n := range b.connections {
		group.Go(func() error { return b.keepConnected(serving, n+1) })
	}
	var checked error
	group.Go(func() error {
		checked = b.check(ctx) // to its end, whatever else is wrong: all of it is reported at once
		return checked
	})
	<-serving.Done()
	if !b.work.finish(drainLimit) {
		b.log.Warn("some commands or clicks were cut short")
	}
	return together(group.Wait(), checked)
}

// identify asks who the bot is, until Slack answers.
func (b *Bot) identify(ctx context.Context) error {
	for failures := 1; ; failures++ {
		who, err := b.api.AuthTestContext(ctx)
		if err == nil {
			b.self = identity{team: who.TeamID, enterprise: who.EnterpriseID, user: who.UserID, bot: who.BotID,
				teamURL: strings.TrimRight(who.URL, "/") + "/", scopes: who.Header.Get("X-OAuth-Scopes")}
			close(b.identified)
			return nil
		}
		if code := tokenRefused(err); code != "" {
			return misconfigured("SLACK_BOT_TOKEN: %s", tokenRemedy(code, botToken))
		}
		b.log.Warn("Slack can't be reached; trying again", "error", err)
		if !sleep(ctx, retryWait(failures, err)) {
			return ctx.Err()
		}
	}
}

// render is for use after the bot knows who it is; envelopes come only then.
func (b *Bot) render() renderer {
	return renderer{installation: b.desk.Installation(), teamURL: b.self.teamURL}
}
