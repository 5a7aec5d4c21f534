// Package bot is what people do in Slack, and what follows: commands (command.go, lists.go), clicks and the forms for decisions
// (click.go, form.go), the form in which people ask (ask.go), those that show many accounts (pages.go), the App Home (home.go), who may
// ask and who may decide (people.go), how often Slack is asked that (asking.go), in which language somebody reads (reader.go), the checks at the start and on demand (check.go), and which
// words a message of the ledger gets (say.go). It decides nothing about requests: that is [approvals.Desk]'s.
//
// Its rooms know less:
//
//	bot/socket  connections, envelopes, acknowledgements, the drain at the end; not what an envelope means
//	bot/words   every sentence and every card that people read; not who posts it, when and how
//	bot/post    saying a message once: find, post, edit, whisper, Slack's errors; not what it says
//	bot/webapi  Slack's Web API as they share it: the client, codes of refusals, what a person has to put right
//
// Check, commit, acknowledge with the answer in it, in this order and well inside Slack's 3 seconds; what calls the
// network comes after the acknowledgement. There is one exception: who somebody is may have to be asked (2 seconds at
// most, remembered for a minute), because the answer depends on it, and in which language they read (reader.go). A person always gets an answer: commands and
// modals in the acknowledgement, clicks by an ephemeral message that the ledger remembers until it is said.
package bot

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/bot/post"
	"github.com/invitebot/invitebot/bot/socket"
	"github.com/invitebot/invitebot/bot/webapi"
	"github.com/invitebot/invitebot/bot/words"
	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
)

// Config is what a bot needs to know.
type Config struct {
	API         *webapi.Client // from [webapi.NewClient]
	Connections int            // Socket Mode connections, 1 to [MaxConnections]
	Channel     string         // ID of the approvals channel
	Approvers   []string       // user IDs (U…, W…) and user group IDs (S…); empty is an error
	Requesters  []string       // the same; empty: every full member of the organization
	Notify      words.Notify   // who is mentioned, and when
	Language    words.Language // what the approvals channel reads; nil: English
	Log         *slog.Logger   // nil: slog.Default
	// Acknowledged is told how long an envelope of a type waited for its acknowledgement; nil: nobody is told.
	Acknowledged func(kind string, took time.Duration)
	Now          func() time.Time // nil: time.Now
}

// MaxConnections is one less than Slack allows an app, all its replicas together: a connection that is renewed needs another
// place until the old one is closed. Source: docs.slack.dev/apis/events-api/using-socket-mode.
const MaxConnections = 9

// Bot is the app in a Slack workspace. It is an [approvals.Announcer].
type Bot struct {
	api      *webapi.Client
	desk     *approvals.Desk
	rules    approvals.Rules
	channel  string
	notify   words.Notify
	language words.Language
	people   *people
	listener *socket.Listener
	log      *slog.Logger
	now      func() time.Time

	// Of what follows nothing is there before identified is closed; envelopes come only then.
	identified chan struct{}
	witnessed  chan struct{} // closed when Slack was heard as a witness of the ledger
	self       identity
	book       words.Book // for what many see: what one person sees is in the words of bookOf
	post       *post.Poster
}

// identity is who the bot is, as auth.test tells.
type identity struct {
	team, enterprise string // enterprise is empty outside of Enterprise Grid
	teamURL          string
	scopes           string // as the X-OAuth-Scopes header has them; empty where it is missing
}

// isOurs tells whether a team's ID is that of the workspace, or of its organization on Enterprise Grid.
func (i identity) isOurs(team string) bool {
	return team != "" && (team == i.team || team == i.enterprise)
}

