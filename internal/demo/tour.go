package demo

import (
	"regexp"
	"slices"
	"strings"

	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// tourStep is one thing to try: what it is, what to do next for it, and where.
type tourStep struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Help   string `json:"help"`
	Done   bool   `json:"done"`
	As     string `json:"as,omitempty"` // who does it; empty: whoever one is
	In     string `json:"in,omitempty"` // the channel; empty: wherever one is
	Target string `json:"target"`       // what is pressed or written in: one of the below

	Example string `json:"example,omitempty"` // to be written, where nothing is
}

// Where a step is done.
const (
	atComposer = "composer"
	atDecision = "decision" // Approve, on the newest card that waits
	atKill     = "kill"
	atTrouble  = "trouble"
)

// tour is what to try, in order. What has been done shows in what the workspace holds, so a page that was reloaded
// tells the truth.
func (w *world) tour() []tourStep {
	cards := w.requests()
	return []tourStep{
		{ID: "ask", Title: "Ask as Alice", Done: len(cards) > 0, As: alice, In: general, Target: atComposer, Example: cast[0].example,
			Help: "Press the step to have the command written, or begin one with the button “/”. Enter sends it."},
		w.decide(cards),
		w.killBetween(cards),
		w.meetTrouble(cards),
	}
}

func (w *world) decide(cards []bottest.Message) tourStep {
	s := tourStep{ID: "decide", Title: "Decide as Bob", Done: slices.ContainsFunc(cards, isDecided), As: bob, In: admins, Target: atDecision,
		Help: "Press Approve or Deny on the request in #cloud-admins."}
	if w.rules.required > 1 {
		s.Title, s.Help = "Decide as both", "Two approvals are needed, Bob's and Carol's. Press Approve or Deny in #cloud-admins."
	}
	waiting := newest(cards, isWaiting)
	if waiting == nil {
		s.Help = "Nothing waits for a decision. Ask for an account first."
		return s
	}
	s.As = decider(*waiting)
	if approvedSoFar.MatchString(waiting.Text) {
		s.Help = "One of the two approvals is given. Now decide as " + nameOf(s.As) + "."
	}
	return s
}

// newest is the last card for which something holds, nil if there is none.
func newest(cards []bottest.Message, holds func(bottest.Message) bool) *bottest.Message {
	for _, card := range slices.Backward(cards) {
		if holds(card) {
			return &card
		}
	}
	return nil
}

var approvedSoFar = regexp.MustCompile(`(?m)^(\d+ of \d+ approved: |\d+/\d+ 人已批准：).*`)

// decider is the first who may approve a card and hasn't.
func decider(card bottest.Message) string {
	given := approvedSoFar.FindString(card.Text)
	for _, p := range cast {
		if slices.Contains(approvers, p.ID) && !strings.Contains(given, "@"+p.Name) {
			return p.ID
		}
	}
	return bob
}

// killBetween has three parts, and leads to the next one: ask, kill, decide.
func (w *world) killBetween(cards []bottest.Message) tourStep {
	s := tourStep{ID: "kill", Title: "Kill the bot in between", As: alice, In: general, Target: atComposer, Example: "/invite-member 100087654321 Reports",
		Help: "Ask for another account, with another UIN. Before anybody decides, kill the bot."}
	survived := func(m bottest.Message) bool { return w.isSurvivor(m.TS) }
	survivors := slices.DeleteFunc(slices.Clone(cards), func(m bottest.Message) bool { return !survived(m) })
	switch waiting := newest(survivors, isWaiting); {
	case slices.ContainsFunc(survivors, isDecided):
		s.Done, s.As, s.In, s.Target, s.Example = true, "", "", atKill, ""
		s.Help = "Killed between asking and deciding, and the request was decided all the same."
	case waiting != nil:
		s.As, s.In, s.Target, s.Example = decider(*waiting), admins, atDecision, ""
		s.Help = "Killed while a request waited. Now decide it: it is all there."
	case slices.ContainsFunc(cards, isWaiting):
		s.As, s.In, s.Target, s.Example = "", "", atKill, ""
		s.Help = "A request waits. Kill the bot now, then decide."
	}
	return s
}

// meetTrouble has three parts, too: switch something on, ask, decide.
func (w *world) meetTrouble(cards []bottest.Message) tourStep {
	s := tourStep{ID: "trouble", Title: "Make trouble", Done: w.metTrouble(), Target: atTrouble,
		Help: "Switch something on, ask and approve: you are told what happened, and nothing is sent twice."}
	if s.Done || !slices.ContainsFunc(troubles, func(t trouble) bool { return w.isOn(t.id) }) {
		return s
	}
	if waiting := newest(cards, isWaiting); waiting != nil {
		s.As, s.In, s.Target = decider(*waiting), admins, atDecision
		s.Help = "It is on, and a request waits. Approve it, and see what you are told."
		return s
	}
	s.As, s.In, s.Target, s.Example = alice, general, atComposer, "/invite-member 100055556666 Archive"
	s.Help = "It is on. Ask for another account, with another UIN, and approve it: you are told what happened."
	return s
}

// metTrouble tells whether a request has met trouble: at Tencent Cloud, or on its way to the bot.
func (w *world) metTrouble() bool {
	if slices.ContainsFunc(w.cloud.Calls(), func(c invitetest.Call) bool { return c.Action == sending && c.Trouble != nil }) {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unheard
}

// requests are the cards of all requests, oldest first.
func (w *world) requests() (cards []bottest.Message) {
	for _, m := range w.slack.Messages(admins) {
		if m.User == w.slack.BotUserID && requestCard.MatchString(m.Text) {
			cards = append(cards, m)
		}
	}
	return cards
}

var (
	requestCard = regexp.MustCompile(`^(Request \d+: |申请 \d+：)`)
	decision    = regexp.MustCompile(`(?m)^((Approved|Denied) by |(批准|驳回)人：)`)
)

// isWaiting looks for the button that approves, whatever it is called.
func isWaiting(card bottest.Message) bool {
	return slices.ContainsFunc(buttonsOf(card), func(b cardButton) bool { return b.ActionID == "approve" || b.ActionID == "review" })
}

func isDecided(card bottest.Message) bool { return !isWaiting(card) && decision.MatchString(card.Text) }

// remember notes which requests wait while the bot is killed.
func (w *world) remember() {
	cards := w.requests()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, card := range cards {
		if isWaiting(card) {
			w.survivors[card.TS] = true
		}
	}
}

func (w *world) isSurvivor(ts string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.survivors[ts]
}

// noteUnheard notes that a command or a click came to nothing while trouble was on. Only the first leaves a message that
// would tell.
func (w *world) noteUnheard(a bottest.Answer) {
	if a.OK() || !w.isOn(slackOutage) && !w.isOn(botDown) {
		return
	}
	w.mu.Lock()
	w.unheard = true
	w.mu.Unlock()
	w.notify()
}
