package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/bot/bottest"
	"github.com/invitebot/invitebot/invite/invitetest"
)

// siege is a time in which replicas are killed and everything around them fails now and then. Each person in it knows
// how the request that they are concerned with has to end.
type siege struct {
	*world
	fates     []fate // by the number that account makes an account of
	approvers []string
	replicas  []*world

	mu     sync.Mutex
	random *rand.Rand

	kills, starts, slackFaults, cloudFaults, retyped, reclicked atomic.Int64
}

// fate is how a request is meant to end.
type fate int

const (
	sent    fate = iota // approved, and Tencent Cloud takes it
	refused             // approved, and Tencent Cloud refuses it
	denied
)

func account(n int) uint64 { return uint64(uin + n) }

func newSiege(w *world, requests int) *siege {
	seed := rand.Uint64()
	w.Logf("seed %d", seed)
	s := &siege{world: w, random: rand.New(rand.NewPCG(seed, 0)), fates: make([]fate, requests), approvers: []string{ann}}
	for n := range 5 {
		s.approvers = append(s.approvers, fmt.Sprintf("U0APPROVER%d", n))
		s.AddUser(bottest.User{ID: s.approvers[n+1], Name: fmt.Sprintf("approver%d", n)})
	}
	s.AddGroup(bottest.Group{ID: "S0ADMINS", Handle: "cloud-admins", Members: s.approvers})
	for n := range s.fates {
		switch r := s.random.IntN(100); {
		case r < 10:
			s.fates[n] = refused
			s.org.NoSuchAccount(account(n))
		case r < 45:
			s.fates[n] = denied
		}
	}
	return s
}

// chance is a number below n.
func (s *siege) chance(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.IntN(n)
}

// keepReplicas starts processes and, as a supervisor does, starts each again when it ends. The function that it returns
// stops them, as an operator does.
func (s *siege) keepReplicas(n int) (end func()) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	var keepers sync.WaitGroup
	end = sync.OnceFunc(func() {
		cancel()
		keepers.Wait()
	})
	for range n {
		s.replicas = append(s.replicas, s.another())
	}
	s.Cleanup(end)
	for _, r := range s.replicas {
		keepers.Go(func() { s.keep(ctx, r) })
	}
	s.await("the replicas to connect", func() bool { return s.Connections() == 2*n })
	return end
}

func (s *siege) keep(ctx context.Context, r *world) {
	for ctx.Err() == nil {
		r.launch()
		s.starts.Add(1)
		stop := context.AfterFunc(ctx, func() { r.signal(sigterm) })
		status := r.reap()
		stop()
		if ctx.Err() != nil && status != 0 {
			s.Errorf("after SIGTERM a replica's exit status is %d", status)
		}
		pause(ctx, 200*time.Millisecond) // PostgreSQL may be down: don't start a thousand times meanwhile
	}
}

// startTrouble has Slack fail and replicas die.
func (s *siege) startTrouble() { s.OnCall(s.onCall) }

// onCall decides what happens to a call to Slack. A replica that dies is any one, so sometimes the one that calls.
func (s *siege) onCall(bottest.Call) bottest.Fault {
	f := bottest.Fault{}
	switch r := s.chance(1000); {
	case r < 15:
		f = bottest.Fault{Kind: bottest.RateLimited, RetryAfter: time.Second}
	case r < 30:
		f.Kind = bottest.ServerError
	case r < 45:
		f.Kind = bottest.LostRequest
	case r < 60:
		f.Kind = bottest.LostAnswer
	case r < 62:
		f.Kind = bottest.Hang
	case r < 75:
		return bottest.Fault{Before: s.killAny}
	case r < 90:
		return bottest.Fault{After: s.killAny}
	default:
		return f
	}
	s.slackFaults.Add(1)
	return f
}

func (s *siege) killAny() {
	s.kills.Add(1)
	s.replicas[s.chance(len(s.replicas))].signal(syscall.SIGKILL)
}

// troubles are what Tencent Cloud may do to a call. Those that hang last until the caller gives up after 15 seconds.
var troubles = []invitetest.Fault{
	{Kind: invitetest.HTTPStatus}, {Kind: invitetest.LostRequest}, {Kind: invitetest.LostAnswer}, {Kind: invitetest.EmptyResponse},
	{Kind: invitetest.AnswerCode, Code: "RequestLimitExceeded"}, {Kind: invitetest.Slow, Delay: 300 * time.Millisecond},
	{Kind: invitetest.Hang}, {Kind: invitetest.HeldAnswer},
}

// troubleSending makes every third call for an account fail, and some of the look-ups that follow.
func (s *siege) troubleSending(account uint64) {
	if s.chance(3) > 0 {
		return
	}
	f := troubles[s.chance(len(troubles))]
	f.Action, f.UIN, f.Times = "SendOrganizationInvitation", account, 1
	s.org.Fail(f)
	s.cloudFaults.Add(1)
	if s.chance(3) == 0 {
		s.org.Fail(invitetest.Fault{Kind: invitetest.HTTPStatus, Action: "ListOrganizationInvitations", Times: 1})
	}
}