// New returns a bot that takes people's requests and decisions to the desk. Errors are [*webapi.ConfigError].
func New(c Config, desk *approvals.Desk) (*Bot, error) {
	if problems := c.problems(); len(problems) > 0 {
		return nil, &webapi.ConfigError{Problems: problems}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	b := &Bot{api: c.API, desk: desk, rules: desk.Rules(), channel: c.Channel, notify: c.Notify, language: c.language(), log: c.Log, now: c.Now,
		identified: make(chan struct{}), witnessed: make(chan struct{})}
	b.listener = socket.New(socket.Config{API: c.API, Connections: c.Connections, Handler: b, Log: c.Log, Acknowledged: c.Acknowledged})
	b.people = newPeople(c.API.Slack, &b.self, c.Approvers, c.Requesters, c.Now, c.Log)
	return b, nil
}

func (c Config) language() words.Language {
	if c.Language == nil {
		return words.English
	}
	return c.Language
}

var (
	personOrGroup = regexp.MustCompile(`^[UWS][A-Z0-9]+$`)
	channelID     = regexp.MustCompile(`^[CG][A-Z0-9]+$`)
)

func (c Config) problems() (wrong checkup.List) {
	none := tongue.Text{}
	if c.Connections < 1 || c.Connections > MaxConnections {
		wrong.Fail(none, "SLACK_CONNECTIONS", tongue.Say("%d is not from 1 to %d", "%d 不在 1 到 %d 之间", c.Connections, MaxConnections), none)
	}
	if !channelID.MatchString(c.Channel) {
		wrong.Fail(none, "APPROVAL_CHANNEL", tongue.Say("%q is not a channel ID", "%q 不是频道 ID", c.Channel),
			tongue.Say("write the one at the end of the channel's details in Slack, like C0123456789",
				"请填写 Slack 频道详情末尾的 ID，例如 C0123456789"))
	}
	if len(c.Approvers) == 0 {
		wrong.Fail(none, "APPROVERS", tongue.Say("nobody is listed, so nothing could ever be approved", "未列出任何人，因此任何申请都无法获批"),
			tongue.Say("write user IDs (U…) or user group IDs (S…)", "请填写人员 ID（U…）或用户组 ID（S…）"))
	}
	for _, id := range slices.Concat(c.Approvers, c.Requesters, c.Notify.Who) {
		if !personOrGroup.MatchString(id) {
			wrong.Fail(none, "APPROVERS, REQUESTERS, NOTIFY", tongue.Say("%q is neither a user ID (U…, W…) nor a user group ID (S…)",
				"%q 既不是人员 ID（U…、W…），也不是用户组 ID（S…）", id), none)
		}
	}
	return wrong
}

// Connected is closed when the first connection is ready for commands and clicks.
func (b *Bot) Connected() <-chan struct{} { return b.listener.Connected() }

// Live is how many Socket Mode connections are ready for commands and clicks now.
func (b *Bot) Live() int { return b.listener.Live() }

// Renewals is how often Slack has asked for a connection to be renewed.
func (b *Bot) Renewals() int64 { return b.listener.Renewals() }

// Run serves the workspace until ctx is done. Then it takes no more envelopes, finishes those in hand, for 10 seconds
// at most, and returns nil. A Slack that can't be reached is waited for, for as long as it takes. Where Slack says
// definitely no (to a token, a scope, the channel, a listed group), Run ends at once with a [*webapi.ConfigError].
func (b *Bot) Run(ctx context.Context) error {
	if err := b.identify(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	group, serving := errgroup.WithContext(ctx)
	group.Go(func() error { return b.witness(serving) })
	var listened, checked, revoked error
	group.Go(func() error {
		listened = b.listener.Run(serving)
		return listened
	})
	group.Go(func() error {
		checked = b.check(ctx) // to its end, whatever else is wrong: all of it is reported at once
		return checked
	})
	group.Go(func() error {
		revoked = b.keepAsking(serving)
		return revoked
	})
	_ = group.Wait() // they are in hand
	return webapi.Together(listened, checked, revoked)
}

// identify asks who the bot is, until Slack answers.
func (b *Bot) identify(ctx context.Context) error {
	for failures := 1; ; failures++ {
		who, err := b.api.Slack.AuthTestContext(ctx)
		if err == nil {
			b.become(who)
			return nil
		}
		if refused := webapi.BotToken.Refused(err); refused != nil {
			return refused
		}
		wait := webapi.RetryWait(failures, err)
		b.log.Warn("Slack can't be reached; trying again", "again_in", wait.String(), "error", err)
		if !webapi.Sleep(ctx, wait) {
			return ctx.Err()
		}
	}
}

// stillThere is how often Slack is asked whether the bot is.
const stillThere = time.Minute

// keepAsking returns an error when Slack no longer takes the bot's token: then nobody could be told anything any more, and nothing
// must be done that can't be told.
func (b *Bot) keepAsking(ctx context.Context) error {
	again := time.NewTicker(stillThere)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-b.api.Revoked():
			return b.api.Why()
		case <-again.C:
		}
		if _, err := b.api.Slack.AuthTestContext(ctx); webapi.BotToken.Refused(err) != nil {
			return webapi.BotToken.Refused(err)
		}
	}
}

// become makes what depends on who the bot is.
func (b *Bot) become(who *slack.AuthTestResponse) {
	b.self = identity{team: who.TeamID, enterprise: who.EnterpriseID,
		teamURL: strings.TrimRight(who.URL, "/") + "/", scopes: who.Header.Get("X-OAuth-Scopes")}
	b.book = words.NewBook(b.language, b.desk.Installation(), b.self.teamURL).Notifying(b.notify)
	b.post = post.New(post.Config{API: b.api, Channel: b.channel, User: who.UserID, Bot: who.BotID, Log: b.log, Now: b.now})
	close(b.identified)
}
