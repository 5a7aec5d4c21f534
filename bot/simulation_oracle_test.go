package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/bot/words"
)

// judge looks at what is there when all is quiet: at what people see, at what they were answered, and at the ledger.
func (s *simulation) judge() {
	events := s.events()
	s.told = events
	s.provesItself()
	s.saidAll()
	s.saidOnce()
	for _, r := range s.requests(events) {
		s.showsWhatIs(r)
		s.sentWhatWasApproved(r, events)
	}
	s.tellsOutcomes(events)
	s.letsOnlyApproversDecide(events)
	for _, d := range s.deeds {
		s.answered(d, events)
	}
	for _, trouble := range []string{"panic", "invalid_blocks", "invalid_arguments"} {
		if strings.Contains(s.log.String(), trouble) {
			s.wrong("the log says %s", trouble)
		}
	}
}

func (s *simulation) events() (all []ledger.Event) {
	for e, err := range s.process.store.Events(context.Background(), ledger.Filter{}) {
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func (s *simulation) requests(events []ledger.Event) (all []approvals.Request) {
	for _, e := range events {
		if e.Kind != ledger.Requested {
			continue
		}
		r, err := s.process.store.Request(context.Background(), e.Request)
		if err == nil {
			err = s.process.desk.Foresee(context.Background(), &r)
		}
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// provesItself: the ledger is whole, and Slack confirms it.
func (s *simulation) provesItself() {
	ctx := context.Background()
	v, err := s.process.store.Verify(ctx)
	if err != nil || len(v.Falsehoods) > 0 {
		s.wrong("the ledger isn't proved: %v %v", v.Falsehoods, err)
	}
	h, err := s.process.store.Hear(ctx, approvalsID, s.process.bot.post.Testimonies(ctx, time.Time{}))
	if err != nil || len(h.Falsehoods) > 0 {
		s.wrong("Slack contradicts the ledger: %v %v", h.Falsehoods, err)
	}
}

// saidAll: nothing is left to be said, and nothing was given up but what somebody could be told in no way.
func (s *simulation) saidAll() {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: s.path}).EscapedPath()+"?mode=ro")
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var due, givenUp int
	err = db.QueryRow(`SELECT COUNT(*) FILTER (WHERE wanted > shown AND gave_up = ''), COUNT(*) FILTER (WHERE gave_up <> '') FROM posts`).Scan(&due, &givenUp)
	if err != nil || due > 0 || givenUp > 0 {
		s.wrong("%d messages are still to be said, %d were given up, %v", due, givenUp, err)
	}
}

// everything is all that the bot has said to everybody.
func (s *simulation) everything() (all []bottest.Message) {
	for _, m := range s.ws.Messages(approvalsID) {
		all = append(all, s.ws.Thread(m.Channel, m.TS)...)
	}
	for _, u := range s.ws.Users() {
		all = append(all, s.ws.DirectMessages(u.ID)...)
	}
	return all
}

// told is what a message's metadata says: which message it is, and which event it tells.
func told(m bottest.Message) (id string, event int64) {
	var meta struct {
		Payload struct {
			ID    string `json:"id"`
			Event int64  `json:"event"`
		} `json:"event_payload"`
	}
	_ = json.Unmarshal(m.Metadata, &meta) // none tells nothing
	return meta.Payload.ID, meta.Payload.Event
}

func (s *simulation) saidOnce() {
	seen := map[string]bool{}
	for _, m := range s.everything() {
		id, _ := told(m)
		if id != "" && seen[id] {
			s.wrong("%q was said twice", m.Text)
		}
		seen[id] = true
	}
}

// showsWhatIs: each request has one card in the channel, which says how it stands, with buttons where it can be decided.
func (s *simulation) showsWhatIs(r approvals.Request) {
	card, ok := s.ws.Message(bottest.Ref(r.Card))
	switch {
	case !ok || card.Channel != approvalsID || card.ThreadTS != "":
		s.wrong("request %d has no card", r.ID)
		return
	case card.Text != s.process.bot.book.Card(r).Text:
		s.wrong("the card of request %d says %q", r.ID, card.Text)
	}
	buttons := buttonsOf(card)
	open := buttons[words.ActionApprove] != "" || buttons[words.ActionReview] != ""
	if open != (r.State == approvals.Pending) {
		s.wrong("request %d is %s, and its card can be decided: %v", r.ID, r.State, open)
	}
	for _, reply := range s.ws.Thread(card.Channel, card.TS)[1:] {
		if !strings.Contains(reply.Text, strconv.FormatInt(r.ID, 10)) {
			s.wrong("%q stands under the card of request %d", reply.Text, r.ID)
		}
	}
}

// tellsOutcomes: the thread tells each outcome once, and the requester too.
func (s *simulation) tellsOutcomes(events []ledger.Event) {
	thread, direct := map[int64]int{}, map[int64][]string{}
	for _, m := range s.everything() {
		_, event := told(m)
		switch {
		case m.ThreadTS != "":
			thread[event]++
		case m.Channel != approvalsID:
			direct[event] = append(direct[event], m.Channel)
		}
	}
	requesters, several := map[int64]string{}, map[int64]bool{}
	for _, e := range events {
		switch e.Kind {
		case ledger.Requested:
			requesters[e.Request], several[e.Request] = s.ws.DM(e.Actor.ID), len(e.Detail.Accounts) > 1
		case ledger.Sent:
			if !several[e.Request] && thread[e.ID] != 1 {
				s.wrong("the thread tells %s of request %d %d times", e.Kind, e.Request, thread[e.ID])
			}
		case ledger.Failed, ledger.Stuck, ledger.Delivered, ledger.Joined, ledger.Lapsed, ledger.Cancelled, ledger.Declined, ledger.Left, ledger.NotCancelled:
			if thread[e.ID] != 1 {
				s.wrong("the thread tells %s of request %d %d times", e.Kind, e.Request, thread[e.ID])
			}
		}
		switch e.Kind {
		case ledger.Sent, ledger.Failed:
			if got := direct[e.ID]; !several[e.Request] && (len(got) != 1 || got[0] != requesters[e.Request]) {
				s.wrong("of %s of request %d these were told: %v", e.Kind, e.Request, got)
			}
		case ledger.Denied, ledger.Expired, ledger.Delivered, ledger.Joined, ledger.Lapsed, ledger.Cancelled, ledger.Declined, ledger.Left:
			if got := direct[e.ID]; len(got) != 1 || got[0] != requesters[e.Request] {
				s.wrong("of %s of request %d these were told: %v", e.Kind, e.Request, got)
			}
		}
	}
}

// sentWhatWasApproved: once, with as many people's approvals as it takes, who pressed the button of its card.
func (s *simulation) sentWhatWasApproved(r approvals.Request, events []ledger.Event) {
	by := map[string]bool{}
	for _, e := range events {
		if e.Request == r.ID && e.Kind == ledger.Approved && s.pressed(e) && (s.rules.AllowSelf || e.Actor.ID != r.Requester.ID) {
			by[e.Actor.ID] = true
		}
	}
	for _, i := range r.Invitations {
		if n := s.cloud.open(i.UIN); n > 1 {
			s.wrong("%s has %d open invitations", i.UIN, n)
		}
		if slices.Contains(s.cloud.calls, i.Invitation) && len(by) < s.rules.Required {
			s.wrong("the invitation to %s was sent with the approvals of %v", i.UIN, by)
		}
		if i.State == approvals.Sent && s.cloud.invited(i.UIN) == 0 && !settledByWord(r, events) {
			s.wrong("the invitation to %s is said to be sent", i.UIN)
		}
	}
}

func settledByWord(r approvals.Request, events []ledger.Event) bool {
	return slices.ContainsFunc(events, func(e ledger.Event) bool { return e.Request == r.ID && e.Detail.How == ledger.Settled })
}

// pressed says whether somebody pressed a button of a request just before an event of theirs.
func (s *simulation) pressed(e ledger.Event) bool {
	return slices.ContainsFunc(s.deeds, func(d deed) bool {
		return d.by == e.Actor.ID && d.request == e.Request && !d.at.Truncate(time.Millisecond).After(e.At)
	})
}

// letsOnlyApproversDecide: ann is on the list, and bob while he is in the group, which may be remembered for a minute.
func (s *simulation) letsOnlyApproversDecide(events []ledger.Event) {
	for _, e := range events {
		switch e.Kind {
		case ledger.Approved, ledger.Denied, ledger.Retried, ledger.CancelAsked:
		case ledger.Sent:
			if e.Detail.How != ledger.Settled {
				continue
			}
		default:
			continue
		}
		if e.Actor.ID != ann.ID && (e.Actor.ID != bob.ID || !s.bobWas(true, e.At)) {
			s.wrong("%s of request %d by %s", e.Kind, e.Request, e.Actor.ID)
		}
	}
	for _, e := range events {
		if e.Kind == ledger.Refused && e.Detail.Times == 0 && e.Detail.Why == ledger.NotApprover && (e.Actor.ID == ann.ID || e.Actor.ID == bob.ID && !s.bobWas(false, e.At)) {
			s.wrong("%s is refused as no approver", e.Actor.ID)
		}
	}
}

// bobWas says whether bob was in the group, or out of it, at some moment of the minute before.
func (s *simulation) bobWas(in bool, at time.Time) bool {
	for n, m := range s.inGroup {
		ended := n+1 < len(s.inGroup) && s.inGroup[n+1].at.Before(at.Add(-memory-askLimit-3*time.Second))
		if m.in == in && !m.at.After(at.Add(time.Millisecond)) && !ended {
			return true
		}
	}
	return false
}

// answered: whoever did something has an answer, from the bot or from Slack.
func (s *simulation) answered(d deed, events []ledger.Event) {
	switch {
	case d.typed == "help" && !d.OK():
		s.wrong("help is answered %q after hours of peace", d.Failure)
	case d.OK() && d.typed != "" && d.Text == "":
		s.wrong("%q is answered with nothing", d.typed)
	case d.OK() && d.typed != "" && strings.Contains(d.Text, "is with the approvers"):
		if !slices.ContainsFunc(events, func(e ledger.Event) bool {
			return e.Kind == ledger.Requested && e.Actor.ID == d.by && !e.At.Before(d.at.Truncate(time.Millisecond)) && len(e.Detail.Accounts) == strings.Count(d.typed, "\n")+1
		}) {
			s.wrong("%q was accepted, and the ledger doesn't have it", d.typed)
		}
	case d.OK() && d.action != "" && !s.clickAnswered(d, events):
		s.wrong("%s pressed %s of request %d at %s and heard nothing", d.by, d.action, d.request, d.at.Format(time.TimeOnly))
	}
}

// clickAnswered: what somebody pressed shows in the ledger, and so on the card, or they were told why not.
func (s *simulation) clickAnswered(d deed, events []ledger.Event) bool {
	from := d.at.Truncate(time.Millisecond)
	if slices.ContainsFunc(events, func(e ledger.Event) bool {
		return e.Kind != ledger.Refused && e.Actor.ID == d.by && (e.Request == d.request || d.action == words.ActionAgain) && !e.At.Before(from) && e.At.Before(from.Add(5*time.Second))
	}) {
		return true
	}
	if len(d.Errors) > 0 || d.action == "denial" && len(d.Payload) > 0 {
		return true // the modal says it
	}
	after := func(m bottest.Message) bool { return !sentAt(m.TS).Before(from) }
	if slices.ContainsFunc(s.ws.Ephemerals(d.by), after) || slices.ContainsFunc(s.ws.DirectMessages(d.by), after) {
		return true
	}
	if slices.ContainsFunc(s.ws.Calls(), func(c bottest.Call) bool {
		return c.Method == "views.open" && (c.Error == "" || c.Error == "no answer") && !c.At.Before(from) && c.At.Before(from.Add(5*time.Second))
	}) {
		return true
	}
	return slices.ContainsFunc(s.everything(), func(m bottest.Message) bool {
		return m.ThreadTS != "" && after(m) && strings.Contains(string(m.Blocks), "<@"+d.by+">")
	})
}

func sentAt(ts string) time.Time {
	micros, _ := strconv.ParseInt(strings.Replace(ts, ".", "", 1), 10, 64)
	return time.UnixMicro(micros)
}