// outages make both sides unreachable for a while.
func (s *siege) outages() {
	s.Outage(true)
	s.org.Fail(invitetest.Fault{Kind: invitetest.HTTPStatus, Status: 503})
	pause(s.Context(), time.Second)
	s.org.Clear()
	s.Outage(false)
}

func (s *siege) endTrouble() {
	s.OnCall(nil)
	s.org.Clear()
}

// live is one request's life as far as people make it: somebody asks, and others decide.
func (s *siege) live(n int) {
	number, repeated := s.insist(fmt.Sprintf("%d Alice %d", account(n), n))
	s.retyped.Add(int64(repeated))
	if s.fates[n] == denied {
		s.decide(number, func(card bottest.Message) { s.deny(s.approvers[n%len(s.approvers)], number, card) })
		return
	}
	s.troubleSending(account(n))
	approve := func(who string) func(bottest.Message) {
		return func(card bottest.Message) { _, _ = s.ClickSeen(s.Context(), who, card, "approve") }
	}
	var both sync.WaitGroup
	defer both.Wait()
	if n%3 == 0 { // two at once
		both.Go(func() { s.decide(number, approve(s.approvers[(n+1)%len(s.approvers)])) })
	}
	s.decide(number, approve(s.approvers[n%len(s.approvers)]))
}

// What the bot says where a request is, also to somebody who asks again because the answer got lost.
var isWhere = regexp.MustCompile(`Request (\d+) is with the approvers|is in request (\d+) by `)

// insist types a command until the answer says where the request is. It also returns how often it had to be repeated.
func (w *world) insist(text string) (number, repeated int) {
	for {
		answer, err := w.Command(w.Context(), alice, general, "/invite-member "+text)
		if err != nil {
			return 0, repeated // the test has ended
		}
		if m := isWhere.FindStringSubmatch(answer.Text); m != nil {
			number, _ = strconv.Atoi(m[1] + m[2])
			return number, repeated
		}
		repeated++
		pause(w.Context(), 500*time.Millisecond) // a person doesn't type faster
	}
}

// decide does something to a request's card until it is decided.
func (s *siege) decide(number int, act func(card bottest.Message)) {
	for try := 0; s.Context().Err() == nil; try++ {
		var cards []bottest.Message
		_ = s.Wait(s.Context(), func() bool { cards = s.cards(number); return len(cards) > 0 })
		if len(cards) == 0 || !hasButton(cards[0], "approve") {
			return
		}
		s.reclicked.Add(int64(min(try, 1)))
		act(cards[0])
		s.look(func() bool { return !hasButton(s.cards(number)[0], "approve") })
	}
}

// look waits for something as long as people look at what doesn't change before they press again.
func (w *world) look(holds func() bool) {
	ctx, cancel := context.WithTimeout(w.Context(), 5*time.Second)
	defer cancel()
	_ = w.Wait(ctx, holds)
}

// deny presses Deny and submits the window that opens, if it does.
func (w *world) deny(who string, number int, card bottest.Message) {
	if _, err := w.ClickSeen(w.Context(), who, card, "deny"); err != nil {
		return
	}
	var window string
	w.look(func() bool {
		for _, v := range w.Views(who) {
			if v.Title == fmt.Sprintf("Deny request %d", number) {
				window = v.ID
			}
		}
		return window != ""
	})
	if window != "" {
		_, _ = w.Submit(w.Context(), who, window, nil)
	}
}

// tally is how often something is there for one account.
type tally struct {
	cards, ended int // approval messages, and those that show the end
	outcomes     int // replies that tell how it ended
	directs      int // direct messages that do
	sends        int // invitations of the organization
	requests     int // events of the ledger
	recorded     int // the ledger's events that Tencent Cloud took it
}

// wants is what has to be there in the end, and how a card shows it.
var wants = map[fate]struct {
	shows string
	tally tally
}{
	sent:    {"Invitation sent", tally{cards: 1, ended: 1, outcomes: 1, directs: 1, sends: 1, requests: 1, recorded: 1}},
	refused: {"Not sent: ", tally{cards: 1, ended: 1, outcomes: 1, directs: 1, requests: 1}},
	denied:  {"Denied by ", tally{cards: 1, ended: 1, directs: 1, requests: 1}},
}

// tallies counts everything that is there, by number.
func (s *siege) tallies() []tally {
	all := make([]tally, len(s.fates))
	for _, card := range s.Messages(admins) {
		n := s.about(card.Text, "invite %d")
		all[n].cards++
		if strings.Contains(card.Text, wants[s.fates[n]].shows) {
			all[n].ended++
		}
		for _, r := range s.Thread(admins, card.TS)[1:] {
			if isOutcome(r.Text) {
				all[n].outcomes++
			}
		}
	}
	for _, m := range s.DirectMessages(alice) {
		if isEnd(m.Text) {
			all[s.about(m.Text, "%d")].directs++
		}
	}
	for _, i := range s.org.Invitations() {
		all[i.UIN-uin].sends++
	}
	s.countLedger(all)
	return all
}

// about reads from the beginning of a message which number it is about.
func (s *siege) about(text, after string) int {
	s.Helper()
	var request, account int
	if _, err := fmt.Sscanf(text, "Request %d: "+after, &request, &account); err != nil {
		s.Fatalf("a message about nothing: %s", text)
	}
	return account - uin
}

// isEnd says whether a direct message tells how a request ended.
func isEnd(text string) bool {
	return strings.Contains(text, "): the invitation was sent.") || strings.Contains(text, "but the invitation was not sent.") ||
		strings.Contains(text, "): it was denied by ")
}

func (s *siege) countLedger(all []tally) {
	s.Helper()
	store, err := approvals.OpenReadOnly(s.Context(), s.env["DATABASE_URL"], approvals.Options{})
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	of := map[int64]int{} // the number, by request
	for e, err := range store.Events(s.Context(), ledger.Filter{}) {
		switch {
		case err != nil:
			s.Fatal(err)
		case e.Kind == ledger.Requested:
			account, _ := strconv.Atoi(e.Detail.Accounts[0].UIN)
			of[e.Request] = account - uin
			all[of[e.Request]].requests++
		case e.Kind == ledger.Sent:
			all[of[e.Request]].recorded++
		}
	}
}

// awaitAll waits until every end is told and nothing is due any more: what a dead replica had in hand comes when its
// lease is over, and might be said twice then.
func (s *siege) awaitAll() {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 4*time.Minute)
	defer cancel()
	for s.due() > 0 || !s.ended() {
		if !pause(ctx, 500*time.Millisecond) {
			s.Errorf("not everything has ended: %d things are still due", s.due())
			return
		}
	}
}

// ended says whether there is enough of everything. Whether there is too much is checked when nothing is due any more.
func (s *siege) ended() bool {
	for n, t := range s.tallies() {
		want := wants[s.fates[n]].tally
		if t.ended < want.ended || t.outcomes < want.outcomes || t.directs < want.directs {
			return false
		}
	}
	return true
}

// due counts what is still to be decided, to be sent and to be said.
func (w *world) due() (n int) {
	w.Helper()
	driver, address := "pgx", w.env["DATABASE_URL"]
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRow(`SELECT (SELECT COUNT(*) FROM requests WHERE state = 'pending')
		+ (SELECT COUNT(*) FROM invitations WHERE state IN ('ready', 'sending', 'unknown'))
		+ (SELECT COUNT(*) FROM posts WHERE wanted > shown AND gave_up = '')`).Scan(&n); err != nil {
		w.Fatal(err)
	}
	return n
}

func (s *siege) check() {
	s.Helper()
	for n, got := range s.tallies() {
		if want := wants[s.fates[n]].tally; got != want {
			s.Errorf("account %d, fate %d: there are %+v, want %+v\n%s", account(n), s.fates[n], got, want, s.story(n))
		}
	}
	if s.kills.Load() == 0 {
		s.Error("nothing was killed")
	}
}

// story is all that is known of a request that ended wrongly.
func (s *siege) story(n int) string {
	s.Helper()
	var b strings.Builder
	tell := func(m bottest.Message) { fmt.Fprintf(&b, "%s in %s %s: %s\n", m.TS, m.Channel, m.Metadata, m.Text) }
	request := 0
	for _, card := range s.Messages(admins) {
		if s.about(card.Text, "invite %d") == n {
			request = requestOf(card)
			for _, m := range s.Thread(admins, card.TS) {
				tell(m)
			}
		}
	}
	for _, m := range s.directs(alice, request) {
		tell(m)
	}
	for _, r := range s.replicas {
		for line := range strings.Lines(r.output()) {
			if strings.Contains(line, fmt.Sprintf(`"request":%d,`, request)) {
				b.WriteString(line)
			}
		}
	}
	return b.String()
}

func (s *siege) report() {
	s.Logf("%d requests; %d kills and %d starts of replicas; %d of %d calls to Slack and %d of %d calls to Tencent Cloud failed, %d for being too many; people repeated %d commands and %d clicks",
		len(s.fates), s.kills.Load(), s.starts.Load(), s.slackFaults.Load(), s.Count(bottest.AnyMethod), s.cloudFaults.Load(), len(s.org.Calls()),
		s.org.RateLimited(), s.retyped.Load(), s.reclicked.Load())
}
